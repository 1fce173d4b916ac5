//! What our pages say: values for the templates, in words.

mod account_page;
mod device_list;
mod farewell_pages;
mod free_pages;
mod inset;
mod sign_in_pages;
mod templates;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::texts::{Arguments, Texts, Tongue};
use super::{account, join, sign_in};
use crate::config::{Look, Misprint};
use crate::domain::ids::{Mode, PlanId};
use crate::domain::ledger::{Ledger, free_days};
use crate::domain::plan::{Catalog, Offered, Plan, Price};
use crate::domain::return_path::ReturnPath;
use crate::domain::standing::{Holding, Standing, Why};
use crate::domain::time::Timestamp;
use crate::site::Site;
use crate::store::Ended;

pub(super) use self::account_page::{AccountView, Looked};
pub(super) use self::device_list::session_name;
pub(super) use self::farewell_pages::FarewellPage;
pub(super) use self::inset::inset_style;
pub(super) use self::sign_in_pages::{
    AddressFault, CodeFault, CodePage, Leaves, LinkPage, SignInPage,
};

use self::free_pages::FreeViewsLeft;

/// How often the "on its way" page looks again, in seconds. A webhook wakes the page's gate
/// within seconds; a bank takes days.
const LOOK_AGAIN_SECONDS: u32 = 15;

/// Renders our pages.
pub(super) struct Views {
    templates: Environment<'static>,
    pub(super) texts: Texts,
}

/// A page without its language: it is rendered when it is known who reads it.
#[derive(Clone)]
pub(super) struct Page {
    template: &'static str,
    values: Value,
}

/// An error page.
pub(super) struct Message<'a> {
    pub(super) heading: &'a str,
    pub(super) advice: &'a str,
    /// Where it can be tried again.
    pub(super) again: Option<&'a str>,
}

/// Who does not tell yet what was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Awaited {
    /// Stripe, which has not confirmed it.
    Stripe,
    /// Our store, which has not noted it down.
    Store,
}

/// The plans that open a page, with their prices.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the template asks each by itself")]
pub(super) struct Offer<'a> {
    plans: Vec<OfferedPlan<'a>>,
    to: &'a str,
    /// Where whoever has it signs in.
    sign_in: String,
    /// Where a reader sees what he has.
    account: String,
    /// Where the offer is by itself.
    by_itself: String,
    /// Whether a page was wanted, and is closed; else somebody looks what there is.
    closed_page: bool,
    is_reader: bool,
    /// Whether an address is enough.
    free: bool,
    left_checkout: bool,
    /// Why somebody who was signed in here is not any more.
    signed_out: Option<&'static str>,
    /// What of the gate's pages can be read without paying.
    free_views: Option<FreeViewsLeft>,
}

#[derive(Serialize)]
struct OfferedPlan<'a> {
    title: &'a str,
    perk: Option<&'a str>,
    best: bool,
    /// Whether he has it.
    has: bool,
    /// Whether he has paid for it, and the money is on its way.
    awaits: bool,
    /// What he pays for already, and would get with it once more.
    paid_twice: Vec<&'a str>,
    prices: Vec<OfferedPrice<'a>>,
}

#[derive(Serialize)]
struct OfferedPrice<'a> {
    id: &'a str,
    shown: &'a str,
    best: bool,
    /// Days without charge at its start.
    free_days: Option<u16>,
}

impl<'a> Offer<'a> {
    /// The offer of these plans to whoever has this ledger at `now`; those without a price are
    /// only given, never sold.
    pub(super) fn new(
        site: &'a Site,
        among: &BTreeSet<PlanId>,
        to: &'a ReturnPath,
        ledger: Option<&Ledger>,
        now: Timestamp,
    ) -> Self {
        let catalog = &site.config.catalog;
        let standing = ledger.map(|ledger| site.standing(ledger)).unwrap_or_default();
        let plans = catalog
            .plans()
            .iter()
            .filter(|plan| among.contains(&plan.id) && !plan.prices.is_empty())
            .map(|plan| OfferedPlan {
                has: catalog.has(&standing, &plan.id, now),
                awaits: catalog.awaits(&standing, &plan.id),
                paid_twice: paid_twice(catalog, plan, &standing, now),
                ..OfferedPlan::new(plan, |offered| free_days(offered, ledger, catalog))
            })
            .collect();
        Self {
            plans,
            to: to.as_str(),
            sign_in: sign_in::path(to),
            account: account::path(to),
            by_itself: join::offer_path(to),
            closed_page: true,
            is_reader: ledger.is_some(),
            free: catalog.has_free(among) && !ledger.is_some_and(|ledger| ledger.registered),
            left_checkout: false,
            signed_out: None,
            free_views: None,
        }
    }

    /// The same, for somebody who signed in or paid, and has no pass all the same.
    pub(super) fn lost(self) -> Self {
        Self { signed_out: Some(device_list::LOST), ..self }
    }

    /// The same, for somebody who was signed in here until now.
    pub(super) fn after(self, signed_out: Option<Ended>) -> Self {
        Self { signed_out: device_list::ended_word(signed_out), ..self }
    }

    /// The same, shown to somebody who comes back from the checkout without having paid.
    pub(super) fn after_checkout(self) -> Self {
        Self { left_checkout: true, ..self }
    }

    /// The same, shown to somebody who asked what there is, not for a page.
    pub(super) fn of_everything(self) -> Self {
        Self { closed_page: false, ..self }
    }
}

