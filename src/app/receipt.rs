//! A price is a receipt: lines that open to their derivations, taxes, a total.

use api::statement::{Derivation, Input, Line, Statement, TaxLine};
use leptos::prelude::*;

use crate::format;
use crate::icon::{Icon, Sign};
use crate::messages::{fill, messages};

/// The lines of a receipt, each to be opened; `open` opens and closes all of them.
#[must_use]
pub fn lines(lines: &[Line], currency: &str, open: RwSignal<bool>) -> AnyView {
    lines
        .iter()
        .map(|line| {
            let label = line_label(line);
            entry(label, &line.amount, line.derivation.as_ref(), currency, open)
        })
        .collect_view()
        .into_any()
}

/// The taxes of a receipt.
#[must_use]
pub fn taxes(taxes: &[TaxLine], currency: &str, open: RwSignal<bool>) -> AnyView {
    taxes
        .iter()
        .map(|tax| {
            let label = tax.name.clone();
            entry(label, &tax.amount, tax.derivation.as_ref(), currency, open)
        })
        .collect_view()
        .into_any()
}

/// Lines, subtotal where taxes follow, taxes, total.
#[must_use]
pub fn statement(
    statement: &Statement,
    currency: &str,
    total: &'static str,
    open: RwSignal<bool>,
) -> AnyView {
    let text = &messages().receipt;
    let subtotal = (!statement.taxes.is_empty()).then(|| {
        view! {
            <p class="receipt__subtotal">
                <span>{text.subtotal}</span>
                <span>{format::money(&statement.subtotal, currency)}</span>
            </p>
        }
    });
    view! {
        {lines(&statement.lines, currency, open)}
        {subtotal}
        {taxes(&statement.taxes, currency, open)}
        {sum(total.to_owned(), &statement.total, currency)}
    }
    .into_any()
}

/// The line below the rule.
#[must_use]
pub fn sum(label: String, amount: &str, currency: &str) -> AnyView {
    view! {
        <p class="receipt__total">
            <span>{label}</span>
            <span>{format::money(amount, currency)}</span>
        </p>
    }
    .into_any()
}

/// The button that opens and closes all derivations of a receipt.
#[component]
pub fn How(open: RwSignal<bool>) -> impl IntoView {
    let text = &messages().receipt;
    view! {
        <button
            type="button"
            class="button button--quiet button--small receipt__how"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || if open.get() { text.how_hide } else { text.how }}
        </button>
    }
    .into_any()
}

fn entry(
    label: String,
    amount: &str,
    derivation: Option<&Derivation>,
    currency: &str,
    open: RwSignal<bool>,
) -> AnyView {
    let shown = format::money(amount, currency);
    let Some(derivation) = derivation else {
        return plain(label, shown);
    };
    let formula = formula(derivation, currency);
    let why = derivation.formula.contains(' ').then(|| formula.clone());
    let sums = sums(derivation, formula, amount, currency);
    view! {
        <details class="receipt__line" prop:open=move || open.get()>
            <summary class="receipt__row">
                <span class="receipt__label">{label}</span>
                <span class="receipt__amount">{shown}</span>
                <span class="receipt__mark"><Icon sign=Sign::Down /></span>
                {why.map(|why| view! { <span class="receipt__why">{why}</span> })}
            </summary>
            {sums}
        </details>
    }
    .into_any()
}

fn plain(label: String, amount: String) -> AnyView {
    view! {
        <p class="receipt__line receipt__row">
            <span class="receipt__label">{label}</span>
            <span class="receipt__amount">{amount}</span>
            <span class="receipt__mark receipt__mark--none"></span>
        </p>
    }
    .into_any()
}

fn sums(derivation: &Derivation, formula: String, amount: &str, currency: &str) -> AnyView {
    let text = &messages().receipt;
    let inputs = derivation.inputs.iter().map(|input| {
        view! {
            <dt class="derivation__name">{input_name(&input.name)}</dt>
            <dd class="derivation__value">{input_value(input, currency)}</dd>
        }
    });
    let charged = format::money(amount, currency);
    let exact = format::exact_money(&derivation.unrounded, currency);
    let result = if exact == charged {
        fill(text.exactly, &[&exact])
    } else {
        format!("{}, {}", fill(text.unrounded, &[&exact, &charged]), text.rounding)
    };
    view! {
        <div class="derivation">
            <p class="derivation__formula">{formula}</p>
            <dl class="derivation__inputs">{inputs.collect_view()}</dl>
            <p class="derivation__result">{result}</p>
            <p class="derivation__rule">{rule(derivation)}</p>
        </div>
    }
    .into_any()
}

