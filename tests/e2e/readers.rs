//! Before paying, and on other devices: what readers see in a browser of theirs.

use crate::browser::{Browser, Script, with_browser};
use crate::program::{Program, Shop};
use crate::{ARTICLE, ARTICLE_SAYS, GOOD};

const EMAIL: &str = "ann@example.com";

/// The sample site shows the beginning of this page.
const TIDE: &str = "/longreads/tide-tables/";
const BEGINNING: &str = "Edwin Marsh kept the ferry";
const REST: &str = "That day they agreed";

#[tokio::test]
async fn a_stranger_reads_the_beginning_and_buys_the_rest() {
    from_beginning_to_end(Script::On).await;
}

#[tokio::test]
async fn a_beginning_is_read_and_the_rest_bought_without_script() {
    from_beginning_to_end(Script::Off).await;
}

async fn from_beginning_to_end(script: Script) {
    let shop = Shop::open().await;
    let page = format!("{}{TIDE}", shop.url);
    with_browser(script, async |browser| {
        browser.open(&format!("{page}#agreed")).await;
        browser.sees("Read on with Marginal Weather").await;
        let text = browser.text().await;
        assert!(text.contains(BEGINNING) && !text.contains(REST), "{text}");
        assert_eq!(browser.address().await, format!("{page}#agreed"), "where he wanted to be");
        browser.press("Get Basic").await;
        browser.pay(EMAIL, GOOD).await;
        browser.sees(REST).await;
        assert!(!browser.text().await.contains("Read on with"), "nothing is offered any more");
        assert_eq!(browser.address().await, page);
    })
    .await;
}

#[tokio::test]
async fn a_stranger_reads_a_free_page_and_is_told_what_is_left() {
    let shop = Shop::with(|config| {
        let gate = "plans = [\"basic\"]\n\n# Of these";
        assert!(config.contains(gate), "the gate of the long reads");
        let free = "plans = [\"basic\"]\nfree_views = { count = 1, per = \"month\" }\n\n# Of these";
        config.replace(gate, free)
    })
    .await;
    let (first, second) = (format!("{}{ARTICLE}", shop.url), format!("{}/longreads/", shop.url));
    for script in [Script::On, Script::Off] {
        with_browser(script, async |browser| {
            for _ in 0..2 {
                browser.open(&first).await;
                browser.sees(ARTICLE_SAYS).await;
            }
            browser.open(&second).await;
            browser.sees("This page is for readers").await;
            browser.sees("You have read the one page that is free in a month").await;
            browser.open(&first).await;
            browser.sees(ARTICLE_SAYS).await;
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_paid_on_a_laptop_reads_on_the_phone_by_the_code_of_a_mail() {
    after_buying(async |laptop, site, inbox| {
        with_browser(Script::Off, async |phone| {
            ask_for_mail(phone, site).await;
            let (link, code) = newest_mail(laptop, inbox).await;
            look_as_a_scanner_does(&link).await;
            phone.fill("#code", "000000").await;
            phone.press_and_land("Sign in").await;
            phone.sees("This is not the code from the newest mail").await;
            phone.fill("#code", &code).await;
            phone.press("Sign in").await;
            phone.sees(ARTICLE_SAYS).await;
            phone.open(&format!("{site}/_tollhouse/account")).await;
            phone.sees("Signed in as ann@example.com").await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_link_signs_in_the_browser_that_opens_it_and_no_other() {
    after_buying(async |laptop, site, inbox| {
        with_browser(Script::On, async |asks| {
            ask_for_mail(asks, site).await;
            let (link, code) = newest_mail(laptop, inbox).await;
            with_browser(Script::Off, async |opens| {
                opens.open(&link).await;
                opens.sees("This browser did not ask for the mail").await;
                opens.press("Sign in").await;
                opens.sees(ARTICLE_SAYS).await;
            })
            .await;
            asks.open(&format!("{site}{ARTICLE}")).await;
            asks.sees("This page is for readers").await;
            asks.open(&format!("{site}/_tollhouse/sign-in/code")).await;
            asks.fill("#code", &code).await;
            asks.press_and_land("Sign in").await;
            assert!(!asks.text().await.contains(ARTICLE_SAYS), "link and code work once");
        })
        .await;
    })
    .await;
}

/// A story of somebody who bought on a laptop, in the demo: his browser, the site, and the inbox.
async fn after_buying(story: impl AsyncFnOnce(&Browser, &str, &str)) {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Program::demo(folder.path());
    let (site, inbox) = (demo.address_of("The site"), demo.address_of("Mail"));
    with_browser(Script::On, async |laptop| {
        buy(laptop, &site).await;
        story(laptop, &site, &inbox).await;
    })
    .await;
}

async fn buy(browser: &Browser, site: &str) {
    browser.open(&format!("{site}{ARTICLE}")).await;
    browser.press("Get Basic").await;
    browser.pay(EMAIL, GOOD).await;
    browser.sees(ARTICLE_SAYS).await;
}

async fn ask_for_mail(browser: &Browser, site: &str) {
    browser.open(&format!("{site}{ARTICLE}")).await;
    browser.follow("I already have access").await;
    browser.fill("input[type=email]", EMAIL).await;
    browser.press("Send the mail").await;
    browser.sees("The six digits").await;
}

/// Link and code of the newest mail in the demo's inbox, when it has come.
async fn newest_mail(browser: &Browser, inbox: &str) -> (String, String) {
    let comes = async {
        loop {
            browser.open(inbox).await;
            let text = browser.text().await;
            if let Some(mail) = mail(&text) {
                return mail;
            }
        }
    };
    tokio::time::timeout(crate::browser::PATIENCE, comes).await.expect("a mail comes")
}

fn mail(text: &str) -> Option<(String, String)> {
    let (_, rest) = text.split_once("Your code:")?;
    let code = rest.split_whitespace().next()?;
    let link = rest.split_whitespace().find(|word| word.contains("/_tollhouse/sign-in/"))?;
    Some((link.to_owned(), code.to_owned()))
}

/// Programs follow the links of a mail before its reader does.
async fn look_as_a_scanner_does(link: &str) {
    let client = reqwest::Client::new();
    for _ in 0..2 {
        let head = client.head(link).send().await.expect("an answer");
        assert!(head.status().is_success(), "{}", head.status());
        let page = client.get(link).send().await.expect("an answer");
        assert!(page.text().await.expect("a page").contains(EMAIL));
    }
}
