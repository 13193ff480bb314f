//! The calendar's text, line by line.

use billing::account::deadline::DeadlineKind;
use billing::catalog::price_book::{ESSENTIALS, PriceBook};
use chrono::NaiveDate;

use super::*;
use billing::{AddOnId, CurrencyCode, OrganizationId};

fn coming(day: &str, at: Option<&str>, what: What) -> Coming {
    Coming {
        day: day.parse::<NaiveDate>().unwrap(),
        at: at.map(|at| at.parse().unwrap()),
        rule: "R2".to_owned(),
        what,
    }
}

fn calendar(name: &str, coming: &[Coming]) -> String {
    let book = PriceBook::parse(ESSENTIALS).unwrap();
    let calendar = Calendar {
        organization_id: &OrganizationId::from_static("org_acme"),
        name,
        list: book.list(CurrencyCode::USD).unwrap(),
        now: "2026-06-20T10:00:00Z".parse().unwrap(),
    };
    calendar.of(coming)
}

#[test]
fn an_event_has_its_id_and_its_instant() {
    let first = What::Deadline(DeadlineKind::NextBillingDate);
    let text = calendar(
        "Acme",
        &[coming("2026-07-01", Some("2026-07-01T00:00:00Z"), first)],
    );
    assert_eq!(
        text,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Prorata//Coming up//EN\r\n\
         CALSCALE:GREGORIAN\r\nX-WR-CALNAME:Acme: plan\r\n\
         BEGIN:VEVENT\r\nUID:next-billing-date-2026-07-01-org_acme@prorata\r\n\
         DTSTAMP:20260620T100000Z\r\nDTSTART:20260701T000000Z\r\n\
         SUMMARY:Acme: The next invoice is issued\r\n\
         TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
}

#[test]
fn an_expected_alert_lasts_all_day() {
    let text = calendar("Acme", &[coming("2026-06-30", None, What::Alert(125))]);
    assert!(text.contains("\r\nDTSTART;VALUE=DATE:20260630\r\nDTEND;VALUE=DATE:20260701\r\n"));
    assert!(text.contains("UID:alert-125-2026-06-30-org_acme@prorata"));
}

#[test]
fn changes_of_one_day_are_separate_events() {
    let at = Some("2026-07-01T00:00:00Z");
    let removal = What::Change(ScheduledKind::Removal(AddOnId::new("cloud-export")));
    let lower = What::Change(ScheduledKind::Downgrade(5_000));
    let text = calendar(
        "Acme",
        &[
            coming("2026-07-01", at, removal),
            coming("2026-07-01", at, lower),
        ],
    );
    assert!(text.contains("UID:removal-cloud-export-2026-07-01-org_acme@prorata"));
    assert!(text.contains("SUMMARY:Acme: Cloud Export ends\r\n"));
    assert!(text.contains("SUMMARY:Acme: The tier becomes 5\\,000 MAU\r\n"));
    assert!(text.contains("UID:downgrade-5000-2026-07-01-org_acme@prorata"));
}

#[test]
fn separators_are_escaped() {
    assert_eq!(escaped("a\\b;c,d\ne\r\u{7}"), "a\\\\b\\;c\\,d\\ne");
}

#[test]
fn long_lines_are_folded_and_no_character_is_split() {
    for name in ["x".repeat(300), "ü€𝄞".repeat(40), "y".repeat(64)] {
        let text = calendar(&name, &[coming("2026-06-30", None, What::Alert(80))]);
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE, "{line}");
        }
        assert!(
            text.replace("\r\n ", "")
                .contains(&format!("SUMMARY:{name}: Usage"))
        );
    }
}
