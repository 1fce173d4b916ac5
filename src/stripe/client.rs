//! What Stripe is asked: by whom, page after page; and the small calls.

use std::pin::Pin;

use stripe_product::price::RetrievePrice;
use stripe_shared::{Price, RecurringInterval};
use stripe_types::{AsCursorOpt as _, List, Object};

use super::error::StripeError;
use super::wire::Wire;
use crate::clock::Clock;
use crate::domain::ids::{Mode, PriceId};
use crate::domain::plan::Cycle;
use crate::domain::secret::Secret;

/// As many objects as Stripe puts on one page: <https://docs.stripe.com/api/pagination>.
pub(super) const PAGE: i64 = 100;

/// Where Stripe is asked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stripe {
    pub(super) client: Wire,
    mode: Mode,
}

/// What Stripe knows of a price, to compare with what the owner wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFacts {
    /// The amount in the currency's smallest unit; none if it is not one fixed amount.
    pub minor_units: Option<i64>,
    /// ISO 4217, lower case.
    pub currency: String,
    /// How often it is paid; none for a cycle that plans do not have, such as every two weeks.
    pub cycle: Option<Cycle>,
    /// Whether it can still be bought.
    pub active: bool,
}

impl Stripe {
    /// A client for one account and mode. Nothing is sent yet.
    ///
    /// `api_base` is another address than Stripe's own. The process must have a TLS provider
    /// by now.
    pub fn new(
        key: &Secret<String>,
        api_base: Option<&str>,
        clock: Clock,
    ) -> Result<Self, StripeError> {
        let mode = mode_of_key(key.expose())?;
        let base = api_base.map(base_address).transpose()?;
        Ok(Self { client: Wire::new(key, base, clock)?, mode })
    }

    /// The same, for a visitor who begins to wait now: his calls go before those of background
    /// work, and end in time for a page that tells him how it is.
    #[must_use]
    pub fn for_visitor(&self) -> Self {
        Self { client: self.client.for_visitor(), mode: self.mode }
    }

    /// Whether the key is for practice or for real money.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Looks a price up.
    pub async fn price(&self, id: &PriceId) -> Result<PriceFacts, StripeError> {
        let request = RetrievePrice::new(id.as_str());
        let price = patiently("a price", || request.send(&self.client)).await?;
        if Mode::of_livemode(price.livemode) == self.mode {
            Ok(facts(&price))
        } else {
            Err(self.other_mode(id.as_str()))
        }
    }