/// The sum with its own numbers in place of their names.
fn formula(derivation: &Derivation, currency: &str) -> String {
    let mut formula = derivation.formula.clone();
    for input in &derivation.inputs {
        let name = format!("{{{}}}", input.name);
        if formula.contains(&name) {
            formula = formula.replace(&name, &input_value(input, currency));
        }
    }
    formula
}

fn input_value(input: &Input, currency: &str) -> String {
    match input.unit.as_str() {
        "amount" => format::exact_money(&input.value, currency),
        _ => format::decimal(&input.value),
    }
}

fn rule(derivation: &Derivation) -> String {
    let text = &messages().receipt;
    match derivation.rule.as_str() {
        "R3" => fill(text.rule_r3, &[derivation.input("unit_size").unwrap_or("100")]),
        "R5" => text.rule_r5.to_owned(),
        "R7" => text.rule_r7.to_owned(),
        "R15" => text.rule_r15.to_owned(),
        "R16" => text.rule_r16.to_owned(),
        other => fill(text.rule_other, &[other]),
    }
}

fn input_name(name: &str) -> String {
    let text = &messages().receipt;
    match name {
        "new_price" => text.new_price,
        "old_price" => text.old_price,
        "days_left" => text.days_left,
        "days_in_month" => text.days_in_month,
        "old_tier" => text.old_tier,
        "new_tier" => text.new_tier,
        "overage_mau" => text.overage_mau,
        "unit_size" => text.unit_size,
        "unit_price" => text.unit_price,
        "multiplier" => text.multiplier,
        "usage" => text.usage,
        "tier" => text.tier,
        "surcharge_percent" => text.surcharge_percent,
        "monthly_price" => text.monthly_price,
        "tier_price" => text.tier_price,
        "percent" => text.percent,
        "subtotal" => text.subtotal_input,
        "rate_percent" => text.rate_percent,
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// What a line is for, in words.
#[must_use]
pub fn line_label(line: &Line) -> String {
    let input = |name: &str| {
        let value = line.derivation.as_ref()?.input(name)?;
        Some(format::decimal(value))
    };
    let text = &messages().receipt;
    match (line.kind.as_str(), input("tier"), input("overage_mau")) {
        ("base", Some(tier), _) => fill(text.base, &[text.plan, &tier]),
        ("mau_overage", _, Some(over)) => fill(text.mau_overage, &[&over]),
        ("tier_proration", ..) => match input("old_tier").zip(input("new_tier")) {
            Some((old, new)) => fill(text.tier_proration, &[&old, &new]),
            None => kind_label(&line.kind, None),
        },
        _ => kind_label(&line.kind, line.add_on.as_deref()),
    }
}

/// What a kind of line is for, in words, without its numbers.
#[must_use]
pub fn kind_label(kind: &str, of: Option<&str>) -> String {
    let text = &messages().receipt;
    let name = of.map(add_on_name).unwrap_or_default();
    match kind {
        "base" => fill(text.base_plain, &[text.plan]),
        "tier_proration" => text.tier_proration_plain.to_owned(),
        "add_on_repricing" => fill(text.add_on_repricing, &[&name]),
        "add_on_proration" => fill(text.add_on_proration, &[&name]),
        "mau_overage" => text.mau_overage_plain.to_owned(),
        "add_on_overage" => fill(text.add_on_overage, &[&name]),
        "tax" => of.unwrap_or(text.tax).to_owned(),
        "total" => text.total.to_owned(),
        _ => name,
    }
}

/// The name of an add-on, from its id: "whatsapp-connect" is "WhatsApp Connect".
#[must_use]
pub fn add_on_name(id: &str) -> String {
    let word = |word: &str| match word {
        "whatsapp" => "WhatsApp".to_owned(),
        word => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        }
    };
    let words: Vec<String> = id.split('-').map(word).collect();
    words.join(" ")
}
