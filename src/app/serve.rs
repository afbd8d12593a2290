//! The HTTP server on a thread of its own, and how it is stopped.

use super::{App, AppError};
use crate::api;
use crate::http::assets;
use crate::http::headers;
use crate::http::portal::Shared;
use crate::http::session_store::{self, PgSessions};
use crate::pages;
use actix_session::SessionMiddleware;
use actix_session::config::BrowserSession;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::{Server, ServerHandle, Service as _};
use actix_web::{App as WebApp, HttpServer, web};
use secrecy::ExposeSecret;
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

/// Blocking threads a server thread may use.
const BLOCKING_THREADS: usize = 32;
/// How long requests under way may take when the server stops, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;

/// A server under way.
pub struct Serving {
    address: SocketAddr,
    handle: ServerHandle,
    thread: JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets requests finish and stops.
    ///
    /// # Errors
    /// Where the server ended badly.
    pub fn stop(self) -> Result<(), AppError> {
        // The stop is under way as soon as it is asked for; its end is the thread's end.
        drop(self.handle.stop(true));
        self.thread
            .join()
            .map_err(|_| AppError::Asked("the server's thread panicked".to_owned()))??;
        Ok(())
    }
}

impl App {
    /// Serves on `listener` with this many server threads, until stopped.
    ///
    /// # Errors
    /// Where the server can't be set up.
    pub fn serve(&self, listener: TcpListener, http_workers: usize) -> Result<Serving, AppError> {
        let address = listener.local_addr()?;
        let origin = self
            .parts
            .origin
            .clone()
            .unwrap_or_else(|| format!("http://{address}"));
        let portal = self.portal(origin)?;
        let key = Key::derive_from(self.parts.secret.expose_secret().as_bytes());
        let (started, server_handle) = std::sync::mpsc::sync_channel(1);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = server(portal, key, listener, http_workers)?;
                let told = started.send(server.handle());
                if told.is_err() {
                    return Ok(());
                }
                server.await
            })
        });
        let handle = server_handle
            .recv()
            .map_err(|_| AppError::Asked("the server did not start".to_owned()))?;
        Ok(Serving {
            address,
            handle,
            thread,
        })
    }
}

fn server(portal: Shared, key: Key, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        let name = if portal.is_https {
            "__Host-countersign"
        } else {
            "countersign"
        };
        let sessions = SessionMiddleware::builder(PgSessions(portal.clone()), key.clone())
            .cookie_name(name.to_owned())
            .cookie_secure(portal.is_https)
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .session_lifecycle(BrowserSession::default())
            .build();
        WebApp::new()
            .app_data(web::Data::new(portal.clone()))
            .wrap(headers::security(portal.is_https))
            .wrap(tracing_actix_web::TracingLogger::default())
            .route("/static/{name:.*}", web::get().to(assets::serve))
            .service(web::scope("/api").configure(api::configure))
            .service(
                web::scope("")
                    .wrap(sessions)
                    .wrap_fn(|request, service| session_store::arriving(service.call(request)))
                    .configure(pages::configure),
            )
    });
    Ok(server
        .workers(workers)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run())
}
