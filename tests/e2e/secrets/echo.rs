//! A Stripe that never does what it should, and says the key that it was sent wherever it can.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// It ends with this value.
pub(super) struct Echo {
    pub(super) url: String,
    asked: watch::Receiver<String>,
    task: JoinHandle<()>,
}

impl Echo {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let (told, asked) = watch::channel(String::new());
        let task = tokio::spawn(async move {
            for turn in 0.. {
                let (stream, _) = listener.accept().await.expect("a connection");
                // Whoever has left needs no answer.
                let _ = answer(stream, turn, &told).await;
            }
        });
        Self { url, asked, task }
    }

    /// Returns when something was asked for.
    pub(super) async fn was_asked_for(&self, path: &str) {
        let mut asked = self.asked.clone();
        let heard = asked.wait_for(|all| all.contains(path));
        let heard = tokio::time::timeout(Duration::from_secs(30), heard).await;
        heard.expect("in time").expect("it runs");
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    turn: usize,
    told: &watch::Sender<String>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let line = head.lines().next().unwrap_or_default();
    told.send_modify(|all| writeln!(all, "{line}").expect("a String takes all"));
    let key = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
    let key = key.expect("a key").trim();
    let error = format!(
        r#"{{"error":{{"type":"api_error","message":"Invalid API Key provided: {key}","code":"{key}","param":"{key}"}}}}"#
    );
    let (status, body) = match turn % 6 {
        0 => ("401 Unauthorized", error),
        1 => ("200 OK", format!(r#"{{"object":"{key}","id":"{key}","data":"{key}"}}"#)),
        2 => ("400 Bad Request", error),
        3 => ("200 OK", format!("<html>{key}")),
        4 => ("404 Not Found", error),
        _ => (key, key.to_owned()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nRequest-Id: {key}\r\n\
         Stripe-Should-Retry: false\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
