//! A mail server that keeps what it is given: plain SMTP (RFC 5321), as far as one client needs it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::until;

/// What becomes of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It is taken.
    Takes,
    /// It is to be tried again later.
    Defers,
    /// It is refused for good.
    Refuses,
    /// Whoever comes is sent away without a word.
    HangsUp,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// To whom the envelope is addressed.
    pub(crate) to: String,
    /// Head and body as they came, with the breaks of long lines taken out.
    pub(crate) text: String,
}

impl Mail {
    /// The path of the link in it.
    pub(crate) fn link(&self) -> String {
        const PATH: &str = "/_tollhouse/sign-in/";
        let at = self.text.find(PATH).unwrap_or_else(|| panic!("no link: {}", self.text));
        self.text[at..at + PATH.len() + 64].to_owned()
    }

    /// The code in it.
    pub(crate) fn code(&self) -> String {
        let (_, rest) = self.text.split_once("Your code: ").expect("a code");
        rest[..6].to_owned()
    }
}

/// A mail server.
pub(crate) struct PostOffice {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<Mail>>>,
    /// How many letters were brought, taken or not.
    brought: Arc<Mutex<usize>>,
    task: JoinHandle<()>,
}

impl PostOffice {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mood = Arc::new(Mutex::new(Mood::Takes));
        let (taken, brought) = (Arc::<Mutex<Vec<Mail>>>::default(), Arc::<Mutex<usize>>::default());
        let (its_mood, its_taken) = (Arc::clone(&mood), Arc::clone(&taken));
        let its_brought = Arc::clone(&brought);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *its_mood.lock().expect("not poisoned");
                *its_brought.lock().expect("not poisoned") += 1;
                tokio::spawn(serve(stream, mood, Arc::clone(&its_taken)));
            }
        });
        Self { address, mood, taken, brought, task }
    }

    /// What `SMTP_URL` is.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub(crate) fn becomes(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    /// All that was taken so far.
    pub(crate) fn taken(&self) -> Vec<Mail> {
        self.taken.lock().expect("not poisoned").clone()
    }

    /// How many letters were brought, taken or not.
    pub(crate) fn brought(&self) -> usize {
        *self.brought.lock().expect("not poisoned")
    }

    /// Waits until so many were taken: the last of them.
    pub(crate) async fn mail(&self, number: usize) -> Mail {
        until(async || self.taken().len() >= number).await;
        self.taken()[number - 1].clone()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, mood: Mood, taken: Arc<Mutex<Vec<Mail>>>) -> Option<()> {
    let (from, to) = stream.into_split();
    match mood {
        Mood::HangsUp => None,
        Mood::Takes | Mood::Defers | Mood::Refuses => talk(from, to, mood, &taken).await,
    }
}

async fn talk(
    from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mood: Mood,
    taken: &Mutex<Vec<Mail>>,
) -> Option<()> {
    let mut lines = BufReader::new(from).lines();
    let mut addressee = String::new();
    to.write_all(b"220 post.example ESMTP\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let word = line.to_ascii_uppercase();
        let answer = match word.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP" => "250 fine",
            "RCPT" if mood == Mood::Defers => "451 4.7.1 come again",
            "RCPT" if mood == Mood::Refuses => "550 5.1.1 nobody here",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                address.clone_into(&mut addressee);
                "250 fine"
            }
            "DATA" => {
                to.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push_str("\r\n");
                }
                let text = text.replace("=\r\n", "").replace("=3D", "=");
                let mail = Mail { to: addressee.clone(), text };
                taken.lock().expect("not poisoned").push(mail);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "502 what?",
        };
        to.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        if answer.starts_with("221") {
            return Some(());
        }
    }
    Some(())
}
