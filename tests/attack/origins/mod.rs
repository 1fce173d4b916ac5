//! The websites behind the gate, each serving the same folder.

mod programs;

use std::fs;
use std::net::SocketAddr;

use self::programs::Program;
use crate::emulated::{self, Habits};
use crate::relay::Relay;
use crate::site::{Behind, Pages};

/// A website of some make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Apache,
    /// With `MultiViews` and the spelling checker.
    LenientApache,
    Lighttpd,
    Caddy,
    Python,
    Serve,
    HttpServer,
    ExpressStatic,
    /// A route for each page: without case, with or without a slash at the end.
    ExpressRouter,
    Tomcat,
    /// Our stand-in for a file server on Windows.
    Windows,
    /// Our stand-in for whatever else may read a path kindly.
    Lax,
    /// Our own server of files.
    Files,
}

impl Kind {
    pub(crate) const ALL: &[Self] = &[
        Self::Nginx,
        Self::Apache,
        Self::LenientApache,
        Self::Lighttpd,
        Self::Caddy,
        Self::Python,
        Self::Serve,
        Self::HttpServer,
        Self::ExpressStatic,
        Self::ExpressRouter,
        Self::Tomcat,
        Self::Windows,
        Self::Lax,
        Self::Files,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::LenientApache => "Apache, MultiViews",
            Self::Lighttpd => "lighttpd",
            Self::Caddy => "Caddy",
            Self::Python => "http.server",
            Self::Serve => "serve",
            Self::HttpServer => "http-server",
            Self::ExpressStatic => "Express static",
            Self::ExpressRouter => "Express router",
            Self::Tomcat => "Tomcat",
            Self::Windows => "Windows (ours)",
            Self::Lax => "lax (ours)",
            Self::Files => "our files",
        }
    }
}

/// A website that runs, with whatever records what it receives.
pub(crate) struct Origin {
    /// Where it can be asked without a gate; none if the gateway serves the files itself.
    pub(crate) direct: Option<SocketAddr>,
    pub(crate) relay: Option<Relay>,
    program: Option<Program>,
}

impl Origin {
    pub(crate) async fn start(kind: Kind, pages: &Pages) -> Self {
        let (direct, program) = match kind {
            Kind::Files => return Self { direct: None, relay: None, program: None },
            Kind::Windows => (emulated::serve(pages.folder(), Habits::WINDOWS).await, None),
            Kind::Lax => (emulated::serve(pages.folder(), Habits::LAX).await, None),
            Kind::Nginx
            | Kind::Apache
            | Kind::LenientApache
            | Kind::Lighttpd
            | Kind::Caddy
            | Kind::Python
            | Kind::Serve
            | Kind::HttpServer
            | Kind::ExpressStatic
            | Kind::ExpressRouter
            | Kind::Tomcat => {
                let program = Program::start(kind, pages.folder()).await;
                (program.address, Some(program))
            }
        };
        let relay = Relay::to(direct).await;
        Self { direct: Some(direct), relay: Some(relay), program }
    }

    /// What a gateway is told to stand in front of.
    pub(crate) fn behind(&self) -> Behind {
        self.relay.as_ref().map_or(Behind::Folder, |relay| Behind::Server(relay.address()))
    }

    /// How many requests its own log has, if it keeps one with a line for each.
    pub(crate) fn logged(&self) -> Option<usize> {
        let journal = fs::read(self.program.as_ref()?.journal.as_ref()?).ok()?;
        // A connection without a request is a `-`.
        Some(journal.split(|byte| *byte == b'\n').filter(|line| line.len() > 1).count())
    }
}

/// A cache in front of a gateway, which ends with this value.
pub(crate) struct Cache(Program);

impl Cache {
    pub(crate) async fn before(gateway: SocketAddr) -> Self {
        Self(Program::start_cache(gateway).await)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }
}
