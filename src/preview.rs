//! Cuts a page: gives its beginning, up to where the owner lets strangers read, and nothing of what
//! comes behind, in no form.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::mpsc;

use encoding_rs::Encoding;
use flate2::write::MultiGzDecoder;
use lol_html::errors::RewritingError;
use lol_html::html_content::{Comment, ContentType, EndTag};
use lol_html::send::{Element, HtmlRewriter, IntoHandler as _, Settings};
use lol_html::{
    AsciiCompatibleEncoding, DocumentContentHandlers, ElementContentHandlers, MemorySettings,
    Selector,
};

use crate::domain::preview::Cut;

/// The longest beginning of a page: it is held in memory until the cut is found, for only then is
/// it sure that there is one.
const LONGEST_BEGINNING: usize = 1024 * 1024;

/// What one tag may take; whole pages in an attribute are not cut.
const LONGEST_TAG: usize = 256 * 1024;

/// So much of a compressed page is read at once: it may become a thousand times as long.
const COMPRESSED_STEP: usize = 1024;

/// Where paragraphs are counted if the owner does not say: not in menus and footers.
const PARAGRAPHS: &str = "article p, main p";

/// What can stand in a paragraph (HTML, "phrasing content", and old names for the like). Anything
/// else ends a paragraph that nobody closed, or what it stands in: a list's entry, a table's cell. `title` and
/// `desc` are parts of drawings, too.
const IN_PARAGRAPHS: [&str; 71] = [
    "a", "abbr", "acronym", "area", "audio", "b", "bdi", "bdo", "big", "br", "button", "canvas",
    "cite", "code", "data", "datalist", "desc", "del", "dfn", "em", "embed", "font", "i", "iframe",
    "img", "input", "ins", "kbd", "label", "link", "map", "mark", "math", "meta", "meter", "nobr",
    "noscript", "object", "output", "param", "picture", "progress", "q", "rb", "rp", "rt", "rtc",
    "ruby", "s", "samp", "script", "select", "small", "source", "span", "strike", "strong",
    "style", "sub", "sup", "svg", "template", "textarea", "time", "title", "track", "tt", "u",
    "var", "video", "wbr",
];

/// What is HTML, and not a drawing or a formula in it.
const HTML: &str = "http://www.w3.org/1999/xhtml";

/// Why a page cannot be cut.
#[derive(Debug, thiserror::Error)]
pub enum Uncut {
    /// Its bytes are in a form that we do not read.
    #[error("it is sent as {0:?}, which we cannot read")]
    Form(String),
    /// This is no CSS selector.
    #[error("{0:?} is no selector: {1}")]
    Selector(String, String),
    /// It has nothing where it could be cut.
    #[error("it has nothing where it could be cut")]
    NoMark,
    /// Up to the cut there is too much.
    #[error("it is not cut within {LONGEST_BEGINNING} bytes")]
    TooLong,
    /// It cannot be understood.
    #[error("its HTML cannot be read: {0}")]
    Html(#[from] RewritingError),
    /// It is not what it says it is.
    #[error("it cannot be unpacked: {0}")]
    Packed(#[from] std::io::Error),
}

/// How a page is sent, by its head.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    /// The charset of its `Content-Type`.
    pub charset: Option<&'a str>,
    /// Its `Content-Encoding`.
    pub encoding: Option<&'a str>,
}

/// Checks what an owner writes as a selector.
pub fn check_selector(selector: &str) -> Result<(), String> {
    selector.parse::<Selector>().map(drop).map_err(|problem| problem.to_string())
}

/// What of a page stands before the cut.
#[derive(Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its HTML, in whatever encoding.
    pub html: Vec<u8>,
    /// Whether a form that stands behind it is one: not within another form, and no rule of the
    /// page forbids it.
    pub takes_forms: bool,
}

/// Whether a `Content-Security-Policy` keeps forms of its page from leading to Stripe.
pub fn forbids_forms(policy: &str) -> bool {
    policy.split([';', ',']).any(|rule| {
        let rule = rule.trim_ascii().to_ascii_lowercase();
        rule.starts_with("form-action") || rule.starts_with("sandbox")
    })
}

