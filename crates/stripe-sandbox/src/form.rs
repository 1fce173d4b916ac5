//! Form-encoded, nested parameters as Stripe's clients send them: `line_items[0][price]=…`.

/// The parameters of one call: for each leaf its path and its value, in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    fields: Vec<(Vec<String>, String)>,
}

impl Form {
    /// Reads a query string or a form body; both at once are joined by the caller with `&`.
    pub(crate) fn parse(encoded: &str) -> Form {
        let mut form = Form::default();
        for (name, value) in form_urlencoded::parse(encoded.as_bytes()) {
            let mut path = split(&name);
            form.number_empty_brackets(&mut path);
            form.set(path, value.into_owned());
        }
        form
    }

    /// Of two equal names the last counts.
    fn set(&mut self, path: Vec<String>, value: String) {
        match self.fields.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = value,
            None => self.fields.push((path, value)),
        }
    }

    /// `expand[]=a&expand[]=b` is `expand[0]`, `expand[1]`; `items[][a]=1&items[][b]=2` is one item
    /// with two fields, until a field comes again.
    fn number_empty_brackets(&self, path: &mut [String]) {
        for depth in 0..path.len() {
            if path[depth].is_empty() {
                let (before, after) = (&path[..depth], &path[depth + 1..]);
                let siblings = self.fields.iter().filter_map(|(other, _)| {
                    let inside = other.len() > depth && other[..depth] == *before;
                    inside.then(|| other[depth].parse::<usize>().ok()).flatten()
                });
                let last = siblings.max();
                let taken = |index: usize| {
                    after.is_empty()
                        || self.fields.iter().any(|(other, _)| {
                            other.len() > depth
                                && other[..depth] == *before
                                && other[depth] == index.to_string()
                                && other[depth + 1..] == *after
                        })
                };
                let index = last.map_or(0, |last| if taken(last) { last + 1 } else { last });
                path[depth] = index.to_string();
            }
        }
    }

    /// Every leaf: its path and its value.
    pub(crate) fn fields(&self) -> &[(Vec<String>, String)] {
        &self.fields
    }

    /// The parameters but those whose path is `left_out`.
    pub(crate) fn without(&self, left_out: impl Fn(&[String]) -> bool) -> Form {
        Form { fields: self.fields.iter().filter(|(path, _)| !left_out(path)).cloned().collect() }
    }

    /// The value at `a.b.c`; an empty one counts as absent, as Stripe reads it where it unsets.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.raw(path).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that the endpoint names as required.
    pub(crate) fn required(&self, path: &str) -> &str {
        self.text(path).expect("a call without a required parameter does not reach its endpoint")
    }

    /// The value at `a.b.c`, also an empty one.
    pub(crate) fn raw(&self, path: &str) -> Option<&str> {
        let wanted: Vec<&str> = path.split('.').collect();
        self.fields.iter().find(|(path, _)| *path == wanted).map(|(_, value)| value.as_str())
    }

    /// Whether anything stands at or below `a.b`.
    pub(crate) fn has(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.split('.').collect();
        self.fields
            .iter()
            .any(|(path, _)| path.len() >= wanted.len() && path[..wanted.len()] == wanted[..])
    }

    /// The leaves directly below `a.b`: name and value.
    pub(crate) fn entries(&self, path: &str) -> Vec<(&str, &str)> {
        let wanted: Vec<&str> = path.split('.').collect();
        let below =
            |path: &[String]| path.len() == wanted.len() + 1 && path[..wanted.len()] == wanted[..];
        self.fields
            .iter()
            .filter(|(path, _)| below(path))
            .map(|(path, value)| (path[wanted.len()].as_str(), value.as_str()))
            .collect()
    }

    /// The values of a list: `expand[0]`, `expand[1]` …
    pub(crate) fn list(&self, path: &str) -> Vec<&str> {
        self.entries(path).into_iter().map(|(_, value)| value).collect()
    }

    /// The indices below `a`, in order: of `line_items[0][price]` it is `["0"]`.
    pub(crate) fn indices(&self, path: &str) -> Vec<&str> {
        let mut indices: Vec<&str> = Vec::new();
        for (field, _) in &self.fields {
            if field.len() > 1 && field[0] == path && !indices.contains(&field[1].as_str()) {
                indices.push(&field[1]);
            }
        }
        indices
    }

    /// The names as clients write them, sorted: equal for equal calls.
    pub(crate) fn fingerprint(&self) -> Vec<(String, String)> {
        let mut all = self.recorded();
        all.sort();
        all
    }

    /// The names as clients write them, in the order they came.
    pub(crate) fn recorded(&self) -> Vec<(String, String)> {
        self.fields.iter().map(|(path, value)| (spelled(path), value.clone())).collect()
    }
}

/// `["a", "b"]` is `a[b]`.
pub(crate) fn spelled(path: &[String]) -> String {
    let mut name = path[0].clone();
    for segment in &path[1..] {
        name.push('[');
        name.push_str(segment);
        name.push(']');
    }
    name
}

/// `a[b][]` is `["a", "b", ""]`; a bracket that is not closed belongs to the name.
fn split(name: &str) -> Vec<String> {
    let Some((first, rest)) = name.split_once('[') else {
        return vec![name.to_owned()];
    };
    let Some(inner) = rest.strip_suffix(']') else {
        return vec![name.to_owned()];
    };
    let mut path = vec![first.to_owned()];
    path.extend(inner.split("][").map(str::to_owned));
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoded: &str, expected: &[(&str, &str)]) {
        let recorded = Form::parse(encoded).recorded();
        let recorded: Vec<(&str, &str)> =
            recorded.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(recorded, expected, "{encoded}");
    }

    #[test]
    fn nested_names_are_read_however_they_are_escaped() {
        check("", &[]);
        check("a=1&b=", &[("a", "1"), ("b", "")]);
        check("a%5Bb%5D=x+y", &[("a[b]", "x y")]);
        check("line_items[0][price]=p", &[("line_items[0][price]", "p")]);
        check("expand[]=a&expand[]=b", &[("expand[0]", "a"), ("expand[1]", "b")]);
        check("a[b=1", &[("a[b", "1")]);
        check("a=1&a=2", &[("a", "2")]);
        check(
            "i[][a]=1&i[][b]=2&i[][a]=3&i[][c][]=4&i[][c][]=5",
            &[
                ("i[0][a]", "1"),
                ("i[0][b]", "2"),
                ("i[1][a]", "3"),
                ("i[1][c][0]", "4"),
                ("i[1][c][1]", "5"),
            ],
        );
        check("metadata[x.y]=1", &[("metadata[x.y]", "1")]);
    }

    #[test]
    fn values_are_found_by_their_path() {
        let form = Form::parse(
            "mode=payment&line_items[0][price]=p&line_items[1][price]=q&metadata[k]=v&email=",
        );
        assert_eq!(form.text("mode"), Some("payment"));
        assert_eq!(form.text("line_items.1.price"), Some("q"));
        assert_eq!(form.indices("line_items"), ["0", "1"]);
        assert_eq!(form.entries("metadata"), [("k", "v")]);
        assert_eq!((form.text("email"), form.raw("email")), (None, Some("")));
        assert!(form.has("line_items.0") && !form.has("line_items.2"));
    }
}
