//! The activity log as it is asked for: which entries, and all of them as a file (SPEC R20).

use api::audit::{Action, Activity, AuditValue, Entry, PAGE, Section};
use api::problem::FieldError;
use api::{Code, Problem};
use billing::BillingFrequency;
use billing::period::day_end;
use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::instant_text;
use crate::csv_text::CsvWriter;
use crate::error::Error;
use crate::store::audit::{self, AuditFilter};
use crate::store::organizations::{self, Organization};
use crate::store::records::{Actor, LoggedAccess};
use crate::store::{Store, Tx};

/// How many entries are written to a file at once.
const PIECE: u64 = 1_000;

/// What stands above the columns of the file.
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

/// Which entries are asked for, in the words of an address.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Sections with commas between; none: all.
    pub section: Option<String>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// The same for the store, the days being those of the organization. A page has a limit.
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

/// A page of what is selected, older than an entry.
///
/// # Errors
/// A section that there is none of, a last day before the first.
pub async fn page(
    tx: &mut Tx,
    organization_id: &str,
    (selection, before): (&Selection, Option<u64>),
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
        currency: organization.currency,
        offset_minutes: organization.zone_offset_minutes,
    })
}

/// A download of the log on its way, piece by piece: entries do not change, so no transaction has
/// to wait for a slow reader.
#[derive(Debug)]
pub struct Download {
    store: Store,
    organization_id: String,
    currency: String,
    filter: AuditFilter,
    begun: bool,
    ended: bool,
}

impl Download {
    /// Logs the download, which is the newest of its own entries, and begins it.
    ///
    /// # Errors
    /// As [`page`].
    pub async fn begin(
        store: &Store,
        organization_id: &str,
        selection: &Selection,
        (actor, now): (Actor, DateTime<Utc>),
    ) -> Result<Self, Error> {
        let organization =
            organizations::find(&mut store.reading().await?, organization_id).await?;
        let filter = selection.filter(&organization, None)?;
        let logged = LoggedAccess {
            organization_id: organization_id.to_owned(),
            action: Action::LogDownloaded,
            object: organization_id.to_owned(),
            description: said(selection),
            actor,
            now,
        };
        store.write(logged).await?;
        Ok(Self {
            store: store.clone(),
            organization_id: organization_id.to_owned(),
            currency: organization.currency,
            filter,
            begun: false,
            ended: false,
        })
    }

    /// The next piece of the file; none behind its end.
    ///
    /// # Errors
    /// A store that does not answer: then the file breaks off.
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
            csv.row(&row(entry, &self.currency))?;
        }
        csv.finish().map(Some)
    }
}

/// An entry as a line of the file.
fn row(entry: &Entry, currency: &str) -> [String; 10] {
    let side = |side: &Option<AuditValue>| side.as_ref().map(|side| plain(side, currency));
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

/// A side with a plain decimal.
fn plain(side: &AuditValue, currency: &str) -> String {
    match side {
        AuditValue::Named(name) => name.clone(),
        AuditValue::Open(amount) => format!("{amount} {currency} open"),
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
            format!("{tier}{price} {currency} a {each}")
        }
    }
}

/// What was downloaded, in a line.
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

    fn check(side: &AuditValue, expected: &str) {
        assert_eq!(plain(side, "USD"), expected);
    }

    #[test]
    fn sides_are_plain_decimals_in_a_file() {
        let priced = |tier, frequency| AuditValue::Priced {
            tier,
            price: "2100.00".to_owned(),
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
        check(&AuditValue::Open("0.00".to_owned()), "0.00 USD open");
        check(
            &AuditValue::Named("Visa ending 4242".to_owned()),
            "Visa ending 4242",
        );
    }
}
