//! The billing cycle: trial, annual term, frequency.

use api::plan::annual::Annual;
use api::plan::trial::Trial;
use billing::BillingFrequency;
use billing::account::lifecycle::TrialLock;
use billing::pricing::annual::Pool;

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

record!(Annual {
    starts_on,
    months,
    pool
});
record!(Pool { limit, used });
