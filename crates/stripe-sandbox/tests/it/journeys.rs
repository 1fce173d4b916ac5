//! Whole journeys over HTTP: what a shop does through the API, and a customer on the pages.

use crate::support::{DAY, MONTH, Shop};
use std::time::Duration;

use serde_json::json;
use stripe_sandbox::{
    CancelWhen, DeliveryState, Fault, FaultKind, Options, PayError, Payer, PriceSeed, Release,
    Sandbox, Settlement, StartError,
};

#[tokio::test]
async fn a_subscription_is_bought_on_the_page_and_announced_by_signed_webhooks() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "subscription"), ("line_items[0][price]", "price_reader")]).await;
    let page = session["url"].as_str().expect("an open session has an address");
    assert!(shop.page(page).await.contains("Due today"));

    let back = shop
        .submit(
            page,
            &[("action", "pay"), ("email", "ada@example.com"), ("card_number", "4242424242424242")],
        )
        .await;
    assert_eq!(
        back,
        format!(
            "https://shop.example/return?session_id={}",
            session["id"].as_str().expect("an id")
        )
    );

    shop.sandbox.webhooks_settled().await;
    let kinds: Vec<String> = shop
        .received()
        .iter()
        .map(|event| event["type"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "customer.created",
            "payment_method.attached",
            "invoice.created",
            "invoice.finalized",
            "customer.subscription.created",
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "customer.subscription.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "checkout.session.completed",
        ]
    );
    let paid = shop
        .get(&format!(
            "checkout/sessions/{}?expand[]=line_items&expand[]=subscription",
            session["id"].as_str().expect("an id")
        ))
        .await;
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!(paid["line_items"]["data"][0]["price"]["id"], "price_reader");
    assert_eq!(paid["subscription"]["status"], "active");
    assert_eq!(paid["subscription"]["metadata"]["plan"], "reader");
    assert!(shop.page(page).await.contains("has been paid"));
}

#[tokio::test]
async fn a_declined_card_can_be_replaced_on_the_same_page() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "payment"), ("line_items[0][price]", "price_course")]).await;
    let page = session["url"].as_str().expect("an open session has an address");
    let declined = shop
        .submit(page, &[("email", "ada@example.com"), ("card_number", "4000 0000 0000 9995")])
        .await;
    assert!(declined.contains("insufficient funds") && declined.contains("ada@example.com"));

    let bank = shop
        .submit(page, &[("email", "ada@example.com"), ("card_number", "4000000000003220")])
        .await;
    assert!(shop.page(&bank).await.contains("Your bank"));
    assert!(shop.submit(&bank, &[("outcome", "fail")]).await.contains("unable to authenticate"));
    let bank = shop
        .submit(page, &[("email", "ada@example.com"), ("card_number", "4000000000003220")])
        .await;
    assert!(
        shop.submit(&bank, &[("outcome", "complete")])
            .await
            .starts_with("https://shop.example/return")
    );

    let id = session["id"].as_str().expect("an id");
    let paid =
        shop.get(&format!("checkout/sessions/{id}?expand[]=payment_intent.latest_charge")).await;
    assert_eq!(paid["payment_intent"]["status"], "succeeded");
    assert_eq!(paid["payment_intent"]["latest_charge"]["paid"], true);
    assert_eq!(paid["customer"], json!(null), "a guest has no customer");
}

#[tokio::test]
async fn a_bank_debit_is_paid_later_or_never() {
    let shop = Shop::open().await;
    for (settlement, payment_status, subscription_status) in [
        (Settlement::Succeeded, "paid", "active"),
        (Settlement::Failed, "unpaid", "incomplete_expired"),
    ] {
        let session = shop
            .checkout(&[("mode", "subscription"), ("line_items[0][price]", "price_reader")])
            .await;
        let id = session["id"].as_str().expect("an id");
        shop.sandbox
            .pay(id, &Payer::with_bank_debit("ada@example.com"))
            .await
            .expect("the page takes it");
        let pending = shop.get(&format!("checkout/sessions/{id}?expand[]=subscription")).await;
        assert_eq!(
            (&pending["status"], &pending["payment_status"]),
            (&json!("complete"), &json!("unpaid"))
        );
        assert_eq!(pending["subscription"]["status"], "incomplete");

        assert!(shop.sandbox.settle(id, settlement) && !shop.sandbox.settle(id, settlement));
        let settled = shop.get(&format!("checkout/sessions/{id}?expand[]=subscription")).await;
        assert_eq!(settled["payment_status"], payment_status);
        assert_eq!(settled["subscription"]["status"], subscription_status);
    }
}

