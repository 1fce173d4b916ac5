//! How a command that serves is told to end.

use std::future::Future;

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C and SIGTERM, from the moment that it is made: none that comes later is missed.
pub(super) struct StopSignal {
    pressed: Signal,
    asked: Signal,
}

impl StopSignal {
    /// Begins to listen; until then a signal ends the process as it always does.
    pub(super) fn listen() -> Result<Self> {
        let (pressed, asked) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { pressed, asked })
    }

    /// Returns when somebody presses Ctrl-C or asks us to end.
    pub(super) async fn comes(&mut self) {
        tokio::select! {
            _ = self.pressed.recv() => {}
            _ = self.asked.recv() => {}
        }
    }

    /// Stops in order; whoever asks a second time has waited long enough.
    pub(super) async fn or_at_once(&mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            () = self.comes() => {}
        }
    }
}
