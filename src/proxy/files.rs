//! A folder as the origin: which file a path means, found by our own rules, so that we know what
//! is served and can judge it.

mod range;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use tower_http::services::ServeFile;
use tower_http::services::fs::ServeFileSystemResponseBody;

/// What a path means in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// This file.
    File(Chosen),
    /// A folder that was asked for without its slash.
    Folder,
    /// Nothing that may be served.
    Nothing,
}

/// The file that a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Where it is.
    pub(super) file: PathBuf,
    /// The paths on the site that lead to it, as written in the folder: each is judged before
    /// it is served. A compressed copy counts as what it is a copy of, too.
    pub(super) site_paths: Vec<String>,
    /// In which forms it lies beside itself.
    copies: Vec<Compressed>,
}

/// A compressed form of a file, which lies beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compressed {
    Brotli,
    Gzip,
}

impl Compressed {
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What it adds to the file's name.
    fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }
}

/// A folder that is served.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// With all symbolic links resolved.
    root: PathBuf,
}

impl Folder {
    /// Opens a folder.
    pub(super) fn new(path: &Path) -> std::io::Result<Self> {
        Ok(Self { root: path.canonicalize()? })
    }

    /// Finds the file for a decoded path, which begins with a slash. A disk may take its time:
    /// it is asked on a thread of its own.
    pub(super) async fn look_up(self: Arc<Self>, path: String) -> std::io::Result<Found> {
        Ok(tokio::task::spawn_blocking(move || self.find(&path)).await?)
    }

    /// The page for whatever is not there, if the owner made one.
    pub(super) async fn look_up_not_found_page(self: Arc<Self>) -> std::io::Result<Option<Chosen>> {
        Ok(tokio::task::spawn_blocking(move || self.not_found_page()).await?)
    }

    fn find(&self, path: &str) -> Found {
        let Some(relative) = relative(path) else { return Found::Nothing };
        let exact = self.root.join(&relative);
        if path.ends_with('/') {
            let page = exact.with_extension_added("html");
            return self.first_file(&[exact.join("index.html"), page]);
        }
        if exact.is_dir() {
            return match self.first_file(&[exact.join("index.html")]) {
                Found::File(_) => Found::Folder,
                Found::Folder | Found::Nothing => {
                    self.first_file(&[exact.with_extension_added("html")])
                }
            };
        }
        let page = exact.with_extension_added("html");
        self.first_file(&[exact, page])
    }

    /// It is shown on every path, so it must not lead to another file, which may be gated.
    fn not_found_page(&self) -> Option<Chosen> {
        let chosen = self.inside(&self.root.join("404.html"))?;
        (chosen.site_paths == ["/404.html"]).then_some(chosen)
    }

    fn first_file(&self, candidates: &[PathBuf]) -> Found {
        candidates
            .iter()
            .find_map(|candidate| self.inside(candidate))
            .map_or(Found::Nothing, Found::File)
    }

    /// The file behind a name, if it lies in the folder: a link may point elsewhere in it, not
    /// out of it, and not to a hidden file.
    fn inside(&self, candidate: &Path) -> Option<Chosen> {
        let file = candidate.canonicalize().ok()?;
        let within = file.strip_prefix(&self.root).ok()?;
        if !file.is_file() || hides(within) {
            return None;
        }
        let mut site_paths = vec![site_path(within)?];
        let original = within.with_extension("");
        if is_compressed_copy(within) && self.root.join(&original).is_file() {
            site_paths.push(site_path(&original)?);
        }
        let copies = Compressed::ALL
            .into_iter()
            .filter(|copy| is_own_file(&file.with_extension_added(copy.extension())))
            .collect();
        Some(Chosen { file, site_paths, copies })
    }
}

/// Appends an extension instead of replacing one: `/v1.2` may be `/v1.2.html`.
trait WithExtensionAdded {
    fn with_extension_added(&self, extension: &str) -> PathBuf;
}

impl WithExtensionAdded for PathBuf {
    fn with_extension_added(&self, extension: &str) -> PathBuf {
        let mut name = self.clone().into_os_string();
        name.push(".");
        name.push(extension);
        PathBuf::from(name)
    }
}

