//! What the program logs while tests run: all of them write to one log, so each looks for lines
//! about an address of its own.

use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};

static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(|| Sink);
    log.try_init().expect("no test but those that look here listens to the log");
    Mutex::default()
});

struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen. What was logged before is not there.
pub(crate) fn listen_to_log() {
    LazyLock::force(&LOG);
}

/// The lines that contain this text.
pub(crate) fn logged(text: &str) -> Vec<String> {
    let log = String::from_utf8_lossy(&LOG.lock().expect("not poisoned")).into_owned();
    log.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}
