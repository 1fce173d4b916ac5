//! What readers are told of what they have, and what they are offered.

use stripe_sandbox::{CancelWhen, Payer, Settlement};

use crate::support::{TestSite, until};

#[tokio::test]
async fn a_gift_hides_no_subscription_that_goes_on() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let plan = tollhouse::domain::ids::PlanId::parse("basic").expect("an id");
    site.store().grant("ann@site.example".to_owned(), plan, None).await.expect("given");
    let account = ann.open("/_tollhouse/account").await.body;
    for words in ["Given to you", "Renews on 1 February 2026", "Manage billing"] {
        assert!(account.contains(words), "{words:?} in {account}");
    }
}

#[tokio::test]
async fn whoever_pays_for_what_a_dearer_plan_includes_is_told() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let offer = ann.open("/workshop/x").await.body;
    assert!(offer.contains("You pay for Basic already, which Pro includes"), "{offer}");
    ann.buy(&site.stripe, "price_pro", "/workshop/x").await;
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("Pro includes this, so you can cancel this one"), "{account}");
}

#[tokio::test]
async fn a_bank_that_did_not_pay_is_told() {
    for (price, page) in [("price_course", "/course/1"), ("price_basic", "/essays/tide")] {
        let site = TestSite::start().await;
        let ann = site.visitor();
        let till = ann.choose(price, page).await;
        let payer = Payer::with_bank_debit("ann@site.example");
        let back = ann.pay_with(&site.stripe, &till, &payer).await.expect("it is on its way");
        ann.follow(&back).await;
        assert!(site.stripe.settle(till.rsplit('/').next().expect("an id"), Settlement::Failed));
        site.deliver_webhooks().await;
        let account = async || ann.open("/_tollhouse/account").await.body;
        until(async || account().await.contains("The bank did not pay for")).await;
        assert!(ann.choose(price, page).await.contains("/c/pay/"), "it can be bought again");
    }
}

#[tokio::test]
async fn whoever_looks_what_there_is_sees_what_he_has() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let all = ann.open("/_tollhouse/join").await.body;
    assert!(all.contains("Choose a plan") && !all.contains("This page is for readers"), "{all}");
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let all = ann.open("/_tollhouse/join").await.body;
    assert!(all.contains("This is yours already") && !all.contains("Get Basic"), "{all}");
    assert!(all.contains("Start free trial"), "{all}");
    assert!(!all.contains("does not include this page"), "{all}");
}

#[tokio::test]
async fn what_a_form_or_an_address_lacks_is_told_in_words() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    for address in ["/_tollhouse/return", "/_tollhouse/join?to=/a&to=/b"] {
        let seen = ann.open(address).await;
        assert_eq!(seen.status, 400, "{address}");
        assert!(seen.body.contains("This address is not complete"), "{}", seen.body);
    }
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    for address in ["/_tollhouse/checkout", "/_tollhouse/portal"] {
        let seen = ann.submit(address, &[("to", "/")]).await;
        assert_eq!(seen.status, 400, "{address}");
        assert!(seen.body.contains("This form came incomplete"), "{}", seen.body);
    }
}

#[tokio::test]
async fn our_pages_run_no_script_and_stand_in_no_frame() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    for path in ["/workshop/x", "/_tollhouse/account", "/_tollhouse/sign-in", "/_tollhouse/none"] {
        let seen = ann.open(path).await;
        let policy = seen.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("script"), "{path}: {policy}");
        assert!(!seen.body.contains("<script") && !seen.body.contains("style="), "{path}");
        assert_eq!(seen.header("cache-control"), Some("private, no-store"), "{path}");
        assert_eq!(seen.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(seen.header("x-robots-tag"), Some("noindex"), "{path}");
    }
}

