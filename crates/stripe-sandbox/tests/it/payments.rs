//! Payments, and what becomes of them: refunds, disputes, warnings.

use serde_json::{Value, json};
use stripe_sandbox::{DisputeOutcome, DisputeStage, Payer};

use crate::support::Shop;

/// A charge's `amount_refunded`, `refunded` and `disputed`.
type Shown = (i64, bool, bool);

#[tokio::test]
async fn money_goes_back_in_parts_and_never_more_than_came() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4242424242424242").await;
    let amount =
        |minor_units| vec![("payment_intent", sale.intent.as_str()), ("amount", minor_units)];
    sale.check(&shop, (0, false, false)).await;
    let (status, refund) = shop.call("POST", "refunds", &amount("900")).await;
    assert_eq!((status, &refund["status"]), (200, &json!("succeeded")), "{refund}");
    sale.check(&shop, (900, false, false)).await;
    refused(&shop, "refunds", &amount("4001"), "Refund amount (€40.01) is greater than unrefunded")
        .await;
    refused(&shop, "refunds", &amount("0"), "This value must be greater").await;
    let rest = [("charge", sale.charge.as_str()), ("reason", "requested_by_customer")];
    let (_, refund) = shop.call("POST", "refunds", &rest).await;
    assert_eq!(
        (&refund["amount"], &refund["reason"]),
        (&json!(4000), &json!("requested_by_customer"))
    );
    sale.check(&shop, (4900, true, false)).await;
    let (status, error) = shop.call("POST", "refunds", &rest).await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!("charge_already_refunded")));
    let of_intent = format!("refunds?payment_intent={}", sale.intent);
    assert_eq!(ids(&shop.get(&of_intent).await).len(), 2);
    assert_eq!(
        ids(&shop.get(&format!("refunds?charge={}&created[gt]=9999999999", sale.charge)).await)
            .len(),
        0
    );
    let expanded = shop.get(&format!("charges/{}?expand[]=refunds.data.charge", sale.charge)).await;
    assert_eq!(expanded["refunds"]["data"][0]["charge"]["id"], json!(sale.charge));
    assert_eq!(shop.get(&format!("charges/{}", sale.charge)).await["refunds"], json!(null));
    let each = ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"];
    assert_eq!(sale.kinds_since(&shop), [each, each].concat());
}

#[tokio::test]
async fn a_refund_keeps_its_notes_and_cannot_be_canceled() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4242424242424242").await;
    let notes = [("charge", sale.charge.as_str()), ("metadata[a]", "1")];
    let (_, refund) = shop.call("POST", "refunds", &notes).await;
    let path = format!("refunds/{}", id(&refund));
    let (_, updated) = shop.call("POST", &path, &[("metadata[a]", ""), ("metadata[b]", "2")]).await;
    assert_eq!(updated["metadata"], json!({ "b": "2" }));
    assert_eq!(shop.get(&path).await["metadata"], json!({ "b": "2" }));
    refused(
        &shop,
        &format!("{path}/cancel"),
        &[],
        "You cannot cancel a refund with status succeeded",
    )
    .await;
    refused(&shop, "refunds", &[], "One of the following params should be provided").await;
    let both = [("charge", sale.charge.as_str()), ("payment_intent", sale.intent.as_str())];
    refused(&shop, "refunds", &both, "You may only specify one").await;
    refused(&shop, "refunds", &[("charge", "ch_x")], "No such charge: 'ch_x'").await;
    refused(
        &shop,
        "refunds",
        &[("charge", "ch_x"), ("origin", "customer_balance")],
        "The sandbox does not",
    )
    .await;
}

#[tokio::test]
async fn a_failed_refund_is_money_that_is_back_on_the_charge() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4242424242424242").await;
    let refund = shop.sandbox.refund(&sale.intent, None).expect("there is money");
    sale.check(&shop, (4900, true, false)).await;
    assert!(shop.sandbox.refund(&sale.intent, None).is_none(), "nothing is left");
    assert!(shop.sandbox.fail_refund(&refund) && !shop.sandbox.fail_refund(&refund));
    sale.check(&shop, (0, false, false)).await;
    let shown = shop.get(&format!("refunds/{refund}")).await;
    assert_eq!((&shown["status"], &shown["failure_reason"]), (&json!("failed"), &json!("unknown")));
    let kinds = sale.kinds_since(&shop);
    assert_eq!(kinds[4..], ["refund.failed", "refund.updated", "charge.refund.updated"]);
    assert!(shop.sandbox.refund(&sale.charge, Some(4901)).is_none());
    assert!(shop.sandbox.refund(&sale.charge, Some(4900)).is_some());
}

