//! What the month has used of add-ons that include a number, such as e-mails (SPEC 2.4).

use api::subscription::Subscription;
use billing::overage::extra_use;
use billing::price_book::AddOn;
use billing::{PriceList, Status};

/// An add-on of which the month includes a number, and what was used of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAddOn {
    /// Its name.
    pub name: String,
    /// The uses so far.
    pub used: u64,
    /// How many the month includes.
    pub included: u64,
    /// What those above cost so far.
    pub extra: Extra,
}

/// What uses above the included number cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extra {
    /// There are none yet; what each would cost.
    None(String),
    /// So many, and their price.
    Charged(u64, String),
    /// Nothing is charged in trial.
    Trial,
}

impl CountedAddOn {
    /// Those of a plan, in the order of their ids.
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
    let extra = match subscription.status {
        Status::Trial => Extra::Trial,
        Status::Active if above == 0 => {
            Extra::None(included.extra_price.decimal()?.normalize().to_string())
        }
        Status::Active => {
            let fee = extra_use(used, &included)
                .ok()?
                .settle(list.currency)
                .ok()?;
            Extra::Charged(above, fee.to_string())
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
    use super::super::state::tests::subscription;
    use super::*;
    use billing::add_on_use::Used;
    use billing::price_book::ESSENTIALS_EMAIL;
    use billing::{AddOnId, PriceBook};

    /// What was used, and what it costs; only of add-ons that include a number.
    #[test]
    fn uses_are_shown_with_their_price() {
        let book = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
        let list = book.list("USD").unwrap();
        let check = |status, used, expected| {
            let email = AddOnId::new("clevertap-email");
            let mut plan = subscription();
            plan.status = status;
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
        let charged = Extra::Charged(10_000, "5.00".to_owned());
        check(Status::Active, 110_000, charged);
        check(Status::Active, 100_000, Extra::None("0.0005".to_owned()));
        check(Status::Trial, 110_000, Extra::Trial);
        assert_eq!(CountedAddOn::of(list, &subscription()), []);
    }
}
