//! The tag `device.class`: reference/PROTOCOL.md section 8.4.

use super::tags;
use crate::json::{Object, Value};
use crate::place::Place;

const TAG: &str = "device.class";
const LOW: &str = "1";
const MEDIUM: &str = "2";
const HIGH: &str = "3";

const GIBIBYTE: f64 = 1_073_741_824.0;
/// Below any of these a device is of the low class: processors, their megahertz, bytes of memory.
const MEDIUM_MIN: (f64, f64, f64) = (8.0, 2_000.0, 4.0 * GIBIBYTE);
/// Below any of these it is of the medium class: megahertz, bytes of memory.
const HIGH_MIN: (f64, f64) = (2_500.0, 6.0 * GIBIBYTE);

/// Tags the event with the class of its device, where the SDK says enough about it.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    let device = body
        .get("contexts")
        .and_then(|contexts| contexts.get("device")?.as_object());
    if let Some(class) = device.and_then(class) {
        tags::set(body, root, TAG, Value::from(class));
    }
}

fn class(device: &Object<'_>) -> Option<&'static str> {
    let number = |key| device.get(key).and_then(Value::as_f64);
    device.get_str("family")?;
    let processors = number("processor_count")?;
    let megahertz = number("processor_frequency")?;
    let memory = number("memory_size")?;
    let (processors_min, megahertz_min, memory_min) = MEDIUM_MIN;
    let (fast, large) = HIGH_MIN;
    Some(
        if processors < processors_min || megahertz < megahertz_min || memory < memory_min {
            LOW
        } else if megahertz < fast || memory < large {
            MEDIUM
        } else {
            HIGH
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[track_caller]
    fn check(device: &str, expected: Option<&str>) {
        let device = parse(device.as_bytes()).expect("reads");
        assert_eq!(class(device.as_object().expect("is one")), expected);
    }

    #[test]
    fn the_weakest_part_decides_the_class() {
        let device = |count: u64, frequency: u64, memory: u64| {
            format!(
                r#"{{"family":"Pixel","processor_count":{count},"processor_frequency":{frequency},"memory_size":{memory}}}"#
            )
        };
        check(&device(4, 3_000, 8_589_934_592), Some(LOW));
        check(&device(8, 1_900, 8_589_934_592), Some(LOW));
        check(&device(8, 3_000, 2_147_483_648), Some(LOW));
        check(&device(8, 2_400, 8_589_934_592), Some(MEDIUM));
        check(&device(8, 3_000, 4_294_967_296), Some(MEDIUM));
        check(&device(8, 2_500, 6_442_450_944), Some(HIGH));
        check(r#"{"family":"Pixel","processor_count":8}"#, None);
    }
}
