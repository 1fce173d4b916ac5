//! `[origin]`: how the website behind the gate knows us.

use super::faults::Reviewer;
use super::file::ConfigFile;
use super::locate::Spot;
use super::secrets::Vault;
use crate::domain::secret::Secret;

/// As many characters as 128 bits have in hexadecimal: fewer could be tried out, since whoever
/// runs a program beside the website may see a proof.
const SHORTEST_PROOF: usize = 32;

/// The secret that requests are proven with, if the website wants them to be.
pub(super) fn proof(
    file: &ConfigFile,
    vault: &Vault<'_>,
    reviewer: &mut Reviewer<'_>,
) -> Option<Secret<String>> {
    let written = file.origin.proof.as_ref()?;
    let spot = Spot::top("origin").key("proof");
    if file.site.origin.as_deref() == Some("none") {
        let help = "take it out: what a server in front of us asks proves nothing by itself";
        reviewer.key(&spot, "there is no website that could ask for a proof", help);
    }
    if file.site.files.is_some() {
        let help = "take it out: the folder in [site] files is read by nobody but us";
        reviewer.key(&spot, "there is no website that could ask for a proof", help);
    }
    let secret = vault.open(written, &spot, reviewer)?;
    if secret.expose().chars().count() < SHORTEST_PROOF {
        let help = "make one of 64 characters: openssl rand -hex 32";
        reviewer.value(&spot, "this secret is too short: it could be guessed", help);
    }
    Some(secret)
}
