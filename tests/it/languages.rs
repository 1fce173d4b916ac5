//! Our pages speak the visitor's language, and so do the mails and Stripe's pages.

use std::fs;
use std::path::Path;

use reqwest::StatusCode;
use tollhouse::web;

use crate::support::{PostOffice, Seen, TestSite, Visitor};

const SIGN_IN: &str = "/_tollhouse/sign-in";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn a_page_speaks_the_language_that_the_browser_asks_for() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    for (asked, language, words) in [
        ("en-US,en;q=0.9", "en", "I already have access"),
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Ich habe schon Zugang"),
        ("fr-CA,fr;q=0.9", "fr", "J’ai déjà un accès"),
        ("es-MX", "es", "Ya tengo acceso"),
        ("pt-BR", "pt", "Já tenho acesso"),
        ("it", "it", "Ho già accesso"),
        ("nl", "nl", "Ik heb al toegang"),
        ("ja", "ja", "すでにアクセス権をお持ちの方"),
        ("sv, *;q=0.1", "en", "I already have access"),
        ("", "en", "I already have access"),
    ] {
        let seen = read_in(&ann, "/essays/tide", asked).await;
        assert_eq!(seen.status, StatusCode::PAYMENT_REQUIRED);
        assert!(seen.body.contains(words), "{asked}: {}", seen.body);
        assert!(seen.body.contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")), "{asked}");
        assert_eq!(seen.header("content-language"), Some(language), "{asked}");
        assert_eq!(seen.header("vary"), Some("Accept-Language, Cookie"), "{asked}");
    }
}

#[tokio::test]
async fn what_went_wrong_is_told_in_the_visitors_language_and_in_english_to_programs() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let page = read_in(&ann, "/a%zz", "de").await;
    assert!(
        page.read().contains("Sie enthält ein %, dem nicht zwei hexadezimale"),
        "{}",
        page.body
    );
    let page = read_in(&ann, "/_tollhouse/nothing", "fr").await;
    assert!(page.body.contains("Page introuvable"), "{}", page.body);
    let told = ann.fetch("/_tollhouse/nothing", &[("accept-language", "fr")]).await;
    let told: serde_json::Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!(told["title"], "No such page");
    assert_eq!(
        told["detail"],
        "There is no such page here. The address may be cut off or mistyped."
    );
}

#[tokio::test]
async fn an_owner_decides_on_one_language_for_everybody() {
    let site = TestSite::with(|config| config.replace("[site]", "[site]\nlanguage = \"nl\"")).await;
    for asked in ["fr", "en", ""] {
        let seen = read_in(&site.visitor(), "/essays/tide", asked).await;
        assert_eq!(seen.header("content-language"), Some("nl"), "{asked}");
    }
}

