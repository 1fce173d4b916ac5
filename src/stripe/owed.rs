//! What a subscription waits to be paid for: since when, and where.

use stripe_billing::invoice::ListInvoice;
use stripe_shared::{
    Invoice, InvoiceBillingReason, InvoiceStatus, Subscription as SdkSubscription,
};

use super::client::{PAGE, Stripe, patiently};
use super::error::StripeError;
use crate::domain::ledger::{Owed, PayAddress, Status};
use crate::domain::time::Timestamp;

impl Stripe {
    /// What is owed for a subscription whose last payment failed; nothing for any other. Its last
    /// invoice alone does not tell: an account may leave it unpaid, and then each period has one.
    pub(super) async fn owed_for(&self, of: &SdkSubscription) -> Result<Option<Owed>, StripeError> {
        if !Status::parse(of.status.as_str()).is_unpaid() {
            return Ok(None);
        }
        // A hundred unpaid periods are owed for no shorter than those before them.
        let request = ListInvoice::new().subscription(of.id.as_str()).limit(PAGE);
        let newest_first =
            patiently("what is owed for a subscription", || request.send(&self.client)).await?;
        Ok(read_owed(&newest_first.data))
    }
}

/// Whether the current period was not paid. A change to a dearer plan is another matter.
pub(super) fn period_is_unpaid(invoice: &Invoice) -> bool {
    let change = invoice.billing_reason == Some(InvoiceBillingReason::SubscriptionUpdate);
    invoice.status != Some(InvoiceStatus::Paid) && !change
}

/// Owed is what has come due since the last invoice that was paid, or that the owner waived.
fn read_owed(newest_first: &[Invoice]) -> Option<Owed> {
    let due = newest_first.iter().take_while(|invoice| !is_settled(invoice));
    let due: Vec<&Invoice> = due.filter(|invoice| is_due(invoice)).collect();
    due.last().map(|oldest| Owed {
        since: Timestamp::from_unix(oldest.created),
        pay_at: due.iter().find_map(|one| PayAddress::parse(one.hosted_invoice_url.as_deref()?)),
    })
}

fn is_settled(invoice: &Invoice) -> bool {
    matches!(invoice.status, Some(InvoiceStatus::Paid | InvoiceStatus::Void))
}

/// Whether it was sent out. Stripe goes on asking for one that the owner has written off.
fn is_due(invoice: &Invoice) -> bool {
    matches!(invoice.status, Some(InvoiceStatus::Open | InvoiceStatus::Uncollectible))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stripe::fixtures::{self, invoice};

    const ADDRESS: &str = "https://pay.example/";

    /// Invoices as status and time, the newest first; each is paid at an address of its own.
    fn owed(invoices: &[(&str, i64)]) -> Option<(i64, String)> {
        let raw = |&(status, created): &(&str, i64)| {
            let address = format!("{ADDRESS}{created}");
            let changes = json!({ "status": status, "created": created,
                "hosted_invoice_url": if status == "draft" { Value::Null } else { json!(address) } });
            fixtures::read(&invoice(changes))
        };
        let owed = read_owed(&invoices.iter().map(raw).collect::<Vec<Invoice>>())?;
        let place = owed.pay_at.expect("an address");
        Some((owed.since.unix(), place.as_str().trim_start_matches(ADDRESS).to_owned()))
    }

    #[test]
    fn owed_is_what_came_due_since_the_last_payment() {
        type Row<'a> = (&'a [(&'a str, i64)], Option<(i64, &'a str)>);
        let rows: [Row<'_>; 9] = [
            //  the newest first                                       since  paid at
            (&[], None),
            (&[("paid", 30)], None),
            (&[("draft", 30), ("paid", 20)], None),
            (&[("open", 30), ("paid", 20)], Some((30, "30"))),
            (&[("open", 30), ("open", 20), ("paid", 10)], Some((20, "30"))),
            (&[("draft", 30), ("open", 20)], Some((20, "20"))),
            (&[("open", 30), ("uncollectible", 20), ("paid", 10)], Some((20, "30"))),
            (&[("open", 30), ("void", 20), ("open", 10)], Some((30, "30"))),
            (&[("paid", 30), ("open", 20)], None),
        ];
        for (invoices, expected) in rows {
            let expected = expected.map(|(since, place)| (since, place.to_owned()));
            assert_eq!(owed(invoices), expected, "{invoices:?}");
        }
    }

    #[test]
    fn an_address_that_no_browser_should_follow_is_left_out() {
        let raw = invoice(json!({ "status": "open", "hosted_invoice_url": "ftp://pay.example" }));
        let owed = read_owed(&[fixtures::read(&raw)]).expect("it is owed");
        assert_eq!(owed.pay_at, None);
    }

    #[test]
    fn the_period_is_unpaid_unless_it_was_paid_or_a_change_was_not() {
        let unpaid = |status: &str, reason: &str| {
            let raw = invoice(json!({ "status": status, "billing_reason": reason }));
            period_is_unpaid(&fixtures::read(&raw))
        };
        assert!(unpaid("open", "subscription_cycle"));
        assert!(!unpaid("paid", "subscription_cycle"));
        assert!(!unpaid("open", "subscription_update"));
    }
}
