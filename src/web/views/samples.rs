//! Every page with made-up values: an owner's templates are tried out with them before the start,
//! and tests look at them.

use std::num::NonZeroU16;

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::account_page::{BillsView, Coming, HoldingView, Withdrawn};
use super::device_list::DeviceList;
use super::{
    AccountView, AddressFault, CodeFault, CodePage, Confirmed, FarewellPage, Leaves, LinkPage,
    Offer, OfferedPlan, OfferedPrice, Page, SignInPage,
};
use crate::domain::device::Device;
use crate::domain::ids::SessionId;
use crate::domain::time::Timestamp;
use crate::store::SignedIn;

const EMAIL: &str = "ann@site.example";

/// A name for each, and the page.
pub(super) fn pages() -> Vec<(&'static str, Page)> {
    let mut pages = offers();
    pages.extend(signing_in());
    pages.extend(after_paying());
    pages.extend(letters());
    pages.extend(accounts());
    pages
}

fn offers() -> Vec<(&'static str, Page)> {
    let page =
        |offer: &Offer<'_>| Page { template: "offer.html", values: Value::from(Serde(offer)) };
    let nothing = Offer { plans: Vec::new(), closed_page: false, ..offer() };
    let reader = Offer { is_reader: true, signed_out: Some("join"), ..offer() };
    let free = Offer { free: true, ..offer() };
    let left = Offer { left_checkout: true, plans: vec![basic()], ..offer() };
    let after = Offer { signed_out: Some("limit"), plans: vec![owned(), pro()], ..offer() };
    vec![
        ("offer", page(&offer())),
        ("offer-one", page(&left)),
        ("offer-reader", page(&reader)),
        ("offer-owned", page(&after)),
        ("offer-nothing", page(&nothing)),
        ("offer-free", page(&free)),
    ]
}

fn offer() -> Offer<'static> {
    Offer {
        plans: vec![basic(), pro()],
        to: "/essays/tide",
        sign_in: "/_tollhouse/sign-in?to=%2Fessays%2Ftide".to_owned(),
        closed_page: true,
        is_reader: false,
        left_checkout: false,
        signed_out: None,
        by_itself: "/_tollhouse/join?to=%2Fessays%2Ftide".to_owned(),
        free_views: None,
        account: "/_tollhouse/account?to=%2Fessays%2Ftide".to_owned(),
        free: false,
    }
}

fn basic() -> OfferedPlan<'static> {
    let price =
        OfferedPrice { id: "price_basic", shown: "$9 a month", primary: false, free_days: None };
    OfferedPlan {
        title: "Basic",
        perk: Some("Every long read and the archive."),
        best: false,
        has: false,
        awaits: false,
        paid_twice: Vec::new(),
        prices: vec![price],
    }
}

fn pro() -> OfferedPlan<'static> {
    let monthly =
        OfferedPrice { id: "price_pro", shown: "$29 a month", primary: true, free_days: Some(7) };
    let yearly =
        OfferedPrice { id: "price_year", shown: "$290 a year", primary: false, free_days: None };
    OfferedPlan {
        title: "Pro",
        perk: Some("Everything, and the workshop."),
        best: true,
        prices: vec![monthly, yearly],
        ..basic()
    }
}

fn owned() -> OfferedPlan<'static> {
    OfferedPlan { has: true, ..basic() }
}

/// One that he reads with, another, one that nobody knows, and one that had to go.
fn devices(here: &SessionId) -> Vec<SignedIn> {
    let at = Timestamp::from_unix(1_769_904_000);
    let one = |session: &str, browser, system, gave_way| SignedIn {
        session: SessionId::parse(session).expect("it is spelled as sessions are"),
        device: Device { browser, system },
        place: browser.map(|_| "Cologne, Germany".to_owned()),
        first_seen: at,
        last_seen: at,
        gave_way,
    };
    vec![
        one(here.as_str(), Some("Safari"), Some("iPhone"), false),
        one("session_1", Some("Firefox"), Some("Linux"), false),
        one("session_2", None, None, false),
        one("session_3", Some("Edge"), Some("Windows"), true),
    ]
}

fn accounts() -> Vec<(&'static str, Page)> {
    let here = SessionId::parse("session_0").expect("it is spelled as sessions are");
    let holding = HoldingView {
        title: "Pro".to_owned(),
        status: "holding-active",
        next: Some(Coming { words: "holding-renews", at: 1_769_904_000 }),
        included_in: None,
        customer: Some("cus_1".to_owned()),
        due: false,
        pay_at: None,
        manage: "manage-billing",
        amount: Some("$29 a month".to_owned()),
        cancel: Some("sub_1".to_owned()),
        change: Some("sub_1".to_owned()),
    };
    let bills = BillsView {
        customer: "cus_2".to_owned(),
        owes: true,
        pay_at: Some("https://invoice.stripe.com/i/1".to_owned()),
    };
    let full = AccountView {
        email: Some(EMAIL.to_owned()),
        holdings: vec![holding],
        pending: ["Course".to_owned()].into(),
        failed: ["Course".to_owned()].into(),
        withdrawn: [Withdrawn { words: "withdrawn-refunded", title: "Course".to_owned() }].into(),
        bills: vec![bills],
        signed_in: DeviceList::new(&devices(&here), &here, NonZeroU16::MIN),
        has_address: true,
        to: Some("/essays/tide".to_owned()),
    };
    let page = |template, values| Page { template, values };
    let farewell = |page: &FarewellPage<'_>| Page {
        template: "farewell.html",
        values: Value::from(Serde(page)),
    };
    let (ends, action) = (vec!["Pro"], "/_tollhouse/account/delete");
    let ask = |confirmed| FarewellPage::Ask {
        email: Some(EMAIL),
        action,
        confirmed,
        ends: ends.clone(),
        bought: true,
    };
    vec![
        ("account", page("account.html", Value::from(Serde(&full)))),
        ("farewell", farewell(&ask(Confirmed::Mail))),
        ("farewell-sure", farewell(&ask(Confirmed::Button { sure: "0" }))),
        ("farewell-address", farewell(&ask(Confirmed::Address { is_wrong: true }))),
        ("farewell-asked", farewell(&FarewellPage::asked(EMAIL))),
        ("farewell-dead", farewell(&FarewellPage::dead_link())),
        ("farewell-done", farewell(&FarewellPage::done())),
        ("mail-sent", page("mail_sent.html", context! { email => EMAIL })),
    ]
}

