//! Draws what an organization does next.

use super::calendar::{DAY, first_of};
use super::dice::Dice;
use super::model::prices::{EMAIL, TIERS};
use super::model::usage::{PROJECTS, Row};
use super::model::{Account, Bank, Change, Dunning, Frequency, Life, Lock};
use super::steps::Act;

/// The age at which an organization ends: before its program's credential expires.
const OLDEST: i64 = 600 * DAY;

/// The next step of an organization: mostly an allowed one, sometimes one that is refused.
pub(super) fn next_act(dice: &mut Dice, account: &Account) -> Option<Act> {
    if account.is_month_held_up() {
        let pays = dice.percent(60);
        return dice.percent(50).then_some(Act::Confirm { pays });
    }
    if account.now - account.founded_at > OLDEST {
        return Some(Act::Cancel);
    }
    match account.life {
        Life::Cancelled { .. } => None,
        Life::Paused { .. } if account.asked().is_some() && dice.percent(40) => {
            let pays = dice.percent(60);
            Some(Act::Confirm { pays })
        }
        Life::Paused { .. } => Some(match dice.below(16) {
            0..=5 => Act::Reactivate,
            6..=7 => pay(dice, account),
            8 => Act::SaveCard(card(dice)),
            9 if dice.percent(20) => Act::Pause,
            10 if dice.percent(20) => Act::Cancel,
            _ => return None,
        }),
        Life::Trial { .. } => Some(match dice.below(10) {
            0..=1 => Act::SaveCard(card(dice)),
            2..=3 => Act::SaveDetails,
            4..=5 => order(dice, account),
            6 if dice.percent(3) => Act::Cancel,
            7 if dice.percent(10) => Act::Pause,
            _ => upload(dice, account)?,
        }),
        Life::Active => active(dice, account),
    }
}

fn active(dice: &mut Dice, account: &Account) -> Option<Act> {
    let is_order_asked = account.pending.as_ref().is_some_and(|one| one.is_asked);
    if (is_order_asked || account.asked().is_some()) && dice.percent(40) {
        return Some(Act::Confirm {
            pays: dice.percent(60),
        });
    }
    let is_dunned = account.dunning != Dunning::Clear;
    if is_dunned && dice.percent(35) {
        return Some(match dice.below(3) {
            0 => Act::SaveCard(card(dice)),
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
            return Some(Act::Order {
                change,
                bank: bank(dice),
            });
        }
    }
    let chance = if account.lock == Lock::Clear { 1 } else { 15 };
    if dice.percent(chance) {
        let days = dice.between(1, 40);
        return Some(Act::Lift(dice.percent(60).then_some(days)));
    }
    Some(match dice.below(100) {
        0..=29 => order(dice, account),
        30..=37 => Act::Withdraw {
            index: usize::try_from(dice.below(3)).unwrap(),
        },
        38..=79 => upload(dice, account)?,
        80..=83 => Act::SaveCard(card(dice)),
        84..=89 => {
            let answers = [
                Bank::Pays,
                Bank::Declines,
                Bank::PaysUnheard,
                Bank::HearsNothing,
                Bank::Asks,
            ];
            let first = dice.one(&answers)?;
            Act::Script(vec![first])
        }
        90..=91 => pay(dice, account),
        92..=97 => Act::Pause,
        _ if dice.percent(15) => Act::Cancel,
        _ => return None,
    })
}

fn pay(dice: &mut Dice, account: &Account) -> Act {
    let banks = account.payable().iter().map(|_| bank(dice)).collect();
    Act::Pay { banks }
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

fn order(dice: &mut Dice, account: &Account) -> Act {
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
    Act::Order {
        change,
        bank: bank(dice),
    }
}

/// E-mails of one or more days of the month, new or corrected; rarely of a plan without the add-on.
fn use_add_on(dice: &mut Dice, account: &Account) -> Act {
    let today = account.today();
    let first = first_of(account.open_month);
    let mut days = Vec::new();
    for _ in 0..=dice.below(3) {
        let day = if dice.percent(60) {
            today
        } else {
            dice.between(first, today)
        };
        let most = if dice.percent(70) { 60_000 } else { 250_000 };
        days.push((day, dice.below(most)));
    }
    // Each day once.
    days.sort_unstable();
    days.dedup_by_key(|(day, _)| *day);
    let is_file = dice.percent(30);
    Act::Use { days, is_file }
}

/// Figures of one or more days, new or corrected, up or down, within the valid range; or e-mails.
fn upload(dice: &mut Dice, account: &Account) -> Option<Act> {
    let chance = if account.add_ons.contains(EMAIL) {
        40
    } else {
        1
    };
    if dice.percent(chance) {
        return Some(use_add_on(dice, account));
    }
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
    // The last row of a day counts.
    rows.reverse();
    rows.sort_by_key(|(project, day, _)| (*project, *day));
    rows.dedup_by_key(|(project, day, _)| (*project, *day));
    Some(Act::Upload { rows })
}

fn growth(dice: &mut Dice, limit: u64) -> u64 {
    match dice.below(12) {
        0 => dice.below(limit * 2),
        1..=4 => dice.below(limit / 3),
        _ => dice.below(limit / 12),
    }
}
