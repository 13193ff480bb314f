//! `prorata serve`.

use tokio::net::TcpListener;

use super::log::{self, Format};
use super::{Failed, Serve, open, till};
use crate::gateway::Script;
use crate::http::{Assets, Desk};
use crate::serve::serve as run;

pub(super) async fn serve(options: Serve) -> Result<(), Failed> {
    log::start(if options.json_log {
        Format::Json
    } else {
        Format::Text
    });
    let store = open(&options.database).await?;
    let script = Script::default();
    let clock = options.sandbox.clock(&store).await?;
    let desk = Desk::new(till(store, clock, &script));
    let desk = desk.with_postman(options.mail.postman()?);
    let desk = if options.sandbox.sandbox {
        tracing::warn!("sandbox: the clock can be moved and payments move no money");
        desk.with_sandbox(script)
    } else {
        tracing::warn!("payments are made by the sandbox gateway and move no money");
        desk
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
    Ok(run(listener, desk, assets, options.network.opened()).await?)
}
