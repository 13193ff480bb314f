//! The commands of the binary. A failed command prints one line for the person who ran it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::{fmt, fs};

use billing::catalog::policy::Policy;
use billing::{BillingPeriod, OrganizationId};
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::foundation::clock::{Clock, instant_text};
use crate::http::AppState;
use crate::jobs;
use crate::services::Services;
use crate::services::gateway::SandboxGateway;
use crate::store::sandbox::clock;
use crate::store::{SchemaMismatch, Store, price_books};

mod close_month;
mod close_ticket;
#[cfg(feature = "demo")]
mod demo;
mod import_add_on_use;
mod import_events;
mod import_usage;
mod issue_credential;
mod lift_lock;
mod log;
mod mail;
mod network;
#[cfg(not(feature = "demo"))]
mod operator;
mod preview;
mod reactivate;
mod run_jobs;
mod serve;

#[cfg(feature = "demo")]
use demo::Environment;
#[cfg(not(feature = "demo"))]
use operator::Environment;

/// Prorata: the price you see before you click is the invoice, to the cent.
#[derive(Debug, Parser)]
#[command(name = "prorata", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, and the app if its files are given
    Serve(Serve),
    /// Price requests: read JSON Lines, write JSON Lines
    Preview,
    /// Create the database, or update it to the current schema
    Migrate(Database),
    /// Add the demo organizations; running it again does no harm
    #[cfg(feature = "demo")]
    SeedDemo(demo::seed_demo::Options),
    /// Close a support ticket that has been answered
    CloseTicket(CloseTicket),
    /// Close a month for every organization and issue its invoices; running it again does no harm
    CloseMonth(CloseMonth),
    /// Do what has fallen due: months, payments, trials, locks, deletions. For cron; `serve` does it on
    /// its own. Running it again does no harm
    RunJobs(RunJobs),
    /// Import a CSV file of usage by project and day: all of it, or nothing
    ImportUsage(import_usage::Options),
    /// Import a CSV file of uses of add-ons, such as e-mails: all of it, or nothing
    ImportAddOnUse(import_add_on_use::Options),
    /// Import a CSV file of events; importing it again does no harm
    ImportEvents(import_events::Options),
    /// Import a CSV file of profiles; importing it again does no harm
    ImportProfiles(import_events::Options),
    /// Reactivate a paused plan, after its reactivation was requested from the support team
    Reactivate(reactivate::Options),
    /// Lift the usage lock of an account
    LiftLock(lift_lock::Options),
    /// Issue a credential with which a program sends usage and events; prints its token, once
    IssueCredential(issue_credential::Options),
}

#[derive(Debug, Args)]
struct Database {
    /// sqlite:PATH or postgres://…
    #[arg(
        long,
        env = "PRORATA_DATABASE",
        default_value = "sqlite:data/prorata.db"
    )]
    database: String,
    /// A JSON file with the days and limits that differ from those of the documents, such as
    /// {"grace_days": 14}
    #[arg(long, env = "PRORATA_POLICY", value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    database: Database,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder that contains the app's files
    #[arg(long)]
    dist: Option<PathBuf>,
    #[command(flatten)]
    mail: mail::Mail,
    #[command(flatten)]
    environment: Environment,
    #[command(flatten)]
    network: network::Network,
    /// Write the log as JSON, one object per line
    #[arg(long)]
    json_log: bool,
}

#[derive(Debug, Args)]
struct CloseTicket {
    #[command(flatten)]
    database: Database,
    /// The organization's id
    #[arg(long)]
    organization: OrganizationId,
    /// The ticket's number
    #[arg(long)]
    number: u64,
    #[command(flatten)]
    environment: Environment,
}

#[derive(Debug, Args)]
struct CloseMonth {
    #[command(flatten)]
    database: Database,
    /// The month, such as 2026-06
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: BillingPeriod,
    #[command(flatten)]
    environment: Environment,
}

#[derive(Debug, Args)]
struct RunJobs {
    #[command(flatten)]
    database: Database,
    /// Print what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    mail: mail::Mail,
    #[command(flatten)]
    environment: Environment,
}

/// Why a command failed, in one line.
#[derive(Debug)]
struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failed {
    fn from(cause: E) -> Self {
        Self(cause.to_string())
    }
}

