//! The past months of the demo organizations: closed and paid, each at its own time, as if a person had
//! been there. The card on file in those months always pays. A card that fails replaces it only
//! afterwards.

use std::sync::Arc;

use api::invoicing::payment::PayOutstanding;
use api::sandbox::ScriptedOutcome;
use billing::BillingPeriod;
use billing::invoicing::month_close::ends_at;
use chrono::{DateTime, TimeDelta, Utc};

use super::Tenant;
use crate::demo::gateway::{Script, ScriptedGateway};
use crate::foundation::clock::Clock;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::jobs;
use crate::payments::Submission;
use crate::payments::debits::{self, payable};
use crate::services::Services;
use crate::store::Tx;
use crate::store::idempotency::Key;
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::records::Actor;

/// How long after the 1st every debit is made, including those that need a notice before.
const NOTICE_IS_OVER: TimeDelta = TimeDelta::hours(25);

/// Services with a clock of the past, and the script of the payers' confirmations.
pub(super) struct Past {
    services: Services,
    script: Script,
}

pub(super) fn begin(services: &Services) -> Past {
    let clock = Clock::of_the_past(DateTime::UNIX_EPOCH);
    let script = Script::default();
    let gateway = ScriptedGateway::new(services.store.clone(), clock.clone(), script.clone());
    let services = Services {
        clock,
        gateway: Arc::new(gateway),
        ..services.clone()
    };
    Past { services, script }
}

/// Closes a month, debits its invoice, and pays by hand what was not debited.
pub(super) async fn close(
    Past {
        services: past,
        script,
    }: &Past,
    tenant: &'static Tenant,
    ended: BillingPeriod,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let end = ends_at(ended, tenant.zone_offset_minutes).map_err(Error::unexpected)?;
    past.clock.move_to(end).map_err(Error::unexpected)?;
    jobs::close_through(past, &tenant.id, ended).await?;
    jobs::run_one(past, &tenant.id).await?;
    let notified_at = (end + NOTICE_IS_OVER).min(now);
    past.clock.move_to(notified_at).map_err(Error::unexpected)?;
    jobs::run_one(past, &tenant.id).await?;
    let payable = payable(&mut past.store.reading().await?, &tenant.id, notified_at).await?;
    if payable.invoices.is_empty() {
        return Ok(());
    }
    let Some(admin) = tenant.people.first() else {
        return Ok(());
    };
    let total = payable.total;
    let submission = Submission {
        key: Key {
            organization_id: tenant.id.clone(),
            user_id: admin.id.clone(),
            text: secret::id("demo")?,
        },
        actor: Actor {
            name: admin.email.to_owned(),
            address: "-".to_owned(),
        },
        request_hash: secret::fingerprint(total.to_string().as_bytes()),
        order: PayOutstanding { total },
        request_id: "seed-demo".to_owned(),
    };
    // The payer confirms each of these payments.
    let confirmed = vec![ScriptedOutcome::Success; payable.invoices.len()];
    script.write(&first_card(tenant).gateway_token, confirmed);
    debits::pay(past.clone(), submission).await.map(drop)
}

/// The card of the past months. It stays if the organization's own card always pays, too.
pub(super) fn first_card(tenant: &Tenant) -> PaymentMethod {
    PaymentMethod {
        id: "pm_1".to_owned(),
        brand: "Visa".to_owned(),
        last4: "4242".to_owned(),
        expiry_year: 2028,
        expiry_month: 9,
        gateway_token: format!("sandbox-success:{}", &tenant.id),
    }
}

/// Replaces that card with the organization's own, once.
pub(super) async fn replace_card(tx: &mut Tx, tenant: &Tenant) -> Result<(), Error> {
    let Some((does, last4)) = tenant.card else {
        return Ok(());
    };
    let first = first_card(tenant);
    let card = PaymentMethod {
        id: "pm_2".to_owned(),
        last4: last4.to_owned(),
        gateway_token: format!("{does}:{}", &tenant.id),
        ..first.clone()
    };
    let is_the_first = card.gateway_token == first.gateway_token;
    if is_the_first || payment_methods::is_on_file(tx, &tenant.id, &card.id).await? {
        return Ok(());
    }
    payment_methods::save_default(tx, &tenant.id, &card).await
}
