//! What was bought once on an invoice: one that the owner wrote, or beside a subscription.

use std::collections::BTreeSet;

use stripe_billing::invoice::ListInvoice;
use stripe_billing::invoice_line_item::ListInvoiceInvoiceLineItem;
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, Invoice, InvoiceId as SdkInvoiceId, InvoiceLineItem,
    InvoiceStatus,
};
use stripe_types::{Expandable, RangeQueryTs};

use super::claims::Contested;
use super::client::{PAGE, Stripe, next_page, patiently};
use super::error::StripeError;
use crate::domain::ids::{CustomerId, InvoiceId, Mode, PriceId};
use crate::domain::ledger::{Buyer, Purchase, PurchaseState, Receipt};
use crate::domain::time::Timestamp;

/// What was bought once on a paid invoice. No checkout is behind it that tells the same.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    pub(super) invoice: InvoiceId,
    pub(super) prices: Vec<PriceId>,
    /// When the invoice was written, in Unix seconds.
    pub(super) written: i64,
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
        let sales = self.sales(request).await?;
        let told = of_checkouts(sessions);
        let sales = sales.into_iter().map(|(_, sale)| sale);
        Ok(sales.filter(|sale| !told.contains(sale.invoice.as_str())).collect())
    }

    /// What everybody bought on invoices that were written since then, each with the customer.
    pub(super) async fn all_sales_on_invoice(
        &self,
        since: Option<Timestamp>,
    ) -> Result<Vec<(CustomerId, Sale)>, StripeError> {
        let request = ListInvoice::new().status(InvoiceStatus::Paid).limit(PAGE);
        let created = since.map(|since| RangeQueryTs::gte(since.unix()));
        self.sales(created.into_iter().fold(request, ListInvoice::created)).await
    }

    async fn sales(&self, request: ListInvoice) -> Result<Vec<(CustomerId, Sale)>, StripeError> {
        const WHAT: &str = "paid invoices";
        let (mut sales, mut after) = (Vec::new(), None);
        loop {
            let from = after.clone().into_iter();
            let request = from.fold(request.clone(), ListInvoice::starting_after);
            let page = patiently(WHAT, || request.send(&self.client)).await?;
            for invoice in &page.data {
                if Mode::of_livemode(invoice.livemode) == self.mode() {
                    let lines = self.lines_of(invoice).await?;
                    sales.extend(read_sale(invoice, &lines));
                }
            }
            after = next_page(WHAT, &page, after.as_deref())?;
            if after.is_none() {
                return Ok(sales);
            }
        }
    }

    /// What an invoice is for. It comes with its first lines only.
    pub(super) async fn lines_of(
        &self,
        invoice: &Invoice,
    ) -> Result<Vec<InvoiceLineItem>, StripeError> {
        let id = match &invoice.id {
            Some(id) if invoice.lines.has_more => id.clone(),
            Some(_) | None => return Ok(invoice.lines.data.clone()),
        };
        let request = ListInvoiceInvoiceLineItem::new(id).limit(PAGE);
        self.pages("the lines of an invoice", |after| {
            let request =
                after.into_iter().fold(request.clone(), ListInvoiceInvoiceLineItem::starting_after);
            async move { request.send(&self.client).await }
        })
        .await
    }
}

/// The invoices of checkouts that are purchases themselves.
pub(super) fn of_checkouts(sessions: &[CheckoutSession]) -> BTreeSet<&str> {
    let sales = sessions.iter().filter(|session| session.mode == CheckoutSessionMode::Payment);
    let invoices = sales.filter_map(|session| session.invoice.as_ref()?.id().as_ref());
    invoices.map(SdkInvoiceId::as_str).collect()
}

