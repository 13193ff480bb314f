//! Figures and dates in the locale of the person: the only module that formats.
//!
//! `Intl` does it from decimal strings, so that no amount is ever a float. One page has one locale.

use std::cell::RefCell;

use billing::{Currency, CurrencyCode, Exact, Money};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static LOCALE: RefCell<Option<String>> = const { RefCell::new(None) };
    static FORMATS: RefCell<Vec<(String, Function)>> = const { RefCell::new(Vec::new()) };
}

type Settings<'a> = &'a [(&'a str, &'a str)];

/// Sets the locale; `None` is the browser's.
pub fn start(locale: Option<&str>) {
    LOCALE.set(locale.map(str::to_owned));
    FORMATS.take();
}

/// An amount of money: "$91.67", "−$5.00", "₹12,34,567.50".
pub fn money(amount: Money) -> String {
    with_currency(&amount.to_string(), amount.currency(), &[])
}

/// An amount that is not rounded yet: six decimals, and an ellipsis when it has more.
pub fn exact_money(amount: Exact, currency: Currency) -> String {
    let amount = amount.to_string();
    let (shown, more) = cut(&amount);
    let text = with_currency(shown, currency, &[("maximumFractionDigits", "6")]);
    format!("{text}{more}")
}

/// The first six decimals of a number, and an ellipsis when it has more.
fn cut(number: &str) -> (&str, &'static str) {
    let end = number.find('.').map_or(number.len(), |point| point + 7);
    match number.get(..end) {
        Some(shown) if end < number.len() => (shown, "…"),
        _ => (number, ""),
    }
}

fn with_currency(decimal: &str, currency: Currency, more: Settings<'_>) -> String {
    let currency = currency.code();
    let settings = [
        &[("style", "currency"), ("currency", currency.as_str())],
        more,
    ]
    .concat();
    // Rupees are grouped in lakhs everywhere (UX 84).
    let locale = (currency == CurrencyCode::INR).then_some("en-IN");
    let text = intl(
        "NumberFormat",
        locale,
        &settings,
        &JsValue::from_str(decimal),
    );
    let text = text.unwrap_or_else(|| format!("{decimal} {currency}"));
    with_minus(&text)
}

/// A plain decimal with every decimal it has, grouped.
pub fn decimal(number: &str) -> String {
    let settings = [("maximumFractionDigits", "20")];
    let text = intl("NumberFormat", None, &settings, &JsValue::from_str(number));
    with_minus(&text.unwrap_or_else(|| number.to_owned()))
}

/// A number of users, days or data points, grouped.
pub fn count(number: u64) -> String {
    decimal(&number.to_string())
}

/// The name of a currency: "US dollar".
pub fn currency_name(currency: CurrencyCode) -> String {
    let settings = [("type", "currency")];
    let name = names(&settings, currency.as_str());
    name.unwrap_or_else(|| currency.to_string())
}

/// A day with its year: "June 20, 2026".
pub fn date(day: NaiveDate) -> String {
    date_with(
        day,
        &[("day", "numeric"), ("month", "long"), ("year", "numeric")],
    )
}

/// A day without its year: "June 20".
pub fn day(day: NaiveDate) -> String {
    date_with(day, &[("day", "numeric"), ("month", "long")])
}

/// The name of a month: "June".
pub fn month(day: NaiveDate) -> String {
    date_with(day, &[("month", "long")])
}

/// An instant in the zone at this offset from UTC, with the zone: "June 20, 2026 at 9:00 AM (UTC)".
pub fn instant(at: DateTime<Utc>, offset_minutes: i32) -> String {
    let local = at + TimeDelta::minutes(i64::from(offset_minutes));
    let settings = [
        ("day", "numeric"),
        ("month", "long"),
        ("year", "numeric"),
        ("hour", "numeric"),
        ("minute", "2-digit"),
    ];
    let millis = local.timestamp_millis();
    let text = date_text(millis, &settings);
    format!("{text} ({})", zone(offset_minutes))
}

