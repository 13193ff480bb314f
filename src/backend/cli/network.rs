//! The options of `prorata serve` about connections, and about proxies whose X-Forwarded-For is
//! trusted.

use std::net::IpAddr;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

use super::Unreadable;
use crate::http::TrustedProxies;
use crate::http::server;
use crate::http::server::connections::Limits;

#[derive(Debug, Args)]
pub(super) struct Network {
    /// A proxy in front of the server, as an address or a network such as 10.0.0.0/8: only from it does
    /// the header X-Forwarded-For name the client
    #[arg(long = "trusted-proxy", env = "PRORATA_TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<IpNet>,
    /// The maximum number of connections; by default, as many as the process may open
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: Option<u32>,
    /// The maximum number of connections from one address
    #[arg(long, value_name = "NUMBER", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    max_connections_per_address: u32,
    /// After how many seconds without a request a connection is closed
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    idle_seconds: u64,
}

impl Network {
    /// The network settings of the server.
    pub(super) fn opened(self) -> server::Network {
        let limits = Limits::default();
        let wanted = |most: u32| usize::try_from(most).unwrap_or(usize::MAX);
        let idle = Duration::from_secs(self.idle_seconds);
        server::Network {
            limits: Limits {
                in_all: self.max_connections.map_or(limits.in_all, wanted),
                per_address: wanted(self.max_connections_per_address),
                first_request: limits.first_request.min(idle),
                idle,
                ..limits
            },
            proxies: TrustedProxies::new(self.trusted_proxies),
        }
    }
}

fn network(text: &str) -> Result<IpNet, Unreadable> {
    let alone = || text.parse().map(|address: IpAddr| IpNet::from(address));
    text.parse()
        .or_else(|_| alone())
        .map_err(|_| Unreadable("a network looks like 10.0.0.0/8 or 10.0.0.1"))
}
