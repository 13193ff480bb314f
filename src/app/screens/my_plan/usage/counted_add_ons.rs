//! The month's use of add-ons that include a number of uses, such as e-mails (SPEC 2.4).

use api::plan::subscription::Subscription;
use billing::catalog::price_book::AddOn;
use billing::pricing::overage::extra_use;
use billing::{Exact, Money, PriceList};

/// An add-on of which the month includes a number of uses, and the uses so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAddOn {
    pub name: String,
    /// The uses so far.
    pub used: u64,
    /// How many the month includes.
    pub included: u64,
    /// The price of the uses above the included number, so far.
    pub extra: Extra,
}

/// The price of uses above the included number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extra {
    /// There are none yet; the price of each one.
    None(Exact),
    /// The number of uses, and their price.
    Charged(u64, Money),
    /// In trial they are free.
    Trial,
}

impl CountedAddOn {
    /// The counted add-ons of a plan, ordered by id.
    pub fn of(list: &PriceList, subscription: &Subscription) -> Vec<Self> {
        let held = subscription.add_ons.iter();
        held.filter_map(|id| counted(list, subscription, list.add_on(id.as_str())?))
            .collect()
    }
}

fn counted(list: &PriceList, subscription: &Subscription, add_on: &AddOn) -> Option<CountedAddOn> {
    let included = add_on.included?;
    let used = subscription.add_on_use.of(&add_on.id);
    let above = used.extra(&included);
    let extra = match subscription.trial {
        Some(_) => Extra::Trial,
        None if above == 0 => Extra::None(included.extra_price),
        None => {
            let fee = extra_use(used, &included)
                .ok()?
                .settle(list.currency)
                .ok()?;
            Extra::Charged(above, fee)
        }
    };
    Some(CountedAddOn {
        name: add_on.name.clone(),
        used: used.used,
        included: included.a_month,
        extra,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::in_trial;
    use crate::client::json::tests::usd;
    use crate::screens::my_plan::state::tests::subscription;
    use billing::CurrencyCode;
    use billing::account::lifecycle::OnFile;
    use billing::catalog::price_book::ESSENTIALS_EMAIL;
    use billing::metering::add_on_use::Used;
    use billing::{AddOnId, PriceBook};

    /// Uses and their price are shown, and only for add-ons that include a number.
    #[test]
    fn uses_are_shown_with_their_price() {
        let book = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
        let list = book.list(CurrencyCode::USD).unwrap();
        let check = |trial, used, expected| {
            let email = AddOnId::new("clevertap-email");
            let mut plan = subscription();
            plan.trial = trial;
            plan.add_ons.insert(email.clone());
            let settled = 0;
            plan.add_on_use.0.insert(email, Used { used, settled });
            let [shown] = &CountedAddOn::of(list, &plan)[..] else {
                panic!("one add-on is counted")
            };
            let name = shown.name.as_str();
            assert_eq!(
                (name, shown.used, shown.included),
                ("CleverTap Email", used, 100_000)
            );
            assert_eq!(shown.extra, expected);
        };
        let charged = Extra::Charged(10_000, usd("5.00"));
        check(None, 110_000, charged);
        check(None, 100_000, Extra::None(Exact::parse("0.0005").unwrap()));
        let trial = Some(in_trial(OnFile::Both, None));
        check(trial, 110_000, Extra::Trial);
        assert_eq!(CountedAddOn::of(list, &subscription()), []);
    }
}
