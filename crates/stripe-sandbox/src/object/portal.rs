//! Customer portal: the sessions, and the one configuration.

use serde_json::{Value, json};

use super::{Object, with_nulls};
use crate::world::World;

/// A customer on the way to the portal.
#[derive(Clone, Debug)]
pub(crate) struct PortalSession {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) return_url: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) flow: Option<Flow>,
}

/// The page that a session opens on, instead of the overview.
#[derive(Clone, Debug)]
pub(crate) enum Flow {
    CancelSubscription(String),
    /// Accepted, and shown as the overview.
    UpdatePaymentMethod,
}

/// What the portal lets customers do.
#[derive(Clone, Debug)]
pub(crate) struct PortalConfiguration {
    pub(crate) id: String,
    pub(crate) created: i64,
}

impl Flow {
    fn render(&self) -> Value {
        let (kind, cancel) = match self {
            Flow::CancelSubscription(id) => {
                ("subscription_cancel", Some(json!({ "retention": null, "subscription": id })))
            }
            Flow::UpdatePaymentMethod => ("payment_method_update", None),
        };
        let flow = json!({
            "after_completion": { "hosted_confirmation": null, "redirect": null, "type": "portal_homepage" },
            "subscription_cancel": cancel, "type": kind,
        });
        with_nulls(flow, &["customer_update", "subscription_update", "subscription_update_confirm"])
    }
}

impl Object for PortalSession {
    const KIND: &'static str = "billing_portal.session";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        json!({
            "id": self.id, "object": "billing_portal.session", "configuration": world.portal_configuration.id,
            "created": self.created, "customer": self.customer, "customer_account": null,
            "flow": self.flow.as_ref().map(Flow::render), "livemode": false, "locale": self.locale,
            "on_behalf_of": null, "return_url": self.return_url, "url": world.portal_url(&self.id),
        })
    }
}

impl Object for PortalConfiguration {
    const KIND: &'static str = "billing_portal.configuration";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        json!({
            "id": self.id, "object": "billing_portal.configuration", "active": true, "application": null,
            "business_profile": { "headline": null, "privacy_policy_url": null, "terms_of_service_url": null },
            "created": self.created, "default_return_url": null, "features": features(), "is_default": true,
            "livemode": false, "login_page": { "enabled": false, "url": null }, "metadata": {}, "name": null,
            "updated": self.created,
        })
    }
}

fn features() -> Value {
    json!({
        "customer_update": { "allowed_updates": [], "enabled": false },
        "invoice_history": { "enabled": true },
        "payment_method_update": { "enabled": false, "payment_method_configuration": null },
        "subscription_cancel": {
            "cancellation_reason": { "enabled": false, "feedback_options": null, "options": [] },
            "enabled": true, "mode": "at_period_end", "proration_behavior": "none",
        },
        "subscription_update": {
            "billing_cycle_anchor": "unchanged", "default_allowed_updates": [], "enabled": false, "products": [],
            "proration_behavior": "none", "schedule_at_period_end": { "conditions": [] },
            "trial_update_behavior": "end_trial",
        },
    })
}
