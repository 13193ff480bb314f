//! Overage: the fees for users above the limit (SPEC R3).

use crate::catalog::price_book::{Included, OverageRate, Partial};
use crate::metering::add_on_use::Used;
use crate::money::{Exact, OutOfRange};
use crate::period::{BillingPeriod, Span};

mod lines;

pub(crate) use lines::MonthOverage;
pub use lines::{OverageEstimate, overage_estimate, overage_lines, overage_on_tier};

/// The fee for monthly users above the tier's limit, unrounded.
///
/// **Rule.** Each 100 users above the limit cost the list price of 100 users, times 1.2.
/// **Source.** SPEC R3 (S3, "Overage Calculation").
/// **Silent on** a part hundred: charged in proportion, see A3; the price book may set another way.
///
/// # Worked example
///
/// 22,000 users on the 20,000 tier: 2,000 / 100 × $1 × 1.2 = $24. The later book has $1.25: $30.
///
/// ```
/// # use billing::{Exact, PriceBook, pricing::overage::mau_overage};
/// # use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};
/// let over_2_000 = |book: &str| {
///     let book = PriceBook::parse(book).unwrap();
///     let list = book.list(billing::CurrencyCode::USD).unwrap();
///     let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
///     mau_overage(2_000, &rate).unwrap()
/// };
/// assert_eq!(over_2_000(ESSENTIALS), Exact::whole(24));
/// assert_eq!(over_2_000(ESSENTIALS_2025), Exact::whole(30));
/// ```
pub fn mau_overage(overage_mau: u64, rate: &OverageRate) -> Result<Exact, OutOfRange> {
    let users = match rate.partial {
        Partial::Prorate => overage_mau,
        Partial::Ceil => overage_mau
            .checked_next_multiple_of(rate.unit_size)
            .ok_or(OutOfRange)?,
        Partial::Floor => overage_mau - overage_mau % rate.unit_size,
    };
    rate.charged.times(users)?.over(rate.unit_size)
}

/// The surcharge of an add-on on the MAU overage, unrounded.
///
/// **Rule.** A percentage of the unrounded MAU overage, once for each paid add-on.
/// **Source.** SPEC R3, A2 (S3: "$24*10/100").
///
/// # Worked example
///
/// 22,000 users on the 20,000 tier, one add-on at 10 %: $24 × 10 / 100 = $2.40.
///
/// ```
/// # use billing::{Exact, pricing::overage::add_on_overage};
/// # use rust_decimal::dec;
/// let (mau_overage, ten_percent) = (Exact::whole(24), Exact::whole(10));
/// assert_eq!(add_on_overage(mau_overage, ten_percent), Ok(Exact::new(dec!(2.4))));
/// ```
pub fn add_on_overage(mau_overage: Exact, surcharge_percent: Exact) -> Result<Exact, OutOfRange> {
    mau_overage.times(surcharge_percent)?.over(100)
}

/// The fee for the use of an add-on above what it includes, unrounded.
///
/// **Rule.** Each use above the month's included number costs the extra price.
/// **Source.** SPEC 2.4 (CleverTap Email).
/// **Silent on** the surcharge of R3: extra use has no surcharge, see A48.
///
/// # Worked example
///
/// 110,000 e-mails with 100,000 included, at $0.0005: 10,000 × 0.0005 = $5. 130,000: $15.
///
/// ```
/// # use billing::{Exact, metering::add_on_use::Used, pricing::overage::extra_use};
/// # use billing::catalog::price_book::Included;
/// # use rust_decimal::dec;
/// let emails = Included { a_month: 100_000, extra_price: Exact::new(dec!(0.0005)) };
/// let fee = |used| extra_use(Used { used, settled: 0 }, &emails).unwrap();
/// assert_eq!((fee(110_000), fee(130_000)), (Exact::whole(5), Exact::whole(15)));
/// assert_eq!(fee(100_000), Exact::whole(0));
/// ```
pub fn extra_use(used: Used, included: &Included) -> Result<Exact, OutOfRange> {
    included.extra_price.times(used.extra(included))
}

