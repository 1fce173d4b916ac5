//! What our pages load: their stylesheet, and the owner's logo, font and CSS. Each has a hash of its
//! content in its name, and can be kept for ever.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderValue, header};

use super::Desk;
use super::problem::Problem;
use crate::config::{FileKind, Look, OwnFile};
use crate::crypto;
use crate::domain::colour::Colour;

/// Where they are.
pub(super) const FOLDER: &str = "/_tollhouse/look/";

/// What the colour is if the owner names none.
const OUR_COLOUR: &str = "#1f5f8b";

/// The papers of our pages, by day and by night, and what they have that is nearest to the ink:
/// behind notes. There, too, links can be read. style.css names the latter `--note`.
const PAPERS: [(&str, &str); 2] = [("#fbfaf7", "#f1eee6"), ("#16181b", "#2a2e34")];

/// All of them.
pub(super) struct Assets {
    pub(super) style: Asset,
    /// How the offer looks within a page of the website.
    pub(super) inset: Asset,
    pub(super) logo: Option<Asset>,
    pub(super) font: Option<Asset>,
    pub(super) css: Option<Asset>,
}

/// One of them.
pub(super) struct Asset {
    name: String,
    kind: &'static str,
    bytes: Bytes,
}

impl Assets {
    /// What the owner wants it to be.
    pub(super) fn new(look: &Look) -> Self {
        let own = |file: &Option<OwnFile>, name| {
            let file = file.as_ref()?;
            let (ending, kind) = ending(file.kind);
            Some(Asset::new(name, ending, kind, file.bytes.clone()))
        };
        let font = own(&look.font, "font");
        let style = style(colour(look), font.as_ref());
        Self {
            style: Asset::new("style", "css", CSS, style.into_bytes()),
            inset: Asset::new("inset", "css", CSS, inset(colour(look)).into_bytes()),
            logo: own(&look.logo, "logo"),
            font,
            css: own(&look.css, "own"),
        }
    }

    /// Address, type and content of each.
    pub(super) fn all(&self) -> Vec<(String, &'static str, Bytes)> {
        self.iter().map(|asset| (asset.path(), asset.kind, asset.bytes.clone())).collect()
    }

    fn find(&self, name: &str) -> Option<&Asset> {
        self.iter().find(|asset| asset.name == name)
    }

    fn iter(&self) -> impl Iterator<Item = &Asset> {
        let own = [&self.logo, &self.font, &self.css];
        [&self.style, &self.inset].into_iter().chain(own.into_iter().flatten())
    }
}

const CSS: &str = "text/css; charset=utf-8";

fn ending(kind: FileKind) -> (&'static str, &'static str) {
    match kind {
        FileKind::Svg => ("svg", "image/svg+xml"),
        FileKind::Png => ("png", "image/png"),
        FileKind::Jpeg => ("jpg", "image/jpeg"),
        FileKind::Webp => ("webp", "image/webp"),
        FileKind::Woff2 => ("woff2", "font/woff2"),
        FileKind::Css => ("css", CSS),
    }
}

/// The colour of a site.
pub(super) fn colour(look: &Look) -> Colour {
    look.colour.unwrap_or_else(|| known(OUR_COLOUR))
}

fn known(colour: &str) -> Colour {
    Colour::parse(colour).expect("a colour of ours is written rightly")
}

/// The beginning of a stylesheet: the papers, and the owner's colour in the tones in which it can be
/// read there, by day and by night, for whatever this selects.
fn toned(colour: Colour, selects: &str) -> String {
    let [day, night] = PAPERS.map(|(paper, note)| {
        let (paper, note) = (known(paper), known(note));
        // A button that cannot be told from the paper would be none.
        let fill = if colour.contrast(paper) < 2.0 { colour.readable_on(paper) } else { colour };
        let (ink, accent) = (fill.ink(), colour.readable_on(note));
        format!("--fill:{fill};--on-fill:{ink};--accent:{accent};--paper:{paper}")
    });
    format!("{selects}{{{day}}}\n@media(prefers-color-scheme:dark){{{selects}{{{night}}}}}\n")
}

/// How the offer looks within a page of the website: nothing of it touches the page around.
fn inset(colour: Colour) -> String {
    toned(colour, ".tollhouse-offer") + include_str!("templates/inset.css")
}

/// Our stylesheet, with the owner's colour and font.
fn style(colour: Colour, font: Option<&Asset>) -> String {
    let mut style = toned(colour, ":root");
    if let Some(font) = font {
        let rule = format!(
            "@font-face{{font-family:own;src:url({}) format(\"woff2\");font-weight:1 1000;\
             font-display:swap}}\n:root{{--font:own,}}\n",
            font.name
        );
        let written = style.write_str(&rule);
        written.expect("a text takes everything");
    }
    style + include_str!("templates/style.css")
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Self {
        let hash = crypto::hex(&crypto::hmac_sha256(FOLDER.as_bytes(), &bytes)[..8]);
        Self { name: format!("{name}-{hash}.{ending}"), kind, bytes: bytes.into() }
    }

    /// Where it is.
    pub(super) fn path(&self) -> String {
        format!("{FOLDER}{}", self.name)
    }
}

/// One of them, for everybody.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let asset = desk.views.assets.find(&name).ok_or_else(Problem::no_such_page)?;
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        // An SVG may have styles of its own, and runs nothing even if it is opened by itself.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, asset.bytes.clone()).into_response())
}
