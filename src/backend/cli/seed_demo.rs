//! `prorata seed-demo`.

use super::log::{self, Format};
use super::{Failed, SeedDemo, open, services};
use crate::demo::{self, GeneratedOrganizations};
use crate::foundation::clock::Clock;
use crate::services::gateway::Script;

pub(super) async fn seed_demo(options: SeedDemo) -> Result<(), Failed> {
    log::start(Format::Text);
    let store = open(&options.database).await?;
    let clock = options
        .clock
        .map_or_else(Clock::system, Clock::running_from);
    let services = services(store, clock, &Script::default());
    let generated = GeneratedOrganizations {
        organizations: options.organizations,
        users: options.users,
        projects: options.projects,
    };
    demo::seed(&services, options.seed, &generated).await?;
    services.store.close().await;
    println!("Demo accounts, password {}:", demo::PASSWORD);
    for line in demo::accounts() {
        println!("  {line}");
    }
    Ok(())
}
