//! Secrets: read from where the file says they are.

use std::collections::BTreeMap;
use std::path::Path;

use super::faults::{Reviewer, hide_secrets};
use super::file::SecretFile;
use super::locate::Spot;
use crate::domain::secret::Secret;

/// The environment variables that a file names for the secrets of Stripe; none where it names a
/// file of its own, or nothing that can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StripeVariables {
    /// `[stripe] secret_key`.
    pub secret_key: Option<String>,
    /// `[stripe] webhook_secret`; the first of a list.
    pub webhook_secret: Option<String>,
}

impl StripeVariables {
    /// Reads the text of a file. Whether it is sound is not looked at.
    pub(super) fn of(text: &str) -> Self {
        let file: toml::Table = text.trim_start_matches('\u{feff}').parse().unwrap_or_default();
        let named = |key: &str| {
            let written = file.get("stripe")?.get(key)?;
            let one = written.as_array().map_or(Some(written), |list| list.first())?;
            Some(one.get("env")?.as_str()?.to_owned())
        };
        Self { secret_key: named("secret_key"), webhook_secret: named("webhook_secret") }
    }
}

/// The environment, with something in the place of each secret that is not set: for commands that
/// ask nothing of Stripe nor of the website. `text` is the file's.
pub(super) fn with_stand_ins(
    text: &str,
    environment: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let file: toml::Table = text.trim_start_matches('\u{feff}').parse().unwrap_or_default();
    let written = |section: &str, key: &str| file.get(section)?.get(key);
    let simulated = written("stripe", "api_base").is_some()
        || environment.contains_key("TOLLHOUSE_STRIPE__API_BASE");
    // Either is what a sound configuration has there.
    let key = if simulated { "sk_test_unset" } else { "sk_live_unset" };
    let mut all = environment.clone();
    for (section, setting, stand_in) in [
        ("stripe", "secret_key", key),
        ("stripe", "webhook_secret", "whsec_unset_unset_unset"),
        ("origin", "proof", "unset_unset_unset_unset_unset_un"),
        ("mail", "smtp", "smtp://localhost"),
    ] {
        let one = written(section, setting).into_iter();
        let written =
            one.flat_map(|it| it.as_array().map_or(std::slice::from_ref(it), Vec::as_slice));
        for name in written.filter_map(|secret| secret.get("env")?.as_str()) {
            let value = all.entry(name.to_owned()).or_default();
            if value.trim().is_empty() {
                stand_in.clone_into(value);
            }
        }
    }
    all
}

/// Reads secrets.
pub(super) struct Vault<'a> {
    pub(super) environment: &'a BTreeMap<String, String>,
    /// Relative paths start here.
    pub(super) folder: &'a Path,
}

impl Vault<'_> {
    /// Reads one; what is wrong is told to the reviewer.
    pub(super) fn open(
        &self,
        written: &SecretFile,
        spot: &Spot,
        reviewer: &mut Reviewer<'_>,
    ) -> Option<Secret<String>> {
        match place(written, spot, reviewer)? {
            Place::Variable(name) => self.look_up(name, spot, reviewer),
            Place::File(file) => self.read(file, spot, reviewer),
        }
    }

    fn look_up(
        &self,
        name: &str,
        spot: &Spot,
        reviewer: &mut Reviewer<'_>,
    ) -> Option<Secret<String>> {
        let value = self.environment.get(name).map(|value| value.trim());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            return Some(Secret::new(value.to_owned()));
        }
        let how = if value.is_some() { "empty" } else { "not set" };
        let message = format!("the environment variable {name} is {how}");
        reviewer.value(spot, message, format!("set it before the start: export {name}=…"));
        None
    }

    fn read(&self, file: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Secret<String>> {
        let path = self.folder.join(file);
        let shown = hide_secrets(&path.display().to_string());
        match read_file(&path) {
            Ok(text) if !text.is_empty() => Some(Secret::new(text)),
            Ok(_) => {
                reviewer.value(spot, format!("{shown} is empty"), "put the secret into it");
                None
            }
            Err(error) => {
                let help = "put the secret there; relative paths start at this file's folder";
                reviewer.value(spot, format!("{shown} cannot be read: {error}"), help);
                None
            }
        }
    }
}

