//! Alerts and usage locks (SPEC R10, R11).

use billing::access::{Condition, Gate, Works};
use billing::usage_lock::UsageLock;

use crate::mail::facts::Notice;
use crate::mail::figures::{count, month};
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "alert" => alert(notice),
        "locked" => Some(locked(notice)),
        "unlocked" => Some(unlocked(notice)),
        _ => None,
    }
}

/// An alert names the threshold, the usage and the limit it was counted against.
fn alert(notice: &Notice) -> Option<Letter> {
    let facts = &notice.facts;
    let (percent, usage, tier) = (facts.percent?, facts.usage?, facts.tier?);
    let name = notice.name();
    let mut figures = vec![
        ("Users counted".to_owned(), count(usage)),
        ("Limit of the tier".to_owned(), count(tier)),
        ("Alert".to_owned(), format!("{percent} % of the limit")),
    ];
    if let Some(start) = facts.period_start {
        figures.insert(0, ("Month".to_owned(), month(start)));
    }
    let says = format!(
        "The usage of {name} has reached {percent} % of its limit: {} of {} users.",
        count(usage),
        count(tier)
    );
    let list = notice.book.book.list(&notice.organization.currency)?;
    let lock = list.lock_percent;
    let next = if percent < 100 {
        "Nothing changes yet. Users above the limit are charged as overage with the next invoice; \
         upgrading before the month ends avoids it (rule R3)."
            .to_owned()
    } else {
        format!(
            "Users above the limit are charged as overage with the next invoice; upgrading before the \
             month ends avoids it (rule R3). Above {lock} % of the limit the dashboard and the \
             exports are locked (rule R11)."
        )
    };
    let letter = Letter::new(
        format!("{name}: {percent} % of the plan's users reached"),
        says,
    );
    Some(letter.figures(figures).says(next).page("My Plan", "/plan"))
}

fn locked(notice: &Notice) -> Letter {
    let condition = match notice.facts.usage_lock {
        Some(UsageLock::AnnualSoft { .. }) => Condition::AnnualSoft,
        Some(UsageLock::Overage { .. } | UsageLock::Clear { .. }) | None => Condition::OverageLock,
    };
    lock_letter(notice, condition)
        .says("Data that comes in is kept, and overage is invoiced as usual.")
        .page("Change Plan", "/plan/change")
}

/// What any lock says of itself: what is the matter, what still works, what cures it.
pub(super) fn lock_letter(notice: &Notice, condition: Condition) -> Letter {
    let name = notice.name();
    let subject = format!("{name}: the dashboard is locked");
    let since = notice.instant(notice.facts.locked_at.unwrap_or(notice.at));
    let says = format!(
        "The dashboard of {name} is locked since {since}, because {condition} (rule {}).",
        condition.rule()
    );
    Letter::new(subject, says)
        .figures(works(condition.works()))
        .says(cures(condition))
}

/// What brings full access back, as a sentence.
pub(super) fn cures(condition: Condition) -> String {
    let cures: Vec<_> = condition.cures().iter().map(ToString::to_string).collect();
    format!("To open it again, {}.", cures.join(", or "))
}

/// What works and what does not, as the access table says.
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

fn unlocked(notice: &Notice) -> Letter {
    let name = notice.name();
    let says = format!("The usage of {name} fits its plan again: dashboard and exports are open.");
    Letter::new(format!("{name}: the dashboard is open again"), says).page("My Plan", "/plan")
}
