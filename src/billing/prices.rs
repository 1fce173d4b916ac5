//! Compares what the offer shows with what Stripe charges.

use super::Billing;
use crate::domain::amount::Amount;
use crate::domain::plan::{Cycle, Offered};
use crate::stripe::PriceFacts;

impl Billing {
    /// Looks every price of the catalog up at Stripe, and warns of each that is not as shown.
    /// Nothing depends on it: Stripe decides what is charged.
    pub async fn compare_prices(&self) {
        let site = self.sites.current();
        for plan in site.config.catalog.plans() {
            for price in &plan.prices {
                let offered = Offered { plan, price };
                match self.stripe.price(&price.id).await {
                    Ok(facts) => warn(offered, &facts),
                    Err(problem) => {
                        tracing::warn!(plan = %plan.id, price = %price.id, %problem, "cannot compare this price with Stripe");
                    }
                }
            }
        }
    }
}

fn warn(offered: Offered<'_>, facts: &PriceFacts) {
    let Offered { plan, price } = offered;
    for difference in differences(&price.shown, price.cycle, facts) {
        tracing::warn!(plan = %plan.id, price = %price.id, "{difference}");
    }
}

fn differences(shown: &str, cycle: Cycle, facts: &PriceFacts) -> Vec<String> {
    let mut found = Vec::new();
    if !facts.active {
        found.push("this price is archived at Stripe: nobody can buy it".to_owned());
    }
    if facts.cycle != Some(cycle) {
        found.push(format!(
            "the configuration says {}, Stripe says {}",
            words(Some(cycle)),
            words(facts.cycle)
        ));
    }
    if let (Some(amount), Some(charged)) = (Amount::read(shown), facts.minor_units)
        && (amount.minor_units != charged || amount.currency != facts.currency)
    {
        found.push(format!(
            "the offer shows {shown:?}, Stripe charges {charged} in the smallest unit of {}",
            facts.currency.to_uppercase()
        ));
    }
    found
}

fn words(cycle: Option<Cycle>) -> &'static str {
    match cycle {
        Some(Cycle::Once) => "once",
        Some(Cycle::Day) => "every day",
        Some(Cycle::Week) => "every week",
        Some(Cycle::Month) => "every month",
        Some(Cycle::Year) => "every year",
        None => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_that_is_not_as_shown_is_told() {
        let check = |shown: &str, cycle, expected: &[&str]| {
            let facts = PriceFacts {
                minor_units: Some(900),
                currency: "usd".to_owned(),
                cycle: Some(Cycle::Month),
                active: true,
            };
            assert_eq!(differences(shown, cycle, &facts), expected, "{shown:?}");
        };
        check("$9 a month", Cycle::Month, &[]);
        check("nine dollars", Cycle::Month, &[]);
        check("$9", Cycle::Year, &["the configuration says every year, Stripe says every month"]);
        check(
            "$10",
            Cycle::Month,
            &["the offer shows \"$10\", Stripe charges 900 in the smallest unit of USD"],
        );
        check(
            "9 €",
            Cycle::Month,
            &["the offer shows \"9 €\", Stripe charges 900 in the smallest unit of USD"],
        );
    }
}
