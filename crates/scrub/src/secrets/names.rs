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
static NAMES: [(&str, bool, Meaning); 37] = [
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
static COOKIES: [&str; 52] = [
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
    if !may_mean(name) {
        return None;
    }
    let name = without_hyphens(name)?;
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
    let mut named = ENDS.names_like(squashed).filter(|(known, is_ending, _)| {
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

/// Whether the name may say something, as far as its ends tell: most words are ruled out so.
fn may_mean(name: &[u8]) -> bool {
    let mut letters = name
        .iter()
        .rev()
        .filter(|byte| byte.is_ascii_alphanumeric());
    let (last, before) = (letters.next(), letters.next());
    let ends_so = last
        .zip(before)
        .is_some_and(|(last, before)| ENDS.may_have(&[*before, *last]));
    ends_so || without_hyphens(name).is_some_and(may_be_cookie)
}

/// The part of the name that counts. In keys of tags, blanks have become hyphens.
fn without_hyphens(name: &[u8]) -> Option<&[u8]> {
    let name = name.get(name.len().saturating_sub(NAME_BYTES_MAX)..)?;
    let hyphens = name.iter().take_while(|byte| **byte == b'-').count();
    name.get(hyphens..)
}

fn is_cookie(lower: &[u8]) -> bool {
    let mut known = ENDS.cookies_like(lower);
    known.any(|name| lower == name.as_bytes())
        || may_be_cookie(lower)
            && COOKIE_BEGINNINGS
                .iter()
                .any(|start| lower.starts_with(start.as_bytes()))
}

/// Whether a name begins with the first two bytes of one of [`COOKIE_BEGINNINGS`].
fn may_be_cookie(name: &[u8]) -> bool {
    matches!(
        name,
        [b'.', b'a' | b'A', ..]
            | [b'_', b'_' | b's' | b'S', ..]
            | [b'a' | b'A', b's' | b'S', ..]
            | [b'r' | b'R', b'e' | b'E', ..]
            | [b'w' | b'W', b'o' | b'O', ..]
    )
}

/// Whether another word ends in front of the last `length` bytes: `db_pass`, not `bypass`.
fn begins_word(lower: &[u8], length: usize) -> bool {
    let before = lower.len().checked_sub(length + 1);
    let before = before.and_then(|place| lower.get(place));
    before.is_some_and(|byte| matches!(byte, b'_' | b'-' | b'.'))
}

/// How all names end, by the low five bits of their last bytes: most other words end otherwise.
#[derive(Default)]
struct Ends {
    /// For the last byte but one, a bit for each last byte.
    pairs: [u32; 32],
    /// For the last byte, a bit for each of [`NAMES`] and of [`COOKIES`].
    names: [u64; 32],
    cookies: [u64; 32],
}

static ENDS: LazyLock<Ends> = LazyLock::new(|| {
    let mut ends = Ends::default();
    let names = || NAMES.iter().map(|(name, ..)| *name);
    for name in names().chain(COOKIES).chain(PERHAPS_COOKIES) {
        if let Some((row, bit)) = Ends::place(name.as_bytes())
            && let Some(row) = ends.pairs.get_mut(row)
        {
            *row |= bit;
        }
    }
    for (list, rows) in [
        (names().collect::<Vec<_>>(), &mut ends.names),
        (COOKIES.to_vec(), &mut ends.cookies),
    ] {
        for (number, name) in list.iter().enumerate() {
            if let Some(row) = rows.get_mut(Ends::last(name.as_bytes())) {
                *row |= 1 << number;
            }
        }
    }
    ends
});

impl Ends {
    fn may_have(&self, name: &[u8]) -> bool {
        let place = Self::place(name);
        place.is_some_and(|(row, bit)| self.pairs.get(row).is_some_and(|row| row & bit != 0))
    }

    /// Those of [`NAMES`] that end in the same byte.
    fn names_like(
        &self,
        name: &[u8],
    ) -> impl Iterator<Item = &'static (&'static str, bool, Meaning)> {
        let bits = self.names.get(Self::last(name)).copied();
        numbers(bits.unwrap_or_default()).filter_map(|number| NAMES.get(number))
    }

    /// Those of [`COOKIES`] that end in the same byte.
    fn cookies_like(&self, name: &[u8]) -> impl Iterator<Item = &'static &'static str> {
        let bits = self.cookies.get(Self::last(name)).copied();
        let bits = bits.filter(|_| self.may_have(name));
        numbers(bits.unwrap_or_default()).filter_map(|number| COOKIES.get(number))
    }

    fn last(name: &[u8]) -> usize {
        name.last().map_or(0, |byte| usize::from(byte & 31))
    }

    fn place(name: &[u8]) -> Option<(usize, u32)> {
        let [.., row, bit] = name else {
            return None;
        };
        Some((usize::from(row & 31), 1 << (bit & 31)))
    }
}

/// The places of the bits that are set.
fn numbers(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let number = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        usize::try_from(number).ok()
    })
}