#[tokio::test]
async fn cards_bring_slow_and_failing_refunds() {
    let shop = Shop::open().await;
    for (card, first, last, refunded) in [
        ("4000000000007726", "pending", "succeeded", 4900),
        ("4000000000005126", "succeeded", "failed", 0),
    ] {
        let sale = Sale::of(&shop, card).await;
        let (_, refund) = shop.call("POST", "refunds", &[("charge", &sale.charge)]).await;
        assert_eq!(refund["status"], first);
        assert_eq!(shop.get(&format!("refunds/{}", id(&refund))).await["status"], last);
        sale.check(&shop, (refunded, refunded > 0, false)).await;
    }
}

#[tokio::test]
async fn a_dispute_goes_to_the_bank_and_comes_back() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4242424242424242").await;
    let dispute =
        shop.sandbox.dispute(&sale.intent, DisputeStage::NeedsResponse).expect("a paid one");
    assert!(
        shop.sandbox.dispute(&sale.charge, DisputeStage::Inquiry).is_none(),
        "disputed already"
    );
    sale.check(&shop, (0, false, true)).await;
    let refused = shop.call("POST", "refunds", &[("charge", &sale.charge)]).await;
    assert_eq!((refused.0, &refused.1["error"]["code"]), (400, &json!("charge_disputed")));
    for (outcome, possible, status) in [
        (DisputeOutcome::InquiryClosed, false, "needs_response"),
        (DisputeOutcome::UnderReview, true, "under_review"),
        (DisputeOutcome::Lost, true, "lost"),
        (DisputeOutcome::UnderReview, false, "lost"),
        (DisputeOutcome::Won, true, "won"),
        (DisputeOutcome::Lost, false, "won"),
    ] {
        assert_eq!(shop.sandbox.move_dispute(&dispute, outcome), possible, "{outcome:?}");
        assert_eq!(shop.get(&format!("disputes/{dispute}")).await["status"], status);
    }
    let kinds = [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ];
    assert_eq!(sale.kinds_since(&shop), kinds);
    let listed = shop.get(&format!("disputes?payment_intent={}", sale.intent)).await;
    assert_eq!(ids(&listed), [json!(dispute)]);
    assert_eq!(ids(&shop.get("disputes?charge=ch_x").await).len(), 0);
    assert!(shop.sandbox.refund(&sale.charge, None).is_some(), "the money is here again");
}

#[tokio::test]
async fn an_inquiry_takes_no_money_until_it_becomes_a_dispute() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4000000000001976").await;
    let listed = shop.get(&format!("disputes?charge={}&expand[]=data.charge", sale.charge)).await;
    let inquiry = &listed["data"][0];
    assert_eq!(
        (&inquiry["status"], &inquiry["is_charge_refundable"]),
        (&json!("warning_needs_response"), &json!(true))
    );
    assert_eq!(inquiry["charge"]["disputed"], true);
    assert!(shop.sandbox.refund(&sale.charge, Some(1)).is_some());
    let (status, closed) = shop.call("POST", &format!("disputes/{}/close", id(inquiry)), &[]).await;
    assert_eq!((status, &closed["status"]), (200, &json!("warning_closed")));
    refused(
        &shop,
        &format!("disputes/{}/close", id(inquiry)),
        &[],
        "This dispute is already closed",
    )
    .await;
    assert!(shop.sandbox.move_dispute(id(inquiry), DisputeOutcome::Escalated));
    assert!(shop.sandbox.refund(&sale.charge, Some(1)).is_none(), "the bank has it");
    let kinds: Vec<String> =
        sale.kinds_since(&shop).into_iter().filter(|kind| kind.contains("dispute")).collect();
    assert_eq!(
        kinds,
        [
            "charge.dispute.created",
            "charge.dispute.closed",
            "charge.dispute.updated",
            "charge.dispute.funds_withdrawn"
        ]
    );
}

