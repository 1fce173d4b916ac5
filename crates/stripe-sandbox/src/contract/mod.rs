//! Lists of Stripe's own, from its Node SDK 23.1.0: the typings (`WebhookEndpoints.d.ts`),
//! and the paths that it calls.

/// Whether Stripe has ever had this API version.
pub(crate) fn is_api_version(text: &str) -> bool {
    api_versions().any(|version| version == text)
}

/// All event types, in the order of the alphabet.
pub(crate) fn event_types() -> impl Iterator<Item = &'static str> {
    include_str!("event_types.txt").lines()
}

/// Whether a path below `/v1/` begins with one of Stripe's resources.
pub(crate) fn is_resource(below: &str) -> bool {
    let first = below.split('/').next().unwrap_or_default();
    include_str!("resources.txt").lines().any(|known| known == first)
}

/// What Stripe charges in, as its error message lists them:
/// <https://docs.stripe.com/currencies#presentment-currencies>
pub(crate) fn currencies() -> impl Iterator<Item = &'static str> {
    include_str!("currencies.txt").lines()
}

fn api_versions() -> impl Iterator<Item = &'static str> {
    include_str!("api_versions.txt").lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_stripe_never_had_are_none() {
        for version in ["2020-08-27", "2024-06-20", "2026-10-28.endive", crate::API_VERSION] {
            assert!(is_api_version(version), "{version}");
        }
        for other in ["", "latest", "2020-08-28", "2026-09-30", "2026-09-30.acacia", "2020-08-27 "]
        {
            assert!(!is_api_version(other), "{other}");
        }
    }

    #[test]
    fn paths_below_a_resource_are_known_by_its_name() {
        for known in ["customers", "customers/cus_1/sources", "credit_notes"] {
            assert!(is_resource(known), "{known}");
        }
        for other in ["", "customer", "/customers", "nonsense/customers"] {
            assert!(!is_resource(other), "{other}");
        }
    }

    #[test]
    fn event_types_are_known_by_name() {
        assert!(event_types().any(|kind| kind == "checkout.session.completed"));
        assert!(event_types().all(|kind| kind.contains('.')));
    }
}
