//! Many requests, byte for byte, over connections that are kept as long as the site keeps them.

use std::net::SocketAddr;

use crate::support::{TestSite, Visitor, Wire};

/// Somebody who asks, with one connection.
pub(crate) struct Asker {
    address: SocketAddr,
    wire: Option<Wire>,
}

/// An answer: its head as it came, and its body.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asker {
    pub(crate) fn of(address: SocketAddr) -> Self {
        Self { address, wire: None }
    }

    /// Whom he asks.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a whole request; its answer must say how long it is.
    pub(crate) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Answer {
        let mut wire = match self.wire.take() {
            Some(wire) => wire,
            None => Wire::to(self.address).await,
        };
        wire.send(request).await;
        let (head, body) = wire.answer().await;
        let answer = Answer { head, body };
        if answer.field("connection") != Some("close") {
            self.wire = Some(wire);
        }
        answer
    }

    /// Asks for a page, with these lines beside `Host`.
    pub(crate) async fn get(&mut self, path: &str, fields: &str) -> Answer {
        let address = self.address;
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{fields}\r\n")).await
    }
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.unwrap_or_else(|| panic!("no status: {}", self.head))
    }

    /// The first field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }

    /// The head without what is different each time.
    pub(crate) fn lasting_head(&self) -> Vec<&str> {
        let lines = self.head.lines();
        lines.filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect()
    }
}

/// The pass that a visitor gets who buys what opens the essays.
pub(crate) async fn bought_pass(site: &TestSite, visitor: &Visitor) -> String {
    let till = visitor.choose("price_basic", "/essays/tide").await;
    let back = visitor.pay(&site.stripe, &till).await;
    let returned = visitor.follow(&back).await;
    let cookies = returned.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    cookies.find_map(|pair| pair.strip_prefix("tollhouse=")).expect("a pass").to_owned()
}

/// The first field of a name in a head.
pub(crate) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    fields(head, name).next()
}

/// All fields of a name in a head.
pub(crate) fn fields<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.lines().skip(1).filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}
