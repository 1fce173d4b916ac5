//! The pages and the letter by which somebody signs in.

use axum::response::Response;
use http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::device_list::{LOST, ended_word};
use super::{Page, Views};
use crate::domain::return_path::ReturnPath;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::mail;
use crate::site::Site;
use crate::store::Ended;
use crate::store::Letter;
use crate::web::bounces::Cause;

/// Where a sign-in mail is asked for.
#[derive(Serialize)]
pub(in crate::web) struct SignInPage<'a> {
    /// The page that is wanted.
    pub(in crate::web) to: &'a str,
    /// What was typed.
    pub(in crate::web) email: &'a str,
    /// What is wrong with it.
    pub(in crate::web) fault: Option<AddressFault>,
    /// Why somebody who was signed in here is not any more.
    pub(in crate::web) signed_out: Option<&'static str>,
}

impl<'a> SignInPage<'a> {
    /// The page of somebody of whom nothing is known but what he wants to see.
    pub(in crate::web) fn of(to: &'a ReturnPath) -> Self {
        Self { to: to.as_str(), email: "", fault: None, signed_out: None }
    }

    /// The same, for somebody who signed in, and has no pass all the same.
    pub(in crate::web) fn lost(self) -> Self {
        Self { signed_out: Some(LOST), ..self }
    }

    /// The same, for somebody who was signed in here until now.
    pub(in crate::web) fn after(self, signed_out: Option<Ended>) -> Self {
        Self { signed_out: ended_word(signed_out), ..self }
    }
}

/// What is wrong with an address, by its message.
#[derive(Debug, Clone, Copy, Serialize)]
pub(in crate::web) enum AddressFault {
    #[serde(rename = "sign-in-no-address")]
    NoAddress,
}

/// What is wrong with a code, by its message.
#[derive(Debug, Clone, Copy, Serialize)]
pub(in crate::web) enum CodeFault {
    #[serde(rename = "code-not-six")]
    NotSix,
    #[serde(rename = "code-wrong")]
    Wrong,
    #[serde(rename = "code-used")]
    Used,
    #[serde(rename = "code-too-many")]
    TooMany,
}

/// Where the code of a sign-in mail is typed.
#[derive(Serialize)]
pub(in crate::web) struct CodePage<'a> {
    /// The address that was typed.
    pub(in crate::web) email: &'a str,
    /// Where another mail is asked for.
    pub(in crate::web) again: &'a str,
    /// What is wrong with a code that was typed.
    pub(in crate::web) fault: Option<CodeFault>,
}

/// The page of a sign-in link.
#[derive(Serialize)]
pub(in crate::web) struct LinkPage<'a> {
    /// Whom it signs in.
    pub(in crate::web) email: &'a str,
    pub(in crate::web) token: &'a str,
    /// Who is signed in here as somebody else, which ends by it.
    pub(in crate::web) leaves: Option<Leaves<'a>>,
    /// Whether another browser asked for it.
    pub(in crate::web) asked_elsewhere: bool,
}

/// Somebody who is signed in here.
#[derive(Serialize)]
pub(in crate::web) struct Leaves<'a> {
    /// His address, if he has proven one.
    pub(in crate::web) email: Option<&'a str>,
}

impl Views {
    pub(in crate::web) fn sign_in(&self, status: StatusCode, page: &SignInPage<'_>) -> Response {
        self.page(status, "signin.html", Value::from(Serde(page)))
    }

    pub(in crate::web) fn code(&self, status: StatusCode, page: &CodePage<'_>) -> Response {
        self.page(status, "code.html", Value::from(Serde(page)))
    }

    pub(in crate::web) fn link(&self, page: &LinkPage<'_>) -> Response {
        self.page(StatusCode::OK, "link.html", Value::from(Serde(page)))
    }

    /// The page of a link that is of no use any more.
    pub(in crate::web) fn dead_link(&self) -> Response {
        self.page(StatusCode::GONE, "link.html", context! { email => () })
    }

    /// "You are going round in circles": why, and what helps.
    pub(in crate::web) fn bounced(
        &self,
        cause: Cause,
        to: &ReturnPath,
        sign_in: &str,
        offer: &str,
    ) -> Response {
        let cause = match cause {
            Cause::NoCookie => "no_cookie",
            Cause::BadCookie => "bad_cookie",
            Cause::Elsewhere => "elsewhere",
        };
        let values = context! { cause, to => to.as_str(), sign_in, offer };
        self.page(StatusCode::BAD_REQUEST, "bounced.html", values)
    }

    /// A sign-in mail.
    pub(in crate::web) fn letter(
        &self,
        site: &Site,
        letter: &Letter,
        now: Timestamp,
    ) -> mail::Letter {
        let link = format!("/_tollhouse/sign-in/{}", letter.token.expose());
        let code = letter.code.as_ref().map(Secret::expose);
        let link = site.config.site.url.join(&link);
        let minutes = letter.until.since(now).as_secs().div_ceil(60);
        let values = context! { code, link, minutes, email => letter.to.as_str() };
        let tongue = self.texts.in_language(&letter.language);
        let part =
            |template| self.text(&site.config, tongue, &Page { template, values: values.clone() });
        mail::Letter {
            to: letter.to.clone(),
            subject: part("letter-subject.txt"),
            text: part("letter.txt"),
            html: part("letter.html"),
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
        self.page(StatusCode::OK, "inbox.html", context! { letters })
    }
}
