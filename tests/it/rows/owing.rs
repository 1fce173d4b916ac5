//! What is owed: days of grace, what Stripe's account makes of it in the end, and the ways to pay.

use std::time::Duration;

use reqwest::{Client, redirect};
use stripe_sandbox::AfterRetries;
use tollhouse::domain::ids::{CustomerId, PriceId, Subject, SubscriptionId};
use tollhouse::domain::ledger::{Claims, Collection, Item, Owed, PayAddress, Status, Subscription};
use tollhouse::store::Record;

use super::{DAY, ESSAY, HOUR, MONTH, SECOND, WORKSHOP, made, pass, settle, subscriber};
use crate::support::{Seen, TestSite};

/// Pays once, and never again.
const FAILS_LATER: &str = "4000000000000341";

/// Whoever has it confirms each payment at his bank.
const ASKS_EACH_TIME: &str = "4000000000003220";

#[tokio::test]
async fn a_renewal_that_fails_leaves_days_of_grace_and_a_notice() {
    let (site, ann, id) = subscriber("").await;
    assert!(site.stripe.set_card(&id, FAILS_LATER));
    // An invoice is a draft for an hour before it is charged.
    pass(&site, MONTH + 2 * HOUR).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("The last payment did not go through"), "{account}");
    assert!(account.contains("Update your card"), "{account}");
    let rest = (7 * DAY).saturating_sub(2 * HOUR);
    site.advance_here(rest.saturating_sub(SECOND));
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    site.advance_here(SECOND);
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("A payment did not go through"), "{account}");
    assert!(site.stripe.set_card(&id, "4242424242424242"));
    let invoice = site.stripe.invoices().pop().expect("an invoice");
    let invoice = invoice["id"].as_str().expect("an id");
    site.stripe.pay_invoice(invoice).expect("the card is good");
    // Stripe's clock, by which webhooks are signed, comes after ours.
    site.stripe.advance(rest);
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
}

#[tokio::test]
async fn after_the_last_try_the_accounts_setting_decides() {
    let rows = [
        // setting at Stripe         status      then         paid after all
        (AfterRetries::Cancel, "canceled", "the offer", "the offer"),
        (AfterRetries::Unpaid, "unpaid", "the offer", "the page"),
        (AfterRetries::PastDue, "past_due", "the page", "the page"),
    ];
    for (setting, status, shown, when_paid) in rows {
        let (site, ann, id) = subscriber("past_due_days = 20").await;
        site.stripe.after_retries(setting);
        assert!(site.stripe.set_card(&id, FAILS_LATER));
        pass(&site, MONTH + 13 * DAY).await;
        assert_eq!(site.stripe.subscriptions()[0]["status"], "past_due");
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{status}");
        pass(&site, 2 * DAY).await;
        assert_eq!(site.stripe.subscriptions()[0]["status"], status);
        assert_eq!(ann.open(ESSAY).await.shows(), shown, "{status}");
        pass(&site, 5 * DAY).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer", "{status}: its grace is over");
        pay_at_the_till(&site, &id).await;
        assert_eq!(ann.open(ESSAY).await.shows(), when_paid, "{status}");
    }
}

#[tokio::test]
async fn an_owner_who_takes_cash_or_wants_no_money_opens_the_period() {
    let out_of_band = ("pay", Some(("paid_out_of_band", "true")));
    for (verb, how) in [out_of_band, ("void", None), ("mark_uncollectible", None)] {
        let (site, ann, id) = subscriber("").await;
        assert!(site.stripe.set_card(&id, FAILS_LATER));
        pass(&site, MONTH + 8 * DAY).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer", "{verb}: its grace is over");
        let invoice = site.stripe.invoices().pop().expect("an invoice");
        let path = format!("invoices/{}/{verb}", invoice["id"].as_str().expect("an id"));
        made(&site, &path, how.as_slice()).await;
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{verb}");
        // It is 9 February. A week of grace after 1 March is over on the 8th.
        pass(&site, 27 * DAY).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer", "{verb}: March is not paid");
    }
}

/// With a good card, the invoice that waits.
async fn pay_at_the_till(site: &TestSite, subscription: &str) {
    let latest = site.stripe.object(subscription).expect("it is there")["latest_invoice"].clone();
    let invoice = site.stripe.object(latest.as_str().expect("an id")).expect("it is there");
    let page = invoice["hosted_invoice_url"].as_str().expect("a page");
    let paid = press(page, &[("card_number", "4242 4242 4242 4242")]).await;
    assert_eq!(paid.goes_to(), page);
    settle(site).await;
}

#[tokio::test]
async fn a_trial_whose_first_payment_fails_leaves_days_of_grace() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_pro", WORKSHOP).await;
    let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.set_card(&id, FAILS_LATER));
    for (span, shown) in [
        (7 * DAY, "the page"),
        ((7 * DAY).saturating_sub(SECOND), "the page"),
        (SECOND, "the offer"),
    ] {
        pass(&site, span).await;
        assert_eq!(ann.open(WORKSHOP).await.shows(), shown, "{span:?} later");
    }
}

