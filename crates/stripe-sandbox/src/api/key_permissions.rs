//! `/v1/stripecli/key_permissions`: what `stripe keys permissions` asks.

use serde_json::{Value, json};

use super::error::ApiError;
use super::keys::permission;
use super::params::Accepts;
use crate::form::Form;
use crate::world::World;

pub(crate) const RESOLVE: Accepts =
    Accepts { required: &["endpoints"], optional: &["endpoints.*"], not_in_sandbox: &[] };

/// The permissions that a restricted key needs for calls such as `GET /v1/customers`.
pub(crate) fn resolve(_: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let mut permissions = Vec::new();
    let mut unresolved = Vec::new();
    for endpoint in form.list("endpoints") {
        let needed = endpoint.split_once(' ').and_then(|(method, path)| permission(method, path));
        match needed {
            Some(needed) if permissions.contains(&needed) => {}
            Some(needed) => permissions.push(needed),
            None => {
                let reason = "The sandbox does not know this endpoint";
                unresolved.push(json!({ "endpoint": endpoint, "reason": reason }));
            }
        }
    }
    permissions.sort();
    Ok(json!({ "permissions": permissions, "unresolved_endpoints": unresolved }))
}
