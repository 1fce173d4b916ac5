//! What a reader has, what happens next, and how he changes it.

use std::collections::BTreeSet;

use axum::response::Response;
use http::StatusCode;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::Views;
use super::device_list::DeviceList;
use crate::domain::ids::{CustomerId, PlanId, SessionId};
use crate::domain::ledger::{Claim, Ledger, Source};
use crate::domain::plan::{Catalog, Cycle};
use crate::domain::return_path::ReturnPath;
use crate::domain::standing::{Holding, Next, Why};
use crate::domain::time::Timestamp;
use crate::site::Site;
use crate::store::{Account, SignedIn};

impl Views {
    pub(in crate::web) fn account(&self, account: &AccountView) -> Response {
        self.page(StatusCode::OK, "account.html", Value::from(Serde(account)))
    }
}

/// What a reader has.
#[derive(Serialize)]
pub(in crate::web) struct AccountView {
    pub(super) email: Option<String>,
    pub(super) holdings: Vec<HoldingView>,
    /// Titles of plans whose money is on its way.
    pub(super) pending: BTreeSet<String>,
    /// Titles of plans whose money never came.
    pub(super) failed: BTreeSet<String>,
    /// What was paid for and is wanted back, in words.
    pub(super) withdrawn: BTreeSet<Withdrawn>,
    pub(super) bills: Vec<BillsView>,
    pub(super) signed_in: DeviceList,
    /// Whether he can be written to.
    pub(super) has_address: bool,
    /// The page from which he came, if it is another than the front page.
    pub(super) to: Option<String>,
}

/// What is known of a reader who looks at his account.
pub(in crate::web) struct Looked<'a> {
    pub(in crate::web) account: &'a Account,
    /// Whether there is an address to write to him.
    pub(in crate::web) is_reachable: bool,
    /// The sign-in of this browser.
    pub(in crate::web) here: &'a SessionId,
    pub(in crate::web) sign_ins: &'a [SignedIn],
    /// The page from which he came.
    pub(in crate::web) to: &'a ReturnPath,
    pub(in crate::web) now: Timestamp,
}

/// What was paid for and is wanted back.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Withdrawn {
    /// A message.
    pub(super) words: &'static str,
    pub(super) title: String,
}

/// What happens on a day.
#[derive(Serialize)]
pub(super) struct Coming {
    /// A message.
    pub(super) words: &'static str,
    /// When, in seconds.
    pub(super) at: i64,
}

impl Coming {
    fn new(words: &'static str, at: Timestamp) -> Self {
        Self { words, at: at.unix() }
    }
}

/// A customer behind whom no running subscription stands: what was paid once, or is over.
#[derive(Serialize)]
pub(super) struct BillsView {
    pub(super) customer: String,
    /// Whether a payment can be made good.
    pub(super) owes: bool,
    /// Where.
    pub(super) pay_at: Option<String>,
}

#[derive(Serialize)]
pub(super) struct HoldingView {
    pub(super) title: String,
    /// Where it stands: a message.
    pub(super) status: &'static str,
    /// What happens next, and when.
    pub(super) next: Option<Coming>,
    /// What is paid then, in the owner's words.
    pub(super) amount: Option<String>,
    /// What it comes with anyway: it need not be paid for.
    pub(super) included_in: Option<String>,
    /// Whose portal changes it.
    pub(super) customer: Option<String>,
    /// Whether it says that a payment is due.
    pub(super) due: bool,
    /// Where what is due can be paid, or a question of the bank's be answered.
    pub(super) pay_at: Option<String>,
    /// What the button to the portal says: a message.
    pub(super) manage: &'static str,
    /// The subscription that can be canceled.
    pub(super) cancel: Option<String>,
    /// The subscription that can be changed into another one.
    pub(super) change: Option<String>,
}

