use super::*;
use crate::AddOnId;
use crate::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025, PriceBook};
use crate::invoicing::invoice::{BookVersion, InvoiceKind};
use crate::metering::lock_threshold::Measure;
use crate::metering::pool::{Pool, term_limit};
use crate::metering::usage::Metered;
use crate::money::CurrencyCode;
use crate::period::AnnualTerm;
use crate::pricing::billing_cycle::{BillingCycle, BillingFrequency};
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::statement::Line;
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::pricing::tax::{RoundOff, StateCode, TaxPlaces};
use alloc::format;
use alloc::string::ToString;
use chrono::NaiveDate;

mod invoiced;
mod once;
mod term;
mod year;

/// An account in June 2025; each test changes parts of it.
struct June {
    book: PriceBook,
    currency: CurrencyCode,
    subscription: Subscription,
    mau: u64,
    cycle: BillingCycle,
    life: Life,
    order: OpenOrder,
    dashboard_lock: DashboardLock,
    latches: Vec<u64>,
    policy: ClosePolicy,
    places: Option<TaxPlaces>,
    offset_minutes: i32,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn month(text: &str) -> BillingPeriod {
    BillingPeriod::of(day(text)).unwrap()
}

/// 22,000 users on the 20,000 tier, with the published book.
fn june() -> June {
    June {
        book: PriceBook::parse(ESSENTIALS).unwrap(),
        currency: CurrencyCode::USD,
        subscription: Subscription {
            tier: 20_000,
            add_ons: Default::default(),
            scheduled: Scheduled::default(),
        },
        mau: 22_000,
        cycle: BillingCycle::monthly(month("2025-06-01")),
        life: Life::Running,
        order: OpenOrder::None,
        dashboard_lock: DashboardLock::Clear,
        latches: Vec::new(),
        policy: ClosePolicy::default(),
        places: None,
        offset_minutes: 0,
    }
}

/// The same account in rupees, with a customer in the supplier's state.
fn june_in_rupees() -> June {
    June {
        book: PriceBook::parse(ESSENTIALS_2025).unwrap(),
        currency: CurrencyCode::INR,
        places: Some(TaxPlaces {
            supplier: StateCode::MAHARASHTRA,
            customer: StateCode::MAHARASHTRA,
        }),
        ..june()
    }
}

fn annual(start: &str, limit: u64, used: u64) -> BillingCycle {
    BillingCycle::Annual {
        term: AnnualTerm::new(day(start), 12).unwrap(),
        pool: Pool { limit, used },
    }
}

impl June {
    fn close_in(
        &self,
        period: BillingPeriod,
        first_open: BillingPeriod,
        now: &str,
    ) -> Result<Closed, CloseRefused> {
        let closing = Closing {
            organization: &OrganizationId::from_static("acme"),
            period,
            first_open,
            offset_minutes: self.offset_minutes,
            account: PricedAccount {
                list: self.book.list(self.currency).unwrap(),
                subscription: &self.subscription,
                cycle: self.cycle,
                annual_offered: false,
                metered: Metered {
                    mau: self.mau,
                    data_points: 0,
                },
                add_on_use: crate::AddOnUse::NONE,
                places: self.places,
                day: period.start(),
            },
            life: self.life,
            order: self.order,
            dashboard_lock: self.dashboard_lock,
            latches: &self.latches,
            book: BookVersion {
                id: self.book.id.clone(),
                version: self.book.version,
            },
            notes: Vec::new(),
            policy: self.policy,
        };
        close(&closing, at(now), Derivations::Included)
    }

    fn close(&self) -> Plan {
        let june = month("2025-06-01");
        match self.close_in(june, june, "2025-07-01T00:00:00Z") {
            Ok(Closed::Now(plan)) => plan,
            other => panic!("{other:?}"),
        }
    }
}

fn amounts<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Vec<String> {
    let text = |line: &Line| format!("{} {}", line.kind.as_str(), line.amount);
    lines.into_iter().map(text).collect()
}

/// The lines and the total of the invoice.
fn invoiced(plan: &Plan) -> Vec<String> {
    let Some(invoice) = plan.invoice() else {
        return Vec::new();
    };
    assert_eq!(invoice.adds_up(), Ok(()));
    let mut all = amounts(&invoice.statement.lines);
    all.push(invoice.due().unwrap().to_string());
    all
}

fn add_on() -> AddOnId {
    AddOnId::new("cloud-export")
}
