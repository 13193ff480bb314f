//! Customers: an organization with one person of each role, signed in.

use api::audit::Action;
use api::invoicing::invoice::Party;
use backend::foundation::error::Error;
use backend::foundation::secret::{self, Cost, Token};
use backend::store::invoices::closings::{self, Closing};
use backend::store::organizations::billing_details;
use backend::store::organizations::payment_methods::{self, PaymentMethod};
use backend::store::organizations::{self, Organization};
use backend::store::people::sessions::Open;
use backend::store::people::users::{self, SignIn, User};
use backend::store::price_books::BookVersion;
use backend::store::records::{self, Actor, AuditChange, AuditEntry};
use backend::store::subscriptions::{self, ChangeContext};
use backend::store::subscriptions::{NewSubscription, annual_terms};
use backend::store::usage::{self, Project, UsageDay};
use backend::store::{Changes, Tx};
use billing::invoicing::month_close::FrozenUsage;
use billing::metering::pool::Pool;
use billing::metering::usage::{MauParts, Metered};
use billing::people::permission::Role;
use billing::period::AnnualTerm;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, CurrencyCode, OrganizationId, Subscription};
use chrono::{DateTime, NaiveDate, Utc};

use super::World;

/// The facts that an organization is founded with.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: OrganizationId,
    pub(crate) currency: CurrencyCode,
    pub(crate) book: String,
    pub(crate) zone_offset_minutes: i32,
    pub(crate) places: Option<TaxPlaces>,
    pub(crate) subscription: Subscription,
    /// Whether the subscription starts with a trial.
    pub(crate) is_trial: bool,
    pub(crate) metered: Metered,
    /// The name of the sandbox card; `None` for no card.
    pub(crate) card: Option<&'static str>,
    /// Whether billing details are on file.
    pub(crate) has_details: bool,
    /// Whether annual billing is offered.
    pub(crate) annual_eligible: bool,
    /// The annual term; `None` when the customer is charged monthly.
    pub(crate) year: Option<Year>,
    /// The day on which its subscription begins and its usage is counted.
    pub(crate) day: NaiveDate,
    /// The roles of its people.
    pub(crate) roles: Vec<Role>,
}

/// An annual term, and the usage of its months before the current one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Year {
    pub(crate) starts_on: NaiveDate,
    pub(crate) pool: Pool,
}

/// An organization, and the tokens of its people.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) admin: String,
    pub(crate) people: Vec<(Role, String)>,
}

impl Customer {
    /// 22,000 users on the 20,000 tier with one add-on, in dollars, with a card that succeeds.
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: OrganizationId::new(id),
            currency: CurrencyCode::USD,
            book: "essentials".to_owned(),
            zone_offset_minutes: 0,
            places: None,
            subscription: Subscription {
                tier: 20_000,
                add_ons: [AddOnId::new("cloud-export")].into(),
                scheduled: Scheduled::default(),
            },
            is_trial: false,
            metered: Metered {
                mau: 22_000,
                data_points: 0,
            },
            card: Some("sandbox-success"),
            has_details: true,
            annual_eligible: false,
            year: None,
            day: "2026-06-20".parse().unwrap(),
            roles: Role::ALL.to_vec(),
        }
    }

    /// The same with another card.
    pub(crate) fn with_card(self, card: &'static str) -> Self {
        Self {
            card: Some(card),
            ..self
        }
    }

    /// The same in rupees, in Karnataka, with a supplier in Maharashtra; its months begin in UTC.
    pub(crate) fn in_rupees(self) -> Self {
        let places = TaxPlaces {
            supplier: StateCode::MAHARASHTRA,
            customer: StateCode::parse("29").unwrap(),
        };
        Self {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            places: Some(places),
            ..self
        }
    }

    /// The e-mail address of the person of this role.
    pub(crate) fn email(&self, role: Role) -> String {
        format!("{role:?}@{}.example", self.id)
    }

    /// The token of its card in the gateway.
    pub(crate) fn token(&self) -> String {
        format!("{}:{}", self.card.unwrap_or_default(), self.id)
    }
}

impl World {
    /// Founds a customer.
    pub(crate) async fn found(&self, customer: &Customer) -> Tenant {
        let (founded, now) = (customer.clone(), self.services.clock.now());
        let changes = Changes::Account(customer.id.clone(), now);
        let add = async move |tx: &mut Tx| add_customer(tx, &founded, now).await;
        let store = &self.services.store;
        store.transaction(changes, add).await.unwrap();
        let mut people = Vec::new();
        for role in &customer.roles {
            people.push((*role, self.sign_in(&user(customer, *role)).await));
        }
        Tenant {
            admin: people[0].1.clone(),
            people,
        }
    }

