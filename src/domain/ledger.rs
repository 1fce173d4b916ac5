//! What we know of a reader's payments, and what follows from it.

mod claim;
mod judge;
mod pay_address;
mod policy;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::ids::{
    BadId, CheckoutId, CustomerId, InvoiceId, PaymentId, PlanId, PriceId, SubscriptionId,
};
use super::plan::Feature;
use super::time::Timestamp;

pub use claim::{Claim, Claims};
pub use judge::{Source, free_days, owes_for, sources, standing};
pub use pay_address::PayAddress;
pub use policy::{Consequence, Pause, Policy};

/// Everything that a reader paid for or was given, in one mode (test or live).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Subscriptions of all his customers.
    pub subscriptions: Vec<Subscription>,
    /// One-time purchases.
    pub purchases: Vec<Purchase>,
    /// What the owner gave.
    pub grants: Vec<Grant>,
    /// Features that Stripe says he is entitled to.
    pub entitlements: Vec<Entitlement>,
    /// Whether he has proved an address.
    pub registered: bool,
}

impl Ledger {
    /// Everybody at Stripe who paid for something of this.
    pub fn customers(&self) -> BTreeSet<&CustomerId> {
        let subscribed = self.subscriptions.iter().map(|one| &one.customer);
        let bought = self.purchases.iter().filter_map(|one| one.buyer.customer());
        subscribed.chain(bought).collect()
    }

    /// Where a customer can pay what he owes for a subscription that waits for it.
    pub fn pay_address(&self, customer: &CustomerId) -> Option<&PayAddress> {
        let his = self.subscriptions.iter().filter(|one| one.customer == *customer);
        let mut waiting = his.filter(|one| one.status.is_unpaid());
        waiting.find_map(|one| one.owed.as_ref()?.pay_at.as_ref())
    }

    /// Whether a renewal of this customer was not paid, and can still be.
    pub fn owes(&self, customer: &CustomerId) -> bool {
        self.subscriptions.iter().any(|one| one.customer == *customer && one.status.is_unpaid())
    }
}

/// A subscription as Stripe last told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Stripe's id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Where it stands.
    pub status: Status,
    /// What is subscribed to.
    pub items: Vec<Item>,
    /// When it will end, because somebody canceled it.
    pub ends_at: Option<Timestamp>,
    /// Whether payments are collected.
    pub collection: Collection,
    /// What waits to be paid.
    pub owed: Option<Owed>,
}

/// Whether the payments of a subscription are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// They are.
    Runs,
    /// The owner has paused it; the current period was paid before.
    PausedAfterPayment,
    /// The owner has paused it, and the current period was not paid.
    PausedUnpaid,
}

/// What has come due for a subscription and was not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Since when: the time of the oldest invoice. It is earlier than the current period where one
    /// was left unpaid, and later where a change to a dearer plan is charged in its midst.
    pub since: Timestamp,
    /// Where the newest can be paid, and where a bank's question can be answered.
    pub pay_at: Option<PayAddress>,
}

/// One price within a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The price.
    pub price: PriceId,
    /// When the current period began.
    pub period_start: Timestamp,
    /// When the current period (or trial) ends.
    pub period_end: Timestamp,
    /// Who wants the money back that was paid for the current period; where it is still to be
    /// paid, for the one before.
    pub claims: Claims,
}

/// Stripe's `status` of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// In its free days.
    Trialing,
    /// Paid.
    Active,
    /// A renewal was not paid; Stripe tries again.
    PastDue,
    /// Stripe has given up collecting, but keeps the subscription.
    Unpaid,
    /// Over.
    Canceled,
    /// The first payment is still missing.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired,
    /// A trial ended without a card.
    Paused,
    /// A status that did not exist when this was written.
    Unknown(String),
}

impl Status {
    /// Reads Stripe's word.
    pub fn parse(word: &str) -> Self {
        match word {
            "trialing" => Self::Trialing,
            "active" => Self::Active,
            "past_due" => Self::PastDue,
            "unpaid" => Self::Unpaid,
            "canceled" => Self::Canceled,
            "incomplete" => Self::Incomplete,
            "incomplete_expired" => Self::IncompleteExpired,
            "paused" => Self::Paused,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// Whether a renewal was not paid, and can still be.
    pub fn is_unpaid(&self) -> bool {
        matches!(self, Self::PastDue | Self::Unpaid)
    }

    /// Stripe's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Canceled => "canceled",
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Paused => "paused",
            Self::Unknown(other) => other,
        }
    }
}

/// Something that was paid for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// How it was bought.
    pub receipt: Receipt,
    /// Who bought it.
    pub buyer: Buyer,
    /// The payment; none if there was nothing to pay.
    pub payment: Option<PaymentId>,
    /// What was bought.
    pub prices: Vec<PriceId>,
    /// Where it stands.
    pub state: PurchaseState,
}

/// What was paid: a checkout, or an invoice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receipt {
    /// A checkout.
    Checkout(CheckoutId),
    /// An invoice that the owner wrote, or one of a subscription that has more on it.
    Invoice(InvoiceId),
}

impl Receipt {
    /// Reads Stripe's id; its prefix tells which of the two it is.
    pub fn parse(id: &str) -> Result<Self, BadId> {
        let checkout = CheckoutId::parse(id).map(Self::Checkout);
        checkout.or_else(|_| InvoiceId::parse(id).map(Self::Invoice))
    }

    /// Stripe's id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Checkout(id) => id.as_str(),
            Self::Invoice(id) => id.as_str(),
        }
    }
}

impl TryFrom<String> for Receipt {
    type Error = BadId;

    fn try_from(id: String) -> Result<Self, BadId> {
        Self::parse(&id)
    }
}

/// Who bought something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// A customer.
    Customer(CustomerId),
    /// Somebody of whom Stripe made no customer.
    Guest,
    /// A customer whom the owner has deleted at Stripe since.
    Deleted,
}

impl Buyer {
    /// The customer, where Stripe still has one.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Guest | Self::Deleted => None,
        }
    }
}

/// Where a one-time purchase stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurchaseState {
    /// Ordered; the money is on its way, which takes days with a bank debit.
    Pending,
    /// Paid, or free of charge; and who wants the money back.
    Paid(Claims),
    /// The money never came.
    Failed,
}

impl PurchaseState {
    /// Paid, and nobody wants it back.
    pub const PAID: Self = Self::Paid(Claims::none());
}

/// A feature that a customer is entitled to, as Stripe derives it from his subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entitlement {
    /// Whose it is.
    pub customer: CustomerId,
    /// Which one.
    pub feature: Feature,
}

/// A plan that the owner gave by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which plan.
    pub plan: PlanId,
    /// The first moment at which it is over; none: never.
    pub until: Option<Timestamp>,
}
