//! `prorata lift-lock`.

use billing::OrganizationId;
use chrono::NaiveDate;
use clap::Args;

use super::log::{self, Format};
use super::{Database, Environment, Failed, day, open};
use crate::jobs;
use crate::usage::evaluation::LiftLock;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    /// The organization's id
    #[arg(long)]
    organization: OrganizationId,
    /// The reason; the admins are notified of it, and it stays in the activity log
    #[arg(long)]
    reason: String,
    /// The first day on which usage may lock the account again; by default, the day after the month or
    /// the year whose usage locked it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<NaiveDate>,
    #[command(flatten)]
    environment: Environment,
}

pub(super) async fn lift_lock(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    jobs::catch_up(&services, &options.organization).await?;
    let work = LiftLock {
        organization_id: options.organization.clone(),
        reason: options.reason,
        until: options.until,
        now: services.clock.now(),
    };
    let lifted = services.store.write(work).await;
    services.store.close().await;
    println!(
        "{}: the lock is lifted until {}",
        options.organization, lifted?
    );
    Ok(())
}
