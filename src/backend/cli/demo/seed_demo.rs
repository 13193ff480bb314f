//! `prorata seed-demo`.

use chrono::{DateTime, Utc};
use clap::Args;

use super::instant;
use crate::cli::log::{self, Format};
use crate::cli::{Database, Failed, open, services};
use crate::demo::seed::{self, GeneratedOrganizations};
use crate::foundation::clock::Clock;

#[derive(Debug, Args)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    database: Database,
    /// The seed of the random usage; the same number creates the same usage
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The instant up to which usage is generated, instead of now
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    clock: Option<DateTime<Utc>>,
    /// How many more organizations to add, org_00001 and up, with usage of this month
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=99_999))]
    organizations: u32,
    /// About how many users each of these has by the 20th; 0 for none
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    users: u64,
    /// How many projects each of these has
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    projects: u32,
}

pub(in crate::cli) async fn seed_demo(options: Options) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let clock = options
        .clock
        .map_or_else(Clock::system, Clock::running_from);
    let services = services(store, clock);
    let generated = GeneratedOrganizations {
        organizations: options.organizations,
        users: options.users,
        projects: options.projects,
    };
    seed::seed(&services, options.seed, &generated).await?;
    services.store.close().await;
    println!("Demo accounts, password {}:", seed::PASSWORD);
    for line in seed::accounts() {
        println!("  {line}");
    }
    Ok(())
}
