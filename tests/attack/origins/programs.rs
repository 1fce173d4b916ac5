//! Real servers: how each is told to serve a folder on a port of its own, in one process.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::Kind;
use crate::size;
use crate::until::until;

/// A server that runs, and ends with this value.
pub(super) struct Program {
    pub(super) address: SocketAddr,
    /// Its own log, with a line for each request, if it is known to write one.
    pub(super) journal: Option<PathBuf>,
    process: Child,
    _folder: TempDir,
}

/// What it takes to start one.
struct Recipe {
    command: Command,
    has_journal: bool,
}

impl Program {
    pub(super) async fn start(kind: Kind, pages: &Path) -> Self {
        let (folder, address) = (open_folder(), free_address());
        let recipe = recipe(kind, pages, folder.path(), address);
        Self::launch(kind.name(), recipe, folder, address).await
    }

    /// An nginx that caches whatever it is not told to leave alone.
    pub(super) async fn start_cache(gateway: SocketAddr) -> Self {
        let (folder, address) = (open_folder(), free_address());
        let settings =
            written(folder.path(), "nginx.conf", &cache(gateway, folder.path(), address));
        let recipe = command("nginx", &["-c", &settings, "-e", "stderr"], false);
        Self::launch("nginx", recipe, folder, address).await
    }

    async fn launch(name: &str, recipe: Recipe, folder: TempDir, address: SocketAddr) -> Self {
        let Recipe { mut command, has_journal } = recipe;
        let complaints = fs::File::create(folder.path().join("complaints")).expect("created");
        let process = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(complaints)
            .spawn()
            .unwrap_or_else(|problem| panic!("{name}: {problem}; scripts/attack installs it"));
        let journal = has_journal.then(|| folder.path().join("journal"));
        let program = Self { address, journal, process, _folder: folder };
        until(async || TcpStream::connect(address).await.is_ok()).await;
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Apache reads as somebody else, if it is started by root.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("ours");
    folder
}

/// They cannot say which port they got, so one is taken and given back.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

fn recipe(kind: Kind, pages: &Path, folder: &Path, address: SocketAddr) -> Recipe {
    let port = address.port().to_string();
    match kind {
        Kind::Nginx => {
            let settings = written(folder, "nginx.conf", &nginx(pages, folder, address));
            command("nginx", &["-c", &settings, "-e", "stderr"], true)
        }
        Kind::Apache => {
            let settings = written(folder, "apache.conf", &apache(pages, folder, address, ""));
            command("apache2", &["-X", "-f", &settings], true)
        }
        Kind::LenientApache => {
            let settings = written(folder, "apache.conf", &apache(pages, folder, address, KIND));
            command("apache2", &["-X", "-f", &settings], true)
        }
        Kind::Lighttpd => {
            let settings = written(folder, "lighttpd.conf", &lighttpd(pages, folder, address));
            command("lighttpd", &["-D", "-f", &settings], true)
        }
        Kind::Caddy => caddy(pages, folder, address),
        Kind::Python => {
            let pages = pages.to_str().expect("a path");
            command("python3", &["-m", "http.server", "-b", "127.0.0.1", "-d", pages, &port], false)
        }
        Kind::Serve => {
            let listen = format!("tcp://{address}");
            node("serve/build/main.js", &["--no-clipboard", "-l", &listen], Some(pages))
        }
        Kind::HttpServer => {
            let flags = ["-a", "127.0.0.1", "-c3600", "-s", "-p", &port];
            node("http-server/bin/http-server", &flags, Some(pages))
        }
        Kind::ExpressStatic => express("static", pages, &port),
        Kind::ExpressRouter => express("router", pages, &port),
        Kind::Tomcat => tomcat(pages, folder, &port),
        Kind::Windows | Kind::Lax | Kind::Files => {
            unreachable!("{} is no program", kind.name())
        }
    }
}

fn command(program: &str, arguments: &[&str], has_journal: bool) -> Recipe {
    let mut command = Command::new(program);
    command.args(arguments);
    Recipe { command, has_journal }
}

/// A program of an npm package, with the folder as its last argument.
fn node(script: &str, arguments: &[&str], pages: Option<&Path>) -> Recipe {
    let script = Path::new(&size::node_modules()).join(script);
    let mut command = Command::new("node");
    command.arg(script).args(arguments).args(pages);
    Recipe { command, has_journal: false }
}

fn express(how: &str, pages: &Path, port: &str) -> Recipe {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attack/express.cjs");
    let mut command = Command::new("node");
    command.args([script, how, port]).arg(pages).env("NODE_PATH", size::node_modules());
    Recipe { command, has_journal: false }
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, text).expect("written");
    file.to_str().expect("a path").to_owned()
}

/// One process, so that ending it ends all of it.
fn nginx(pages: &Path, folder: &Path, address: SocketAddr) -> String {
    let (pages, folder) = (pages.display(), folder.display());
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log /dev/null;
        events {{ worker_connections 512; }}
        http {{
            log_format line escape=default '$request'; access_log {folder}/journal line;
            default_type text/html; charset utf-8;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            server {{ listen {address}; root {pages};
                location / {{ try_files $uri $uri/ $uri.html =404; }} }}
        }}"
    )
}