#[tokio::test]
async fn evidence_is_kept_then_sent_and_wins_or_loses() {
    let shop = Shop::open().await;
    for (text, status) in [
        ("winning_evidence", "won"),
        ("losing_evidence", "lost"),
        ("It was delivered.", "under_review"),
    ] {
        let sale = Sale::of(&shop, "4000000000000259").await;
        let listed = shop.get(&format!("disputes?charge={}", sale.charge)).await;
        let path = format!("disputes/{}", id(&listed["data"][0]));
        let (_, draft) = shop
            .call("POST", &path, &[("evidence[customer_name]", "Ada"), ("submit", "false")])
            .await;
        assert_eq!(
            (&draft["status"], &draft["evidence"]["customer_name"]),
            (&json!("needs_response"), &json!("Ada"))
        );
        let (_, sent) = shop.call("POST", &path, &[("evidence[uncategorized_text]", text)]).await;
        assert_eq!(sent["status"], status);
        assert_eq!(sent["evidence_details"]["submission_count"], 1);
        refused(
            &shop,
            &path,
            &[("evidence[customer_name]", "Eve")],
            "This dispute is already closed",
        )
        .await;
        refused(&shop, &path, &[("evidence[receipt]", "file_1")], "The sandbox does not implement")
            .await;
    }
}

#[tokio::test]
async fn an_issuer_warns_once_of_a_payment() {
    let shop = Shop::open().await;
    let sale = Sale::of(&shop, "4000000000005423").await;
    assert_eq!(shop.sandbox.warn_of_fraud(&sale.intent), None, "the card has brought one");
    let listed = shop.get(&format!("radar/early_fraud_warnings?charge={}", sale.charge)).await;
    let warning = &listed["data"][0];
    let path = format!("radar/early_fraud_warnings/{}", id(warning));
    assert_eq!(shop.get(&path).await["actionable"], true);
    shop.sandbox.refund(&sale.charge, None).expect("there is money");
    assert_eq!(shop.get(&path).await["actionable"], false);
    assert_eq!(sale.kinds_since(&shop)[0], "radar.early_fraud_warning.created");
    let other = Sale::of(&shop, "4242424242424242").await;
    assert!(shop.sandbox.warn_of_fraud(&other.charge).is_some());
}

/// A course that was sold.
struct Sale {
    intent: String,
    charge: String,
    /// Of the events so far, those up to the end of the checkout.
    events: usize,
}

impl Sale {
    async fn of(shop: &Shop, card: &str) -> Sale {
        let payer = Payer::with_card("ada@example.com", card);
        let session = shop.sandbox.sell_elsewhere("price_course", &payer).await.expect("it pays");
        let intent = shop.sandbox.object(&session).expect("the session")["payment_intent"].clone();
        let intent = intent.as_str().expect("a payment").to_owned();
        let paid = shop.get(&format!("payment_intents/{intent}")).await;
        let charge = paid["latest_charge"].as_str().expect("a charge").to_owned();
        let kinds = kinds(&shop.sandbox.events());
        let events = kinds.iter().rposition(|kind| kind == "checkout.session.completed");
        Sale { intent, charge, events: events.expect("it is complete") + 1 }
    }

    async fn check(&self, shop: &Shop, expected: Shown) {
        let charge = shop.get(&format!("charges/{}", self.charge)).await;
        let shown = (&charge["amount_refunded"], &charge["refunded"], &charge["disputed"]);
        assert_eq!(shown, (&json!(expected.0), &json!(expected.1), &json!(expected.2)));
    }

    fn kinds_since(&self, shop: &Shop) -> Vec<String> {
        kinds(&shop.sandbox.events()[self.events..])
    }
}

async fn refused(shop: &Shop, path: &str, parameters: &[(&str, &str)], message: &str) {
    let (status, answer) = shop.call("POST", path, parameters).await;
    let actual = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(status == 400 && actual.starts_with(message), "{path} {parameters:?}: {answer}");
}

fn kinds(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
}

fn ids(list: &Value) -> Vec<Value> {
    list["data"].as_array().expect("a list").iter().map(|object| object["id"].clone()).collect()
}

fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}
