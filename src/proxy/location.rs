//! Where an origin says that something is, in an answer's head: it does not know how visitors
//! call the site.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue, header};

use crate::config::{Link, Origin, SiteSettings};
use crate::domain::path::SitePath;

/// Where a redirect of the origin leads, as visitors reach it; `None` if it is right as it is. A
/// server names itself by the address that it listens on (nginx adds its own port and `http` to
/// the host that visitors used): there visitors cannot go, or would go around the gate. It is read
/// as a browser reads it: only so can nothing else mean the same.
pub(super) fn on_site(location: &str, site: &SiteSettings) -> Option<String> {
    // A relative one stays here wherever it was said.
    let link = site.url.read_link("/", location)?;
    if link.is_on(&site.url) || !means_origin(&link, site) {
        return None;
    }
    Some(site.url.join(&link.target))
}

/// Whether a redirect of the origin's leads to this address of the site, and only there.
pub(super) fn leads_to(
    location: &HeaderValue,
    asked: &SitePath,
    to: &str,
    site: &SiteSettings,
) -> bool {
    let location = std::str::from_utf8(location.as_bytes()).ok();
    let link = location.and_then(|location| site.url.read_link(asked.path(), location));
    link.is_some_and(|link| {
        (link.is_on(&site.url) || means_origin(&link, site)) && link.target == to
    })
}

/// The pages of the site that an answer says it is, whatever was asked for. A server that guesses
/// sends `report.pdf` to whoever asks for `report`, and says so (RFC 9110, 8.7; Apache's
/// `MultiViews`). What cannot be a path here names no page.
pub(super) fn meant(answer: &HeaderMap, asked: &SitePath, site: &SiteSettings) -> Vec<SitePath> {
    let names = answer.get_all(header::CONTENT_LOCATION).iter();
    let names = names.filter_map(|name| std::str::from_utf8(name.as_bytes()).ok());
    let links = names.filter_map(|name| {
        // Apache writes a name alone, and one with a colon in it would look like a scheme.
        let is_name = !name.starts_with('/') && !name.contains("://");
        let name = if is_name { format!("./{name}") } else { name.to_owned() };
        site.url.read_link(asked.path(), &name)
    });
    let here = links.filter(|link| link.is_on(&site.url) || means_origin(link, site));
    here.filter_map(|link| {
        let target = link.target.split('#').next().unwrap_or_default();
        SitePath::canonical(target.as_bytes(), |_| false).ok()
    })
    .collect()
}

/// Whether an origin would call itself so: by its own address, by another name of this machine if
/// it is here, by the site's host with its own port, or by the site's host alone.
fn means_origin(link: &Link, site: &SiteSettings) -> bool {
    let Origin::Http { host, port, .. } = &site.origin else { return false };
    let default = if link.scheme == "https" { 443 } else { 80 };
    let is_own = link.host == *host || (link.is_here && is_here(host));
    let is_site = link.host == site.url.host();
    (is_own && link.port == *port)
        || (is_site && [*port, site.url.port(), default].contains(&link.port))
}

fn is_here(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    #[test]
    fn an_origin_that_names_itself_means_the_site() {
        //    the origin says                            a visitor is led to
        check("http://weather.example:8081/a/?b#c", Some("https://weather.example/a/?b#c"));
        check("http://weather.example/a/", Some("https://weather.example/a/"));
        check("http://127.0.0.1:8081/a/", Some("https://weather.example/a/"));
        check("HTTP://Weather.Example:8081", Some("https://weather.example/"));
        check("//127.0.0.1:8081?x", Some("https://weather.example/?x"));
        check("https://weather.example/a/", None);
        check("https://other.example/a/", None);
        check("http://weather.example.evil.example/", None);
        check("http://weather.example:9999/", None);
        check("http://weather.example.:8081/a", Some("https://weather.example/a"));
        check("http:\\\\127.0.0.1:8081\\a", Some("https://weather.example/a"));
        check("http:/127.0.0.1:8081/a", Some("https://weather.example/a"));
        check("/\t/127.0.0.1:8081/a", Some("https://weather.example/a"));
        check("http://0x7f.1:8081/a", Some("https://weather.example/a"));
        check("http://ann@127.0.0.1:8081/a", Some("https://weather.example/a"));
        check("http://localhost:8081/\u{e9}", Some("https://weather.example/%C3%A9"));
        check("http://localhost.:8081/a", Some("https://weather.example/a"));
        check("http://[::1]:8081/a", Some("https://weather.example/a"));
        check("http://0.0.0.0:8081//b.example", Some("https://weather.example//b.example"));
        check("http://weather.example:80@evil.example/", None);
        check("http://127.0.0.1:8081@evil.example/", None);
        check("http://127.0.0.1:8082/", None);
        check("http://[", None);
        check("/a/", None);
        check("a//b", None);
        check("mailto:ann@weather.example", None);
    }

    #[test]
    #[rustfmt::skip]
    fn an_answer_says_which_page_it_is() {
        //           asked for             Content-Location                   meant
        check_meant("/downloads/report",  &["report.pdf"],                   &["/downloads/report.pdf"]);
        check_meant("/downloads/",        &["report.pdf?x#y"],               &["/downloads/report.pdf"]);
        check_meant("/a/b",               &["/c", "../d"],                   &["/c", "/d"]);
        check_meant("/a",                 &["http://127.0.0.1:8081/c"],      &["/c"]);
        check_meant("/a",                 &["https://weather.example/%63"],  &["/c"]);
        check_meant("/a",                 &["https://other.example/c"],      &[]);
        check_meant("/a/b",               &["c:d.pdf"],                      &["/a/c:d.pdf"]);
        check_meant("/a",                 &["/c%2fd", "http://["],           &[]);
        check_meant("/a",                 &[],                               &[]);
    }

    fn check_meant(asked: &str, said: &[&str], expected: &[&str]) {
        let asked = SitePath::canonical(asked.as_bytes(), |_| false).expect("a path");
        let mut answer = HeaderMap::new();
        for name in said {
            answer.append(header::CONTENT_LOCATION, name.parse().expect("a value"));
        }
        let meant = meant(&answer, &asked, &site());
        let meant: Vec<&str> = meant.iter().map(SitePath::path).collect();
        assert_eq!(meant, expected, "{asked}: {said:?}");
    }

    fn check(said: &str, led: Option<&str>) {
        assert_eq!(on_site(said, &site()).as_deref(), led, "{said}");
    }

    fn site() -> SiteSettings {
        let text = r#"
            version = 1
            [site]
            name = "Marginal Weather"
            url = "https://weather.example"
            listen = "127.0.0.1:8080"
            origin = "http://127.0.0.1:8081"
            contact = "hello@weather.example"
            [stripe]
            secret_key = { env = "KEY" }
            webhook_secret = { env = "HOOK" }
        "#;
        let environment: BTreeMap<String, String> =
            [("KEY", "sk_live_1"), ("HOOK", "whsec_0123456789abcdef")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into();
        let config = Config::parse(text, Path::new("config.toml"), &environment);
        config.unwrap_or_else(|faults| panic!("{faults}")).site
    }
}
