//! The other way round: what real sites use is never refused, whatever stands behind the gate.

use crate::line::Line;
use crate::origins::Origin;
use crate::site::{self, Pages};
use crate::size::size;
use crate::support::base64;
use crate::tally::{self, Tally};

#[tokio::test]
async fn no_address_that_real_sites_use_is_refused() {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../fixtures/legit-urls.json")).expect("JSON");
    assert_eq!(cases.len(), 106);
    let pages = Pages::written();
    let mut rows = Vec::new();
    for kind in size().origins {
        let origin = Origin::start(*kind, &pages).await;
        let site = site::gateway(&pages, &origin.behind()).await;
        let mut line = Line::to(site.address);
        let mut row =
            Tally { family: "legitimate", against: kind.name().to_owned(), ..Tally::default() };
        for case in &cases {
            let mut request = b"GET ".to_vec();
            request.extend_from_slice(&base64(&case["target_b64"]));
            request.extend_from_slice(
                format!(" HTTP/1.1\r\nHost: {}\r\n\r\n", site.address).as_bytes(),
            );
            let answer = line.ask(&request).await;
            row.sent += 1;
            match (answer.status(), case["expect"].as_str()) {
                (Some(402), Some("gate")) => row.gated += 1,
                // An origin may refuse what it does not like; then it was asked.
                (Some(_), Some("public")) if came_through(&origin) => row.public += 1,
                (Some(200..=399 | 404), Some("public")) => row.public += 1,
                (status, _) => {
                    row.refused += 1;
                    row.leaks.push(format!("{status:?} for {}", case["target"]));
                }
            }
        }
        rows.push(row);
    }
    tally::report(&rows);
}

fn came_through(origin: &Origin) -> bool {
    origin.relay.as_ref().is_some_and(|relay| !relay.take().is_empty())
}