impl AccountView {
    /// What the account amounts to: everything that gives something, each by itself, so that
    /// nothing that is paid for stands in the shadow of a gift.
    pub(in crate::web) fn new(site: &Site, looked: &Looked<'_>) -> Self {
        let Looked { account, now, .. } = *looked;
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
            signed_in: DeviceList::new(looked.sign_ins, looked.here, site.config.devices),
            has_address: looked.is_reachable,
            to: Some(looked.to.as_str().to_owned()).filter(|_| *looked.to != ReturnPath::home()),
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
                    let shown = HoldingView::new(title(&plan), &holding, dearer, &account.ledger);
                    view.holdings.push(shown.with_terms(&plan, &holding, &account.ledger, catalog));
                }
                Source::Gives(_) => {}
                Source::Awaits => {
                    view.pending.insert(title(&plan));
                }
                Source::Failed if !has && !catalog.awaits(&standing, &plan) => {
                    view.failed.insert(title(&plan));
                }
                Source::Withdrawn(claim) if !has => {
                    view.withdrawn
                        .insert(Withdrawn { words: withdrawn_words(claim), title: title(&plan) });
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
            status: "holding-yours",
            next: None,
            amount: None,
            included_in: None,
            customer: None,
            due: false,
            pay_at: None,
            manage: "manage-billing",
            cancel: None,
            change: None,
        };
        match &holding.why {
            Why::Subscribed { customer, next, .. } => {
                let (status, what) = subscription_words(*next);
                view.status = status;
                view.next = Some(what);
                view.customer = Some(customer.to_string());
                view.due = matches!(next, Next::PaymentDue(_));
                match next {
                    Next::Ends(_) => view.manage = "manage-resume",
                    Next::PaymentDue(_) => {
                        view.manage = "manage-card";
                        view.pay_at = pay_address(ledger, customer);
                        view.included_in = dearer;
                    }
                    Next::Renews(_) | Next::TrialEnds(_) | Next::Pauses(_) => {
                        view.included_in = dearer;
                    }
                }
            }
            Why::Bought => view.status = "holding-bought",
            Why::Given => {
                view.status = "holding-given";
                view.next = holding.until.map(|end| Coming::new("holding-until", end));
            }
            Why::Registered => view.status = "holding-registered",
            Why::Pass => {}
        }
        view
    }
}

impl HoldingView {
    /// Adds what a subscription costs, and what can be done about it.
    fn with_terms(
        self,
        plan: &PlanId,
        holding: &Holding,
        ledger: &Ledger,
        catalog: &Catalog,
    ) -> Self {
        let Why::Subscribed { subscription, next, .. } = &holding.why else { return self };
        let of_ledger = ledger.subscriptions.iter().find(|one| one.id == *subscription);
        let items = of_ledger.map(|one| one.items.as_slice()).unwrap_or_default();
        let mut sold = items.iter().filter_map(|item| catalog.priced(&item.price));
        let paid = sold.find(|offered| offered.plan.id == *plan).map(|offered| offered.price);
        let others = catalog.plans().iter().flat_map(|plan| &plan.prices);
        let mut others = others.filter(|other| other.cycle != Cycle::Once);
        let has_other = paid.is_some_and(|paid| others.any(|other| other.id != paid.id));
        let (goes_on, is_paid) = match next {
            Next::Renews(_) | Next::TrialEnds(_) => (true, true),
            Next::PaymentDue(_) | Next::Pauses(_) => (true, false),
            Next::Ends(_) => (false, false),
        };
        Self {
            amount: paid.map(|paid| paid.shown.clone()).filter(|_| is_paid),
            cancel: goes_on.then(|| subscription.to_string()),
            // The portal changes no subscription to several things at once.
            change: (is_paid && has_other && items.len() == 1).then(|| subscription.to_string()),
            ..self
        }
    }
}

fn pay_address(ledger: &Ledger, customer: &CustomerId) -> Option<String> {
    ledger.pay_address(customer).map(|address| address.as_str().to_owned())
}

fn withdrawn_words(claim: Claim) -> &'static str {
    match claim {
        Claim::Refunded => "withdrawn-refunded",
        Claim::Disputed => "withdrawn-disputed",
        Claim::DisputeLost => "withdrawn-dispute-lost",
        Claim::FraudWarning => "withdrawn-fraud-warning",
    }
}

fn subscription_words(next: Next) -> (&'static str, Coming) {
    match next {
        Next::Renews(at) => ("holding-active", Coming::new("holding-renews", at)),
        Next::TrialEnds(at) => ("holding-trial", Coming::new("holding-first-payment", at)),
        Next::Ends(at) => ("holding-canceled", Coming::new("holding-read-until", at)),
        Next::Pauses(at) => ("holding-paused", Coming::new("holding-read-until", at)),
        Next::PaymentDue(at) => ("holding-due", Coming::new("holding-due-by", at)),
    }
}