/// What is read of a page on the way to the cut.
#[derive(Default)]
struct Seen {
    /// A form is open.
    in_form: AtomicBool,
    /// A rule of the page forbids forms.
    forbids_forms: AtomicBool,
}

/// Stands in the output where the page is cut: a word that no page has, and whether forms are taken
/// there.
#[derive(Clone)]
struct Mark {
    word: String,
    seen: Arc<Seen>,
}

const TAKES_FORMS: u8 = b'1';

impl Mark {
    fn text(&self) -> String {
        let Seen { in_form, forbids_forms } = &*self.seen;
        let takes = !in_form.load(Ordering::Relaxed) && !forbids_forms.load(Ordering::Relaxed);
        format!("{}{}", self.word, if takes { char::from(TAKES_FORMS) } else { '0' })
    }
}

/// Reads a page as it comes, until it has the beginning.
pub struct Cutter {
    rewriter: HtmlRewriter<'static, Sink>,
    output: mpsc::Receiver<Vec<u8>>,
    unpack: Option<MultiGzDecoder<Vec<u8>>>,
    mark: Mark,
    beginning: Vec<u8>,
    has_begun: bool,
}

type Sink = Box<dyn FnMut(&[u8]) + Send>;

impl Cutter {
    /// `mark` must be a word that no page can have, made of letters and digits.
    pub fn new(cut: &Cut, form: Form<'_>, mark: String) -> Result<Self, Uncut> {
        let unpack = match form.encoding.map(str::trim) {
            None => None,
            Some(name) if name.is_empty() || name.eq_ignore_ascii_case("identity") => None,
            Some(name) if ["gzip", "x-gzip"].iter().any(|it| name.eq_ignore_ascii_case(it)) => {
                Some(MultiGzDecoder::new(Vec::new()))
            }
            Some(other) => return Err(Uncut::Form(other.to_owned())),
        };
        let (sends, output) = mpsc::channel();
        let sink: Sink = Box::new(move |bytes| {
            // Nobody reads it any more: the cutter is gone, and this goes with it.
            let _ = sends.send(bytes.to_vec());
        });
        let mark = Mark { word: mark, seen: Arc::default() };
        let rewriter = HtmlRewriter::new(settings(cut, form.charset, &mark)?, sink);
        Ok(Self { rewriter, output, unpack, mark, beginning: Vec::new(), has_begun: false })
    }

    /// Reads on. The beginning, as soon as it is whole.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Option<Begun>, Uncut> {
        let Some(mut unpack) = self.unpack.take() else { return self.read_html(bytes) };
        for step in bytes.chunks(COMPRESSED_STEP) {
            unpack.write_all(step)?;
            let html = std::mem::take(unpack.get_mut());
            if let Some(whole) = self.read_html(&html)? {
                return Ok(Some(whole));
            }
        }
        self.unpack = Some(unpack);
        Ok(None)
    }

    /// The page is at its end: a cut can be the last that it has.
    pub fn end(mut self) -> Result<Begun, Uncut> {
        if let Some(unpack) = self.unpack.take() {
            let rest = unpack.finish()?;
            if let Some(whole) = self.read_html(&rest)? {
                return Ok(whole);
            }
        }
        self.rewriter.end()?;
        take(&self.output, &mut self.beginning, &self.mark).ok_or(Uncut::NoMark)
    }

    fn read_html(&mut self, html: &[u8]) -> Result<Option<Begun>, Uncut> {
        if !self.has_begun && !html.is_empty() {
            self.has_begun = true;
            // A browser believes this mark more than anything else that is said of a page.
            if html.starts_with(&[0xfe, 0xff]) || html.starts_with(&[0xff, 0xfe]) {
                return Err(Uncut::Form("utf-16".to_owned()));
            }
        }
        self.rewriter.write(html)?;
        let whole = take(&self.output, &mut self.beginning, &self.mark);
        if whole.is_none() && self.beginning.len() > LONGEST_BEGINNING {
            return Err(Uncut::TooLong);
        }
        Ok(whole)
    }
}

