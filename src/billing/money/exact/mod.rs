//! Exact arithmetic: fractions of integers, so that nothing is lost before the single rounding.

use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;

use rust_decimal::Decimal;

use super::{Currency, Money, OutOfRange};

/// An unrounded amount or a factor: it can be added, scaled and divided, never charged.
///
/// It is a fraction of integers, so a third is exactly a third and the result does not depend on the
/// order of the steps. `Display` writes a decimal, to 28 digits when the fraction does not terminate.
///
/// ```
/// # use billing::Exact;
/// let third = Exact::whole(100).over(3).unwrap();
/// assert_eq!(third.to_string(), "33.333333333333333333333333333");
/// assert_eq!(third.times(3).unwrap(), Exact::whole(100));
/// ```
#[derive(Clone, Copy)]
pub struct Exact {
    numerator: i128,
    /// Above zero. The fraction is reduced to lowest terms only when the numbers grow too long.
    denominator: i128,
}

impl Exact {
    /// The value of a decimal, such as `dec!(1.25)`.
    pub const fn new(decimal: Decimal) -> Self {
        Self::of(decimal.mantissa(), 10_i128.pow(decimal.scale()))
    }

    /// The value of an integer.
    pub const fn whole(number: u64) -> Self {
        Self::of(number as i128, 1)
    }

    pub(super) const fn of(numerator: i128, denominator: i128) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// Parses a plain decimal: digits, at most one point with digits on both sides, at most one
    /// leading minus, at most 18 digits in all. Nothing is shortened, guessed or skipped.
    ///
    /// ```
    /// # use billing::Exact;
    /// assert!(Exact::parse("1.25").is_some() && Exact::parse("-3").is_some());
    /// for bad in ["", "1_000", "1e5", "5.", ".5", "+1", "0.0000000000000000001", "١"] {
    ///     assert_eq!(Exact::parse(bad), None, "{bad}");
    /// }
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_digits(text, MOST_DIGITS)
    }

    fn of_digits(text: &str, most: usize) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let has_point = digits.len() > whole.len();
        let count = whole.len() + part.len();
        if whole.is_empty() || (has_point && part.is_empty()) || count > most {
            return None;
        }
        let (mut numerator, mut denominator) = (0_i128, 1_i128);
        for byte in whole.bytes().chain(part.bytes()) {
            let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
            numerator = numerator * 10 + digit;
        }
        for _ in part.bytes() {
            denominator *= 10;
        }
        let is_negative = digits.len() < text.len();
        let numerator = if is_negative { -numerator } else { numerator };
        Some(Self::of(numerator, denominator))
    }

    /// The text in JSON: a decimal, or a fraction in lowest terms when the decimal does not terminate.
    pub fn written(self) -> String {
        match self.decimal() {
            Some(decimal) if Self::new(decimal) == self => decimal.to_string(),
            Some(_) | None => {
                let lowest = self.lowest();
                format!("{}/{}", lowest.numerator, lowest.denominator)
            }
        }
    }

    /// Parses the output of [`written`](Self::written).
    pub fn read(text: &str) -> Option<Self> {
        let Some((numerator, denominator)) = text.split_once('/') else {
            return Self::of_digits(text, MOST_WRITTEN);
        };
        let numerator = Self::of_digits(numerator, MOST_WRITTEN)?;
        numerator
            .over(Self::of_digits(denominator, MOST_WRITTEN)?)
            .ok()
    }

    /// The value as a decimal of up to 28 digits. `None` when more digits are needed before the point.
    pub fn decimal(self) -> Option<Decimal> {
        let Self {
            numerator,
            denominator,
        } = self.lowest();
        let numerator = Decimal::try_from_i128_with_scale(numerator, 0).ok()?;
        let denominator = Decimal::try_from_i128_with_scale(denominator, 0).ok()?;
        numerator
            .checked_div(denominator)
            .map(|decimal| decimal.normalize())
    }

    /// The sum.
    #[inline]
    pub fn plus(self, other: Self) -> Result<Self, OutOfRange> {
        self.sum(other)
            .or_else(|| self.lowest().sum(other.lowest()))
            .ok_or(OutOfRange)
    }

    #[inline]
    fn sum(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            let numerator = self.numerator.checked_add(other.numerator)?;
            return Some(Self::of(numerator, self.denominator));
        }
        let one = self.numerator.checked_mul(other.denominator)?;
        let two = other.numerator.checked_mul(self.denominator)?;
        let denominator = self.denominator.checked_mul(other.denominator)?;
        Some(Self::of(one.checked_add(two)?, denominator))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, OutOfRange> {
        let numerator = other.numerator.checked_neg().ok_or(OutOfRange)?;
        self.plus(Self::of(numerator, other.denominator))
    }

    /// The product with a factor or an amount.
    #[inline]
    pub fn times(self, factor: impl Into<Self>) -> Result<Self, OutOfRange> {
        let factor = factor.into();
        let numerator = short_product(self.numerator, factor.numerator);
        let denominator = short_product(self.denominator, factor.denominator);
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) => Ok(Self::of(numerator, denominator)),
            _ => self.times_long(factor),
        }
    }

    #[cold]
    fn times_long(self, factor: Self) -> Result<Self, OutOfRange> {
        self.scaled(factor)
            .or_else(|| {
                // Common factors above and below the fraction line cancel before the multiplication.
                let (one, two) = (self.lowest(), factor.lowest());
                let left = Self::of(one.numerator, two.denominator).lowest();
                let right = Self::of(two.numerator, one.denominator).lowest();
                left.scaled(right)
            })
            .ok_or(OutOfRange)
    }

    fn scaled(self, factor: Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(factor.numerator)?;
        let denominator = self.denominator.checked_mul(factor.denominator)?;
        Some(Self::of(numerator, denominator))
    }

    /// The quotient.
    ///
    /// # Errors
    /// Fails when the divisor is 0 or the quotient overflows.
    #[inline]
    pub fn over(self, divisor: impl Into<Self>) -> Result<Self, OutOfRange> {
        let Self {
            numerator,
            denominator,
        } = divisor.into();
        match numerator.cmp(&0) {
            Ordering::Greater => self.times(Self::of(denominator, numerator)),
            Ordering::Equal => Err(OutOfRange),
            Ordering::Less => {
                let numerator = numerator.checked_neg().ok_or(OutOfRange)?;
                self.times(Self::of(-denominator, numerator))
            }
        }
    }

    /// The amount that is charged: rounded once, half a minor unit away from zero.
    ///
    /// **Source.** SPEC R1.
    ///
    /// # Worked example
    ///
    /// 11.325 is charged as 11.33, and 0.125 as 0.13; rounding half to even would lose both cents.
    ///
    /// ```
    /// # use billing::{Currency, Exact, Money};
    /// # use rust_decimal::dec;
    /// let usd = Currency::new("USD", 2).unwrap();
    /// assert_eq!(Exact::new(dec!(11.325)).settle(usd), Ok(Money::new(1_133, usd)));
    /// assert_eq!(Exact::new(dec!(0.125)).settle(usd), Ok(Money::new(13, usd)));
    /// assert_eq!(Exact::new(dec!(-0.125)).settle(usd), Ok(Money::new(-13, usd)));
    /// ```
    ///
    /// # Errors
    /// Fails above 9.2 × 10^18 minor units.
    #[inline]
    pub fn settle(self, currency: Currency) -> Result<Money, OutOfRange> {
        let minor = self.times(Self::of(i128::from(currency.units()), 1))?;
        let short = u64::try_from(minor.numerator).ok();
        let minor = match short.zip(u64::try_from(minor.denominator).ok()) {
            Some((numerator, denominator)) => {
                let whole = numerator / denominator;
                let left = numerator - whole * denominator; // quicker than a second division
                i64::try_from(whole + u64::from(left >= denominator - left)).ok()
            }
            None => minor.rounded(),
        };
        minor
            .map(|minor| Money::new(minor, currency))
            .ok_or(OutOfRange)
    }

    /// The nearest integer; a half is rounded away from zero.
    #[cold]
    fn rounded(self) -> Option<i64> {
        let (whole, left) = (
            self.numerator / self.denominator,
            (self.numerator % self.denominator).abs(),
        );
        let is_up = left >= self.denominator - left;
        i64::try_from(if is_up {
            whole + self.numerator.signum()
        } else {
            whole
        })
        .ok()
    }

    /// The same fraction in lowest terms.
    fn lowest(self) -> Self {
        let (mut one, mut two) = (
            self.numerator.unsigned_abs(),
            self.denominator.unsigned_abs(),
        );
        while two != 0 {
            (one, two) = (two, one % two);
        }
        // The result is not above the denominator, so it fits.
        let divisor = i128::try_from(one).unwrap_or(1);
        Self::of(self.numerator / divisor, self.denominator / divisor)
    }
}

