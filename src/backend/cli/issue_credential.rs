//! `prorata issue-credential`.

use api::usage::credential::IssueCredential;
use billing::OrganizationId;

use super::{Database, Environment, Failed, open};
use crate::people::credentials::Issue;
use crate::store::records::Actor;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    environment: Environment,
    /// The organization's id, such as org_acme
    #[arg(long)]
    organization: OrganizationId,
    /// What the credential is for
    #[arg(long)]
    name: String,
    /// For how many days the credential is valid
    #[arg(long, default_value_t = 90)]
    days: u32,
}

/// Prints only the token, so that a script can store it.
pub(super) async fn issue_credential(options: Options) -> Result<(), Failed> {
    let store = open(&options.database).await?;
    let wanted = IssueCredential {
        name: options.name,
        days: options.days,
    };
    let services = options.environment.services(store).await?;
    let now = services.clock.now();
    let issue = Issue::new(options.organization, Actor::system(), &wanted, now)?;
    let (_, token) = services.store.write(issue).await?;
    services.store.close().await;
    println!("{}", token.reveal());
    Ok(())
}
