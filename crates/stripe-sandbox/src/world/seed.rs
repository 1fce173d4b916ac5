//! A new world, and what exists in it from the start.

use std::collections::HashMap;

use super::{BillingSettings, Table, World};
use crate::clock::Clock;
use crate::ids::Ids;
use crate::object::Metadata;
use crate::object::coupon::{Coupon, Duration, Off};
use crate::object::event::Cause;
use crate::object::portal::PortalConfiguration;
use crate::object::price::{Price, Recurring};
use crate::object::product::Product;
use crate::object::promotion_code::{PromotionCode, Restrictions};
use crate::object::webhook_endpoint::{EndpointState, WebhookEndpoint};
use crate::options::{Options, Payload, PriceSeed, PromotionSeed};

impl World {
    /// `base_url` is where the pages are, with a slash at the end.
    pub(crate) fn new(options: &Options, base_url: String) -> World {
        let settle_after = options.settle_delayed_after;
        let mut world = World {
            base_url,
            clock: Clock::new(options.start_time),
            living_by: None,
            ids: Ids::new(options.seed),
            settle_after_seconds: settle_after
                .map(|after| i64::try_from(after.as_secs()).unwrap_or(i64::MAX)),
            settlements: Vec::new(),
            billing: BillingSettings {
                after_retries: options.after_retries,
                draft_seconds: i64::try_from(options.renewal_draft.as_secs()).unwrap_or(i64::MAX),
            },
            aftermaths: Vec::new(),
            charges: Table::new(),
            checkout_sessions: Table::new(),
            coupons: Table::new(),
            customers: Table::new(),
            discounts: Table::new(),
            disputes: Table::new(),
            early_fraud_warnings: Table::new(),
            entitlements: Table::new(),
            events: Table::new(),
            invoice_items: Table::new(),
            invoice_payments: Table::new(),
            features: Table::new(),
            invoices: Table::new(),
            payment_intents: Table::new(),
            payment_methods: Table::new(),
            portal_sessions: Table::new(),
            portal_configurations: Table::new(),
            prices: Table::new(),
            product_features: Table::new(),
            products: Table::new(),
            promotion_codes: Table::new(),
            refunds: Table::new(),
            setup_intents: Table::new(),
            subscriptions: Table::new(),
            test_clocks: Table::new(),
            webhook_endpoints: Table::new(),
            answered: HashMap::new(),
            livemode: options.livemode(),
            disturbances: options.disturbances.clone(),
            cause: Cause::default(),
            outbox: Vec::new(),
        };
        if options.portal_configured {
            world.add_portal_configuration(PortalConfiguration::of_the_dashboard());
        }
        options.prices.iter().for_each(|seed| world.seed_price(seed));
        options.promotion_codes.iter().for_each(|seed| world.seed_promotion(seed));
        if let Some(webhook) = &options.webhook {
            let all = vec!["*".to_owned()];
            let id = world.add_endpoint(&webhook.url, Some(&webhook.secret), all);
            world.webhook_endpoints.known_mut(&id).payload = options.webhook_payload;
        }
        world
    }

    /// Gives a product the id that the caller chose, or one of its own; the answer is the id.
    pub(crate) fn add_product(&mut self, chosen: Option<&str>, product: Product) -> String {
        let id = chosen.map_or_else(|| self.ids.with("prod_", 14), str::to_owned);
        let now = self.now();
        self.products.insert(Product { id: id.clone(), created: now, updated: now, ..product });
        id
    }

    /// Gives a configuration of the portal an id; the answer is the id.
    pub(crate) fn add_portal_configuration(
        &mut self,
        configuration: PortalConfiguration,
    ) -> String {
        let (id, now) = (self.ids.long("bpc"), self.now());
        let configuration =
            PortalConfiguration { id: id.clone(), created: now, updated: now, ..configuration };
        self.portal_configurations.insert(configuration);
        id
    }

    /// Prices of one product are seeded one by one; the product's name joins them.
    pub(crate) fn seed_price(&mut self, seed: &PriceSeed) {
        let created = self.now();
        let existing = self.products.iter().find(|product| product.name == seed.product_name);
        let product = match existing {
            Some(product) => product.id.clone(),
            None => self.add_product(None, Product::named(&seed.product_name)),
        };
        self.prices.insert(Price {
            id: seed.id.clone(),
            created,
            product,
            unit_amount: seed.unit_amount,
            currency: seed.currency.to_lowercase(),
            recurring: seed.interval.map(|interval| Recurring { interval, count: 1 }),
            nickname: None,
            lookup_key: None,
            active: true,
            metadata: Metadata::new(),
        });
    }

    fn seed_promotion(&mut self, seed: &PromotionSeed) {
        let created = self.now();
        let coupon = Coupon {
            id: self.ids.with("", 8),
            created,
            name: Some(seed.code.clone()),
            off: Off::BasisPoints(u32::from(seed.percent_off.min(100)) * 100),
            duration: Duration::Once,
            redeem_by: None,
            max_redemptions: None,
            deleted: false,
            times_redeemed: 0,
            metadata: Metadata::new(),
        };
        let code = PromotionCode {
            id: self.ids.long("promo"),
            created,
            code: seed.code.clone(),
            coupon: coupon.id.clone(),
            active: true,
            expires_at: None,
            max_redemptions: None,
            customer: None,
            restrictions: Restrictions::default(),
            times_redeemed: 0,
            metadata: Metadata::new(),
        };
        self.coupons.insert(coupon);
        self.promotion_codes.insert(code);
    }

    /// Registers an endpoint; a secret is made if none is given. The answer is its id.
    pub(crate) fn add_endpoint(
        &mut self,
        url: &str,
        secret: Option<&str>,
        enabled_events: Vec<String>,
    ) -> String {
        let secret = secret.map_or_else(|| self.ids.with("whsec_", 32), str::to_owned);
        let endpoint = WebhookEndpoint {
            id: self.ids.long("we"),
            created: self.now(),
            url: url.to_owned(),
            secret,
            retiring: None,
            enabled_events,
            description: None,
            metadata: Metadata::new(),
            payload: Payload::default(),
            state: EndpointState::Enabled,
        };
        let id = endpoint.id.clone();
        self.webhook_endpoints.insert(endpoint);
        id
    }
}
