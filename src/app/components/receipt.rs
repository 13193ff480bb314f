//! A price as a receipt: lines with their derivations, taxes, a total.

use billing::pricing::statement::{Input, LabelNumbers, TaxLine, Unit};
use billing::{AddOnId, Currency, Derivation, Exact, Line, LineKind, Money, PriceBook, Statement};

use crate::client::load::{Load, Loader};
use crate::components::error_card::error_card;
use crate::components::glossary::explained;
use crate::components::icon::{Sign, icon};
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, View, button, dd, div, dl, dt, el, live, many, p, span};

/// Between the terms of a formula.
const PLUS: &str = " + ";

/// The lines of a receipt, each with its derivation; `open` opens and closes all of them.
pub fn lines(lines: &[Line], book: &PriceBook, open: Live<bool>) -> View {
    many(lines.iter().map(|line| {
        let label = line_label(line, book);
        entry(&label, line.amount, line.derivation.as_ref(), open)
    }))
}

/// The taxes of a receipt.
pub fn taxes(taxes: &[TaxLine], open: Live<bool>) -> View {
    many(
        taxes
            .iter()
            .map(|tax| entry(tax.name.as_str(), tax.amount, tax.derivation.as_ref(), open)),
    )
}

/// Lines, subtotal if there are taxes, taxes, total.
pub fn statement(
    statement: &Statement,
    book: &PriceBook,
    total_label: &str,
    open: Live<bool>,
) -> View {
    many([
        lines(&statement.lines, book, open),
        subtotal(statement),
        taxes(&statement.taxes, open),
        sum(total_label, statement.total),
    ])
}

/// A statement whose names come from a price book that is still being loaded.
pub fn issued(
    statement: &Statement,
    book: Loader<PriceBook>,
    total_label: &'static str,
    open: Live<bool>,
) -> View {
    let due = statement.clone();
    live(move || match book.get() {
        Load::Ready(book) => self::statement(&due, &book, total_label, open),
        Load::Waiting => View::Nothing,
        Load::Failed(failure) => {
            error_card(messages::failure().loading_invoice, &failure, move || {
                book.again()
            })
        }
    })
}

/// The subtotal; nothing when there are no taxes.
pub fn subtotal(statement: &Statement) -> View {
    if statement.taxes.is_empty() {
        return View::Nothing;
    }
    p("receipt__subtotal")
        .child(span("receipt__label").child(messages::receipt().subtotal))
        .child(span("receipt__amount").child(format::money(statement.subtotal)))
        .into()
}

/// The total at the end of a receipt.
pub fn sum(label: &str, amount: Money) -> View {
    p("receipt__total")
        .child(span("receipt__label").child(label))
        .child(span("receipt__amount").child(format::money(amount)))
        .into()
}

/// The button that opens and closes all derivations of a receipt.
pub fn how(open: Live<bool>) -> Element {
    let text = messages::receipt();
    button("button button--quiet button--small receipt__how")
        .attr("type", "button")
        .flag("aria-expanded", move || open.get())
        .on("click", move |_| open.update(|open| *open = !*open))
        .live(move || if open.get() { text.how_hide } else { text.how })
}

fn entry(label: &str, amount: Money, derivation: Option<&Derivation>, open: Live<bool>) -> View {
    let row = |tag| {
        el(tag)
            .class("receipt__row")
            .child(span("receipt__label").child(label))
            .child(span("receipt__amount").child(format::money(amount)))
    };
    let Some(derivation) = derivation else {
        let plain = row("p").child(span("receipt__mark receipt__mark--none"));
        return div("receipt__line").child(plain).into();
    };
    let formula = formula(derivation, amount.currency());
    let is_sum = derivation.formula.contains(' ');
    let why = is_sum.then(|| span("receipt__why").child(formula.as_str()));
    let summary = row("summary")
        .child(span("receipt__mark").child(icon(Sign::Down)))
        .child(why);
    el("details")
        .class("receipt__line")
        .property("open", move || open.get())
        .child(summary)
        .child(sums(derivation, amount))
        .into()
}

fn sums(derivation: &Derivation, amount: Money) -> Element {
    let text = messages::receipt();
    let inputs = derivation.inputs.iter().flat_map(|input| {
        [
            dt("derivation__name").child(explained(&input_name(&input.name))),
            dd("derivation__value").child(input_value(input, amount.currency())),
        ]
    });
    let charged = format::money(amount);
    let exact = format::exact_money(derivation.unrounded, amount.currency());
    let result = if exact == charged {
        fill(text.exactly, &[&exact])
    } else {
        format!(
            "{}, {}",
            fill(text.unrounded, &[&exact, &charged]),
            text.rounding
        )
    };
    let is_sum = derivation.formula.contains(' ');
    div("derivation")
        .child(is_sum.then(|| p("derivation__formula").child(in_words(derivation))))
        .child(dl("derivation__inputs").children(inputs))
        .child(p("derivation__result").child(result))
        .child(p("derivation__rule").child(explained(&rule(derivation))))
}

