//! What is still to pay on an invoice, and why (SPEC R12, 4.8).

use core::fmt;

use super::{Collecting, InvoiceStatus};
use crate::money::{Money, OutOfRange};

/// What happened to an invoice after it was issued. Amounts are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    /// A credit note was issued.
    Credited(Money),
    /// A payment succeeded.
    Paid(Money),
    /// Money was given back.
    Refunded(Money),
    /// What was due will not come.
    WrittenOff(Money),
}

/// An invoice's account: what was charged, and everything that has happened to it since.
///
/// # Worked example
///
/// 296.40, of which 26.40 are credited and 270.00 paid: nothing is due, it is paid.
///
/// ```
/// # use billing::{Currency, Money, invoice::{Balance, Collecting, InvoiceStatus, Posting}};
/// let usd = |text| Money::parse(text, Currency::new("USD", 2).unwrap()).unwrap();
/// let postings = [Posting::Credited(usd("26.40")), Posting::Paid(usd("270.00"))];
/// let balance = Balance::fold(usd("296.40"), &postings).unwrap();
/// assert_eq!(balance.due(), Ok(usd("0.00")));
/// assert_eq!(balance.status(Collecting::NotTried), Ok(InvoiceStatus::Paid));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What the invoice charges.
    pub charged: Money,
    /// What credit notes took back.
    pub credited: Money,
    /// What was paid.
    pub paid: Money,
    /// What was given back of that.
    pub refunded: Money,
    /// What was given up.
    pub written_off: Money,
}

/// Why something cannot happen to an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingRefused {
    /// Nothing, or less than nothing.
    NotPositive,
    /// More than there is to credit, to pay, to give back or to give up.
    MoreThan(Money),
    /// Another currency, or an amount that does not fit.
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
    /// An invoice that nothing has happened to.
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

    /// An invoice that all of this has happened to, in this order.
    pub fn fold(charged: Money, postings: &[Posting]) -> Result<Self, PostingRefused> {
        let after = |balance: Self, posting: &Posting| balance.after(*posting);
        postings.iter().try_fold(Self::of(charged), after)
    }

    /// The invoice once this has happened.
    ///
    /// **Rule.** Nobody pays, or is let off, more than is due; no more is credited than was
    /// charged; no more is given back than was paid too much.
    /// **Source.** SPEC R12; a payment that comes twice is refused, not kept.
    ///
    /// # Errors
    /// What is not left, or not an amount.
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

    /// What is to pay. Below zero, what is to be given back.
    pub fn due(&self) -> Result<Money, OutOfRange> {
        let due = less(self.charged, self.credited)?.plus(self.refunded)?;
        less(less(due, self.paid)?, self.written_off)
    }

    /// Where the invoice stands.
    ///
    /// **Rule.** Paid if what was paid covers what was charged and not credited; void if there is
    /// nothing to pay because all of it was credited, or the rest given up.
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

    /// RELIABILITY 5, 14: paid if and only if equal; each step explains the balance.
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

    /// RELIABILITY 5, 6: nothing goes beyond what there is.
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
