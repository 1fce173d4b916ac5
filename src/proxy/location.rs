//! Redirects of an origin that does not know how visitors call it.

use crate::config::{Origin, SiteSettings};

/// Where a redirect of the origin leads, as visitors reach it; `None` if it is right as it is. A
/// server names itself by the address that it listens on (nginx adds its own port and `http` to
/// the host that visitors used): there visitors cannot go, or would go around the gate.
pub(super) fn on_site(location: &str, site: &SiteSettings) -> Option<String> {
    let (scheme, rest) = location.trim().split_once("//")?;
    if !["", "http:", "https:"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let own = format!("{}:", site.url.scheme());
    let is_right = scheme.eq_ignore_ascii_case(&own) && site.url.is_authority(authority);
    if is_right || !means_origin(authority, site) {
        return None;
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Some(site.url.join(&format!("{slash}{target}")))
}

/// Whether an origin would call itself so: by its own address, by the site's host with its own
/// port, or by the site's host alone.
fn means_origin(authority: &str, site: &SiteSettings) -> bool {
    let Origin::Http { authority: own, port, .. } = &site.origin else { return false };
    let host = site.url.host();
    authority.eq_ignore_ascii_case(own)
        || authority.eq_ignore_ascii_case(&format!("{host}:{port}"))
        || authority.eq_ignore_ascii_case(host)
        || site.url.is_authority(authority)
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
        let environment: BTreeMap<String, String> = [("KEY", "sk_live_1"), ("HOOK", "whsec_1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        let config = Config::parse(text, Path::new("config.toml"), &environment);
        let site = config.unwrap_or_else(|faults| panic!("{faults}")).site;
        assert_eq!(on_site(said, &site).as_deref(), led, "{said}");
    }
}
