//! The activity log: pages of selected entries, and all of them as a CSV file (SPEC R20).

use api::audit::{Action, Activity, AuditValue, Entry, PAGE, Section};
use api::problem::FieldError;
use api::{Code, Problem};
use billing::period::day_end;
use billing::{BillingFrequency, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::clock::instant_text;
use crate::foundation::csv_text::CsvWriter;
use crate::foundation::error::Error;
use crate::store::organizations::{self, Organization};
use crate::store::records::audit::{self, AuditFilter};
use crate::store::records::{Actor, LoggedAccess};
use crate::store::{Store, Tx};

/// How many entries the download reads and writes at once.
const PIECE: u64 = 1_000;

/// The header row of the CSV file.
const HEAD: [&str; 10] = [
    "position",
    "at",
    "actor",
    "section",
    "action",
    "object",
    "description",
    "address",
    "before",
    "after",
];

/// Which entries a request selects, as in its query string.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Sections, separated by commas; `None` selects all.
    pub section: Option<String>,
    /// The first day, in the organization's time zone.
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// The selection for the store, with days turned into instants in the organization's time zone.
    /// `limit` is the page size, which is checked here; a download has none.
    fn filter(
        &self,
        organization: &Organization,
        limit: Option<u64>,
    ) -> Result<AuditFilter, Error> {
        let zone = organization.zone_offset_minutes;
        let mut faults = Vec::new();
        let actions = self.actions().unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        let ended = |to| self.from.is_some_and(|from| to < from);
        if self.to.is_some_and(ended) {
            faults.push(fault("to", "The last day lies before the first".to_owned()));
        }
        if limit.is_some_and(|limit| !(1..=PAGE).contains(&limit)) {
            faults.push(fault("limit", format!("A page has 1 to {PAGE} entries")));
        }
        if let Some(first) = faults.first() {
            let detail = first.message.clone();
            return Err(Error::from(Problem {
                fields: faults,
                ..Problem::new(Code::InvalidField, detail)
            }));
        }
        let end = |day: NaiveDate| day_end(day, zone).ok_or(billing::OutOfRange);
        let start = |day: NaiveDate| day.pred_opt().ok_or(billing::OutOfRange).and_then(end);
        Ok(AuditFilter {
            actions,
            from: self.from.map(start).transpose()?,
            until: self.to.map(end).transpose()?,
            before: None,
        })
    }

    fn actions(&self) -> Result<Vec<Action>, FieldError> {
        let Some(words) = &self.section else {
            return Ok(Vec::new());
        };
        let sections: Option<Vec<_>> = words.split(',').map(Section::parse).collect();
        let sections = sections.ok_or_else(|| {
            let known: Vec<_> = Section::ALL.iter().map(|one| one.as_str()).collect();
            fault(
                "section",
                format!("A section is one of {}", known.join(", ")),
            )
        })?;
        let all = Action::ALL.iter().copied();
        Ok(all
            .filter(|action| sections.contains(&action.section()))
            .collect())
    }
}

fn fault(field: &str, message: String) -> FieldError {
    FieldError {
        field: field.to_owned(),
        message,
    }
}

/// A page of the selected entries, newest first, older than a given entry.
///
/// # Errors
/// Fails for an unknown section, a last day before the first, or a page size outside 1 to `PAGE`.
pub async fn page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    selection: &Selection,
    before: Option<u64>,
    limit: Option<u64>,
) -> Result<Activity, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let filter = AuditFilter {
        before,
        ..selection.filter(&organization, limit)?
    };
    let limit = limit.unwrap_or(PAGE);
    let mut items = audit::page(tx, organization_id, &filter, limit + 1).await?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = items.last().map(|entry| entry.position);
    Ok(Activity {
        items,
        next: last.filter(|_| more),
        offset_minutes: organization.zone_offset_minutes,
    })
}

/// A running download of the log, read piece by piece. Each piece has a transaction of its own, so that
/// a slow reader holds none open; entries never change.
#[derive(Debug)]
pub struct Download {
    store: Store,
    organization_id: OrganizationId,
    filter: AuditFilter,
    begun: bool,
    ended: bool,
}

