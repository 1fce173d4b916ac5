//! Cuts a page: gives its beginning, up to where the owner lets strangers read, and nothing of what
//! comes behind, in no form.

mod marks;

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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

pub use self::marks::Begun;

use self::marks::{IN_PARAGRAPHS, LAST, Mark, Reading, Taken, UNCLEAR};
use crate::domain::preview::Cut;

/// The longest beginning of a page: it is held in memory until the cut is found, for only then is
/// it sure that there is one.
const LONGEST_BEGINNING: usize = 1024 * 1024;

/// What one tag may take; whole pages in an attribute are not cut.
const LONGEST_TAG: usize = 256 * 1024;

/// So much of a compressed page is read at once: it may become a thousand times as long.
const COMPRESSED_STEP: usize = 1024;

/// Where paragraphs are counted if the owner does not say: not in menus and footers.
const PLACES: &str = "article, main";
const PARAGRAPHS: &str = "article p, main p";

/// Where a browser ends a paragraph otherwise than we can tell.
const ODD_PLACES: &str = "button p, select p, ruby p, object p, svg p, math p, template p";

/// What keeps us, within a form, from seeing where it is closed.
const ODD_FOR_FORMS: &str = "template, svg, math";

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

/// Whether a `Content-Security-Policy` keeps forms of its page from leading to Stripe.
pub fn forbids_forms(policy: &str) -> bool {
    policy.split([';', ',']).any(|rule| {
        let rule = rule.trim_ascii().to_ascii_lowercase();
        rule.starts_with("form-action") || rule.starts_with("sandbox")
    })
}

/// Reads a page as it comes, until it has the beginning.
pub struct Cutter {
    rewriter: HtmlRewriter<'static, Sink>,
    output: mpsc::Receiver<Vec<u8>>,
    unpack: Option<MultiGzDecoder<Vec<u8>>>,
    mark: Mark,
    /// Where the last paragraph begins in the beginning.
    last: Option<usize>,
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
        let (last, beginning) = (None, Vec::new());
        Ok(Self { rewriter, output, unpack, mark, last, beginning, has_begun: false })
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
        let reading = Reading { mark: &self.mark, beginning: self.beginning, last: self.last };
        match reading.take(&self.output)? {
            Taken::Whole(begun) => Ok(begun),
            Taken::SoFar { .. } => Err(Uncut::NoMark),
        }
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
        let beginning = std::mem::take(&mut self.beginning);
        let reading = Reading { mark: &self.mark, beginning, last: self.last };
        match reading.take(&self.output)? {
            Taken::Whole(begun) => Ok(Some(begun)),
            Taken::SoFar { beginning, .. } if beginning.len() > LONGEST_BEGINNING => {
                Err(Uncut::TooLong)
            }
            Taken::SoFar { beginning, last } => {
                (self.beginning, self.last) = (beginning, last);
                Ok(None)
            }
        }
    }
}

fn settings(
    cut: &Cut,
    charset: Option<&str>,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let encoding = match charset {
        None => AsciiCompatibleEncoding::utf_8(),
        Some(label) => ascii_compatible(label).ok_or_else(|| Uncut::Form(label.to_owned()))?,
    };
    let memory = MemorySettings::new().with_max_allowed_memory_usage(LONGEST_TAG);
    let settings =
        Settings::new_send().with_encoding(encoding).with_memory_settings(memory).with_strict(true);
    let settings = without_data(with_eye_on_forms(settings, mark)?, cut, mark)?;
    match cut {
        Cut::Comment(_) => Ok(settings),
        Cut::Element(selector) => {
            let mark = mark.clone();
            let cuts = move |element: &mut Element<'_, '_>| {
                element.before(&mark.cut(), ContentType::Html);
                Ok(())
            };
            let handlers = ElementContentHandlers::default().element(cuts);
            Ok(settings.append_element_content_handler((parsed(selector)?, handlers)))
        }
        Cut::Paragraphs { count, within } => counting(settings, *count, within.as_deref(), mark),
    }
}

