//! The course of an order, from the click to the final response (SPEC R19), decided without a browser.

use std::rc::Rc;

use api::plan::plan_change::{PlanChange, State};
use api::plan::quote::Quote;
use api::problem::{Change, Difference};
use api::{Code, Problem};
use billing::pricing::statement::Item;
use billing::{Money, PlanChangeId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::client::failure::Failure;

/// The state of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing is ordered.
    #[default]
    Idle,
    /// The order was sent, or its outcome is being polled.
    Busy(Asking),
    /// The outcome is not known, and polling has stopped. The id of the order, if it is known.
    Unclear(Option<PlanChangeId>),
    /// The bank waits for the payer's confirmation.
    Authentication {
        id: PlanChangeId,
        /// When the payment fails unless it is confirmed.
        expires: DateTime<Utc>,
    },
    /// The order took effect, or is scheduled for the next 1st.
    Accepted(Rc<PlanChange>),
    /// The order was refused; nothing was charged.
    Refused(Failure),
    /// The payment failed; nothing was charged.
    NotPaid(NotPaid),
    /// The price that was shown is out of date; nothing was charged.
    Changed(Rc<Problem>),
}

/// The request in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The order itself, for the first time.
    First,
    /// The outcome of the order: the connection broke, or the gateway has not responded yet.
    Outcome,
}

/// Why a payment failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPaid {
    /// The bank declined it, with its reason if it sent one.
    Declined(Option<String>),
    /// The payment was not finished in time.
    Expired,
}

/// What to do after a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Show this; the idempotency key can be forgotten.
    Settled(Phase),
    /// Show this; the key is kept, and the order with this id is polled.
    Ask(Phase, PlanChangeId),
    /// The response was lost: send the same order with the same key again.
    Resend,
}

/// What to do after the response to an order, or to a request for its state.
pub fn after(answer: Result<PlanChange, Failure>) -> Next {
    match answer {
        Ok(order) => after_order(order),
        Err(failure) if failure.leaves_outcome_open() => Next::Resend,
        Err(Failure::Refused(problem)) => Next::Settled(match problem.code {
            Code::QuoteChanged => Phase::Changed(problem),
            Code::PaymentDeclined => {
                Phase::NotPaid(NotPaid::Declined(Some(problem.detail.clone())))
            }
            Code::PaymentExpired => Phase::NotPaid(NotPaid::Expired),
            _ => Phase::Refused(Failure::Refused(problem)),
        }),
        Err(failure) => Next::Settled(Phase::Refused(failure)),
    }
}

fn after_order(order: PlanChange) -> Next {
    match order.state {
        State::Done | State::Scheduled => Next::Settled(Phase::Accepted(Rc::new(order))),
        State::Declined { .. } => Next::Settled(Phase::NotPaid(NotPaid::Declined(None))),
        State::Expired => Next::Settled(Phase::NotPaid(NotPaid::Expired)),
        State::Started | State::Unknown => Next::Ask(Phase::Busy(Asking::Outcome), order.id),
        State::Authentication { expires } => {
            let id = order.id.clone();
            Next::Ask(Phase::Authentication { id, expires }, order.id)
        }
    }
}

/// One line of the difference between the quote that was shown and the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// An amount; `None` where it is new or gone.
    Amount(Item, Option<Money>, Option<Money>),
    /// The day for which the order was priced.
    BillingDay(Change<NaiveDate>),
    /// The version of the price book.
    PriceBookVersion(Change<u32>),
}

