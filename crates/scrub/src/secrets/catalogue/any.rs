use crate::secrets::Kind;

/// The kinds that are found by what stands around them, not by how they begin.
pub(super) const KINDS: [Kind; 17] = [
    kind("private-key", "Any", "body of a private key"),
    kind(
        "password",
        "Any",
        "password or other secret with its name in front",
    ),
    kind(
        "connection-password",
        "Any",
        "password in a URL or connection string",
    ),
    kind(
        "authorization",
        "Any",
        "credentials of an Authorization header",
    ),
    kind(
        "session-cookie",
        "Any",
        "value of a session, sign-in or CSRF cookie",
    ),
    kind("url-signature", "Any", "signature of a presigned URL"),
    kind("card-number", "Any", "number of a payment card"),
    kind(
        "azure-account-key",
        "Azure",
        "key of a storage account, bus or hub",
    ),
    kind(
        "aws-secret-key",
        "AWS",
        "secret access key with its name in front",
    ),
    kind("putty-private-key", "PuTTY", "private part of a key file"),
    kind("slack-webhook", "Slack", "address of a webhook"),
    kind("discord-webhook", "Discord", "address of a webhook"),
    kind("teams-webhook", "Microsoft Teams", "address of a webhook"),
    kind("zapier-webhook", "Zapier", "address of a webhook"),
    kind("make-webhook", "Make", "address of a webhook"),
    kind("feishu-webhook", "Feishu", "address of a bot's webhook"),
    kind("wecom-webhook", "WeCom", "address of a bot's webhook"),
];

const fn kind(id: &'static str, provider: &'static str, what: &'static str) -> Kind {
    Kind { id, provider, what }
}
