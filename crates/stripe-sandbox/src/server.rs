//! The listener: HTTP/1.1 on loopback.

use std::convert::Infallible;

use axum::Router;
use axum::response::Response;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Marks an answer that is not to be given: the connection is closed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloseInstead;

#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer, as the sandbox was told to")]
struct Closed;

/// Serves until told to stop, then finishes the answers that are under way.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let told = stop.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, router.clone(), told.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, router: Router, mut stop: watch::Receiver<bool>) {
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request| {
        let answer = service.call(request);
        async move { checked(answer.await) }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    // A connection that breaks while it is being closed is closed.
    let _ = connection.await;
}

fn checked(answer: Result<Response, Infallible>) -> Result<Response, Closed> {
    let Ok(answer) = answer;
    if answer.extensions().get::<CloseInstead>().is_some() { Err(Closed) } else { Ok(answer) }
}
