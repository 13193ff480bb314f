//! The first invoice of an account: charging begins when its trial ends (SPEC R8; section 6, rows 4 and
//! 5a).

use api::audit::Action;
use billing::invoicing::invoice::InvoiceKind;
use billing::metering::usage::Metered;
use billing::pricing::rest_of_month::{first_charged_day, first_invoice};
use billing::{BillingCycle, Derivations, OrganizationId, OutOfRange, PricedAccount, Subscription};
use chrono::NaiveDate;

use super::{Charged, issue};
use crate::account::audit_values::Charging;
use crate::foundation::clock::Timestamps;
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::store::invoices::closings;
use crate::store::organizations::Organization;
use crate::store::records::{self, Actor, AuditEntry, outbox};
use crate::store::usage::counted_usage;
use crate::store::{Tx, organizations, price_books, subscriptions};

/// Issues the first invoice, for the rest of the month. The account is charged from then on (SPEC R8).
pub async fn begin_charging(
    tx: &mut Tx,
    id: &OrganizationId,
    times: Timestamps,
) -> Result<(), Error> {
    let organization = organizations::find(tx, id).await?;
    let stored = subscriptions::find(tx, id).await?;
    if !stored.is_trial {
        return Ok(());
    }
    let day = first_charged_day(times.effective_at, None, organization.zone_offset_minutes)
        .ok_or(OutOfRange)?;
    closings::admit_day(tx, id, day).await?;
    let charged = first(tx, &organization, &stored.subscription, day).await?;
    let number = issue(tx, &organization, &charged, times).await?;
    subscriptions::end_trial(tx, id, &stored).await?;
    counted_usage::begin(tx, id, day, times.effective_at).await?;
    let ended = Notification::TrialEnded {
        charged_from: day,
        invoice: number,
    };
    outbox::publish(tx, id, &ended, times.recorded_at).await?;
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: times.recorded_at,
        action: Action::TrialEnded,
        object: id.as_str(),
        description: "the trial is over, the account is charged".to_owned(),
        change: Charging::of(tx, id, times.effective_at).await?.begins(),
    };
    records::audit(tx, id, entry).await
}

async fn first(
    tx: &mut Tx,
    organization: &Organization,
    subscription: &Subscription,
    day: NaiveDate,
) -> Result<Charged, Error> {
    let book = price_books::find(tx, &organization.book).await?;
    let account = PricedAccount {
        list: organization.price_list(&book.book)?,
        subscription,
        cycle: BillingCycle::Monthly { counted_from: day },
        annual_offered: organization.annual_eligible,
        metered: Metered::default(),
        add_on_use: billing::AddOnUse::NONE,
        places: organization.places,
        day,
    };
    let rest = first_invoice(&account, Derivations::Included).map_err(Error::unexpected)?;
    Ok(Charged {
        kind: InvoiceKind::TrialFirst,
        span: rest.span,
        statement: rest.statement,
    })
}
