//! The coming dates as an iCalendar file (RFC 5545). Each event keeps its id between downloads.

use std::fmt::Write as _;

use api::account::account_status::{Coming, What};
use api::plan::subscription::ScheduledKind;
use billing::{BillingFrequency, OrganizationId, PriceList};
use chrono::{DateTime, Days, Utc};

use crate::account::sentence;
use crate::mail::figures::count;

/// How many bytes a line may have before it is folded.
const LINE: usize = 75;

/// The calendar of one organization at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// The organization's id, which is part of every event's id.
    pub organization_id: &'a OrganizationId,
    /// The organization's name.
    pub name: &'a str,
    /// The organization's prices, which name the add-ons.
    pub list: &'a PriceList,
    pub now: DateTime<Utc>,
}

impl Calendar<'_> {
    /// The text of the file.
    pub fn of(&self, coming: &[Coming]) -> String {
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Prorata//Coming up//EN".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("X-WR-CALNAME:{}", escaped(&format!("{}: plan", self.name))),
        ];
        for one in coming {
            self.event(one, &mut lines);
        }
        lines.push("END:VCALENDAR".to_owned());
        lines
            .iter()
            .fold(String::new(), |text, line| text + &folded(line))
    }

    fn event(&self, coming: &Coming, lines: &mut Vec<String>) {
        let (kind, words) = (kind(&coming.what), words(&coming.what, self.list));
        let summary = format!("{}: {words}", self.name);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{kind}-{}-{}@prorata", coming.day, self.organization_id),
            format!("DTSTAMP:{}", stamp(self.now)),
        ]);
        match coming.at {
            Some(at) => lines.push(format!("DTSTART:{}", stamp(at))),
            None => {
                lines.push(format!(
                    "DTSTART;VALUE=DATE:{}",
                    coming.day.format("%Y%m%d")
                ));
                let next = coming.day.checked_add_days(Days::new(1));
                let end = next.map(|next| format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
                lines.extend(end);
            }
        }
        lines.extend([
            format!("SUMMARY:{}", escaped(&summary)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
}

/// The part of an event's id that says what happens. An event keeps its id on every download, so that a
/// calendar program updates it.
fn kind(what: &What) -> String {
    match what {
        What::Deadline(kind) => {
            let word = serde_json::to_value(kind).ok();
            let word = word.as_ref().and_then(|word| word.as_str());
            word.unwrap_or("deadline").replace('_', "-")
        }
        What::Change(ScheduledKind::Downgrade(tier)) => format!("downgrade-{tier}"),
        What::Change(ScheduledKind::Removal(add_on)) => format!("removal-{add_on}"),
        What::Change(ScheduledKind::Frequency(_)) => "frequency".to_owned(),
        What::Alert(percent) => format!("alert-{percent}"),
    }
}

fn words(what: &What, list: &PriceList) -> String {
    match what {
        What::Deadline(kind) => sentence(kind),
        What::Change(ScheduledKind::Downgrade(tier)) => {
            format!("The tier becomes {} MAU", count(*tier))
        }
        What::Change(ScheduledKind::Removal(add_on)) => {
            format!("{} ends", list.add_on_name(add_on))
        }
        What::Change(ScheduledKind::Frequency(BillingFrequency::Annual)) => {
            "The plan is paid by the year".to_owned()
        }
        What::Change(ScheduledKind::Frequency(BillingFrequency::Monthly)) => {
            "The plan is paid by the month".to_owned()
        }
        What::Alert(percent) => {
            format!("Usage is expected to reach {percent}% of the limit")
        }
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Escapes a text value: separators, backslashes and line breaks (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// A line with its CRLF, folded so that no part exceeds 75 bytes and no character is split (3.1).
fn folded(line: &str) -> String {
    let mut folded = String::new();
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LINE {
            folded.push_str("\r\n ");
            length = 1;
        }
        length += letter.len_utf8();
        let _ = write!(folded, "{letter}");
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests;
