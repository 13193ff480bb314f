//! `prorata run-jobs`.

use super::log::{self, Format};
use super::{Failed, RunJobs, open};
use crate::services::Services;
use crate::usage::import;
use crate::{jobs, mail};

pub(super) async fn run_jobs(options: RunJobs) -> Result<(), Failed> {
    log::start(Format::Text);
    let mailer = options.mail.mailer()?;
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    if options.dry_run {
        return dry_run(&services).await;
    }
    let report = jobs::run_due(&services, services.clock.now()).await?;
    import::sweep(&services).await?;
    let mails = mail::send_due(&services, &mailer).await?;
    services.store.close().await;
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

/// Prints what a run would do, one line per job.
async fn dry_run(services: &Services) -> Result<(), Failed> {
    let planned = jobs::planned_jobs(services, services.clock.now()).await?;
    services.store.close().await;
    for one in &planned {
        println!("{one}");
    }
    println!("{} jobs would be done; nothing was changed", planned.len());
    Ok(())
}
