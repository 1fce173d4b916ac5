//! Reads Rust just well enough to see which paths a file names. No parser: comments and literals
//! are blanked, what is left is cut into words and signs.

/// A path as a file names it. `use a::{b, c as d}` is two: `a::b` and `a::c`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Counted from one.
    pub(super) line: usize,
    /// The modules inside the file around it, outermost first.
    pub(super) inside: Vec<String>,
    pub(super) segments: Vec<String>,
    /// The name that it brings into scope, if it is an import.
    pub(super) binds: Option<String>,
}

/// What a file says, as far as the house rules ask.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) paths: Vec<Path>,
    /// Child modules, with the modules around each, outermost first.
    pub(super) modules: Vec<(Vec<String>, String)>,
}

impl Facts {
    /// Whether a bare name means something that the file itself declares or imports, be it in
    /// the module of `path` or in one around it.
    pub(super) fn is_local(&self, name: &str, path: &Path) -> bool {
        let declared = |inside: &[String]| path.inside.starts_with(inside);
        self.modules.iter().any(|(inside, module)| module == name && declared(inside))
            || self.paths.iter().any(|other| {
                other.binds.as_deref() == Some(name)
                    && other.segments.len() > 1
                    && declared(&other.inside)
            })
    }
}

/// A word or a sign; `::` is one sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) text: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The paths and modules of a file.
pub(super) fn facts(source: &str) -> Facts {
    let mut reader = Reader { tokens: tokens(source), ..Reader::default() };
    while reader.at < reader.tokens.len() {
        reader.step();
    }
    reader.facts
}

/// The words and signs of a file, without comments; literals leave nothing behind.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (number, text) in blank(source).lines().enumerate() {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                c if is_part(c) => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            tokens.push(Token { line: number + 1, text: token.to_owned() });
            rest = after.trim_start();
        }
    }
    tokens
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Modules that are open, each with the depth around it.
    open: Vec<(String, usize)>,
    facts: Facts,
}

impl Reader {
    fn step(&mut self) {
        let text = self.text(self.at).to_owned();
        match text.as_str() {
            "{" => self.depth += 1,
            "}" => self.close(),
            "mod" if self.is_word(self.at + 1) => self.module(),
            "use" if self.text(self.at + 1) != "<" => {
                self.at += 1;
                return self.import(&[]);
            }
            "crate" if self.at > 0 && self.text(self.at - 1) == "extern" => {
                self.at += 1;
                return self.import(&[]);
            }
            _ if self.begins_path() => return self.path(),
            _ => {}
        }
        self.at += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.open.last().is_some_and(|(_, around)| *around == self.depth) {
            self.open.pop();
        }
    }

    fn module(&mut self) {
        let name = self.text(self.at + 1).to_owned();
        self.facts.modules.push((self.inside(), name.clone()));
        if self.text(self.at + 2) == "{" {
            self.open.push((name, self.depth));
        }
        self.at += 1;
    }

    /// One branch of an import, and all that hangs on it; `stem` is what stands before it.
    fn import(&mut self, stem: &[String]) {
        let line = self.line();
        let mut segments = stem.to_vec();
        loop {
            match self.text(self.at).to_owned().as_str() {
                "::" => self.at += 1,
                "{" => return self.branches(&segments),
                "as" => {
                    let name = self.text(self.at + 1).to_owned();
                    self.at += 2;
                    return self.add(line, segments, Some(name));
                }
                "*" => {
                    self.at += 1;
                    return self.add(line, segments, None);
                }
                _ if self.is_word(self.at) => {
                    segments.push(self.text(self.at).to_owned());
                    self.at += 1;
                }
                _ => break,
            }
        }
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let name = segments.last().cloned();
        self.add(line, segments, name);
    }