/// Takes what was written; what stands before the mark, once it is there.
fn take(output: &mpsc::Receiver<Vec<u8>>, beginning: &mut Vec<u8>, mark: &Mark) -> Option<Begun> {
    let word = mark.word.as_bytes();
    let looked_through = beginning.len().saturating_sub(word.len());
    for bytes in output.try_iter() {
        beginning.extend_from_slice(&bytes);
    }
    // The word, and what it says.
    let mut windows = beginning[looked_through..].windows(word.len() + 1);
    let at = looked_through + windows.position(|window| window.starts_with(word))?;
    let takes_forms = beginning[at + word.len()] == TAKES_FORMS;
    beginning.truncate(at);
    Some(Begun { html: std::mem::take(beginning), takes_forms })
}

fn settings(
    cut: &Cut,
    charset: Option<&str>,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let encoding = match charset {
        None => AsciiCompatibleEncoding::utf_8(),
        Some(label) => Encoding::for_label(label.as_bytes())
            .and_then(AsciiCompatibleEncoding::new)
            .ok_or_else(|| Uncut::Form(label.to_owned()))?,
    };
    let memory = MemorySettings::new().with_max_allowed_memory_usage(LONGEST_TAG);
    let settings =
        Settings::new_send().with_encoding(encoding).with_memory_settings(memory).with_strict(true);
    let settings = without_data(with_eye_on_forms(settings, &mark.seen)?, cut, mark)?;
    match cut {
        Cut::Comment(_) => Ok(settings),
        Cut::Element(selector) => {
            let mark = mark.clone();
            let cuts = move |element: &mut Element<'_, '_>| {
                element.before(&mark.text(), ContentType::Html);
                Ok(())
            };
            let handlers = ElementContentHandlers::default().element(cuts);
            Ok(settings.append_element_content_handler((parsed(selector)?, handlers)))
        }
        Cut::Paragraphs { count, within } => counting(settings, *count, within.as_deref(), mark),
    }
}

/// Notes where a form would be none of ours: browsers know no form within a form, and a page can say
/// where its forms may lead.
fn with_eye_on_forms(
    settings: Settings<'static, 'static>,
    seen: &Arc<Seen>,
) -> Result<Settings<'static, 'static>, Uncut> {
    let (noted, ruled) = (Arc::clone(seen), Arc::clone(seen));
    let forms = move |element: &mut Element<'_, '_>| {
        noted.in_form.store(true, Ordering::Relaxed);
        let seen = Arc::clone(&noted);
        let closed = move |tag: &mut EndTag<'_>| {
            // What closes only what is around it leaves it open.
            if tag.name() == "form" {
                seen.in_form.store(false, Ordering::Relaxed);
            }
            Ok(())
        };
        element.on_end_tag(closed.into_handler())?;
        Ok(())
    };
    let rules = move |element: &mut Element<'_, '_>| {
        let kind = element.get_attribute("http-equiv").unwrap_or_default();
        let policy = element.get_attribute("content").unwrap_or_default();
        if kind.trim().eq_ignore_ascii_case("content-security-policy") && forbids_forms(&policy) {
            ruled.forbids_forms.store(true, Ordering::Relaxed);
        }
        Ok(())
    };
    let forms = ElementContentHandlers::default().element(forms);
    let rules = ElementContentHandlers::default().element(rules);
    Ok(settings
        .append_element_content_handler((parsed("form")?, forms))
        .append_element_content_handler((parsed("meta[http-equiv]")?, rules)))
}

/// Takes out what nobody sees of a page, and what often has all of it once more: data for programs
/// that build the page anew, descriptions for search engines, comments.
fn without_data(
    settings: Settings<'static, 'static>,
    cut: &Cut,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let mark = mark.clone();
    let wanted = match cut {
        Cut::Comment(text) => Some(text.clone()),
        Cut::Element(_) | Cut::Paragraphs { .. } => None,
    };
    let comments = move |comment: &mut Comment<'_>| {
        if wanted.as_deref() == Some(comment.text().trim()) {
            comment.replace(&mark.text(), ContentType::Html);
        } else {
            comment.remove();
        }
        Ok(())
    };
    let scripts = |element: &mut Element<'_, '_>| {
        let kind = element.get_attribute("type").unwrap_or_default().to_ascii_lowercase();
        if !element.has_attribute("src") || kind.contains("json") {
            element.remove();
        } else {
            // No browser runs or shows it.
            element.set_inner_content("", ContentType::Text);
        }
        Ok(())
    };
    let settings = settings
        .append_document_content_handler(DocumentContentHandlers::default().comments(comments));
    let handlers = ElementContentHandlers::default().element(scripts);
    Ok(settings.append_element_content_handler((parsed("script")?, handlers)))
}

