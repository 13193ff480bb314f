//! The server process: accepts connections, limits their time, runs due jobs and shuts down gracefully.
//!
//! - [`serve`] is the process.
//! - [`connections`]: how many there may be, and how long one may be idle.
//! - `assets`: the app's files.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::request::client_address::{Peer, TrustedProxies};
use super::{AppState, router};
use crate::payments::attempts::{Lease, reconcile};
use crate::services::Services;
use crate::store::Engine;
use crate::usage::import;
use crate::{jobs, mail};

pub(in crate::http) mod assets;
pub mod connections;

use assets::Assets;
use connections::{Connections, HeldConnection, Limits, Noted, Watched};

/// The most open requests on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// How long open requests and payments may take after the program is asked to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
/// How often due jobs are looked for.
const TICK: Duration = Duration::from_secs(5);

/// The limits on connections, and the proxies whose X-Forwarded-For is trusted.
#[derive(Debug, Default)]
pub struct Network {
    /// The limits on the number of connections and on their time.
    pub limits: Limits,
    /// The proxies that may name the client's address.
    pub proxies: TrustedProxies,
}

/// What every connection needs.
struct Served {
    service: Router,
    proxies: TrustedProxies,
    connections: Connections,
    open: GracefulShutdown,
}

/// Serves until the process is asked to stop, then waits for open requests and payments to end.
///
/// # Errors
/// Fails when a signal handler cannot be set.
pub async fn serve(
    listener: TcpListener,
    app: AppState,
    assets: Assets,
    network: Network,
) -> io::Result<()> {
    take_up(&app.services).await;
    let ticking = tokio::spawn(tick(app.clone()));
    let served = Served {
        service: router(app.clone(), assets),
        proxies: network.proxies,
        connections: Connections::new(network.limits),
        open: GracefulShutdown::new(),
    };
    let stop = stop_signal()?;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => served.accept(stream, peer),
                Err(cause) => {
                    tracing::warn!(%cause, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    tracing::info!("stopping");
    app.drain();
    drop(listener);
    ticking.abort();
    app.tasks.close();
    let ended = async { tokio::join!(served.open.shutdown(), app.tasks.wait()) };
    if tokio::time::timeout(STOP_PATIENCE, ended).await.is_err() {
        tracing::warn!(
            "stopped before everything had ended; open payments are taken up at the next start"
        );
    }
    app.services.store.close().await;
    Ok(())
}

impl Served {
    /// Serves a connection if there is a free place for it.
    fn accept(&self, stream: TcpStream, peer: SocketAddr) {
        let peer = peer.ip().to_canonical();
        let address = (!self.proxies.trust(peer)).then_some(peer);
        match self.connections.admit(address) {
            Some(held) => self.connect(stream, peer, held),
            None => tracing::debug!(%peer, "no room for another connection"),
        }
    }

    fn connect(&self, stream: TcpStream, peer: IpAddr, held: HeldConnection) {
        let (proxies, activity) = (self.proxies.clone(), held.activity.clone());
        let service = self
            .service
            .clone()
            .map_request(move |request: Request<_>| {
                let mut request = request.map(axum::body::Body::new);
                let client = proxies.client(peer, request.headers());
                request.extensions_mut().insert(Peer(client));
                request
            });
        let service = tower::service_fn(move |request| {
            let (service, watched) = (service.clone(), Watched::begin(activity.clone()));
            async move {
                let answer = service.oneshot(request).await;
                answer.map(|answer| answer.map(|body| watched.answer(body)))
            }
        });
        let mut builder = Builder::new(TokioExecutor::new());
        // The time for a request's head is limited in `connections`.
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(None);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS);
        let stream = TokioIo::new(Noted::new(stream, held.activity.clone()));
        let connection = builder
            .serve_connection(stream, TowerToHyperService::new(service))
            .into_owned();
        let connection = self.open.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                outcome = connection => if let Err(cause) = outcome {
                    tracing::debug!(%cause, "a connection broke off");
                },
                () = held.over() => {}
            }
        });
    }
}

/// Completes orders that an earlier run left open. On SQLite no other process serves the file, so this
/// process settles every open order.
async fn take_up(services: &Services) {
    let lease = match services.store.engine() {
        Engine::Sqlite => Lease::Ignored,
        Engine::Postgres => Lease::Respected,
    };
    settle(services, lease).await;
}

async fn tick(app: AppState) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Some(plugin) = &app.plugin {
            plugin.tick(&app.services, TICK).await;
        }
        settle(&app.services, Lease::Respected).await;
        due(&app).await;
    }
}

async fn settle(services: &Services, lease: Lease) {
    match reconcile(services, lease).await {
        Ok(0) => {}
        Ok(settled) => tracing::info!(settled, "open payments settled"),
        Err(cause) => tracing::warn!(%cause, "open payments were not looked at"),
    }
}

async fn due(app: &AppState) {
    let services = &app.services;
    match jobs::run_due(services, services.clock.now()).await {
        Ok(report) if report.jobs() > 0 => {
            tracing::info!(jobs = report.jobs(), "done what fell due")
        }
        Ok(_) => {}
        Err(cause) => tracing::warn!(%cause, "what fell due was not done"),
    }
    match import::sweep(services).await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files of usage that were given up are cleared away"),
        Err(cause) => tracing::warn!(%cause, "files of usage were not looked at"),
    }
    let Some(mailer) = &app.mailer else {
        return;
    };
    match mail::send_due(services, mailer).await {
        Ok(report) if report.is_empty() => {}
        Ok(report) => tracing::info!("{report}"),
        Err(cause) => tracing::warn!(%cause, "mails were not looked at"),
    }
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(cause) = tokio::signal::ctrl_c().await {
            tracing::warn!(%cause, "Ctrl-C is not heard");
            std::future::pending::<()>().await;
        }
    })
}
