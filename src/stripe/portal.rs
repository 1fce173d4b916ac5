//! The Customer Portal: opened for one customer, on its overview or on the one page that he wants.

use std::convert::Infallible;

use stripe_billing::BillingPortalSessionLocale;
use stripe_billing::billing_portal_session::{
    CreateBillingPortalSession, CreateBillingPortalSessionFlowData,
    CreateBillingPortalSessionFlowDataAfterCompletion,
    CreateBillingPortalSessionFlowDataAfterCompletionRedirect,
    CreateBillingPortalSessionFlowDataAfterCompletionType,
    CreateBillingPortalSessionFlowDataSubscriptionCancel,
    CreateBillingPortalSessionFlowDataSubscriptionUpdate, CreateBillingPortalSessionFlowDataType,
};

use super::client::{Stripe, patiently};
use super::error::StripeError;
use super::locale;
use crate::domain::ids::{CustomerId, SubscriptionId};
use crate::domain::language::Language;

/// Where the portal opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalPage {
    /// On its overview: bills, cards, subscriptions.
    Overview,
    /// On the page that changes what is subscribed to, and from there back to us.
    Change(SubscriptionId),
    /// On the page that cancels, and from there back to us.
    Cancel(SubscriptionId),
}

impl Stripe {
    /// Opens the Customer Portal: its address, good for a few minutes and one visitor. A page that
    /// Stripe does not open, because the account's portal settings or the subscription do not allow
    /// it, becomes the overview.
    pub async fn portal(
        &self,
        customer: &CustomerId,
        page: &PortalPage,
        return_url: &str,
        language: &Language,
    ) -> Result<String, StripeError> {
        match (self.portal_on(customer, page, return_url, language).await, page) {
            (
                Err(problem @ StripeError::Refused { .. }),
                PortalPage::Change(_) | PortalPage::Cancel(_),
            ) => {
                tracing::warn!(%problem, "the portal opens on its overview: see its settings at Stripe");
                self.portal_on(customer, &PortalPage::Overview, return_url, language).await
            }
            (answer, _) => answer,
        }
    }

    async fn portal_on(
        &self,
        customer: &CustomerId,
        page: &PortalPage,
        return_url: &str,
        language: &Language,
    ) -> Result<String, StripeError> {
        let locale: BillingPortalSessionLocale =
            locale::code(language).parse().unwrap_or_else(|never: Infallible| match never {});
        let request = CreateBillingPortalSession::new()
            .customer(customer.as_str())
            .return_url(return_url)
            .locale(locale);
        let request = match flow(page, return_url) {
            Some(flow) => request.flow_data(flow),
            None => request,
        };
        let session = patiently("a portal session", || request.send(&self.client)).await?;
        Ok(session.url)
    }
}

fn flow(page: &PortalPage, return_url: &str) -> Option<CreateBillingPortalSessionFlowData> {
    use CreateBillingPortalSessionFlowDataType::{SubscriptionCancel, SubscriptionUpdate};
    let mut flow = match page {
        PortalPage::Overview => return None,
        PortalPage::Change(id) => {
            let update = CreateBillingPortalSessionFlowDataSubscriptionUpdate::new(id.as_str());
            let mut flow = CreateBillingPortalSessionFlowData::new(SubscriptionUpdate);
            flow.subscription_update = Some(update);
            flow
        }
        PortalPage::Cancel(id) => {
            let cancel = CreateBillingPortalSessionFlowDataSubscriptionCancel::new(id.as_str());
            let mut flow = CreateBillingPortalSessionFlowData::new(SubscriptionCancel);
            flow.subscription_cancel = Some(cancel);
            flow
        }
    };
    let mut back = CreateBillingPortalSessionFlowDataAfterCompletion::new(
        CreateBillingPortalSessionFlowDataAfterCompletionType::Redirect,
    );
    back.redirect =
        Some(CreateBillingPortalSessionFlowDataAfterCompletionRedirect::new(return_url));
    flow.after_completion = Some(back);
    Some(flow)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stripe::stub::{Asked, Reply, against};

    const BACK: &str = "https://site.example/account?x=ü";

    #[tokio::test]
    async fn the_portal_is_opened_for_a_customer_and_leads_back() {
        let replies = vec![Reply::Json(500, json!({})), opened()];
        let (url, asked) =
            against(replies, async |stripe: Stripe| open(&stripe, &PortalPage::Overview).await)
                .await;
        assert_eq!(url.as_deref(), Ok("https://portal.example"));
        assert_eq!(
            asked[1].form,
            fields(&[("customer", "cus_1"), ("locale", "en"), ("return_url", BACK)])
        );
        let key = |asked: &Asked| asked.header("idempotency-key").map(ToOwned::to_owned);
        assert!(key(&asked[0]).is_some());
        assert_eq!(key(&asked[0]), key(&asked[1]));
    }

    #[tokio::test]
    async fn it_opens_on_the_page_that_is_wanted_or_on_its_overview_if_that_is_refused() {
        let error = json!({ "type": "invalid_request_error", "message": "it is disabled" });
        let refused = || Reply::Json(400, json!({ "error": error }));
        let subscription = || SubscriptionId::parse("sub_1").expect("an id");
        for (page, kind) in [
            (PortalPage::Change(subscription()), "subscription_update"),
            (PortalPage::Cancel(subscription()), "subscription_cancel"),
        ] {
            let (url, asked) = against(vec![refused(), opened()], async |stripe: Stripe| {
                open(&stripe, &page).await
            })
            .await;
            assert_eq!(url.as_deref(), Ok("https://portal.example"));
            let named = format!("flow_data[{kind}][subscription]");
            let mut wanted = fields(&[
                ("customer", "cus_1"),
                ("locale", "en"),
                ("return_url", BACK),
                ("flow_data[type]", kind),
                (&named, "sub_1"),
                ("flow_data[after_completion][type]", "redirect"),
                ("flow_data[after_completion][redirect][return_url]", BACK),
            ]);
            let mut sent = asked[0].form.clone();
            wanted.sort();
            sent.sort();
            assert_eq!(sent, wanted);
            assert_eq!(
                asked[1].form,
                fields(&[("customer", "cus_1"), ("locale", "en"), ("return_url", BACK)])
            );
        }
    }

    async fn open(stripe: &Stripe, page: &PortalPage) -> Result<String, StripeError> {
        let customer = CustomerId::parse("cus_1").expect("an id");
        stripe.portal(&customer, page, BACK, &Language::english()).await
    }

    fn opened() -> Reply {
        let session: Value = json!({
            "id": "bps_1", "object": "billing_portal.session", "configuration": "bpc_1",
            "created": 1, "customer": "cus_1", "livemode": false, "url": "https://portal.example",
        });
        Reply::Json(200, session)
    }

    fn fields(form: &[(&str, &str)]) -> Vec<(String, String)> {
        form.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }
}