/// The text of a file, without what editors put around it. Nobody may ever write to a pipe: only
/// a regular file is waited for.
fn read_file(path: &Path) -> std::io::Result<String> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let text = std::fs::read_to_string(path)?;
    Ok(text.trim_start_matches('\u{feff}').trim().to_owned())
}

/// Where a secret is.
pub(super) enum Place<'a> {
    /// In an environment variable of this name.
    Variable(&'a str),
    /// In a file.
    File(&'a str),
}

/// Where a secret is, if that is said as it should be. It is not looked at.
pub(super) fn place<'a>(
    written: &'a SecretFile,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) -> Option<Place<'a>> {
    match (&written.env, &written.file) {
        (Some(name), None) if hide_secrets(name) != *name || !is_variable(name) => {
            let message = format!("{spot} is a secret and must not stand in this file");
            let help = "write the name of a variable, and put the secret there";
            reviewer.secret(&spot.key("env"), message, help);
            None
        }
        (Some(name), None) => Some(Place::Variable(name)),
        (None, Some(file)) => Some(Place::File(file)),
        (Some(_), Some(_)) => {
            let help = "keep one: env, or file";
            reviewer.value(spot, format!("{spot} names two places of a secret"), help);
            None
        }
        (None, None) => {
            if reviewer.is_content_with(spot) {
                let help = "write { env = \"NAME\" } or { file = \"/path\" }";
                reviewer.key(&spot.key("env"), format!("{spot} names no place of a secret"), help);
            }
            None
        }
    }
}

/// Whether a text may be the name of a variable; what is none is most likely the secret itself.
fn is_variable(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !name.is_empty() && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_where_the_file_names_them() {
        let check = |stripe: &str, key: Option<&str>, webhook: Option<&str>| {
            let found = StripeVariables::of(&format!("[stripe]\n{stripe}"));
            let found = (found.secret_key.as_deref(), found.webhook_secret.as_deref());
            assert_eq!(found, (key, webhook), "{stripe}");
        };
        check(
            "secret_key = { env = \"A\" }\nwebhook_secret = { env = \"B\" }",
            Some("A"),
            Some("B"),
        );
        check("webhook_secret = [{ env = \"NEW\" }, { env = \"OLD\" }]", None, Some("NEW"));
        check("secret_key = { file = \"key\" }", None, None);
        check("secret_key = ", None, None);
    }

    #[test]
    fn what_is_not_set_has_a_stand_in() {
        let text = "[stripe]\nsecret_key = { env = \"K\" }\n\
                    webhook_secret = [{ env = \"NEW\" }, { env = \"OLD\" }]\n";
        let check = |text: &str, set: &[(&str, &str)], expected: &[(&str, &str)]| {
            let map = |all: &[(&str, &str)]| -> BTreeMap<String, String> {
                all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
            };
            assert_eq!(with_stand_ins(text, &map(set)), map(expected), "{text}");
        };
        let hooks = [("NEW", "whsec_unset_unset_unset"), ("OLD", "whsec_1")];
        check(
            text,
            &[("K", ""), ("OLD", "whsec_1")],
            &[&[("K", "sk_live_unset")], hooks.as_slice()].concat(),
        );
        check(
            &format!("{text}api_base = \"http://127.0.0.1:1/\""),
            &[("OLD", "whsec_1")],
            &[&[("K", "sk_test_unset")], hooks.as_slice()].concat(),
        );
        check("[stripe]\nsecret_key = { file = \"key\" }", &[], &[]);
        let proof = [("P", "unset_unset_unset_unset_unset_un")];
        check("[origin]\nproof = { env = \"P\" }", &[], &proof);
        check("not TOML", &[("A", "1")], &[("A", "1")]);
    }

    #[test]
    fn a_file_is_read_whoever_saved_it_and_a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "\u{feff}sk_live_1\r\n").expect("written");
        assert_eq!(read_file(&file).expect("it is read"), "sk_live_1");
        for other in [Path::new("/dev/zero"), folder.path()] {
            let error = read_file(other).expect_err("no file").to_string();
            assert_eq!(error, "it is not a regular file", "{}", other.display());
        }
    }
}
