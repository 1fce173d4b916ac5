//! Pieces of spellings.

/// Segments of dots, in every spelling that somebody resolves.
#[rustfmt::skip]
pub(super) const DOTS: &[&str] = &[
    ".", "..", "...", "....", "%2e", "%2E%2e", ".%2e", "%2e.", "%252e", "%252e%252e", ".%252e",
    "%25252e%25252e", "..;", "..;x", "..;x=y", "..%3b", ".;", ". ", ".. ", " ..", "..%20", ".%20",
    "%20", "..%00", ".%00", "..%09", "..%0a", "..%0d", "..%5c", "..\\", "\u{ff0e}",
    "\u{ff0e}\u{ff0e}", "\u{2024}\u{2024}", "\u{2025}", "\u{2026}", "\u{fe52}\u{fe52}",
    ".\u{200b}.", "..\u{200b}", "\u{ad}..", ".\u{feff}.", "..%c0%af", "%c0%ae%c0%ae",
    "%u002e%u002e", "..?", "..%3f", "..#", "..%23", "..::$DATA", "..:x", "..%2f", "%2e%2e%2f",
    "..%252f", ".. .", "..%25", "..*", "..~", "..,", "..+", "..%e3%80%82", "\u{3002}\u{3002}",
    ".\u{301}.", "..\u{fe0f}",
];

/// What a step upwards undoes.
#[rustfmt::skip]
pub(super) const UP: &[&str] = &[
    "", "", "x/", "public/", "members/free/x/", "a.css/", "%20/", "x;y/",
];

/// What somebody takes for a slash.
#[rustfmt::skip]
pub(super) const SLASHES: &[&str] = &[
    "//", "///", "////////", "/\\", "\\", "\\\\", "%2f", "%2F", "/%2f", "%2f/", "%5c", "%5C",
    "/%5c", "%252f", "%252F", "%255c", "%25252f", "%25255c", "\u{2215}", "\u{2044}", "\u{ff0f}",
    "\u{29f8}", "\u{ff3c}", "\u{fe68}", "\u{a5}", "\u{20a9}", "\u{2216}", "\u{2571}", "%c0%af",
    "%e0%80%af", "%c1%9c", "%u2215", "%u002f", "%u005c", "%u2216", "&#47;", ":", "%3a", "/./",
    "/ /", "/%20/", "/;/", "/%00/", "/%e2%80%8b/", "/\u{200b}/", "/\u{ad}", "\u{ad}/", "%bg%af",
    "/~/", "|", "/%3b/", "/%253b/",
];

/// What some servers take away from a segment.
#[rustfmt::skip]
pub(super) const PARAMETERS: &[&str] = &[
    ";", ";x", ";x=y", ";jsessionid=1", ";a=b;c=d", ";.css", ";/..", ";%2e%2e", "%3b", "%3bx=y",
    "%3B.css", "%253b", "%25253bx", "\u{37e}", "\u{37e}x", "\u{ff1b}x", "\u{fe14}", "\u{fe54}x",
    ",x", "!x", "&x", "=x", "$x", "@x", "'x", "(x)", ";%00", ";%0a", ";?", ";a/b", ";\u{200b}",
    ";;", ";%25", ":x",
];

/// What may stand behind a file.
#[rustfmt::skip]
pub(super) const INFO: &[&str] = &[
    "/", "//", "/x", "/x.css", "/a/b.png", "/index.html", "/index.php", "/index", "/.", "/..",
    "/%2e", "/%20", "/;x", "/;x.css", "/.css", "/~", "/a.js", "%2fx.css", "%5cx.css", "/..;/x.css",
    "/robots.txt", "/favicon.ico", "/../", "/x/..", "/x/../../", "/.html", "/index.html/",
    "/\u{200b}", "/%c2%ad", "/ ", "/%252e", "/*", "/**", "/-", "/%0a", "/%00.css", "/?", "/#",
];