/// The path within the folder; none for what no file of ours is called.
fn relative(path: &str) -> Option<PathBuf> {
    let inner = path.strip_prefix('/')?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let relative = PathBuf::from(inner);
    let is_plain = inner.is_empty()
        || (!inner.split('/').any(str::is_empty)
            && relative.components().all(|part| matches!(part, Component::Normal(_))));
    (is_plain && !hides(&relative)).then_some(relative)
}

/// Files whose name begins with a dot are not meant to be seen. `.well-known` at the top is what
/// certificates are proven with: RFC 8615.
fn hides(relative: &Path) -> bool {
    let mut names = relative.components().map(|part| part.as_os_str().to_string_lossy());
    let first_hides =
        names.next().is_some_and(|name| name.starts_with('.') && name != ".well-known");
    first_hides || names.any(|name| name.starts_with('.'))
}

fn is_compressed_copy(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

/// Whether a name is the file's own. What it leads to otherwise was not judged.
fn is_own_file(name: &Path) -> bool {
    name.canonicalize().is_ok_and(|file| file == name) && name.is_file()
}

fn site_path(relative: &Path) -> Option<String> {
    Some(format!("/{}", relative.to_str()?))
}

/// Serves a file as the request asks for it: a range, validators, a compressed copy beside it.
pub(super) async fn serve(
    chosen: &Chosen,
    method: &Method,
    headers: &HeaderMap,
) -> std::io::Result<Response<ServeFileSystemResponseBody>> {
    let mut headers = headers.clone();
    if !range::is_understood(method, &headers) {
        headers.remove(header::RANGE);
    }
    if let Some(known) = headers.remove(header::IF_RANGE)
        && headers.contains_key(header::RANGE)
        && !range::is_of(&known, &as_it_is(chosen, &headers).await?)
    {
        headers.remove(header::RANGE);
    }
    let mut answer = call(chosen, method.clone(), headers).await?;
    say_charset(answer.headers_mut());
    if answer.status() == StatusCode::NOT_MODIFIED && !chosen.copies.is_empty() {
        let vary = HeaderValue::from_static("accept-encoding");
        answer.headers_mut().insert(header::VARY, vary);
    }
    Ok(answer)
}

/// What is said of a file, in the form that this request gets.
async fn as_it_is(chosen: &Chosen, asked: &HeaderMap) -> std::io::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for accepted in asked.get_all(header::ACCEPT_ENCODING) {
        headers.append(header::ACCEPT_ENCODING, accepted.clone());
    }
    Ok(call(chosen, Method::HEAD, headers).await?.into_parts().0.headers)
}

async fn call(
    chosen: &Chosen,
    method: Method,
    headers: HeaderMap,
) -> std::io::Result<Response<ServeFileSystemResponseBody>> {
    let mut request = Request::new(http_body_util::Empty::<Bytes>::new());
    *request.method_mut() = method;
    *request.headers_mut() = headers;
    let mut file = ServeFile::new(&chosen.file);
    for copy in &chosen.copies {
        file = match copy {
            Compressed::Brotli => file.precompressed_br(),
            Compressed::Gzip => file.precompressed_gzip(),
        };
    }
    file.try_call(request).await
}

/// Text is UTF-8 here: without a word about it a page that does not say so itself is misread.
fn say_charset(headers: &mut HeaderMap) {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let with_charset = kind
        .filter(|kind| kind.starts_with("text/") && !kind.contains("charset"))
        .and_then(|kind| HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok());
    if let Some(kind) = with_charset {
        headers.insert(header::CONTENT_TYPE, kind);
    }
}

