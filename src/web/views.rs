//! What our pages say: values for the templates, in words.

mod account_page;
mod device_list;
mod farewell_pages;
mod free_pages;
mod inset;
mod render;
mod samples;
mod sign_in_pages;
mod templates;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{account, join, sign_in};
use crate::domain::ids::PlanId;
use crate::domain::ledger::{Ledger, free_days};
use crate::domain::plan::{Catalog, Offered, Plan, Price};
use crate::domain::return_path::ReturnPath;
use crate::domain::standing::{Holding, Standing, Why};
use crate::domain::time::Timestamp;
use crate::site::Site;
use crate::store::Ended;

pub(super) use self::account_page::{AccountView, Looked};
pub(super) use self::device_list::session_name;
pub(super) use self::farewell_pages::{Confirmed, FarewellPage};
pub use self::render::Gallery;
pub(super) use self::render::{Page, PaidPage, Views};
pub(super) use self::sign_in_pages::{
    AddressFault, CodeFault, CodePage, Leaves, LinkPage, SignInPage,
};
pub(super) use self::templates::originals;

use self::free_pages::FreeViewsLeft;

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
    /// Whether its button is the one that catches the eye.
    primary: bool,
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
        let mut plans: Vec<_> = catalog
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
        with_one_primary(&mut plans);
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

/// One button catches the eye: what the owner recommends, else the first.
fn with_one_primary(plans: &mut [OfferedPlan<'_>]) {
    let for_sale = plans.iter_mut().filter(|plan| !plan.has && !plan.awaits);
    let mut prices: Vec<_> = for_sale.flat_map(|plan| &mut plan.prices).collect();
    let chosen = prices.iter().position(|price| price.primary).unwrap_or_default();
    for (at, price) in prices.iter_mut().enumerate() {
        price.primary = at == chosen;
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
        Self { id: price.id.as_str(), shown: &price.shown, primary: price.best, free_days }
    }
}