/// It keeps what says nothing about that for ten minutes, and tells what came from it.
fn cache(gateway: SocketAddr, folder: &Path, address: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log /dev/null;
        events {{ worker_connections 512; }}
        http {{
            access_log off;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            proxy_cache_path {folder}/cache keys_zone=pages:8m;
            server {{ listen {address};
                location / {{
                    proxy_pass http://{gateway};
                    proxy_set_header Host {gateway};
                    proxy_cache pages;
                    proxy_cache_valid any 10m;
                    proxy_cache_methods GET HEAD;
                    add_header X-Cache $upstream_cache_status always;
                }}
            }}
        }}"
    )
}

/// What makes Apache guess: it finds what has a type that it knows.
const KIND: &str = "
AddType text/html .html
AddType application/pdf .pdf .PDF
AddType image/jpeg .jpg
AddType video/mp4 .mp4
AddType text/x-php .php
LoadModule negotiation_module /usr/lib/apache2/modules/mod_negotiation.so
LoadModule speling_module /usr/lib/apache2/modules/mod_speling.so
CheckSpelling on
AllowEncodedSlashes on
<Location />
Options +MultiViews
</Location>
";

fn apache(pages: &Path, folder: &Path, address: SocketAddr, more: &str) -> String {
    let (pages, folder) = (pages.display(), folder.display());
    format!(
        "ServerRoot {folder}
        ServerName localhost
        PidFile {folder}/pid
        Listen {address}
        User nobody
        Group nogroup
        ErrorLog /dev/null
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
        LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
        TypesConfig /dev/null
        LogFormat \"%r\" line
        CustomLog {folder}/journal line
        MaxKeepAliveRequests 0
        KeepAliveTimeout 60
        DocumentRoot \"{pages}\"
        <Directory \"{pages}\">
            Options FollowSymLinks
            Require all granted
        </Directory>
        {more}"
    )
}

fn lighttpd(pages: &Path, folder: &Path, address: SocketAddr) -> String {
    let (pages, folder) = (pages.display(), folder.display());
    let (host, port) = (address.ip(), address.port());
    format!(
        "server.document-root = \"{pages}\"
        server.bind = \"{host}\"
        server.port = {port}
        server.errorlog = \"/dev/null\"
        server.modules = ( \"mod_accesslog\" )
        accesslog.filename = \"{folder}/journal\"
        accesslog.format = \"%r\"
        index-file.names = ( \"index.html\" )
        server.max-keep-alive-requests = 1000
        mimetype.assign = ( \".html\" => \"text/html\" )"
    )
}

fn caddy(pages: &Path, folder: &Path, address: SocketAddr) -> Recipe {
    let text = format!(
        "{{\n admin off\n auto_https off\n}}\nhttp://:{} {{\n bind 127.0.0.1\n root * {}\n file_server\n}}\n",
        address.port(),
        pages.display()
    );
    let settings = written(folder, "Caddyfile", &text);
    let arguments = ["run", "--config", &settings, "--adapter", "caddyfile"];
    let mut recipe = command("caddy", &arguments, false);
    recipe.command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    recipe
}

/// Debian's Tomcat, with a folder of settings of its own.
fn tomcat(pages: &Path, folder: &Path, port: &str) -> Recipe {
    const HOME: &str = "/usr/share/tomcat10";
    for name in ["conf", "logs", "temp", "work"] {
        fs::create_dir_all(folder.join(name)).expect("made");
    }
    let server = format!(
        "<Server port=\"-1\"><Service name=\"Catalina\">
        <Connector port=\"{port}\" address=\"127.0.0.1\" protocol=\"HTTP/1.1\" maxKeepAliveRequests=\"-1\"/>
        <Engine name=\"Catalina\" defaultHost=\"localhost\">
        <Host name=\"localhost\" appBase=\"none\" autoDeploy=\"false\" deployOnStartup=\"false\">
        <Context path=\"\" docBase=\"{}\"/>
        </Host></Engine></Service></Server>",
        pages.display()
    );
    written(folder, "conf/server.xml", &server);
    written(folder, "conf/web.xml", TOMCAT_WEB);
    let classes = format!("{HOME}/bin/bootstrap.jar:{HOME}/bin/tomcat-juli.jar");
    let (home, base) =
        (format!("-Dcatalina.home={HOME}"), format!("-Dcatalina.base={}", folder.display()));
    let temp = format!("-Djava.io.tmpdir={}", folder.join("temp").display());
    let main = "org.apache.catalina.startup.Bootstrap";
    let arguments = ["-Xmx256m", "-cp", &classes, &home, &base, &temp, main, "start"];
    command("java", &arguments, false)
}

const TOMCAT_WEB: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
<servlet><servlet-name>default</servlet-name>
<servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
<servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
<welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
</web-app>"#;
