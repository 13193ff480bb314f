//! `prorata run-jobs`.

use super::log::{self, Format};
use super::{Failed, RunJobs, open, till};
use crate::gateway::Script;
use crate::till::Till;
use crate::{import, jobs, mail};

pub(super) async fn run_jobs(options: RunJobs) -> Result<(), Failed> {
    log::start(Format::Text);
    let postman = options.mail.postman()?;
    let store = open(&options.database).await?;
    let clock = options.sandbox.clock(&store).await?;
    let till = till(store, clock, &Script::default());
    if options.dry_run {
        return dry_run(&till).await;
    }
    let report = jobs::run_due(&till, till.clock.now()).await?;
    import::sweep(&till).await?;
    let mails = mail::send_due(&till, &postman).await?;
    till.store.close().await;
    println!("{report}\n{mails}");
    match (report.parked.len(), mails.parked) {
        (0, 0) => Ok(()),
        (parked, 0) => Err(Failed(format!("{parked} organizations are parked"))),
        (0, mails) => Err(Failed(format!("{mails} mails are parked"))),
        (parked, mails) => Err(Failed(format!(
            "{parked} organizations and {mails} mails are parked"
        ))),
    }
}

/// What a run would do, a line for each job.
async fn dry_run(till: &Till) -> Result<(), Failed> {
    let foreseen = jobs::rehearse(till, till.clock.now()).await?;
    till.store.close().await;
    for one in &foreseen {
        println!("{one}");
    }
    println!("{} jobs would be done; nothing was changed", foreseen.len());
    Ok(())
}
