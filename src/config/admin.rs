//! `[admin]`: where whoever runs the server asks how it is.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::faults::Reviewer;
use super::locate::Spot;

/// `[admin]`
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AdminFile {
    /// Where to answer `/_tollhouse/health/live` and `/_tollhouse/health/ready`: on this machine,
    /// and never where visitors come. Without it, nowhere.
    #[schemars(extend("x-example" = "\"127.0.0.1:8081\""))]
    pub(super) listen: Option<String>,
    /// Whether listen may be an address that other machines reach, such as that of a container.
    #[schemars(extend("x-example" = "false"))]
    pub(super) beyond_this_machine: bool,
}

/// The address, if one is wanted and it is sound.
pub(super) fn listen(
    written: &AdminFile,
    site: Option<SocketAddr>,
    reviewer: &mut Reviewer<'_>,
) -> Option<SocketAddr> {
    let spot = Spot::top("admin").key("listen");
    let Ok(listen) = written.listen.as_ref()?.parse::<SocketAddr>() else {
        let help = "write an address and a port, like \"127.0.0.1:8081\"";
        reviewer.value(&spot, "this is nowhere to listen", help);
        return None;
    };
    if site.is_some_and(|site| listen.port() != 0 && listen == site) {
        let help = "take another port: visitors must not reach it";
        reviewer.value(&spot, "this is where [site] listens", help);
    } else if !listen.ip().to_canonical().is_loopback() && !written.beyond_this_machine {
        let help =
            "write \"127.0.0.1:8081\"; or, if nobody else can reach it, beyond_this_machine = true";
        reviewer.value(&spot, "other machines could ask how this one is", help);
    }
    Some(listen)
}
