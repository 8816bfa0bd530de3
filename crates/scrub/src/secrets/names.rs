use std::sync::LazyLock;

/// Names longer than this are cut at the left.
pub(super) const NAME_BYTES_MAX: usize = 48;

/// What a name says of the value behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A password or another secret.
    Password,
    /// A word that is also one of grammars, pages and models: `token`.
    PerhapsPassword,
    /// A scheme and credentials.
    Authorization,
    /// A cookie that signs somebody in, or guards one that does.
    Cookie,
    /// A name that programs also give to other things: `session`, `shop_session`.
    PerhapsCookie,
    /// The signature of a presigned URL.
    Signature,
    /// A key of Azure Storage, Service Bus or Event Hubs.
    AccountKey,
    /// The secret access key of AWS.
    AwsSecretKey,
    /// The private part of a key file of `PuTTY`.
    PuttyLines,
    /// In front of the user and the password of a JDBC URL of Oracle.
    OracleThin,
}

/// Names without `_`, `-`, `.` and capitals, and whether a longer name may end so.
const NAMES: [(&str, bool, Meaning); 37] = [
    ("password", true, Meaning::Password),
    ("passwd", true, Meaning::Password),
    ("pwd", true, Meaning::Password),
    ("passwort", true, Meaning::Password),
    ("passphrase", true, Meaning::Password),
    ("pass", false, Meaning::Password),
    ("dbpass", true, Meaning::Password),
    ("userpass", true, Meaning::Password),
    ("pw", false, Meaning::Password),
    ("cvv", false, Meaning::Password),
    ("cvc", false, Meaning::Password),
    ("otp", false, Meaning::Password),
    ("secret", true, Meaning::Password),
    ("secretkey", true, Meaning::Password),
    ("secretkeybase", true, Meaning::Password),
    ("apikey", true, Meaning::Password),
    ("privatekey", true, Meaning::Password),
    ("encryptionkey", true, Meaning::Password),
    ("signingkey", true, Meaning::Password),
    ("accesstoken", true, Meaning::Password),
    ("refreshtoken", true, Meaning::Password),
    ("idtoken", true, Meaning::Password),
    ("apitoken", true, Meaning::Password),
    ("authtoken", true, Meaning::Password),
    ("sessiontoken", true, Meaning::Password),
    ("securitytoken", true, Meaning::Signature),
    ("csrfmiddlewaretoken", true, Meaning::Password),
    ("authenticitytoken", true, Meaning::Password),
    ("token", true, Meaning::PerhapsPassword),
    ("authorization", true, Meaning::Authorization),
    ("sig", false, Meaning::Signature),
    ("signature", true, Meaning::Signature),
    ("accountkey", true, Meaning::AccountKey),
    ("accesskey", true, Meaning::AccountKey),
    ("secretaccesskey", true, Meaning::AwsSecretKey),
    ("privatelines", false, Meaning::PuttyLines),
    ("thin", false, Meaning::OracleThin),
];

/// Names of cookies, in small letters, of the frameworks and of what stands in front of them:
/// Django, Flask, Rails and Devise, Laravel, Symfony, `CodeIgniter`, Yii, Express, Koa, Sails,
/// Next.js, Clerk, Supabase, Java, Play, ASP.NET, `ColdFusion`, Go, Keycloak, `OAuth2` Proxy,
/// Cloudflare Access; and those of reference/SCRUBBING.md section 1.
const COOKIES: [&str; 52] = [
    "_csrf",
    "_csrf_token",
    "_identity",
    "_iris_csrf",
    "_oauth2_proxy",
    "_vercel_jwt",
    "_xsrf",
    "__session",
    "adonis-session",
    "appsession",
    "auth_session_id",
    "authelia_session",
    "authjs.session-token",
    "beegosessionid",
    "cf_authorization",
    "cfid",
    "cftoken",
    "ci_session",
    "connect.sid",
    "csrf",
    "csrf-token",
    "csrf_token",
    "csrftoken",
    "express.sid",
    "fastcsrf",
    "fasthttpsessionid",
    "gosessionid",
    "grafana_session",
    "irissessionid",
    "jsessionid",
    "jsessionidsso",
    "keycloak_identity",
    "keycloak_session",
    "koa.sess",
    "laravel_session",
    "moodlesession",
    "mysession",
    "next-auth.session-token",
    "phpsessid",
    "play_session",
    "rack.session",
    "remember_token",
    "remember_user_token",
    "sails.sid",
    "sb-access-token",
    "sb-refresh-token",
    "sentrysid",
    "sessionid",
    "user_session",
    "xsrf",
    "xsrf-token",
    "xsrf_token",
];
const COOKIE_BEGINNINGS: [&str; 9] = [
    ".aspnet",
    ".aspxauth",
    "__secure-",
    "__host-",
    "_shibsession_",
    "asp.net_sessionid",
    "remember_web_",
    "wordpress_logged_in_",
    "wordpress_sec_",
];
/// Endings, and names that stand alone, of cookies that only their value gives away.
const PERHAPS_COOKIES: [&str; 8] = [
    "_session", "-session", ".sid", "_sid", "sessid", "_sess", "session", "sid",
];