/// Notes where a form would be none of ours: browsers know no form within a form, and a page can say
/// where its forms may lead. A page that says to be in letters that we cannot read is not cut.
fn with_eye_on_forms(
    settings: Settings<'static, 'static>,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let (noted, ruled, odd) = (Arc::clone(&mark.seen), mark.clone(), Arc::clone(&mark.seen));
    let odd = move |_: &mut Element<'_, '_>| {
        if odd.in_form.load(Ordering::Relaxed) {
            odd.is_odd_for_forms.store(true, Ordering::Relaxed);
        }
        Ok(())
    };
    let forms = move |element: &mut Element<'_, '_>| {
        noted.in_form.store(true, Ordering::Relaxed);
        let seen = Arc::clone(&noted);
        let closed = move |tag: &mut EndTag<'_>| {
            // What closes only what is around it leaves it open.
            if tag.name() == "form" && !seen.is_odd_for_forms.load(Ordering::Relaxed) {
                seen.in_form.store(false, Ordering::Relaxed);
            }
            Ok(())
        };
        element.on_end_tag(closed.into_handler())?;
        Ok(())
    };
    let rules = move |element: &mut Element<'_, '_>| {
        let kind = element.get_attribute("http-equiv").unwrap_or_default();
        let content = element.get_attribute("content").unwrap_or_default();
        let is_policy = kind.trim().eq_ignore_ascii_case("content-security-policy");
        // What is written as a reference is something else to a browser.
        if kind.contains('&') || is_policy && (content.contains('&') || forbids_forms(&content)) {
            ruled.seen.forbids_forms.store(true, Ordering::Relaxed);
        }
        let charset = element.get_attribute("charset");
        let charset = charset.as_deref().or_else(|| charset_of(&content));
        if charset.is_some_and(|label| ascii_compatible(label).is_none()) {
            element.before(&ruled.with(UNCLEAR), ContentType::Html);
        }
        Ok(())
    };
    let handler = ElementContentHandlers::default;
    Ok(settings
        .append_element_content_handler((parsed(ODD_FOR_FORMS)?, handler().element(odd)))
        .append_element_content_handler((parsed("form")?, handler().element(forms)))
        .append_element_content_handler((parsed("meta")?, handler().element(rules))))
}

/// The charset that `text/html; charset=…` names.
fn charset_of(content: &str) -> Option<&str> {
    let (_, rest) = content.split_once("charset=")?;
    Some(rest.split([';', ' ']).next()?.trim_matches(['"', '\'']))
}

fn ascii_compatible(label: &str) -> Option<AsciiCompatibleEncoding> {
    Encoding::for_label(label.as_bytes()).and_then(AsciiCompatibleEncoding::new)
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
            comment.replace(&mark.cut(), ContentType::Html);
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
    // It is no part of the page for a browser with scripts, and all of it for others.
    let empty = |element: &mut Element<'_, '_>| {
        element.set_inner_content("", ContentType::Text);
        Ok(())
    };
    let handler = ElementContentHandlers::default;
    Ok(settings
        .append_element_content_handler((parsed("script")?, handler().element(scripts)))
        .append_element_content_handler((parsed("noscript")?, handler().element(empty))))
}

/// Cuts behind a paragraph: where it is closed, or by whatever closes it without a word. Where a
/// browser may have seen that many already, or closes them otherwise, there is no cut.
fn counting(
    settings: Settings<'static, 'static>,
    count: u16,
    within: Option<&str>,
    mark: &Mark,
) -> Result<Settings<'static, 'static>, Uncut> {
    let handler = ElementContentHandlers::default;
    let (place, paragraphs) = match within {
        None => (PLACES.to_owned(), PARAGRAPHS.to_owned()),
        Some(outer) => (outer.to_owned(), format!("{outer} p")),
    };
    let closing = mark.clone();
    let closes = move |element: &mut Element<'_, '_>| {
        let is_enough = closing.seen.counted.load(Ordering::Relaxed) >= count;
        if is_enough && !IN_PARAGRAPHS.contains(&element.tag_name().as_str()) {
            element.before(&closing.cut(), ContentType::Html);
        }
        Ok(())
    };
    let beginning = Arc::clone(&mark.seen);
    let begins = move |_: &mut Element<'_, '_>| {
        beginning.has_begun.store(true, Ordering::Relaxed);
        Ok(())
    };
    let any = mark.clone();
    let any_paragraph = move |element: &mut Element<'_, '_>| {
        let seen = &any.seen;
        seen.is_odd.store(false, Ordering::Relaxed);
        if seen.has_begun.load(Ordering::Relaxed)
            && seen.at_most.fetch_add(1, Ordering::Relaxed) >= count
        {
            // By now it is cut, or we lost count.
            element.before(&any.with(UNCLEAR), ContentType::Html);
        }
        Ok(())
    };
    let odd = Arc::clone(&mark.seen);
    let is_odd = move |_: &mut Element<'_, '_>| {
        odd.is_odd.store(true, Ordering::Relaxed);
        Ok(())
    };
    let mark = mark.clone();
    let counts = move |element: &mut Element<'_, '_>| count_one(element, &mark, count);
    Ok(settings
        .append_element_content_handler((parsed("*")?, handler().element(closes)))
        .append_element_content_handler((parsed("p")?, handler().element(any_paragraph)))
        .append_element_content_handler((parsed(&place)?, handler().element(begins)))
        .append_element_content_handler((parsed(ODD_PLACES)?, handler().element(is_odd)))
        .append_element_content_handler((parsed(&paragraphs)?, handler().element(counts))))
}

