//! The colours a person chose: the system's, light or dark, kept in a cookie so that the first
//! paint is right without script.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, time::Duration};

use crate::Web;
use crate::session::{cookie, own_cookie};

const THEME_COOKIE: &str = "watchfire_theme";
const KEPT_DAYS: i64 = 365;

/// A choice of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All choices in the order of the menu.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice that the request's cookie holds.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        cookie(request, THEME_COOKIE)
            .map(|name| Self::parse(&name))
            .unwrap_or_default()
    }

    /// The choice of a name; the system's for any other word.
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The name in forms, cookies and the `data-theme` attribute.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word in the menu.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The cookie that keeps the choice for a year.
    pub(crate) fn cookie(self, web: &Web) -> Cookie<'static> {
        let mut cookie = own_cookie(web, THEME_COOKIE, self.name().to_owned());
        cookie.set_max_age(Duration::days(KEPT_DAYS));
        cookie
    }
}
