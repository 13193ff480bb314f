//! Demo organizations with usage by project and day. Their past months are closed by the real month
//! change, so that their invoices are real ones.

use std::collections::BTreeSet;

use api::invoicing::invoice::Party;
use billing::people::permission::Role;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, BillingFrequency, BillingPeriod, Subscription, UserId};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::foundation::secret::{self, Cost};
use crate::services::Services;
use crate::store::invoices::closings;
use crate::store::organizations::{self, Organization, billing_details, payment_methods};
use crate::store::people::users::{self, SignIn, User};
use crate::store::price_books::{self, BookVersion};
use crate::store::subscriptions::{self, ChangeContext, NewSubscription};
use crate::store::usage::{self as days, Project, totals};
use crate::store::{Changes, Tx};
use crate::usage::evaluation;

mod emails;
mod generated;
mod history;
mod tenants;
mod usage;
mod visitors;

pub use generated::GeneratedOrganizations;
use tenants::{Stage, TENANTS, Tenant};

pub const PASSWORD: &str = "prorata-demo";

/// How many months of history precede the current month.
const HISTORY: Months = Months::new(6);

/// One line for each demo account.
pub fn accounts() -> impl Iterator<Item = String> {
    TENANTS.iter().flat_map(|tenant| {
        tenant
            .people
            .iter()
            .map(|person| format!("{}  {:?} of {}", person.email, person.role, tenant.name))
    })
}

/// Adds what is missing of the demo: organizations, and usage up to now. Months that have ended are
/// closed on the way, in order. Then adds the generated organizations.
///
/// # Errors
/// Fails when the store has other organizations under these ids.
pub async fn seed(
    services: &Services,
    seed: u64,
    generated: &GeneratedOrganizations,
) -> Result<(), Error> {
    let now = services.clock.now();
    price_books::store_built_in(&services.store, now).await?;
    let password_hash = tokio::task::spawn_blocking(|| secret::password_hash(PASSWORD, Cost::Full));
    let password_hash = password_hash.await.map_err(Error::unexpected)??;
    for tenant in &TENANTS {
        let password_hash = password_hash.clone();
        let account = || Changes::Account(tenant.id.clone(), now);
        let add = async move |tx: &mut Tx| add_tenant(tx, tenant, &password_hash, now).await;
        services.store.transaction(account(), add).await?;
        if tenant.id == visitors::ORGANIZATION {
            visitors::send(services, seed).await?;
        }
        let past = history::begin(services);
        let count = async move |tx: &mut Tx| count(tx, tenant, seed, now).await;
        while let Some(ended) = services.store.transaction(account(), count).await? {
            history::close(&past, tenant, ended, now).await?;
        }
        let card = async move |tx: &mut Tx| history::replace_card(tx, tenant).await;
        services.store.transaction(tenant.id.clone(), card).await?;
        let removal = async move |tx: &mut Tx| schedule_removal(tx, tenant, now).await;
        services.store.transaction(account(), removal).await?;
    }
    generated.add(services, seed, &password_hash).await
}

/// Adds an organization with its people, projects, card and subscription.
async fn add_tenant(
    tx: &mut Tx,
    tenant: &Tenant,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let organization = organization(tenant)?;
    let today = billing_day(now, tenant.zone_offset_minutes);
    let first = first_day(tenant.stage, today).ok_or(billing::OutOfRange)?;
    organizations::add(tx, &organization, now).await?;
    for person in tenant.people {
        let user = User {
            organization_id: tenant.id.clone(),
            id: person.id.clone(),
            email: person.email.to_owned(),
            name: person.name.to_owned(),
            role: person.role,
        };
        let sign_in = SignIn {
            user,
            password_hash: password_hash.to_owned(),
        };
        users::add(tx, &sign_in, now).await?;
    }
    for (id, name) in tenant.projects {
        let project = Project {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
        };
        days::add_project(tx, &tenant.id, &project).await?;
    }
    if tenant.card.is_some() {
        payment_methods::add_default(tx, &tenant.id, &history::first_card(tenant)).await?;
    }
    if !tenant.legal_name.is_empty() && !billing_details::are_on_file(tx, &tenant.id).await? {
        billing_details::save(tx, &tenant.id, &organization.billed_to, "system", now).await?;
    }
    let context = ChangeContext {
        by: "system",
        day: first,
        next_first: BillingPeriod::of(first).ok_or(billing::OutOfRange)?.end(),
        now,
    };
    let new = NewSubscription {
        subscription: &subscription(tenant),
        is_trial: matches!(tenant.stage, Stage::Trial { .. }),
    };
    subscriptions::start(tx, &tenant.id, new, context).await
}

/// The day on which the subscription starts.
fn first_day(stage: Stage, today: NaiveDate) -> Option<NaiveDate> {
    match stage {
        Stage::EveryMonth | Stage::Yearly => {
            let first = today.checked_sub_months(HISTORY);
            first.and_then(BillingPeriod::of).map(|month| month.start())
        }
        Stage::Trial { days } => today.checked_sub_days(Days::new(days)),
    }
}

