//! What our pages say: values for the templates, in words.

mod device_list;
mod free_pages;
mod inset;
mod render;
mod samples;
mod sign_in_pages;
mod templates;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{join, sign_in};
use crate::domain::ids::{CustomerId, PlanId, SessionId};
use crate::domain::ledger::{Claim, Ledger, Source, free_days};
use crate::domain::plan::{Catalog, Offered, Plan, Price};
use crate::domain::return_path::ReturnPath;
use crate::domain::standing::{Holding, Next, Standing, Why};
use crate::domain::time::Timestamp;
use crate::site::Site;
use crate::store::{Account, Ended, SignedIn};

pub(super) use self::device_list::{DeviceList, session_name};
pub(super) use self::inset::inset_style;
pub use self::render::Gallery;
pub(super) use self::render::{Page, Views};
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
pub(super) struct Offer<'a> {
    plans: Vec<OfferedPlan<'a>>,
    to: &'a str,
    /// Where whoever has it signs in.
    sign_in: String,
    /// Where the offer is by itself.
    by_itself: String,
    /// Whether a page was wanted, and is closed; else somebody looks what there is.
    closed_page: bool,
    is_reader: bool,
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
            by_itself: join::offer_path(to),
            closed_page: true,
            is_reader: ledger.is_some(),
            left_checkout: false,
            signed_out: None,
            free_views: None,
        }
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

/// What a reader has.
#[derive(Serialize)]
pub(super) struct AccountView {
    email: Option<String>,
    holdings: Vec<HoldingView>,
    /// Titles of plans whose money is on its way.
    pending: BTreeSet<String>,
    /// Titles of plans whose money never came.
    failed: BTreeSet<String>,
    /// What was paid for and is wanted back, in words.
    withdrawn: BTreeSet<String>,
    bills: Vec<BillsView>,
    signed_in: DeviceList,
}

/// A customer behind whom no running subscription stands: what was paid once, or is over.
#[derive(Serialize)]
struct BillsView {
    customer: String,
    /// Whether a payment can be made good.
    owes: bool,
    /// Where.
    pay_at: Option<String>,
}

#[derive(Serialize)]
struct HoldingView {
    title: String,
    /// Where it stands, in words.
    status: String,
    /// What happens next, and when.
    next: Option<String>,
    /// What it comes with anyway: it need not be paid for.
    included_in: Option<String>,
    /// Whose portal changes it.
    customer: Option<String>,
    /// Whether it says that a payment is due.
    due: bool,
    /// Where what is due can be paid, or a question of the bank's be answered.
    pay_at: Option<String>,
    /// What the button to the portal says.
    manage: &'static str,
}

impl AccountView {
    /// What the account amounts to at `now`: everything that gives something, each by itself, so
    /// that nothing that is paid for stands in the shadow of a gift.
    pub(super) fn new(
        site: &Site,
        account: &Account,
        here: &SessionId,
        sign_ins: &[SignedIn],
        now: Timestamp,
    ) -> Self {
        let standing = site.standing(&account.ledger);
        let catalog = &site.config.catalog;
        let title = |plan: &PlanId| {
            catalog.plan(plan).map_or_else(|| plan.to_string(), |plan| plan.title.clone())
        };
        let mut view = Self {
            email: account.email.clone(),
            holdings: Vec::new(),
            pending: BTreeSet::new(),
            failed: BTreeSet::new(),
            withdrawn: BTreeSet::new(),
            bills: Vec::new(),
            signed_in: DeviceList::new(sign_ins, here, site.config.devices),
        };
        for (plan, source) in site.sources(&account.ledger) {
            let has = catalog.has(&standing, &plan, now);
            match source {
                Source::Gives(holding) if holding.until.is_none_or(|end| now < end) => {
                    let dearer = standing.holdings().find(|(other, dearer)| {
                        **other != plan
                            && dearer.goes_on()
                            && standing.covers(other, now)
                            && catalog.confers(other, &plan)
                    });
                    let dearer = dearer.map(|(other, _)| title(other));
                    let ledger = &account.ledger;
                    view.holdings.push(HoldingView::new(title(&plan), &holding, dearer, ledger));
                }
                Source::Gives(_) => {}
                Source::Awaits => {
                    view.pending.insert(title(&plan));
                }
                Source::Failed if !has && !catalog.awaits(&standing, &plan) => {
                    view.failed.insert(title(&plan));
                }
                Source::Withdrawn(claim) if !has => {
                    view.withdrawn.insert(withdrawn_words(&title(&plan), claim));
                }
                Source::Failed | Source::Withdrawn(_) => {}
            }
        }
        view.bills = view.bills_of(&account.ledger);
        view
    }

