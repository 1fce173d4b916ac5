//! Invoices and invoice items while they can still be changed, and when they no longer can.

use serde_json::{Value, json};

use crate::support::Shop;

/// A customer's draft of one item.
struct Draft {
    shop: Shop,
    invoice: String,
    item: String,
}

impl Draft {
    async fn write() -> Draft {
        let shop = Shop::open().await;
        let (_, customer) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
        let owner = ("customer", customer["id"].as_str().expect("an id"));
        let (_, invoice) = shop.call("POST", "invoices", &[owner, ("currency", "eur")]).await;
        let invoice = invoice["id"].as_str().expect("an id").to_owned();
        let owed = [owner, ("amount", "900"), ("currency", "eur"), ("invoice", &invoice)];
        let (_, item) = shop.call("POST", "invoiceitems", &owed).await;
        let item = item["id"].as_str().expect("an id").to_owned();
        Draft { shop, invoice, item }
    }

    async fn change(&self, path: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        self.shop.call("POST", path, changes).await
    }

    async fn delete(&self, path: &str) -> (u16, Value) {
        self.shop.call("DELETE", path, &[]).await
    }

    fn invoice(&self) -> String {
        format!("invoices/{}", self.invoice)
    }

    fn item(&self) -> String {
        format!("invoiceitems/{}", self.item)
    }
}

#[tokio::test]
async fn a_draft_bills_what_its_items_say_now() {
    let draft = Draft::write().await;
    let (_, item) = draft.change(&draft.item(), &[("amount", "500"), ("description", "Tea")]).await;
    assert_eq!((&item["amount"], &item["description"]), (&json!(500), &json!("Tea")));
    let noted = [("description", "For tea"), ("metadata[a]", "1")];
    let (_, invoice) = draft.change(&draft.invoice(), &noted).await;
    assert_eq!((&invoice["total"], &invoice["description"]), (&json!(500), &json!("For tea")));
    assert_eq!(invoice["metadata"], json!({ "a": "1" }));
    assert_eq!(invoice["lines"]["data"][0]["description"], "Tea");
    assert_eq!(draft.delete(&draft.item()).await.0, 200);
    assert_eq!(draft.shop.get(&draft.invoice()).await["total"], 0);
    assert_eq!(draft.shop.call("GET", &draft.item(), &[]).await.0, 404);
}

#[tokio::test]
async fn what_a_draft_billed_waits_for_another_when_it_is_given_up() {
    let draft = Draft::write().await;
    let (_, gone) = draft.delete(&draft.invoice()).await;
    assert_eq!(gone, json!({ "id": draft.invoice, "object": "invoice", "deleted": true }));
    assert_eq!(draft.shop.call("GET", &draft.invoice(), &[]).await.0, 404);
    assert_eq!(draft.delete(&draft.invoice()).await.0, 404);
    assert_eq!(draft.shop.get("invoices").await["data"], json!([]));
    let item = draft.shop.get(&draft.item()).await;
    assert_eq!(item["invoice"], Value::Null);
    let next = [
        ("customer", item["customer"].as_str().expect("an id")),
        ("pending_invoice_items_behavior", "include"),
        ("auto_advance", "false"),
    ];
    assert_eq!(draft.change("invoices", &next).await.1["total"], 900);
    let told = draft.shop.get("events?type=invoice.deleted").await;
    assert_eq!(told["data"][0]["data"]["object"]["id"], json!(draft.invoice));
}

#[tokio::test]
async fn a_finalized_invoice_keeps_all_but_its_notes() {
    let draft = Draft::write().await;
    draft.change(&format!("{}/finalize", draft.invoice()), &[]).await;
    assert_eq!(draft.change(&draft.invoice(), &[("metadata[a]", "1")]).await.0, 200);
    let refused = [
        draft.change(&draft.invoice(), &[("description", "Late")]).await,
        draft.change(&draft.item(), &[("amount", "1")]).await,
        draft.delete(&draft.item()).await,
        draft.delete(&draft.invoice()).await,
    ];
    for (status, answer) in refused {
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("invoice_not_editable")));
    }
    assert_eq!(draft.shop.get(&draft.invoice()).await["total"], 900);
}
