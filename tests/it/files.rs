//! The website is a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use reqwest::StatusCode;

use crate::support::{Seen, TestSite};

#[tokio::test]
async fn a_folder_is_served_and_its_files_are_judged_by_their_own_names() {
    let site = folder_site().await;
    let ann = site.visitor();
    assert_eq!(ann.open("/").await.body, "home");
    assert_eq!(ann.open("/about").await.body, "about");
    assert_eq!(ann.open("/about/").await.body, "about");
    let missing = ann.open("/nothing").await;
    assert_eq!((missing.status, missing.body.as_str()), (StatusCode::NOT_FOUND, "not here"));
    assert_eq!(ann.open("/.env").await.status, StatusCode::NOT_FOUND);
    for closed in ["/premium.html", "/premium", "/Premium.html", "/essays/tide/", "/essays/tide"] {
        assert_eq!(ann.open(closed).await.shows(), "the offer", "{closed}");
    }
    assert_eq!(ann.buy(&site.stripe, "price_basic", "/premium").await.shows(), "the page");
    let page = ann.open("/essays/tide/").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    let part = ann.fetch("/about.html", &[("range", "bytes=1-2")]).await;
    assert_eq!((part.status, part.body.as_str()), (StatusCode::PARTIAL_CONTENT, "bo"));
    let etag = ann.open("/about.html").await.header("etag").expect("an ETag").to_owned();
    let again = ann.fetch("/about.html", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(ann.submit("/about.html", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_part_is_served_if_it_is_of_the_file_as_it_is() {
    let site = folder_site().await;
    let ann = site.visitor();
    let whole = ann.open("/about.html").await;
    let (etag, date) = (whole.header("etag"), whole.header("last-modified"));
    let (etag, date) = (etag.expect("one"), date.expect("one"));
    let weak = format!("W/{etag}");
    let (part, all) = (StatusCode::PARTIAL_CONTENT, StatusCode::OK);
    //    Range              If-Range                           answer
    for (range, known, status) in [
        ("bytes=1-2", etag, part),
        ("bytes=1-2", date, part),
        ("bytes=1-2", &weak, all),
        ("bytes=1-2", "\"of yesterday\"", all),
        ("bytes=1-2", "Thu, 01 Jan 2099 00:00:00 GMT", all),
        ("bytes=1-2", "nonsense", all),
        ("bytes=0-0,2-2", etag, all),
        ("lines=1-2", etag, all),
        ("bytes=2-1", etag, all),
        ("bytes=9-", etag, StatusCode::RANGE_NOT_SATISFIABLE),
    ] {
        let seen = ann.fetch("/about.html", &[("range", range), ("if-range", known)]).await;
        assert_eq!(seen.status, status, "{range} {known}");
    }
    let several = ann.fetch("/about.html", &[("range", "bytes=0-0,2-2")]).await;
    assert_eq!((several.status, several.body.as_str()), (StatusCode::OK, "about"));
}

#[tokio::test]
async fn a_compressed_copy_is_another_form_of_the_file() {
    let site = folder_site().await;
    let ann = site.visitor();
    let get = async |accepted: &str| {
        let seen = ann.fetch("/full.css", &[("accept-encoding", accepted)]).await;
        assert_eq!(seen.header("vary"), Some("accept-encoding"), "{accepted}");
        let coding = seen.header("content-encoding").unwrap_or("none").to_owned();
        (coding, seen.header("etag").expect("one").to_owned(), seen.body)
    };
    let forms = [get("br").await, get("gzip").await, get("identity").await];
    for (form, (coding, body)) in
        forms.iter().zip([("br", "brotli!"), ("gzip", "gzipped!"), ("none", "plain")])
    {
        assert_eq!((form.0.as_str(), form.2.as_str()), (coding, body));
        let fields = [("accept-encoding", coding), ("if-none-match", form.1.as_str())];
        let again = ann.fetch("/full.css", &fields).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{coding}");
        assert_eq!(again.header("vary"), Some("accept-encoding"), "{coding}");
        let others = forms.iter().filter(|other| other.1 == form.1).count();
        assert_eq!(others, 1, "each has a tag of its own: {forms:?}");
    }
    assert_eq!(ann.fetch("/about.html", &[]).await.header("vary"), None);
}

#[tokio::test]
async fn no_link_of_the_folder_leads_around_a_gate() {
    let site = folder_site().await;
    let ann = site.visitor();
    for accepted in ["br", "gzip"] {
        let seen = ann.fetch("/lean.css", &[("accept-encoding", accepted)]).await;
        assert_eq!(seen.body, "lean", "{accepted}");
    }
    let page = site.path("public/404.html");
    fs::remove_file(&page).expect("removed");
    symlink("premium.html", &page).expect("linked");
    let missing = ann.open("/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("no such page here"), "{}", missing.body);
}

#[tokio::test]
async fn the_way_to_a_gated_folder_is_private() {
    let site = folder_site().await;
    let ann = site.visitor();
    let open = ann.open("/notes").await;
    assert_eq!(to(&open), Some("/notes/"));
    assert_eq!(open.header("cache-control"), None);
    ann.buy(&site.stripe, "price_basic", "/premium").await;
    let gated = ann.open("/essays/tide?x").await;
    assert_eq!(to(&gated), Some("/essays/tide/?x"));
    assert_eq!(gated.header("cache-control"), Some("private, no-store"));
    assert_eq!(gated.header("vary"), Some("Cookie"));
    site.advance(std::time::Duration::from_mins(10));
    let renewed = ann.open("/essays/tide").await;
    let cookie = renewed.header("set-cookie").expect("the pass is renewed");
    assert!(cookie.starts_with("tollhouse="), "{cookie}");
}

fn to(seen: &Seen) -> Option<&str> {
    assert_eq!(seen.status, StatusCode::PERMANENT_REDIRECT);
    seen.header("location")
}

async fn folder_site() -> TestSite {
    TestSite::with_folder(fill, |config| {
        config
            .replace("origin = \"http://ORIGIN\"", "files = \"FOLDER/public\"")
            .replace("\"/essays/**\"", "\"/essays/**\", \"/premium.html\"")
    })
    .await
}

fn fill(folder: &Path) {
    let public = folder.join("public");
    for inner in ["essays/tide", "notes"] {
        fs::create_dir_all(public.join(inner)).expect("a folder");
    }
    for (name, text) in [
        ("index.html", "home"),
        ("about.html", "about"),
        ("premium.html", "paper"),
        ("essays/tide/index.html", "paper"),
        ("notes/index.html", "notes"),
        ("404.html", "not here"),
        (".env", "secret"),
        ("full.css", "plain"),
        ("full.css.br", "brotli!"),
        ("full.css.gz", "gzipped!"),
        ("lean.css", "lean"),
    ] {
        fs::write(public.join(name), text).expect("written");
    }
    fs::write(folder.join("outside"), "outside").expect("written");
    symlink(folder.join("outside"), public.join("lean.css.br")).expect("linked");
    symlink("premium.html", public.join("lean.css.gz")).expect("linked");
}