/// The days of a calendar month that count, and the number of days it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthPart {
    pub(crate) days: u64,
    pub(crate) days_in_month: u64,
}

impl MonthPart {
    /// The part of the month that a span covers. `None` if it extends into the next month.
    ///
    /// ```
    /// # use billing::{pricing::overage::MonthPart, period::Span};
    /// let part = |start: &str, end: &str| {
    ///     MonthPart::of(Span::new(start.parse().unwrap(), end.parse().unwrap()).unwrap())
    /// };
    /// assert!(part("2025-06-16", "2025-07-01").is_some());
    /// assert!(part("2025-06-16", "2025-07-02").is_none());
    /// ```
    pub fn of(span: Span) -> Option<Self> {
        let month = BillingPeriod::of(span.start())?;
        (span.end() <= month.end()).then(|| Self {
            days: span.days(),
            days_in_month: month.days(),
        })
    }
}

/// The overage of a part of a month, unrounded.
///
/// **Rule.** The fee of a whole month, times the days of the part, over the days of the calendar
/// month. The limit is not prorated; only usage since the part began counts. The surcharges of R3 are
/// percentages of the result.
/// **Source.** SPEC R4, A4 (S3: "pro-rated from the start of the billing period for the month").
///
/// # Worked example
///
/// A trial that ended on 16 June, 2,000 users above the limit since: 24 × 15 / 30 = 12.00, and for
/// an add-on at 10 % another 1.20.
///
/// ```
/// # use billing::{Exact, PriceBook, pricing::overage::{add_on_overage, mau_overage}, period::Span};
/// # use billing::{pricing::overage::{MonthPart, partial_overage}, catalog::price_book::ESSENTIALS};
/// # use rust_decimal::dec;
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let list = book.list(billing::CurrencyCode::USD).unwrap();
/// let rate = list.overage.on(list.tier(20_000).unwrap()).unwrap();
/// let june = Span::new("2025-06-16".parse().unwrap(), "2025-07-01".parse().unwrap()).unwrap();
/// let part = MonthPart::of(june).unwrap();
/// let fee = partial_overage(mau_overage(2_000, &rate).unwrap(), part).unwrap();
/// assert_eq!(fee, Exact::whole(12));
/// assert_eq!(add_on_overage(fee, Exact::whole(10)), Ok(Exact::new(dec!(1.2))));
/// ```
pub fn partial_overage(mau_overage: Exact, part: MonthPart) -> Result<Exact, OutOfRange> {
    mau_overage.times(part.days)?.over(part.days_in_month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CurrencyCode;
    use crate::catalog::price_book::{ESSENTIALS, OveragePrice, PriceBook};
    use alloc::string::{String, ToString};

    fn settled(over: u64, partial: Partial) -> String {
        let book = PriceBook::parse(ESSENTIALS).unwrap();
        let list = book.list(CurrencyCode::USD).unwrap();
        let price = OveragePrice {
            partial,
            ..list.overage
        };
        let rate = price.on(list.tier(20_000).unwrap()).unwrap();
        mau_overage(over, &rate)
            .unwrap()
            .settle(list.currency)
            .unwrap()
            .to_string()
    }

    /// SPEC A3: 20,050, 20,001 and 27,550 users on the 20,000 tier, in each of the three ways.
    #[test]
    fn charges_a_part_hundred_as_the_book_says() {
        let check = |over, prorate, ceil, floor| {
            let all =
                [Partial::Prorate, Partial::Ceil, Partial::Floor].map(|way| settled(over, way));
            assert_eq!(all, [prorate, ceil, floor], "{over}");
        };
        check(50, "0.60", "1.20", "0.00");
        check(1, "0.01", "1.20", "0.00");
        check(7_550, "90.60", "91.20", "90.00");
        check(0, "0.00", "0.00", "0.00");
        check(100, "1.20", "1.20", "1.20");
    }

    /// SPEC A5: 501 users above the limit, from data points.
    #[test]
    fn charges_users_that_came_from_data_points() {
        assert_eq!(settled(501, Partial::Prorate), "6.01");
    }
}
