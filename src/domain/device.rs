//! What somebody reads with, in the words in which he knows it: a browser and a system. Read from
//! `User-Agent`, of which nothing else is kept.

/// What somebody reads with. What is not known is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Device {
    /// The browser: `Firefox`.
    pub browser: Option<&'static str>,
    /// What it runs on: `Linux`.
    pub system: Option<&'static str>,
}

/// What tells browsers apart, and how people call them. Each pretends to be those below it.
const BROWSERS: [(&str, &str); 16] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The same of systems. (An iPad says that it is a Mac, unless it is told to be a telephone.)
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

impl Device {
    /// What a browser says that it is. Anybody can say anything: it is for reading, nothing else.
    pub fn of_user_agent(text: &str) -> Self {
        let first = |marks: &[(&str, &'static str)]| {
            marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
        };
        Self { browser: first(&BROWSERS), system: first(&SYSTEMS) }
    }

    /// Reads what was stored of one.
    pub fn named(browser: Option<&str>, system: Option<&str>) -> Self {
        let known = |marks: &[(&str, &'static str)], wanted: Option<&str>| {
            marks.iter().map(|(_, name)| *name).find(|name| Some(*name) == wanted)
        };
        Self { browser: known(&BROWSERS, browser), system: known(&SYSTEMS, system) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_browser_is_called_what_people_call_it() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux");
        check(&format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/141.0.0.0 Safari/537.36"), "Chrome on Windows");
        check(&format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0"), "Edge on Windows");
        check(&format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Chrome/141.0 Safari/537.36 OPR/120.0"), "Opera on Mac");
        check("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", "Safari on Mac");
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1", "Safari on iPhone");
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone");
        check("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome on iPad");
        check(&format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/141.0.0.0 Mobile Safari/537.36"), "Chrome on Android");
        check(&format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36"), "Samsung Internet on Android");
        check(&format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/141.0.0.0 Safari/537.36"), "Chrome on ChromeOS");
        check("Mozilla/5.0 (PlayStation 5)", "? on ?");
        check("curl/8.5.0", "? on ?");
        check("", "? on ?");
    }

    #[test]
    fn what_was_stored_is_read_back_and_nothing_else() {
        let fox = Device { browser: Some("Firefox"), system: Some("Linux") };
        assert_eq!(Device::named(fox.browser, fox.system), fox);
        assert_eq!(Device::named(Some("<b>"), None), Device::default());
    }

    fn check(user_agent: &str, expected: &str) {
        let Device { browser, system } = Device::of_user_agent(user_agent);
        let words = format!("{} on {}", browser.unwrap_or("?"), system.unwrap_or("?"));
        assert_eq!(words, expected, "{user_agent}");
    }
}
