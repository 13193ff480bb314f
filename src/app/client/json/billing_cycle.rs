//! The billing cycle: trial, annual term, frequency.

use api::plan::annual::{Annual, AnnualFields};
use api::plan::trial::Trial;
use billing::BillingFrequency;
use billing::account::lifecycle::TrialLock;
use billing::metering::pool::Pool;
use billing::period::AnnualTerm;

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Trial {
    ends_at,
    days_left,
    locks_at,
    cancels_at,
    on_file,
    lock,
    charged_from
});
words!(TrialLock { BillingMissing = "billing_missing", Expired = "expired" });
words!(BillingFrequency { Monthly = "monthly", Annual = "annual" });

record!(AnnualFields {
    starts_on,
    months,
    pool
});
record!(Pool { limit, used });

impl Read for Annual {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let fields = AnnualFields::read(json, notes);
        let pool = fields.pool;
        Self::try_from(fields).unwrap_or_else(|_| {
            notes.note();
            let term = AnnualTerm::default();
            Self { term, pool }
        })
    }
}
