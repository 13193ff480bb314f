//! The lines of accrued overage.

use super::*;

/// The formulas of a part of a month.
const PART_FORMULAS: [&str; 2] = [
    "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {days_counted} ÷ {days_in_month}",
    "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {days_counted} × \
     {surcharge_percent} ÷ 100 ÷ {days_in_month}",
];

/// Rates the usage since the part began, against the whole limit.
pub(super) fn of_part(
    account: &PricedAccount<'_>,
    part: MonthPart,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let basis = Basis {
        rule: "R4",
        formulas: PART_FORMULAS,
        inputs: &[
            Input::days("days_counted", part.days),
            Input::days("days_in_month", part.days_in_month),
        ],
        part: Some(part),
    };
    lines(account, account.usage(), basis, derivations)
}

/// Rates the usage beyond the pool.
pub(super) fn of_pool(
    account: &PricedAccount<'_>,
    pool: Pool,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let basis = Basis {
        rule: "R9",
        formulas: WHOLE_MONTH_FORMULAS,
        inputs: &[
            Input::mau("pool", pool.limit),
            Input::mau("used_before", pool.used),
        ],
        part: None,
    };
    let month = account.usage();
    let figures = UsageFigures {
        overage_mau: pool.overage_of(month.usage),
        ..month
    };
    lines(account, figures, basis, derivations)
}

fn lines(
    account: &PricedAccount<'_>,
    figures: UsageFigures,
    basis: Basis<'_>,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let plan = &PricedPlan::of(account.list, account.subscription)?;
    let mut lines = Lines::new(account.list.currency, derivations);
    Over {
        plan,
        figures,
        add_on_use: account.add_on_use,
        basis,
    }
    .add_lines(&mut lines)?;
    Ok(lines.lines)
}