impl Download {
    /// Logs the download and starts it. The new entry is the newest in the file itself.
    ///
    /// # Errors
    /// As [`page`].
    pub async fn begin(
        store: &Store,
        organization_id: &OrganizationId,
        selection: &Selection,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let organization =
            organizations::find(&mut store.reading().await?, organization_id).await?;
        let filter = selection.filter(&organization, None)?;
        let logged = LoggedAccess {
            organization_id: organization_id.to_owned(),
            action: Action::LogDownloaded,
            object: organization_id.to_string(),
            description: said(selection),
            actor,
            now,
        };
        store.write(logged).await?;
        Ok(Self {
            store: store.clone(),
            organization_id: organization_id.to_owned(),
            filter,
            begun: false,
            ended: false,
        })
    }

    /// The next piece of the file; `None` after its end.
    ///
    /// # Errors
    /// Fails when the store does not answer; the file then breaks off.
    pub async fn piece(&mut self) -> Result<Option<String>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut tx = self.store.reading().await?;
        let entries = audit::page(&mut tx, &self.organization_id, &self.filter, PIECE).await?;
        drop(tx);
        self.filter.before = entries.last().map(|entry| entry.position);
        self.ended = (entries.len() as u64) < PIECE;
        let mut csv = match self.begun {
            true => CsvWriter::more(),
            false => CsvWriter::new(&HEAD)?,
        };
        self.begun = true;
        for entry in &entries {
            csv.row(&row(entry))?;
        }
        csv.finish().map(Some)
    }
}

/// An entry as a row of the file.
fn row(entry: &Entry) -> [String; 10] {
    let side = |side: &Option<AuditValue>| side.as_ref().map(plain);
    [
        entry.position.to_string(),
        instant_text(entry.at),
        entry.actor.clone(),
        entry.action.section().as_str().to_owned(),
        entry.action.as_str().to_owned(),
        entry.object.clone(),
        entry.description.clone(),
        entry.address.clone().unwrap_or_default(),
        side(&entry.before).unwrap_or_default(),
        side(&entry.after).unwrap_or_default(),
    ]
}

/// An audit value as text, with amounts as plain decimals.
fn plain(side: &AuditValue) -> String {
    match side {
        AuditValue::Named(name) => name.clone(),
        AuditValue::Open(amount) => format!("{amount} {} open", amount.currency().code()),
        AuditValue::Priced {
            tier,
            price,
            frequency,
        } => {
            let tier = tier.map_or_else(String::new, |tier| format!("{tier} MAU, "));
            let each = match frequency {
                BillingFrequency::Monthly => "month",
                BillingFrequency::Annual => "year",
            };
            format!("{tier}{price} {} a {each}", price.currency().code())
        }
    }
}

/// The selection as one line, for the log.
fn said(selection: &Selection) -> String {
    let what = selection.section.as_deref().unwrap_or("everything");
    let from = selection.from.map(|day| format!(", from {day}"));
    let to = selection.to.map(|day| format!(", to {day}"));
    let days = [from, to].into_iter().flatten().collect::<String>();
    format!("the activity log: {what}{days}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::{Currency, Money};

    fn usd(cents: i64) -> Money {
        Money::new(cents, Currency::new("USD", 2).unwrap())
    }

    fn check(side: &AuditValue, expected: &str) {
        assert_eq!(plain(side), expected);
    }

    #[test]
    fn audit_values_are_plain_decimals_in_a_file() {
        let priced = |tier, frequency| AuditValue::Priced {
            tier,
            price: usd(210_000),
            frequency,
        };
        check(
            &priced(Some(20_000), BillingFrequency::Annual),
            "20000 MAU, 2100.00 USD a year",
        );
        check(
            &priced(None, BillingFrequency::Monthly),
            "2100.00 USD a month",
        );
        check(&AuditValue::Open(usd(0)), "0.00 USD open");
        check(
            &AuditValue::Named("Visa ending 4242".to_owned()),
            "Visa ending 4242",
        );
    }
}