/// Runs the command given by the arguments of this process.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Preview => preview::preview(),
        Command::Serve(options) => run_async(serve::serve(options)),
        Command::Migrate(database) => run_async(migrate(database)),
        #[cfg(feature = "demo")]
        Command::SeedDemo(options) => run_async(demo::seed_demo::seed_demo(options)),
        Command::CloseTicket(options) => run_async(close_ticket::close_ticket(options)),
        Command::CloseMonth(options) => run_async(close_month::close_month(options)),
        Command::RunJobs(options) => run_async(run_jobs::run_jobs(options)),
        Command::ImportUsage(options) => run_async(import_usage::import_usage(options)),
        Command::ImportAddOnUse(options) => run_async(import_add_on_use::import(options)),
        Command::ImportEvents(options) => run_async(import_events::import_events(options)),
        Command::ImportProfiles(options) => run_async(import_events::import_profiles(options)),
        Command::Reactivate(options) => run_async(reactivate::reactivate(options)),
        Command::LiftLock(options) => run_async(lift_lock::lift_lock(options)),
        Command::IssueCredential(options) => run_async(issue_credential::issue_credential(options)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("prorata: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn run_async(command: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(command)
}

async fn migrate(database: Database) -> Result<(), Failed> {
    let store = Store::create(&database.database).await?;
    match store.schema_mismatch().await? {
        None | Some(SchemaMismatch::Behind) => store.migrate().await?,
        Some(mismatch @ (SchemaMismatch::Ahead | SchemaMismatch::Earlier)) => {
            return Err(mismatch.into());
        }
    }
    price_books::store_built_in(&store, Clock::system().now()).await?;
    store.close().await;
    println!("The database is up to date");
    Ok(())
}

/// Opens a store with the current schema and the configured policy. Fails when the schema is another.
async fn open(database: &Database) -> Result<Store, Failed> {
    let policy = database.policy()?;
    let store = Store::open(&database.database).await?.under(policy);
    match store.schema_mismatch().await? {
        None => Ok(store),
        Some(mismatch) => Err(mismatch.into()),
    }
}

impl Database {
    /// The policy from the file; the documents' policy when none is given.
    fn policy(&self) -> Result<Policy, Failed> {
        let Some(file) = &self.policy else {
            return Ok(Policy::default());
        };
        let unread = |cause: &dyn fmt::Display| {
            Failed(format!(
                "cannot read the policy {}: {cause}",
                file.display()
            ))
        };
        let text = fs::read_to_string(file).map_err(|cause| unread(&cause))?;
        serde_json::from_str(&text).map_err(|cause| unread(&cause))
    }
}

/// The services for an import into an organization. Due jobs run first, such as the end of a trial or
/// the close of a month.
async fn caught_up(
    database: &Database,
    environment: &Environment,
    organization_id: &OrganizationId,
) -> Result<Services, Failed> {
    let services = environment.services(open(database).await?).await?;
    jobs::catch_up(&services, organization_id).await?;
    Ok(services)
}

/// The services with the machine's clock. The database of a sandbox is refused: the system time would
/// close its months and charge them.
async fn services_now(store: Store) -> Result<Services, Failed> {
    match clock::latest(&mut store.reading().await?).await? {
        None => Ok(services(store, Clock::system())),
        Some(shown) => Err(Failed(format!(
            "this is the database of a sandbox, whose clock has shown {}; add --sandbox, which a build \
             without the demo does not have",
            instant_text(shown)
        ))),
    }
}

/// The server of an operator.
fn operated(services: Services) -> AppState {
    tracing::warn!("payments are made by the sandbox gateway and move no money");
    AppState::new(services)
}

/// The services with the sandbox gateway, the only gateway so far.
fn services(store: Store, clock: Clock) -> Services {
    let gateway = Arc::new(SandboxGateway::new(store.clone(), clock.clone()));
    Services {
        store,
        clock,
        gateway,
    }
}

/// A message that says what a valid value of an option looks like.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreadable(&'static str);

fn month(text: &str) -> Result<BillingPeriod, Unreadable> {
    const WRONG: Unreadable = Unreadable("a month looks like 2026-06");
    let exact = text.len() == 7 && text.as_bytes().get(4) == Some(&b'-');
    let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| WRONG)?;
    BillingPeriod::of(first).filter(|_| exact).ok_or(WRONG)
}

fn day(text: &str) -> Result<NaiveDate, Unreadable> {
    text.parse()
        .map_err(|_| Unreadable("a day looks like 2026-07-01"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_options_fit_together() {
        Cli::command().debug_assert();
        let june = month("2026-06").unwrap();
        assert_eq!(june.start().to_string(), "2026-06-01");
        for bad in ["2026-6", "2026-13", "2026", "26-06", "2026-06-01"] {
            assert!(month(bad).is_err(), "{bad}");
        }
    }
}
