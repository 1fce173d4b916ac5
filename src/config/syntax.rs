//! What is no TOML: every place, each with a sentence on what to write.

use std::ops::Range;

use toml::de::DeTable;

/// Quotes that word processors put in the place of straight ones.
const CURLY: [char; 8] = ['“', '”', '„', '‘', '’', '‚', '«', '»'];

/// What the parser says of a line without `=`.
const NO_VALUE: &str = "key with no value";

/// Where a text is no TOML, and what to do; one for each line at most, in order.
pub(super) fn faults(text: &str) -> Vec<(Range<usize>, String)> {
    let mut errors = errors(text);
    errors.sort_by_key(|(span, _)| span.start);
    // In a list that nobody closes, everything that follows is wrong.
    let in_list = |message: &str| message.contains("array") || message.contains("table");
    if let Some(first) = errors.iter().position(|(_, message)| in_list(message))
        && let Some(unclosed) = errors[first..].iter().find(|(_, it)| it.starts_with("unclosed"))
    {
        let bracket = if unclosed.1.contains("array") { "]" } else { "}" };
        if errors[first] != *unclosed {
            errors[first].1 =
                format!("what was opened before is not closed: a \"{bracket}\" is missing");
        }
        errors.truncate(first + 1);
    }
    errors.dedup_by_key(|(span, _)| line_of(text, span));
    errors.into_iter().map(|(span, message)| (span.clone(), help(text, &span, &message))).collect()
}

/// What the parser says. Behind a line without `=` it reads no values: then it is asked again
/// without that line.
fn errors(text: &str) -> Vec<(Range<usize>, String)> {
    let (mut text, mut all) = (text.to_owned(), Vec::new());
    loop {
        let (_, errors) = DeTable::parse_recoverable(&text);
        let errors =
            errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message().to_owned()));
        let mut errors: Vec<(Range<usize>, String)> = errors.collect();
        // What follows from the fault before it: nothing stands there.
        let is_blank = |span: &Range<usize>| text[line_around(&text, span.start)].trim().is_empty();
        let is_first = all.is_empty() && errors.len() == 1;
        errors.retain(|(span, message)| {
            is_first || !message.starts_with(NO_VALUE) || !is_blank(span)
        });
        let lines: Vec<Range<usize>> = errors
            .iter()
            .filter(|(_, message)| message.starts_with(NO_VALUE))
            .map(|(span, _)| line_around(&text, span.start))
            // Without its header a section would belong to the one before.
            .filter(|line| !text[line.clone()].contains(['[', ']']))
            .filter(|line| !text[line.clone()].trim().is_empty())
            .collect();
        all.extend(errors);
        if lines.is_empty() {
            return all;
        }
        for line in lines {
            text.replace_range(line.clone(), &" ".repeat(line.len()));
        }
    }
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    start..text[at..].find('\n').map_or(text.len(), |length| at + length)
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count()
}

fn help(text: &str, span: &Range<usize>, message: &str) -> String {
    let rest = text.get(span.start..).unwrap_or_default().lines().next().unwrap_or_default();
    if rest.starts_with(CURLY) {
        return "write straight quotes: \"…\"".to_owned();
    }
    if message.starts_with("invalid basic string") && rest.trim().is_empty() {
        return "the closing quote is missing".to_owned();
    }
    if message.contains("escape") || message.contains("unicode value") {
        return "a backslash in \"…\" begins a special character: write two, or '…' around the text"
            .to_owned();
    }
    if message.starts_with(NO_VALUE) {
        return "an \"=\" is missing: write NAME = VALUE".to_owned();
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_no_toml_is_told_once() {
        check(
            "a = \"x\nb = 2\nc = \"y\nd = 3\n",
            &[(1, "the closing quote is missing"), (3, "the closing quote is missing")],
        );
        check(
            "a = “x”\n\nb = „y“",
            &[(1, "write straight quotes: \"…\""), (3, "write straight quotes: \"…\"")],
        );
        let backslash =
            "a backslash in \"…\" begins a special character: write two, or '…' around the text";
        check("a = \"C:\\web\"\nb = \"D:\\Users\"", &[(1, backslash), (2, backslash)]);
        check(
            "name \"x\"\nurl: \"y\"",
            &[
                (1, "an \"=\" is missing: write NAME = VALUE"),
                (2, "an \"=\" is missing: write NAME = VALUE"),
            ],
        );
        check(
            "paths = [\"/a\", \"/b\"\nplans = [\"x\"]\nb = 1 2\n",
            &[(2, "what was opened before is not closed: a \"]\" is missing")],
        );
        check(
            "p = [\"a\" \"b\"]\nb = 1 2\n",
            &[
                (1, "missing comma between array elements, expected `,`"),
                (2, "string values must be quoted, expected literal string"),
            ],
        );
        check(
            "name \"x\"\nb = “y”\nc \"z\"",
            &[
                (1, "an \"=\" is missing: write NAME = VALUE"),
                (2, "write straight quotes: \"…\""),
                (3, "an \"=\" is missing: write NAME = VALUE"),
            ],
        );
        check("a = 1", &[]);
        check(
            "\"\"\"\n",
            &[
                (
                    1,
                    "keys cannot be multi-line basic strings, expected basic string, literal string",
                ),
                (2, "invalid multi-line basic string, expected `\"`"),
            ],
        );
    }

    fn check(text: &str, expected: &[(usize, &str)]) {
        let found = faults(text);
        let found: Vec<(usize, &str)> =
            found.iter().map(|(span, help)| (line_of(text, span) + 1, help.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }
}
