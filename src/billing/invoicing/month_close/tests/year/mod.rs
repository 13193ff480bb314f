//! A year of random orders on one account: the invoices must equal the cost of its days.

use super::*;
use proptest::prelude::*;

use crate::tests::seeded::seeded;

mod books;

use books::Books;

use crate::invoicing::invoice::{Collecting, InvoiceStatus};
use crate::money::Money;

/// An action of an admin or of the operator during a month.
#[derive(Debug, Clone)]
enum Step {
    Order(DrawnOrder),
    Pause,
    Reactivate,
    Credit { invoice: usize, percent: i64 },
}

/// An order of a tier, by its place in [`TIERS`], and of the add-on.
#[derive(Debug, Clone, Copy)]
struct DrawnOrder {
    tier: usize,
    adds: bool,
    removes: bool,
}

/// A month: actions on days counted from the 1st, and the users at its end.
type Script = (Vec<(u64, Step)>, u64);

const TIERS: [u64; 6] = [5_000, 20_000, 40_000, 60_000, 80_000, 100_000];

fn step() -> impl Strategy<Value = Step> {
    let order = (0..TIERS.len(), any::<bool>(), any::<bool>());
    prop_oneof![
        4 => order.prop_map(|(tier, adds, removes)| Step::Order(DrawnOrder { tier, adds, removes })),
        1 => Just(Step::Pause),
        2 => Just(Step::Reactivate),
        1 => (any::<usize>(), 1_i64..=100)
            .prop_map(|(invoice, percent)| Step::Credit { invoice, percent }),
    ]
}

fn script() -> impl Strategy<Value = Script> {
    let steps = prop::collection::vec((0_u64..31, step()), 0..5);
    (steps, 0_u64..120_000).prop_map(|(mut steps, users)| {
        steps.sort_by_key(|(day, _)| *day);
        (steps, users)
    })
}

/// The books of a year that begins with the end of a trial in January.
fn kept(first_day: u64, year: &[Script]) -> Books {
    let mut books = Books::open(day("2024-01-01") + chrono::Days::new(first_day));
    for (steps, users) in year {
        let month = books.month();
        for (offset, step) in steps {
            let on = month.start() + chrono::Days::new(*offset);
            if on > books.today() && month.contains(on) {
                books.go_to(on);
                books.carry_out(step, *users);
            }
        }
        books.close(*users);
    }
    books
}

proptest! {
    #![proptest_config(seeded(2025))]

    /// RELIABILITY 13, 14: invoices less credits less payments equal the balances shown, and each
    /// balance follows from the postings of its invoice.
    #[test]
    fn every_rupee_is_accounted_for(
        first_day in 0_u64..31,
        year in prop::collection::vec(script(), 12),
        pays in any::<u64>(),
    ) {
        let mut books = kept(first_day, &year);
        books.pay(pays);
        let minor = |amounts: Vec<Money>| amounts.iter().map(Money::minor).sum::<i64>();
        let shown = minor(books.entries.iter().map(|entry| entry.balance().due().unwrap()).collect());
        let issued = minor(books.drafts().map(|draft| draft.due().unwrap()).collect());
        let paid = minor(books.entries.iter().filter_map(|entry| entry.paid).collect());
        prop_assert_eq!(issued - paid, shown);
        for entry in &books.entries {
            let is_paid = entry.balance().status(Collecting::NotTried) == Ok(InvoiceStatus::Paid);
            let due = entry.balance().due().unwrap().minor();
            prop_assert!(!is_paid || due <= 0);
        }
        for draft in books.drafts() {
            prop_assert_eq!(draft.adds_up(), Ok(()));
            prop_assert!(!draft.is_of_nothing());
        }
    }

    /// RELIABILITY 7, 8: base lines never overlap, and the invoices of a month charge each of its
    /// days at the price of that day, within half a paisa per line.
    #[test]
    fn every_day_costs_what_it_had(
        first_day in 0_u64..31,
        year in prop::collection::vec(script(), 12),
    ) {
        let books = kept(first_day, &year);
        let bases = books.base_spans();
        for (n, span) in bases.iter().enumerate() {
            prop_assert!(bases[..n].iter().all(|other| !span.overlaps(other)), "{:?}", span);
        }
        for month in books.months() {
            let (charged, lines) = books.charged_for(month);
            let days = i128::from(month.days());
            let off = (charged * days - books.cost_of_days(month)).abs();
            prop_assert!(off * 2 <= lines * days, "{:?}: {} off", month, off);
        }
    }

    /// RELIABILITY 25: each day in service is in exactly one usage segment, and each segment is
    /// charged to the paisa.
    #[test]
    fn every_day_of_usage_is_rated_once(
        first_day in 0_u64..31,
        year in prop::collection::vec(script(), 12),
    ) {
        let books = kept(first_day, &year);
        for (day, in_service) in &books.service {
            let rated = books.rated.iter().filter(|segment| segment.span.contains(*day)).count();
            prop_assert_eq!(rated, usize::from(*in_service), "{}", day);
        }
        for segment in &books.rated {
            prop_assert_eq!(segment.charged, segment.fee(), "{:?}", segment);
        }
    }
}