/// Cuts behind a paragraph: where it is closed, or by whatever closes it without a word.
fn counting(
    settings: Settings<'static, 'static>,
    count: u16,
    within: Option<&str>,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let seen = Arc::new(AtomicU16::new(0));
    let (so_far, before) = (Arc::clone(&seen), mark.clone());
    let closes = move |element: &mut Element<'_, '_>| {
        let is_enough = so_far.load(Ordering::Relaxed) >= count;
        let ends = element.namespace_uri() == HTML
            && !IN_PARAGRAPHS.contains(&element.tag_name().as_str());
        if is_enough && ends {
            element.before(&before.text(), ContentType::Html);
        }
        Ok(())
    };
    let handlers = ElementContentHandlers::default().element(closes);
    let settings = settings.append_element_content_handler((parsed("*")?, handlers));
    let mark = mark.clone();
    let counts = move |element: &mut Element<'_, '_>| {
        if seen.fetch_add(1, Ordering::Relaxed) + 1 != count {
            return Ok(());
        }
        let mark = mark.clone();
        let cut = move |tag: &mut EndTag<'_>| {
            tag.after(&mark.text(), ContentType::Html);
            Ok(())
        };
        element.on_end_tag(cut.into_handler())?;
        Ok(())
    };
    let paragraphs = within.map_or(PARAGRAPHS.to_owned(), |outer| format!("{outer} p"));
    let handlers = ElementContentHandlers::default().element(counts);
    Ok(settings.append_element_content_handler((parsed(&paragraphs)?, handlers)))
}

