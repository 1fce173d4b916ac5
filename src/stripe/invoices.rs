//! What was bought once on an invoice that the owner wrote.

use stripe_billing::invoice::ListInvoice;
use stripe_shared::{CheckoutSession, Invoice, InvoiceId as SdkInvoiceId, InvoiceStatus};
use stripe_types::Expandable;

use super::claims::Contested;
use super::client::{PAGE, Stripe};
use super::error::StripeError;
use crate::domain::ids::{CustomerId, InvoiceId, Mode, PriceId};
use crate::domain::ledger::{Buyer, Purchase, PurchaseState, Receipt};

/// A paid invoice that no subscription and no checkout is behind.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    invoice: InvoiceId,
    prices: Vec<PriceId>,
}

impl Sale {
    /// As the ledger counts it.
    pub(super) fn purchase(self, customer: &CustomerId, contested: &[Contested]) -> Purchase {
        let of_it = contested.iter().filter(|one| one.invoice == self.invoice.as_str());
        let claims = of_it.flat_map(|one| one.claims.iter()).collect();
        Purchase {
            receipt: Receipt::Invoice(self.invoice),
            buyer: Buyer::Customer(customer.clone()),
            payment: None,
            prices: self.prices,
            state: PurchaseState::Paid(claims),
        }
    }
}

impl Stripe {
    /// What a customer bought on invoices; what came of checkouts is left out.
    pub(super) async fn sales_on_invoice(
        &self,
        customer: &CustomerId,
        sessions: &[CheckoutSession],
    ) -> Result<Vec<Sale>, StripeError> {
        let request =
            ListInvoice::new().customer(customer.as_str()).status(InvoiceStatus::Paid).limit(PAGE);
        let invoices = self
            .pages("the invoices of a customer", |after| {
                let request = after.into_iter().fold(request.clone(), ListInvoice::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        let of_checkouts: Vec<&str> = sessions
            .iter()
            .filter_map(|session| session.invoice.as_ref()?.id().as_ref())
            .map(SdkInvoiceId::as_str)
            .collect();
        let ours = invoices.iter().filter(|one| Mode::of_livemode(one.livemode) == self.mode());
        let sales = ours.filter_map(read_sale);
        Ok(sales.filter(|sale| !of_checkouts.contains(&sale.invoice.as_str())).collect())
    }
}

fn read_sale(raw: &Invoice) -> Option<Sale> {
    let of_subscription = raw.subscription.is_some()
        || raw.parent.as_ref().is_some_and(|parent| parent.subscription_details.is_some());
    let priced = raw.lines.data.iter().filter_map(|line| {
        let details = line.pricing.as_ref()?.price_details.as_ref()?;
        PriceId::parse(Expandable::id(&details.price)).ok()
    });
    (!of_subscription).then_some(())?;
    Some(Sale {
        invoice: InvoiceId::parse(raw.id.as_ref()?.as_str()).ok()?,
        prices: priced.collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ids::Subject;
    use crate::stripe::fixtures::{self, invoice, invoice_line, list, session};
    use crate::stripe::snapshot::Interest;
    use crate::stripe::stub::{Reply, against};

    #[tokio::test]
    async fn a_paid_invoice_of_neither_subscription_nor_checkout_is_a_purchase() {
        let mut line = invoice_line("sub_1", "price_course", (100, 100));
        line["parent"] = Value::Null;
        let of = |id: &str, changes: Value| {
            let mut invoice = invoice(json!({ "id": id, "lines": list(&[line.clone()]) }));
            invoice
                .as_object_mut()
                .expect("an object")
                .extend(changes.as_object().expect("an object").clone());
            invoice
        };
        let subscribed = json!({ "parent": { "type": "subscription_details",
            "subscription_details": { "subscription": "sub_1" } } });
        let replies = vec![
            fixtures::customer(json!({})),
            list(&[session(json!({ "customer": "cus_1", "invoice": "in_2" }))]),
            list(&[]),
            list(&[
                of("in_1", json!({})),
                of("in_2", json!({})),
                of("in_3", subscribed),
                of("in_4", json!({ "livemode": true })),
            ]),
            list(&[]),
        ];
        let replies = replies.into_iter().map(|reply| Reply::Json(200, reply)).collect();
        let subject = Subject::parse("cus_1").expect("an id");
        let interest = Interest { invoices: true, ..Interest::default() };
        let call = async |stripe: Stripe| stripe.snapshot_of(&subject, interest).await;
        let (snapshot, _) = against(replies, call).await;
        let purchases = snapshot.expect("a snapshot").purchases;
        let receipts: Vec<&str> = purchases.iter().map(|one| one.receipt.as_str()).collect();
        assert_eq!(receipts, ["cs_test_1", "in_1"]);
        assert_eq!(purchases[1].prices[0].as_str(), "price_course");
        assert_eq!(purchases[1].state, PurchaseState::PAID);
    }
}
