//! Crawlers of search engines, known by the names of their addresses: whoever says to be one by his
//! user agent alone is nobody.

use std::net::IpAddr;

/// A search engine that names the addresses of its crawlers, so that anybody can check them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Google: <https://developers.google.com/search/docs/crawling-indexing/verifying-googlebot>
    Google,
    /// Bing: <https://blogs.bing.com/webmaster/August-2012/How-to-Verify-that-Bingbot-is-Bingbot>
    Bing,
    /// Apple: <https://support.apple.com/119829>
    Apple,
    /// Yandex: <https://yandex.com/support/webmaster/robot-workings/check-yandex-robots.html>
    Yandex,
    /// Baidu: <https://help.baidu.com/question?prod_id=99&class=476&id=2996>
    Baidu,
}

/// A crawler whose address is proven. Holding one is the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crawler {
    engine: Engine,
}

impl Engine {
    /// The engine that a user agent says it is of. It says so; that is all.
    pub fn claimed(user_agent: &str) -> Option<Self> {
        let agent = user_agent.to_ascii_lowercase();
        let named = [
            ("googlebot", Self::Google),
            ("bingbot", Self::Bing),
            ("applebot", Self::Apple),
            ("yandexbot", Self::Yandex),
            ("baiduspider", Self::Baidu),
        ];
        named.into_iter().find(|(name, _)| agent.contains(name)).map(|(_, engine)| engine)
    }

    /// Whether a host's name is one that the engine gives to its crawlers, and to nobody else. Not
    /// every name of the company's is: Google's `google-proxy-….google.com` fetch what any visitor
    /// of its translator asks for, under the user agent that he sends; Yandex's docs name whole
    /// domains, of which its crawlers have the part that is called `spider`.
    pub fn names(self, host: &str) -> bool {
        let domains: &[&str] = match self {
            Self::Google => &["googlebot.com"],
            Self::Bing => &["search.msn.com"],
            Self::Apple => &["applebot.apple.com"],
            Self::Yandex => &["spider.yandex.com", "spider.yandex.net", "spider.yandex.ru"],
            Self::Baidu => &["crawl.baidu.com", "crawl.baidu.jp"],
        };
        let host = host.to_ascii_lowercase();
        let is_below = |domain: &&str| {
            host.strip_suffix(*domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        };
        domains.iter().any(is_below)
    }

    /// The crawler at an address, if the name that the address says it has is the engine's, and
    /// that name has the address: the first anybody can say of his own, the second only the engine.
    pub fn crawler(self, address: IpAddr, name: &str, addresses: &[IpAddr]) -> Option<Crawler> {
        let agrees = addresses.iter().any(|it| it.to_canonical() == address.to_canonical());
        (agrees && self.names(name)).then_some(Crawler { engine: self })
    }
}

impl Crawler {
    /// Whose it is.
    pub fn engine(self) -> Engine {
        self.engine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_user_agent_is_a_claim() {
        let check = |agent: &str, engine| assert_eq!(Engine::claimed(agent), engine, "{agent}");
        check("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Some(Engine::Google));
        check("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", Some(Engine::Bing));
        check("Mozilla/5.0 (Macintosh) Safari/605.1.15 (Applebot/0.1)", Some(Engine::Apple));
        check("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", Some(Engine::Yandex));
        check("Mozilla/5.0 (compatible; Baiduspider/2.0)", Some(Engine::Baidu));
        check("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", None);
        check("GPTBot/1.1", None);
        check("", None);
    }

    #[test]
    #[rustfmt::skip]
    fn only_the_engines_own_names_count() {
        let check = |engine: Engine, host: &str, expected| {
            assert_eq!(engine.names(host), expected, "{engine:?} {host}");
        };
        check(Engine::Google, "crawl-66-249-66-1.googlebot.com",                true);
        check(Engine::Google, "geo-crawl-66-249-66-1.geo.googlebot.com",        true);
        check(Engine::Google, "Crawl-66-249-66-1.GoogleBot.com",                true);
        check(Engine::Google, "googlebot.com",                                  false);
        check(Engine::Google, ".googlebot.com",                                 false);
        check(Engine::Google, "evilgooglebot.com",                              false);
        check(Engine::Google, "crawl.evilgooglebot.com",                        false);
        check(Engine::Google, "googlebot.com.evil.example",                     false);
        check(Engine::Google, "google-proxy-66-249-81-129.google.com",          false);
        check(Engine::Google, "rate-limited-proxy-66-249-90-77.google.com",     false);
        check(Engine::Google, "107-178-194-1.gae.googleusercontent.com",        false);
        check(Engine::Google, "msnbot-157-55-33-18.search.msn.com",             false);
        check(Engine::Bing,   "msnbot-157-55-33-18.search.msn.com",             true);
        check(Engine::Bing,   "mail.msn.com",                                   false);
        check(Engine::Apple,  "17-58-101-179.applebot.apple.com",               true);
        check(Engine::Apple,  "mail.apple.com",                                 false);
        check(Engine::Yandex, "5-255-253-50.spider.yandex.com",                 true);
        check(Engine::Yandex, "translate.yandex.net",                           false);
        check(Engine::Yandex, "x.spider.yandex.com.evil.example",               false);
        check(Engine::Baidu,  "baiduspider-180-76-15-5.crawl.baidu.com",        true);
        check(Engine::Baidu,  "www.baidu.com",                                  false);
    }

    #[test]
    fn both_directions_must_agree() {
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (here, name) = (at("66.249.66.1"), "crawl-66-249-66-1.googlebot.com");
        let check =
            |name: &str, addresses: &[IpAddr]| Engine::Google.crawler(here, name, addresses);
        let proven = check(name, &[at("66.249.66.2"), here]).expect("one of them is enough");
        assert_eq!(proven.engine(), Engine::Google);
        assert!(check(name, &[at("::ffff:66.249.66.1")]).is_some());
        assert_eq!(check(name, &[]), None);
        assert_eq!(check(name, &[at("66.249.66.2")]), None);
        assert_eq!(check("crawl.evil.example", &[here]), None);
    }
}