#[tokio::test]
async fn a_dearer_plan_that_is_not_paid_leaves_days_of_grace_from_the_change() {
    let (site, ann, id) = subscriber("").await;
    assert!(site.stripe.set_card(&id, FAILS_LATER));
    pass(&site, 10 * DAY).await;
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the offer");
    let subscription = site.stripe.object(&id).expect("it is there");
    let item = subscription["items"]["data"][0]["id"].as_str().expect("an id");
    let form = [
        ("items[0][id]", item),
        ("items[0][price]", "price_pro"),
        ("proration_behavior", "always_invoice"),
    ];
    made(&site, &format!("subscriptions/{id}"), &form).await;
    settle(&site).await;
    assert_eq!(site.stripe.subscriptions()[0]["status"], "past_due");
    for (span, shown) in [
        (Duration::ZERO, "the page"),
        ((7 * DAY).saturating_sub(SECOND), "the page"),
        (SECOND, "the offer"),
    ] {
        pass(&site, span).await;
        assert_eq!(ann.open(WORKSHOP).await.shows(), shown, "{span:?} later");
    }
    pay_at_the_till(&site, &id).await;
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the page");
}

#[tokio::test]
async fn a_renewal_that_the_bank_asks_about_is_confirmed_from_the_account_page() {
    //    within the days of grace, and after them
    for (late, shown) in [(2 * HOUR, "the page"), (8 * DAY, "the offer")] {
        let (site, ann, id) = subscriber("").await;
        assert!(site.stripe.set_card(&id, ASKS_EACH_TIME));
        pass(&site, MONTH + late).await;
        assert_eq!(site.stripe.subscriptions()[0]["status"], "past_due");
        assert_eq!(ann.open(ESSAY).await.shows(), shown, "{late:?}");
        let account = ann.open("/_tollhouse/account").await.read();
        let invoice = link_to(&account, &format!("{}i/in_", site.stripe.url()));
        let asked = look(&invoice).await;
        assert!(
            asked.body.contains("The bank wants you to confirm this payment"),
            "{}",
            asked.body
        );
        let bank = press(&invoice, &[]).await.goes_to();
        assert!(look(&bank).await.body.contains("Your bank wants to know that it is you"));
        let refused = press(&bank, &[("outcome", "fail")]).await.goes_to();
        assert_eq!(refused, invoice);
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), shown, "{late:?}: it is still owed");
        let bank = press(&invoice, &[]).await.goes_to();
        assert_eq!(press(&bank, &[("outcome", "complete")]).await.goes_to(), invoice);
        settle(&site).await;
        assert_eq!(site.stripe.subscriptions()[0]["status"], "active");
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{late:?}");
        let account = ann.open("/_tollhouse/account").await.read();
        assert!(!account.contains(&invoice), "nothing is owed: {account}");
    }
}

/// The first link of a page that begins so.
fn link_to(page: &str, beginning: &str) -> String {
    let at = page.find(&format!("href=\"{beginning}")).unwrap_or_else(|| panic!("no link: {page}"));
    let link = page[at..].trim_start_matches("href=\"");
    link.split('"').next().expect("it is closed").to_owned()
}

/// A page at Stripe.
async fn look(address: &str) -> Seen {
    Seen::of(Client::new().get(address).send().await.expect("an answer")).await
}

/// Sends the form of a page at Stripe.
async fn press(address: &str, fields: &[(&str, &str)]) -> Seen {
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    Seen::of(client.post(address).form(fields).send().await.expect("an answer")).await
}

#[tokio::test]
async fn an_invoice_that_waits_can_be_paid_from_the_account_page() {
    let (site, ann, id) = subscriber("").await;
    let customer = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
    let customer = CustomerId::parse(&customer).expect("an id");
    let address = "https://invoice.stripe.com/i/acct_1/test_1";
    for (status, words) in [("past_due", "Confirm or pay it"), ("unpaid", "Pay the invoice")] {
        let subscription = Subscription {
            id: SubscriptionId::parse(&id).expect("an id"),
            customer: customer.clone(),
            status: Status::parse(status),
            items: vec![Item {
                price: PriceId::parse("price_basic").expect("an id"),
                period_start: site.now(),
                period_end: site.now().plus(MONTH),
                claims: Claims::none(),
            }],
            ends_at: None,
            collection: Collection::Runs,
            owed: Some(Owed { since: site.now(), pay_at: PayAddress::parse(address) }),
        };
        let record = Record {
            subject: Subject::Customer(customer.clone()),
            email: None,
            buyer: None,
            subscriptions: vec![subscription],
            purchases: Vec::new(),
            entitlements: Vec::new(),
            deleted: false,
            of_ours: true,
        };
        let ticket = site.store().begin_fetch().await.expect("a ticket");
        site.store().record(record, ticket).await.expect("written");
        let account = ann.open("/_tollhouse/account").await.body;
        let readable = account.replace("&#x2f;", "/");
        assert!(account.contains(words) && readable.contains(address), "{account}");
    }
}
