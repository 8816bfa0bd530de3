use std::sync::Mutex;

/// How every secret begins; a leak is found by this, then known by the number that follows.
const BEGINNING: &str = "Wf5eCr3t";
/// The same in Base64, behind `bob:`.
const BEGINNING_IN_BASE64: &str = "Ym9iOldmNWVDcjN0";
/// How every token ends; what is left of one that lost its beginning.
const ENDING: &str = "lMnOpQrS";
const NUMBER_DIGITS: usize = 5;

/// Which secret was planted where.
#[derive(Default)]
pub(super) struct Ledger {
    places: Mutex<Vec<String>>,
}

impl Ledger {
    /// A new secret for a place: letters and digits, like no other.
    pub(super) fn secret(&self, place: &str) -> String {
        let mut places = self.places.lock().unwrap();
        let number = places.len();
        places.push(place.to_owned());
        format!("{BEGINNING}{number:05}xK9p")
    }

    /// A new token of a provider for a place.
    pub(super) fn token(&self, place: &str) -> String {
        // In two parts, so that nobody takes this for one.
        format!(
            "{}{}AbCdEfGhIjKlMnOpQrS",
            concat!("gh", "p_"),
            self.secret(place)
        )
    }

    /// Where the secret begins in a text that hides one, in whatever encoding.
    pub(super) fn start(text: &str) -> usize {
        let mut starts = [BEGINNING, BEGINNING_IN_BASE64]
            .map(|it| text.find(it))
            .into_iter();
        starts.find_map(|start| start).expect("hides a secret")
    }

    /// The places whose secrets stand in what was found, each once.
    pub(super) fn leaks(&self, found: &[u8]) -> Vec<String> {
        let places = self.places.lock().unwrap();
        let mut leaks = Vec::new();
        let hex: String = BEGINNING
            .bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut add = |leak: String| {
            if !leaks.contains(&leak) {
                leaks.push(leak);
            }
        };
        for rest in after(found, BEGINNING.as_bytes()) {
            let digits = rest.get(..NUMBER_DIGITS).unwrap_or_default();
            let number = std::str::from_utf8(digits).ok();
            let number: Option<usize> = number.and_then(|digits| digits.parse().ok());
            let place = number.and_then(|number| places.get(number));
            add(place.map_or_else(|| "a part of a secret".to_owned(), Clone::clone));
        }
        if after(found, BEGINNING_IN_BASE64.as_bytes())
            .next()
            .is_some()
        {
            add("a password in Base64".to_owned());
        }
        let wide: Vec<u8> = BEGINNING.bytes().flat_map(|byte| [byte, 0]).collect();
        for (part, what) in [
            (hex.as_bytes(), "a secret in hexadecimal digits"),
            (&wide, "a secret in two bytes a character"),
            (ENDING.as_bytes(), "the end of a token"),
        ] {
            if after(found, part).next().is_some() {
                add(what.to_owned());
            }
        }
        leaks
    }
}

/// What follows each place at which `part` stands.
fn after<'t>(text: &'t [u8], part: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
    let places = memchr::memmem::find_iter(text, part);
    places.map(move |place| &text[place + part.len()..])
}
