//! `.env.sample`, made from the table of settings so that it cannot fall behind.

use super::SETTINGS;

const HEAD: &str = "\
# Settings of Watchfire with their defaults. A flag beats the environment, the environment beats
# the file watchfire.toml in the data folder. `watchfire config` prints what is in force.
";

#[test]
fn the_sample_file_lists_every_setting_with_its_default() {
    let mut expected = HEAD.to_owned();
    for setting in SETTINGS {
        expected += &format!(
            "\n# {}.\n# {}={}\n",
            setting.help, setting.variable, setting.default
        );
    }
    assert_eq!(include_str!("../../../../.env.sample"), expected);
}