/// Counts the usage of the first open month; returns that month if it has ended.
async fn count(
    tx: &mut Tx,
    tenant: &Tenant,
    seed: u64,
    now: DateTime<Utc>,
) -> Result<Option<BillingPeriod>, Error> {
    let today = billing_day(now, tenant.zone_offset_minutes);
    let open = closings::first_open(tx, &tenant.id).await?;
    let projects: Vec<_> = tenant.projects.iter().map(|(id, _)| *id).collect();
    let started_on = subscriptions::started_on(tx, &tenant.id).await?;
    let month = usage::Month {
        organization_id: &tenant.id,
        projects: &projects,
        mau_on_the_20th: tenant.mau_on_the_20th,
        zone_offset_minutes: tenant.zone_offset_minutes,
        seed,
        period: open,
        anchor: anchor(tenant, started_on)?,
        started_on,
    };
    let days = open.start().iter_days();
    // The last day that already has figures, which are not changed.
    let totals = totals::of_month(tx, &tenant.id, open, open.end()).await?;
    let last = totals.keys().next_back().copied();
    let days: Vec<_> = days
        .take_while(|day| open.contains(*day) && *day <= today)
        .filter(|day| *day >= started_on && tenant.id != visitors::ORGANIZATION)
        .filter(|day| last.is_none_or(|last| *day > last))
        .collect();
    let counted: Vec<_> = days
        .iter()
        .flat_map(|day| month.counted(*day, now))
        .collect();
    emails::count(tx, &tenant.id, &days, now).await?;
    evaluation::count(tx, &tenant.id, &counted, now).await?;
    Ok(Some(open).filter(|open| open.end() <= today))
}

/// Schedules, once, the removal of an add-on, so that this month and the next invoice differ.
async fn schedule_removal(tx: &mut Tx, tenant: &Tenant, now: DateTime<Utc>) -> Result<(), Error> {
    let before = subscriptions::find(tx, &tenant.id).await?;
    let leaving: BTreeSet<_> = tenant.leaving.iter().map(|id| AddOnId::new(*id)).collect();
    let untouched = before.version == 1 && before.subscription.add_ons.is_superset(&leaving);
    if leaving.is_empty() || !untouched {
        return Ok(());
    }
    let mut after = before.subscription.clone();
    after.scheduled.removals = leaving;
    let day = billing_day(now, tenant.zone_offset_minutes);
    let next_first = BillingPeriod::of(day).ok_or(billing::OutOfRange)?.end();
    let by = tenant
        .people
        .first()
        .map_or("system", |person| person.email);
    let context = ChangeContext {
        by,
        day,
        next_first,
        now,
    };
    subscriptions::replace(tx, &tenant.id, &before, &after, context).await
}

/// The first day of the month in which the demo was set up: its usage is the one that exceeds the
/// limit.
fn anchor(tenant: &Tenant, started_on: NaiveDate) -> Result<NaiveDate, Error> {
    let anchor = match tenant.stage {
        Stage::EveryMonth | Stage::Yearly => started_on.checked_add_months(HISTORY),
        Stage::Trial { .. } => BillingPeriod::of(started_on).map(|month| month.start()),
    };
    anchor.ok_or_else(|| billing::OutOfRange.into())
}

fn organization(tenant: &Tenant) -> Result<Organization, Error> {
    let state =
        |code: &str| StateCode::parse(code).map_err(|cause| Error::unexpected(cause.to_string()));
    let places = match tenant.states {
        Some((supplier, customer)) => Some(TaxPlaces {
            supplier: state(supplier)?,
            customer: state(customer)?,
        }),
        None => None,
    };
    Ok(Organization {
        id: tenant.id.clone(),
        name: tenant.name.to_owned(),
        billed_to: Party {
            name: match tenant.legal_name {
                "" => tenant.name.to_owned(),
                legal_name => legal_name.to_owned(),
            },
            address: tenant
                .address
                .iter()
                .map(|line| (*line).to_owned())
                .collect(),
            tax_number: tenant.tax_number.map(str::to_owned),
        },
        currency: tenant.currency,
        zone_offset_minutes: tenant.zone_offset_minutes,
        places,
        book: BookVersion {
            id: tenant.price_book.to_owned(),
            version: 1,
        },
        invoice_series: tenant.series.to_owned(),
        annual_eligible: tenant.annual_eligible,
    })
}

fn subscription(tenant: &Tenant) -> Subscription {
    Subscription {
        tier: tenant.tier,
        add_ons: tenant.add_ons.iter().map(|id| AddOnId::new(*id)).collect(),
        scheduled: Scheduled {
            frequency: match tenant.stage {
                Stage::Yearly => Some(BillingFrequency::Annual),
                Stage::EveryMonth | Stage::Trial { .. } => None,
            },
            ..Scheduled::default()
        },
    }
}

/// A person who can sign in.
#[derive(Debug)]
struct Person {
    id: UserId,
    email: &'static str,
    name: &'static str,
    role: Role,
}
