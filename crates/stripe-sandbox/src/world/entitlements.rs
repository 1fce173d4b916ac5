//! Which features customers have, and telling when that changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::World;
use crate::object::Object;
use crate::object::entitlement::{ActiveEntitlement, summary};
use crate::object::subscription::Status;

impl World {
    /// Gives and takes features, by what customers subscribe to now, and tells of each customer
    /// whose set has changed.
    pub(crate) fn refresh_entitlements(&mut self) {
        if self.product_features.len() == 0 {
            return;
        }
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entitlement in self.entitlements.iter() {
            wanted.entry(entitlement.customer.clone()).or_default();
        }
        for (customer, feature) in self.granted() {
            wanted.entry(customer).or_default().insert(feature);
        }
        for (customer, features) in wanted {
            self.entitle(&customer, &features);
        }
    }

    /// Customer and feature, for each item of each subscription that is paid, tried out, or late.
    fn granted(&self) -> Vec<(String, String)> {
        let entitled = self.subscriptions.iter().filter(|subscription| {
            matches!(subscription.status, Status::Active | Status::Trialing | Status::PastDue)
        });
        let mut granted = Vec::new();
        for subscription in entitled {
            for item in &subscription.items {
                let product = &self.price(&item.price).product;
                let features = self.product_features.iter().filter(|it| !it.deleted);
                let own = features.filter(|it| it.product == *product);
                granted.extend(own.map(|it| (subscription.customer.clone(), it.feature.clone())));
            }
        }
        granted
    }

    fn entitle(&mut self, customer: &str, features: &BTreeSet<String>) {
        let before = self.entitlements_of(customer);
        let rows = self.entitlements.iter().filter(|it| it.customer == customer);
        let rows: Vec<(String, String)> =
            rows.map(|it| (it.id.clone(), it.feature.clone())).collect();
        for (id, feature) in &rows {
            self.entitlements.known_mut(id).active = features.contains(feature);
        }
        for feature in features {
            if rows.iter().all(|(_, known)| known != feature) {
                let id = self.ids.with("ent_test_", 40);
                let (customer, feature) = (customer.to_owned(), feature.clone());
                self.entitlements.insert(ActiveEntitlement { id, customer, feature, active: true });
            }
        }
        let after = self.entitlements_of(customer);
        if before != after {
            let previous = json!({ "entitlements": { "data": before } });
            self.emit_change(
                "entitlements.active_entitlement_summary.updated",
                summary(customer, &after),
                Some(previous),
            );
        }
    }

    fn entitlements_of(&self, customer: &str) -> Vec<Value> {
        let own = self.entitlements.iter().filter(|it| it.active && it.customer == customer);
        own.map(|it| it.render(self)).collect()
    }
}
