//! Carries out the plan of a month change, effect by effect, in the plan's order.

use api::audit::{Action, AuditValue};
use billing::account::usage_lock::{self, Measure};
use billing::invoicing::invoice;
use billing::invoicing::invoice::InvoiceNumber;
use billing::invoicing::month_close::{Collection, Effect, FrozenUsage, Plan};
use billing::{BillingFrequency, Money, OrganizationId, Subscription};
use chrono::{DateTime, Utc};

use super::account::ClosingAccount;
use super::change_log::{self, ChangedPlan, ChargedPlan};
use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::invoicing;
use crate::mail::figures;
use crate::notification::Notification;
use crate::store::Tx;
use crate::store::database::latest_instant;
use crate::store::invoices::closings::{self, Closing};
use crate::store::invoices::{self, Draft};
use crate::store::payments::collections::NewCollection;
use crate::store::price_books::BookVersion;
use crate::store::records::{self, Actor, AuditChange, AuditEntry, outbox};
use crate::store::subscriptions::{self, ChangeContext, annual_terms};
use crate::store::usage::alert_crossings;
use crate::usage::evaluation::apply_usage_event;

/// Carries out a plan, and marks its month as closed. Returns the number of the invoice if one was
/// issued.
pub(super) async fn carry_out(
    tx: &mut Tx,
    plan: &Plan,
    account: &ClosingAccount,
    now: DateTime<Utc>,
) -> Result<Option<InvoiceNumber>, Error> {
    let mut carried = Carried {
        plan,
        now,
        frozen: nothing_counted(account),
        settled: account.settled,
        total: None,
        number: None,
    };
    for effect in &plan.effects {
        carried.carry_out(tx, account, effect).await?;
    }
    carried.close(tx).await?;
    carried.log_changes(tx, account).await?;
    Ok(carried.number)
}

/// A plan, and what has been carried out of it so far.
struct Carried<'a> {
    plan: &'a Plan,
    now: DateTime<Utc>,
    frozen: FrozenUsage,
    /// Usage of the month that a pause has already settled. An annual pool counts it too.
    settled: u64,
    number: Option<InvoiceNumber>,
    /// The total of the invoice.
    total: Option<Money>,
}

/// The usage of a month whose plan freezes none: the account has ended, and its usage is deleted.
fn nothing_counted(account: &ClosingAccount) -> FrozenUsage {
    FrozenUsage {
        metered: billing::metering::usage::Metered::default(),
        usage: 0,
        tier: account.stored.subscription.tier,
    }
}

