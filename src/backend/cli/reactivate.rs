//! `prorata reactivate`.

use billing::OrganizationId;
use clap::Args;

use super::log::{self, Format};
use super::{Database, Environment, Failed, open};
use crate::jobs;
use crate::leaving;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    /// The id of the organization
    organization: OrganizationId,
    #[command(flatten)]
    environment: Environment,
}

pub(super) async fn reactivate(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    // Jobs that are due would end an account whose deadline has passed. An operator who reactivates it
    // does not want that, so this is checked first.
    let mut tx = services.store.reading().await?;
    let now = services.clock.now();
    let ended = leaving::end_that_is_due(&mut tx, &options.organization, now).await?;
    drop(tx);
    if let Some(at) = ended {
        let id = &options.organization;
        return Err(Failed(format!(
            "{id}: its time was over on {at}, and its data is about to be deleted; nothing was changed"
        )));
    }
    jobs::catch_up(&services, &options.organization).await?;
    let work = leaving::Reactivate {
        organization_id: options.organization.clone(),
        now: services.clock.now(),
    };
    let done = services.store.write(work).await;
    if done.is_ok() {
        jobs::catch_up(&services, &options.organization).await?;
    }
    services.store.close().await;
    match done? {
        Some(number) => println!("{}: active again, invoice {number}", options.organization),
        None => println!(
            "{}: active again, the month was paid already",
            options.organization
        ),
    }
    Ok(())
}
