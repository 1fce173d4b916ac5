//! What of a closed page a stranger sees: where it is cut.

/// The most paragraphs that can be shown.
pub const MOST_PARAGRAPHS: u16 = 100;

/// Where a page is cut: what stands behind it, a stranger never gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// At the first comment that says this: `more` for `<!--more-->`.
    Comment(String),
    /// Before the first element that this CSS selector finds.
    Element(String),
    /// After so many paragraphs.
    Paragraphs {
        /// From 1 to [`MOST_PARAGRAPHS`].
        count: u16,
        /// What a CSS selector finds: paragraphs in it are counted, no others. Without one, those in
        /// `<article>` and `<main>`.
        within: Option<String>,
    },
}
