//! What comes of a checkout, told by webhooks alone: nobody comes back from the till.

use futures_util::future::join_all;
use stripe_sandbox::{PayError, Payer, Settlement};

use super::{DAY, ESSAY, HOUR, LESSON, SECOND, WORKSHOP, customer, made, pass, settle, signed_in};
use crate::support::TestSite;

const ANN: &str = "ann@site.example";

/// Something that happens to an open checkout.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Pays,
    PaysNothingByCode,
    IsDeclined,
    OrdersDebit,
    Settles(Settlement),
    OwnerExpires,
    DayPasses,
}

/// What is sold and the page that it opens; then what happens, each with what the page shows.
type Story<'a> = ((&'a str, &'a str), &'a [(Turn, &'a str)]);

#[tokio::test]
async fn what_comes_of_a_checkout_opens_its_page_or_does_not() {
    use Settlement::{Failed, Succeeded};
    use Turn::{
        DayPasses, IsDeclined, OrdersDebit, OwnerExpires, Pays, PaysNothingByCode, Settles,
    };
    let (course, basic) = (("price_course", LESSON), ("price_basic", ESSAY));
    let stories: &[Story<'_>] = &[
        (course, &[(Pays, "the page")]),
        (basic, &[(Pays, "the page")]),
        (("price_pro", WORKSHOP), &[(Pays, "the page")]),
        (course, &[(PaysNothingByCode, "the page")]),
        (basic, &[(PaysNothingByCode, "the page")]),
        (course, &[(IsDeclined, "the offer"), (Pays, "the page")]),
        (basic, &[(IsDeclined, "the offer"), (Pays, "the page")]),
        (course, &[(OrdersDebit, "on its way"), (Settles(Succeeded), "the page")]),
        (basic, &[(OrdersDebit, "on its way"), (Settles(Succeeded), "the page")]),
        (course, &[(OrdersDebit, "on its way"), (Settles(Failed), "the offer")]),
        (basic, &[(OrdersDebit, "on its way"), (Settles(Failed), "the offer")]),
        (course, &[(IsDeclined, "the offer"), (OwnerExpires, "the offer")]),
        (basic, &[(OwnerExpires, "the offer")]),
        (basic, &[(DayPasses, "the offer")]),
    ];
    join_all(stories.iter().map(|(sold, turns)| check(*sold, turns))).await;
}

async fn check((price, page): (&str, &str), turns: &[(Turn, &str)]) {
    let site = TestSite::start().await;
    let ann = signed_in(&site, ANN).await;
    let till = ann.choose(price, page).await;
    assert_eq!(ann.open(page).await.shows(), "the offer", "{price}");
    for (turn, shown) in turns {
        take(&site, &till, *turn).await;
        settle(&site).await;
        assert_eq!(ann.open(page).await.shows(), *shown, "{price}: {turns:?} at {turn:?}");
    }
}

async fn take(site: &TestSite, till: &str, turn: Turn) {
    let good = Payer::with_good_card(ANN);
    let pay = async |payer: Payer| site.stripe.pay(till, &payer).await.map(|_| ());
    let id = till.rsplit('/').next().expect("an id");
    match turn {
        Turn::Pays => assert_eq!(pay(good).await, Ok(())),
        Turn::PaysNothingByCode => {
            let free = Payer { promotion_code: Some("ALL".to_owned()), ..good };
            assert_eq!(pay(free).await, Ok(()));
        }
        Turn::IsDeclined => {
            let declined = pay(Payer::with_card(ANN, "4000000000000002")).await;
            assert!(matches!(declined, Err(PayError::Declined { .. })), "{declined:?}");
        }
        Turn::OrdersDebit => assert_eq!(pay(Payer::with_bank_debit(ANN)).await, Ok(())),
        Turn::Settles(settlement) => assert!(site.stripe.settle(id, settlement)),
        Turn::OwnerExpires => {
            made(site, &format!("checkout/sessions/{id}/expire"), &[]).await;
            assert_eq!(pay(good).await, Err(PayError::Closed));
        }
        Turn::DayPasses => {
            site.advance(DAY);
            assert_eq!(pay(good).await, Err(PayError::Closed));
        }
    }
}

#[tokio::test]
async fn a_first_payment_may_take_23_hours() {
    //   paid in time     before          then
    for (paid, status, shown) in
        [(false, "incomplete_expired", "the offer"), (true, "active", "the page")]
    {
        let site = TestSite::start().await;
        let buyer = customer(&site, ANN).await;
        let form = [
            ("customer", buyer.as_str()),
            ("items[0][price]", "price_basic"),
            ("payment_behavior", "default_incomplete"),
        ];
        let id = made(&site, "subscriptions", &form).await;
        settle(&site).await;
        let ann = signed_in(&site, ANN).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "on its way");
        pass(&site, (23 * HOUR).saturating_sub(SECOND)).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "on its way", "a second before it expires");
        if paid {
            assert!(site.stripe.set_card(&id, "4242424242424242"));
            let invoice = site.stripe.invoices().pop().expect("an invoice");
            let invoice = invoice["id"].as_str().expect("an id");
            assert_eq!(site.stripe.pay_invoice(invoice), Ok(()));
        }
        pass(&site, SECOND).await;
        assert_eq!(site.stripe.subscriptions()[0]["status"], status);
        assert_eq!(ann.open(ESSAY).await.shows(), shown, "{status}");
    }
}
