//! What the command line has in place of the sandbox without the feature `demo`: no option.

use clap::Args;

use super::{Failed, operated, services_now};
use crate::http::AppState;
use crate::services::Services;
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct Environment {}

impl Environment {
    /// The services of a command.
    pub(super) async fn services(&self, store: Store) -> Result<Services, Failed> {
        services_now(store).await
    }

    /// What the server serves.
    pub(super) fn app(&self, services: Services) -> AppState {
        operated(services)
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};

    use crate::cli::Cli;

    #[test]
    fn the_demo_is_unknown() {
        let refused = |arguments: &[&str]| {
            let parsed = Cli::try_parse_from([&["prorata"], arguments].concat());
            parsed.unwrap_err().kind()
        };
        assert_eq!(refused(&["seed-demo"]), ErrorKind::InvalidSubcommand);
        for command in Cli::command().get_subcommands() {
            for option in ["--sandbox", "--clock"] {
                let arguments = [command.get_name(), option];
                let unknown = refused(&arguments) == ErrorKind::UnknownArgument;
                assert!(unknown, "{arguments:?}");
            }
        }
    }
}
