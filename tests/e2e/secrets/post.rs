//! A mail server that takes no password, and says which one it was sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// It ends with this value.
pub(super) struct Post {
    port: u16,
    refused: watch::Receiver<String>,
    task: JoinHandle<()>,
}

impl Post {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (told, refused) = watch::channel(String::new());
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                // Whoever has left needs no answer.
                let _ = talk(stream, &told).await;
            }
        });
        Self { port, refused, task }
    }

    /// Where it is, for somebody with this password.
    pub(super) fn url(&self, password: &str) -> String {
        format!("smtp://ann:{password}@127.0.0.1:{}", self.port)
    }

    /// Returns when this password was refused.
    pub(super) async fn refuses(&self, password: &str) {
        let mut refused = self.refused.clone();
        let heard = refused.wait_for(|said| said.contains(password));
        let heard = tokio::time::timeout(Duration::from_secs(30), heard).await;
        heard.expect("in time").expect("it runs");
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, told: &watch::Sender<String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 post.example ESMTP\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = match line.trim_end().strip_prefix("AUTH PLAIN ") {
            Some(secret) => {
                let said = STANDARD.decode(secret).unwrap_or_default();
                let said = String::from_utf8_lossy(&said).replace('\0', " ");
                told.send_replace(said.clone());
                format!("535 5.7.8 This is wrong: {said}, or {secret}\r\n")
            }
            None if line.starts_with("EHLO") => "250-post.example\r\n250 AUTH PLAIN\r\n".to_owned(),
            None => "250 yes\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}