    /// Collects a list from all its pages. `page` asks for what comes after an id.
    pub(super) async fn pages<T, Page, Answer>(
        &self,
        what: &str,
        page: Page,
    ) -> Result<Vec<T>, StripeError>
    where
        T: Object,
        Page: Fn(Option<String>) -> Answer,
        Answer: Future<Output = Result<List<T>, StripeError>>,
    {
        let mut all: Vec<T> = Vec::new();
        let mut after = None;
        loop {
            let answer = patiently(what, || page(after.clone())).await?;
            after = next_page(what, &answer, after.as_deref())?;
            all.extend(answer.data);
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// An object of the other mode counts as not there.
    pub(super) fn other_mode(&self, id: &str) -> StripeError {
        let ours = self.mode.as_str();
        StripeError::NotFound(format!("{id} is not of the {ours} mode, which the key is for"))
    }
}

/// After which id the next page begins; none: this is the last. For lists that are too long to be
/// held as a whole in the library's objects.
pub(super) fn next_page<T: Object>(
    what: &str,
    page: &List<T>,
    after: Option<&str>,
) -> Result<Option<String>, StripeError> {
    if !page.has_more {
        return Ok(None);
    }
    let last = page.data.last().and_then(|last| last.id().as_cursor_opt());
    let last = last.map(ToOwned::to_owned);
    if last.is_none() || last.as_deref() == after {
        return Err(StripeError::Malformed(format!("{what}: a page leads nowhere")));
    }
    Ok(last)
}

/// Makes a call; `what` it asks for stands in the error if the answer cannot be read. How
/// often and how long it is tried is up to the `Wire`.
pub(super) fn patiently<T, Call, Answer>(
    what: &str,
    call: Call,
) -> Pin<Box<impl Future<Output = Result<T, StripeError>>>>
where
    Call: Fn() -> Answer,
    Answer: Future<Output = Result<T, StripeError>>,
{
    // In a box, because the library's objects take up kilobytes.
    Box::pin(async move { call().await.map_err(|error| error.about(what)) })
}

/// Reads the mode from a secret key (`sk_live_…`) or a restricted one (`rk_test_…`).
fn mode_of_key(key: &str) -> Result<Mode, StripeError> {
    let secret = key.starts_with("sk_") || key.starts_with("rk_");
    if secret && key.contains("_test_") {
        Ok(Mode::Test)
    } else if secret && key.contains("_live_") {
        Ok(Mode::Live)
    } else if key.starts_with("pk_") {
        let text = "this is a publishable key (pk_…); a secret one starts with sk_ or rk_";
        Err(StripeError::BadKey(text.to_owned()))
    } else {
        let text = "it starts with sk_test_, sk_live_, rk_test_ or rk_live_";
        Err(StripeError::BadKey(text.to_owned()))
    }
}

/// The library appends `v1/…` to what it is given: so the address must end in `/`.
fn base_address(base: &str) -> Result<String, StripeError> {
    let bad = || StripeError::Unusable(format!("{base:?} is not the address of an API"));
    let uri: http::Uri = base.parse().map_err(|_| bad())?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    if known && uri.host().is_some_and(|host| !host.is_empty()) && uri.query().is_none() {
        Ok(format!("{}/", base.trim_end_matches('/')))
    } else {
        Err(bad())
    }
}

fn facts(price: &Price) -> PriceFacts {
    let cycle = match &price.recurring {
        None => Some(Cycle::Once),
        Some(recurring) if recurring.interval_count != 1 => None,
        Some(recurring) => match recurring.interval {
            RecurringInterval::Day => Some(Cycle::Day),
            RecurringInterval::Week => Some(Cycle::Week),
            RecurringInterval::Month => Some(Cycle::Month),
            RecurringInterval::Year => Some(Cycle::Year),
            RecurringInterval::Unknown(_) | _ => None,
        },
    };
    let currency = price.currency.to_string();
    PriceFacts { minor_units: price.unit_amount, currency, cycle, active: price.active }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::time::Timestamp;
    use crate::stripe::fixtures;
    use crate::stripe::stub::{KEY, Reply, against};

    #[tokio::test]
    async fn a_call_is_repeated_only_where_that_may_help() {
        let fine = || Reply::Json(200, fixtures::price(json!({})));
        let problem = |status| {
            let error = json!({ "type": "invalid_request_error", "message": format!("No {KEY}") });
            Reply::Json(status, json!({ "error": error }))
        };
        let page = || Reply::Text(502, "<html>Bad gateway</html>");
        let rows = [
            (vec![fine()], "fine", 1),
            (vec![problem(500), problem(503), fine()], "fine", 3),
            (vec![problem(429), fine()], "fine", 2),
            (vec![problem(409), fine()], "fine", 2),
            (vec![Reply::HangUp, Reply::HangUp, fine()], "fine", 3),
            (vec![page(), fine()], "fine", 2),
            (vec![problem(500), problem(500), problem(500)], "cannot be reached", 3),
            (vec![page(), page(), page()], "cannot be reached", 3),
            (vec![Reply::HangUp, Reply::HangUp, Reply::HangUp], "cannot be reached", 3),
            (vec![problem(429), problem(429), problem(429)], "fewer calls", 3),
            (vec![problem(500), problem(400)], "refused", 2),
            (vec![problem(400)], "refused", 1),
            (vec![problem(401)], "does not accept the secret key", 1),
            (vec![problem(403)], "does not accept the secret key", 1),
            (vec![problem(404)], "does not know", 1),
            (vec![Reply::Json(200, json!({ "id": "price_1" }))], "cannot read", 1),
            (vec![Reply::Text(200, "<html>Welcome</html>")], "cannot read", 1),
            (
                vec![Reply::Json(200, fixtures::price(json!({ "livemode": true })))],
                "not of the test mode",
                1,
            ),
        ];
        for (replies, expected, calls) in rows {
            let shown = format!("{replies:?}");
            let (answer, asked) = against(replies, ask_for_price).await;
            let answer = answer.map_or_else(|error| error.to_string(), |_| "fine".to_owned());
            assert!(answer.contains(expected), "{shown}: {answer}");
            assert!(!answer.contains(KEY), "{answer}");
            assert_eq!(asked.len(), calls, "{shown}");
        }
    }

    #[tokio::test]
    async fn a_call_carries_the_key_and_the_version_it_reads() {
        let replies = vec![Reply::Json(200, fixtures::price(json!({})))];
        let (_, asked) = against(replies, ask_for_price).await;
        assert_eq!(asked[0].what, "GET /v1/prices/price_1?");
        assert_eq!(asked[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
        assert!(asked[0].header("stripe-version").is_some_and(|it| it.starts_with("20")));
    }

    #[test]
    fn a_price_is_told_as_plans_know_it() {
        let every = |interval: &str, count: u64| {
            let recurring =
                json!({ "interval": interval, "interval_count": count, "usage_type": "licensed" });
            facts_of(json!({ "recurring": recurring })).cycle
        };
        assert_eq!(every("day", 1), Some(Cycle::Day));
        assert_eq!(every("week", 1), Some(Cycle::Week));
        assert_eq!(every("month", 1), Some(Cycle::Month));
        assert_eq!(every("year", 1), Some(Cycle::Year));
        assert_eq!(every("month", 3), None);
        assert_eq!(every("decade", 1), None);
        let once = facts_of(json!({ "type": "one_time", "recurring": null, "currency": "jpy",
            "unit_amount": null, "active": false }));
        let currency = "jpy".to_owned();
        let expected =
            PriceFacts { minor_units: None, currency, cycle: Some(Cycle::Once), active: false };
        assert_eq!(once, expected);
        assert_eq!(facts_of(json!({ "currency": "xxz" })).currency, "xxz");
    }

    #[test]
    fn a_client_is_made_only_of_what_can_work() {
        let rows = [
            ("sk_test_1", None, "test"),
            ("rk_test_1", None, "test"),
            ("sk_live_1", None, "live"),
            ("sk_test_1", Some("http://127.0.0.1:12111"), "test"),
            ("sk_test_1", Some("https://proxy.example/stripe/"), "test"),
            ("pk_test_1", None, "publishable"),
            ("sk_1", None, "starts with"),
            ("", None, "starts with"),
            (" sk_test_1", None, "starts with"),
            ("sk_test_1\n", None, "ASCII"),
            ("sk_test_1", Some(""), "not the address"),
            ("sk_test_1", Some("127.0.0.1:12111"), "not the address"),
            ("sk_test_1", Some("ftp://127.0.0.1/"), "not the address"),
            ("sk_test_1", Some("http://127.0.0.1/?x"), "not the address"),
        ];
        crate::crypto::install_tls_provider();
        for (key, base, expected) in rows {
            let clock = Clock::by_hand(Timestamp::from_unix(0));
            let client = Stripe::new(&Secret::new(key.to_owned()), base, clock);
            let shown = match &client {
                Ok(client) => client.mode().as_str().to_owned(),
                Err(error) => error.to_string(),
            };
            assert!(shown.contains(expected), "{key:?} {base:?}: {shown}");
            assert!(!format!("{client:?}").contains("sk_test_1"), "a key is not printed");
        }
    }

    async fn ask_for_price(stripe: Stripe) -> Result<PriceFacts, StripeError> {
        stripe.price(&PriceId::parse("price_1").expect("an id")).await
    }

    fn facts_of(changes: Value) -> PriceFacts {
        facts(&fixtures::read(&fixtures::price(changes)))
    }
}
