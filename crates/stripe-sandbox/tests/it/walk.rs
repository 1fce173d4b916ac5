//! One call of each endpoint, in a shop where things were bought, paid back and disputed.

use serde_json::Value;
use stripe_sandbox::{DisputeStage, routes};
use tokio::sync::OnceCell;

use crate::support::{DAY, MONTH, Shop};

type Parameters<'a> = &'a [(&'a str, &'a str)];

const PAYING: [(&str, &str); 2] =
    [("email", "ada@example.com"), ("card_number", "4242424242424242")];

/// A walk that is under way.
pub(crate) struct Walk {
    shop: Shop,
    heard: Heard,
}

/// Calls, and what was answered.
pub(crate) struct Heard(Vec<(String, Value)>);

impl Heard {
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(call, body)| (call.as_str(), body))
    }

    /// The newest of its kind that is not deleted.
    pub(crate) fn object(&self, object: &str) -> &Value {
        let all = self.0.iter().flat_map(|(_, body)| match body["data"].as_array() {
            Some(data) => data.iter().collect(),
            None => vec![body],
        });
        let mut alive = all.filter(|it| it["object"] == object && it["deleted"] != true);
        alive.next_back().unwrap_or_else(|| panic!("the walk comes past no {object}"))
    }
}

impl Walk {
    /// What the one walk heard that all tests look at.
    pub(crate) async fn shared() -> &'static Heard {
        static HEARD: OnceCell<Heard> = OnceCell::const_new();
        HEARD.get_or_init(Walk::through).await
    }

    async fn through() -> Heard {
        let mut walk = Walk { shop: Shop::open().await, heard: Heard(Vec::new()) };
        walk.catalogue().await;
        walk.sales().await;
        walk.payments().await;
        walk.invoices().await;
        walk.subscriptions().await;
        walk.setups().await;
        walk.account().await;
        walk.lists().await;
        walk.each().await;
        walk.endings().await;
        walk.heard
    }

    async fn catalogue(&mut self) {
        let product = self.id("POST products", &[("name", "Tea")]).await;
        self.ask(&format!("POST products/{product}"), &[("description", "Green")]).await;
        let tea = [("product", product.as_str()), ("currency", "eur"), ("unit_amount", "300")];
        let price = self.id("POST prices", &tea).await;
        self.ask(&format!("POST prices/{price}"), &[("nickname", "A cup")]).await;
        let coupon = self.id("POST coupons", &[("percent_off", "50"), ("duration", "once")]).await;
        self.ask(&format!("POST coupons/{coupon}"), &[("name", "Half")]).await;
        let code = [
            ("promotion[type]", "coupon"),
            ("promotion[coupon]", coupon.as_str()),
            ("code", "TEA"),
        ];
        let code = self.id("POST promotion_codes", &code).await;
        self.ask(&format!("POST promotion_codes/{code}"), &[("metadata[a]", "1")]).await;
        let customer = self.id("POST customers", &[("email", "bob@example.com")]).await;
        self.ask(&format!("POST customers/{customer}"), &[("metadata[a]", "1")]).await;
        self.features().await;
    }

    /// Of the product that is subscribed to.
    async fn features(&mut self) {
        let price = self.ask("GET prices/price_reader", &[]).await;
        let features = format!("products/{}/features", price["product"].as_str().expect("an id"));
        for key in ["archive", "forum"] {
            let new = [("lookup_key", key), ("name", "Whatever")];
            let feature = self.id("POST entitlements/features", &new).await;
            self.ask(&format!("POST entitlements/features/{feature}"), &[("name", key)]).await;
            let added = [("entitlement_feature", feature.as_str())];
            self.ask(&format!("POST {features}"), &added).await;
        }
        self.ask(&format!("GET {features}"), &[]).await;
        let forum = self.id_of("product_feature");
        self.ask(&format!("GET {features}/{forum}"), &[]).await;
        self.ask(&format!("DELETE {features}/{forum}"), &[]).await;
    }

    /// A subscription that renews, a course with a code, an order that is given up.
    async fn sales(&mut self) {
        let subscribe = [("mode", "subscription"), ("line_items[0][price]", "price_reader")];
        let (session, page) = self.order(&subscribe).await;
        self.shop.submit(&page, &PAYING).await;
        self.ask(&format!("GET checkout/sessions/{session}?expand[]=line_items&expand[]=subscription.latest_invoice"), &[]).await;
        self.ask(&format!("GET checkout/sessions/{session}/line_items"), &[]).await;
        self.shop.sandbox.advance(MONTH);
        let course = [
            ("mode", "payment"),
            ("line_items[0][price]", "price_course"),
            ("allow_promotion_codes", "true"),
            ("customer_creation", "always"),
        ];
        let (_, page) = self.order(&course).await;
        self.shop.submit(&page, &[&PAYING[..], &[("promotion_code", "WELCOME20")]].concat()).await;
        let (session, _) = self.order(&course).await;
        let noted = [("metadata[a]", "1")];
        self.ask(&format!("POST checkout/sessions/{session}"), &noted).await;
        self.ask(&format!("POST checkout/sessions/{session}/expire"), &[]).await;
        let (session, _) =
            self.order(&[&course[..], &[("customer_email", "c@d.e")]].concat()).await;
        self.ask(&format!("GET payment_pages/{session}"), &[]).await;
        let card = [("payment_method", "pm_card_visa")];
        self.ask(&format!("POST payment_pages/{session}/confirm"), &card).await;
        self.ask("GET subscriptions", &[]).await;
        let customer = self.text("subscription", "customer");
        let subscription = self.id_of("subscription");
        let cancel = [
            ("customer", customer.as_str()),
            ("flow_data[type]", "subscription_cancel"),
            ("flow_data[subscription_cancel][subscription]", subscription.as_str()),
        ];
        self.ask("POST billing_portal/sessions", &cancel).await;
        self.ask(&format!("GET entitlements/active_entitlements?customer={customer}"), &[]).await;
        self.ask(&format!("GET subscription_items?subscription={subscription}"), &[]).await;
    }

    /// Paid by the API; given back, disputed and warned of.
    async fn payments(&mut self) {
        let customer = self.id("POST customers", &[("email", "eve@example.com")]).await;
        let card = [("type", "card"), ("card[token]", "tok_visa")];
        let method = self.id("POST payment_methods", &card).await;
        let owner = [("customer", customer.as_str())];
        self.ask(&format!("POST payment_methods/{method}/attach"), &owner).await;
        let named = [("billing_details[name]", "Eve")];
        self.ask(&format!("POST payment_methods/{method}"), &named).await;
        self.ask(&format!("GET customers/{customer}/payment_methods"), &[]).await;
        let paid = self.intent(&customer, &method).await;
        let capture = format!("POST payment_intents/{paid}/capture");
        self.refused(&capture, "payment_intent_unexpected_state").await;
        let unpaid = self.id("POST payment_intents", &[("amount", "500"), ("currency", "eur")]);
        let unpaid = unpaid.await;
        let about = [("description", "Nothing")];
        self.ask(&format!("POST payment_intents/{unpaid}"), &about).await;
        self.ask(&format!("POST payment_intents/{unpaid}/cancel"), &[]).await;
        let part = [("payment_intent", paid.as_str()), ("amount", "100")];
        let refund = self.id("POST refunds", &part).await;
        self.ask(&format!("POST refunds/{refund}"), &[("metadata[a]", "1")]).await;
        self.refused(&format!("POST refunds/{refund}/cancel"), "").await;
        let charge = self.text("refund", "charge");
        self.ask(&format!("POST charges/{charge}"), &[("description", "Tea")]).await;
        self.ask(&format!("GET charges/{charge}/refunds"), &[]).await;
        self.ask(&format!("GET charges/{charge}?expand[]=refunds"), &[]).await;
        let disputed = self.intent(&customer, &method).await;
        let dispute = self.shop.sandbox.dispute(&disputed, DisputeStage::NeedsResponse);
        let dispute = dispute.expect("it was paid");
        let evidence = [("evidence[customer_name]", "Eve")];
        self.ask(&format!("POST disputes/{dispute}"), &evidence).await;
        self.ask(&format!("POST disputes/{dispute}/close"), &[]).await;
        self.shop.sandbox.warn_of_fraud(&disputed).expect("it was paid");
        self.ask(&format!("POST payment_methods/{method}/detach"), &[]).await;
    }

    /// A payment that was confirmed by itself; its id.
    async fn intent(&mut self, customer: &str, method: &str) -> String {
        let order = [
            ("amount", "500"),
            ("currency", "eur"),
            ("customer", customer),
            ("payment_method_types[]", "card"),
        ];
        let intent = self.id("POST payment_intents", &order).await;
        let with = [("payment_method", method)];
        self.ask(&format!("POST payment_intents/{intent}/confirm"), &with).await;
        intent
    }

    /// One that is paid, one that is void, one that is written off.
    async fn invoices(&mut self) {
        let customer = self.id("POST customers", &[("email", "dan@example.com")]).await;
        let owner = [("customer", customer.as_str())];
        let card = self.id("POST payment_methods/pm_card_visa/attach", &owner).await;
        for end in ["pay", "void", "mark_uncollectible"] {
            let item = [("customer", customer.as_str()), ("amount", "900"), ("currency", "eur")];
            self.ask("POST invoiceitems", &item).await;
            let new =
                [("customer", customer.as_str()), ("pending_invoice_items_behavior", "include")];
            let invoice = self.id("POST invoices", &new).await;
            self.ask(&format!("GET invoices/{invoice}/lines"), &[]).await;
            let by_hand = [("auto_advance", "false")];
            self.ask(&format!("POST invoices/{invoice}/finalize"), &by_hand).await;
            let how: Parameters =
                if end == "pay" { &[("payment_method", card.as_str())] } else { &[] };
            self.ask(&format!("POST invoices/{invoice}/{end}"), how).await;
        }
        self.given_up(&owner).await;
    }

    /// One that is changed, and given up as a draft.
    async fn given_up(&mut self, owner: Parameters<'_>) {
        let draft = [owner, &[("currency", "eur")]].concat();
        let draft = self.id("POST invoices", &draft).await;
        let owed = [("amount", "500"), ("currency", "eur"), ("invoice", draft.as_str())];
        let item = self.id("POST invoiceitems", &[owner, &owed].concat()).await;
        self.ask(&format!("POST invoiceitems/{item}"), &[("amount", "600")]).await;
        self.ask(&format!("POST invoices/{draft}"), &[("description", "For tea")]).await;
        self.ask(&format!("DELETE invoiceitems/{item}"), &[]).await;
        self.ask(&format!("DELETE invoices/{draft}"), &[]).await;
    }

    /// One that is kept, one that is not.
    async fn setups(&mut self) {
        let kept = [("payment_method", "pm_card_visa")];
        for (end, how) in [("confirm", &kept[..]), ("cancel", &[])] {
            let setup = self.id("POST setup_intents", &[]).await;
            self.ask(&format!("POST setup_intents/{setup}"), &[("metadata[a]", "1")]).await;
            self.ask(&format!("POST setup_intents/{setup}/{end}"), how).await;
        }
    }

    /// One that is changed, one that pauses and goes on.
    async fn subscriptions(&mut self) {
        let customer = self.id("POST customers", &[("email", "fay@example.com")]).await;
        let new = [
            ("customer", customer.as_str()),
            ("items[0][price]", "price_reader"),
            ("trial_period_days", "7"),
            ("trial_settings[end_behavior][missing_payment_method]", "pause"),
        ];
        let subscription = self.id("POST subscriptions", &new).await;
        self.shop.sandbox.advance(7 * DAY);
        assert!(self.shop.sandbox.set_card(&subscription, "4242424242424242"));
        self.ask(&format!("POST subscriptions/{subscription}/resume"), &[]).await;
        let more = [("metadata[a]", "1"), ("pause_collection[behavior]", "void")];
        self.ask(&format!("POST subscriptions/{subscription}"), &more).await;
    }

    /// What belongs to the owner and to nobody's money.
    async fn account(&mut self) {
        let new = [("features[invoice_history][enabled]", "true")];
        let configuration = self.id("POST billing_portal/configurations", &new).await;
        let change = [("default_return_url", "https://shop.example/")];
        self.ask(&format!("POST billing_portal/configurations/{configuration}"), &change).await;
        let hook = [("url", "http://127.0.0.1:9/"), ("enabled_events[0]", "coupon.deleted")];
        let hook = self.id("POST webhook_endpoints", &hook).await;
        self.ask(&format!("POST webhook_endpoints/{hook}"), &[("description", "Mine")]).await;
        let told = self.shop.get("events?limit=1").await["data"][0]["id"].clone();
        let told = told.as_str().expect("an id");
        self.ask(&format!("POST events/{told}/retry"), &[("webhook_endpoint", &hook)]).await;
        let noon = self.shop.sandbox.now();
        let (start, later) = (noon.to_string(), (noon + 1).to_string());
        let clock = self.id("POST test_helpers/test_clocks", &[("frozen_time", &start)]).await;
        let target = [("frozen_time", later.as_str())];
        self.ask(&format!("POST test_helpers/test_clocks/{clock}/advance"), &target).await;
        let calls = [("endpoints[0]", "GET /v1/customers")];
        self.ask("POST stripecli/key_permissions", &calls).await;
    }

    /// Every list that takes no more than a limit, in both versions; and every search, which is
    /// refused.
    async fn lists(&mut self) {
        for (method, path) in routes() {
            let needs_more = path.contains(":id")
                || ["subscription_items", "active_entitlements"]
                    .iter()
                    .any(|it| path.ends_with(it));
            if method != "GET" || needs_more {
                continue;
            }
            if path.ends_with("/search") {
                self.refused(&format!("GET {}?query=x", below(&path)), "not_in_sandbox").await;
            } else {
                self.ask(&format!("GET {}?limit=100", below(&path)), &[]).await;
            }
        }
    }

    /// Every object of the lists, by itself.
    async fn each(&mut self) {
        for (method, path) in routes() {
            let Some(list) = path.strip_suffix("/:id").filter(|_| method == "GET") else {
                continue;
            };
            let listed = format!("GET {list}");
            let ids: Vec<String> = self
                .heard
                .0
                .iter()
                .filter(|(call, _)| call.split('?').next() == Some(&listed))
                .flat_map(|(_, body)| body["data"].as_array().cloned().unwrap_or_default())
                .filter_map(|it| it["id"].as_str().map(ToOwned::to_owned))
                .collect();
            for id in ids {
                self.ask(&format!("GET {}/{id}", below(list)), &[]).await;
            }
        }
    }

    async fn endings(&mut self) {
        let subscription = self.id_of("subscription");
        let later = [("cancel_at_period_end", "true")];
        self.ask(&format!("POST subscriptions/{subscription}"), &later).await;
        self.ask(&format!("DELETE subscriptions/{subscription}"), &[]).await;
        let customer = self.id_of("customer");
        self.ask(&format!("DELETE customers/{customer}"), &[]).await;
        self.ask(&format!("GET customers/{customer}"), &[]).await;
        let product = self.id("POST products", &[("name", "Nothing")]).await;
        self.ask(&format!("DELETE products/{product}"), &[]).await;
        for (object, path) in [
            ("coupon", "coupons"),
            ("webhook_endpoint", "webhook_endpoints"),
            ("test_helpers.test_clock", "test_helpers/test_clocks"),
        ] {
            let id = self.id_of(object);
            self.ask(&format!("DELETE {path}/{id}"), &[]).await;
        }
        self.shop.sandbox.webhooks_settled().await;
    }

    async fn order(&mut self, parameters: Parameters<'_>) -> (String, String) {
        let session = self.shop.checkout(parameters).await;
        let text = |field: &str| session[field].as_str().expect("a text").to_owned();
        let order = (text("id"), text("url"));
        self.heard.0.push(("POST /v1/checkout/sessions".to_owned(), session));
        order
    }

    async fn id(&mut self, call: &str, parameters: Parameters<'_>) -> String {
        let made = self.ask(call, parameters).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    fn id_of(&self, object: &str) -> String {
        self.text(object, "id")
    }

    fn text(&self, object: &str, field: &str) -> String {
        self.heard.object(object)[field].as_str().expect("a text").to_owned()
    }

    async fn ask(&mut self, call: &str, parameters: Parameters<'_>) -> Value {
        let (status, body) = self.answered(call, parameters).await;
        assert_eq!(status, 200, "{call}: {body}");
        body
    }

    /// Where a refusal is the right answer.
    async fn refused(&mut self, call: &str, code: &str) {
        let (status, body) = self.answered(call, &[]).await;
        let told = body["error"]["code"].as_str().unwrap_or_default();
        assert_eq!((status, told), (400, code), "{call}: {body}");
    }

    /// Paths are below `/v1/`, or whole.
    async fn answered(&mut self, call: &str, parameters: Parameters<'_>) -> (u16, Value) {
        let (method, path) = call.split_once(' ').expect("method and path");
        let (place, (status, body)) = if path.starts_with("v2/") {
            let (status, _, body) = self.shop.ask(method, path, &[]).await;
            (format!("/{path}"), (status, body))
        } else {
            (format!("/v1/{path}"), self.shop.call(method, path, parameters).await)
        };
        self.heard.0.push((format!("{method} {place}"), body.clone()));
        (status, body)
    }
}

/// A path of the first version as `Shop::call` takes it, one of the second whole.
fn below(path: &str) -> &str {
    path.strip_prefix("/v1/").unwrap_or_else(|| path.trim_start_matches('/'))
}
