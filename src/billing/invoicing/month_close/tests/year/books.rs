//! The books of an account: the events, the issued invoices and the prices of the days.

use super::*;
use crate::CurrencyCode;
use crate::invoicing::invoice::{
    Balance, Correction, Credit, InvoiceDraft, InvoiceHead, InvoiceNumber, LineCredit, Posting,
    credit_note,
};
use crate::period::Span;
use crate::pricing::change::PlanChange;
use crate::pricing::final_invoice::final_statement;
use crate::pricing::quote::quote;
use crate::pricing::rest_of_month::{first_invoice, reactivation_charge};
use crate::pricing::statement::{LineKind, Statement};
use alloc::collections::BTreeMap;

/// An invoice, its credit notes and its payments.
pub(super) struct Entry {
    pub(super) draft: InvoiceDraft,
    pub(super) credits: Vec<InvoiceDraft>,
    pub(super) paid: Option<Money>,
}

/// Days of usage that are rated together.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) span: Span,
    /// The number of days in the factor.
    days: u64,
    over: u64,
    add_ons: usize,
    pub(super) charged: i64,
}

pub(super) struct Books {
    june: June,
    today: NaiveDate,
    counted_from: NaiveDate,
    paid_until: NaiveDate,
    paused: bool,
    pub(super) entries: Vec<Entry>,
    pub(super) rated: Vec<Segment>,
    /// Whether the account was in service, for each day.
    pub(super) service: BTreeMap<NaiveDate, bool>,
    /// The monthly price in paise, by the first day on which it holds.
    prices: BTreeMap<NaiveDate, i128>,
}

impl Entry {
    pub(super) fn balance(&self) -> Balance {
        let mut postings = Vec::new();
        postings.extend(self.paid.filter(|paid| !paid.is_zero()).map(Posting::Paid));
        for note in &self.credits {
            let due = note.due().unwrap();
            let credited = Money::new(-due.minor(), due.currency());
            postings.extend((!due.is_zero()).then_some(Posting::Credited(credited)));
        }
        Balance::fold(self.draft.due().unwrap(), &postings).unwrap()
    }
}

impl Segment {
    /// 1.20 rupees per user and month, in proportion to the days, plus a tenth of it per add-on.
    pub(super) fn fee(&self) -> i64 {
        let in_month = BillingPeriod::of(self.span.start()).unwrap().days();
        let rounded = |paise: u64, divisor: u64| (2 * paise + divisor) / (2 * divisor);
        let users = rounded(self.over * 120 * self.days, in_month);
        let surcharge = rounded(self.over * 12 * self.days, in_month);
        i64::try_from(users + surcharge * self.add_ons as u64).unwrap()
    }
}

impl Books {
    pub(super) fn open(first_day: NaiveDate) -> Self {
        let month = BillingPeriod::of(first_day).unwrap();
        let mut june = june_in_rupees();
        june.places = Some(TaxPlaces {
            supplier: StateCode::MAHARASHTRA,
            customer: StateCode::parse("29").unwrap(),
        });
        let mut books = Self {
            june,
            today: first_day,
            counted_from: first_day,
            paid_until: first_day,
            paused: false,
            entries: Vec::new(),
            rated: Vec::new(),
            service: BTreeMap::new(),
            prices: BTreeMap::new(),
        };
        let first = first_invoice(&books.account(0), Derivations::Omitted).unwrap();
        books.issue(InvoiceKind::TrialFirst, first.span, first.statement);
        books.paid_until = month.end();
        books.note_price();
        books
    }

    pub(super) fn month(&self) -> BillingPeriod {
        BillingPeriod::of(self.today).unwrap()
    }

    pub(super) const fn today(&self) -> NaiveDate {
        self.today
    }

    pub(super) fn go_to(&mut self, day: NaiveDate) {
        for passed in self.today.iter_days().take_while(|passed| *passed < day) {
            self.service.insert(passed, !self.paused);
        }
        self.today = day;
    }

    pub(super) fn carry_out(&mut self, step: &Step, users: u64) {
        match step {
            Step::Order(order) if !self.paused => self.order(*order),
            Step::Pause if !self.paused => self.pause(users),
            Step::Reactivate if self.paused => self.reactivate(),
            Step::Credit { invoice, percent } => self.credit(*invoice, *percent),
            Step::Order(_) | Step::Pause | Step::Reactivate => {}
        }
    }