fn read_sale(raw: &Invoice, lines: &[InvoiceLineItem]) -> Option<(CustomerId, Sale)> {
    let bought = lines.iter().filter(|line| is_bought_once(line));
    let priced = bought.filter_map(|line| {
        let details = line.pricing.as_ref()?.price_details.as_ref()?;
        PriceId::parse(Expandable::id(&details.price)).ok()
    });
    let sale = Sale {
        invoice: InvoiceId::parse(raw.id.as_ref()?.as_str()).ok()?,
        prices: priced.collect(),
        written: raw.created,
    };
    let customer = CustomerId::parse(raw.customer.as_ref()?.id()).ok()?;
    (!sale.prices.is_empty()).then_some((customer, sale))
}

/// Neither a period of a subscription, nor the rest of one after a change in its midst, nor what
/// was given back.
fn is_bought_once(line: &InvoiceLineItem) -> bool {
    let parent = line.parent.as_ref();
    let is_period = parent.is_some_and(|parent| parent.subscription_item_details.is_some());
    let of_item = parent.and_then(|parent| parent.invoice_item_details.as_ref());
    let is_rest = of_item.is_some_and(|item| item.proration);
    !is_period && !is_rest && line.quantity != Some(0) && line.amount >= 0
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
    async fn what_is_bought_once_on_a_paid_invoice_is_a_purchase_unless_a_checkout_tells_it() {
        let period = invoice_line("sub_1", "price_basic", (1_000, 2_000));
        let line = |changes: Value| {
            let mut line = invoice_line("sub_1", "price_course", (100, 100));
            line["parent"] = Value::Null;
            line.as_object_mut()
                .expect("an object")
                .extend(changes.as_object().expect("an object").clone());
            line
        };
        let rest = line(json!({ "parent": { "type": "invoice_item_details",
            "subscription_item_details": null, "invoice_item_details": {
                "invoice_item": "ii_1", "proration": true, "subscription": "sub_1" } } }));
        let line_of_course = line(json!({}));
        let of = |id: &str, changes: Value| {
            let lines = list(std::slice::from_ref(&line_of_course));
            let mut invoice = invoice(json!({ "id": id, "lines": lines }));
            invoice
                .as_object_mut()
                .expect("an object")
                .extend(changes.as_object().expect("an object").clone());
            invoice
        };
        let subscribed = json!({ "type": "subscription_details",
            "subscription_details": { "subscription": "sub_1" } });
        let mut many = list(std::slice::from_ref(&period));
        many["has_more"] = json!(true);
        let replies = vec![
            fixtures::customer(json!({})),
            list(&[session(json!({ "customer": "cus_1", "invoice": "in_2" }))]),
            list(&[]),
            list(&[
                of("in_1", json!({})),
                of("in_2", json!({})),
                of("in_3", json!({ "parent": subscribed, "lines": list(&[period.clone(), rest]) })),
                of("in_5", json!({ "parent": subscribed, "lines": many })),
                of(
                    "in_6",
                    json!({ "lines": list(&[line(json!({ "quantity": 0, "amount": 0 }))]) }),
                ),
                of("in_7", json!({ "lines": list(&[line(json!({ "amount": -4_900 }))]) })),
                of("in_4", json!({ "livemode": true })),
            ]),
            list(&[period, line_of_course.clone()]),
            list(&[]),
        ];
        let replies = replies.into_iter().map(|reply| Reply::Json(200, reply)).collect();
        let subject = Subject::parse("cus_1").expect("an id");
        let interest = Interest { invoices: true, ..Interest::default() };
        let call = async |stripe: Stripe| stripe.snapshot_of(&subject, interest).await;
        let (snapshot, _) = against(replies, call).await;
        let purchases = snapshot.expect("a snapshot").purchases;
        let receipts: Vec<&str> = purchases.iter().map(|one| one.receipt.as_str()).collect();
        assert_eq!(receipts, ["cs_test_1", "in_1", "in_5"]);
        assert_eq!(purchases[1].prices[0].as_str(), "price_course");
        assert_eq!(purchases[1].state, PurchaseState::PAID);
    }
}
