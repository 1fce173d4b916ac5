//! What the pages show, and what they keep of what was typed.

use crate::support::Shop;
use serde_json::Value;

const EMAIL: &str = "ada@example.com";

#[tokio::test]
async fn a_code_is_applied_without_losing_what_was_typed() {
    let shop = Shop::open().await;
    let page = course(&shop, &[("allow_promotion_codes", "true")]).await;
    let typed = [("email", EMAIL), ("card_number", "4242 4242"), ("pay_with", "bank_debit")];
    for (code, says) in [("nope", "This code is invalid"), ("welcome20", "-€9.80")] {
        let apply = [("action", "apply_code"), ("promotion_code", code)];
        let html = shop.submit(&page, &[&typed[..], &apply].concat()).await;
        assert!(html.contains(says), "{code}: {html}");
        assert!(html.contains(r#"value="ada@example.com""#), "{html}");
        assert!(html.contains(r#"value="4242 4242""#), "{html}");
        assert!(html.contains(r#"value="bank_debit" checked"#), "{html}");
    }
}

#[tokio::test]
async fn what_was_typed_is_still_there_after_an_error() {
    let shop = Shop::open().await;
    let page = course(&shop, &[]).await;
    let no_address = shop.submit(&page, &[("pay_with", "bank_debit")]).await;
    assert!(no_address.contains(r#"value="bank_debit" checked"#), "{no_address}");
    let declined =
        shop.submit(&page, &[("email", EMAIL), ("card_number", "4000000000000002")]).await;
    assert!(declined.contains(EMAIL) && declined.contains(r#"value="card" checked"#), "{declined}");
    let bank = shop.submit(&page, &[("email", EMAIL), ("card_number", "4000000000003220")]).await;
    let failed = shop.submit(&bank, &[("outcome", "fail")]).await;
    assert!(failed.contains("unable to authenticate") && failed.contains(EMAIL), "{failed}");
}

#[tokio::test]
async fn the_page_is_one_form_and_enter_pays() {
    let shop = Shop::open().await;
    let page = course(&shop, &[("allow_promotion_codes", "true")]).await;
    let html = shop.page(&page).await;
    assert_eq!(html.matches("<form").count(), 1, "{html}");
    let first_button = html.split("<button").nth(1).expect("a button");
    assert!(first_button.contains(r#"value="pay""#), "Enter presses the first: {first_button}");
}

#[tokio::test]
async fn a_code_that_was_typed_but_not_applied_counts_when_paying() {
    let shop = Shop::open().await;
    let page = course(&shop, &[("allow_promotion_codes", "true")]).await;
    let paying = [("action", "pay"), ("email", EMAIL), ("card_number", "4242424242424242")];
    let wrong = shop.submit(&page, &[&paying[..], &[("promotion_code", "nope")]].concat()).await;
    assert!(wrong.contains("This code is invalid"), "{wrong}");
    let back =
        shop.submit(&page, &[&paying[..], &[("promotion_code", "WELCOME20")]].concat()).await;
    assert!(back.starts_with("https://shop.example/"), "{back}");
    assert_eq!(shop.sandbox.checkouts()[0]["amount_total"], 3_920);
}

#[tokio::test]
async fn a_code_in_another_currency_is_invalid_here() {
    let shop = Shop::open().await;
    let coupon = [("id", "FIVE"), ("amount_off", "500"), ("currency", "usd")];
    shop.call("POST", "coupons", &coupon).await;
    let code = [("promotion[type]", "coupon"), ("promotion[coupon]", "FIVE"), ("code", "FIVEOFF")];
    assert_eq!(shop.call("POST", "promotion_codes", &code).await.0, 200);
    let page = course(&shop, &[("allow_promotion_codes", "true")]).await;
    let apply = [("action", "apply_code"), ("promotion_code", "FIVEOFF")];
    assert!(shop.submit(&page, &apply).await.contains("This code is invalid"));
    assert_eq!(shop.sandbox.checkouts()[0]["amount_total"], 4_900);
}

#[tokio::test]
async fn closed_checkouts_lead_back_to_the_site() {
    let shop = Shop::open().await;
    let cancel = ("cancel_url", "https://shop.example/stay");
    let paid = course(&shop, &[cancel]).await;
    let pays = [("email", EMAIL), ("card_number", "4242424242424242")];
    let back = shop.submit(&paid, &pays).await;
    let html = links(&shop.page(&paid).await);
    assert!(html.contains(&format!(r#"href="{back}""#)), "{html}");
    for (parameters, leads_to) in
        [(&[cancel][..], "https://shop.example/stay"), (&[], "https://shop.example/")]
    {
        let expired = course(&shop, parameters).await;
        let id = expired.rsplit('/').next().expect("an id");
        shop.call("POST", &format!("checkout/sessions/{id}/expire"), &[]).await;
        let html = links(&shop.page(&expired).await);
        assert!(
            html.contains("expired") && html.contains(&format!(r#"href="{leads_to}""#)),
            "{html}"
        );
    }
    let missing = shop.page(&format!("{}nowhere", shop.sandbox.url())).await;
    assert!(links(&missing).contains(r#"href="/""#), "{missing}");
}

#[tokio::test]
async fn the_pages_name_the_business() {
    let shop = Shop::open().await;
    let page = course(&shop, &[]).await;
    assert!(shop.page(&page).await.contains("shop.example"));
    let (_, customer) = shop.call("POST", "customers", &[("email", EMAIL)]).await;
    let portal = shop.portal(&customer["id"]).await;
    assert!(shop.page(&portal).await.contains("<p class=\"business\">shop.example</p>"));
}

#[tokio::test]
async fn the_page_says_what_the_cards_do_and_the_bank_invites_to_complete() {
    let shop = Shop::open().await;
    let page = course(&shop, &[]).await;
    assert!(shop.page(&page).await.contains("4000 0000 0000 0002"));
    let bank = shop.submit(&page, &[("email", EMAIL), ("card_number", "4000000000003220")]).await;
    let html = shop.page(&bank).await;
    assert!(html.contains(r#"value="complete" class="filled">Complete"#), "{html}");
    assert!(html.contains(r#"value="fail">Fail"#), "{html}");
}

/// The page with its slashes as they were before the template escaped them.
fn links(html: &str) -> String {
    html.replace("&#x2f;", "/")
}

/// The address of a checkout of the course.
async fn course(shop: &Shop, parameters: &[(&str, &str)]) -> String {
    let order = [("mode", "payment"), ("line_items[0][price]", "price_course")];
    let session: Value = shop.checkout(&[&order[..], parameters].concat()).await;
    session["url"].as_str().expect("an open session has an address").to_owned()
}