    pub(super) fn close(&mut self, users: u64) {
        let month = self.month();
        self.june.mau = users;
        self.june.life = if self.paused {
            Life::Paused
        } else {
            Life::Running
        };
        self.june.cycle = BillingCycle::Monthly {
            counted_from: self.counted_from,
        };
        let now = "2030-01-01T00:00:00Z";
        let Ok(Closed::Now(plan)) = self.june.close_in(month, month, now) else {
            panic!("{month:?} is not closed")
        };
        if !self.paused {
            let span = Span::new(self.counted_from.max(month.start()), month.end()).unwrap();
            let charged = plan.invoice().map(|invoice| overage(&invoice.statement));
            self.rate(span, span.days(), users, charged.unwrap_or(0));
        }
        self.go_to(month.end());
        self.counted_from = self.counted_from.max(month.end());
        for effect in plan.effects {
            match effect {
                Effect::ApplyScheduled(after) => self.june.subscription = after,
                Effect::Issue(draft) => {
                    self.paid_until = draft.head.period.end();
                    self.entries.push(entry(draft));
                }
                _ => {}
            }
        }
        self.note_price();
    }

    pub(super) fn pay(&mut self, pays: u64) {
        for (n, entry) in self.entries.iter_mut().enumerate() {
            let due = entry.balance().due().unwrap();
            entry.paid = (pays >> (n % 64) & 1 == 1 && due.minor() > 0).then_some(due);
        }
    }

    pub(super) fn drafts(&self) -> impl Iterator<Item = &InvoiceDraft> {
        self.entries
            .iter()
            .flat_map(|entry| core::iter::once(&entry.draft).chain(&entry.credits))
    }

    pub(super) fn base_spans(&self) -> Vec<Span> {
        let has_base = |entry: &&Entry| {
            let mut lines = entry.draft.statement.lines.iter();
            lines.any(|line| line.kind == LineKind::Base)
        };
        let bases = self.entries.iter().filter(has_base);
        bases.map(|entry| entry.draft.head.period).collect()
    }

    pub(super) fn months(&self) -> impl Iterator<Item = BillingPeriod> {
        let first = self.service.keys().next().copied();
        let first = first.and_then(BillingPeriod::of);
        core::iter::successors(first, BillingPeriod::next).take(12)
    }

    /// The sum that invoices charge for a month before tax and without overage, and the number of lines.
    pub(super) fn charged_for(&self, month: BillingPeriod) -> (i128, i128) {
        let of_month = |entry: &&Entry| month.contains(entry.draft.head.period.start());
        let lines = self.entries.iter().filter(of_month);
        let lines = lines.flat_map(|entry| &entry.draft.statement.lines);
        let advance = lines.filter(|line| !is_overage(line.kind));
        advance.fold((0, 0), |(sum, count), line| {
            (sum + i128::from(line.amount.minor()), count + 1)
        })
    }

    /// The sum of the month's paid days, each at its monthly price, in paise.
    pub(super) fn cost_of_days(&self, month: BillingPeriod) -> i128 {
        let bases = self.base_spans();
        let days = month
            .start()
            .iter_days()
            .take_while(|day| month.contains(*day));
        days.filter(|day| bases.iter().any(|span| span.contains(*day)))
            .map(|day| *self.prices.range(..=day).next_back().unwrap().1)
            .sum()
    }

    fn order(&mut self, order: DrawnOrder) {
        let mut change = PlanChange::to_tier(TIERS[order.tier]);
        let has = self.june.subscription.add_ons.contains(&add_on());
        change.add.extend((order.adds && !has).then(add_on));
        change.remove.extend((order.removes && has).then(add_on));
        let quote = quote(&self.account(0), &change, Derivations::Omitted).unwrap();
        if !quote.due_now.lines.is_empty() {
            let rest = self.month().rest(self.today).unwrap();
            self.issue(InvoiceKind::Upgrade, rest, quote.due_now);
        }
        self.june.subscription = quote.after;
        self.note_price();
    }

