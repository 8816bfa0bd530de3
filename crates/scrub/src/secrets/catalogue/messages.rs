use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// Mail, chat and telephony.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "slack-token",
        "Slack",
        "token of a bot, a user or a workspace",
        &[
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxo-",
            "xoxc-",
            "xoxd-",
            "xoxe-",
            "xoxe.xoxb-",
            "xoxe.xoxp-",
        ],
        &[at_least(20, Alphabet::WORD)],
    ),
    Token::new(
        "slack-app-token",
        "Slack",
        "token of an app",
        &["xapp-"],
        &[at_least(20, Alphabet::WORD)],
    ),
    Token::new(
        "discord-token",
        "Discord",
        "token of a bot",
        &["MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"],
        &[
            between(22, 26, Alphabet::WORD),
            then("."),
            exactly(6, Alphabet::WORD),
            then("."),
            between(27, 40, Alphabet::WORD),
        ],
    ),
    Token::new(
        "discord-user-token",
        "Discord",
        "token of a user",
        &["mfa."],
        &[exactly(84, Alphabet::WORD)],
    ),
    Token::new(
        "telegram-token",
        "Telegram",
        "token of a bot",
        &["AA"],
        &[exactly(33, Alphabet::WORD)],
    )
    .behind(6, 16, Alphabet::DIGITS, ":"),
    Token::new(
        "twilio-key",
        "Twilio",
        "SID of an API key",
        &["SK"],
        &[exactly(32, Alphabet::ANY_HEX)],
    ),
    Token::new(
        "sendgrid-key",
        "SendGrid",
        "API key",
        &["SG."],
        &[
            exactly(22, Alphabet::WORD),
            then("."),
            exactly(43, Alphabet::WORD),
        ],
    ),
    Token::new(
        "mailgun-key",
        "Mailgun",
        "private API key",
        &["key-"],
        &[exactly(32, Alphabet::LOWER_ALNUM)],
    )
    .weak(),
    Token::new(
        "mailchimp-key",
        "Mailchimp",
        "API key",
        &["us"],
        &[between(1, 2, Alphabet::DIGITS)],
    )
    .behind(32, 32, Alphabet::HEX, "-"),
    Token::new(
        "mandrill-key",
        "Mandrill",
        "API key",
        &["md-"],
        &[exactly(22, Alphabet::WORD)],
    )
    .weak(),
    Token::new(
        "brevo-key",
        "Brevo",
        "API or SMTP key",
        &["xkeysib-", "xsmtpsib-"],
        &[
            exactly(64, Alphabet::HEX),
            then("-"),
            exactly(16, Alphabet::ALNUM),
        ],
    ),
    Token::new(
        "resend-key",
        "Resend",
        "API key",
        &["re_"],
        &[
            between(8, 10, Alphabet::ALNUM),
            then("_"),
            between(20, 30, Alphabet::ALNUM),
        ],
    )
    .weak(),
    Token::new(
        "onesignal-key",
        "OneSignal",
        "API key of an app or an organisation",
        &["os_v2_app_", "os_v2_org_"],
        &[at_least(50, Alphabet::LOWER_ALNUM)],
    ),
    Token::new(
        "klaviyo-key",
        "Klaviyo",
        "private API key",
        &["pk_"],
        &[exactly(34, Alphabet::HEX)],
    ),
    Token::new(
        "intercom-token",
        "Intercom",
        "access token",
        &["dG9rOj"],
        &[at_least(40, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "calcom-key",
        "Cal.com",
        "API key",
        &["cal_live_"],
        &[exactly(32, Alphabet::HEX)],
    ),
];