#[tokio::test]
async fn a_link_says_whose_sign_in_it_ends() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    let link = site.link("bob@site.example").await;
    assert!(ann.open(&link).await.body.contains("You are signed in here as ann@site.example"));
    let own = site.link("ann@site.example").await;
    assert!(!ann.open(&own).await.body.contains("You are signed in here"));
    let buyer = site.visitor();
    buyer.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let his = buyer.open(&own).await.body;
    assert!(!his.contains("You are signed in here"), "what he bought comes along: {his}");
    let other = buyer.open(&link).await.body;
    assert!(other.contains("You are signed in here without an address"), "{other}");
}

#[tokio::test]
async fn head_is_answered_as_get_is_without_the_body() {
    let site = TestSite::start().await;
    let join = site.visitor().open("/_tollhouse/join").await;
    let read = join.read();
    let (_, style) = read.split_once("/_tollhouse/look/style").expect("a stylesheet");
    let style = format!("/_tollhouse/look/style{}", style.split('"').next().expect("its end"));
    for (path, whole) in [("/_tollhouse/join", join), (&style, site.visitor().open(&style).await)] {
        let head =
            format!("HEAD {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\n", site.address);
        let head = site.raw(&format!("{head}Connection: close\r\n\r\n")).await.to_lowercase();
        let length = format!("\r\ncontent-length: {}\r\n", whole.body.len());
        assert!(head.starts_with("http/1.1 200") && head.contains(&length), "{path}: {head}");
        assert!(head.ends_with("\r\n\r\n"), "no body: {head}");
    }
}

#[tokio::test]
async fn what_everybody_may_keep_carries_no_pass() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    site.advance(std::time::Duration::from_mins(10));
    let page = site.visitor().fetch("/_tollhouse/sign-in", &[("accept", "text/html")]).await.read();
    let style = page.split('"').find(|it| it.contains("/_tollhouse/look/style-")).expect("one");
    for path in [&style[site.url("").len()..], "/_tollhouse/keys"] {
        let seen = ann.open(path).await;
        assert!(seen.header("cache-control").expect("a rule").starts_with("public"), "{path}");
        assert_eq!(seen.header("set-cookie"), None, "{path}");
    }
    let offer = ann.open("/essays/tide").await;
    assert_eq!(offer.shows(), "the offer");
    assert!(offer.header("set-cookie").is_some_and(|it| it.starts_with("tollhouse=ey")), "renewed");
}

#[tokio::test]
async fn whoever_comes_back_while_stripe_is_down_is_not_told_that_nothing_was_charged() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &till).await;
    site.stripe.stop().await;
    let seen = ann.follow(&back).await;
    assert_eq!(seen.status, 503);
    assert!(seen.body.contains("nothing is lost, and you need not pay again"), "{}", seen.body);
    assert!(!seen.body.contains("Nothing was charged"), "{}", seen.body);
}

#[tokio::test]
async fn a_running_subscription_says_what_it_costs_and_is_canceled_by_its_own_button() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let account = ann.open("/_tollhouse/account?to=%2Fessays%2Ftide").await.read();
    assert!(account.contains("Renews on 1 February 2026: $9 a month"), "{account}");
    assert!(account.contains("name=\"to\" value=\"/essays/tide\""), "{account}");
    assert!(account.contains(&format!("href=\"{}\"", site.url("/essays/tide"))), "{account}");
    let (customer, subscription) = ids(&site);
    let fields = [
        ("customer", customer.as_str()),
        ("subscription", &subscription),
        ("to", "/essays/tide"),
        ("page", "cancel"),
    ];
    let flow = portal_flow(&site, &ann.submit("/_tollhouse/portal", &fields).await.goes_to());
    assert_eq!(flow["type"], "subscription_cancel");
    assert_eq!(flow["subscription_cancel"]["subscription"], subscription);
    let back = flow["after_completion"]["redirect"]["return_url"].as_str().expect("a way back");
    let back = back.to_owned();
    assert!(site.stripe.cancel_subscription(&subscription, CancelWhen::AtPeriodEnd));
    let to_account = ann.follow(&back).await.goes_to();
    assert_eq!(to_account, "/_tollhouse/account?to=%2Fessays%2Ftide");
    let account = ann.open(&to_account).await.body;
    assert!(account.contains("You can read until 1 February 2026"), "{account}");
    assert!(account.contains("Manage billing or resume"), "{account}");
    for gone in ["Cancel subscription", "Change plan", "$9 a month"] {
        assert!(!account.contains(gone), "{gone}: {account}");
    }
}