/// The differences: amounts first, line by line; then the other facts.
pub fn changes(seen: Option<&Quote>, problem: &Problem) -> Vec<Changed> {
    let mut changes = Vec::new();
    if let (Some(seen), Some(now)) = (seen, problem.quote.as_deref()) {
        let lines = seen.due_now.differences(&now.due_now);
        changes.extend(
            lines
                .into_iter()
                .map(|line| Changed::Amount(line.item, line.seen, line.now)),
        );
    }
    let has_total = changes
        .iter()
        .any(|line| matches!(line, Changed::Amount(Item::Total, ..)));
    for fact in &problem.differences {
        match fact {
            Difference::BillingDay(days) => changes.push(Changed::BillingDay(*days)),
            Difference::PriceBookVersion(versions) => {
                changes.push(Changed::PriceBookVersion(*versions));
            }
            Difference::Total(total) if !has_total => {
                let (seen, now) = (Some(total.seen), Some(total.now));
                changes.push(Changed::Amount(Item::Total, seen, now));
            }
            Difference::Total(_)
            | Difference::InputHash(_)
            | Difference::SubscriptionVersion(_) => {}
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::usd;

    fn order(state: State) -> PlanChange {
        PlanChange {
            id: PlanChangeId::new("7"),
            state,
            change: billing::PlanChange::to_tier(40_000),
            total: usd("91.67"),
            ordered_at: "2026-06-20T09:00:00Z".parse().unwrap(),
            billing_day: "2026-06-20".parse().unwrap(),
            effective: "2026-06-20".parse().unwrap(),
            invoice: None,
        }
    }

    fn refused(code: Code) -> Failure {
        Failure::Refused(Rc::new(Problem::new(code, "why")))
    }

    #[test]
    fn an_order_is_over_only_when_its_answer_is_final() {
        for state in [State::Done, State::Scheduled] {
            let next = after(Ok(order(state)));
            assert!(
                matches!(next, Next::Settled(Phase::Accepted(_))),
                "{next:?}"
            );
        }
        for state in [State::Started, State::Unknown] {
            let asking = Next::Ask(Phase::Busy(Asking::Outcome), PlanChangeId::new("7"));
            assert_eq!(after(Ok(order(state))), asking);
        }
        let expires = "2026-06-20T09:30:00Z".parse().unwrap();
        let next = after(Ok(order(State::Authentication { expires })));
        assert!(matches!(next, Next::Ask(Phase::Authentication { .. }, _)));
        let declined = State::Declined {
            reason: "insufficient_funds".to_owned(),
        };
        let next = after(Ok(order(declined)));
        assert_eq!(next, Next::Settled(Phase::NotPaid(NotPaid::Declined(None))));
    }

    #[test]
    fn a_lost_answer_sends_the_same_order_again_and_a_refusal_never_does() {
        for lost in [
            Failure::Offline,
            Failure::Timeout,
            Failure::Garbled,
            refused(Code::Internal),
            refused(Code::InProgress),
        ] {
            assert_eq!(after(Err(lost)), Next::Resend);
        }
        let next = after(Err(refused(Code::QuoteChanged)));
        assert!(matches!(next, Next::Settled(Phase::Changed(_))));
        let next = after(Err(refused(Code::PaymentDeclined)));
        assert!(matches!(next, Next::Settled(Phase::NotPaid(_))));
        for code in [Code::Forbidden, Code::PaymentPending, Code::ChangeRefused] {
            let next = after(Err(refused(code)));
            assert!(matches!(next, Next::Settled(Phase::Refused(_))), "{code:?}");
        }
    }

    #[test]
    fn each_change_is_listed_once_and_fingerprints_are_not() {
        let mut problem = Problem::new(Code::QuoteChanged, "");
        let day = |day: &str| day.parse().unwrap();
        let days = Change::of(day("2026-06-20"), day("2026-06-21")).unwrap();
        let total = Change::of(usd("91.67"), usd("83.33")).unwrap();
        problem.differences = vec![
            Difference::BillingDay(days),
            Difference::InputHash(Change::of("a".to_owned(), "b".to_owned()).unwrap()),
            Difference::Total(total),
        ];
        let amount = Changed::Amount(Item::Total, Some(total.seen), Some(total.now));
        assert_eq!(changes(None, &problem), [Changed::BillingDay(days), amount]);
    }
}
