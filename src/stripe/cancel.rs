//! Ending a subscription before its time, for a reader who deletes his account.

use stripe_billing::subscription::CancelSubscription;

use super::client::{Stripe, patiently};
use super::error::StripeError;
use crate::domain::ids::SubscriptionId;

impl Stripe {
    /// Ends a subscription now. Nothing more is charged, and nothing is given back. One that is over
    /// already, or is not known any more, counts as ended.
    pub async fn end_subscription(&self, id: &SubscriptionId) -> Result<(), StripeError> {
        let request = CancelSubscription::new(id.as_str());
        match patiently("the end of a subscription", || request.send(&self.client)).await {
            Err(problem) if problem.is_missing() => Ok(()),
            answer => answer.map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stripe::stub::{Reply, against};

    #[tokio::test]
    async fn what_is_over_counts_as_ended_and_nothing_else_does() {
        let missing = json!({ "type": "invalid_request_error", "code": "resource_missing" });
        let other = json!({ "type": "invalid_request_error", "message": "not now" });
        let rows = [
            (Reply::Json(404, json!({ "error": missing })), true),
            (Reply::Json(400, json!({ "error": other })), false),
            (Reply::Json(401, json!({ "error": other })), false),
        ];
        for (reply, ended) in rows {
            let shown = format!("{reply:?}");
            let (answer, asked) = against(vec![reply], async |stripe: Stripe| {
                stripe.end_subscription(&SubscriptionId::parse("sub_1").expect("an id")).await
            })
            .await;
            assert_eq!(answer.is_ok(), ended, "{shown}");
            assert!(
                asked[0].what.starts_with("DELETE /v1/subscriptions/sub_1"),
                "{}",
                asked[0].what
            );
        }
    }
}
