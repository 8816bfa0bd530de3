use std::net::IpAddr;

use watchfire_event::json::{Object, Value};
use watchfire_event::{MetaTree, PathItem, Remark, RemarkKind};

use super::Walk;
use crate::path::Node;
use crate::schema::Field;

const IP_ADDRESS: &str = "ip_address";
/// What SDKs send for the address that the server should fill in.
const IP_AUTO: &str = "{{auto}}";

impl Walk<'_> {
    /// Scrubs the user. An address that is no address any more becomes the user's id, if nothing
    /// else identifies the user: so that hashed addresses still count users
    /// (reference/SCRUBBING.md section 3.8).
    pub(super) fn user(
        &self,
        user: &mut Object<'_>,
        field: &Field,
        node: &Node<'_>,
        notes: &mut MetaTree,
    ) {
        if self.turn.is_none() {
            // What one configuration moved, the next one sees where it is then.
            let last = self.plan.turns().last().unwrap_or_default();
            for turn in self.plan.turns().filter(|turn| *turn < last).chain([last]) {
                let one = Self {
                    turn: Some(turn),
                    // They are looked for in what all rules leave.
                    secrets: self.secrets.filter(|_| turn == last),
                    ..*self
                };
                one.user(user, field, node, notes);
            }
            return;
        }
        let was_valid = is_valid_or_absent(user);
        self.fields(user, field, node, notes);
        let is_known = ["id", "username", "email"]
            .iter()
            .any(|key| is_present(user, key));
        if was_valid && !is_known && !is_valid_or_absent(user) {
            move_address_to_id(user, notes);
        }
    }
}

fn move_address_to_id(user: &mut Object<'_>, notes: &mut MetaTree) {
    let address = user.insert(IP_ADDRESS, Value::Null).unwrap_or_default();
    user.insert("id", address);
    let moved = notes.take(PathItem::Key(IP_ADDRESS)).unwrap_or_default();
    notes.put(PathItem::Key("id"), moved);
    let address_notes = notes.child_mut(PathItem::Key(IP_ADDRESS));
    address_notes.meta.remarks.push(Remark {
        rule: "pii:ip_address".to_owned(),
        kind: RemarkKind::Removed,
        range: None,
    });
}

fn is_present(user: &Object<'_>, key: &str) -> bool {
    user.get(key).is_some_and(|value| !value.is_null())
}

fn is_valid_or_absent(user: &Object<'_>) -> bool {
    match user.get(IP_ADDRESS) {
        None | Some(Value::Null) => true,
        Some(value) => value
            .as_str()
            .is_some_and(|text| text == IP_AUTO || text.parse::<IpAddr>().is_ok()),
    }
}
