//! `prorata reactivate`.

use clap::Args;

use super::log::{self, Format};
use super::{Database, Failed, Sandbox, open, till};
use crate::gateway::Script;
use crate::jobs;
use crate::leaving;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    /// The id of the organization
    organization: String,
    #[command(flatten)]
    sandbox: Sandbox,
}

pub(super) async fn reactivate(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let clock = options.sandbox.clock(&store).await?;
    let till = till(store, clock, &Script::default());
    // Whatever the clock says: who asks for an account to come back does not mean its end.
    let mut tx = till.store.reading().await?;
    let now = till.clock.now();
    let ended = leaving::end_that_is_due(&mut tx, &options.organization, now).await?;
    drop(tx);
    if let Some(at) = ended {
        let id = &options.organization;
        return Err(Failed(format!(
            "{id}: its time was over on {at}, and its data is about to be deleted; nothing was changed"
        )));
    }
    jobs::catch_up(&till, &options.organization).await?;
    let work = leaving::Reactivate {
        organization_id: options.organization.clone(),
        now: till.clock.now(),
    };
    let done = till.store.write(work).await;
    if done.is_ok() {
        jobs::catch_up(&till, &options.organization).await?;
    }
    till.store.close().await;
    match done? {
        Some(number) => println!("{}: active again, invoice {number}", options.organization),
        None => println!(
            "{}: active again, the month was paid already",
            options.organization
        ),
    }
    Ok(())
}
