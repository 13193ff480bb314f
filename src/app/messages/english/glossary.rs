//! The glossary in English: one sentence per term.

pub(crate) static GLOSSARY: &[(&str, &str)] = &[
    (
        "MAU",
        "Monthly active users: different people with at least one counted event in the calendar month, added up over all projects.",
    ),
    (
        "MBU",
        "Monthly billable users: the limit of the tier, or the usage where that is more.",
    ),
    (
        "Processed MAU",
        "The month's data points, divided by those that one user includes; the greater of actual and processed users counts.",
    ),
    (
        "data points",
        "Events, properties of events and updates of profiles.",
    ),
    (
        "overage",
        "What the users above the limit of the tier cost; it is charged with the invoice of the next 1st.",
    ),
    ("tier", "How many monthly users the base price includes."),
    (
        "rest of the month",
        "Charged in proportion to the days that are left, today included.",
    ),
    (
        "Annual Billable Users",
        "The monthly users of each month since the term began, added up.",
    ),
];