#[tokio::test]
async fn a_plan_is_changed_by_its_own_button_and_another_ones_is_not() {
    let site = TestSite::start().await;
    let (ann, bob) = (site.visitor(), site.visitor());
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("value=\"change\">Change plan<"), "{account}");
    let (customer, subscription) = ids(&site);
    let hers =
        [("customer", customer.as_str()), ("subscription", &subscription), ("page", "change")];
    let flow = portal_flow(&site, &ann.submit("/_tollhouse/portal", &hers).await.goes_to());
    assert_eq!(flow["subscription_update"]["subscription"], subscription);
    bob.buy(&site.stripe, "price_course", "/course/1").await;
    let customers = site.stripe.customers();
    let mut customers = customers.iter().filter_map(|one| one["id"].as_str());
    let his = customers.find(|id| **id != customer).expect("another one");
    for fields in [
        &hers[..],
        &[("customer", his), ("subscription", &subscription), ("page", "change")],
        &[("customer", his), ("page", "change")],
        &[("customer", his), ("subscription", &subscription), ("page", "everything")],
    ] {
        assert_eq!(bob.submit("/_tollhouse/portal", fields).await.status, 400, "{fields:?}");
    }
    let account = bob.open("/_tollhouse/account").await.body;
    assert!(
        !account.contains("Change plan") && !account.contains("Cancel subscription"),
        "{account}"
    );
}

#[tokio::test]
async fn whoever_signs_in_on_the_way_to_his_account_or_to_the_till_comes_back_to_his_page() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let seen = ann.open("/_tollhouse/account?to=%2Fessays%2Ftide").await;
    assert_eq!(seen.goes_to(), "/_tollhouse/sign-in?to=%2Fessays%2Ftide");
    assert_eq!(ann.open("/_tollhouse/account").await.goes_to(), "/_tollhouse/sign-in");
    assert_eq!(
        ann.open("/_tollhouse/account?to=//evil.example").await.goes_to(),
        "/_tollhouse/sign-in"
    );
    let note = async |to: &str| {
        site.forget_requests();
        site.visitor().choose("price_basic", to).await;
        let requests = site.stripe.requests();
        let asked = requests.iter().find(|it| it.path.ends_with("checkout/sessions"));
        let form = &asked.expect("a session").parameters;
        let note = form.iter().find(|(name, _)| name == "custom_text[submit][message]");
        note.expect("a note").1.clone()
    };
    let with_page = site.url("/_tollhouse/sign-in?to=%2Fessays%2Ftide");
    let words = format!("Already have access? [Sign in]({with_page})");
    assert_eq!(note("/essays/tide").await, words);
    let alone = format!("Already have access? [Sign in]({})", site.url("/_tollhouse/sign-in"));
    assert_eq!(note(&format!("/essays/{}", "x".repeat(1_200))).await, alone);
}

/// The only customer and the only subscription.
fn ids(site: &TestSite) -> (String, String) {
    let text = |object: &serde_json::Value| object["id"].as_str().expect("an id").to_owned();
    (text(&site.stripe.customers()[0]), text(&site.stripe.subscriptions()[0]))
}

/// On which page a portal opens.
fn portal_flow(site: &TestSite, portal: &str) -> serde_json::Value {
    let id = portal.rsplit('/').next().expect("an id");
    site.stripe
        .events()
        .into_iter()
        .map(|event| event["data"]["object"].clone())
        .find(|object| object["id"] == id)
        .expect("it was opened")["flow"]
        .clone()
}
