//! Coupons, and how they reduce an amount.

use serde_json::{Value, json};

use super::{Metadata, Object};
use crate::money;
use crate::world::World;

/// A reduction.
#[derive(Clone, Debug)]
pub(crate) struct Coupon {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) name: Option<String>,
    pub(crate) off: Off,
    pub(crate) duration: Duration,
    /// From this moment on it is not given any more.
    pub(crate) redeem_by: Option<i64>,
    pub(crate) max_redemptions: Option<u32>,
    /// Nobody finds it any more; who has it keeps it.
    pub(crate) deleted: bool,
    pub(crate) times_redeemed: u32,
    pub(crate) metadata: Metadata,
}

/// How much less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// Hundredths of a percent: 2000 is 20 %.
    BasisPoints(u32),
    /// In the currency's smallest unit.
    Amount { minor_units: i64, currency: String },
}

/// For which invoices of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duration {
    Once,
    Forever,
    Months(u32),
}

impl Off {
    /// What is taken off an amount; at most all of it. Halves are rounded up, as Stripe does.
    pub(crate) fn of(&self, amount: i64) -> i64 {
        match self {
            Off::BasisPoints(points) => (amount * i64::from(*points) + 5_000) / 10_000,
            Off::Amount { minor_units, .. } => (*minor_units).min(amount),
        }
    }

    /// Whether it can be taken off amounts in this currency.
    pub(crate) fn fits(&self, of_the_order: &str) -> bool {
        match self {
            Off::BasisPoints(_) => true,
            Off::Amount { currency, .. } => currency == of_the_order,
        }
    }

    /// `20% off`
    pub(crate) fn shown(&self) -> String {
        match self {
            Off::BasisPoints(points) => format!("{}% off", f64::from(*points) / 100.0),
            Off::Amount { minor_units, currency } => {
                format!("{} off", money::shown(*minor_units, currency))
            }
        }
    }
}

impl Coupon {
    /// Whether it can still be given to somebody.
    pub(crate) fn is_valid(&self, now: i64) -> bool {
        !self.deleted
            && self.redeem_by.is_none_or(|end| now < end)
            && self.max_redemptions.is_none_or(|most| self.times_redeemed < most)
    }

    /// Also of a deleted one, which subscriptions still have.
    pub(crate) fn render_whole(&self, now: i64) -> Value {
        let (percent, amount, currency) = match &self.off {
            Off::BasisPoints(points) => (Some(f64::from(*points) / 100.0), None, None),
            Off::Amount { minor_units, currency } => (None, Some(*minor_units), Some(currency)),
        };
        let (duration, months) = match self.duration {
            Duration::Once => ("once", None),
            Duration::Forever => ("forever", None),
            Duration::Months(months) => ("repeating", Some(months)),
        };
        json!({
            "id": self.id, "object": "coupon", "amount_off": amount, "created": self.created, "currency": currency,
            "duration": duration, "duration_in_months": months, "livemode": false, "metadata": self.metadata,
            "name": self.name, "percent_off": percent, "times_redeemed": self.times_redeemed,
            "max_redemptions": self.max_redemptions, "redeem_by": self.redeem_by, "valid": self.is_valid(now),
        })
    }
}

impl Object for Coupon {
    const KIND: &'static str = "coupon";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        self.render_whole(world.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coupon_takes_off_at_most_everything() {
        assert_eq!(Off::BasisPoints(2_000).of(700), 140);
        assert_eq!(Off::BasisPoints(3_333).of(50), 17);
        assert_eq!(Off::BasisPoints(10_000).of(700), 700);
        let five = Off::Amount { minor_units: 500, currency: "eur".to_owned() };
        assert_eq!((five.of(700), five.of(300)), (500, 300));
        assert!(five.fits("eur") && !five.fits("usd") && Off::BasisPoints(1).fits("usd"));
        assert_eq!(
            (Off::BasisPoints(1_250).shown(), five.shown()),
            ("12.5% off".to_owned(), "€5.00 off".to_owned())
        );
    }

    #[test]
    fn a_coupon_ends_by_time_by_number_or_by_deletion() {
        let coupon = Coupon {
            id: "c".to_owned(),
            created: 0,
            name: None,
            off: Off::BasisPoints(2_000),
            duration: Duration::Once,
            redeem_by: Some(10),
            max_redemptions: Some(2),
            deleted: false,
            times_redeemed: 1,
            metadata: Metadata::new(),
        };
        assert!(coupon.is_valid(9) && !coupon.is_valid(10) && !coupon.is_valid(11));
        assert!(!Coupon { times_redeemed: 2, ..coupon.clone() }.is_valid(9));
        assert!(!Coupon { deleted: true, ..coupon }.is_valid(9));
    }
}
