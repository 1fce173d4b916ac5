//! What the machine lends for a while: mounts and loop devices, given back even when a test fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report;

/// A file system at a folder.
pub(crate) struct Mount {
    folder: PathBuf,
}

impl Mount {
    /// Mounts with these arguments of mount(8).
    pub(crate) fn at(folder: &Path, arguments: &[&str]) -> Result<Self, String> {
        let folder = folder.to_owned();
        let at = folder.to_str().expect("a path");
        run(&[&["mount"], arguments, &[at]].concat())?;
        Ok(Self { folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let folder = self.folder.to_str().expect("a path");
        if let Err(why) = run(&["umount", folder]) {
            report::say(&format!("{why}; it goes when its last user does"));
            // There is nothing left to try.
            let _ = run(&["umount", "--lazy", folder]);
        }
    }
}

/// A file as a block device.
pub(crate) struct Loop {
    device: String,
}

impl Loop {
    pub(crate) fn of(file: &Path) -> Result<Self, String> {
        let file = file.to_str().expect("a path");
        let device = run(&["losetup", "--find", "--show", file])?.trim().to_owned();
        Ok(Self { device })
    }

    pub(crate) fn device(&self) -> &str {
        &self.device
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        if let Err(why) = run(&["losetup", "--detach", &self.device]) {
            report::say(&why);
        }
    }
}

/// Whether a tool is there.
pub(crate) fn has(tool: &str) -> Result<(), String> {
    run(&["sh", "-c", "command -v \"$0\"", tool])
        .map(|_| ())
        .map_err(|_| format!("there is no {tool}"))
}

/// Runs a tool of the administrator's, which not everybody's PATH has: what it printed, or why it
/// failed.
pub(crate) fn run(words: &[&str]) -> Result<String, String> {
    let script = r#"PATH="$PATH:/usr/sbin:/sbin" exec "$@""#;
    let output = Command::new("sh").args(["-c", script, "sh"]).args(words).output();
    let output = output.expect("there is a shell");
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}", words.join(" "), why.trim()))
}
