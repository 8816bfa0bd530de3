//! What surrounds the content of every page: title, bar, project switcher, tabs, filters, theme
//! and the sentence about the last action. Rendered by `layout.hbs`.

use actix_web::web;
use serde::{Deserialize, Serialize};
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::address;
use crate::session::{CurrentUser, Visitor};
use crate::theme::Theme;
use crate::undo::Undo;

/// The frame of one page. Handlers make it with [`Frame::new`] or [`Frame::of_project`] and set
/// what their page adds: `styles`, `scripts`, `filters`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Frame {
    /// What the browser's tab says, before `· Watchfire`.
    pub(crate) title: String,
    /// The instant of the request; relative times count from it.
    pub(crate) now: Timestamp,
    /// `light` or `dark` when chosen, else nothing: the system decides.
    pub(crate) theme: Option<&'static str>,
    /// The choices in the menu.
    pub(crate) themes: Vec<Choice>,
    /// The secret that every form on the page carries in its field `csrf`.
    pub(crate) csrf: String,
    /// Path and query of the page, for forms that come back to it.
    pub(crate) path: String,
    /// Who is logged in; without, the page has no bar.
    pub(crate) user: Option<FrameUser>,
    /// The project that the page is about.
    pub(crate) project: Option<FrameProject>,
    /// The projects of the switcher.
    pub(crate) projects: Vec<ProjectLink>,
    /// The pages of the project.
    pub(crate) tabs: Vec<Tab>,
    /// The selectors and the search field of the bar.
    pub(crate) filters: Option<Filters>,
    /// What is told about the last action.
    pub(crate) toast: Option<FrameToast>,
    /// Further style sheets, as paths below `web/static`.
    pub(crate) styles: Vec<&'static str>,
    /// Further modules, as paths below `web/static`.
    pub(crate) scripts: Vec<&'static str>,
    /// The keys that work on the page.
    pub(crate) keys: Vec<Key>,
    /// After how many seconds the page loads again where there is no script.
    pub(crate) refresh_seconds: Option<u32>,
}

/// The account in the bar.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FrameUser {
    pub(crate) email: String,
    /// One or two capital letters.
    pub(crate) initials: String,
}

/// The project in the bar.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FrameProject {
    pub(crate) name: String,
    pub(crate) slug: String,
}

/// A line of the project switcher.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProjectLink {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// A page of a project.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// One of several things to choose.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
}

/// A field that a form carries along unseen.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hidden {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// Keys of one purpose, for the help.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Key {
    pub(crate) keys: &'static [&'static str],
    pub(crate) does: &'static str,
}

impl Key {
    /// The keys of every page.
    const EVERYWHERE: [Self; 3] = [
        Self::new(&["u"], "undo the last change"),
        Self::new(&["?"], "this help"),
        Self::new(&["Esc"], "close"),
    ];
    /// The key of pages with a search field.
    pub(crate) const SEARCH: Self = Self::new(&["/"], "search");
    /// The keys of the issue list.
    pub(crate) const LIST: [Self; 7] = [
        Self::new(&["j", "k"], "next, previous row"),
        Self::new(&["o", "Enter"], "open"),
        Self::new(&["x"], "select"),
        Self::new(&["e"], "resolve what is selected"),
        Self::new(&["a"], "archive what is selected"),
        Self::new(&["m"], "merge what is selected"),
        Self::new(&["Esc"], "clear the selection"),
    ];

    /// What these keys do, in the words of the help.
    pub(crate) const fn new(keys: &'static [&'static str], does: &'static str) -> Self {
        Self { keys, does }
    }
}

/// The selectors and the search field of the bar: a form that asks for the issue list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Filters {
    /// Where the form leads.
    pub(crate) action: String,
    /// The words of the search, each with the address of the list without it.
    pub(crate) words: Vec<FilterWord>,
    /// What stands in the search field: words that could not be read.
    pub(crate) rest: String,
    /// What is wrong with the search, and what to do.
    pub(crate) error: Option<String>,
    /// The environments of the project, and all of them.
    pub(crate) environments: Vec<Choice>,
    /// The periods.
    pub(crate) periods: Vec<Choice>,
    /// What else the address keeps, the words above among it.
    pub(crate) hidden: Vec<Hidden>,
}

/// A word of the search that can be removed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterWord {
    pub(crate) text: String,
    /// The address of the list without the word.
    pub(crate) remove: String,
}

/// What is told about the last action.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FrameToast {
    pub(crate) text: String,
    /// Where the form that undoes it is posted to; nothing when it cannot be undone.
    pub(crate) undo: Option<String>,
    /// What could come next.
    pub(crate) link: Option<ToastLink>,
    /// When it ends, in milliseconds since 1970.
    pub(crate) until_ms: i64,
}

/// A link that is offered after an action.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ToastLink {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// What an address chooses that other pages of the bar understand too. Each page reads the words
/// that it knows and shows its own choice instead of the others.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
struct Carried {
    environment: String,
    period: String,
}

impl Carried {
    /// What the path and query of a page choose.
    fn of(path: &str) -> Self {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        web::Query::<Self>::from_query(query)
            .map(web::Query::into_inner)
            .unwrap_or_default()
    }

