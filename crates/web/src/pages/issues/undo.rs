use actix_web::{HttpResponse, web};
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::issue::{self, FormerStatus};
use watchfire_store::project::Project;
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::merging::{self, Undone};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::filters::undo as filters;
use crate::pages::ignore::change_rule::restore as restore_ignore_rule;
use crate::pages::owner::Owner;
use crate::pages::scrubbing::save::restore as restore_scrubbing;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::{Toast, Undo};
use crate::{Web, access, address};

/// `POST /projects/{slug}/undo`: takes the last action back: issues get their former status, what
/// was merged comes apart, what came apart is merged.
///
/// What it was is in the signed cookie, so the form has no field but `back`.
pub(crate) async fn undo(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let list = address::issues(&slug);
    let back = form.back(&list).to_owned();
    let visitor = user.visitor.clone();
    let toast = web
        .database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let now = user.visitor.now;
            let last = match user.visitor.toast {
                Some(toast) if toast.project == slug => toast.undo,
                _ => Undo::Nothing,
            };
            let undone = take_back(conn, &project, last, &user.account, now)?;
            Ok(Toast::plain(words(undone), &slug, now))
        })
        .await?;
    Ok(see_other(&back, [toast.cookie(&web, &visitor.csrf)]))
}

fn words(undone: Undone) -> String {
    let text = match undone {
        Undone { count: 0, left: 0 } => return "Nothing to undo any more".to_owned(),
        Undone { count: 0, .. } => return "These issues cannot be taken apart any more".to_owned(),
        Undone { count: 1, .. } => "Undone".to_owned(),
        Undone { count, .. } => format!("Undone for {count} issues"),
    };
    match undone.left {
        0 => text,
        1 => format!("{text}; 1 issue could not be taken out"),
        left => format!("{text}; {left} issues could not be taken out"),
    }
}

/// Gives issues back what they had.
fn take_back(
    conn: &mut Conn<'_>,
    project: &Project,
    undo: Undo,
    account: &User,
    now: Timestamp,
) -> store::Result<Undone> {
    let author = account.id;
    let all = |count| Undone { count, left: 0 };
    match undo {
        Undo::Nothing => Ok(Undone::default()),
        Undo::Statuses(former) => restore(conn, project, former, author, now).map(all),
        Undo::Merge { target, merged } => {
            let merged = merging::of_project(conn, project, &merged)?;
            let target = merging::of_project(conn, project, &[target])?;
            match target.as_slice() {
                [target] => merging::take_apart(conn, *target, &merged, author, now),
                _ => Ok(Undone::default()),
            }
        }
        Undo::Unmerge { target, others } => {
            let others = merging::of_project(conn, project, &others)?;
            let target = merging::of_project(conn, project, &[target])?;
            match target.as_slice() {
                [target] if !others.is_empty() => {
                    let done = issue::merge(conn, *target, &others, Some(author), now)?;
                    Ok(all(done.merged.len()))
                }
                _ => Ok(Undone::default()),
            }
        }
        Undo::IgnoreRule(id) => {
            let restored = restore_ignore_rule(conn, account, project, id, now)?;
            Ok(all(usize::from(restored)))
        }
        Undo::Filters(former) => {
            let restored = filters::take_back(conn, account, project, &former, now)?;
            Ok(all(usize::from(restored)))
        }
        Undo::Scrubbing {
            is_organization,
            former,
            saved,
        } => {
            let owner = if is_organization {
                Owner::Organization
            } else {
                Owner::Project
            };
            let restored = restore_scrubbing(conn, account, project, owner, (former, saved), now)?;
            Ok(all(restored.iter().count()))
        }
    }
}

fn restore(
    conn: &mut Conn<'_>,
    project: &Project,
    mut former: Vec<FormerStatus>,
    author: UserId,
    now: Timestamp,
) -> store::Result<usize> {
    let ids: Vec<IssueId> = former.iter().map(|one| one.id).collect();
    let known = merging::of_project(conn, project, &ids)?;
    former.retain(|one| known.contains(&one.id));
    issue::restore_status(conn, &former, Some(author), now)?;
    Ok(former.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_undone_is_said() {
        let told = |count, left| words(Undone { count, left });
        assert_eq!(told(0, 0), "Nothing to undo any more");
        assert_eq!(told(0, 2), "These issues cannot be taken apart any more");
        assert_eq!(told(1, 0), "Undone");
        assert_eq!(
            told(3, 1),
            "Undone for 3 issues; 1 issue could not be taken out"
        );
    }
}