#[tokio::test]
async fn a_trial_renews_until_it_is_canceled_in_the_portal() {
    let shop = Shop::open().await;
    let trial = [
        ("mode", "subscription"),
        ("line_items[0][price]", "price_reader"),
        ("subscription_data[trial_period_days]", "7"),
    ];
    let session = shop.checkout(&trial).await;
    let id = session["id"].as_str().expect("an id");
    shop.sandbox
        .pay(id, &Payer::with_good_card("ada@example.com"))
        .await
        .expect("the card is good");
    let session = shop.get(&format!("checkout/sessions/{id}")).await;
    assert_eq!(
        (&session["payment_status"], &session["amount_total"]),
        (&json!("no_payment_required"), &json!(0))
    );
    let subscription = shop.subscription().await;
    assert_eq!(subscription["status"], "trialing");

    shop.sandbox.advance(7 * DAY);
    assert_eq!(shop.subscription().await["status"], "active");
    shop.sandbox.advance(MONTH);
    let portal = shop.portal(&session["customer"]).await;
    let overview = shop.page(&portal).await;
    assert!(overview.contains("Renews on") && overview.contains("paid"));
    let confirm = format!("{portal}/cancel/{}", subscription["id"].as_str().expect("an id"));
    assert!(shop.page(&confirm).await.contains("It stays yours until"));
    let after = shop.submit(&confirm, &[]).await;
    assert!(shop.page(&after).await.contains("Ends on"));
    assert_eq!(shop.subscription().await["cancel_at_period_end"], true);

    shop.sandbox.advance(MONTH);
    assert_eq!(shop.subscription().await["status"], "canceled");
    assert_eq!(
        shop.sandbox.events().last().expect("events")["type"],
        "customer.subscription.deleted"
    );
}

#[tokio::test]
async fn a_card_that_fails_at_renewal_leaves_the_subscription_past_due() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "subscription"), ("line_items[0][price]", "price_reader")]).await;
    let id = session["id"].as_str().expect("an id");
    shop.sandbox
        .pay(id, &Payer::with_card("ada@example.com", "4000000000000341"))
        .await
        .expect("it pays once");
    shop.sandbox.advance(MONTH);
    assert_eq!(shop.subscription().await["status"], "past_due");
}

#[tokio::test]
async fn promotion_codes_reduce_the_amount_down_to_nothing() {
    let shop = Shop::open().await;
    let order = [
        ("mode", "payment"),
        ("line_items[0][price]", "price_course"),
        ("allow_promotion_codes", "true"),
    ];
    for (code, total, status) in [("welcome20", 3920, "paid"), ("GIFT", 0, "no_payment_required")] {
        let session = shop.checkout(&order).await;
        let page = session["url"].as_str().expect("an open session has an address");
        assert!(
            shop.submit(page, &[("action", "apply_code"), ("promotion_code", "nope")])
                .await
                .contains("invalid")
        );
        shop.submit(page, &[("action", "apply_code"), ("promotion_code", code)]).await;
        shop.submit(
            page,
            &[("action", "pay"), ("email", "a@b.c"), ("card_number", "4242424242424242")],
        )
        .await;
        let id = session["id"].as_str().expect("an id");
        let paid = shop.get(&format!("checkout/sessions/{id}")).await;
        assert_eq!(
            (&paid["amount_total"], &paid["payment_status"]),
            (&json!(total), &json!(status)),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_checkout_expires_after_a_day() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "payment"), ("line_items[0][price]", "price_course")]).await;
    let id = session["id"].as_str().expect("an id");
    shop.sandbox.advance(Duration::from_secs(86_399));
    assert_eq!(shop.get(&format!("checkout/sessions/{id}")).await["status"], "open");
    shop.sandbox.advance(Duration::from_secs(1));
    assert_eq!(shop.get(&format!("checkout/sessions/{id}")).await["status"], "expired");
    let too_late = shop.sandbox.pay(id, &Payer::with_good_card("a@b.c")).await;
    assert_eq!(too_late, Err(PayError::Closed));
}

