//! Receives the use of add-ons that include a number, such as e-mails. The rows are checked, then all
//! are counted or none (SPEC 2.4). They follow the rules of usage by project and day.

use std::collections::{BTreeMap, BTreeSet};

use api::Problem;
use api::problem::FieldError;
use api::usage::intake::{AddOnUseResult, AddOnUseRow, MOST_ROWS};
use billing::access::RequestUse;
use billing::metering::intake::{Field, Window, check_uses};
use billing::{AddOnId, OrganizationId, PriceList};
use chrono::{DateTime, NaiveDate, Utc};

use super::intake::{fault, record, refused, window};
use crate::account::access_control::admit_request;
use crate::foundation::error::Error;
use crate::store::records::Actor;
use crate::store::usage::add_on_use::{self, DayUse};
use crate::store::usage::counted_usage;
use crate::store::{Changes, Tx, Work, organizations, price_books, subscriptions};

mod file;

pub use file::read;

/// Uses to check and store.
#[derive(Debug)]
pub struct Send {
    pub organization_id: OrganizationId,
    pub actor: Actor,
    pub rows: Vec<AddOnUseRow>,
    /// When they were received.
    pub now: DateTime<Utc>,
}

impl Work for Send {
    type Output = AddOnUseResult;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<AddOnUseResult, Error> {
        let id = &self.organization_id;
        admit_request(tx, id, RequestUse::Ingestion, self.now).await?;
        if self.rows.len() > MOST_ROWS {
            let most =
                format!("At most {MOST_ROWS} rows at once; send the rest in another request");
            return Err(Problem::field("rows", most).into());
        }
        let organization = organizations::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let active = subscriptions::find(tx, id).await?.subscription.add_ons;
        let frame = Frame {
            list: organization.price_list(&book.book)?,
            active: &active,
            window: window(tx, &organization, self.now).await?,
        };
        let faults = frame.faults(&self.rows);
        if !faults.is_empty() {
            return Err(refused(faults));
        }
        let days: Vec<_> = self.rows.iter().map(day_use).collect();
        let written = add_on_use::put(tx, id, &days, self.now).await?;
        let what = "use of add-ons by day";
        record(tx, id, &self.actor, what, &written, self.now).await?;
        let today = frame.window.today;
        let month = counted_usage::to_day(tx, id, today).await?;
        Ok(AddOnUseResult {
            added: written.added,
            corrected: written.corrected,
            unchanged: written.unchanged,
            add_on_use: add_on_use::of_month(tx, id, month.days_to(today)).await?,
        })
    }
}

/// What a row is checked against.
struct Frame<'a> {
    list: &'a PriceList,
    active: &'a BTreeSet<AddOnId>,
    window: Window,
}

impl Frame<'_> {
    fn faults(&self, rows: &[AddOnUseRow]) -> Vec<FieldError> {
        let mut seen: BTreeMap<(&AddOnId, NaiveDate), usize> = BTreeMap::new();
        let mut faults = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if let Some(sentence) = self.unfit_add_on(&row.add_on) {
                faults.push(fault(index, Field::AddOn, sentence));
            }
            if let Err(unfit) = check_uses(row.day, row.used, &self.window) {
                faults.push(fault(index, unfit.field(), unfit.to_string()));
            }
            if let Some(first) = seen.insert((&row.add_on, row.day), index) {
                let twice = format!("rows[{first}] is for the same add-on and day");
                faults.push(fault(index, Field::Day, twice));
            }
        }
        faults
    }

    /// Why uses cannot be sent for an add-on, or `None` if they can.
    fn unfit_add_on(&self, id: &AddOnId) -> Option<&'static str> {
        let listed = self.list.add_on(id.as_str());
        match listed.map(|add_on| add_on.included) {
            None => Some("your prices have no add-on with this id"),
            Some(None) => Some("this add-on is not charged by its use"),
            Some(Some(_)) if !self.active.contains(id) => {
                Some("your plan does not have this add-on")
            }
            Some(Some(_)) => None,
        }
    }
}

fn day_use(row: &AddOnUseRow) -> DayUse {
    DayUse {
        add_on: row.add_on.clone(),
        day: row.day,
        used: row.used,
    }
}
