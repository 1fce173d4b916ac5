//! Somebody with a browser: cookies, page loads, forms.

use std::net::SocketAddr;

use reqwest::header::{COOKIE, HeaderMap, LOCATION};
use reqwest::{Client, ClientBuilder, Response, StatusCode, redirect};
use stripe_sandbox::{PayError, Payer, Sandbox};

/// One browser.
pub(crate) struct Visitor {
    client: Client,
    address: SocketAddr,
}

/// What a browser is shown.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self::build(address, Client::builder().cookie_store(true))
    }

    /// One that says what it is.
    pub(crate) fn with(address: SocketAddr, user_agent: &str) -> Self {
        Self::build(address, Client::builder().cookie_store(true).user_agent(user_agent))
    }

    /// One that keeps no cookie, but always sends this one, if it is one.
    pub(crate) fn forgetful(address: SocketAddr, cookie: &str) -> Self {
        let mut headers = HeaderMap::new();
        if !cookie.is_empty() {
            headers.insert(COOKIE, cookie.parse().expect("a cookie"));
        }
        Self::build(address, Client::builder().default_headers(headers))
    }

    fn build(address: SocketAddr, builder: ClientBuilder) -> Self {
        let client =
            builder.redirect(redirect::Policy::none()).no_proxy().build().expect("a client");
        Self { client, address }
    }

    /// Opens a page as a browser does when somebody clicks on a link.
    pub(crate) async fn open(&self, path: &str) -> Seen {
        let request = self
            .client
            .get(self.url(path))
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .header("accept", "text/html");
        Seen::of(request.send().await.expect("an answer")).await
    }

    /// Asks as a program does.
    pub(crate) async fn fetch(&self, path: &str, headers: &[(&str, &str)]) -> Seen {
        let mut request = self.client.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Seen::of(request.send().await.expect("an answer")).await
    }

    /// Posts something as a program does.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Seen {
        let mut request = self.client.post(self.url(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Seen::of(request.send().await.expect("an answer")).await
    }

    /// Sends a form from a page of the site.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let request = self
            .client
            .post(self.url(path))
            .header("sec-fetch-site", "same-origin")
            .header("accept", "text/html")
            .form(fields);
        Seen::of(request.send().await.expect("an answer")).await
    }

    /// Presses a button of the offer, and is at the till: the checkout's address.
    pub(crate) async fn choose(&self, price: &str, to: &str) -> String {
        let seen = self.submit("/_tollhouse/checkout", &[("price", price), ("to", to)]).await;
        seen.goes_to()
    }

    /// Chooses, pays with a good card, and comes back: the page that is shown in the end.
    pub(crate) async fn buy(&self, stripe: &Sandbox, price: &str, to: &str) -> Seen {
        let checkout = self.choose(price, to).await;
        let back = self.pay(stripe, &checkout).await;
        let seen = self.follow(&back).await;
        self.open(&seen.goes_to()).await
    }

    /// Pays at the till: the address to which Stripe sends him.
    pub(crate) async fn pay(&self, stripe: &Sandbox, checkout: &str) -> String {
        let payer = Payer::with_good_card("ann@site.example");
        stripe.pay(checkout, &payer).await.expect("the card is good")
    }

    /// Tries to pay with a card.
    pub(crate) async fn pay_with(
        &self,
        stripe: &Sandbox,
        checkout: &str,
        payer: &Payer,
    ) -> Result<String, PayError> {
        stripe.pay(checkout, payer).await
    }

    /// Follows an address on the site.
    pub(crate) async fn follow(&self, url: &str) -> Seen {
        let site = format!("http://{}", self.address);
        let path = url.strip_prefix(&site).unwrap_or_else(|| panic!("{url} leads elsewhere"));
        self.open(path).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Seen {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.expect("a body");
        Self { status, headers, body }
    }

    /// The page as a browser reads it: character references are what they stand for.
    pub(crate) fn read(&self) -> String {
        let escaped =
            [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")];
        let page =
            escaped.iter().fold(self.body.clone(), |page, (from, to)| page.replace(from, to));
        page.replace("&amp;", "&")
    }

    /// Where a redirect leads.
    pub(crate) fn goes_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header(LOCATION.as_str()).expect("a location").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    /// What the visitor may do here, in a word.
    pub(crate) fn shows(&self) -> &'static str {
        match self.status {
            StatusCode::OK if self.body == "paper" => "the page",
            StatusCode::PAYMENT_REQUIRED if self.body.contains("on its way") => "on its way",
            StatusCode::PAYMENT_REQUIRED => "the offer",
            StatusCode::SEE_OTHER if self.goes_to().contains("/c/pay/") => "the till",
            StatusCode::SEE_OTHER => "a redirect",
            StatusCode::OK => "a page of ours",
            _ => "an error",
        }
    }
}