/// Counts a paragraph; the last one is cut where it is closed.
fn count_one(
    element: &mut Element<'_, '_>,
    mark: &Mark,
    count: u16,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if mark.seen.counted.fetch_add(1, Ordering::Relaxed) + 1 != count {
        return Ok(());
    }
    if mark.seen.is_odd.load(Ordering::Relaxed) {
        element.before(&mark.with(UNCLEAR), ContentType::Html);
        return Ok(());
    }
    element.before(&mark.with(LAST), ContentType::Html);
    let mark = mark.clone();
    let cut = move |tag: &mut EndTag<'_>| {
        tag.after(&mark.cut(), ContentType::Html);
        Ok(())
    };
    element.on_end_tag(cut.into_handler())?;
    Ok(())
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
        // Where a browser may see it otherwise than we do, there is no cut.
        let unclear = "it has nothing where it could be cut";
        for page in [
            "<main><b><div></b><p>a<p>b</div>c<p>d</main>",
            "<main><div><table><tr><td>x</div><p>a<p>b</table>c<p>d</main>",
            "<main><ruby><rt><p>a</p><p>b<rt>c</ruby></main>",
            "<main><button><p>a</p><p>b<button>c</button></main>",
            "<div><main><table><tr><td>x</div></td></tr></table><p>c<p>d</p></main></div><article><p>a<p>b</p>",
            "<b><main></b><p>c</p><p>d</p></main><main><p>a</p><p>b</p>",
            "<meta charset=iso-2022-jp><main><p>a</p><p>b</p>",
            "<meta http-equiv=content-type content='text/html; charset=iso-2022-jp'><main><p>a</p><p>b</p>",
        ] {
            uncut_at_once(&two(None), page, unclear);
        }
        let silent = "<main><p>a</p><noscript><p>x</p><p>y</p></noscript><p>b</p>c</main>";
        cut(&two(None), silent, "<main><p>a</p><noscript></noscript><p>b</p>");
        cut(&two(None), "<main><p>a<p>b<svg/><section>c", "<main><p>a<p>b<svg/>");
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
            ("<form><template></form></template>a".to_owned(), false),
            ("<svg></svg><form>a</form>b".to_owned(), true),
            ("<meta http-equiv='content&#45;security-policy' content=x>a".to_owned(), false),
            (policy("form&#45;action 'self'"), false),
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

    /// Whatever comes behind.
    fn uncut_at_once(cut: &Cut, page: &str, problem: &str) {
        let mut cutter = Cutter::new(cut, Form::default(), MARK.to_owned()).expect("a selector");
        let read = cutter.read(page.as_bytes());
        let uncut = match read {
            Err(uncut) => uncut,
            Ok(begun) => {
                assert_eq!(begun, None, "{page}");
                cutter.end().expect_err(page)
            }
        };
        assert_eq!(uncut.to_string(), problem, "{page}");
    }

    fn uncut(cut: &Cut, page: &str, problem: &str) {
        let mut cutter = Cutter::new(cut, Form::default(), MARK.to_owned()).expect("a selector");
        assert_eq!(cutter.read(page.as_bytes()).expect("HTML"), None, "{page}");
        assert_eq!(cutter.end().expect_err("it is not cut").to_string(), problem, "{page}");
    }
}
