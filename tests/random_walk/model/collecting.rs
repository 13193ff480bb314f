//! How invoices are collected, and the consequences of a failure (R12, R15 step 7, R17).

use super::prices::{Cents, Line, List, Statement};
use super::{Account, Attempt, Bank, Collection, Dunning, Invoice, Life};
use crate::random_walk::calendar::{DAY, Day, Instant, MINUTE};

/// How long until the gateway is asked about a debit whose response was lost.
const ASKED_AGAIN: Instant = MINUTE / 2;
/// How long until a debit that never arrived is retried; each time twice as long (A115).
const TRIED_AGAIN: Instant = 15 * MINUTE;
/// How long the bank waits for the payer (R19).
const CONFIRMED_WITHIN: Instant = 30 * MINUTE;
/// Above this amount each debit in rupees needs the payer's confirmation (R17).
const CONFIRMED_ABOVE: Cents = 1_500_000;

/// The result of an order to pay by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    All,
    Declined,
    Processing,
    /// The bank waits for the payer.
    Asked,
    NothingOpen,
    NoCard,
}

impl Account {
    /// Issues an invoice that falls due by itself.
    pub(crate) fn issue(
        &mut self,
        kind: &'static str,
        (period, issued_on): ((Day, Day), Day),
        lines: Vec<Line>,
        at: Instant,
    ) {
        let statement = Statement::of(lines, self.places);
        if statement.total() == 0 {
            return;
        }
        // The pre-debit notice is sent when the invoice is issued, and the debit is 24 hours later (A90).
        let due = match self.list {
            List::Published | List::Later | List::Email => at.max(self.now),
            List::Rupees => at.max(self.now) + DAY,
        };
        self.invoices.push(Invoice {
            kind,
            period,
            issued_on,
            issued_at: at,
            statement,
            state: Collection::Due(due),
            failed_at: None,
            is_refused: false,
            lost: 0,
        });
    }

    fn next_answer(&mut self) -> Option<Bank> {
        let card = self.card?;
        Some(self.script.pop_front().unwrap_or(card))
    }

    /// The result of a charge with the card on file. The test card whose responses are lost always succeeds,
    /// and its outcome cannot be queried for a while.
    pub(crate) fn answer_of(&self, bank: Bank) -> Bank {
        match (self.card, bank) {
            (Some(Bank::PaysUnheard), Bank::HearsNothing | Bank::Asks) => Bank::PaysUnheard,
            (_, bank) => bank,
        }
    }

    pub(crate) fn must_be_confirmed(&self, index: usize) -> bool {
        let is_proven = self.card.is_some_and(|card| self.proven.contains(&card));
        let total = self.invoices[index].statement.total();
        self.list == List::Rupees && (!is_proven || total > CONFIRMED_ABOVE)
    }

    /// Debits an invoice that has fallen due (A114: no payer is present to confirm).
    pub(crate) fn collect(&mut self, index: usize) {
        if self.card.is_none() || self.must_be_confirmed(index) {
            return self.fails(index);
        }
        let answer = self.next_answer();
        self.debited(index, answer);
    }

    fn debited(&mut self, index: usize, answer: Option<Bank>) {
        match answer {
            Some(Bank::Pays) => self.is_paid(index, self.card),
            Some(Bank::Declines) | None => self.fails(index),
            Some(bank @ (Bank::PaysUnheard | Bank::HearsNothing | Bank::Asks)) => {
                self.waits(index, bank, Attempt::Scheduled);
            }
        }
    }

    /// A debit with an unknown outcome: the response was lost, or the bank waits for the payer, for at most
    /// half an hour (A114).
    fn waits(&mut self, index: usize, bank: Bank, attempt: Attempt) {
        let is_asked = bank == Bank::Asks;
        let wait = if is_asked {
            CONFIRMED_WITHIN
        } else {
            ASKED_AGAIN
        };
        self.invoices[index].state = Collection::Unknown {
            until: self.now + wait,
            is_paid: bank == Bank::PaysUnheard,
            is_asked,
            card: self.card,
            attempt,
        };
    }

    /// The invoice whose payment the payer has to confirm, and until when.
    pub(crate) fn asked(&self) -> Option<(usize, Instant)> {
        let asked = |(index, invoice): (usize, &Invoice)| match invoice.state {
            Collection::Unknown {
                until,
                is_asked: true,
                ..
            } => Some((index, until)),
            _ => None,
        };
        self.invoices.iter().enumerate().find_map(asked)
    }

    /// Whether the bank has asked about the card that is on file now.
    pub(crate) fn is_asked_of_card(&self, index: usize) -> bool {
        matches!(self.invoices[index].state, Collection::Unknown { card, .. } if card == self.card)
    }

    /// The payer answers the bank.
    pub(crate) fn answers(&mut self, index: usize, pays: bool) {
        if let Collection::Unknown { is_paid, .. } = &mut self.invoices[index].state {
            *is_paid = pays;
        }
        self.is_known(index);
    }

