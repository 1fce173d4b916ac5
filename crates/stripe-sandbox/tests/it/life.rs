//! One subscription in a shop: what is said of it, and what is shown.

use std::time::Duration;

use serde_json::{Value, json};
use stripe_sandbox::Payer;

use crate::support::Shop;

pub(crate) const GOOD: &str = "4242424242424242";
pub(crate) const FAILS_LATER: &str = "4000000000000341";
pub(crate) const ASKS: &str = "4000000000003220";
pub(crate) const DECLINES: &str = "4000000000000002";

/// One subscription and all that is said of it.
pub(crate) struct Life {
    pub(crate) shop: Shop,
    pub(crate) id: String,
    /// What the API answered when it was made.
    pub(crate) answer: Value,
    told: std::sync::Mutex<usize>,
}

impl Life {
    /// Bought at a checkout with this card; what was said until then is forgotten.
    pub(crate) async fn begin(card: &str) -> Life {
        let shop = Shop::open().await;
        let payer = Payer::with_card("ada@example.com", card);
        shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("it pays once");
        let answer = shop.subscription().await;
        let life = Life::of(shop, answer);
        life.forget();
        life
    }

    /// Made by the API, for a customer without a card.
    pub(crate) async fn by_api(shop: Shop, parameters: &[(&str, &str)]) -> Life {
        let (_, new) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
        let customer = new["id"].as_str().expect("an id");
        let all = [&[("customer", customer), ("items[0][price]", "price_reader")], parameters];
        let (status, answer) = shop.call("POST", "subscriptions", &all.concat()).await;
        assert_eq!(status, 200, "{answer}");
        Life::of(shop, answer)
    }

    fn of(shop: Shop, answer: Value) -> Life {
        let id = answer["id"].as_str().expect("an id").to_owned();
        Life { shop, id, answer, told: std::sync::Mutex::new(0) }
    }

    /// The status, and the types of the events since the last look.
    pub(crate) fn expect(&self, status: &str, events: &str) {
        let all = self.shop.sandbox.events();
        let from = std::mem::replace(&mut *self.told.lock().expect("the lock"), all.len());
        let kinds: Vec<&str> =
            all[from..].iter().map(|event| event["type"].as_str().unwrap_or_default()).collect();
        assert_eq!(kinds, events.split_whitespace().collect::<Vec<_>>(), "until {status}");
        let subscription = self.shop.sandbox.object(&self.id).expect("it was made");
        assert_eq!(subscription["status"], status);
    }

    pub(crate) fn forget(&self) {
        *self.told.lock().expect("the lock") = self.shop.sandbox.events().len();
    }

    pub(crate) fn last(&self, kind: &str) -> Value {
        let events = self.shop.sandbox.events();
        events.into_iter().rev().find(|event| event["type"] == kind).expect("such an event")
    }

    pub(crate) async fn subscription(&self) -> Value {
        self.shop.get(&format!("subscriptions/{}", self.id)).await
    }

    pub(crate) async fn customer(&self) -> String {
        self.subscription().await["customer"].as_str().expect("a customer").to_owned()
    }

    pub(crate) async fn portal(&self) -> String {
        let portal = self.shop.portal(&json!(self.customer().await)).await;
        self.forget();
        portal
    }

    pub(crate) async fn latest_invoice(&self) -> Value {
        let id = self.subscription().await["latest_invoice"].as_str().expect("an id").to_owned();
        self.shop.get(&format!("invoices/{id}")).await
    }
}

/// A second less.
pub(crate) fn just_before(time: Duration) -> Duration {
    time.saturating_sub(Duration::from_secs(1))
}
