//! The balance of an invoice: what is still due, and why (SPEC R12, 4.8).

use core::fmt;

use super::{Collecting, InvoiceStatus};
use crate::money::{Money, OutOfRange};

/// An event that changes the balance of an issued invoice. Amounts are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    /// A credit note was issued.
    Credited(Money),
    /// A payment succeeded.
    Paid(Money),
    /// A payment was refunded.
    Refunded(Money),
    /// The amount will not be paid and is no longer due.
    WrittenOff(Money),
}

/// The balance of an invoice: the charge and the sums of all later postings.
///
/// # Worked example
///
/// 296.40, of which 26.40 are credited and 270.00 paid: nothing is due, the invoice is paid.
///
/// ```
/// # use billing::{Currency, Money, invoicing::invoice::{Balance, Collecting, InvoiceStatus, Posting}};
/// let usd = |text| Money::parse(text, Currency::new("USD", 2).unwrap()).unwrap();
/// let postings = [Posting::Credited(usd("26.40")), Posting::Paid(usd("270.00"))];
/// let balance = Balance::fold(usd("296.40"), &postings).unwrap();
/// assert_eq!(balance.due(), Ok(usd("0.00")));
/// assert_eq!(balance.status(Collecting::NotTried), Ok(InvoiceStatus::Paid));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The amount of the invoice.
    pub charged: Money,
    /// The sum of the credit notes.
    pub credited: Money,
    /// The sum of the payments.
    pub paid: Money,
    /// The sum of the refunds.
    pub refunded: Money,
    /// The sum that was written off.
    pub written_off: Money,
}

/// Why a posting is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingRefused {
    /// The amount is 0 or negative.
    NotPositive,
    /// The amount is more than can be credited, paid, refunded or written off; that limit.
    MoreThan(Money),
    /// The amount overflows, or has another currency.
    OutOfRange,
}

impl fmt::Display for PostingRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPositive => f.write_str("the amount must be above zero"),
            Self::MoreThan(left) => write!(f, "there are only {left} left"),
            Self::OutOfRange => OutOfRange.fmt(f),
        }
    }
}

impl core::error::Error for PostingRefused {}

impl From<OutOfRange> for PostingRefused {
    fn from(_: OutOfRange) -> Self {
        Self::OutOfRange
    }
}

impl Balance {
    /// The balance of an invoice without postings.
    pub const fn of(charged: Money) -> Self {
        let nothing = Money::zero(charged.currency());
        Self {
            charged,
            credited: nothing,
            paid: nothing,
            refunded: nothing,
            written_off: nothing,
        }
    }

    /// The balance after all of these postings, in this order.
    pub fn fold(charged: Money, postings: &[Posting]) -> Result<Self, PostingRefused> {
        let after = |balance: Self, posting: &Posting| balance.after(*posting);
        postings.iter().try_fold(Self::of(charged), after)
    }

    /// The balance after one more posting.
    ///
    /// **Rule.** A payment or a write-off is at most the amount due; a credit is at most the amount
    /// charged; a refund is at most the amount overpaid.
    /// **Source.** SPEC R12; a payment that is received twice is refused, not kept.
    ///
    /// # Errors
    /// Fails when the amount is not positive or exceeds what is left.
    pub fn after(self, posting: Posting) -> Result<Self, PostingRefused> {
        let mut next = self;
        match posting {
            Posting::Credited(amount) => {
                let left = less(self.charged, self.credited)?;
                next.credited = within(amount, left)?.plus(self.credited)?;
            }
            Posting::Paid(amount) => {
                next.paid = within(amount, self.due()?)?.plus(self.paid)?;
            }
            Posting::Refunded(amount) => {
                let nothing = Money::zero(self.charged.currency());
                let too_much = less(nothing, self.due()?)?;
                next.refunded = within(amount, too_much)?.plus(self.refunded)?;
            }
            Posting::WrittenOff(amount) => {
                next.written_off = within(amount, self.due()?)?.plus(self.written_off)?;
            }
        }
        Ok(next)
    }

    /// The amount to pay. A negative amount has to be refunded.
    pub fn due(&self) -> Result<Money, OutOfRange> {
        let due = less(self.charged, self.credited)?.plus(self.refunded)?;
        less(less(due, self.paid)?, self.written_off)
    }

