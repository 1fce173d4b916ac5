//! How a command that serves is told to end.

use std::future::Future;

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C and SIGTERM, from the moment that it is made: none that comes later is missed.
pub(super) struct StopSignal {
    pressed: Signal,
    asked: Signal,
    /// The terminal is closed. A server does not listen to it: `nohup` must keep it alive.
    closed: Option<Signal>,
}

impl StopSignal {
    /// Begins to listen; until then a signal ends the process as it always does.
    pub(super) fn listen() -> Result<Self> {
        let (pressed, asked) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { pressed, asked, closed: None })
    }

    /// The same for what is of no use without its terminal, and has to clean up behind itself.
    pub(super) fn listen_in_terminal() -> Result<Self> {
        Ok(Self { closed: Some(signal(SignalKind::hangup())?), ..Self::listen()? })
    }

    /// Returns when somebody presses Ctrl-C or asks us to end.
    pub(super) async fn comes(&mut self) {
        tokio::select! {
            _ = self.pressed.recv() => {}
            _ = self.asked.recv() => {}
            () = closed(self.closed.as_mut()) => {}
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

async fn closed(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