/// What the name says; `None` for all other names. Of a name longer than [`NAME_BYTES_MAX`] only
/// the end counts.
pub(super) fn meaning(name: &[u8]) -> Option<Meaning> {
    let name = name.get(name.len().saturating_sub(NAME_BYTES_MAX)..)?;
    // In keys of tags, blanks have become hyphens.
    let hyphens = name.iter().take_while(|byte| **byte == b'-').count();
    let name = name.get(hyphens..)?;
    let mut lower = [0; NAME_BYTES_MAX];
    let mut squashed = [0; NAME_BYTES_MAX];
    let mut letters = 0;
    for (byte, place) in name.iter().zip(&mut lower) {
        *place = byte.to_ascii_lowercase();
        if byte.is_ascii_alphanumeric() {
            *squashed.get_mut(letters)? = *place;
            letters += 1;
        }
    }
    let (lower, squashed) = (lower.get(..name.len())?, squashed.get(..letters)?);
    if is_cookie(lower) {
        return Some(Meaning::Cookie);
    }
    if !ENDS.may_have(squashed) {
        return None;
    }
    let mut named = NAMES.iter().filter(|(known, is_ending, _)| {
        let known = known.as_bytes();
        squashed.ends_with(known)
            && (*is_ending || squashed.len() == known.len() || begins_word(lower, known.len()))
    });
    // `accesstoken` says more than `token`.
    let longest = named.by_ref().max_by_key(|(known, ..)| known.len());
    let mut perhaps = PERHAPS_COOKIES.iter();
    match longest {
        Some((.., meaning)) => Some(*meaning),
        None if perhaps.any(|ending| lower.ends_with(ending.as_bytes())) => {
            Some(Meaning::PerhapsCookie)
        }
        None => None,
    }
}

fn is_cookie(lower: &[u8]) -> bool {
    let is_known = ENDS.may_have(lower) && COOKIES.iter().any(|name| lower == name.as_bytes());
    is_known
        || (matches!(lower, [b'.' | b'_' | b'a' | b'r' | b'w', ..])
            && COOKIE_BEGINNINGS
                .iter()
                .any(|start| lower.starts_with(start.as_bytes())))
}

/// Whether another word ends in front of the last `length` bytes: `db_pass`, not `bypass`.
fn begins_word(lower: &[u8], length: usize) -> bool {
    let before = lower.len().checked_sub(length + 1);
    let before = before.and_then(|place| lower.get(place));
    before.is_some_and(|byte| matches!(byte, b'_' | b'-' | b'.'))
}

/// The last two bytes of all names by their low five bits: most other words end here.
struct Ends([u32; 32]);

static ENDS: LazyLock<Ends> = LazyLock::new(|| {
    let mut ends = Ends([0; 32]);
    let names = NAMES.iter().map(|(name, ..)| *name);
    for name in names.chain(COOKIES).chain(PERHAPS_COOKIES) {
        if let Some((row, bit)) = Ends::place(name.as_bytes())
            && let Some(row) = ends.0.get_mut(row)
        {
            *row |= bit;
        }
    }
    ends
});

impl Ends {
    fn may_have(&self, name: &[u8]) -> bool {
        let place = Self::place(name);
        place.is_some_and(|(row, bit)| self.0.get(row).is_some_and(|row| row & bit != 0))
    }

    fn place(name: &[u8]) -> Option<(usize, u32)> {
        let [.., row, bit] = name else {
            return None;
        };
        Some((usize::from(row & 31), 1 << (bit & 31)))
    }
}