    /// The address of another page with the same choice.
    fn to(&self, page: &str) -> String {
        let fields = [
            ("environment", self.environment.as_str()),
            ("period", &self.period),
        ];
        address::with_query(page, &fields)
    }
}

/// The pages of a project that the tabs lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The issue list and everything below it.
    Issues,
    /// What users wrote.
    Feedback,
    /// The health of releases.
    Releases,
    /// What became of everything that came in.
    Stats,
    /// The settings of the project.
    Settings,
}

impl Section {
    /// The sections in the order of the tabs.
    const ALL: [Self; 5] = [
        Self::Issues,
        Self::Feedback,
        Self::Releases,
        Self::Stats,
        Self::Settings,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Issues => "Issues",
            Self::Feedback => "Feedback",
            Self::Releases => "Releases",
            Self::Stats => "Stats",
            Self::Settings => "Settings",
        }
    }

    /// The page of the section for the project of this slug.
    fn address(self, slug: &str) -> String {
        match self {
            Self::Issues => address::issues(slug),
            Self::Feedback => address::feedback(slug),
            Self::Releases => address::releases(slug),
            Self::Stats => address::stats(slug),
            Self::Settings => address::settings(slug),
        }
    }
}

impl Frame {
    /// The frame of a page that belongs to no project.
    pub(crate) fn new(visitor: &Visitor, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            now: visitor.now,
            theme: (visitor.theme != Theme::System).then(|| visitor.theme.name()),
            themes: Theme::ALL.map(|theme| theme_choice(theme, visitor)).into(),
            csrf: visitor.csrf.clone(),
            path: visitor.path.clone(),
            user: visitor.user.as_ref().map(|user| FrameUser {
                email: user.email.clone(),
                initials: initials(&user.name, &user.email),
            }),
            project: None,
            projects: Vec::new(),
            tabs: Vec::new(),
            filters: None,
            toast: visitor.toast.as_ref().map(|toast| FrameToast {
                text: toast.text.clone(),
                undo: (toast.undo != Undo::Nothing).then(|| address::undo(&toast.project)),
                link: toast.link.as_ref().map(|(label, href)| ToastLink {
                    label: label.clone(),
                    href: href.clone(),
                }),
                until_ms: toast.until.0 / 1_000,
            }),
            styles: Vec::new(),
            scripts: Vec::new(),
            keys: Key::EVERYWHERE.into(),
            refresh_seconds: None,
        }
    }

    /// The frame of a page for someone who is logged in: with the project switcher and, when the
    /// page is about a project, its tabs.
    pub(crate) fn of_project(
        conn: &mut Conn<'_>,
        user: &CurrentUser,
        project: Option<(&Project, Section)>,
        title: impl Into<String>,
    ) -> store::Result<Self> {
        let mut frame = Self::new(&user.visitor, title);
        let current = project.map(|(project, _)| project.id);
        let section = project.map_or(Section::Issues, |(_, section)| section);
        let carried = Carried::of(&user.visitor.path);
        // Another project has other environments.
        let of_any_project = Carried {
            environment: String::new(),
            ..carried.clone()
        };
        for known in crate::access::projects(conn, &user.account)? {
            frame.projects.push(ProjectLink {
                href: of_any_project.to(&section.address(&known.slug)),
                current: current == Some(known.id),
                name: known.name,
            });
        }
        if let Some((project, section)) = project {
            frame.project = Some(FrameProject {
                name: project.name.clone(),
                slug: project.slug.clone(),
            });
            frame.tabs = tabs(&project.slug, section, &carried);
        }
        Ok(frame)
    }
}

fn tabs(slug: &str, current: Section, carried: &Carried) -> Vec<Tab> {
    let tab = |section: Section| Tab {
        label: section.label(),
        href: carried.to(&section.address(slug)),
        current: section == current,
    };
    Section::ALL.map(tab).into()
}

fn theme_choice(theme: Theme, visitor: &Visitor) -> Choice {
    Choice {
        value: theme.name().to_owned(),
        label: theme.label().to_owned(),
        selected: theme == visitor.theme,
    }
}

/// The first letters of the first two words of the name, or the first letter of the address.
fn initials(name: &str, email: &str) -> String {
    let letters: String = name
        .split_whitespace()
        .take(2)
        .filter_map(|word| word.chars().next())
        .collect();
    if letters.is_empty() {
        email.chars().take(1).flat_map(char::to_uppercase).collect()
    } else {
        letters.to_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_carry_what_was_chosen() {
        let carried = Carried::of("/projects/shop/issues?query=x&period=7d&environment=a%26b");
        let tabs = tabs("shop", Section::Issues, &carried);
        let stats = tabs.iter().find(|tab| tab.label == "Stats").unwrap();
        assert_eq!(
            stats.href,
            "/projects/shop/stats?environment=a%26b&period=7d"
        );
        assert!(
            tabs.iter()
                .all(|tab| tab.current == (tab.label == "Issues"))
        );
        assert_eq!(Carried::of("/projects/shop/stats"), Carried::default());
        assert_eq!(Carried::of("/x?period=1&period=2"), Carried::default());
    }

    #[test]
    fn initials_come_from_the_name_or_else_from_the_address() {
        assert_eq!(initials("Ana de la Cruz", "x@example.com"), "AD");
        assert_eq!(initials(" ", "ana@example.com"), "A");
        assert_eq!(initials("", ""), "");
    }
}
