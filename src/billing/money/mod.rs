//! Amounts: calculations use [`Exact`], charges use [`Money`], and [`Exact::settle`] converts one into
//! the other (SPEC R1).

use core::fmt;

use serde::{Deserialize, Serialize};

mod currency;
mod exact;
mod iso_4217;
mod wire;

pub use currency::{Currency, CurrencyCode};
pub use exact::Exact;
pub use iso_4217::decimals_of;

/// The amount overflows, or the operands have different currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the amount is out of range")
    }
}

impl core::error::Error for OutOfRange {}

/// An amount that can be charged, stored and shown: whole minor units of one currency.
///
/// It is never scaled: scaling needs an [`Exact`]. In JSON it names its currency, and its value has
/// exactly the decimals of the currency:
///
/// ```
/// # use billing::{Currency, Money};
/// let money = Money::new(9_167, Currency::new("USD", 2).unwrap());
/// let json = r#"{"currency":"USD","value":"91.67"}"#;
/// assert_eq!(serde_json::to_string(&money).unwrap(), json);
/// assert_eq!(serde_json::from_str::<Money>(json).unwrap(), money);
/// for wrong in ["91.6", "91.670", "91", "x", "1e2"] {
///     let json = serde_json::json!({ "currency": "USD", "value": wrong });
///     assert!(serde_json::from_value::<Money>(json).is_err(), "{wrong}");
/// }
/// let unknown = serde_json::json!({ "currency": "UDS", "value": "91.67" });
/// assert!(serde_json::from_value::<Money>(unknown).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "wire::Written", into = "wire::Written")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of `minor` minor units (cents, paise).
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount 0.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Parses the output of `Display`: exactly the currency's decimals, no grouping, no `+` sign.
    ///
    /// ```
    /// # use billing::{Currency, Money};
    /// let usd = Currency::new("USD", 2).unwrap();
    /// assert_eq!(Money::parse("91.67", usd), Ok(Money::new(9_167, usd)));
    /// assert!(Money::parse("91.6", usd).is_err() && Money::parse("1e5", usd).is_err());
    /// ```
    ///
    /// # Errors
    /// Fails on any other text, and on an amount that overflows.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, OutOfRange> {
        let exact = Exact::parse(text).ok_or(OutOfRange)?;
        let money = exact.settle(currency)?;
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        (decimals == usize::from(currency.exponent()))
            .then_some(money)
            .ok_or(OutOfRange)
    }

    /// The amount in whole minor units.
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency of the amount.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the amount is 0.
    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// Fails when the currencies differ or the sum overflows.
    pub fn plus(self, other: Self) -> Result<Self, OutOfRange> {
        if self.currency != other.currency {
            return Err(OutOfRange);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of all amounts; 0 when there are none.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, OutOfRange> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::plus)
    }

    /// The same amount as an [`Exact`], for calculations.
    pub fn exact(self) -> Exact {
        Exact::of(i128::from(self.minor), i128::from(self.currency.units()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let units = self.currency.units().unsigned_abs();
        let (whole, part) = (
            self.minor.unsigned_abs() / units,
            self.minor.unsigned_abs() % units,
        );
        match self.currency.exponent() {
            0 => write!(f, "{sign}{whole}"),
            digits => write!(
                f,
                "{sign}{whole}.{part:0digits$}",
                digits = usize::from(digits)
            ),
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::{Decimal, dec};

    #[test]
    fn settles_half_a_minor_unit_away_from_zero() {
        let check = |amount: Decimal, code: &str, exponent: u8, expected: i64| {
            let currency = Currency::new(code, exponent).unwrap();
            assert_eq!(
                Exact::new(amount).settle(currency).map(|m| m.minor()),
                Ok(expected),
                "{amount}"
            );
        };
        check(dec!(2.345), "USD", 2, 235);
        check(dec!(2.355), "USD", 2, 236);
        check(dec!(-2.345), "USD", 2, -235);
        check(dec!(2.3449999999), "USD", 2, 234);
        check(dec!(0.5), "JPY", 0, 1);
        check(dec!(1.0005), "KWD", 3, 1_001);
        check(dec!(0.005), "INR", 2, 1);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let usd = Currency::new("USD", 2).unwrap();
        let inr = Currency::new("INR", 2).unwrap();
        assert_eq!(Exact::new(Decimal::MAX).settle(usd), Err(OutOfRange));
        assert_eq!(Exact::whole(1).over(0), Err(OutOfRange));
        assert_eq!(
            Money::new(i64::MAX, usd).plus(Money::new(1, usd)),
            Err(OutOfRange)
        );
        assert_eq!(Money::new(1, usd).plus(Money::new(1, inr)), Err(OutOfRange));
        assert!(Currency::new("usd", 2).is_none() && Currency::new("USDX", 2).is_none());
    }

    #[test]
    fn prints_itself() {
        let (usd, yen) = (
            Currency::new("USD", 2).unwrap(),
            Currency::new("JPY", 0).unwrap(),
        );
        assert_eq!((usd.exponent(), yen.exponent()), (2, 0));
        assert_eq!(alloc::format!("{usd:?} {yen:?}"), "USD/2 JPY/0");
        let cent = Money::new(-1, usd);
        assert_eq!(alloc::format!("{cent} {cent:?}"), "-0.01 -0.01 USD");
        assert_eq!(alloc::format!("{:?}", cent.exact()), "-0.01");
        let refused = alloc::format!("{OutOfRange}");
        assert_eq!(refused, "the amount is out of range");
    }
}