    fn branches(&mut self, stem: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && self.text(self.at) != "}" {
            self.import(stem);
            // The comma; or a sign that no import has, which must not hold us for ever.
            if self.text(self.at) != "}" {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn begins_path(&self) -> bool {
        let continues = self.at > 1
            && self.text(self.at - 1) == "::"
            && (self.is_word(self.at - 2) || self.text(self.at - 2) == ">");
        self.is_word(self.at) && self.text(self.at + 1) == "::" && !continues
    }

    fn path(&mut self) {
        let line = self.line();
        let mut segments = vec![self.text(self.at).to_owned()];
        self.at += 1;
        while self.text(self.at) == "::" && self.is_word(self.at + 1) {
            segments.push(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        self.add(line, segments, None);
    }

    fn add(&mut self, line: usize, segments: Vec<String>, binds: Option<String>) {
        if !segments.is_empty() {
            let inside = self.inside();
            self.facts.paths.push(Path { line, inside, segments, binds });
        }
    }

    fn inside(&self) -> Vec<String> {
        self.open.iter().map(|(name, _)| name.clone()).collect()
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_word)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }
}

/// The source with spaces for comments and for the literals of strings and characters; every
/// line keeps its number.
fn blank(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let length = blanked(rest, after_word);
        if length == 0 {
            code.push(first);
            after_word = first.is_alphanumeric() || first == '_';
            rest = &rest[first.len_utf8()..];
        } else {
            let (gone, after) = rest.split_at(length);
            code.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            after_word = false;
            rest = after;
        }
    }
    code
}

/// The length in bytes of the comment or literal that `rest` begins with; 0 if it does not.
fn blanked(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    let prefix =
        if after_word { 0 } else { rest.len() - rest.trim_start_matches(['b', 'c', 'r']).len() };
    let hashes = rest[prefix..].len() - rest[prefix..].trim_start_matches('#').len();
    let is_raw = prefix > 0 && rest[..prefix].ends_with('r');
    let opening = if is_raw { prefix + hashes } else { prefix };
    if prefix > 2 || !rest[opening..].starts_with('"') {
        return 0;
    }
    let body = opening + 1;
    if is_raw {
        let end = format!("\"{}", "#".repeat(hashes));
        rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len())
    } else {
        closing(rest, body, '"')
    }
}

/// Where the literal ends that `quote` closes, from `body` on.
fn closing(rest: &str, body: usize, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest[body..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return body + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'a'` and `'\n'` are literals, `'a` is a lifetime.
fn character(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => closing(rest, 1, '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let words = |source: &str| {
            let texts: Vec<_> = tokens(source).into_iter().map(|token| token.text).collect();
            texts.join(" ")
        };
        let check = |source: &str, code: &str| assert_eq!(words(source), code, "{source}");
        check("a // b::c\nd", "a d");
        check("a /* b /* c */ d */ e", "a e");
        check(r#"a("b::c \" d") e"#, "a ( ) e");
        check("a(r#\"b \" c\"#, br\"d\\\", c\"e\") f", "a ( , , ) f");
        check("r#type r#\"x\"# b'x' b\"y\"", "r # type b");
        check(r"a('b', '\'', '\u{1F}', '“') c", "a ( , , , ) c");
        check("fn a<'b>(c: &'b str) {}", "fn a < ' b > ( c : & ' b str ) { }");
        check("number\"s\"", "number");
        check("a::b:c", "a :: b : c");
    }

    #[test]
    fn a_path_is_seen_wherever_it_stands() {
        let check = |source: &str, expected: &[(usize, &str)]| {
            let facts = facts(source);
            let seen: Vec<_> =
                facts.paths.iter().map(|path| (path.line, path.segments.join("::"))).collect();
            let expected: Vec<_> =
                expected.iter().map(|(line, path)| (*line, (*path).to_owned())).collect();
            assert_eq!(seen, expected, "{source}");
        };
        check("use a::b;\nuse c;", &[(1, "a::b"), (2, "c")]);
        check(
            "use a::{b, c::{self, d as e},\n f::*};",
            &[(1, "a::b"), (1, "a::c"), (1, "a::c::d"), (2, "a::f")],
        );
        check("pub(crate) use {a::b, ::c::d};", &[(1, "a::b"), (1, "c::d")]);
        check("extern crate a;", &[(1, "a")]);
        check(
            "#[a::test]\nfn f(x: &b::C) -> d::E<f::G> {}",
            &[(1, "a::test"), (2, "b::C"), (2, "d::E"), (2, "f::G")],
        );
        check("let x = Vec::<a::B>::new(::c::d!());", &[(1, "Vec"), (1, "a::B"), (1, "c::d")]);
        check("<a::B as c::D>::e()", &[(1, "a::B"), (1, "c::D")]);
        check("fn f() -> impl Sized + use<'_, T> { a::b() }", &[(1, "a::b")]);
        check("let used = user; // use a::b;\n\"use c::d;\"", &[]);
    }

    #[test]
    fn a_path_knows_the_modules_around_it() {
        let facts = facts("a::b(); mod c { fn d() { e::f() } mod g { h::i!() } } j::k()");
        let inside: Vec<_> = facts.paths.iter().map(|path| path.inside.join("::")).collect();
        assert_eq!(inside, ["", "c", "c::g", ""]);
    }

    #[test]
    fn a_name_is_local_when_the_file_declares_or_imports_it() {
        let check = |source: &str, local: bool| {
            let facts = facts(source);
            let path = facts.paths.iter().find(|path| path.segments == ["url", "Url"]);
            let path = path.expect("every row names url::Url");
            assert_eq!(facts.is_local("url", path), local, "{source}");
        };
        check("fn f() -> url::Url {}", false);
        check("mod url; fn f() -> url::Url {}", true);
        check("use crate::config::url; fn f() -> url::Url {}", true);
        check("use url; fn f() -> url::Url {}", false);
        check("use url::Url;", false);
        check("use a::b as url; fn f() -> url::Url {}", true);
        check("mod url; mod tests { fn f() -> url::Url {} }", true);
        check("mod tests { mod url; } fn f() -> url::Url {}", false);
    }
}
