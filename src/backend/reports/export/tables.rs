//! Which tables an export contains, column by column, and which it leaves out and why. A test compares
//! both lists with the database, so a new table must be added to one of them.

mod account;
mod billing;
mod talk;
mod usage;

/// A table of an export.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The table or view, and the name of its file.
    pub name: &'static str,
    /// The column that holds the organization's id.
    pub owner: &'static str,
    /// The columns that its rows are sorted by.
    pub order: &'static str,
    /// Its columns, without secrets.
    pub columns: &'static [Column],
}

/// A column and its type.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Words, days and instants.
    Text(&'static str),
    /// Whole numbers.
    Number(&'static str),
    /// Whole minor units of the organization's currency, exported as a decimal amount.
    Amount(&'static str),
    /// A JSON document.
    Document(&'static str),
}

impl Column {
    /// Its name in the database.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) | Self::Amount(name) | Self::Document(name) => {
                name
            }
        }
    }

    /// Its name in the export.
    pub fn shown(self) -> &'static str {
        self.stored().trim_end_matches("_minor")
    }
}

const fn table(name: &'static str, order: &'static str, columns: &'static [Column]) -> Table {
    Table {
        name,
        owner: "organization_id",
        order,
        columns,
    }
}

/// All tables of an export.
pub fn all() -> impl Iterator<Item = &'static Table> {
    let groups = [
        account::TABLES,
        billing::TABLES,
        usage::TABLES,
        talk::TABLES,
    ];
    groups.into_iter().flatten()
}

/// The tables that an export leaves out, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("sign_in_names", "the addresses are in users"),
    ("sessions", "hashes of tokens that open the account"),
    ("schedules", "when the jobs look at the account next"),
    ("due", "what follows from the account's state"),
    (
        "idempotency_keys",
        "answers to orders, which are in plan_changes and payment_runs",
    ),
    ("invoice_counters", "the numbers are in invoices"),
    ("outbox", "what was sent is in mails"),
    (
        "usage_rows",
        "what counts is in usage_days; the rest was replaced or never applied",
    ),
    ("usage_totals", "sums of usage_days"),
    ("usage_marks", "a counter of changes, without content"),
    (
        "profile_updates",
        "keys of updates; what they led to is in profiles",
    ),
];
