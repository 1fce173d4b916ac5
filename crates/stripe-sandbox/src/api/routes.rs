//! Which function answers which path.

use serde_json::Value;

use super::error::ApiError;
use super::params::{Accepts, NOTHING};
use super::{
    charges, checkout_sessions, coupons, customers, events, invoices, payment_intents,
    payment_methods, portal, prices, products, promotion_codes, subscriptions, webhook_endpoints,
};
use crate::form::Form;
use crate::world::World;

/// Answers a call whose parameters are known ones. The text is the id in the path, or empty.
type Run = fn(&mut World, &Form, &str) -> Result<Value, ApiError>;

/// One endpoint.
pub(crate) struct Route {
    method: &'static str,
    /// Below `/v1/`; `:id` stands for the id.
    path: &'static str,
    accepts: &'static Accepts,
    is_list: bool,
    pub(crate) run: Run,
}

impl Route {
    pub(crate) fn check(&self, form: &Form) -> Result<(), ApiError> {
        if self.is_list { self.accepts.check_list(form) } else { self.accepts.check(form) }
    }
}

const fn get(path: &'static str, run: Run) -> Route {
    Route { method: "GET", path, accepts: &NOTHING, is_list: false, run }
}

const fn list(path: &'static str, accepts: &'static Accepts, run: Run) -> Route {
    Route { method: "GET", path, accepts, is_list: true, run }
}

const fn post(path: &'static str, accepts: &'static Accepts, run: Run) -> Route {
    Route { method: "POST", path, accepts, is_list: false, run }
}

const fn delete(path: &'static str, accepts: &'static Accepts, run: Run) -> Route {
    Route { method: "DELETE", path, accepts, is_list: false, run }
}

const ROUTES: &[Route] = &[
    list("billing_portal/configurations", &NOTHING, portal::list_configurations),
    get("billing_portal/configurations/:id", portal::retrieve_configuration),
    post("billing_portal/sessions", &portal::CREATE, portal::create),
    list("charges", &charges::LIST, charges::list),
    get("charges/:id", charges::retrieve),
    list("checkout/sessions", &checkout_sessions::LIST, checkout_sessions::list),
    post("checkout/sessions", &checkout_sessions::CREATE, checkout_sessions::create),
    get("checkout/sessions/:id", checkout_sessions::retrieve),
    post("checkout/sessions/:id/expire", &NOTHING, checkout_sessions::expire),
    list("checkout/sessions/:id/line_items", &NOTHING, checkout_sessions::line_items),
    list("coupons", &NOTHING, coupons::list),
    post("coupons", &coupons::CREATE, coupons::create),
    get("coupons/:id", coupons::retrieve),
    list("customers", &customers::LIST, customers::list),
    post("customers", &customers::CREATE, customers::create),
    get("customers/:id", customers::retrieve),
    post("customers/:id", &customers::UPDATE, customers::update),
    delete("customers/:id", &NOTHING, customers::delete),
    list("events", &events::LIST, events::list),
    get("events/:id", events::retrieve),
    list("invoices", &invoices::LIST, invoices::list),
    get("invoices/:id", invoices::retrieve),
    list("payment_intents", &payment_intents::LIST, payment_intents::list),
    get("payment_intents/:id", payment_intents::retrieve),
    get("payment_methods/:id", payment_methods::retrieve),
    list("prices", &prices::LIST, prices::list),
    post("prices", &prices::CREATE, prices::create),
    get("prices/:id", prices::retrieve),
    post("prices/:id", &prices::UPDATE, prices::update),
    list("products", &products::LIST, products::list),
    post("products", &products::CREATE, products::create),
    get("products/:id", products::retrieve),
    list("promotion_codes", &promotion_codes::LIST, promotion_codes::list),
    post("promotion_codes", &promotion_codes::CREATE, promotion_codes::create),
    get("promotion_codes/:id", promotion_codes::retrieve),
    list("subscriptions", &subscriptions::LIST, subscriptions::list),
    get("subscriptions/:id", subscriptions::retrieve),
    post("subscriptions/:id", &subscriptions::UPDATE, subscriptions::update),
    delete("subscriptions/:id", &subscriptions::CANCEL, subscriptions::cancel),
    list("webhook_endpoints", &NOTHING, webhook_endpoints::list),
    post("webhook_endpoints", &webhook_endpoints::CREATE, webhook_endpoints::create),
    get("webhook_endpoints/:id", webhook_endpoints::retrieve),
];

/// The endpoint of a path, and the id in it.
pub(crate) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Route, &'a str)> {
    let below = path.strip_prefix("/v1/")?.trim_end_matches('/');
    let mut fitting = ROUTES.iter().filter(|route| route.method == method);
    fitting.find_map(|route| id_in(route.path, below).map(|id| (route, id)))
}

fn id_in<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let mut id = "";
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        match segments.next() {
            Some(segment) if expected == ":id" && !segment.is_empty() => id = segment,
            Some(segment) if expected == segment => {}
            Some(_) | None => return None,
        }
    }
    segments.next().is_none().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, path: &str, expected: Option<(&str, &str)>) {
        assert_eq!(
            find(method, path).map(|(route, id)| (route.path, id)),
            expected,
            "{method} {path}"
        );
    }

    #[test]
    fn paths_lead_to_their_endpoint() {
        check("GET", "/v1/customers", Some(("customers", "")));
        check("GET", "/v1/customers/cus_1", Some(("customers/:id", "cus_1")));
        check(
            "POST",
            "/v1/checkout/sessions/cs_1/expire",
            Some(("checkout/sessions/:id/expire", "cs_1")),
        );
        check("PUT", "/v1/customers", None);
        check("GET", "/v1/customers/cus_1/x", None);
        check("GET", "/v2/customers", None);
    }
}
