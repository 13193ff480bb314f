//! The steps of a walk, and how the next one is drawn.

use super::calendar::{DAY, HOUR, Instant, MINUTE, day_text, first_of, instant_text};
use super::dice::Dice;
use super::founding;
use super::model::prices::TIERS;
use super::model::time::FirstLook;
use super::model::usage::{Figure, PROJECTS, Row};
use super::model::{Account, Bank, Change, Dunning, Frequency, Life, Lock};
use super::walk::Walk;

/// How many organizations walk side by side.
const SIDE_BY_SIDE: usize = 5;
/// How many of a hundred steps move the clock.
const MOVES: u64 = 14;

/// How old an organization grows: less than its program's credential.
const OLDEST: i64 = 600 * DAY;

/// Something that happens to one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Order {
        change: Change,
        bank: Bank,
    },
    /// The person answers the bank, which waits for them.
    Confirm {
        pays: bool,
    },
    Withdraw {
        index: usize,
    },
    Upload {
        rows: Vec<Figure>,
    },
    SaveCard(Bank),
    SaveDetails,
    /// What the bank answers to the next charges that come by themselves.
    Script(Vec<Bank>),
    Pay {
        banks: Vec<Bank>,
    },
    Pause,
    Reactivate,
    Cancel,
}

/// A step of a walk.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// An organization begins.
    Found(Box<Account>),
    /// The clock moves, for everybody, through everything that falls due.
    Move(Instant),
    /// Nothing runs until then; then this looks at the accounts first.
    Downtime(Instant, FirstLook),
    /// An organization acts.
    Act { organization: String, deed: Deed },
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Found(account) => write!(f, "{account}"),
            Self::Move(to) => write!(f, "clock to {}", instant_text(*to)),
            Self::Downtime(to, first) => {
                write!(f, "down until {}, {first:?} first", instant_text(*to))
            }
            Self::Act { organization, deed } => match deed {
                Deed::Upload { rows } => {
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
                deed => write!(f, "{organization}: {deed:?}"),
            },
        }
    }
}

impl Step {
    /// Whether it can matter to an organization.
    pub(super) fn concerns(&self, id: &str) -> bool {
        match self {
            Self::Found(account) => account.id == id,
            Self::Act { organization, .. } => organization == id,
            Self::Move(_) | Self::Downtime(..) => true,
        }
    }
}

/// Draws the next step; none where whoever's turn it is has nothing to do. Whoever has ended makes
/// room for a new organization, and stays until its backups are gone.
pub(super) fn next_step(dice: &mut Dice, walk: &Walk, founded: &mut usize) -> Option<Step> {
    let accounts: Vec<_> = walk.organizations.iter().map(|one| &one.account).collect();
    let living: Vec<_> = accounts.iter().filter(|one| one.is_alive()).collect();
    if living.len() < SIDE_BY_SIDE {
        *founded += 1;
        let account = founding::draw(dice, format!("w{founded}"), walk.now);
        return Some(Step::Found(Box::new(account)));
    }
    if dice.percent(MOVES) {
        return Some(next_move(dice, &accounts, walk.now));
    }
    let account = dice.one(&living)?;
    let deed = next_deed(dice, account)?;
    Some(Step::Act {
        organization: account.id.clone(),
        deed,
    })
}

