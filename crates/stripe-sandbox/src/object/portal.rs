//! Customer portal: the sessions, and the configurations.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// A customer on the way to the portal.
#[derive(Clone, Debug)]
pub(crate) struct PortalSession {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) configuration: String,
    pub(crate) return_url: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) flow: Option<Flow>,
}

/// The one page that a session is made for, instead of the overview.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) errand: Errand,
    /// Where its end leads.
    pub(crate) afterwards: Afterwards,
}

/// What a flow is for.
#[derive(Clone, Debug)]
pub(crate) enum Errand {
    CancelSubscription(String),
    UpdateSubscription(String),
    /// Accepted, and shown as the overview.
    UpdatePaymentMethod,
}

/// Where the end of a flow leads.
#[derive(Clone, Debug)]
pub(crate) enum Afterwards {
    /// To the overview.
    Overview,
    /// To an address of the caller's.
    Redirect(String),
}

/// What the portal lets customers do.
#[derive(Clone, Debug)]
pub(crate) struct PortalConfiguration {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) active: bool,
    /// Sessions that name none have this one.
    pub(crate) is_default: bool,
    pub(crate) name: Option<String>,
    pub(crate) headline: Option<String>,
    pub(crate) privacy_policy_url: Option<String>,
    pub(crate) terms_of_service_url: Option<String>,
    pub(crate) default_return_url: Option<String>,
    pub(crate) features: Features,
    pub(crate) metadata: Metadata,
}

/// Which parts of the portal are open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a switch for each part of the portal")]
pub(crate) struct Features {
    pub(crate) customer_update: bool,
    /// `email`, `name` …
    pub(crate) allowed_customer_updates: Vec<String>,
    pub(crate) invoice_history: bool,
    pub(crate) payment_method_update: bool,
    pub(crate) subscription_cancel: bool,
    /// `at_period_end` or `immediately`.
    pub(crate) cancel_mode: String,
    pub(crate) subscription_update: bool,
    /// `price`, `quantity`, `promotion_code`.
    pub(crate) allowed_subscription_updates: Vec<String>,
    /// What subscribers may change to: a product and some of its prices.
    pub(crate) products: Vec<OfferedProduct>,
    /// `none`, `create_prorations` or `always_invoice`.
    pub(crate) proration: String,
}

/// A product that subscribers may change to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedProduct {
    pub(crate) product: String,
    pub(crate) prices: Vec<String>,
}

impl Default for Features {
    /// Nothing is open.
    fn default() -> Features {
        Features {
            customer_update: false,
            allowed_customer_updates: Vec::new(),
            invoice_history: false,
            payment_method_update: false,
            subscription_cancel: false,
            cancel_mode: "at_period_end".to_owned(),
            subscription_update: false,
            allowed_subscription_updates: Vec::new(),
            products: Vec::new(),
            proration: "none".to_owned(),
        }
    }
}

impl PortalConfiguration {
    /// Nothing but its features known; the world gives it an id.
    pub(crate) fn with(features: Features) -> PortalConfiguration {
        PortalConfiguration {
            id: String::new(),
            created: 0,
            updated: 0,
            active: true,
            is_default: false,
            name: None,
            headline: None,
            privacy_policy_url: None,
            terms_of_service_url: None,
            default_return_url: None,
            features,
            metadata: Metadata::new(),
        }
    }

    /// As an account's owner saves it in the dashboard.
    pub(crate) fn of_the_dashboard() -> PortalConfiguration {
        let features = Features {
            invoice_history: true,
            payment_method_update: true,
            subscription_cancel: true,
            subscription_update: true,
            allowed_subscription_updates: vec!["price".to_owned()],
            ..Features::default()
        };
        PortalConfiguration { is_default: true, ..PortalConfiguration::with(features) }
    }
}

impl Flow {
    fn render(&self) -> Value {
        let mut flow = json!({ "after_completion": self.afterwards.render() });
        let nulls = [
            "customer_update",
            "subscription_cancel",
            "subscription_update",
            "subscription_update_confirm",
        ];
        flow = with_nulls(flow, &nulls);
        match &self.errand {
            Errand::CancelSubscription(id) => {
                flow["type"] = json!("subscription_cancel");
                flow["subscription_cancel"] = json!({ "retention": null, "subscription": id });
            }
            Errand::UpdateSubscription(id) => {
                flow["type"] = json!("subscription_update");
                flow["subscription_update"] = json!({ "subscription": id });
            }
            Errand::UpdatePaymentMethod => flow["type"] = json!("payment_method_update"),
        }
        flow
    }
}

impl Afterwards {
    fn render(&self) -> Value {
        let (kind, redirect) = match self {
            Afterwards::Overview => ("portal_homepage", Value::Null),
            Afterwards::Redirect(to) => ("redirect", json!({ "return_url": to })),
        };
        json!({ "hosted_confirmation": null, "redirect": redirect, "type": kind })
    }
}

impl Object for PortalSession {
    const KIND: &'static str = "billing_portal.session";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        json!({
            "id": self.id, "object": "billing_portal.session", "configuration": self.configuration,
            "created": self.created, "customer": self.customer, "customer_account": null,
            "flow": self.flow.as_ref().map(Flow::render), "livemode": false, "locale": self.locale,
            "on_behalf_of": null, "return_url": self.return_url, "url": world.portal_url(&self.id),
        })
    }
}

impl Object for PortalConfiguration {
    const KIND: &'static str = "configuration";
    const NAME: &'static str = "billing_portal.configuration";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        json!({
            "id": self.id, "object": "billing_portal.configuration", "active": self.active, "application": null,
            "business_profile": {
                "headline": self.headline, "privacy_policy_url": self.privacy_policy_url,
                "terms_of_service_url": self.terms_of_service_url,
            },
            "created": self.created, "default_return_url": self.default_return_url,
            "features": self.features.render(), "is_default": self.is_default, "livemode": false,
            "login_page": { "enabled": false, "url": null }, "metadata": self.metadata, "name": self.name,
            "updated": self.updated,
        })
    }
}

impl Features {
    fn render(&self) -> Value {
        let products: Vec<Value> = self
            .products
            .iter()
            .map(|offered| {
                json!({
                    "adjustable_quantity": { "enabled": false, "maximum": null, "minimum": 1 },
                    "prices": offered.prices, "product": offered.product,
                })
            })
            .collect();
        json!({
            "customer_update": {
                "allowed_updates": self.allowed_customer_updates, "enabled": self.customer_update,
            },
            "invoice_history": { "enabled": self.invoice_history },
            "payment_method_update": {
                "enabled": self.payment_method_update, "payment_method_configuration": null,
            },
            "subscription_cancel": {
                "cancellation_reason": { "enabled": false, "feedback_options": null, "options": [] },
                "enabled": self.subscription_cancel, "mode": self.cancel_mode, "proration_behavior": "none",
            },
            "subscription_update": {
                "billing_cycle_anchor": "unchanged",
                "default_allowed_updates": self.allowed_subscription_updates,
                "enabled": self.subscription_update, "products": products,
                "proration_behavior": self.proration, "schedule_at_period_end": { "conditions": [] },
                "trial_update_behavior": "end_trial",
            },
        })
    }
}