/// The formula with its values in place of the names.
fn formula(derivation: &Derivation, currency: Currency) -> String {
    let value = |input: &Input| input_value(input, currency);
    let term = |term| match share(derivation, term) {
        Some((amount, percent)) => fill(
            messages::receipt().share,
            &[&value(percent), &value(amount)],
        ),
        None => filled(derivation, term, value),
    };
    let terms: Vec<_> = derivation.formula.split(PLUS).map(term).collect();
    terms.join(PLUS)
}

/// The formula with the names of its inputs.
fn in_words(derivation: &Derivation) -> String {
    filled(derivation, &derivation.formula, |input| {
        input_name(&input.name)
    })
}

fn filled(derivation: &Derivation, formula: &str, show: impl Fn(&Input) -> String) -> String {
    let mut parts = formula.split('{');
    let mut filled = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        let input = derivation.inputs.iter().find(|input| input.name == name);
        filled.extend(input.map(&show));
        filled.push_str(rest);
    }
    filled
}

/// The amount and the percentage of a term that is a share of an amount: `{amount} × {percent} ÷ 100`.
fn share<'a>(derivation: &'a Derivation, term: &str) -> Option<(&'a Input, &'a Input)> {
    let factors = term.strip_suffix(" ÷ 100")?;
    let (amount, percent) = factors.split_once(" × ")?;
    let input = |name: &str| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        derivation.inputs.iter().find(|input| input.name == name)
    };
    Some((input(amount)?, input(percent)?))
}

fn input_value(input: &Input, currency: Currency) -> String {
    match input.unit {
        Unit::Amount => format::exact_money(input.value, currency),
        Unit::Mau | Unit::Days | Unit::Percent | Unit::Factor => {
            format::decimal(&input.value.to_string())
        }
    }
}

fn rule(derivation: &Derivation) -> String {
    let text = messages::receipt();
    match &*derivation.rule {
        "R3" if derivation.input("extra_price").is_some() => {
            messages::add_ons().rule_extra_use.to_owned()
        }
        "R3" if derivation.input("surcharge_percent").is_some() => text.rule_surcharge.to_owned(),
        "R3" => {
            let unit = derivation.input("unit_size").unwrap_or(Exact::whole(100));
            fill(text.rule_r3, &[&unit.to_string()])
        }
        "R5" => text.rule_r5.to_owned(),
        "R7" => text.rule_r7.to_owned(),
        "R15" => text.rule_r15.to_owned(),
        "R9" => messages::annual().rule.to_owned(),
        "R16" => text.rule_r16.to_owned(),
        other => fill(text.rule_other, &[other]),
    }
}

fn input_name(name: &str) -> String {
    let text = messages::receipt();
    match name {
        "new_price" => text.new_price,
        "old_price" => text.old_price,
        "days_left" => text.days_left,
        "days_in_month" => text.days_in_month,
        "old_tier" => text.old_tier,
        "new_tier" => text.new_tier,
        "overage_mau" => text.overage_mau,
        "mau_overage" => text.mau_overage_plain,
        "unit_size" => text.unit_size,
        "unit_price" => text.unit_price,
        "multiplier" => text.multiplier,
        "usage" => text.usage,
        "tier" => text.tier,
        "surcharge_percent" => text.surcharge_percent,
        "monthly_price" => text.monthly_price,
        "tier_price" => text.tier_price,
        "fixed_price" => text.fixed_price,
        "percent" => text.percent,
        "subtotal" => text.subtotal_input,
        "rate_percent" => text.rate_percent,
        "months" => messages::annual().months,
        "discount_percent" => messages::annual().discount_percent,
        "annual_price" => messages::annual().annual_price,
        "paid" => messages::annual().paid,
        "pool" => messages::annual().pool,
        "used_before" => messages::annual().used_before,
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// The label of a line, with the numbers of its derivation.
pub fn line_label(line: &Line, book: &PriceBook) -> String {
    let text = messages::receipt();
    let add_on = line.add_on.as_ref();
    match line.label_numbers() {
        LabelNumbers::Tier(tier) => fill(text.base, &[&book.plan, &format::count(tier)]),
        LabelNumbers::Tiers { from, to } => fill(
            text.tier_proration,
            &[&format::count(from), &format::count(to)],
        ),
        LabelNumbers::Months(months) => {
            let name = add_on.map_or(book.plan.as_str(), |id| book.add_on_name(id));
            fill(messages::annual().line, &[name, &format::count(months)])
        }
        LabelNumbers::Users(users) => fill(text.mau_overage, &[&format::count(users)]),
        LabelNumbers::None => kind_label(line.kind, add_on, book),
    }
}

/// The label of a kind of line, without its numbers.
pub fn kind_label(kind: LineKind, add_on: Option<&AddOnId>, book: &PriceBook) -> String {
    let text = messages::receipt();
    let name = add_on.map_or("", |id| book.add_on_name(id));
    match kind {
        LineKind::Base => book.plan.clone(),
        LineKind::AddOn => name.to_owned(),
        LineKind::TierProration => text.tier_proration_plain.to_owned(),
        LineKind::AddOnRepricing => fill(text.add_on_repricing, &[name]),
        LineKind::AddOnProration => fill(text.add_on_proration, &[name]),
        LineKind::MauOverage => text.mau_overage_plain.to_owned(),
        LineKind::AddOnOverage => fill(text.add_on_overage, &[name]),
        LineKind::AddOnUse => fill(text.add_on_use, &[name]),
    }
}
