//! Whatever the sandbox says is what Stripe's own SDK expects. Every answer and event of every test
//! is checked where it arrives (`support`); here, that nothing is left out, and that the check has
//! teeth.

use std::collections::BTreeSet;

use crate::support::{MONTH, Shop};
use serde_json::{Value, json};
use stripe_contract::{answer, excused, excuses, pinned_version};
use stripe_sandbox::{API_VERSION, routes};
use tokio::sync::OnceCell;

#[tokio::test]
async fn every_endpoint_answers_as_stripe_does() {
    let walk = Walk::shared().await;
    let answered: BTreeSet<&str> = walk.0.iter().map(|(call, _)| call.as_str()).collect();
    let missed: Vec<String> = routes()
        .filter(|(method, path)| !answered.iter().any(|call| is_of(call, method, path)))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missed.is_empty(), "nobody has asked for {missed:#?}");
}

#[tokio::test]
async fn nothing_is_excused_without_need() {
    assert_eq!(pinned_version(), API_VERSION);
    let walk = Walk::shared().await;
    let said = walk.0.iter().map(|(_, body)| body);
    let needed: BTreeSet<_> = said.flat_map(excuses).collect();
    let excused =
        excused().iter().map(|(interface, field)| ((*interface).to_owned(), (*field).to_owned()));
    assert_eq!(needed, excused.collect());
}

#[tokio::test]
async fn an_object_that_is_not_stripes_is_noticed() {
    let walk = Walk::shared().await;
    let of = |object: &str| walk.object(object).clone();
    let rows: &[(&str, &str, Value, &str)] = &[
        ("price", "/type", json!("bogus"), "/type"),
        ("price", "/unit_amount", json!("500"), "/unit_amount"),
        ("price", "/currency", Value::Null, "/currency"),
        ("price", "/recurring/interval", json!("decade"), "/recurring/interval"),
        ("subscription", "/status", json!("bogus"), "/status"),
        ("subscription", "/current_period_end", json!(1), "current_period_end"),
        ("subscription", "/items/data/0/current_period_end", Value::Null, "/items/data/0"),
        ("subscription", "/items/data/0/colour", json!("red"), "colour"),
        ("subscription", "/customer", json!({ "id": "cus_x" }), "/customer"),
        ("subscription", "/latest_invoice", json!(5), "/latest_invoice"),
        ("checkout.session", "/payment_status", json!("pending"), "/payment_status"),
        ("checkout.session", "/mode", json!("subscribe"), "/mode"),
        ("checkout.session", "/metadata", json!({ "a": 1 }), "/metadata/a"),
        ("customer", "/email", json!(["ada@example.com"]), "/email"),
        ("invoice", "/lines/data/0/amount", json!("700"), "/lines/data/0/amount"),
        ("charge", "/refunded", json!("false"), "/refunded"),
        ("event", "/type", json!("invoice.eaten"), "invoice.eaten"),
        ("event", "/data/object", json!({}), "/data/object"),
        ("event", "/request", json!("req_1"), "/request"),
        ("price", "/object", json!("unicorn"), "unicorn"),
        ("price", "/object", Value::Null, "has an object"),
    ];
    for (object, place, broken, expected) in rows {
        let mut changed = of(object);
        assert_eq!(answer(&changed), Ok(()), "{object} is right before it is broken");
        put(&mut changed, place, broken.clone());
        let told = answer(&changed).map_or_else(|it| it.to_string(), |()| "nothing".to_owned());
        assert!(told.contains(expected), "{object}{place} = {broken}: {told}");
        let list =
            json!({ "object": "list", "data": [changed], "has_more": false, "url": "/v1/x" });
        assert!(answer(&list).is_err(), "{object}{place} in a list");
    }
}

#[tokio::test]
async fn an_object_that_lacks_a_field_is_noticed() {
    let walk = Walk::shared().await;
    let rows = [
        ("charge", "amount_refunded"),
        ("checkout.session", "customer_details"),
        ("coupon", "duration"),
        ("customer", "default_source"),
        ("event", "api_version"),
        ("invoice", "lines"),
        ("payment_intent", "latest_charge"),
        ("price", "recurring"),
        ("subscription", "cancel_at"),
    ];
    for (object, field) in rows {
        let mut less = walk.object(object).clone();
        assert_eq!(answer(&less), Ok(()), "{object} is right before it is broken");
        assert!(
            less.as_object_mut().expect("an object").remove(field).is_some(),
            "{object} has {field}"
        );
        let told = answer(&less).map_or_else(|it| it.to_string(), |()| "nothing".to_owned());
        assert!(
            told.contains(&format!("{field:?} is a required")),
            "{object} without {field}: {told}"
        );
    }
}

fn put(value: &mut Value, place: &str, new: Value) {
    let (parent, field) = place.rsplit_once('/').expect("a path");
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    parent.insert(field.to_owned(), new);
}

fn is_of(call: &str, method: &str, path: &str) -> bool {
    let Some((asked, place)) = call.split_once(' ') else { return false };
    let place = place.split('?').next().unwrap_or_default();
    let (pattern, place) = (path.split('/'), place.split('/'));
    asked == method
        && pattern.clone().count() == place.clone().count()
        && pattern.zip(place).all(|(expected, it)| expected == it || expected == ":id")
}