#[tokio::test]
async fn webhooks_are_held_swapped_repeated_dropped_and_retried() {
    let shop = Shop::open().await;
    shop.sandbox.hold_webhooks();
    shop.sandbox
        .sell_elsewhere("price_course", &Payer::with_good_card("a@b.c"))
        .await
        .expect("the card is good");
    assert!(shop.received().is_empty());
    let held = shop.sandbox.deliveries().len();
    shop.sandbox.release_webhooks(Release::Order(vec![held - 1, 0, 0])).await;
    let first: Vec<String> = shop
        .received()
        .iter()
        .map(|event| event["type"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        first,
        ["checkout.session.completed", "payment_intent.created", "payment_intent.created"]
    );
    shop.sandbox.drop_held();
    let log = shop.sandbox.deliver_all().await;
    assert_eq!(
        log.iter().filter(|delivery| delivery.state == DeliveryState::Dropped).count(),
        held - 2
    );

    shop.refuse_next(2);
    shop.sandbox
        .sell_elsewhere("price_course", &Payer::with_good_card("a@b.c"))
        .await
        .expect("the card is good");
    let log = shop.sandbox.webhooks_settled().await;
    assert!(log[held..].iter().all(|delivery| delivery.state == DeliveryState::Delivered));
    assert_eq!(
        log[held..].iter().map(|delivery| delivery.attempts).sum::<u32>() as usize,
        log.len() - held + 2
    );
    assert_eq!(
        shop.get("events?delivery_success=false&limit=100").await["data"].as_array().map(Vec::len),
        Some(held - 2)
    );
}

#[tokio::test]
async fn canceling_now_and_resuming() {
    let shop = Shop::open().await;
    shop.sandbox
        .sell_elsewhere("price_reader", &Payer::with_good_card("a@b.c"))
        .await
        .expect("the card is good");
    let subscription = shop.subscription().await;
    let id = subscription["id"].as_str().expect("an id");
    assert!(shop.sandbox.cancel_subscription(id, CancelWhen::AtPeriodEnd));
    assert!(shop.sandbox.resume_subscription(id));
    assert_eq!(shop.subscription().await["cancel_at"], json!(null));
    assert!(shop.sandbox.cancel_subscription(id, CancelWhen::Now));
    assert!(!shop.sandbox.cancel_subscription(id, CancelWhen::Now));
    assert_eq!(shop.subscription().await["status"], "canceled");
}

#[tokio::test]
async fn webhooks_can_be_answered_before_the_customer_is_back() {
    let shop = Shop::open().await;
    shop.sandbox.webhooks_before_return(true);
    let session =
        shop.checkout(&[("mode", "payment"), ("line_items[0][price]", "price_course")]).await;
    let page = session["url"].as_str().expect("an open session has an address");
    shop.submit(page, &[("email", "a@b.c"), ("card_number", "4242424242424242")]).await;
    let last = shop.received().pop().expect("webhooks came first");
    assert_eq!(last["type"], "checkout.session.completed");
    assert_eq!(last["data"]["object"]["id"], session["id"]);
}

#[tokio::test]
async fn bank_debits_settle_by_themselves_if_told_to() {
    let sandbox = Sandbox::start(Options {
        prices: vec![PriceSeed {
            id: "price_course".to_owned(),
            product_name: "The course".to_owned(),
            unit_amount: 4_900,
            currency: "eur".to_owned(),
            interval: None,
        }],
        settle_delayed_after: Some(Duration::from_secs(5)),
        start_time: Some(1_800_000_000),
        ..Options::default()
    });
    let sandbox = sandbox.await.expect("a free port");
    let payer = Payer::with_bank_debit("a@b.c");
    let id = sandbox.sell_elsewhere("price_course", &payer).await.expect("the page takes it");
    let status = || sandbox.object(&id).map(|session| session["payment_status"].clone());
    sandbox.advance(Duration::from_secs(4));
    assert_eq!(status(), Some(json!("unpaid")));
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(status(), Some(json!("paid")));
    assert_eq!(
        sandbox.events().last().expect("events")["type"],
        "checkout.session.async_payment_succeeded"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let options = Options { listen: ([0, 0, 0, 0], 0).into(), ..Options::default() };
    assert!(matches!(Sandbox::start(options).await, Err(StartError::NotLoopback(_))));
}

#[tokio::test]
async fn a_taken_port_is_said_once() {
    let shop = Shop::open().await;
    let address = shop.sandbox.url();
    let address = address.trim_start_matches("http://").trim_end_matches('/');
    let listen = address.parse().expect("an address");
    let Err(error) = Sandbox::start(Options { listen, ..Options::default() }).await else {
        panic!("two sandboxes on one port");
    };
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    let cause = std::error::Error::source(&error).expect("what the system said");
    assert!(cause.to_string().contains("in use"), "{cause}");
}

#[tokio::test]
async fn a_message_of_the_shop_is_shown_with_its_link() {
    let shop = Shop::open().await;
    let message = "Already have access? [Sign in](https://shop.example/sign-in?a=1&b=2) <b>";
    let order = [
        ("mode", "payment"),
        ("line_items[0][price]", "price_course"),
        ("custom_text[submit][message]", message),
    ];
    let session = shop.checkout(&order).await;
    let page = shop.page(session["url"].as_str().expect("an address")).await;
    assert!(page.contains(">Sign in</a>") && page.contains("&lt;b&gt;"), "{page}");
}

#[tokio::test]
async fn calls_go_wrong_when_told_to() {
    let shop = Shop::open().await;
    shop.sandbox.fail_next(Fault::next(1, FaultKind::ServerError).only("GET", "/v1/customers"));
    shop.sandbox.fail_next(Fault::next(1, FaultKind::RateLimited));
    assert_eq!(shop.call("GET", "prices", &[]).await.0, 429);
    assert_eq!(shop.call("GET", "prices", &[]).await.0, 200);
    assert_eq!(shop.call("GET", "customers", &[]).await.0, 500);
    shop.sandbox.fail_next(Fault::next(1, FaultKind::Reset));
    let prices = || shop.request("GET", "prices", &[]).try_send();
    assert!(prices().await.is_err());
    shop.sandbox.fail_next(Fault::next(1, FaultKind::Hang));
    let (hung, ()) = tokio::join!(prices(), shop.release_hung());
    assert_eq!(hung.expect("an answer").0, 500);
    assert_eq!(shop.sandbox.requests().len(), 5);
}