/// Ends of names that a file system drops, or that name a copy.
#[rustfmt::skip]
pub(super) const SUFFIXES: &[&str] = &[
    ".", "..", "...", " ", "  ", "%20", "%20%20", "+", "%20.", ".%20", ". .", "::$DATA", "::$data",
    "%3a%3a$DATA", "::%24DATA", ":$DATA", "::$INDEX_ALLOCATION", ":$I30:$INDEX_ALLOCATION",
    ":Zone.Identifier", ".gz", ".br", ".zst", ".bz2", ".xz", "~", "~1", ".bak", ".orig", ".old",
    ".swp", ".save", ".tmp", ".html", ".htm", ".php", ".css", ".js", ".json", ".en", ".de",
    ".html.en", ".var", "%00", "%00.html", "%00.css", "%0a", "%0a.css", "%0d%0a", "%09", "%7f",
    "%80", "%ff", "%c0", "\u{3000}", "\u{a0}", "\u{2002}", "\u{2028}", "\u{85}", "?", "%3f",
    "%3f.css", "#", "%23", "%23.css", "&x", "*", "%2a", "\"", "%22", "<", ">", "<<", "|", "'", "`",
    "^", "{}", "[]", "%", "%2", "%25", "%2500", "%252e", "%2520", "%253a%253a$DATA", "\u{2024}",
    "\u{ff0e}", "\u{200b}", "\u{ad}", ".\u{200b}", "\u{200b}.", "/.", "./", " /", "%20/", ".%2f",
    "\\", "%5c", "\u{ff1a}\u{ff1a}$DATA", "..css", ".html.", ".html%20", "~.html", ".gz.", ".br~",
    ".GZ", ".BAK", "_", "-", "\u{301}", "\u{fe0f}", ".data", ".rsc", ".rss", ".md", ".xml", ".txt",
    "/__data.json", "/_payload.json", ".aspx", ".do", ".phtml", "\u{662}", ".-", "-.",
];

/// Queries and fragments, and what is like them.
#[rustfmt::skip]
pub(super) const QUERIES: &[&str] = &[
    "?", "??", "?x", "?x=y", "?/..", "?/../public/a.html", "?x=/public/a.html", "?#", "?.css", "#",
    "#x", "#/../public", "%3f", "%3fx=y", "%23x", ";?x", "?;x", "?\\", "?%00", "?%2e%2e", "?x=%zz",
    "?a?b", "&a=b", "?http://localhost/public/a.html",
];

/// A free page, behind which the path hides.
#[rustfmt::skip]
pub(super) const BEFORE: &[&str] = &[
    "/public/a.html?/../..", "/public/a.html%3f/../..", "/public/a.html#/../..",
    "/public/a.html%23/../..", "/about.html?", "/about.html%3f", "/about.html%253f/..", "/?",
    "/%3f/..", "/#/..", "/about.html;/..", "/%3f/%2e%2e", "/%23/%252e%252e",
];

/// A way around, back to the start.
#[rustfmt::skip]
pub(super) const AROUND: &[&str] = &[
    "/public/..", "/members/free/../..", "/x/..", "/about.html/..", "/blog/2024/../..",
];

/// What may stand before a path in a target; `HOST` is the site's own.
#[rustfmt::skip]
pub(super) const FORMS: &[&str] = &[
    "http://HOST", "HTTP://HOST", "hTtP://HOST", "https://HOST", "http://user@HOST",
    "http://user:x@HOST", "http://HOST:80", "http://HOST.", "http://localhost",
    "http://other.example", "http://HOST@other.example", "http://other.example@HOST",
    "http://HOST/public/..", "http://HOST//", "http://HOST\\", "http://HOST?", "http://HOST#",
    "http://HOST;x", "http://HOST%2f", "http://HOST%00", "http://[::1]", "http://", "http:/",
    "http:", "http:///", "http:\\\\HOST", "//HOST", "///HOST", "////", "//", "/\\HOST", "\\\\HOST",
    "\\", "//HOST/..", "//other.example/..", "//HOST@", "file://", "ftp://HOST", "ws://HOST",
    "wss://HOST", "HOST", "HOST/", "*", "*/..", "?", "%2f", "%2F", "%5c", "%20", "%00", ";", ";/",
    ".", "..", "./", "~", "&", "@HOST", "/%2f", "/%5c", "/;", "/;x", "/.", "/..", "/%20", "/~",
    "/*", "/@", "/:", "/$", "/%", "/%25", "/%2e", "/%252f", "about:", "data:", "javascript:",
    "http://HOST/%2e%2e", "http%3a//HOST", "http://HOST/./", "/index", "/index.php", "/app.py",
    "/cgi-bin/app", "/_next/data/b1", "/page-data",
];
