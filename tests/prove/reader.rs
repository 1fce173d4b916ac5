//! Somebody with a browser.

use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode, redirect};
use stripe_sandbox::{Payer, Sandbox};

use crate::gateway::Gateway;

/// One browser, and what it bought last.
pub(crate) struct Reader {
    client: Client,
    url: String,
    pub(crate) checkout: String,
}

impl Reader {
    /// Buys, comes back to the site, and holds a pass.
    pub(crate) async fn who_buys(
        gateway: &Gateway,
        stripe: &Sandbox,
        price: &str,
        payer: &Payer,
    ) -> Self {
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none());
        let client = client.no_proxy().build().expect("a client");
        let mut reader = Self { client, url: gateway.url.clone(), checkout: String::new() };
        let till = reader
            .client
            .post(format!("{}/_tollhouse/checkout", reader.url))
            .header("sec-fetch-site", "same-origin")
            .form(&[("price", price), ("to", "/")])
            .send()
            .await;
        reader.checkout = leads_to(&till.expect("an answer"));
        let back = stripe.pay(&reader.checkout, payer).await.expect("it is paid");
        let returned = reader.get(&back).await.expect("an answer");
        assert!(returned.status().is_success() || returned.status() == StatusCode::SEE_OTHER);
        reader
    }

    /// Opens a page: the status.
    pub(crate) async fn opens(&self, page: &str) -> u16 {
        let answer = self.get(&format!("{}{page}", self.url)).await.expect("an answer");
        let status = answer.status().as_u16();
        answer.bytes().await.expect("a page");
        status
    }

    async fn get(&self, url: &str) -> reqwest::Result<Response> {
        let request = self.client.get(url).header("sec-fetch-mode", "navigate");
        request.header("sec-fetch-dest", "document").header("accept", "text/html").send().await
    }
}

fn leads_to(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[LOCATION].to_str().expect("ASCII").to_owned()
}