/// Where the clock goes next: hours, days, to a deadline, just before it, or to the next 1st.
fn next_move(dice: &mut Dice, accounts: &[&Account], now: Instant) -> Step {
    let to = next_instant(dice, accounts, now);
    let first = if dice.percent(50) {
        FirstLook::Jobs
    } else {
        FirstLook::Page
    };
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

/// What an organization does next: mostly what it may, sometimes what it may not.
fn next_deed(dice: &mut Dice, account: &Account) -> Option<Deed> {
    if account.is_month_held_up() {
        let pays = dice.percent(60);
        return dice.percent(50).then_some(Deed::Confirm { pays });
    }
    if account.now - account.founded_at > OLDEST {
        return Some(Deed::Cancel);
    }
    match account.life {
        Life::Cancelled { .. } => None,
        Life::Paused { .. } => Some(match dice.below(16) {
            0..=5 => Deed::Reactivate,
            6..=7 => pay(dice, account),
            8 => Deed::SaveCard(card(dice)),
            9 if dice.percent(20) => Deed::Pause,
            10 if dice.percent(20) => Deed::Cancel,
            _ => return None,
        }),
        Life::Trial { .. } => Some(match dice.below(10) {
            0..=1 => Deed::SaveCard(card(dice)),
            2..=3 => Deed::SaveDetails,
            4..=5 => order(dice, account),
            6 if dice.percent(3) => Deed::Cancel,
            7 if dice.percent(10) => Deed::Pause,
            _ => upload(dice, account)?,
        }),
        Life::Active => active(dice, account),
    }
}

fn active(dice: &mut Dice, account: &Account) -> Option<Deed> {
    if account
        .pending
        .as_ref()
        .is_some_and(|pending| pending.is_asked)
        && dice.percent(40)
    {
        return Some(Deed::Confirm {
            pays: dice.percent(60),
        });
    }
    let is_dunned = account.dunning != Dunning::Clear;
    if is_dunned && dice.percent(35) {
        return Some(match dice.below(3) {
            0 => Deed::SaveCard(card(dice)),
            _ => pay(dice, account),
        });
    }
    if account.lock != Lock::Clear && dice.percent(20) {
        let higher: Vec<_> = TIERS
            .iter()
            .map(|tier| tier.0)
            .filter(|tier| *tier > account.tier)
            .collect();
        if let Some(tier) = dice.one(&higher) {
            let change = Change {
                tier: Some(tier),
                ..Change::default()
            };
            return Some(Deed::Order {
                change,
                bank: bank(dice),
            });
        }
    }
    Some(match dice.below(100) {
        0..=29 => order(dice, account),
        30..=37 => Deed::Withdraw {
            index: usize::try_from(dice.below(3)).unwrap(),
        },
        38..=79 => upload(dice, account)?,
        80..=83 => Deed::SaveCard(card(dice)),
        84..=89 => {
            let answers = [
                Bank::Pays,
                Bank::Declines,
                Bank::PaysUnheard,
                Bank::HearsNothing,
            ];
            let first = dice.one(&answers)?;
            Deed::Script(vec![first])
        }
        90..=91 => pay(dice, account),
        92..=97 => Deed::Pause,
        _ if dice.percent(15) => Deed::Cancel,
        _ => return None,
    })
}

fn pay(dice: &mut Dice, account: &Account) -> Deed {
    let banks = account.payable().iter().map(|_| bank(dice)).collect();
    Deed::Pay { banks }
}

fn card(dice: &mut Dice) -> Bank {
    match dice.below(6) {
        0 => Bank::Declines,
        1 => Bank::PaysUnheard,
        _ => Bank::Pays,
    }
}

fn bank(dice: &mut Dice) -> Bank {
    match dice.below(10) {
        0 => Bank::Declines,
        1 => Bank::PaysUnheard,
        2 => Bank::HearsNothing,
        3 => Bank::Asks,
        _ => Bank::Pays,
    }
}

fn order(dice: &mut Dice, account: &Account) -> Deed {
    let tiers: Vec<_> = TIERS.iter().map(|tier| tier.0).collect();
    let tier = if dice.percent(60) {
        dice.one(&tiers)
    } else {
        None
    };
    let add = dice.some(&account.buyable(), 15).into_iter().collect();
    let held: Vec<_> = account.add_ons.iter().copied().collect();
    let remove = dice.some(&held, 15).into_iter().collect();
    let may_turn = account.is_offered_a_year && account.life == Life::Active;
    let frequency = match dice.below(10) {
        0..=1 if may_turn => Some(Frequency::Annual),
        2 if may_turn => Some(Frequency::Monthly),
        _ => None,
    };
    let change = Change {
        tier,
        add,
        remove,
        frequency,
    };
    Deed::Order {
        change,
        bank: bank(dice),
    }
}

/// Figures of one or more days, new or corrected, up or down, within what may be said.
fn upload(dice: &mut Dice, account: &Account) -> Option<Deed> {
    let today = account.today();
    let first = first_of(account.open_month);
    let mut draft = account.counted.clone();
    let mut rows = Vec::new();
    for _ in 0..=dice.below(3) {
        let project = dice.one(&PROJECTS)?;
        let day = if dice.percent(60) {
            today
        } else {
            dice.between(first, today)
        };
        let (before, after) = draft.around(project, day);
        let limit = account.tier;
        let mut users = before.users;
        for (part, count) in users.iter_mut().enumerate() {
            let most = after.map_or(*count + growth(dice, limit), |row| row.users[part]);
            let span = most.saturating_sub(*count);
            *count += dice.below(span + 1);
        }
        let points = if dice.percent(70) {
            dice.below(limit * 300)
        } else {
            dice.below(limit * 9_000)
        };
        let row = Row { users, points };
        draft.put(project, day, row);
        rows.push((project, day, row));
    }
    // The last word on a day counts.
    rows.reverse();
    rows.sort_by_key(|(project, day, _)| (*project, *day));
    rows.dedup_by_key(|(project, day, _)| (*project, *day));
    Some(Deed::Upload { rows })
}

fn growth(dice: &mut Dice, limit: u64) -> u64 {
    match dice.below(12) {
        0 => dice.below(limit * 2),
        1..=4 => dice.below(limit / 3),
        _ => dice.below(limit / 12),
    }
}
