//! The lines of accrued overage.

use super::*;

/// Usage since the part began, against the whole limit.
pub(super) fn of_part(
    account: &Account<'_>,
    part: MonthPart,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let rating = Rating {
        account,
        rate: rate(account)?,
        over: account.usage().overage_mau,
        basis: Basis::Part(part),
        derivations,
    };
    let whole = mau_overage(rating.over, &rating.rate)?;
    rating.lines(partial_overage(whole, part)?)
}

/// What the month used beyond the pool.
pub(super) fn of_pool(
    account: &Account<'_>,
    pool: Pool,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let rating = Rating {
        account,
        rate: rate(account)?,
        over: pool.overage_of(account.usage().usage),
        basis: Basis::Pool(pool),
        derivations,
    };
    rating.lines(mau_overage(rating.over, &rating.rate)?)
}

fn rate(account: &Account<'_>) -> Result<OverageRate, Refusal> {
    let limit = account.subscription.tier;
    let tier = account
        .list
        .tier(limit)
        .ok_or(Refusal::UnknownTier(limit))?;
    Ok(account.list.overage.on(tier)?)
}

#[derive(Clone, Copy)]
enum Basis {
    Part(MonthPart),
    Pool(Pool),
}

struct Rating<'a> {
    account: &'a Account<'a>,
    rate: OverageRate,
    over: u64,
    basis: Basis,
    derivations: Derivations,
}

impl Rating<'_> {
    /// One line for the users, one for each add-on's surcharge.
    fn lines(&self, fee: Exact) -> Result<Vec<Line>, Refusal> {
        let Account {
            list, subscription, ..
        } = self.account;
        if self.over == 0 || subscription.status == Status::Trial {
            return Ok(Vec::new());
        }
        let mut lines = alloc::vec![self.line(None, fee)?];
        for id in &subscription.add_ons {
            let add_on = list
                .add_on(id.as_str())
                .ok_or_else(|| Refusal::UnknownAddOn(id.clone()))?;
            let surcharge = add_on_overage(fee, add_on.surcharge_percent)?;
            lines.push(self.line(Some(add_on), surcharge)?);
        }
        Ok(lines)
    }

    fn line(&self, add_on: Option<&AddOn>, unrounded: Exact) -> Result<Line, OutOfRange> {
        Ok(Line {
            kind: add_on.map_or(LineKind::MauOverage, |_| LineKind::AddOnOverage),
            add_on: add_on.map(|add_on| add_on.id.clone()),
            amount: unrounded.settle(self.account.list.currency)?,
            derivation: self.derivations.note(|| self.derivation(add_on, unrounded)),
        })
    }

    fn derivation(&self, add_on: Option<&AddOn>, unrounded: Exact) -> Derivation {
        let price = &self.rate;
        let mut inputs = alloc::vec![
            Input::mau("overage_mau", self.over),
            Input::mau("unit_size", price.unit_size),
            Input::amount("unit_price", price.unit_price),
            Input::factor("multiplier", price.multiplier),
            Input::mau("usage", self.account.usage().usage),
            Input::mau("tier", self.account.subscription.tier),
        ];
        match self.basis {
            Basis::Part(part) => {
                inputs.push(Input::days("days_counted", part.days));
                inputs.push(Input::days("days_in_month", part.days_in_month));
            }
            Basis::Pool(pool) => {
                inputs.push(Input::mau("pool", pool.limit));
                inputs.push(Input::mau("used_before", pool.used));
            }
        }
        if let Some(add_on) = add_on {
            inputs.push(Input::percent(
                "surcharge_percent",
                add_on.surcharge_percent,
            ));
        }
        Derivation {
            rule: match self.basis {
                Basis::Part(_) => "R4",
                Basis::Pool(_) => "R9",
            },
            formula: formula(self.basis, add_on),
            inputs,
            unrounded,
        }
    }
}

fn formula(basis: Basis, add_on: Option<&AddOn>) -> &'static str {
    match (basis, add_on) {
        (Basis::Part(_), None) => {
            "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {days_counted} ÷ \
             {days_in_month}"
        }
        (Basis::Part(_), Some(_)) => {
            "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {days_counted} × \
             {surcharge_percent} ÷ 100 ÷ {days_in_month}"
        }
        (Basis::Pool(_), None) => "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier}",
        (Basis::Pool(_), Some(_)) => {
            "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {surcharge_percent} ÷ 100"
        }
    }
}
