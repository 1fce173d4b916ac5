//! What nobody may download: the configuration, the store, files of secrets.

use std::path::{Path, PathBuf};

use super::faults::Reviewer;
use super::file::{ConfigFile, SecretFile};
use super::locate::Spot;

const READABLE: &str = "move it out of there: everybody could read it";

/// Sees to it that nothing private lies in the folder that is served. Relative paths start at
/// the folder of the configuration, which is at `path`.
pub(super) fn keep_private(
    served: &Path,
    path: &Path,
    file: &ConfigFile,
    reviewer: &mut Reviewer<'_>,
) {
    let served = real(served);
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let is_inside = |path: &Path| real(path).starts_with(&served);
    if is_inside(path) {
        let spot = Spot::top("site").key("files");
        reviewer.value(&spot, "this folder holds the configuration itself", READABLE);
    }
    let store = folder.join(&file.store.folder);
    if is_inside(&store) {
        let message = in_served("the store", &store);
        let help = "name a folder elsewhere in [store] folder: everybody could read this one";
        reviewer.value(&Spot::top("store").key("folder"), message, help);
    }
    for (spot, secret) in secrets(file) {
        let secret = secret.file.as_ref().map(|file| folder.join(file));
        if let Some(path) = secret.filter(|path| is_inside(path)) {
            reviewer.value(&spot, in_served("the secret", &path), READABLE);
        }
    }
}

fn in_served(what: &str, path: &Path) -> String {
    format!("{what}, {}, lies in the folder that is served", path.display())
}

fn secrets(file: &ConfigFile) -> Vec<(Spot, &SecretFile)> {
    let mut secrets = vec![(Spot::top("stripe").key("secret_key"), &file.stripe.secret_key)];
    secrets.extend(file.stripe.webhook_secret.each(&Spot::top("stripe").key("webhook_secret")));
    // It is not read yet, but it is a secret.
    secrets.extend(file.mail.smtp.iter().map(|smtp| (Spot::top("mail").key("smtp"), smtp)));
    secrets
}

/// The path with all links resolved, as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return path.to_owned(),
    };
    path.file_name().map_or_else(|| path.to_owned(), |name| real(parent).join(name))
}
