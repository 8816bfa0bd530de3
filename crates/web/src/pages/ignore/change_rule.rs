use actix_web::{HttpResponse, web};
use watchfire_event::Timestamp;
use watchfire_store::ignore_rule::{self, StoredRule};
use watchfire_store::project::Project;
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::edit_rule::{base_of, guarded};
use super::rule_view;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::grouping::rights::Rights;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::{Toast, Undo};
use crate::{Web, access, address};

/// What is to become of a rule besides what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    On,
    Off,
    Up,
    Down,
    Remove,
    Restore,
    /// To say again what it said after this step of its history.
    GoBack(i64),
}

impl Wish {
    fn of(word: &str) -> Option<Self> {
        match word {
            "on" => Some(Self::On),
            "off" => Some(Self::Off),
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            "remove" => Some(Self::Remove),
            "restore" => Some(Self::Restore),
            other => other.strip_prefix("back ")?.parse().ok().map(Self::GoBack),
        }
    }

    fn told(self, name: &str) -> String {
        let did = match self {
            Self::On => "Switched on",
            Self::Off => "Switched off",
            Self::Up | Self::Down => "Moved",
            Self::Remove => "Removed",
            Self::Restore => "Brought back",
            Self::GoBack(_) => "Went back to an earlier version of",
        };
        format!("{did} “{name}”")
    }
}

/// `POST …/ignore-rules/{id}/change` with `action`: `on`, `off`, `up`, `down`, `remove`, `restore` or
/// `back N` (to what it said after step N of its history), and perhaps `base`, the version that was
/// looked at. Without it nothing is checked; one that cannot be read is refused.
pub(super) async fn change_rule(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    guarded(&web, &user, &slug, id).await?;
    let wish = Wish::of(form.one("action")).ok_or_else(|| {
        WebError::BadRequest(
            "A rule can be switched on or off, moved up or down, removed, restored or set back."
                .to_owned(),
        )
    })?;
    let base = base_of(&form);
    let (account, now, name) = (user.account.clone(), user.visitor.now, slug.clone());
    let changed = web.database.write(move |conn| {
        let project = access::project(conn, &account, &name)?;
        let stored = rule_view::find(conn, &project, id)?;
        if let Some(base) = base? {
            ignore_rule::check_base(conn, &stored, base)?;
        }
        change(conn, &stored, wish, &account, now)?;
        Ok(stored.name)
    });
    let toast = match changed.await {
        Ok(name) => {
            let undo = match wish {
                Wish::Remove => Undo::IgnoreRule(id),
                _ => Undo::Nothing,
            };
            Toast::with_undo(wish.told(&name), &slug, undo, now)
        }
        Err(store::Error::Refused(reason) | store::Error::Overtaken(reason)) => {
            Toast::plain(format!("Not done: {reason}"), &slug, now)
        }
        Err(other) => return Err(other.into()),
    };
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    let list = address::ignore_rules(&slug);
    Ok(see_other(form.back(&list), [cookie]))
}

fn change(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    wish: Wish,
    account: &User,
    now: Timestamp,
) -> store::Result<()> {
    let author = Some(account.id);
    match wish {
        Wish::On | Wish::Off => ignore_rule::switch(conn, stored, wish == Wish::On, author, now),
        Wish::Up | Wish::Down => {
            ignore_rule::move_by_one(conn, stored, wish == Wish::Up, author, now)
        }
        Wish::Remove => ignore_rule::remove(conn, stored, author, now),
        Wish::Restore => ignore_rule::restore(conn, stored, author, now),
        Wish::GoBack(step) => ignore_rule::go_back(conn, stored, step, author, now),
    }
}

/// Brings a removed rule of a project or its organisation back; `false` when there is none, or
/// none that the person may change.
///
/// # Errors
/// When the database fails, or the rule's name or place was taken meanwhile.
pub(in crate::pages) fn restore(
    conn: &mut Conn<'_>,
    account: &User,
    project: &Project,
    id: i64,
    now: Timestamp,
) -> store::Result<bool> {
    let rights = Rights::of(conn, account, project)?;
    let stored = ignore_rule::get(conn, id)?.filter(|rule| rule.scope.holds_for(project));
    let Some(stored) = stored.filter(|rule| rule.is_removed && rights.may_change(rule.scope))
    else {
        return Ok(false);
    };
    ignore_rule::restore(conn, &stored, Some(account.id), now)?;
    Ok(true)
}