/// More digits than any price has, and few enough that the conversion fits.
const MOST_DIGITS: usize = 18;

/// As many digits as always fit.
const MOST_WRITTEN: usize = 38;

/// The product when both numbers are short enough for at most 63 bits, as nearly all are. It cannot
/// overflow and is fast.
#[inline]
fn short_product(one: i128, two: i128) -> Option<i128> {
    let (one, two) = (i64::try_from(one).ok()?, i64::try_from(two).ok()?);
    let digits_spare = one.unsigned_abs().leading_zeros() + two.unsigned_abs().leading_zeros();
    (digits_spare > 64).then(|| i128::from(one * two))
}

impl From<u64> for Exact {
    fn from(number: u64) -> Self {
        Self::whole(number)
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Self {
        Self::new(decimal)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        let one = self.numerator.checked_mul(other.denominator);
        let two = other.numerator.checked_mul(self.denominator);
        match one.zip(two) {
            Some((one, two)) => one.cmp(&two),
            None => by_parts(*self, *other),
        }
    }
}

/// Compares two fractions too long to cross-multiply: by their integer parts, then by the remainders.
fn by_parts(one: Exact, two: Exact) -> Ordering {
    let whole = |of: Exact| of.numerator.div_euclid(of.denominator);
    let left = |of: Exact| of.numerator.rem_euclid(of.denominator);
    whole(one).cmp(&whole(two)).then_with(|| {
        match (left(one), left(two)) {
            (0, 0) => Ordering::Equal,
            (0, _) => Ordering::Less,
            (_, 0) => Ordering::Greater,
            // Of two remainders, the greater one has the smaller inverse.
            (first, second) => by_parts(
                Exact::of(two.denominator, second),
                Exact::of(one.denominator, first),
            ),
        }
    })
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimal() {
            Some(decimal) => decimal.fmt(f),
            None => {
                let lowest = self.lowest();
                write!(f, "{}/{}", lowest.numerator, lowest.denominator)
            }
        }
    }
}

#[cfg(test)]
mod tests;
