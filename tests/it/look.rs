//! Our pages look as the owner wants: his colour, logo, font, CSS and templates.

use std::fs;
use std::path::Path;

use tollhouse::web;

use crate::support::{Seen, TestSite, Visitor};

const SIGN_IN: &str = "/_tollhouse/sign-in";
const LOGO: &str = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;

#[tokio::test]
async fn what_a_page_loads_is_the_owners_and_can_be_kept_for_ever() {
    let site = TestSite::with_folder(
        |folder| {
            write(folder, "logo.svg", LOGO.as_bytes());
            write(folder, "font.woff2", b"wOF2 and so on");
            write(folder, "own.css", b"h1 { color: hotpink }");
        },
        |config| {
            let look = "[site]\ncolour = \"#ffd400\"\nlogo = \"logo.svg\"\nfont = \"font.woff2\"\ncss = \"own.css\"";
            config.replace("[site]", look)
        },
    )
    .await;
    let ann = site.visitor();
    let page = ann.fetch(SIGN_IN, &[("accept", "text/html")]).await.read();
    let [style, own] = ["style", "own"].map(|name| loaded(&site, &page, name, "css"));
    assert!(page.find(&style) < page.find(&own), "the owner's comes after ours: {page}");
    let style = kept(&ann, &style, "text/css; charset=utf-8").await;
    assert!(style.contains("--fill:#ffd400;--on-fill:#000000;"), "{style}");
    let (_, font) = style.split_once("url(").expect("the font is named");
    let font = format!("/_tollhouse/look/{}", font.split(')').next().expect("its end"));
    assert_eq!(kept(&ann, &font, "font/woff2").await, "wOF2 and so on");
    assert_eq!(kept(&ann, &own, "text/css; charset=utf-8").await, "h1 { color: hotpink }");
    let logo = loaded(&site, &page, "logo", "svg");
    assert_eq!(kept(&ann, &logo, "image/svg+xml").await, LOGO);
    let seen = ann.fetch(&logo, &[]).await;
    let policy = seen.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none';") && policy.ends_with("sandbox"), "{policy}");
    assert!(page.contains("alt=\"Marginal Weather\""), "{page}");
}

#[tokio::test]
async fn an_owners_template_stands_in_the_place_of_ours() {
    let template = "{% extends \"base.html\" %}{% block main %}<h1>{{ t(\"sign-in\") }} at {{ site_name }}: {{ to }}</h1>{% endblock %}";
    let site = TestSite::with_folder(
        |folder| write(folder, "templates/signin.html", template.as_bytes()),
        |config| config,
    )
    .await;
    let page = site
        .visitor()
        .fetch(&format!("{SIGN_IN}?to=%2Fa%3Fb%26x"), &[("accept", "text/html")])
        .await;
    assert!(
        page.body.contains("<h1>Sign in at Marginal Weather: &#x2f;a?b&amp;x<"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("b&x"), "what a visitor sends is escaped: {}", page.body);
}

#[tokio::test]
async fn what_is_wrong_with_an_owners_template_is_told_before_the_start() {
    let site = TestSite::start().await;
    let folder = site.path("");
    for (name, text, told) in [
        ("signin.html", "\n{% if to %}", "templates/signin.html:2: syntax error"),
        ("signin.html", "\n{{ adress }}", "templates/signin.html:2: there is no `adress` in any"),
        ("link.html", "{{ leaves.mail }}", "templates/link.html:1: undefined value"),
        ("code.html", "{{ t(\"code-laed\") }}", "\"code-laed\" cannot be said in \"en\""),
        (
            "link.html",
            "<p>Welcome, {{ email }}</p>",
            "templates/link.html:1: nothing leads on to /_tollhouse/sign-in/0",
        ),
        ("code.html", "{{ email|shout }}", "templates/code.html:1: unknown filter"),
        ("singin.html", "", "templates/singin.html:1: there is no template of this name"),
    ] {
        let path = format!("templates/{name}");
        write(&folder, &path, text.as_bytes());
        let faults = web::check(&site.config()).expect_err(text).to_string();
        assert!(faults.contains(told), "{text}: {faults}");
        fs::remove_file(folder.join(path)).expect("removed");
    }
    web::check(&site.config()).expect("without them nothing is wrong");
}

#[tokio::test]
async fn our_templates_and_texts_are_a_start_for_an_owners() {
    let site = TestSite::start().await;
    for (name, text) in web::originals() {
        write(&site.path(""), &name, text.as_bytes());
    }
    web::check(&site.config()).expect("they are as good in his folder as in ours");
}

/// The address of something that a page loads.
fn loaded(site: &TestSite, page: &str, name: &str, ending: &str) -> String {
    let start = site.url(&format!("/_tollhouse/look/{name}-"));
    let address = page.split('"').find(|it| it.starts_with(&start) && it.ends_with(ending));
    let address = address.unwrap_or_else(|| panic!("no {name} in {page}"));
    address[site.url("").len()..].to_owned()
}

/// What stands at an address that everybody may keep.
async fn kept(visitor: &Visitor, path: &str, kind: &str) -> String {
    let seen: Seen = visitor.fetch(path, &[]).await;
    assert_eq!(seen.header("content-type"), Some(kind), "{path}");
    assert_eq!(seen.header("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
    seen.body
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, content).expect("written");
}