    /// Overage up to today is invoiced; today itself is no longer in service.
    fn pause(&mut self, users: u64) {
        if self.counted_from >= self.today {
            return;
        }
        let month = self.month();
        let start = self.counted_from.max(month.start());
        let Ok(span) = Span::new(start, self.today) else {
            return;
        };
        let statement = final_statement(&self.account(users), Derivations::Omitted);
        let statement = statement.unwrap();
        let counted = month.rest(start).unwrap().days();
        self.rate(span, counted, users, overage(&statement));
        if !statement.lines.is_empty() {
            self.issue(InvoiceKind::Final, span, statement);
        }
        self.paused = true;
    }

    fn reactivate(&mut self) {
        let account = self.account(0);
        let charge = reactivation_charge(&account, self.paid_until, Derivations::Omitted);
        if let Some(charge) = charge.unwrap() {
            self.issue(InvoiceKind::Reactivation, charge.span, charge.statement);
            self.paid_until = self.month().end();
        }
        (self.paused, self.counted_from) = (false, self.today);
    }

    /// Credits a percentage of the rest of an invoice's first line, or the whole invoice.
    fn credit(&mut self, invoice: usize, percent: i64) {
        let n = invoice % self.entries.len();
        let entry = &self.entries[n];
        let line = &entry.draft.statement.lines[0];
        let amount = Money::new(line.amount.minor() * percent / 100, line.amount.currency());
        let lines = alloc::vec![LineCredit {
            kind: line.kind,
            add_on: line.add_on.clone(),
            amount,
        }];
        let credit = match percent {
            100 => Credit::Remainder,
            _ => Credit::Lines(lines),
        };
        let correction = Correction {
            number: &InvoiceNumber::parse("ACME-2526-00007").unwrap(),
            invoice: &entry.draft,
            credited: &entry.credits,
            issued_on: self.today,
        };
        let note = credit_note(&correction, &credit, Derivations::Omitted);
        self.entries[n].credits.extend(note);
    }

    fn rate(&mut self, span: Span, days: u64, users: u64, charged: i64) {
        let subscription = &self.june.subscription;
        self.rated.push(Segment {
            span,
            days,
            over: users.saturating_sub(subscription.tier),
            add_ons: subscription.add_ons.len(),
            charged,
        });
    }

    fn account(&self, mau: u64) -> PricedAccount<'_> {
        PricedAccount {
            list: self.june.book.list(CurrencyCode::INR).unwrap(),
            subscription: &self.june.subscription,
            cycle: BillingCycle::Monthly {
                counted_from: self.counted_from,
            },
            annual_offered: false,
            metered: Metered {
                mau,
                data_points: 0,
            },
            add_on_use: crate::AddOnUse::NONE,
            places: self.june.places,
            day: self.today,
        }
    }

    fn issue(&mut self, kind: InvoiceKind, period: Span, statement: Statement) {
        let head = InvoiceHead {
            kind,
            issued_on: self.today,
            period,
            places: self.june.places,
            book: BookVersion {
                id: self.june.book.id.clone(),
                version: self.june.book.version,
            },
            notes: Vec::new(),
        };
        let draft = InvoiceDraft::new(head, statement, RoundOff::Off).unwrap();
        self.entries.push(entry(draft));
    }

    /// One rupee per user of the tier (5,000 cost 6,000), a tenth more per add-on, in paise.
    fn note_price(&mut self) {
        let subscription = &self.june.subscription;
        let tier = match subscription.tier {
            5_000 => 600_000,
            limit => i128::from(limit) * 100,
        };
        let price = tier + tier / 10 * subscription.add_ons.len() as i128;
        self.prices.insert(self.today, price);
    }
}

fn entry(draft: InvoiceDraft) -> Entry {
    Entry {
        draft,
        credits: Vec::new(),
        paid: None,
    }
}

fn is_overage(kind: LineKind) -> bool {
    matches!(kind, LineKind::MauOverage | LineKind::AddOnOverage)
}

fn overage(statement: &Statement) -> i64 {
    let lines = statement.lines.iter().filter(|line| is_overage(line.kind));
    lines.map(|line| line.amount.minor()).sum()
}
