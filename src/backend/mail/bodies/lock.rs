//! Mails about a lock, and about a lock that remains after another one is lifted.

use billing::access::{Condition, Gate, Works};

use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;

/// Why the dashboard is locked, what still works, and what opens it again.
pub(super) fn locked(notice: &NotificationFacts, condition: Condition) -> MailBody {
    let name = notice.name();
    let subject = format!("{name}: the dashboard is locked");
    let since = notice.instant(notice.since(condition));
    let says =
        format!("The dashboard of {name} has been locked since {since}, because {condition}.");
    MailBody::new(subject, says)
        .figures(works(notice.access.works))
        .says(cures(notice).unwrap_or_default())
}

/// What opens the dashboard again, as one sentence: the remedy of each condition that closes it, in the
/// order in which they can be carried out. `None` when it is open.
pub(super) fn cures(notice: &NotificationFacts) -> Option<String> {
    let closed = notice.access.notices.iter().map(|notice| notice.condition);
    let closed = closed.filter(|condition| condition.works().dashboard == Gate::Shut);
    let steps: Vec<_> = closed
        .map(|condition| {
            let cures = condition.cures().iter().map(ToString::to_string);
            cures.collect::<Vec<_>>().join(", or ")
        })
        .collect();
    (!steps.is_empty()).then(|| format!("To open it again, {}.", steps.join("; then ")))
}

/// What works and what does not, from the access table.
pub(super) fn works(works: Works) -> Vec<(String, String)> {
    let word = |gate| match gate {
        Gate::Open => "works".to_owned(),
        Gate::Shut => "closed".to_owned(),
    };
    [
        ("Dashboard", works.dashboard),
        ("Exports", works.exports),
        ("Data that comes in", works.ingestion),
        ("Running campaigns", works.campaigns),
    ]
    .map(|(name, gate)| (name.to_owned(), word(gate)))
    .to_vec()
}

/// A lock is lifted: either everything works, or another condition remains, with its remedy.
pub(super) fn opened(notice: &NotificationFacts, body: MailBody) -> MailBody {
    match cures(notice) {
        None => body.says("Dashboard and exports are open."),
        Some(cures) => {
            let closed = notice.access.notices.iter().map(|notice| notice.condition);
            let mut closed = closed.filter(|condition| condition.works().dashboard == Gate::Shut);
            let why = closed
                .next()
                .map(|condition| format!("The dashboard is still closed, because {condition}."));
            body.says(why.unwrap_or_default())
                .figures(works(notice.access.works))
                .says(cures)
        }
    }
}
