//! The pages and the letter by which a reader deletes his account.

use axum::response::Response;
use http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::{Page, Views};
use crate::domain::ledger::Ledger;
use crate::domain::plan::Catalog;
use crate::domain::sign_in::FAREWELL_LIFETIME;
use crate::mail;
use crate::site::Site;
use crate::store::{Account, FarewellLetter};
use crate::web::farewell::running;

/// Where somebody stands who wants to go.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(in crate::web) enum FarewellPage<'a> {
    /// He is told what it means.
    Ask {
        email: Option<&'a str>,
        /// Where the button leads.
        action: &'a str,
        /// What it takes.
        #[serde(flatten)]
        confirmed: Confirmed<'a>,
        /// Titles of what he pays for, which ends.
        ends: Vec<&'a str>,
        /// Whether he bought something once, and loses it.
        bought: bool,
    },
    /// A mail is on its way.
    Asked { email: &'a str },
    /// The link is of no use any more.
    DeadLink,
    /// It is done.
    Done,
}

/// What it takes to be deleted.
#[derive(Serialize, Clone, Copy)]
#[serde(tag = "confirmed", rename_all = "snake_case")]
pub(in crate::web) enum Confirmed<'a> {
    /// A mail comes first.
    Mail,
    /// The button, which sends this.
    Button { sure: &'a str },
    /// The button, and the address of the account; another one was typed.
    Address { is_wrong: bool },
}

impl<'a> FarewellPage<'a> {
    pub(in crate::web) fn of(
        site: &'a Site,
        account: &'a Account,
        action: &'a str,
        confirmed: Confirmed<'a>,
    ) -> Self {
        let (ledger, catalog) = (&account.ledger, &site.config.catalog);
        Self::Ask {
            email: account.email.as_deref(),
            action,
            confirmed,
            ends: titles(ledger, catalog),
            bought: !ledger.purchases.is_empty(),
        }
    }

    pub(in crate::web) fn asked(email: &'a str) -> Self {
        Self::Asked { email }
    }

    pub(in crate::web) fn dead_link() -> Self {
        Self::DeadLink
    }

    pub(in crate::web) fn done() -> Self {
        Self::Done
    }
}

fn titles<'a>(ledger: &'a Ledger, catalog: &'a Catalog) -> Vec<&'a str> {
    let items = running(ledger, catalog).flat_map(|one| &one.items);
    let plans = items.filter_map(|item| Some(catalog.priced(&item.price)?.plan));
    plans.map(|plan| plan.title.as_str()).collect()
}

impl Views {
    /// "A mail is on its way", for another device.
    pub(in crate::web) fn mail_sent(&self, email: &str) -> Response {
        self.page(StatusCode::OK, "mail_sent.html", context! { email })
    }

    pub(in crate::web) fn farewell(&self, status: StatusCode, page: &FarewellPage<'_>) -> Response {
        self.page(status, "farewell.html", Value::from(Serde(page)))
    }

    /// The mail that asks once more.
    pub(in crate::web) fn farewell_letter(
        &self,
        site: &Site,
        letter: &FarewellLetter,
    ) -> mail::Letter {
        let link = format!("/_tollhouse/account/delete/{}", letter.token.expose());
        let link = site.config.site.url.join(&link);
        let minutes = FAREWELL_LIFETIME.as_secs() / 60;
        let values = context! { link, minutes, email => letter.to.as_str() };
        let tongue = self.texts.in_language(&letter.language);
        let part =
            |template| self.text(&site.config, tongue, &Page { template, values: values.clone() });
        mail::Letter {
            to: letter.to.clone(),
            subject: part("farewell_letter_subject.txt"),
            text: part("farewell_letter.txt"),
            html: part("farewell_letter.html"),
        }
    }
}
