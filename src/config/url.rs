//! The address of a site.

use std::fmt;
use std::net::IpAddr;

use ::url::{Host, Position, Url};

/// The address that visitors use: scheme, host and port, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrl {
    /// `https://weather.example`, as browsers write an origin.
    text: String,
    secure: bool,
    /// Host and port, the port left out where the scheme implies it.
    authority: String,
    host: String,
    port: u16,
    loopback: bool,
}

/// Why an address is not a site's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum UrlFault {
    #[error("this is not an address of a site")]
    NotUrl,
    #[error(
        "a site on the internet needs https: without it anybody on the way reads along, and browsers do not keep the pass"
    )]
    NotHttps,
    #[error("a site has one name: \"*\" and empty parts are none")]
    NotOneName,
    #[error("there is no port 0")]
    NoPort,
    #[error("the address of a site has no path, no query and no password")]
    MoreThanHost,
}

impl SiteUrl {
    pub(super) fn parse(text: &str) -> Result<Self, UrlFault> {
        let mut url = Url::parse(text).map_err(|_| UrlFault::NotUrl)?;
        // Browsers may send the last dot of a name, and we take it off there too.
        if let Some(name) = url.domain().and_then(|name| name.strip_suffix('.')) {
            let name = name.to_owned();
            url.set_host(Some(&name)).map_err(|_| UrlFault::NotUrl)?;
        }
        let host = url.host().ok_or(UrlFault::NotUrl)?;
        if url.domain().is_some_and(|name| name.contains('*') || name.ends_with('.')) {
            return Err(UrlFault::NotOneName);
        }
        if url.port() == Some(0) {
            return Err(UrlFault::NoPort);
        }
        let loopback = is_loopback(&host);
        let secure = match url.scheme() {
            "https" => true,
            "http" if loopback => false,
            "http" => return Err(UrlFault::NotHttps),
            _ => return Err(UrlFault::NotUrl),
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(UrlFault::MoreThanHost);
        }
        let text = url.origin().ascii_serialization();
        let authority = text.split_once("://").map_or("", |(_, authority)| authority).to_owned();
        let port = url.port_or_known_default().ok_or(UrlFault::NotUrl)?;
        Ok(Self { text, secure, authority, host: host.to_string(), port, loopback })
    }

    /// As browsers write an origin: `https://weather.example`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Host and port as visitors write them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone, in lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The whole address of a path on the site, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Reads a link on a page of this site, which begins with a slash, as browsers do: by the URL
    /// standard of the WHATWG. None if it leads to no website.
    pub fn read_link(&self, page: &str, link: &str) -> Option<Link> {
        let url = Url::parse(&self.join(page)).ok()?.join(link).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = url.host()?;
        let name = host.to_string();
        Some(Link {
            scheme: url.scheme().to_owned(),
            port: url.port_or_known_default()?,
            is_here: is_loopback(&host) || is_unspecified(&host),
            host: name.strip_suffix('.').map(str::to_owned).unwrap_or(name),
            target: url[Position::BeforePath..].to_owned(),
        })
    }

    /// The port that visitors use.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the site is on this machine only.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether a host, as a request names it, is this site's.
    pub fn is_authority(&self, host: &str) -> bool {
        self.matches(host, |name| name.eq_ignore_ascii_case(&self.host))
    }

    /// Whether a host is another name of this machine, at this site's port, while the site is
    /// on this machine only: `localhost` for `127.0.0.1`.
    pub fn is_other_loopback_name(&self, host: &str) -> bool {
        let names = ["localhost", "127.0.0.1", "[::1]"];
        self.is_loopback() && self.matches(host, |name| names.contains(&name))
    }

    fn matches(&self, host: &str, fits: impl Fn(&str) -> bool) -> bool {
        let digits =
            |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if digits(port) => (name, port.parse().ok()),
            _ => (host, Some(if self.secure { 443 } else { 80 })),
        };
        port == Some(self.port) && fits(name.strip_suffix('.').unwrap_or(name))
    }
}

/// Where a link on a page of the site leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `https` or `http`.
    pub scheme: String,
    /// A name in lower case, or an address; without the last dot.
    pub host: String,
    /// The port, written or not.
    pub port: u16,
    /// Whether the host is this machine, or none in particular (`0.0.0.0`).
    pub is_here: bool,
    /// Path, query and fragment; begins with a slash.
    pub target: String,
}

impl Link {
    /// Whether it leads to a page of the site.
    pub fn is_on(&self, site: &SiteUrl) -> bool {
        self.scheme == site.scheme() && self.host == site.host && self.port == site.port
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_unspecified(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => address.is_unspecified(),
        Host::Ipv6(address) => address.is_unspecified(),
    }
}

pub(super) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_known_by_its_host_in_every_spelling() {
        let url = SiteUrl::parse("https://Weather.Example/").expect("a site");
        assert_eq!(url.as_str(), "https://weather.example");
        for ours in
            ["weather.example", "WEATHER.example", "weather.example.", "weather.example:443"]
        {
            assert!(url.is_authority(ours), "{ours}");
        }
        for foreign in [
            "",
            "weather.example:80",
            "weather.example:",
            "weather.example:443x",
            "x.weather.example",
            "weather.example@evil.example",
            "u@weather.example",
        ] {
            assert!(!url.is_authority(foreign), "{foreign}");
        }
        let dotted = SiteUrl::parse("https://weather.example.").expect("a site");
        assert_eq!(dotted, url);
        let local = SiteUrl::parse("http://127.0.0.1:8080").expect("a site");
        assert!(local.is_authority("127.0.0.1:8080"));
        assert!(!local.is_authority("127.0.0.1"));
        assert!(local.is_other_loopback_name("localhost:8080"));
        assert!(!local.is_other_loopback_name("localhost"));
        assert!(!url.is_other_loopback_name("localhost:443"));
    }

    #[test]
    fn what_is_not_a_site_is_told() {
        let check =
            |text: &str, expected| assert_eq!(SiteUrl::parse(text), Err(expected), "{text}");
        check("weather.example", UrlFault::NotUrl);
        check("ftp://weather.example", UrlFault::NotUrl);
        check("http://weather.example", UrlFault::NotHttps);
        check("http://10.0.0.1", UrlFault::NotHttps);
        check("https://weather.example/blog", UrlFault::MoreThanHost);
        check("https://weather.example/?a", UrlFault::MoreThanHost);
        check("https://u:p@weather.example", UrlFault::MoreThanHost);
        check("https://:p@weather.example", UrlFault::MoreThanHost);
        check("https://*.weather.example", UrlFault::NotOneName);
        check("https://weather.example..", UrlFault::NotOneName);
        check("https://weather.example:0", UrlFault::NoPort);
        for fine in [
            "http://localhost:8080",
            "http://127.0.0.9",
            "http://[::1]:80",
            "https://weather.example:8443",
        ] {
            assert!(SiteUrl::parse(fine).is_ok(), "{fine}");
        }
    }
}
