//! Plans that cost an address and nothing else.

use crate::sign_in;
use crate::support::TestSite;

const EVE: &str = "eve@site.example";
const SIGN_IN: &str = "/_tollhouse/sign-in";

const FREE: &str = "\n[plans.member]\ntitle = \"Member\"\nfree = true\n
[plans.patron]\ntitle = \"Patron\"\nincludes = [\"member\"]
prices = [{ id = \"price_course\", once = true, shown = \"$49\" }]\n
[[gate]]\npaths = [\"/news/**\"]\nplans = [\"member\"]\n";

#[tokio::test]
async fn an_unknown_address_becomes_a_reader_where_something_is_free() {
    let (site, post) = sign_in::site_with(|config| with_free_plan(&config)).await;
    let eve = site.visitor();
    let offer = eve.open("/news/today").await;
    assert_eq!(offer.shows(), "the offer", "not the till, though there is one price");
    let page = offer.read();
    let free = page.find("Sign in with your e-mail, it is free").expect("it is said");
    let paid = page.find("Get Patron").expect("it is for sale, too");
    assert!(free < paid, "{page}");
    assert!(page.contains("/_tollhouse/sign-in?to=%2Fnews%2Ftoday"), "{page}");
    eve.submit(SIGN_IN, &[("email", EVE), ("to", "/news/today")]).await.goes_to();
    let mail = post.mail(1).await;
    assert_eq!(mail.to, EVE);
    let code = [("code", mail.code())];
    let code = code.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(eve.submit("/_tollhouse/sign-in/code", &code).await.goes_to(), "/news/today");
    assert_eq!(eve.open("/news/today").await.shows(), "the page");
    assert_eq!(eve.open("/essays/tide").await.shows(), "the offer");
    let account = eve.open("/_tollhouse/account").await.body;
    assert!(account.contains("Free with your e-mail address"), "{account}");
}

#[tokio::test]
async fn what_includes_a_free_plan_opens_it_without_an_address() {
    let (site, _post) = sign_in::site_with(|config| with_free_plan(&config)).await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/news/today").await;
    assert_eq!(ann.open("/news/today").await.shows(), "the page");
    // Whoever only paid for something else has no verified address.
    let bob = site.visitor();
    bob.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let offer = bob.open("/news/today").await;
    assert_eq!(offer.shows(), "the offer");
    assert!(offer.body.contains("it is free"), "{}", offer.body);
}

#[tokio::test]
async fn a_free_plan_may_include_others() {
    let (site, _post) = sign_in::site_with(|config| {
        with_free_plan(&config).replace("free = true\n", "free = true\nincludes = [\"basic\"]\n")
    })
    .await;
    let eve = site.visitor();
    eve.submit(&site.link(EVE).await, &[]).await.goes_to();
    assert_eq!(eve.open("/essays/tide").await.shows(), "the page");
    assert_eq!(eve.open("/workshop/x").await.shows(), "the offer");
}

#[tokio::test]
async fn without_a_free_plan_an_unknown_address_is_not_written_to() {
    let (site, post) = sign_in::site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    for email in [EVE, "ann@site.example"] {
        site.visitor().submit(SIGN_IN, &[("email", email), ("to", "/")]).await.goes_to();
    }
    assert_eq!(post.mail(1).await.to, "ann@site.example");
    assert_eq!(post.taken().len(), 1);
}

#[tokio::test]
async fn a_program_is_told_that_a_plan_is_free() {
    let site = TestSite::with(|config| with_free_plan(&config)).await;
    let seen = site.visitor().fetch("/news/today", &[]).await;
    let told: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    let free: Vec<_> =
        told["plans"].as_array().expect("plans").iter().map(|it| &it["free"]).collect();
    assert_eq!(free, [true, false]);
}

/// `[plans.course]` goes, as its price is the patron's.
fn with_free_plan(config: &str) -> String {
    let course = "[plans.course]\ntitle = \"Course\"\nprices = [{ id = \"price_course\", once = true, shown = \"$49\" }]\n";
    let gate = "[[gate]]\npaths = [\"/course/**\"]\nplans = [\"course\"]\n";
    assert!(config.contains(course) && config.contains(gate), "{config}");
    config.replace(course, "").replace(gate, "") + FREE
}
