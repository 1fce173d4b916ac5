//! Prices.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::options::Interval;
use crate::world::World;

/// What a product costs, once or again and again.
#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) product: String,
    /// In the currency's smallest unit.
    pub(crate) unit_amount: i64,
    pub(crate) currency: String,
    pub(crate) recurring: Option<Recurring>,
    pub(crate) nickname: Option<String>,
    /// A name that the owner may move from one price to the next; no two prices have the same.
    pub(crate) lookup_key: Option<String>,
    pub(crate) active: bool,
    pub(crate) metadata: Metadata,
}

/// How often: every `count` intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recurring {
    pub(crate) interval: Interval,
    pub(crate) count: i64,
}

impl Interval {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Interval::Day => "day",
            Interval::Week => "week",
            Interval::Month => "month",
            Interval::Year => "year",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Interval> {
        [Interval::Day, Interval::Week, Interval::Month, Interval::Year]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

impl Recurring {
    /// `month`, or `3 months`.
    pub(crate) fn shown(self) -> String {
        match self.count {
            1 => self.interval.name().to_owned(),
            count => format!("{count} {}s", self.interval.name()),
        }
    }
}

impl Object for Price {
    const KIND: &'static str = "price";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let recurring = self.recurring.map(|recurring| {
            json!({
                "interval": recurring.interval.name(), "interval_count": recurring.count,
                "meter": null, "trial_period_days": null, "usage_type": "licensed",
            })
        });
        let price = json!({
            "id": self.id, "object": "price", "active": self.active, "billing_scheme": "per_unit",
            "created": self.created, "currency": self.currency, "livemode": false, "metadata": self.metadata,
            "nickname": self.nickname, "product": self.product, "recurring": recurring, "lookup_key": self.lookup_key,
            "tax_behavior": "unspecified", "type": if recurring.is_some() { "recurring" } else { "one_time" },
            "unit_amount": self.unit_amount, "unit_amount_decimal": self.unit_amount.to_string(),
        });
        with_nulls(price, &["custom_unit_amount", "tiers_mode", "transform_quantity"])
    }
}

impl Price {
    /// What so many cost.
    pub(crate) fn times(&self, quantity: i64) -> i64 {
        self.unit_amount.saturating_mul(quantity)
    }

    /// What it costs in each currency: it has one.
    pub(crate) fn render_options(&self) -> Value {
        json!({ self.currency.clone(): {
            "custom_unit_amount": null, "tax_behavior": "unspecified", "unit_amount": self.unit_amount,
            "unit_amount_decimal": self.unit_amount.to_string(),
        } })
    }

    /// The older object that subscription items still carry next to the price.
    pub(crate) fn render_plan(&self, recurring: Recurring) -> Value {
        let plan = json!({
            "id": self.id, "object": "plan", "active": self.active, "amount": self.unit_amount,
            "amount_decimal": self.unit_amount.to_string(), "billing_scheme": "per_unit", "created": self.created,
            "currency": self.currency, "interval": recurring.interval.name(), "interval_count": recurring.count,
            "livemode": false, "metadata": self.metadata, "nickname": self.nickname, "product": self.product,
            "usage_type": "licensed",
        });
        with_nulls(plan, &["meter", "tiers_mode", "transform_usage", "trial_period_days"])
    }
}
