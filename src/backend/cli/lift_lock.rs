//! `prorata lift-lock`.

use billing::OrganizationId;
use chrono::NaiveDate;
use clap::Args;

use super::log::{self, Format};
use super::{Database, Failed, Sandbox, day, open, services};
use crate::jobs;
use crate::services::gateway::Script;
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
    sandbox: Sandbox,
}

pub(super) async fn lift_lock(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let clock = options.sandbox.clock(&store).await?;
    let services = services(store, clock, &Script::default());
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