/// The page for what is not there: whole, whatever part was asked for.
pub(super) async fn serve_not_found(
    page: &Chosen,
    method: &Method,
) -> std::io::Result<Response<ServeFileSystemResponseBody>> {
    let mut answer = serve(page, method, &HeaderMap::new()).await?;
    *answer.status_mut() = StatusCode::NOT_FOUND;
    for name in [header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
        answer.headers_mut().remove(name);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_path_finds_its_page_in_every_form() {
        let site = Site::new(&[
            "index.html",
            "about.html",
            "notes/index.html",
            "v1.2.html",
            "both.html",
            "both/index.html",
        ]);
        site.serves("/", "index.html");
        site.serves("/about", "about.html");
        site.serves("/about/", "about.html");
        site.serves("/about.html", "about.html");
        site.serves("/notes/", "notes/index.html");
        site.serves("/notes/index.html", "notes/index.html");
        site.serves("/v1.2", "v1.2.html");
        site.serves("/both/", "both/index.html");
        assert_eq!(site.folder.find("/notes"), Found::Folder);
        assert_eq!(site.folder.find("/both"), Found::Folder);
    }

    #[test]
    fn what_is_hidden_or_outside_is_not_there() {
        let site = Site::new(&[
            "a.html",
            ".env",
            ".git/config",
            "x/.htpasswd",
            ".well-known/acme-challenge/t",
        ]);
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret.html"), "secret").expect("written");
        std::os::unix::fs::symlink(outside.path(), site.root.path().join("out")).expect("linked");
        std::os::unix::fs::symlink(".env", site.root.path().join("env.txt")).expect("linked");
        for path in [
            "/.env",
            "/.git/config",
            "/x/.htpasswd",
            "/out/secret.html",
            "/out/secret",
            "/env.txt",
            "/../a.html",
            "/x/../a.html",
            "//a.html",
            "/x//a.html",
            "/./a.html",
            "/a.html/",
            "/nothing",
            "a.html",
            "",
        ] {
            assert_eq!(site.folder.find(path), Found::Nothing, "{path}");
        }
        site.serves("/.well-known/acme-challenge/t", ".well-known/acme-challenge/t");
    }

    #[test]
    fn a_file_is_judged_by_the_name_it_has_and_the_one_it_copies() {
        let site = Site::new(&["premium.html", "premium.html.br", "alone.gz"]);
        std::os::unix::fs::symlink("premium.html", site.root.path().join("free.html"))
            .expect("linked");
        site.judges("/premium", &["/premium.html"]);
        site.judges("/free.html", &["/premium.html"]);
        site.judges("/premium.html.br", &["/premium.html.br", "/premium.html"]);
        site.judges("/alone.gz", &["/alone.gz"]);
    }

    #[test]
    fn a_compressed_copy_counts_only_if_it_is_what_its_name_says() {
        let site = Site::new(&["lean.css", "full.css", "full.css.br", "full.css.gz", "secret"]);
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, site.root.path().join(name)).expect("linked");
        };
        let outside = tempfile::NamedTempFile::new().expect("a file");
        link(outside.path(), "lean.css.br");
        link(Path::new("secret"), "lean.css.gz");
        assert_eq!(site.chosen("/full.css").copies, Compressed::ALL);
        assert_eq!(site.chosen("/lean.css").copies, []);
    }

    #[test]
    fn the_page_for_what_is_not_there_is_no_link_to_another_file() {
        let site = Site::new(&["404.html"]);
        assert!(site.folder.not_found_page().is_some());
        let site = Site::new(&["premium.html"]);
        assert!(site.folder.not_found_page().is_none());
        std::os::unix::fs::symlink("premium.html", site.root.path().join("404.html"))
            .expect("linked");
        assert!(site.folder.not_found_page().is_none());
    }

    struct Site {
        root: tempfile::TempDir,
        folder: Folder,
    }

    impl Site {
        fn new(files: &[&str]) -> Self {
            let root = tempfile::tempdir().expect("a folder");
            for file in files {
                let path = root.path().join(file);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, *file).expect("written");
            }
            let folder = Folder::new(root.path()).expect("a folder");
            Self { root, folder }
        }

        fn chosen(&self, path: &str) -> Chosen {
            match self.folder.find(path) {
                Found::File(chosen) => chosen,
                other @ (Found::Folder | Found::Nothing) => panic!("{path}: {other:?}"),
            }
        }

        fn serves(&self, path: &str, file: &str) {
            let content = fs::read_to_string(self.chosen(path).file).expect("a file");
            assert_eq!(content, file, "{path}");
        }

        fn judges(&self, path: &str, expected: &[&str]) {
            assert_eq!(self.chosen(path).site_paths, expected, "{path}");
        }
    }
}