    /// The outcome of a debit whose response was lost becomes known.
    pub(crate) fn is_known(&mut self, index: usize) {
        let now = self.now;
        let invoice = &mut self.invoices[index];
        match invoice.state {
            Collection::Unknown {
                is_paid: true,
                card,
                ..
            } => self.is_paid(index, card),
            Collection::Unknown {
                attempt: Attempt::Scheduled,
                is_asked: true,
                ..
            } => self.fails(index),
            Collection::Unknown {
                attempt: Attempt::Scheduled,
                ..
            } => {
                let wait = TRIED_AGAIN << invoice.lost.min(4);
                invoice.lost += 1;
                invoice.state = Collection::Due(now + wait);
            }
            Collection::Unknown {
                attempt: Attempt::ByHand { due },
                is_asked,
                ..
            } => {
                invoice.is_refused |= is_asked;
                invoice.state = due.map_or(Collection::Failed, Collection::Due);
            }
            Collection::Paid | Collection::Due(_) | Collection::Failed => {}
        }
    }

    fn is_paid(&mut self, index: usize, card: Option<Bank>) {
        self.invoices[index].state = Collection::Paid;
        self.proven.extend(card);
        let failed = self
            .open_debts()
            .filter_map(|invoice| invoice.failed_at)
            .min();
        let before = self.dunning;
        self.dunning = match (before, failed) {
            (Dunning::Grace(_), None) => Dunning::Clear,
            (Dunning::Grace(since), Some(other)) => Dunning::Grace(other.max(since)),
            (Dunning::Locked(_), _) if self.open_debts().next().is_none() => Dunning::Clear,
            (dunning, _) => dunning,
        };
        if self.dunning != before {
            // A notice announces one end only.
            self.told_of_end_at = None;
        }
    }

    fn fails(&mut self, index: usize) {
        let now = self.now;
        let invoice = &mut self.invoices[index];
        invoice.state = Collection::Failed;
        invoice.failed_at.get_or_insert(now);
        if self.dunning == Dunning::Clear && self.life == Life::Active {
            self.dunning = Dunning::Grace(now);
            self.told_of_end_at = None;
        }
    }

    /// The invoices that an order to pay covers, the oldest first: what has failed, what its payer has to
    /// confirm, and during a lock or a pause everything (R12, R13, A113, A114).
    pub(crate) fn payable(&self) -> Vec<usize> {
        let is_everything =
            matches!(self.dunning, Dunning::Locked(_)) || matches!(self.life, Life::Paused { .. });
        let covers = |index: &usize| match self.invoices[*index].state {
            Collection::Failed => true,
            Collection::Due(_) => {
                let awaits_payer = self.card.is_some() && self.must_be_confirmed(*index);
                is_everything || awaits_payer
            }
            Collection::Paid | Collection::Unknown { .. } => false,
        };
        let mut payable: Vec<_> = (0..self.invoices.len()).filter(covers).collect();
        payable.sort_by_key(|index| self.invoices[*index].issued_at);
        payable
    }

    pub(crate) fn payable_total(&self) -> Cents {
        let total = |index: usize| self.invoices[index].statement.total();
        self.payable().into_iter().map(total).sum()
    }

    /// Pays the outstanding invoices by hand; stops at the first that fails.
    pub(crate) fn pay(&mut self) -> Paid {
        let payable = self.payable();
        if payable.is_empty() {
            return Paid::NothingOpen;
        }
        for index in payable {
            match self.next_answer() {
                None => return Paid::NoCard,
                Some(Bank::Pays) => self.is_paid(index, self.card),
                Some(Bank::Declines) => {
                    self.invoices[index].is_refused = true;
                    return Paid::Declined;
                }
                Some(bank @ (Bank::PaysUnheard | Bank::HearsNothing | Bank::Asks)) => {
                    let due = match self.invoices[index].state {
                        Collection::Due(at) => Some(at),
                        Collection::Paid | Collection::Unknown { .. } | Collection::Failed => None,
                    };
                    self.waits(index, bank, Attempt::ByHand { due });
                    return if bank == Bank::Asks {
                        Paid::Asked
                    } else {
                        Paid::Processing
                    };
                }
            }
        }
        Paid::All
    }

    /// Saves a card: it is tried at once on what has failed (A19, A165), and can complete a trial.
    pub(crate) fn save_card(&mut self, card: Bank) {
        self.card = Some(card);
        self.script.clear();
        let failed = |index: &usize| self.invoices[*index].state == Collection::Failed;
        let mut retried: Vec<_> = (0..self.invoices.len()).filter(failed).collect();
        retried.retain(|index| !self.must_be_confirmed(*index));
        retried.sort_by_key(|index| self.invoices[*index].issued_at);
        for index in &retried {
            self.invoices[*index].state = Collection::Due(self.now);
        }
        self.completes_trial();
        self.advance(self.now);
    }

    pub(crate) fn save_details(&mut self) {
        self.has_details = true;
        self.completes_trial();
        self.advance(self.now);
    }

    /// Row 5a: the missing details are saved after the trial's end.
    fn completes_trial(&mut self) {
        let is_over = self.trial_ends_at().is_some_and(|end| end <= self.now);
        if is_over && self.is_complete() {
            self.begins_to_be_charged(self.now);
        }
    }
}
