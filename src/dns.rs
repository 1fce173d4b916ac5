//! Asks the domain name system: which names an address has, and which addresses a name.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

/// How long one try may take; a second one follows it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Names and addresses that are looked at: nobody has more that says anything by them.
const MOST: usize = 8;

/// Why there is no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the domain name system does not answer: {0}")]
pub struct DnsError(String);

/// The name servers that are asked. Cheap to clone.
#[derive(Clone)]
pub struct Dns(TokioResolver);

impl Dns {
    /// Asks these servers; none: those of the system.
    pub fn new(servers: &[SocketAddr]) -> Result<Self, DnsError> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| DnsError(error.to_string()))?
        } else {
            let servers = servers.iter().map(|server| name_server(*server)).collect();
            let config = ResolverConfig::from_name_servers(servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options: &mut ResolverOpts = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 2;
        // Who asks remembers, by our clock.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        let resolver = builder.build().map_err(|error| DnsError(error.to_string()))?;
        Ok(Self(resolver))
    }

    /// The names that an address says it has, without the dot at the end.
    pub async fn names(&self, address: IpAddr) -> Result<Vec<String>, DnsError> {
        let found = self.ask(Name::from(address.to_canonical()), RecordType::PTR).await?;
        let names = found.into_iter().filter_map(|data| {
            let RData::PTR(name) = data else { return None };
            Some(name.to_ascii().trim_end_matches('.').to_owned())
        });
        Ok(names.collect())
    }

    /// The addresses of a name, of the same kind as this one.
    pub async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsError> {
        let Ok(name) = Name::from_ascii(format!("{name}.")) else { return Ok(Vec::new()) };
        let kind = if like.is_ipv4() { RecordType::A } else { RecordType::AAAA };
        let found = self.ask(name, kind).await?;
        Ok(found.iter().filter_map(RData::ip_addr).collect())
    }

    async fn ask(&self, name: Name, kind: RecordType) -> Result<Vec<RData>, DnsError> {
        match self.0.lookup(name, kind).await {
            Ok(found) => {
                let answers = found.answers().iter().filter(|it| it.record_type() == kind);
                Ok(answers.take(MOST).map(|answer| answer.data.clone()).collect())
            }
            Err(error) if says_nothing(&error) => Ok(Vec::new()),
            Err(error) => Err(DnsError(error.to_string())),
        }
    }
}

/// Whether the answer is that there is none.
fn says_nothing(error: &NetError) -> bool {
    error.is_no_records_found() || error.is_nx_domain()
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}
