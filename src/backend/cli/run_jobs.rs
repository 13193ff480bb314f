//! `prorata run-jobs`.

use super::log::{self, Format};
use super::{Failed, RunJobs, open, till};
use crate::gateway::Script;
use crate::jobs;

pub(super) async fn run_jobs(options: RunJobs) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let clock = options.sandbox.clock(&store).await?;
    let till = till(store, clock, &Script::default());
    let report = jobs::run_due(&till, till.clock.now()).await?;
    till.store.close().await;
    println!("{report}");
    match report.parked.len() {
        0 => Ok(()),
        parked => Err(Failed(format!("{parked} organizations are parked"))),
    }
}
