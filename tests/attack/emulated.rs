//! Websites that read paths in ways of their own: what runs elsewhere than on this machine. They
//! share no code with what they are shut by.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How a website reads a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// How often it decodes.
    decodings: usize,
    /// Cuts segments at `;`.
    drops_parameters: bool,
    /// Compares names without width, form and what is not seen.
    folds: bool,
}

impl Habits {
    /// NTFS behind a server that decodes once.
    pub(crate) const WINDOWS: Self = Self { decodings: 1, drops_parameters: false, folds: false };
    /// Everything at once.
    pub(crate) const LAX: Self = Self { decodings: 3, drops_parameters: true, folds: true };
}

/// Serves a folder for as long as the test runs.
pub(crate) async fn serve(folder: &Path, habits: Habits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let folder = folder.to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, folder.clone(), habits));
        }
    });
    address
}

async fn converse(mut stream: TcpStream, folder: PathBuf, habits: Habits) -> Option<()> {
    let mut received = Vec::new();
    loop {
        while let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = received.drain(..end + 4).collect();
            let target = head.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
            let body = find(&folder, target, habits).and_then(|file| fs::read(file).ok());
            let (status, body) =
                body.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(answer.as_bytes()).await.ok()?;
            if !head.starts_with(b"HEAD ") {
                stream.write_all(&body).await.ok()?;
            }
        }
        if stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
    }
}

/// The file that a target means to it: whatever number of decodings leads to one.
fn find(folder: &Path, target: &[u8], habits: Habits) -> Option<PathBuf> {
    let end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
    let mut path = target[..end].to_vec();
    (0..habits.decodings).find_map(|_| {
        path = decoded(&path);
        look_up(folder, &String::from_utf8_lossy(&path), habits)
    })
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if first == b'%' => {
                out.push(byte);
                rest = &after[2..];
            }
            Some(_) | None => {
                out.push(first);
                rest = after;
            }
        }
    }
    out
}

fn look_up(folder: &Path, path: &str, habits: Habits) -> Option<PathBuf> {
    let path = if habits.folds { spelled_out(path) } else { path.to_owned() };
    let path = path.split('\0').next().unwrap_or_default().replace('\\', "/");
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split('/') {
        let segment = if habits.drops_parameters {
            segment.split(';').next().unwrap_or_default()
        } else {
            segment
        };
        match segment.trim_end_matches(' ') {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(name_of(segment)),
        }
    }
    let mut here = folder.to_owned();
    for segment in segments.iter().filter(|segment| !segment.is_empty()) {
        here = entry(&here, segment, habits)?;
    }
    if here.is_dir() {
        Some(here.join("index.html")).filter(|file| file.is_file())
    } else {
        Some(here)
    }
}

/// Without the stream, and without dots and spaces at the end.
fn name_of(segment: &str) -> String {
    let name = segment.split(':').next().unwrap_or_default();
    name.trim_end_matches(['.', ' ']).to_owned()
}

/// The file of a folder that has this name, or what is taken for it.
fn entry(folder: &Path, wanted: &str, habits: Habits) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let same = |name: &&String| {
        let (name, wanted) = (comparable(name, habits), comparable(wanted, habits));
        name == wanted
            || short_name(&name).is_some_and(|short| short == wanted)
            || (habits.folds && name == format!("{wanted}.html"))
    };
    names.iter().find(same).map(|name| folder.join(name))
}

/// As NTFS compares names: in upper case; or as a search without accents does.
fn comparable(name: &str, habits: Habits) -> String {
    if habits.folds {
        let plain: String = name.nfkd().filter(|part| !is_combining_mark(*part)).collect();
        return plain.to_uppercase().to_lowercase();
    }
    name.chars().flat_map(char::to_uppercase).collect()
}

/// Compatibility forms written out, and what is not seen left out.
fn spelled_out(path: &str) -> String {
    let is_seen = |part: &char| {
        !matches!(part, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
    };
    path.nfkc().filter(is_seen).collect::<String>().nfkc().collect()
}

/// What Windows calls a long name for short, if it is the first of its kind.
fn short_name(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let fits = stem.len() <= 8 && ending.len() <= 3 && !name.contains(' ');
    let start: String = stem.chars().filter(|part| !" .".contains(*part)).take(6).collect();
    let ending: String = ending.chars().take(3).collect();
    let short =
        if ending.is_empty() { format!("{start}~1") } else { format!("{start}~1.{ending}") };
    (!fits).then_some(short)
}
