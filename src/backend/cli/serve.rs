//! `prorata serve`.

use tokio::net::TcpListener;

use super::log::{self, Format};
use super::{Failed, Serve, open};
use crate::http::Assets;
use crate::http::server::serve as run;

pub(super) async fn serve(options: Serve) -> Result<(), Failed> {
    log::start(if options.json_log {
        Format::Json
    } else {
        Format::Text
    });
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    let app = options.environment.app(services);
    let app = app.with_mailer(options.mail.mailer()?);
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
