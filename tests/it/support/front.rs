//! A real nginx or Caddy in front that shows the website itself, and asks who may read: by the
//! recipes of `examples`, with other addresses.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::nginx::free_address;
use super::until;

const NGINX: &str = include_str!("../../../examples/nginx/nginx.conf");
const CADDY: &str = include_str!("../../../examples/caddy/Caddyfile");

/// Who stands in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Make {
    Nginx,
    Caddy,
}

/// What it shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shows<'a> {
    Files(&'a Path),
    Program(SocketAddr),
}

/// A server in front, which ends with this value.
pub(crate) struct Front {
    process: Child,
    _folder: TempDir,
}

impl Make {
    pub(crate) const ALL: [Self; 2] = [Self::Nginx, Self::Caddy];
}

impl Front {
    /// Where one will be: a site must know before it starts.
    pub(crate) fn place() -> SocketAddr {
        free_address()
    }

    /// Listens at `place`, and asks `gate`.
    pub(crate) async fn start(
        make: Make,
        place: SocketAddr,
        gate: SocketAddr,
        shows: Shows<'_>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // Its workers may be somebody else, if it is started by root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("ours");
        let settings = folder.path().join("settings");
        let mut command = match make {
            Make::Nginx => {
                let recipe = nginx(folder.path(), place, gate, shows);
                fs::write(&settings, recipe).expect("written");
                let mut command = Command::new("nginx");
                command.arg("-c").arg(&settings).args(["-e", "stderr"]);
                command
            }
            Make::Caddy => {
                fs::write(&settings, caddy(place, gate, shows)).expect("written");
                let mut command = Command::new("caddy");
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&settings);
                for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
                    command.env(variable, folder.path());
                }
                command
            }
        };
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = process.spawn().unwrap_or_else(|problem| {
            panic!("{make:?}: {problem}; install it: scripts/need nginx caddy")
        });
        until(async || TcpStream::connect(place).await.is_ok()).await;
        Self { process, _folder: folder }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The recipe as it is used here: each of these stands in it, and becomes something else.
fn changed(recipe: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(recipe.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the recipe has no {from:?}");
        text.replace(from, to)
    })
}

/// The recipe for what it shows: the lines behind `#|` are for a program, instead of those that
/// begin so.
fn showing(recipe: &str, shows: Shows<'_>, for_files: &[&str]) -> String {
    let (folder, program) = ("/srv/weather/public", "127.0.0.1:1313");
    match shows {
        Shows::Files(path) => changed(recipe, &[(folder, path.to_str().expect("a path"))]),
        Shows::Program(address) => {
            let mut text = String::new();
            for line in recipe.lines() {
                let bare = line.trim_start();
                if !for_files.iter().any(|start| bare.starts_with(start)) {
                    writeln!(text, "{}", line.replace("#| ", "")).expect("a string takes it");
                }
            }
            changed(&text, &[(program, &address.to_string())])
        }
    }
}

/// One process, so that ending it ends all of it; nothing is written outside of the folder.
fn nginx(folder: &Path, place: SocketAddr, gate: SocketAddr, shows: Shows<'_>) -> String {
    let others = free_address();
    let recipe = changed(
        NGINX,
        &[
            ("server 127.0.0.1:8080;", &format!("server {gate};")),
            (
                "listen 443 ssl;\n    server_name weather",
                &format!("listen {place};\n    server_name weather"),
            ),
            ("listen 443 ssl;", &format!("listen {others};")),
            ("listen 80;", &format!("listen {others};")),
            ("server_name weather.example;    #", "server_name 127.0.0.1; #"),
            ("https://weather.example$request_uri", &format!("http://{place}$request_uri")),
        ],
    );
    let recipe = showing(&recipe, shows, &["try_files", "root "]);
    let recipe: Vec<_> = recipe.lines().filter(|line| !line.contains("ssl_certificate")).collect();
    let (recipe, folder) = (recipe.join("\n"), folder.display());
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log /dev/null;
        events {{ worker_connections 512; }}
        http {{
            access_log off; default_type text/html; charset utf-8;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            {recipe}
        }}"
    )
}

fn caddy(place: SocketAddr, gate: SocketAddr, shows: Shows<'_>) -> String {
    let port = place.port();
    let recipe = changed(
        CADDY,
        &[
            ("127.0.0.1:8080", &gate.to_string()),
            ("\nwww.weather.example {", &format!("\nhttp://localhost:{port} {{\n\tbind 127.0.0.1")),
            ("\nweather.example {", &format!("\nhttp://{place} {{\n\tbind 127.0.0.1")),
            ("https://weather.example{uri}", &format!("http://{place}{{uri}}")),
        ],
    );
    let recipe = showing(&recipe, shows, &["try_files", "root ", "file_server"]);
    format!("{{\n admin off\n auto_https off\n}}\n{recipe}")
}