fn signing_in() -> Vec<(&'static str, Page)> {
    let sign_in = |fault| {
        let page = SignInPage { to: "/", email: EMAIL, fault, signed_out: None };
        Page { template: "signin.html", values: Value::from(Serde(&page)) }
    };
    let code = |fault| {
        let page = CodePage { email: EMAIL, again: "/_tollhouse/sign-in", fault };
        Page { template: "code.html", values: Value::from(Serde(&page)) }
    };
    let link = |leaves, asked_elsewhere| {
        let page = LinkPage { email: EMAIL, token: "0", leaves, asked_elsewhere };
        Page { template: "link.html", values: Value::from(Serde(&page)) }
    };
    let somebody = Leaves { email: Some("bob@site.example") };
    vec![
        ("sign-in", sign_in(None)),
        ("sign-in-fault", sign_in(Some(AddressFault::NoAddress))),
        ("code", code(None)),
        ("code-fault", code(Some(CodeFault::Wrong))),
        ("link", link(None, false)),
        ("link-elsewhere", link(Some(somebody), true)),
        ("link-nameless", link(Some(Leaves { email: None }), false)),
        ("link-dead", Page { template: "link.html", values: context! { email => () } }),
    ]
}

fn after_paying() -> Vec<(&'static str, Page)> {
    let page = |template, values| Page { template, values };
    let next = "/_tollhouse/return?session_id=0&looked=1";
    let bounced = |cause| {
        let (to, sign_in, offer) = ("/essays/tide", "/_tollhouse/sign-in", "/_tollhouse/join");
        page("bounced.html", context! { cause, to, sign_in, offer })
    };
    let message = |heading, advice, again: Option<&str>| {
        page("message.html", context! { heading, advice, again })
    };
    vec![
        ("waiting", page("waiting.html", context! { to => "/essays/tide", seconds => 3600 })),
        (
            "unconfirmed",
            page("unconfirmed.html", context! { stripe => true, next, seconds => 3600 }),
        ),
        ("unnoted", page("unconfirmed.html", context! { stripe => false, next, seconds => 3600 })),
        ("paid", page("paid_elsewhere.html", context! { on_its_way => false, no_cookie => true })),
        (
            "paid-waiting",
            page("paid_elsewhere.html", context! { on_its_way => true, no_cookie => false }),
        ),
        ("referral", page("referral.html", context! { offer => "/_tollhouse/join?to=%2F" })),
        ("bounced-no-cookie", bounced("no_cookie")),
        ("bounced-elsewhere", bounced("elsewhere")),
        ("bounced-worthless", bounced("bad_cookie")),
        ("message", message("No such page", "There is no such page here.", None)),
        ("message-again", message("One moment, please", "Please try again.", Some("/essays/tide"))),
    ]
}

fn letters() -> Vec<(&'static str, Page)> {
    let link = "https://site.example/_tollhouse/sign-in/0";
    let values = context! { code => "123456", link, minutes => 10, email => EMAIL };
    let letter = |template| Page { template, values: values.clone() };
    let there = context! { code => None::<&str>, ..values.clone() };
    let letter_there = |template| Page { template, values: there.clone() };
    let inset = context! { may_post => true, ..Value::from(Serde(&offer())) };
    let link_out = "https://site.example/_tollhouse/account/delete/0";
    let last = context! { link => link_out, minutes => 60, email => EMAIL };
    let farewell = |template| Page { template, values: last.clone() };
    let one = context! { to => EMAIL, subject => "Subject", text => "Text", link };
    let inbox = |letters: Vec<Value>| Page { template: "inbox.html", values: context! { letters } };
    vec![
        ("letter", letter("letter.html")),
        ("letter-text", letter("letter.txt")),
        ("letter-there", letter_there("letter.html")),
        ("letter-there-subject", letter_there("letter-subject.txt")),
        ("letter-there-text", letter_there("letter.txt")),
        ("letter-farewell", farewell("farewell_letter.html")),
        ("letter-farewell-subject", farewell("farewell_letter_subject.txt")),
        ("letter-farewell-text", farewell("farewell_letter.txt")),
        ("letter-subject", letter("letter-subject.txt")),
        ("inset", Page { template: "inset.html", values: inset }),
        ("inbox", inbox(vec![one])),
        ("inbox-empty", inbox(Vec::new())),
    ]
}