    /// Creates a session without a password.
    pub(crate) async fn sign_in(&self, user: &User) -> String {
        let token = Token::new().unwrap();
        let now = self.app.session_clock.now();
        self.services
            .store
            .write(Open {
                token: token.clone(),
                user: user.clone(),
                now,
            })
            .await
            .unwrap();
        token.reveal().to_owned()
    }
}

/// A person of a customer.
pub(crate) fn user(customer: &Customer, role: Role) -> User {
    User {
        organization_id: customer.id.clone(),
        id: format!("{role:?}").into(),
        email: customer.email(role),
        name: format!("{role:?} of {}", customer.id),
        role,
    }
}

async fn add_customer(tx: &mut Tx, customer: &Customer, now: DateTime<Utc>) -> Result<(), Error> {
    let id = &customer.id;
    organizations::add(tx, &organization(customer), now).await?;
    let password_hash = secret::password_hash("correct horse", Cost::Trifling)?;
    for role in customer.roles.iter().copied() {
        let sign_in = SignIn {
            user: user(customer, role),
            password_hash: password_hash.clone(),
        };
        users::add(tx, &sign_in, now).await?;
    }
    if customer.card.is_some() {
        payment_methods::add_default(tx, id, &card(customer)).await?;
    }
    if customer.has_details {
        let billed_to = organization(customer).billed_to;
        billing_details::save(tx, id, &billed_to, "system", now).await?;
    }
    let next_first = billing::BillingPeriod::of(customer.day).unwrap().end();
    let context = ChangeContext {
        by: "system",
        day: customer.day,
        next_first,
        now,
    };
    let new = NewSubscription {
        subscription: &customer.subscription,
        is_trial: customer.is_trial,
    };
    subscriptions::start(tx, id, new, context).await?;
    if let Some(year) = customer.year {
        begin(tx, customer, year, now).await?;
    }
    let project = Project {
        id: "prj".to_owned(),
        name: "Shop".to_owned(),
    };
    usage::add_project(tx, id, &project).await?;
    let counted = UsageDay {
        project_id: project.id,
        day: customer.day,
        parts: MauParts {
            app: customer.metered.mau,
            ..MauParts::default()
        },
        data_points: customer.metered.data_points,
        counted_at: now,
    };
    usage::add_day(tx, id, &counted).await
}

/// An annual term in progress, with its earlier months closed.
async fn begin(
    tx: &mut Tx,
    customer: &Customer,
    Year { starts_on, pool }: Year,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let id = &customer.id;
    let term = AnnualTerm::new(starts_on, 12).unwrap();
    annual_terms::begin(tx, id, term, pool.limit).await?;
    if pool.used == 0 {
        return Ok(());
    }
    let period = billing::BillingPeriod::of(customer.day).unwrap();
    let closing = Closing {
        period: period.previous().unwrap(),
        frozen: FrozenUsage {
            metered: Metered::default(),
            usage: pool.used,
            tier: customer.subscription.tier,
        },
        invoice_number: None,
        closed_at: now,
    };
    closings::add(tx, id, &closing).await?;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action: Action::MonthClosed,
        object: &closing.period.start().format("%Y-%m").to_string(),
        description: "closed without invoice".to_owned(),
        change: AuditChange::NONE,
    };
    records::audit(tx, id, entry).await
}

/// The organization that a customer is founded with.
pub(crate) fn organization(customer: &Customer) -> Organization {
    Organization {
        id: customer.id.clone(),
        name: customer.id.to_string(),
        billed_to: Party {
            name: customer.id.to_string(),
            address: Vec::new(),
            tax_number: None,
        },
        currency: customer.currency,
        zone_offset_minutes: customer.zone_offset_minutes,
        places: customer.places,
        book: BookVersion {
            id: customer.book.clone(),
            version: 1,
        },
        invoice_series: series(customer.id.as_str()),
        annual_eligible: customer.annual_eligible,
    }
}

/// One to five letters or digits that no other customer of the database has, for invoice numbers.
fn series(id: &str) -> String {
    let hash = id.bytes().fold(7_u64, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let plain = id.len() <= 5 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain {
        id.to_uppercase()
    } else {
        format!("X{:04X}", hash % 0xFFFF)
    }
}

fn card(customer: &Customer) -> PaymentMethod {
    PaymentMethod {
        id: "pm_1".to_owned(),
        brand: "Visa".to_owned(),
        last4: "4242".to_owned(),
        expiry_year: 2028,
        expiry_month: 9,
        gateway_token: customer.token(),
    }
}