impl Carried<'_> {
    async fn carry_out(
        &mut self,
        tx: &mut Tx,
        account: &ClosingAccount,
        effect: &Effect,
    ) -> Result<(), Error> {
        match effect {
            Effect::FreezeUsage(frozen) => {
                self.frozen = *frozen;
                Ok(())
            }
            // The overage lines are stored with the invoice. The use of a year's pool is the sum of its
            // closed months.
            Effect::RateOverage(_) | Effect::CountAgainstPool(_) => Ok(()),
            Effect::ApplyScheduled(after) => self.apply(tx, account, after).await,
            Effect::Issue(draft) => self.issue(tx, draft).await,
            Effect::Collect(collection) => self.collect(tx, *collection).await,
            Effect::ResetAlerts(percents) => self.reset_alerts(tx, percents).await,
            Effect::LockDashboard(measure) => self.lock(tx, *measure).await,
            Effect::BeginTerm(term, pool) => {
                annual_terms::begin(tx, self.organization_id(), *term, pool.limit).await
            }
            // The term has an end date, so nothing has to be stored for its end.
            Effect::EndTerm => Ok(()),
        }
    }

    fn organization_id(&self) -> &OrganizationId {
        &self.plan.key.organization
    }

    fn context(&self) -> ChangeContext<'static> {
        let day = self.plan.key.period.end();
        ChangeContext {
            by: "system",
            day,
            next_first: day,
            now: self.now,
        }
    }

    async fn apply(
        &self,
        tx: &mut Tx,
        account: &ClosingAccount,
        after: &Subscription,
    ) -> Result<(), Error> {
        let context = self.context();
        subscriptions::replace(tx, self.organization_id(), &account.stored, after, context).await
    }

    async fn issue(&mut self, tx: &mut Tx, draft: &invoice::InvoiceDraft) -> Result<(), Error> {
        let head = &draft.head;
        let draft = Draft {
            kind: head.kind,
            period: head.period,
            issued_on: head.issued_on,
            issued_at: self.plan.at,
            book: BookVersion {
                id: head.book.id.clone(),
                version: head.book.version,
            },
            statement: draft.statement.clone(),
            plan_change_id: None,
        };
        let number = invoices::issue(tx, self.organization_id(), &draft).await?;
        if draft.kind == invoice::InvoiceKind::Annual {
            let starts_on = draft.period.start();
            annual_terms::invoiced(tx, self.organization_id(), starts_on, &number).await?;
        }
        let issued = Notification::InvoiceIssued {
            invoice: number.clone(),
        };
        outbox::publish(tx, self.organization_id(), &issued, self.now).await?;
        self.number = Some(number);
        self.total = Some(draft.statement.total);
        Ok(())
    }

    async fn collect(&self, tx: &mut Tx, collection: Collection) -> Result<(), Error> {
        let number = self.number.as_ref();
        let number = number.ok_or_else(|| Error::unexpected("no invoice to collect"))?;
        let due = NewCollection {
            collection,
            issued_at: self.plan.at,
        };
        invoicing::collect(tx, self.organization_id(), number, due, self.now).await
    }

    async fn reset_alerts(&self, tx: &mut Tx, percents: &[u64]) -> Result<(), Error> {
        let period = self.plan.key.period;
        for percent in percents {
            alert_crossings::reset(tx, self.organization_id(), period, *percent, self.plan.at)
                .await?;
        }
        Ok(())
    }

    /// Locks the dashboard as of the end of the month.
    async fn lock(&self, tx: &mut Tx, measure: Measure) -> Result<(), Error> {
        let event = usage_lock::UsageEvent::MonthClosed(measure);
        let times = Timestamps {
            effective_at: self.plan.at,
            recorded_at: self.now,
        };
        apply_usage_event(tx, self.organization_id(), event, times).await
    }

    /// Stores the closing, so that the month is not closed again.
    async fn close(&self, tx: &mut Tx) -> Result<(), Error> {
        let period = self.plan.key.period;
        let closing = Closing {
            period,
            frozen: FrozenUsage {
                usage: self.frozen.usage.saturating_add(self.settled),
                ..self.frozen
            },
            invoice_number: self.number.as_ref(),
            closed_at: self.now,
        };
        closings::add(tx, self.organization_id(), &closing).await?;
        latest_instant::raise(tx, self.plan.at).await?;
        let month = period.start();
        let closed = figures::month(month);
        let entry = AuditEntry {
            actor: &Actor::system(),
            at: self.now,
            action: Action::MonthClosed,
            object: &month.format("%Y-%m").to_string(),
            description: match &self.number {
                Some(number) => format!("{closed}, invoice {number}"),
                None => format!("{closed}, without invoice"),
            },
            change: AuditChange {
                before: None,
                after: self.total.map(AuditValue::Open),
            },
        };
        let id = self.organization_id();
        records::audit(tx, id, entry).await
    }

    /// Logs the scheduled changes that are in force from now on.
    async fn log_changes(&self, tx: &mut Tx, account: &ClosingAccount) -> Result<(), Error> {
        let before = ChargedPlan {
            subscription: &account.stored.subscription,
            frequency: account.cycle.frequency(),
        };
        let mut after = before;
        for effect in &self.plan.effects {
            match effect {
                Effect::ApplyScheduled(subscription) => after.subscription = subscription,
                Effect::BeginTerm(..) => after.frequency = BillingFrequency::Annual,
                Effect::EndTerm => after.frequency = BillingFrequency::Monthly,
                Effect::FreezeUsage(_)
                | Effect::RateOverage(_)
                | Effect::CountAgainstPool(_)
                | Effect::Issue(_)
                | Effect::Collect(_)
                | Effect::ResetAlerts(_)
                | Effect::LockDashboard(_) => {}
            }
        }
        if after == before {
            return Ok(());
        }
        let changed = ChangedPlan {
            before,
            after,
            on: self.plan.key.period.end(),
        };
        let id = self.organization_id();
        change_log::log(tx, id, account.list()?, changed, self.now).await
    }
}
