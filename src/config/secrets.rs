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
        match (&written.env, &written.file) {
            (Some(name), None) if hide_secrets(name) != *name => {
                let message = format!("{spot} is a secret and must not stand in this file");
                let help = "write the name of a variable, and put the secret there";
                reviewer.secret(&spot.key("env"), message, help);
                None
            }
            (Some(name), None) => {
                let value = self.environment.get(name).map(|value| value.trim());
                match value.filter(|value| !value.is_empty()) {
                    Some(value) => Some(Secret::new(value.to_owned())),
                    None => {
                        let how = if value.is_some() { "empty" } else { "not set" };
                        let message = format!("the environment variable {name} is {how}");
                        reviewer.value(
                            spot,
                            message,
                            format!("set it before the start: export {name}=…"),
                        );
                        None
                    }
                }
            }
            (None, Some(file)) => self.read(file, spot, reviewer),
            (Some(_), Some(_)) => {
                let help = "keep one: env, or file";
                reviewer.value(spot, format!("{spot} names two places of a secret"), help);
                None
            }
            (None, None) => {
                let help = "write { env = \"NAME\" } or { file = \"/path\" }";
                reviewer.key(&spot.key("env"), format!("{spot} names no place of a secret"), help);
                None
            }
        }
    }

    fn read(&self, file: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Secret<String>> {
        let path = self.folder.join(file);
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => Some(Secret::new(text.trim().to_owned())),
            Ok(_) => {
                reviewer.value(
                    spot,
                    format!("{} is empty", path.display()),
                    "put the secret into it",
                );
                None
            }
            Err(error) => {
                let path = path.display().to_string();
                let message = format!("{} cannot be read: {error}", hide_secrets(&path));
                let help = "put the secret there; relative paths start at this file's folder";
                reviewer.value(spot, message, help);
                None
            }
        }
    }
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
}