/// Titles of running subscriptions to what this plan includes: they would go on.
fn paid_twice<'a>(
    catalog: &'a Catalog,
    plan: &Plan,
    standing: &Standing,
    now: Timestamp,
) -> Vec<&'a str> {
    let is_paid = |holding: &Holding| matches!(holding.why, Why::Subscribed { .. });
    standing
        .holdings()
        .filter(|(owned, holding)| {
            **owned != plan.id
                && is_paid(holding)
                && holding.goes_on()
                && standing.covers(owned, now)
                && catalog.confers(&plan.id, owned)
        })
        .filter_map(|(owned, _)| Some(catalog.plan(owned)?.title.as_str()))
        .collect()
}

impl<'a> OfferedPlan<'a> {
    fn new(plan: &'a Plan, free_days: impl Fn(Offered<'_>) -> Option<u16>) -> Self {
        let price = |price| OfferedPrice::new(price, free_days(Offered { plan, price }));
        Self {
            title: &plan.title,
            perk: plan.perk.as_deref(),
            best: plan.prices.iter().any(|price| price.best),
            has: false,
            awaits: false,
            paid_twice: Vec::new(),
            prices: plan.prices.iter().map(price).collect(),
        }
    }
}

impl<'a> OfferedPrice<'a> {
    fn new(price: &'a Price, free_days: Option<u16>) -> Self {
        Self { id: price.id.as_str(), shown: &price.shown, best: price.best, free_days }
    }
}

impl Page {
    /// What went wrong.
    pub(super) fn message(message: &Message<'_>) -> Self {
        let values = context! {
            heading => message.heading, advice => message.advice, again => message.again,
        };
        Self { template: "message.html", values }
    }

    /// The page that a handler left in its answer.
    pub(super) fn in_answer(answer: &Response) -> Option<Self> {
        answer.extensions().get::<Self>().cloned()
    }
}

impl Views {
    pub(super) fn new(look: &Look) -> Result<Self, Vec<Misprint>> {
        Ok(Self { templates: templates::environment(), texts: Texts::new(look)? })
    }

    pub(super) fn offer(&self, status: StatusCode, offer: &Offer<'_>) -> Response {
        self.page(status, "offer.html", Value::from(Serde(offer)))
    }

    pub(super) fn waiting(&self, status: StatusCode, to: &ReturnPath) -> Response {
        let values = context! { to => to.as_str(), seconds => LOOK_AGAIN_SECONDS };
        self.page(status, "waiting.html", values)
    }

    /// "We are waiting for Stripe", or for our own store: looks again at `next` by itself.
    pub(super) fn unconfirmed(&self, whom: Awaited, next: &str, seconds: u8) -> Response {
        let stripe = whom == Awaited::Stripe;
        let values = context! { stripe, next, seconds };
        let mut page = self.page(StatusCode::SERVICE_UNAVAILABLE, "unconfirmed.html", values);
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(u16::from(seconds)));
        page
    }

    pub(super) fn paid_elsewhere(&self, on_its_way: bool) -> Response {
        self.page(StatusCode::OK, "paid_elsewhere.html", context! { on_its_way })
    }

    /// The way to the offer, where the page itself was wanted.
    pub(super) fn referral(&self, status: StatusCode, offer: &str) -> Response {
        self.page(status, "referral.html", context! { offer })
    }

    /// The line beside the button that pays, at Stripe, which takes Markdown links there.
    pub(super) fn till_note(&self, headers: &HeaderMap, sign_in: &str) -> Option<String> {
        let tongue = self.texts.for_headers(headers);
        let say = |key| tongue.say(key, &Arguments::new());
        match (say("till-sign-in"), say("sign-in")) {
            (Ok(question), Ok(words)) => Some(format!("{question} [{words}]({sign_in})")),
            (Err(unsaid), _) | (_, Err(unsaid)) => {
                tracing::error!(%unsaid, "a text of ours is wrong");
                None
            }
        }
    }

    /// Leaves the rendering to whoever knows the visitor's language: see [`Page::in_answer`].
    fn page(&self, status: StatusCode, template: &'static str, values: Value) -> Response {
        debug_assert!(
            self.templates.get_template(template).is_ok(),
            "{template} stands in TEMPLATES"
        );
        let mut answer = status.into_response();
        answer.extensions_mut().insert(Page { template, values });
        answer
    }

    /// A page in somebody's language.
    pub(super) fn render(
        &self,
        site: &Site,
        tongue: &Arc<Tongue>,
        status: StatusCode,
        page: &Page,
    ) -> Response {
        let language = HeaderValue::from_str(tongue.language.as_str());
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_LANGUAGE, language.expect("a language is letters, digits and '-'")),
        ];
        (status, headers, self.text(site, tongue, page)).into_response()
    }

    fn text(&self, site: &Site, tongue: &Arc<Tongue>, page: &Page) -> String {
        let settings = &site.config.site;
        let common = context! {
            site_name => settings.name.as_str(),
            site_url => settings.url.as_str(),
            contact => settings.contact.as_str(),
            test_mode => site.config.stripe.mode == Mode::Test,
            by_mail => site.config.mail.is_some(),
            free_plans => site.config.catalog.asks_for_addresses(),
            language => tongue.language.as_str(),
            words => templates::words(tongue),
        };
        let template =
            self.templates.get_template(page.template).expect("all names stand in TEMPLATES");
        template
            .render(context! { ..page.values.clone(), ..common })
            .expect("every template is rendered by a test")
    }
}

/// The one stylesheet of our pages.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, include_str!("templates/style.css")).into_response()
}
