//! Redirects of an origin that does not know how visitors call it.

use std::net::IpAddr;

use crate::config::{Link, Origin, SiteSettings};

/// Where a redirect of the origin leads, as visitors reach it; `None` if it is right as it is. A
/// server names itself by the address that it listens on (nginx adds its own port and `http` to
/// the host that visitors used): there visitors cannot go, or would go around the gate. It is read
/// as a browser reads it: only so can nothing else mean the same.
pub(super) fn on_site(location: &str, site: &SiteSettings) -> Option<String> {
    // A relative one stays here wherever it was said.
    let link = site.url.read_link(location)?;
    if link.is_on(&site.url) || !means_origin(&link, site) {
        return None;
    }
    Some(site.url.join(&link.target))
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

    fn check(said: &str, led: Option<&str>) {
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
        let site = config.unwrap_or_else(|faults| panic!("{faults}")).site;
        assert_eq!(on_site(said, &site).as_deref(), led, "{said}");
    }
}
