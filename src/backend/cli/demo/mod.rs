//! What the command line has with the feature `demo`: `prorata seed-demo`, `--sandbox` and `--clock`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Failed, Unreadable, operated, services, services_now};
use crate::demo::gateway::{Script, ScriptedGateway};
use crate::foundation::clock::Clock;
use crate::http::AppState;
use crate::services::Services;
use crate::store::Store;
use crate::store::sandbox::clock;

pub(super) mod seed_demo;

#[derive(Debug, Args)]
pub(super) struct Environment {
    /// Allow moving the clock and scripting the payment gateway; never for real customers
    #[arg(long)]
    sandbox: bool,
    /// With --sandbox: the clock starts at this instant and runs on
    #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "sandbox")]
    clock: Option<DateTime<Utc>>,
}

impl Environment {
    /// The services of a command. With `--sandbox`, their clock can be moved: it continues from the
    /// latest instant that it has shown on that database, or from `--clock` if that is later. The
    /// system time counts only when the database has no such instant.
    pub(super) async fn services(&self, store: Store) -> Result<Services, Failed> {
        if !self.sandbox {
            return services_now(store).await;
        }
        let shown = clock::latest(&mut store.reading().await?).await?;
        let start = shown.max(self.clock);
        let start = start.unwrap_or_else(|| Clock::system().now());
        Ok(services(store, Clock::running_from(start)))
    }

    /// What the server serves.
    pub(super) fn app(&self, services: Services) -> AppState {
        if !self.sandbox {
            return operated(services);
        }
        tracing::warn!("sandbox: the clock can be moved and payments move no money");
        let script = Script::default();
        let (store, clock) = (services.store.clone(), services.clock.clone());
        let gateway = Arc::new(ScriptedGateway::new(store, clock, script.clone()));
        AppState::new(Services {
            gateway,
            ..services
        })
        .with_sandbox(script)
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>, Unreadable> {
    text.parse()
        .map_err(|_| Unreadable("an instant looks like 2026-06-20T10:00:00Z"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::Cli;

    #[test]
    fn the_clock_needs_the_sandbox() {
        assert!(
            Cli::try_parse_from(["prorata", "serve", "--clock", "2026-06-20T10:00:00Z"]).is_err()
        );
        let right = [
            "prorata",
            "serve",
            "--sandbox",
            "--clock",
            "2026-06-20T10:00:00Z",
        ];
        assert!(Cli::try_parse_from(right).is_ok());
    }
}
