//! `prorata import-usage`.

use billing::OrganizationId;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use super::log::{self, Format};
use super::{Database, Environment, Failed, caught_up};
use crate::foundation::error::Error;
use crate::store::records::Actor;
use crate::usage::import::{self, Whose};

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    environment: Environment,
    /// The organization's id, such as org_acme
    #[arg(long)]
    organization: OrganizationId,
    /// Say what the file would change, and change nothing
    #[arg(long)]
    check: bool,
    /// The CSV file with the columns project,day,app,web_identified,api,anonymous_web,data_points
    file: PathBuf,
}

/// Imports the file, or names each line that has to be corrected.
pub(super) async fn import_usage(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let file = File::open(&options.file)
        .map_err(|cause| Failed(format!("cannot read {}: {cause}", options.file.display())))?;
    let services = caught_up(
        &options.database,
        &options.environment,
        &options.organization,
    )
    .await?;
    let whose = Whose {
        organization_id: options.organization,
        actor: Actor::system(),
    };
    let staged = import::stage(&services, &whose, BufReader::new(file)).await;
    let staged = staged.map_err(|cause| explained(&cause))?;
    println!(
        "Rows: {}, of which {} to add, {} to correct, {} unchanged; the month: {} users, then {}",
        staged.rows,
        staged.added,
        staged.corrected,
        staged.unchanged,
        staged.before.mau,
        staged.after.mau
    );
    if options.check {
        import::discard(&services, &whose.organization_id, &staged.id).await?;
        println!("Nothing was changed");
    } else {
        let taken = import::apply(&services, &whose, &staged.id).await;
        taken.map_err(|cause| explained(&cause))?;
        println!("Imported");
    }
    services.store.close().await;
    Ok(())
}

/// Every line and column that needs another value, one below the other.
pub(super) fn explained(cause: &Error) -> Failed {
    let Error::Refused(problem) = cause else {
        return Failed(cause.to_string());
    };
    let lines = problem
        .fields
        .iter()
        .map(|fault| format!("\n  {}: {}", fault.field, fault.message));
    Failed(problem.detail.clone() + &lines.collect::<String>())
}
