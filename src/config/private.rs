//! What nobody may download: the configuration, the store, files of secrets.

use std::path::{Component, Path, PathBuf};

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
    secrets.extend(file.origin.proof.iter().map(|it| (Spot::top("origin").key("proof"), it)));
    // It is not read yet, but it is a secret.
    secrets.extend(file.mail.smtp.iter().map(|smtp| (Spot::top("mail").key("smtp"), smtp)));
    secrets
}

/// The path with all links resolved, as far as it exists; behind what does not exist, `..` goes
/// back to what is in front of it.
fn real(path: &Path) -> PathBuf {
    let mut real = Path::new(".").canonicalize().unwrap_or_default();
    for part in path.components() {
        if part == Component::ParentDir {
            real.pop();
        } else {
            real.push(part);
            real = real.canonicalize().unwrap_or(real);
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_path_is_known_by_what_it_leads_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("public/deep")).expect("a folder");
        symlink("public/deep", at("link")).expect("a link");
        let root = folder.path().canonicalize().expect("it exists");
        let check = |path: &str, leads_to: &str| {
            assert_eq!(real(&at(path)), root.join(leads_to), "{path}");
        };
        check("public", "public");
        check("public/new", "public/new");
        check("link/x", "public/deep/x");
        check("link/../x", "public/x");
        check("none/../public/x", "public/x");
        check("./none/a/../../public/./x", "public/x");
        check("none/link", "none/link");
    }
}
