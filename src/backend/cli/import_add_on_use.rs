//! `prorata import-add-on-use`.

use billing::OrganizationId;
use std::fs;
use std::path::PathBuf;

use super::import_usage::explained;
use super::log::{self, Format};
use super::{Database, Environment, Failed, caught_up};
use crate::store::records::Actor;
use crate::usage::add_on_use::{self, Send};

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    environment: Environment,
    /// The organization's id, such as org_mailer
    #[arg(long)]
    organization: OrganizationId,
    /// The CSV file with the columns add_on,day,used
    file: PathBuf,
}

/// Imports the file, or names each line that has to be corrected.
pub(super) async fn import(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let file = fs::read(&options.file)
        .map_err(|cause| Failed(format!("cannot read {}: {cause}", options.file.display())))?;
    let rows = add_on_use::read(&file).map_err(|cause| explained(&cause))?;
    let services = caught_up(
        &options.database,
        &options.environment,
        &options.organization,
    )
    .await?;
    let send = Send {
        organization_id: options.organization,
        actor: Actor::system(),
        rows,
        now: services.clock.now(),
    };
    let taken = services.store.write(send).await;
    let taken = taken.map_err(|cause| explained(&cause))?;
    println!(
        "{} added, {} corrected, {} unchanged",
        taken.added, taken.corrected, taken.unchanged
    );
    services.store.close().await;
    Ok(())
}