    /// The status of the invoice.
    ///
    /// **Rule.** Paid if the payments cover the charge less the credits; void if nothing is due because
    /// the whole amount was credited, or the rest was written off.
    /// **Source.** SPEC 4.8, A86.
    pub fn status(&self, collecting: Collecting) -> Result<InvoiceStatus, OutOfRange> {
        if self.due()?.minor() > 0 {
            return Ok(match collecting {
                Collecting::NotTried => InvoiceStatus::Open,
                Collecting::Processing => InvoiceStatus::Processing,
                Collecting::Failed => InvoiceStatus::Overdue,
            });
        }
        let given_up = self.credited == self.charged || !self.written_off.is_zero();
        Ok(if given_up && !self.charged.is_zero() {
            InvoiceStatus::Void
        } else {
            InvoiceStatus::Paid
        })
    }
}

fn within(amount: Money, left: Money) -> Result<Money, PostingRefused> {
    if amount.currency() != left.currency() {
        return Err(PostingRefused::OutOfRange);
    }
    if amount.minor() <= 0 {
        return Err(PostingRefused::NotPositive);
    }
    if amount.minor() > left.minor() {
        return Err(PostingRefused::MoreThan(left));
    }
    Ok(amount)
}

pub(super) fn less(amount: Money, other: Money) -> Result<Money, OutOfRange> {
    let negative = other.minor().checked_neg().ok_or(OutOfRange)?;
    amount.plus(Money::new(negative, other.currency()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use InvoiceStatus::{Open, Overdue, Paid, Processing, Void};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::new("USD", 2).unwrap())
    }

    /// RELIABILITY 5, 14: paid if and only if the sums are equal; each posting explains the balance.
    #[test]
    fn every_step_explains_what_is_due() {
        let check = |postings: &[Posting], due, status| {
            let balance = Balance::fold(usd(1_000), postings).unwrap();
            assert_eq!(balance.due().unwrap().minor(), due, "{postings:?}");
            assert_eq!(
                balance.status(Collecting::NotTried),
                Ok(status),
                "{postings:?}"
            );
        };
        let (credited, paid) = (|m| Posting::Credited(usd(m)), |m| Posting::Paid(usd(m)));
        let (refunded, off) = (
            |m| Posting::Refunded(usd(m)),
            |m| Posting::WrittenOff(usd(m)),
        );
        check(&[], 1_000, Open);
        check(&[paid(999)], 1, Open);
        check(&[paid(999), paid(1)], 0, Paid);
        check(&[credited(1_000)], 0, Void);
        check(&[credited(400), paid(600)], 0, Paid);
        check(&[paid(1_000), credited(400)], -400, Paid);
        check(&[paid(1_000), credited(400), refunded(400)], 0, Paid);
        check(&[paid(1_000), credited(1_000), refunded(1_000)], 0, Void);
        check(&[paid(600), off(400)], 0, Void);
        check(&[paid(600), off(399)], 1, Open);
    }

    /// RELIABILITY 5, 6: no posting exceeds what is left.
    #[test]
    fn refuses_what_is_not_left() {
        let check = |postings: &[Posting], refused| {
            assert_eq!(
                Balance::fold(usd(1_000), postings),
                Err(refused),
                "{postings:?}"
            );
        };
        let (credited, paid) = (|m| Posting::Credited(usd(m)), |m| Posting::Paid(usd(m)));
        let (refunded, off) = (
            |m| Posting::Refunded(usd(m)),
            |m| Posting::WrittenOff(usd(m)),
        );
        let more = |left| PostingRefused::MoreThan(usd(left));
        check(&[paid(1_001)], more(1_000));
        check(&[paid(1_000), paid(1)], more(0));
        check(&[credited(600), paid(401)], more(400));
        check(&[credited(600), credited(401)], more(400));
        check(&[refunded(1)], more(-1_000));
        check(&[paid(1_000), credited(5), refunded(6)], more(5));
        check(&[off(1_001)], more(1_000));
        check(&[paid(0)], PostingRefused::NotPositive);
        check(&[credited(-1)], PostingRefused::NotPositive);
        let rupee = Money::new(1, Currency::new("INR", 2).unwrap());
        check(&[Posting::Paid(rupee)], PostingRefused::OutOfRange);
    }

    #[test]
    fn shows_how_collecting_goes_while_something_is_due() {
        let check = |collecting, status| {
            assert_eq!(Balance::of(usd(1)).status(collecting), Ok(status));
            assert_eq!(Balance::of(usd(0)).status(collecting), Ok(Paid));
        };
        check(Collecting::NotTried, Open);
        check(Collecting::Processing, Processing);
        check(Collecting::Failed, Overdue);
    }
}
