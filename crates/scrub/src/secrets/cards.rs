use super::alphabet::Alphabet;
use super::catalogue::number;
use super::finder::Found;
use super::runs::Runs;

/// Digits that people write between two spaces or hyphens: fewer are numbers in a row.
const GROUP_DIGITS_MIN: usize = 3;

/// Digits of the shortest and of the longest number.
const DIGITS_MIN: usize = 12;
const DIGITS_MAX: usize = 19;
/// So many first digits tell the network.
const HEAD_DIGITS: usize = 6;

/// First digits, from and to, and the lengths of the numbers that begin so, from and to, by
/// network: Visa, Mastercard, American Express, Discover, Diners Club, JCB, `UnionPay`, Maestro, Mir.
const RANGES: [(u32, u32, usize, usize); 23] = [
    (400_000, 499_999, 16, 16),
    (400_000, 499_999, 19, 19),
    (222_100, 272_099, 16, 16),
    (510_000, 559_999, 16, 16),
    (340_000, 349_999, 15, 15),
    (370_000, 379_999, 15, 15),
    (601_100, 601_199, 16, 19),
    (644_000, 659_999, 16, 19),
    (300_000, 305_999, 14, 16),
    (309_500, 309_599, 14, 16),
    (360_000, 369_999, 14, 14),
    (380_000, 399_999, 14, 16),
    (352_800, 358_999, 16, 19),
    (620_000, 629_999, 16, 19),
    (810_000, 817_199, 16, 19),
    (500_000, 509_999, 12, 19),
    (560_000, 589_999, 12, 19),
    (630_400, 630_499, 12, 19),
    (639_000, 639_099, 12, 19),
    (675_900, 675_999, 12, 19),
    (676_100, 676_399, 12, 19),
    (220_000, 220_499, 16, 19),
    (979_200, 979_299, 16, 16),
];

/// Finds numbers of payment cards, digits together or in groups with one space or hyphen between
/// them.
pub(super) fn find(bytes: &[u8], out: &mut Vec<Found>) {
    for (start, end) in Runs::new(bytes, Alphabet::CARD, DIGITS_MIN) {
        let mut place = start;
        while place < end {
            let group = digits(bytes, place);
            match card_end(bytes, place) {
                Some(end) => {
                    let kind = number("card-number");
                    out.push(Found {
                        start: place,
                        end,
                        kind,
                    });
                    place = end;
                }
                None => place += group.max(1),
            }
        }
    }
}

/// Whether these are the digits of a card, with or without other characters between them: a range
/// of a known network (ISO/IEC 7812) and the check digit of Luhn's formula.
pub(crate) fn is_card(number: &[u8]) -> bool {
    let digits = number.iter().filter(|byte| byte.is_ascii_digit());
    let (mut count, mut head) = (0, 0);
    for digit in digits.clone() {
        if count < HEAD_DIGITS {
            head = head * 10 + u32::from(digit - b'0');
        }
        count += 1;
    }
    let is_known = RANGES.iter().any(|(from, to, shortest, longest)| {
        (*from..=*to).contains(&head) && (*shortest..=*longest).contains(&count)
    });
    is_known && has_check_digit(digits)
}

fn has_check_digit<'d>(digits: impl DoubleEndedIterator<Item = &'d u8>) -> bool {
    let mut sum = 0;
    for (place, digit) in digits.rev().enumerate() {
        let value = u32::from(digit - b'0');
        sum += match (place % 2, value) {
            (0, _) => value,
            (_, 0..=4) => value * 2,
            _ => value * 2 - 9,
        };
    }
    sum % 10 == 0
}

/// Where the longest number of a card ends that starts with the group of digits at `place`.
fn card_end(bytes: &[u8], place: usize) -> Option<usize> {
    let before = bytes.get(..place)?.last();
    if before.is_some_and(|byte| Alphabet::IDENTIFIER.has(*byte) || matches!(byte, b'.' | b'+')) {
        return None;
    }
    let (mut end, mut count, mut found) = (place, 0, None);
    let mut separator = None;
    loop {
        let group = digits(bytes, end);
        end += group;
        count += group;
        let is_single = separator.is_none();
        if (!is_single && group < GROUP_DIGITS_MIN) || count > DIGITS_MAX {
            return found;
        }
        let number = bytes.get(place..end)?;
        if count >= DIGITS_MIN && ends_here(bytes, end) && is_card(number) {
            found = Some(end);
        }
        match bytes.get(end) {
            Some(byte @ (b' ' | b'-'))
                if group >= GROUP_DIGITS_MIN && separator.is_none_or(|old| old == *byte) =>
            {
                separator = Some(*byte);
                end += 1;
            }
            _ => return found,
        }
    }
}

/// Whether no letter and no decimal place follows.
fn ends_here(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end..) {
        Some([b'.', after, ..]) => !after.is_ascii_digit(),
        Some([after, ..]) => !Alphabet::IDENTIFIER.has(*after),
        _ => true,
    }
}

/// How many digits stand at `place`, one more than a card has at most.
fn digits(bytes: &[u8], place: usize) -> usize {
    let rest = bytes.get(place..).unwrap_or_default();
    Alphabet::DIGITS.count(rest, DIGITS_MAX + 1)
}
