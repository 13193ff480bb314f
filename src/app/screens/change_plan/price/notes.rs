//! What a person should know before confirming.

use api::plan::quote::{Quote, list_of};
use billing::BillingFrequency;
use billing::metering::pool::term_limit;

use super::super::state::{self, Kind};
use super::Price;
use crate::components::feedback::banner::{Tone, banner};
use crate::messages::{self, fill, format};
use crate::view::Element;

impl Price {
    pub(super) fn notes(&self, kind: Kind, tier: u64, quote: &Quote) -> Vec<Element> {
        let mut notes = match kind {
            Kind::Upgrade => self.upgrade_notes(quote),
            Kind::Downgrade => self.downgrade_notes(tier, quote),
            Kind::Current | Kind::AlreadyScheduled | Kind::InTrial | Kind::OtherFrequency => {
                Vec::new()
            }
        };
        notes.extend(self.year_note(quote));
        notes
    }

    /// What happens to the annual term: its pool grows, it starts, or it ends.
    fn year_note(&self, quote: &Quote) -> Option<Element> {
        let text = messages::annual();
        let words = match (self.subscription.annual, quote.annual_after) {
            (Some(before), Some(after)) if before.pool.limit != after.pool.limit => {
                let pool = after.pool.after(self.so_far);
                let left = u64::try_from(pool.remaining()).unwrap_or(0);
                let figures = [before.pool.limit, after.pool.limit, pool.used, left];
                let figures = figures.map(format::count);
                fill(text.limit_grows, &figures.each_ref().map(String::as_str))
            }
            (None, None) if quote.frequency_after == BillingFrequency::Annual => {
                let list = list_of(&self.book, &self.subscription).ok()?;
                let months = list.annual.months;
                let limit = term_limit(quote.tier_next_month, months).ok()?;
                let from = format::date(quote.renews_on());
                fill(text.year_begins, &[&from, &format::count(limit)])
            }
            (Some(_), Some(_)) if quote.change.frequency == Some(BillingFrequency::Monthly) => {
                fill(text.year_ends, &[&format::date(quote.renews_on())])
            }
            (_, _) => return None,
        };
        Some(banner(Tone::Plain, "", &[&words], None))
    }

    fn upgrade_notes(&self, quote: &Quote) -> Vec<Element> {
        let text = messages::change();
        let avoided = state::overage_avoided(quote).map(|overage| {
            let figures = [
                format::month(quote.billing_day),
                format::money(overage),
                format::count(self.expected),
            ];
            fill(text.avoided, &figures.each_ref().map(String::as_str))
        });
        let dropped = state::scheduled_tier(&self.subscription)
            .map(|lower| fill(text.drops_downgrade, &[&format::count(lower)]));
        let notes = avoided.into_iter().chain(dropped);
        notes
            .map(|words| banner(Tone::Plain, "", &[&words], None))
            .collect()
    }

    fn downgrade_notes(&self, tier: u64, quote: &Quote) -> Vec<Element> {
        let text = messages::change();
        let day = format::date(quote.renews_on());
        let lower = fill(text.lower_limit, &[&format::count(tier), &day]);
        let mut notes = vec![banner(Tone::Plain, "", &[&lower], None)];
        let list = list_of(&self.book, &self.subscription).ok();
        let warning = list.and_then(|list| {
            let warning = state::warning(list, &self.subscription, tier)?;
            Some((warning, list.lock_percent.to_string()))
        });
        if let Some((warning, percent)) = warning {
            let overage = format::money(warning.overage);
            let figures = [format::count(warning.usage), overage, format::count(tier)];
            let title = fill(text.warn_overage, &figures.each_ref().map(String::as_str));
            let lock = if warning.locks {
                fill(text.warn_lock, &[&percent])
            } else {
                String::new()
            };
            notes.push(banner(Tone::Over, &title, &[&lock], None));
        }
        notes
    }
}