/// One call of each endpoint, in a shop where something was bought.
struct Walk {
    shop: Shop,
    heard: Heard,
}

/// Calls, and what was answered.
struct Heard(Vec<(String, Value)>);

impl Walk {
    /// What the one walk heard that all tests look at.
    async fn shared() -> &'static Heard {
        static HEARD: OnceCell<Heard> = OnceCell::const_new();
        HEARD.get_or_init(Walk::through).await
    }

    async fn through() -> Heard {
        let mut walk = Walk { shop: Shop::open().await, heard: Heard(Vec::new()) };
        walk.catalogue().await;
        walk.sales().await;
        walk.lists().await;
        walk.each().await;
        walk.endings().await;
        walk.heard
    }

    async fn catalogue(&mut self) {
        self.id("POST products", &[("name", "Tea")]).await;
        let product = self.heard.object("product")["id"].as_str().expect("an id").to_owned();
        let tea = [("product", product.as_str()), ("currency", "eur"), ("unit_amount", "300")];
        let price = self.id("POST prices", &tea).await;
        self.ask(&format!("POST prices/{price}"), &[("nickname", "A cup")]).await;
        let coupon = self.id("POST coupons", &[("percent_off", "50"), ("duration", "once")]).await;
        let code = [
            ("promotion[type]", "coupon"),
            ("promotion[coupon]", coupon.as_str()),
            ("code", "TEA"),
        ];
        self.ask("POST promotion_codes", &code).await;
        let hook = [("url", "http://127.0.0.1:9/"), ("enabled_events[0]", "coupon.deleted")];
        self.ask("POST webhook_endpoints", &hook).await;
        let customer = self.id("POST customers", &[("email", "bob@example.com")]).await;
        self.ask(&format!("POST customers/{customer}"), &[("metadata[a]", "1")]).await;
    }

    /// A subscription that renews, a course with a code, an order that is given up.
    async fn sales(&mut self) {
        let paying = [("email", "ada@example.com"), ("card_number", "4242424242424242")];
        let subscribe = [("mode", "subscription"), ("line_items[0][price]", "price_reader")];
        let (session, page) = self.order(&subscribe).await;
        self.shop.submit(&page, &paying).await;
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
        self.shop.submit(&page, &[&paying[..], &[("promotion_code", "WELCOME20")]].concat()).await;
        let (session, _) = self.order(&course).await;
        self.ask(&format!("POST checkout/sessions/{session}/expire"), &[]).await;
        self.ask("GET subscriptions", &[]).await;
        let customer = self.heard.object("subscription")["customer"].clone();
        let customer = customer.as_str().expect("an id");
        let subscription = self.heard.object("subscription")["id"].clone();
        let cancel = [
            ("customer", customer),
            ("flow_data[type]", "subscription_cancel"),
            ("flow_data[subscription_cancel][subscription]", subscription.as_str().expect("an id")),
        ];
        self.ask("POST billing_portal/sessions", &cancel).await;
    }

    /// Every list that takes no more than a limit.
    async fn lists(&mut self) {
        for (method, path) in routes() {
            if method == "GET" && !path.contains(":id") {
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
        let method = self.heard.object("subscription")["default_payment_method"].clone();
        let method = method.as_str().expect("an id");
        self.ask(&format!("GET payment_methods/{method}"), &[]).await;
    }

    async fn endings(&mut self) {
        let subscription =
            self.heard.object("subscription")["id"].as_str().expect("an id").to_owned();
        let later = [("cancel_at_period_end", "true")];
        self.ask(&format!("POST subscriptions/{subscription}"), &later).await;
        self.ask(&format!("DELETE subscriptions/{subscription}"), &[]).await;
        let customer = self.heard.object("customer")["id"].as_str().expect("an id").to_owned();
        self.ask(&format!("DELETE customers/{customer}"), &[]).await;
        self.ask(&format!("GET customers/{customer}"), &[]).await;
        self.shop.sandbox.webhooks_settled().await;
    }

    async fn order(&mut self, parameters: &[(&str, &str)]) -> (String, String) {
        let session = self.shop.checkout(parameters).await;
        let text = |field: &str| session[field].as_str().expect("a text").to_owned();
        let order = (text("id"), text("url"));
        self.heard.0.push(("POST /v1/checkout/sessions".to_owned(), session));
        order
    }

    async fn id(&mut self, call: &str, parameters: &[(&str, &str)]) -> String {
        let made = self.ask(call, parameters).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    async fn ask(&mut self, call: &str, parameters: &[(&str, &str)]) -> Value {
        let (method, path) = call.split_once(' ').expect("method and path");
        let (status, body) = self.shop.call(method, path, parameters).await;
        assert_eq!(status, 200, "{call}: {body}");
        self.heard.0.push((format!("{method} /v1/{path}"), body.clone()));
        body
    }
}

impl Heard {
    /// The newest of its kind that is not deleted.
    fn object(&self, object: &str) -> &Value {
        let all = self.0.iter().flat_map(|(_, body)| match body["data"].as_array() {
            Some(data) => data.iter().collect(),
            None => vec![body],
        });
        let mut alive = all.filter(|it| it["object"] == object && it["deleted"] != true);
        alive.next_back().expect("the walk comes past one")
    }
}

fn below(path: &str) -> &str {
    path.trim_start_matches("/v1/")
}