/// An instant in ISO 8601: "2026-06-20T09:00:00.000Z".
pub fn machine_instant(at: DateTime<Utc>) -> String {
    js_date(at.timestamp_millis()).to_iso_string().into()
}

/// The name of the zone at this offset from UTC: "UTC", "UTC+05:30".
pub fn zone(offset_minutes: i32) -> String {
    let sign = if offset_minutes < 0 { '−' } else { '+' };
    let minutes = offset_minutes.unsigned_abs();
    match minutes {
        0 => "UTC".to_owned(),
        _ => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

fn date_with(day: NaiveDate, settings: Settings<'_>) -> String {
    let midnight = day.and_hms_opt(0, 0, 0).map(|midnight| midnight.and_utc());
    date_text(
        midnight.map_or(0, |midnight| midnight.timestamp_millis()),
        settings,
    )
}

fn date_text(millis: i64, settings: Settings<'_>) -> String {
    let settings = [settings, &[("timeZone", "UTC")]].concat();
    intl("DateTimeFormat", None, &settings, &js_date(millis)).unwrap_or_default()
}

fn js_date(millis: i64) -> Date {
    #[allow(clippy::cast_precision_loss)] // an instant in milliseconds, no amount
    Date::new(&JsValue::from_f64(millis as f64))
}

/// Uses the minus sign instead of a hyphen: screen readers read the hyphen as nothing.
fn with_minus(text: &str) -> String {
    text.replace('-', "−")
}

fn intl(
    kind: &str,
    locale: Option<&str>,
    settings: Settings<'_>,
    value: &JsValue,
) -> Option<String> {
    let format = formatter(kind, "format", locale, settings)?;
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

fn names(settings: Settings<'_>, code: &str) -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let made = construct(&intl, "DisplayNames", None, settings)?;
    let of: Function = Reflect::get(&made, &"of".into()).ok()?.dyn_into().ok()?;
    of.call1(&made, &code.into()).ok()?.as_string()
}

/// A bound formatting function, created once for each set of options.
fn formatter(
    kind: &str,
    method: &str,
    locale: Option<&str>,
    settings: Settings<'_>,
) -> Option<Function> {
    let mut name = format!("{kind} {}", locale.unwrap_or_default());
    for (key, value) in settings {
        name = format!("{name} {key}={value}");
    }
    let made = FORMATS.with_borrow(|all| {
        let known = all.iter().find(|(other, _)| *other == name);
        known.map(|(_, format)| format.clone())
    });
    if made.is_some() {
        return made;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let made = construct(&intl, kind, locale, settings)?;
    let format: Function = Reflect::get(&made, &method.into()).ok()?.dyn_into().ok()?;
    FORMATS.with_borrow_mut(|all| all.push((name, format.clone())));
    Some(format)
}

/// Creates a formatter; a locale that the browser does not accept falls back to the browser's own.
fn construct(
    intl: &JsValue,
    kind: &str,
    locale: Option<&str>,
    settings: Settings<'_>,
) -> Option<JsValue> {
    let constructor: Function = Reflect::get(intl, &kind.into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    for (key, value) in settings {
        Reflect::set(&options, &(*key).into(), &(*value).into()).ok()?;
    }
    let chosen = LOCALE.with_borrow(Clone::clone);
    let locales = match locale.map(str::to_owned).or(chosen) {
        Some(locale) => Array::of1(&locale.into()).into(),
        None => browser_locales(),
    };
    let make = |locales: &JsValue| Reflect::construct(&constructor, &Array::of2(locales, &options));
    make(&locales).or_else(|_| make(&JsValue::UNDEFINED)).ok()
}

fn browser_locales() -> JsValue {
    web_sys::window().map_or(JsValue::UNDEFINED, |window| {
        window.navigator().languages().into()
    })
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_repeating_decimal_is_cut_with_an_ellipsis() {
        assert_eq!(cut("91.666666666666"), ("91.666666", "…"));
        assert_eq!(cut("91.666666"), ("91.666666", ""));
        assert_eq!(cut("24"), ("24", ""));
        assert_eq!(cut("-0.1"), ("-0.1", ""));
    }
}
