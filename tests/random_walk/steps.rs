//! The steps of a walk, and how the next one is drawn.

use super::calendar::{DAY, Day, HOUR, Instant, MINUTE, day_text, instant_text};
use super::dice::Dice;
use super::drawing::next_act;
use super::founding;
use super::model::time::FirstLook;
use super::model::usage::Figure;
use super::model::{Account, Bank, Change};
use super::walk::Walk;

/// How many organizations of a world run side by side.
const SIDE_BY_SIDE: usize = 5;
/// In percent, how many steps move the clock.
const MOVES: u64 = 14;
/// In percent, how many of these are downtimes in which an end without notice may fall.
const LONG_DOWNTIMES: u64 = 2;

/// A step of one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Order {
        change: Change,
        bank: Bank,
    },
    /// The payer answers the bank, which waits for them.
    Confirm {
        pays: bool,
    },
    Withdraw {
        index: usize,
    },
    Upload {
        rows: Vec<Figure>,
    },
    /// E-mails by day, from a program or as a file.
    Use {
        days: Vec<(Day, u64)>,
        is_file: bool,
    },
    SaveCard(Bank),
    SaveDetails,
    /// The bank's outcomes of the next scheduled charges.
    Script(Vec<Bank>),
    Pay {
        banks: Vec<Bank>,
    },
    Pause,
    Reactivate,
    /// The operator lifts a lock, for this many days or for the default time.
    Lift(Option<i64>),
    Cancel,
}

/// A step of a walk.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A new organization.
    SignUp(Box<Account>),
    /// The clock moves for all organizations, through everything that falls due.
    Move(Instant),
    /// Nothing runs until this instant; then this evaluates the accounts first.
    Downtime(Instant, FirstLook),
    /// An organization acts, on one of the two servers.
    Act {
        organization: String,
        entry: Act,
        server: usize,
    },
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignUp(account) => write!(f, "{account}"),
            Self::Move(to) => write!(f, "clock to {}", instant_text(*to)),
            Self::Downtime(to, first) => {
                write!(f, "down until {}, {first:?} first", instant_text(*to))
            }
            Self::Act {
                organization,
                entry,
                server,
            } => match entry {
                Act::Upload { rows } => {
                    write!(f, "{organization}: upload")?;
                    rows.iter().try_for_each(|(project, day, row)| {
                        write!(
                            f,
                            " {project},{} {:?}+{}",
                            day_text(*day),
                            row.users,
                            row.points
                        )
                    })
                }
                Act::Use { days, is_file } => {
                    let way = if *is_file { "file" } else { "rows" };
                    write!(f, "{organization}: e-mails, {way}")?;
                    days.iter()
                        .try_for_each(|(day, used)| write!(f, " {} {used}", day_text(*day)))
                }
                entry => write!(f, "{organization}, server {server}: {entry:?}"),
            },
        }
    }
}

impl Step {
    /// Whether the step can affect an organization.
    pub(super) fn concerns(&self, id: &str) -> bool {
        match self {
            Self::SignUp(account) => account.id == id,
            Self::Act { organization, .. } => organization == id,
            Self::Move(_) | Self::Downtime(..) => true,
        }
    }
}

/// Draws the next step; `None` when the drawn organization has nothing to do. An organization that has
/// ended is replaced by a new one, and stays until its backups are deleted.
pub(super) fn next_step(dice: &mut Dice, walk: &Walk, founded: &mut usize) -> Option<Step> {
    let accounts: Vec<_> = walk.organizations.iter().map(|one| &one.account).collect();
    let living: Vec<_> = accounts.iter().filter(|one| one.is_alive()).collect();
    if living.len() < SIDE_BY_SIDE {
        *founded += 1;
        let account = founding::draw(dice, format!("w{founded}"), walk.now);
        return Some(Step::SignUp(Box::new(account)));
    }
    if dice.percent(MOVES) {
        return Some(next_move(dice, &accounts, walk.now));
    }
    let account = dice.one(&living)?;
    let entry = next_act(dice, account)?;
    Some(Step::Act {
        organization: account.id.clone(),
        entry,
        server: usize::from(dice.percent(25)),
    })
}

/// The next instant of the clock: hours or days later, a deadline, just before one, or the next 1st.
fn next_move(dice: &mut Dice, accounts: &[&Account], now: Instant) -> Step {
    let first = if dice.percent(50) {
        FirstLook::Jobs
    } else {
        FirstLook::Page
    };
    if dice.percent(LONG_DOWNTIMES) {
        let to = now + dice.between(10 * DAY, 70 * DAY);
        return Step::Downtime(to, first);
    }
    let to = next_instant(dice, accounts, now);
    if to - now <= 10 * DAY && dice.percent(25) {
        return Step::Downtime(to, first);
    }
    Step::Move(to)
}

fn next_instant(dice: &mut Dice, accounts: &[&Account], now: Instant) -> Instant {
    let mut deadlines: Vec<Instant> = accounts
        .iter()
        .flat_map(|account| account.all_due())
        .map(|(at, _)| at)
        .filter(|at| *at > now)
        .collect();
    deadlines.sort_unstable();
    let month_ends: Vec<_> = accounts
        .iter()
        .filter(|account| account.is_alive())
        .map(|account| account.month_ends_at())
        .filter(|at| *at > now)
        .collect();
    let nearest = deadlines.first().copied();
    match dice.below(20) {
        0..=1 => now + dice.between(1, 20) * HOUR,
        2..=8 => now + dice.between(1, 4) * DAY + dice.between(0, 3) * HOUR,
        9..=10 => now + dice.between(4, 12) * DAY,
        11..=13 => nearest.unwrap_or(now + DAY),
        14..=15 => nearest.map_or(now + DAY, |at| (at - 1).max(now)),
        16 => dice
            .one(&deadlines)
            .unwrap_or(now + DAY)
            .min(now + 20 * DAY),
        17 => month_ends
            .iter()
            .min()
            .map_or(now + DAY, |at| (at - dice.between(1, 50)).max(now)),
        18 => dice
            .one(&month_ends)
            .unwrap_or(now + DAY)
            .min(now + 40 * DAY),
        _ => now + dice.between(1, 90) * MINUTE,
    }
}
