//! Further demo organizations for measurements: each with an admin, a card, projects and this month's
//! usage, which is the same for the same seed.

use api::invoicing::invoice::Party;
use billing::people::permission::Role;
use billing::pricing::subscription::Scheduled;
use billing::{AddOnId, BillingPeriod, CurrencyCode, OrganizationId, Subscription, UserId};
use chrono::{DateTime, Utc};

use super::usage::{self, dice};
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::organizations::Organization;
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::people::users::{self, SignIn, User};
use crate::store::price_books::BookVersion;
use crate::store::subscriptions::{self, ChangeContext, NewSubscription};
use crate::store::usage::{self as days, Project, totals};
use crate::store::{Changes, Tx, Work, organizations};
use crate::usage::evaluation;

/// The characters of an invoice series.
const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// First words of the organizations' names.
const NAMES: [&str; 8] = [
    "Harbour", "Juniper", "Lantern", "Meadow", "Orchard", "Pebble", "Saffron", "Willow",
];
/// Second words of the organizations' names.
const TRADES: [&str; 8] = [
    "Books", "Cycles", "Foods", "Games", "Homes", "Music", "Travel", "Works",
];
/// Add-ons that some of the organizations have.
const ADD_ONS: [&str; 3] = ["cloud-export", "premium-channels", "advanced-analytics"];
const TIERS: [u64; 6] = [5_000, 20_000, 40_000, 60_000, 80_000, 100_000];

/// How many organizations to add, and their size.
#[derive(Debug, Clone, Copy, Default)]
pub struct GeneratedOrganizations {
    pub organizations: u32,
    /// About how many users each organization has by the 20th; 0 for no usage.
    pub users: u64,
    /// How many projects each organization has.
    pub projects: u32,
}

impl GeneratedOrganizations {
    /// Adds the organizations that are missing.
    pub(super) async fn add(
        &self,
        services: &Services,
        seed: u64,
        password_hash: &str,
    ) -> Result<(), Error> {
        for number in 1..=self.organizations {
            let add = AddGenerated {
                id: OrganizationId::new(format!("org_{number:05}")),
                size: *self,
                number,
                seed,
                password_hash: password_hash.to_owned(),
                now: services.clock.now(),
            };
            services.store.write(add).await?;
        }
        Ok(())
    }
}

/// Adds one organization, with its usage of the month up to now.
struct AddGenerated {
    id: OrganizationId,
    size: GeneratedOrganizations,
    number: u32,
    seed: u64,
    password_hash: String,
    now: DateTime<Utc>,
}

impl Work for AddGenerated {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Account(self.id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = &self.id;
        let today = billing_day(self.now, 0);
        let period = BillingPeriod::of(today).ok_or(billing::OutOfRange)?;
        organizations::add(tx, &self.organization(id), self.now).await?;
        users::add(tx, &self.admin(id), self.now).await?;
        payment_methods::add_default(tx, id, &self.card(id)).await?;
        let context = ChangeContext {
            by: "system",
            day: period.start(),
            next_first: period.end(),
            now: self.now,
        };
        let new = NewSubscription {
            subscription: &self.subscription(),
            is_trial: false,
        };
        subscriptions::start(tx, id, new, context).await?;
        let projects: Vec<_> = (1..=self.size.projects)
            .map(|number| format!("prj_{number:06}"))
            .collect();
        for project in &projects {
            let name = format!("Project {}", project.trim_start_matches("prj_"));
            let id_and_name = Project {
                id: project.clone(),
                name,
            };
            days::add_project(tx, id, &id_and_name).await?;
        }
        self.count(tx, id, &projects, period).await
    }
}

impl AddGenerated {
    async fn count(
        &self,
        tx: &mut Tx,
        id: &OrganizationId,
        projects: &[String],
        period: BillingPeriod,
    ) -> Result<(), Error> {
        let there = totals::of_month(tx, id, period, period.end()).await?;
        if self.size.users == 0 || !there.is_empty() {
            return Ok(());
        }
        let projects: Vec<_> = projects.iter().map(String::as_str).collect();
        let month = usage::Month {
            organization_id: id,
            projects: &projects,
            mau_on_the_20th: self.users(),
            zone_offset_minutes: 0,
            seed: self.seed,
            period,
            anchor: period.start(),
            started_on: period.start(),
        };
        let today = billing_day(self.now, 0);
        let days = period.start().iter_days();
        let counted: Vec<_> = days
            .take_while(|day| period.contains(*day) && *day <= today)
            .flat_map(|day| month.counted(day, self.now))
            .collect();
        evaluation::count(tx, id, &counted, self.now).await
    }

    /// The users of this organization: between half and one and a half times the given number.
    fn users(&self) -> u64 {
        let share = 50 + self.dice("users") % 101;
        u64::try_from(u128::from(self.size.users) * u128::from(share) / 100).unwrap_or(u64::MAX)
    }

    /// The tier that covers the users; for one organization in eight, the next lower one.
    fn subscription(&self) -> Subscription {
        let users = self.users();
        let fits = TIERS.iter().position(|tier| *tier >= users);
        let fits = fits.unwrap_or(TIERS.len() - 1);
        let place = fits.saturating_sub(usize::from(self.dice("tier").is_multiple_of(8)));
        let add_ons = ADD_ONS.iter().filter(|id| self.dice(id).is_multiple_of(3));
        Subscription {
            tier: TIERS[place],
            add_ons: add_ons.map(|id| AddOnId::new(*id)).collect(),
            scheduled: Scheduled::default(),
        }
    }

    fn organization(&self, id: &OrganizationId) -> Organization {
        let pick = |names: [&'static str; 8], what| names[(self.dice(what) % 8) as usize];
        let name = format!(
            "{} {} {}",
            pick(NAMES, "name"),
            pick(TRADES, "trade"),
            self.number
        );
        Organization {
            id: id.clone(),
            billed_to: Party {
                name: format!("{name} Incorporated"),
                address: vec![
                    format!("{} Market Street", self.number),
                    "United States".to_owned(),
                ],
                tax_number: None,
            },
            name,
            annual_eligible: false,
            currency: CurrencyCode::USD,
            zone_offset_minutes: 0,
            places: None,
            book: BookVersion {
                id: "essentials-2025".to_owned(),
                version: 1,
            },
            invoice_series: self.series(),
        }
    }

    /// An invoice series of five characters that no other organization has.
    fn series(&self) -> String {
        let mut rest = self.number as usize;
        let mut letters = [b'0'; 4];
        for letter in letters.iter_mut().rev() {
            *letter = LETTERS[rest % 36];
            rest /= 36;
        }
        letters
            .iter()
            .fold(String::from("Z"), |mut series, letter| {
                series.push(char::from(*letter));
                series
            })
    }

    fn admin(&self, id: &OrganizationId) -> SignIn {
        SignIn {
            user: User {
                organization_id: id.clone(),
                id: UserId::from_static("usr_admin"),
                email: format!("admin@{}.example", id.as_str().replace('_', "-")),
                name: format!("Admin {}", self.number),
                role: Role::Admin,
            },
            password_hash: self.password_hash.clone(),
        }
    }

    fn card(&self, id: &OrganizationId) -> PaymentMethod {
        PaymentMethod {
            id: "pm_1".to_owned(),
            brand: "Visa".to_owned(),
            last4: "4242".to_owned(),
            expiry_year: 2030,
            expiry_month: 12,
            gateway_token: format!("sandbox-success:{id}"),
        }
    }

    fn dice(&self, what: &str) -> u64 {
        dice(&format!("{}/{}/{what}", self.seed, self.number))
    }
}
