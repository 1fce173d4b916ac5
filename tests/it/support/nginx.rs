//! A real nginx that serves a folder.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::until;

/// For `localhost`, until 2126, by nobody whom anybody trusts; the key is as public as the test.
const CERTIFICATE: &str = include_str!("../../fixtures/tls/certificate.pem");
const KEY: &str = include_str!("../../fixtures/tls/key.pem");

/// A running nginx, which ends with this value.
pub(crate) struct Nginx {
    address: SocketAddr,
    /// The same, with TLS, by a certificate that it signed itself.
    tls: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Serves these files, each with its content.
    pub(crate) async fn serve<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            let file = folder.path().join("public").join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, content).expect("written");
        }
        let (address, tls) = (free_address(), free_address());
        fs::write(folder.path().join("certificate.pem"), CERTIFICATE).expect("written");
        fs::write(folder.path().join("key.pem"), KEY).expect("written");
        let settings = folder.path().join("nginx.conf");
        fs::write(&settings, configuration(folder.path(), address, tls)).expect("written");
        let process = Command::new("nginx")
            .arg("-c")
            .arg(&settings)
            .args(["-e", "stderr"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|problem| panic!("nginx: {problem}; install it: scripts/need nginx"));
        let nginx = Self { address, tls, process, _folder: folder };
        until(async || TcpStream::connect(address).await.is_ok()).await;
        nginx
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn tls_port(&self) -> u16 {
        self.tls.port()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// nginx cannot say which port it got, so one is taken and given back.
pub(super) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// One process, so that ending it ends all of it; nothing is written outside of the folder.
fn configuration(folder: &Path, address: SocketAddr, tls: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log /dev/null;
        events {{ worker_connections 512; }}
        http {{
            access_log off; default_type text/html; charset utf-8;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            server {{ listen {address}; root {folder}/public;
                location /packs/ {{ gzip on; gzip_min_length 1; gzip_proxied any; }}
                location /packed/ {{ gzip_static always; }}
                location /tried/ {{ try_files $uri $uri/ $uri.html =404; }} }}
            server {{ listen {tls} ssl; root {folder}/public;
                ssl_certificate {folder}/certificate.pem;
                ssl_certificate_key {folder}/key.pem; }}
        }}"
    )
}