fn parsed(selector: &str) -> Result<Cow<'static, Selector>, Uncut> {
    let parsed = selector.parse::<Selector>();
    let parsed =
        parsed.map_err(|problem| Uncut::Selector(selector.to_owned(), problem.to_string()));
    parsed.map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &str = "0123456789abcdef";

    #[test]
    fn a_page_ends_at_the_comment() {
        let more = || Cut::Comment("more".to_owned());
        //          the page                                  its beginning
        cut(&more(), "<p>a<!--more--><p>b", "<p>a");
        cut(&more(), "<p>a<!-- more --><p>b", "<p>a");
        cut(&more(), "<p>a<!--more-->", "<p>a");
        cut(&more(), "<p>a<!--more--><p>b<!--more--><p>c", "<p>a");
        cut(&more(), "<p>a<!--secret-->b<!--more-->", "<p>ab");
        cut(&more(), "<div><p>a</p><!--more--><p>b</p></div>", "<div><p>a</p>");
        uncut(&more(), "<p>a<p>b", "it has nothing where it could be cut");
        uncut(&more(), "", "it has nothing where it could be cut");
        // What a browser takes for text is no comment.
        uncut(&more(), "<textarea><!--more--></textarea>b", "it has nothing where it could be cut");
        uncut(
            &more(),
            "<script src=a><!--more--></script>b",
            "it has nothing where it could be cut",
        );
        uncut(&more(), "<a title='<!--more-->'>b</a>", "it has nothing where it could be cut");
    }

    #[test]
    fn a_page_ends_before_the_element() {
        let rest = |selector: &str| Cut::Element(selector.to_owned());
        cut(&rest("#rest"), "<p>a</p><div id=rest>b</div>c", "<p>a</p>");
        cut(
            &rest(".post h2"),
            "<h2>a</h2><div class=post>b<h2>c</h2>d",
            "<h2>a</h2><div class=post>b",
        );
        cut(&rest("hr, h2"), "a<H2>b<hr>", "a");
        cut(&rest("p:nth-of-type(2)"), "<p>a</p><p>b</p>", "<p>a</p>");
        uncut(&rest("#rest"), "<p>a</p>", "it has nothing where it could be cut");
    }

    #[test]
    fn a_page_ends_after_so_many_paragraphs() {
        let two =
            |within: Option<&str>| Cut::Paragraphs { count: 2, within: within.map(str::to_owned) };
        let all = "<nav><p>n</p></nav><article><p>a</p><p>b</p><p>c</p></article>";
        cut(&two(None), all, "<nav><p>n</p></nav><article><p>a</p><p>b</p>");
        cut(&two(None), "<main><article><p>a</p><p>b</p>c", "<main><article><p>a</p><p>b</p>");
        cut(&two(None), "<main><p>a<p>b<p>c", "<main><p>a<p>b");
        cut(&two(None), "<main><p>a<p>b<b>c</b><ul><li>d", "<main><p>a<p>b<b>c</b>");
        cut(
            &two(Some(".x")),
            "<main><p>n</p><div class=x><p>a<p>b</div>c",
            "<main><p>n</p><div class=x><p>a<p>b</div>",
        );
        cut(
            &two(Some(".x")),
            "<p class=x>n</p><div class=x><p>a</p><div><p>b</p>c",
            "<p class=x>n</p><div class=x><p>a</p><div><p>b</p>",
        );
        for behind in [
            "<center>",
            "<xmp>",
            "<listing>",
            "<dir>",
            "<summary>",
            "<plaintext>",
            "<x-y>",
            "<frame>",
        ] {
            cut(&two(None), &format!("<main><p>a<p>b{behind}c"), "<main><p>a<p>b");
        }
        cut(&two(None), "<main><ul><li><p>a<li><p>b<li>c</ul>", "<main><ul><li><p>a<li><p>b");
        cut(&two(None), "<main><dl><dt><p>a<dd><p>b<dt>c</dl>", "<main><dl><dt><p>a<dd><p>b");
        for behind in ["<td>", "<th>", "<tr>", "<tbody>", "<tfoot>", "<caption>"] {
            let page = format!("<main><table><tr><td><p>a<p>b{behind}c</table>");
            cut(&two(None), &page, "<main><table><tr><td><p>a<p>b");
        }
        let drawn = "<main><p>a<p>b<svg><g><title>c</title></g></svg>";
        cut(&two(None), &format!("{drawn}<p>d"), drawn);
        uncut(&two(None), "<main><p>a</p>b</main>c", "it has nothing where it could be cut");
        uncut(&two(None), "<p>a</p><p>b</p><p>c</p>", "it has nothing where it could be cut");
    }

    #[test]
    fn what_has_the_whole_page_once_more_is_taken_out() {
        let more = Cut::Comment("more".to_owned());
        let head = r#"<script type="application/ld+json">{"articleBody":"b"}</script>"#;
        cut(&more, &format!("<head>{head}</head>a<!--more-->b"), "<head></head>a");
        cut(&more, "<script>window.state = 'b'</script>a<!--more-->b", "a");
        cut(&more, "<script src=a type=application/json>b</script>a<!--more-->", "a");
        cut(
            &more,
            "<script src=theme.js>b</script>a<!--more-->b",
            "<script src=theme.js></script>a",
        );
        cut(
            &more,
            "<style>p { margin: 0 }</style>a<!--more-->b",
            "<style>p { margin: 0 }</style>a",
        );
    }

    #[test]
    fn a_form_is_none_within_a_form_or_where_the_page_forbids_it() {
        let policy = |rules: &str| {
            format!("<meta http-equiv='Content-Security-Policy' content=\"{rules}\">a")
        };
        for (beginning, takes_forms) in [
            ("a".to_owned(), true),
            ("<form>a".to_owned(), false),
            ("<form>a</form>b".to_owned(), true),
            ("<div><form></div>a".to_owned(), false),
            ("<form><form></form>a".to_owned(), true),
            (policy("default-src 'self'; Form-Action 'self'"), false),
            (policy("sandbox"), false),
            (policy("default-src 'self'"), true),
            ("<meta name=x content=\"form-action 'self'\">a".to_owned(), true),
        ] {
            let begun = read(Form::default(), format!("{beginning}<!--more-->b").as_bytes());
            let expected = Begun { html: beginning.clone().into_bytes(), takes_forms };
            assert_eq!(begun.expect("cut"), expected, "{beginning}");
        }
    }

    #[test]
    fn the_cut_is_the_same_however_a_page_comes() {
        let page = "<main><p>a</p><!--x--><p>b</p><!--more--><p>secret</p></main>".as_bytes();
        for cut in [Cut::Comment("more".to_owned()), Cut::Paragraphs { count: 2, within: None }] {
            for at in 0..page.len() {
                let mut cutter = Cutter::new(&cut, Form::default(), MARK.to_owned()).expect("fine");
                let whole = match cutter.read(&page[..at]).expect("HTML") {
                    Some(whole) => whole,
                    None => cutter.read(&page[at..]).expect("HTML").expect("it is cut"),
                };
                assert_eq!(String::from_utf8_lossy(&whole.html), "<main><p>a</p><p>b</p>", "{at}");
            }
        }
    }

    #[test]
    fn a_packed_page_is_cut_and_what_cannot_be_read_is_not() {
        let page = format!("<p>a<!--more-->{}", "secret ".repeat(50_000));
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(page.as_bytes()).expect("packed");
        let packed = packer.finish().expect("packed");
        let form = Form { encoding: Some("GZip"), ..Form::default() };
        assert_eq!(read(form, &packed).expect("cut").html, b"<p>a");
        for (form, bytes, problem) in [
            (form, &b"<p>a<!--more-->b"[..], "it cannot be unpacked: invalid gzip header"),
            (
                Form { encoding: Some("br"), ..form },
                b"",
                "it is sent as \"br\", which we cannot read",
            ),
            (utf("utf-16le"), b"", "it is sent as \"utf-16le\", which we cannot read"),
            (utf("klingon"), b"", "it is sent as \"klingon\", which we cannot read"),
            (Form::default(), b"\xff\xfe<\0", "it is sent as \"utf-16\", which we cannot read"),
        ] {
            let said = read(form, bytes).map_err(|uncut| uncut.to_string());
            assert_eq!(said, Err(problem.to_owned()), "{form:?}");
        }
        assert_eq!(read(utf("latin1"), b"<p>\xe9<!--more-->b").expect("cut").html, b"<p>\xe9");
    }

    #[test]
    fn a_page_that_goes_on_and_on_is_not_held() {
        let more = Cut::Comment("more".to_owned());
        let mut cutter = Cutter::new(&more, Form::default(), MARK.to_owned()).expect("fine");
        let part = "<p>word</p>".repeat(1000);
        let uncut = (0..1000).find_map(|_| cutter.read(part.as_bytes()).err()).expect("it ends");
        assert_eq!(uncut.to_string(), "it is not cut within 1048576 bytes");
        let attribute = format!("<p title=\"{}", "a".repeat(300_000));
        let mut cutter = Cutter::new(&more, Form::default(), MARK.to_owned()).expect("fine");
        assert!(matches!(cutter.read(attribute.as_bytes()), Err(Uncut::Html(_))));
    }

    fn utf(charset: &str) -> Form<'_> {
        Form { charset: Some(charset), encoding: None }
    }

    fn read(form: Form<'_>, bytes: &[u8]) -> Result<Begun, Uncut> {
        let mut cutter = Cutter::new(&Cut::Comment("more".to_owned()), form, MARK.to_owned())?;
        match cutter.read(bytes)? {
            Some(whole) => Ok(whole),
            None => cutter.end(),
        }
    }

    fn cut(cut: &Cut, page: &str, beginning: &str) {
        let mut cutter = Cutter::new(cut, Form::default(), MARK.to_owned()).expect("a selector");
        let whole = match cutter.read(page.as_bytes()).expect("HTML") {
            Some(whole) => whole,
            None => cutter.end().expect("it is cut at the end"),
        };
        assert_eq!(String::from_utf8_lossy(&whole.html), beginning, "{page}");
    }

    fn uncut(cut: &Cut, page: &str, problem: &str) {
        let mut cutter = Cutter::new(cut, Form::default(), MARK.to_owned()).expect("a selector");
        assert_eq!(cutter.read(page.as_bytes()).expect("HTML"), None, "{page}");
        assert_eq!(cutter.end().expect_err("it is not cut").to_string(), problem, "{page}");
    }
}
