//! Rounding of totals to whole rupees (SPEC R16).

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money, OutOfRange};

/// Whether an invoice is rounded to whole units of its currency. Off by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundOff {
    /// The total stays as it is, to the paisa.
    #[default]
    Off,
    /// A separate line rounds the total to the nearest whole unit.
    WholeUnits,
}

impl RoundOff {
    /// The amount that is added to a total, or subtracted from it, to make it whole.
    ///
    /// **Rule.** The total rounded to whole units, half away from zero, less the total.
    /// **Source.** SPEC R16 (section 170 of the act).
    /// **Silent on** whether an invoice or a return is rounded: off by default.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{Currency, Money, pricing::tax::RoundOff};
    /// let inr = Currency::new("INR", 2).unwrap();
    /// let line = |minor| RoundOff::WholeUnits.of(Money::new(minor, inr)).unwrap().to_string();
    /// assert_eq!((line(11_849), line(11_850)), ("-0.49".into(), "0.50".into()));
    /// assert!(RoundOff::Off.of(Money::new(11_850, inr)).unwrap().is_zero());
    /// ```
    pub fn of(self, total: Money) -> Result<Money, OutOfRange> {
        match self {
            Self::Off => Ok(Money::zero(total.currency())),
            Self::WholeUnits => whole_units(total)?
                .minor()
                .checked_sub(total.minor())
                .map(|minor| Money::new(minor, total.currency()))
                .ok_or(OutOfRange),
        }
    }
}

/// The total rounded to a currency without decimals, then written in its own currency again.
fn whole_units(total: Money) -> Result<Money, OutOfRange> {
    let whole = Currency::new(total.currency().code().as_str(), 0).ok_or(OutOfRange)?;
    let units = total.exact().settle(whole)?;
    units.exact().settle(total.currency())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_a_unit_away_from_zero() {
        let check = |minor, exponent, expected| {
            let currency = Currency::new("INR", exponent).unwrap();
            let line = RoundOff::WholeUnits
                .of(Money::new(minor, currency))
                .unwrap();
            assert_eq!(line, Money::new(expected, currency), "{minor}");
        };
        check(11_801, 2, -1);
        check(11_849, 2, -49);
        check(11_850, 2, 50);
        check(11_899, 2, 1);
        check(11_800, 2, 0);
        check(-11_850, 2, -50);
        check(-11_849, 2, 49);
        check(50, 2, 50);
        check(11_850, 0, 0);
        check(1_500, 3, 500);
        let most = Money::new(i64::MAX, Currency::new("INR", 2).unwrap());
        assert_eq!(RoundOff::Off.of(most).map(|line| line.minor()), Ok(0));
        assert_eq!(
            RoundOff::WholeUnits.of(most),
            Ok(Money::new(-7, most.currency()))
        );
    }
}