    fn bills_of(&self, ledger: &Ledger) -> Vec<BillsView> {
        let is_shown = |customer: &str, due: bool| {
            self.holdings
                .iter()
                .any(|holding| holding.customer.as_deref() == Some(customer) && holding.due >= due)
        };
        let bills = ledger.customers().into_iter().map(|customer| BillsView {
            customer: customer.to_string(),
            owes: ledger.owes(customer),
            pay_at: pay_address(ledger, customer),
        });
        bills.filter(|bill| !is_shown(&bill.customer, bill.owes)).collect()
    }
}

impl HoldingView {
    fn new(title: String, holding: &Holding, dearer: Option<String>, ledger: &Ledger) -> Self {
        let mut view = Self {
            title,
            status: String::new(),
            next: None,
            included_in: None,
            customer: None,
            due: false,
            pay_at: None,
            manage: "Manage billing or cancel",
        };
        match &holding.why {
            Why::Subscribed { customer, next, .. } => {
                let (status, what) = subscription_words(*next);
                status.clone_into(&mut view.status);
                view.next = Some(what);
                view.customer = Some(customer.to_string());
                view.due = matches!(next, Next::PaymentDue(_));
                match next {
                    Next::Ends(_) => view.manage = "Manage billing or resume",
                    Next::PaymentDue(_) => {
                        view.manage = "Update your card";
                        view.pay_at = pay_address(ledger, customer);
                        view.included_in = dearer;
                    }
                    Next::Renews(_) | Next::TrialEnds(_) | Next::Pauses(_) => {
                        view.included_in = dearer;
                    }
                }
            }
            Why::Bought => "Yours, paid once".clone_into(&mut view.status),
            Why::Given => {
                "Given to you by the owner of this site".clone_into(&mut view.status);
                view.next = holding.until.map(|end| format!("Until {}", end.date_in_words()));
            }
            Why::Pass => "Yours".clone_into(&mut view.status),
        }
        view
    }
}

fn pay_address(ledger: &Ledger, customer: &CustomerId) -> Option<String> {
    ledger.pay_address(customer).map(|address| address.as_str().to_owned())
}

fn withdrawn_words(title: &str, claim: Claim) -> String {
    match claim {
        Claim::Refunded => {
            format!("Your payment for {title} was refunded: what it paid for has ended.")
        }
        Claim::Disputed => {
            format!(
                "Your bank is looking into your payment for {title}. Until it has, access rests."
            )
        }
        Claim::DisputeLost => {
            format!("Your bank has taken back the payment for {title}: what it paid for has ended.")
        }
        Claim::FraudWarning => {
            format!("Your bank has a question about your payment for {title}, and access rests.")
        }
    }
}

fn subscription_words(next: Next) -> (&'static str, String) {
    let date = Timestamp::date_in_words;
    match next {
        Next::Renews(at) => ("Active subscription", format!("Renews on {}", date(at))),
        Next::TrialEnds(at) => ("Free trial", format!("The first payment is on {}", date(at))),
        Next::Ends(at) => ("Canceled", format!("You can read until {}", date(at))),
        Next::Pauses(at) => (
            "Payments are paused by the owner of this site",
            format!("You can read until {}", date(at)),
        ),
        Next::PaymentDue(at) => (
            "The last payment did not go through",
            format!("Please update your card by {}, so that you can read on", date(at)),
        ),
    }
}
