//! `prorata serve`.

use tokio::net::TcpListener;

use super::log::{self, Format};
use super::{Failed, Serve, open, services};
use crate::http::serve::serve as run;
use crate::http::{AppState, Assets};
use crate::services::gateway::Script;

pub(super) async fn serve(options: Serve) -> Result<(), Failed> {
    log::start(if options.json_log {
        Format::Json
    } else {
        Format::Text
    });
    let store = open(&options.database).await?;
    let script = Script::default();
    let clock = options.sandbox.clock(&store).await?;
    let app = AppState::new(services(store, clock, &script));
    let app = app.with_mailer(options.mail.mailer()?);
    let app = if options.sandbox.sandbox {
        tracing::warn!("sandbox: the clock can be moved and payments move no money");
        app.with_sandbox(script)
    } else {
        tracing::warn!("payments are made by the sandbox gateway and move no money");
        app
    };
    let assets = match options.dist {
        None => Assets::none(),
        Some(folder) if folder.join("index.html").is_file() => Assets::in_folder(folder),
        Some(folder) => {
            return Err(Failed(format!(
                "there is no index.html in {}",
                folder.display()
            )));
        }
    };
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|cause| Failed(format!("cannot listen on {}: {cause}", options.listen)))?;
    println!("Listening on http://{}", listener.local_addr()?);
    Ok(run(listener, app, assets, options.network.opened()).await?)
}
