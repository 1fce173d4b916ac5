//! The pages and the letter by which somebody signs in.

use axum::response::Response;
use http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::Views;
use super::device_list::ended_word;
use crate::domain::return_path::ReturnPath;
use crate::domain::sign_in::LETTER_LIFETIME;
use crate::mail;
use crate::site::Site;
use crate::store::{Ended, Letter};

/// Where a sign-in mail is asked for.
#[derive(Serialize)]
pub(in crate::web) struct SignInPage<'a> {
    /// The page that is wanted.
    pub(in crate::web) to: &'a str,
    /// What was typed.
    pub(in crate::web) email: &'a str,
    /// What is wrong with it.
    pub(in crate::web) fault: Option<&'a str>,
    /// Why somebody who was signed in here is not any more.
    pub(in crate::web) signed_out: Option<&'static str>,
}

impl<'a> SignInPage<'a> {
    /// The page of somebody of whom nothing is known but what he wants to see.
    pub(in crate::web) fn of(to: &'a ReturnPath) -> Self {
        Self { to: to.as_str(), email: "", fault: None, signed_out: None }
    }

    /// The same, for somebody who was signed in here until now.
    pub(in crate::web) fn after(self, signed_out: Option<Ended>) -> Self {
        Self { signed_out: ended_word(signed_out), ..self }
    }
}

/// Where the code of a sign-in mail is typed.
#[derive(Serialize)]
pub(in crate::web) struct CodePage<'a> {
    /// The address that was typed.
    pub(in crate::web) email: &'a str,
    /// Where another mail is asked for.
    pub(in crate::web) again: &'a str,
    /// What is wrong with a code that was typed.
    pub(in crate::web) fault: Option<&'a str>,
}

/// The page of a sign-in link.
#[derive(Serialize)]
pub(in crate::web) struct LinkPage<'a> {
    /// Whom it signs in.
    pub(in crate::web) email: &'a str,
    pub(in crate::web) token: &'a str,
    /// Who is signed in here as somebody else, which ends by it.
    pub(in crate::web) leaves: Option<&'a str>,
    /// Whether another browser asked for it.
    pub(in crate::web) asked_elsewhere: bool,
}

impl Views {
    pub(in crate::web) fn sign_in(
        &self,
        site: &Site,
        status: StatusCode,
        page: &SignInPage<'_>,
    ) -> Response {
        self.page(site, status, "signin.html", Value::from(Serde(page)))
    }

    pub(in crate::web) fn code(
        &self,
        site: &Site,
        status: StatusCode,
        page: &CodePage<'_>,
    ) -> Response {
        self.page(site, status, "code.html", Value::from(Serde(page)))
    }

    pub(in crate::web) fn link(&self, site: &Site, page: &LinkPage<'_>) -> Response {
        self.page(site, StatusCode::OK, "link.html", Value::from(Serde(page)))
    }

    /// The page of a link that is of no use any more.
    pub(in crate::web) fn dead_link(&self, site: &Site) -> Response {
        self.page(site, StatusCode::GONE, "link.html", context! {})
    }

    /// A sign-in mail.
    pub(in crate::web) fn letter(&self, site: &Site, letter: &Letter) -> mail::Letter {
        let link = format!("/_tollhouse/sign-in/{}", letter.token.expose());
        let (code, link) = (letter.code.expose(), site.config.site.url.join(&link));
        let minutes = LETTER_LIFETIME.as_secs() / 60;
        let values = context! { code, link, minutes, to => letter.to.as_str() };
        mail::Letter {
            to: letter.to.clone(),
            subject: format!("{code} is your code for {}", site.config.site.name),
            text: self.render(site, "letter.txt", values.clone()),
            html: self.render(site, "letter.html", values),
        }
    }

    /// The letters of a demo.
    pub(in crate::web) fn inbox(&self, site: &Site, letters: &[mail::Letter]) -> Response {
        let here = site.config.site.url.as_str();
        let letters: Vec<_> = letters
            .iter()
            .map(|letter| {
                // Its link has a line of its own.
                let link = letter.text.lines().find(|line| line.starts_with(here));
                let (to, subject, text) = (&*letter.to, &*letter.subject, &*letter.text);
                context! { to, subject, text, link }
            })
            .collect();
        self.page(site, StatusCode::OK, "inbox.html", context! { letters })
    }
}
