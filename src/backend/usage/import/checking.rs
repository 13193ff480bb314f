//! Checks a staged file against the stored figures, a page of projects at a time: what it would change,
//! and after which lines the users of a month would fall.

use std::collections::BTreeMap;

use api::problem::FieldError;
use billing::metering::intake::DayCount;
use billing::{BillingPeriod, OrganizationId};
use chrono::NaiveDate;

use super::{MOST_FAULTS, gone, reading, refused, touch};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::usage::UsageChanges;
use crate::store::usage::imports::{self, State};
use crate::store::usage::marks;
use crate::store::usage::staging::{self, Staged};
use crate::store::usage::totals::{Figures, Moved, Series};
use crate::usage::intake::falls_of;

/// How many projects are checked at once.
pub(super) const PAGE: u32 = 500;
/// After how many pages the check records that it is still running.
const BREATH: u32 = 10;

/// What a file would change.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked {
    /// The version of the figures that the file was checked against.
    pub(super) version: u64,
    /// How many days the file adds, corrects and leaves as they are.
    pub(super) written: UsageChanges,
    /// How much it changes the totals.
    pub(super) moved: Moved,
    faults: Vec<FieldError>,
}

/// Checks a staged file against the stored figures.
///
/// # Errors
/// Fails with every line after which a later day of a month would have fewer users than an earlier one.
pub(super) async fn check(
    services: &Services,
    organization_id: &OrganizationId,
    id: &str,
) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    let mut tx = services.store.reading().await?;
    checked.version = marks::version(&mut tx, organization_id).await?;
    let import = imports::find(&mut tx, organization_id, id)
        .await?
        .ok_or_else(gone)?;
    let Some((first_day, last_day)) = import.days else {
        return Ok(checked);
    };
    drop(tx);
    let (mut after, mut pages) = (String::new(), 0);
    loop {
        let mut tx = services.store.reading().await?;
        let page = staging::page(&mut tx, organization_id, &after, PAGE).await?;
        let Some(projects) = page else { break };
        let staged = staging::rows(&mut tx, organization_id, id, &projects).await?;
        if !staged.is_empty() {
            let there =
                staging::counting(&mut tx, organization_id, &projects, first_day, last_day).await?;
            drop(tx);
            checked.page(staged, there, services)?;
        }
        after = projects.last;
        pages += 1;
        if pages % BREATH == 0 {
            touch(services, organization_id, id, State::Staging).await?;
        }
    }
    if checked.faults.is_empty() {
        Ok(checked)
    } else {
        Err(refused(checked.faults))
    }
}

type Month<'a> = (&'a str, NaiveDate);
type Days = BTreeMap<NaiveDate, (DayCount, Option<u64>)>;

impl Checked {
    fn page(
        &mut self,
        staged: Vec<Staged>,
        there: Vec<Staged>,
        services: &Services,
    ) -> Result<(), Error> {
        let now = services.clock.now();
        let there = by_month(&there)?;
        for (month, rows) in by_month(&staged)? {
            let period = BillingPeriod::of(month.1).ok_or(billing::OutOfRange)?;
            let mut days: Days = BTreeMap::new();
            for row in there.get(&month).into_iter().flatten() {
                days.insert(row.count.day, (row.count, None));
            }
            let before = series(&days);
            for row in rows {
                match before.get(&row.count.day) {
                    Some(same) if *same == figures(&row.count) => self.written.unchanged += 1,
                    Some(_) => self.written.corrected += 1,
                    None => self.written.added += 1,
                }
                self.moved.counted(row.count.day, now);
                days.insert(row.count.day, (row.count, Some(row.line)));
            }
            self.moved.shift(period, &before, &series(&days));
            let days: Vec<_> = days.into_values().collect();
            for (line, unfit) in falls_of(&days) {
                if self.faults.len() < MOST_FAULTS {
                    let fault = reading::named(line, unfit.field(), unfit.to_string());
                    self.faults.push(fault);
                }
            }
        }
        Ok(())
    }
}

fn by_month(rows: &[Staged]) -> Result<BTreeMap<Month<'_>, Vec<&Staged>>, Error> {
    let mut months: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let period = BillingPeriod::of(row.count.day).ok_or(billing::OutOfRange)?;
        let month = (row.project_id.as_str(), period.start());
        months.entry(month).or_default().push(row);
    }
    Ok(months)
}

fn series(days: &Days) -> Series {
    days.iter()
        .map(|(day, (count, _))| (*day, figures(count)))
        .collect()
}

const fn figures(count: &DayCount) -> Figures {
    Figures {
        parts: count.parts,
        data_points: count.data_points,
    }
}