#[tokio::test]
async fn a_sign_in_mail_is_in_the_language_of_the_page_that_asked() {
    let post = PostOffice::open().await;
    let site = site_with_mail(&post).await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let fields = "email=ann%40site.example&to=%2Fessays%2Ftide".to_owned();
    let headers = [("accept-language", "it"), ("sec-fetch-site", "same-origin"), FORM];
    let asked = site.visitor().post(SIGN_IN, &headers, fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let mail = post.mail(1).await;
    assert!(mail.text.contains("Il tuo codice: "), "{}", mail.text);
    assert!(mail.text.contains("per 10 minuti."), "{}", mail.text);
    assert!(!mail.text.contains("Your code"), "{}", mail.text);
}

#[tokio::test]
async fn a_mail_about_a_deletion_is_in_the_language_of_the_page_that_asked() {
    let post = PostOffice::open().await;
    let site = site_with_mail(&post).await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let headers = [("accept-language", "fr"), ("sec-fetch-site", "same-origin"), FORM];
    let asked = ann.post("/_tollhouse/account/delete", &headers, String::new()).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    let mail = post.mail(1).await;
    assert!(mail.text.contains("Le lien est valable"), "{}", mail.text);
    assert!(!mail.text.contains("wants to delete"), "{}", mail.text);
}

#[tokio::test]
async fn till_and_portal_speak_the_language_of_the_page() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let asked = [("accept-language", "ja"), ("sec-fetch-site", "same-origin")];
    let fields = "price=price_basic&to=%2Fessays%2Ftide".to_owned();
    let headers = [asked[0], asked[1], FORM];
    let till = ann.post("/_tollhouse/checkout", &headers, fields).await;
    let back = ann.pay(&site.stripe, &till.goes_to()).await;
    ann.follow(&back).await.goes_to();
    let customer = &site.stripe.requests();
    let customer = customer.iter().find_map(|it| it.path.strip_prefix("/v1/customers/"));
    let fields = format!("customer={}", customer.expect("he was looked at"));
    ann.post("/_tollhouse/portal", &headers, fields).await.goes_to();
    let asked = site.stripe.requests();
    let of = |path: &str| {
        let call = asked.iter().find(|it| it.method == "POST" && it.path == path).expect(path);
        serde_json::to_string(&call.parameters).expect("JSON")
    };
    assert!(of("/v1/checkout/sessions").contains("\"ja\""), "{}", of("/v1/checkout/sessions"));
    let note = "すでにアクセス権をお持ちですか？ [サインイン](";
    assert!(of("/v1/checkout/sessions").contains(note), "{}", of("/v1/checkout/sessions"));
    assert!(of("/v1/billing_portal/sessions").contains("\"ja\""));
}

#[tokio::test]
async fn an_owner_adds_a_language_and_changes_words_of_ours() {
    let prepare = |folder: &Path| {
        write(folder, "sv.ftl", "offer-have-access = Jag har redan tillgång\n");
        write(folder, "en.ftl", "offer-heading = For members of the club\n");
    };
    let site = TestSite::with_folder(prepare, |config| config).await;
    let ann = site.visitor();
    let seen = read_in(&ann, "/essays/tide", "sv-SE").await;
    assert!(seen.body.contains("Jag har redan tillgång"), "{}", seen.body);
    assert!(
        seen.body.contains("For members of the club"),
        "what it lacks is English: {}",
        seen.body
    );
    assert_eq!(seen.header("content-language"), Some("sv"));
    let seen = read_in(&ann, "/essays/tide", "en").await;
    assert!(seen.body.contains("For members of the club"), "{}", seen.body);
    assert!(seen.body.contains("I already have access"), "the rest is ours: {}", seen.body);
}

#[tokio::test]
async fn a_text_that_cannot_be_said_is_told_before_the_start() {
    let site = TestSite::start().await;
    let folder = site.path("");
    write(&folder, "sv.ftl", "offer-get = Köp { $plan }\n");
    web::check(&site.config()).expect("nothing is wrong with it");
    write(&folder, "sv.ftl", "\n\noffer-get = Köp { $plant }\n");
    let faults = web::check(&site.config()).expect_err("there is no such name").to_string();
    let place = folder.join("languages/sv.ftl").display().to_string();
    assert!(
        faults.contains(&format!("{place}:3: offer-get: $plant is not known here")),
        "{faults}"
    );
    assert!(faults.contains("this message knows: $plan\n1 fault."), "{faults}");
}

async fn read_in(visitor: &Visitor, path: &str, language: &str) -> Seen {
    visitor.fetch(path, &[("accept", "text/html"), ("accept-language", language)]).await
}

async fn site_with_mail(post: &PostOffice) -> TestSite {
    let smtp = post.url();
    let prepare = move |folder: &Path| fs::write(folder.join("smtp"), smtp).expect("written");
    TestSite::with_folder(prepare, |config| {
        let mail = "[mail]\nfrom = \"hello@weather.example\"\nsmtp = { file = \"smtp\" }\n[stripe]";
        config.replace("[stripe]", mail)
    })
    .await
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder.join("languages")).expect("a folder");
    fs::write(folder.join("languages").join(name), text).expect("written");
}
