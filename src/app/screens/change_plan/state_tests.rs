//! Change Plan's decisions, on the example accounts of the documents.

use super::*;
use crate::checkout::{charges_now, preview};
use crate::client::json::tests::in_trial;
use crate::client::json::tests::usd;
use api::plan::subscription::ScheduledChange;
use billing::account::lifecycle::OnFile;
use billing::catalog::price_book::ESSENTIALS;
use billing::{AddOnId, CurrencyCode, PlanChange, PlanChangeId, PriceBook};

fn book() -> PriceBook {
    PriceBook::parse(ESSENTIALS).unwrap()
}

fn subscription() -> Subscription {
    Subscription {
        version: 3,
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: Vec::new(),
        price_book: "essentials".to_owned(),
        price_book_version: book().version,
        currency: CurrencyCode::USD,
        places: None,
        billing_day: "2026-06-20".parse().unwrap(),
        offset_minutes: 0,
        quote_expires: "2026-06-21T00:00:00Z".parse().unwrap(),
        metered: Metered {
            mau: 22_000,
            data_points: 0,
        },
        add_on_use: billing::AddOnUse::default(),
        counted_from: "2026-06-01".parse().unwrap(),
        payment_method: None,
        pending: None,
        trial: None,
        annual: None,
        annual_offered: false,
    }
}

fn scheduled(tier: u64) -> ScheduledChange {
    ScheduledChange {
        id: PlanChangeId::new("1"),
        kind: ScheduledKind::Downgrade(tier),
        effective: "2026-07-01".parse().unwrap(),
        requested_by: "ada@acme.example".to_owned(),
        requested_at: "2026-06-20T09:00:00Z".parse().unwrap(),
    }
}

/// 26,900 users on 20,000: 6,900 ÷ 100 × $1 × 1.2 = 82.80, and 10% of it for the add-on. What is due
/// now, and what the order carries, do not depend on them.
#[test]
fn expected_users_change_the_estimates_and_nothing_that_is_due() {
    let change = PlanChange::to_tier(40_000);
    let expecting = |users| preview(&book(), &expecting(&subscription(), 22_000, users), &change);
    let (so_far, then) = (expecting(22_000).unwrap(), expecting(26_900).unwrap());
    assert_eq!(so_far, preview(&book(), &subscription(), &change).unwrap());
    assert_eq!(then.next_invoice_before.overage, usd("91.08"));
    assert_eq!(overage_avoided(&then), Some(usd("91.08")));
    assert_eq!(then.due_now, so_far.due_now);
    assert_eq!(then.order(), so_far.order());
    let more = expecting(41_000).unwrap();
    assert_eq!(more.next_invoice.overage, usd("13.20"));
    assert_eq!(overage_avoided(&more), None);
}

#[test]
fn the_basis_of_the_estimates_is_named() {
    assert_eq!(usage_basis(22_000, 22_000, Some(26_900)), UsageBasis::SoFar);
    assert_eq!(
        usage_basis(26_900, 22_000, Some(26_900)),
        UsageBasis::Projected
    );
    assert_eq!(
        usage_basis(30_000, 22_000, Some(26_900)),
        UsageBasis::Entered
    );
    assert_eq!(usage_basis(30_000, 22_000, None), UsageBasis::Entered);
}

/// contract.md's example: 91.67 now, 520.00 on the 1st; the overage of 26.40 is avoided (A12).
#[test]
fn an_upgrade_shows_what_the_contract_says() {
    let change = PlanChange::to_tier(40_000);
    let quote = preview(&book(), &subscription(), &change).unwrap();
    assert_eq!(quote.due_now.total, usd("91.67"));
    assert_eq!(quote.next_invoice_before.statement.total, usd("296.40"));
    assert_eq!(quote.next_invoice.statement.total, usd("520.00"));
    assert_eq!(overage_avoided(&quote), Some(usd("26.40")));
    assert!(charges_now(&quote));
    let nothing = preview(&book(), &subscription(), &PlanChange::default()).unwrap();
    assert!(!charges_now(&nothing) && overage_avoided(&nothing).is_none());
}

#[test]
fn a_choice_is_compared_with_the_tier_in_force() {
    let mut account = subscription();
    account.scheduled = vec![scheduled(5_000)];
    assert_eq!(kind(&account, 20_000), Kind::Current);
    assert_eq!(kind(&account, 40_000), Kind::Upgrade);
    assert_eq!(kind(&account, 5_000), Kind::AlreadyScheduled);
    account.scheduled.clear();
    assert_eq!(kind(&account, 5_000), Kind::Downgrade);
    account.trial = Some(in_trial(OnFile::Both, None));
    assert_eq!(kind(&account, 5_000), Kind::InTrial);
    assert_eq!(kind(&account, 40_000), Kind::InTrial);
}

/// SPEC R6: 22,000 users on 5,000 cost 17,000 / 100 × 1.2 × 1.1 = 224.40, and exceed 300 %.
#[test]
fn a_downgrade_below_the_usage_warns_of_overage_and_lock() {
    let book = book();
    let list = book.list(CurrencyCode::USD).unwrap();
    let warned = warning(list, &subscription(), 5_000).unwrap();
    assert_eq!((warned.usage, warned.overage), (22_000, usd("224.40")));
    assert!(warned.locks);
    let mut account = subscription();
    account.metered.mau = 15_000;
    assert!(!warning(list, &account, 5_000).unwrap().locks);
    account.metered.mau = 5_000;
    assert_eq!(warning(list, &account, 5_000), None);
}

#[test]
fn each_tier_says_what_the_expected_users_cost_there() {
    let book = book();
    let list = book.list(CurrencyCode::USD).unwrap();
    let cards = tier_cards(list, &subscription(), 26_900);
    let overage: Vec<_> = cards.iter().map(|card| card.overage).collect();
    assert_eq!(
        overage[..3],
        [Some(usd("289.08")), Some(usd("91.08")), None]
    );
    assert_eq!(cards[1].monthly, usd("250.00"));
    assert_eq!((cards[1].extra, extra_unit(list)), (usd("1.20"), 100));
    assert!(cards[1].is_current && !cards[2].is_current);
    assert_eq!(cards[1].fill, Fill { used: 74, over: 26 });
    assert_eq!(cards[2].fill, Fill { used: 67, over: 0 });
    assert_eq!(cards[0].fill, Fill { used: 18, over: 82 });
}

#[test]
fn the_address_chooses_only_what_there_is() {
    let book = book();
    let list = book.list(CurrencyCode::USD).unwrap();
    let tier = |limit| Some(Choice::Tier(limit));
    let mut account = subscription();
    assert_eq!(choice(list, &account, tier(40_000)), tier(40_000));
    assert_eq!(choice(list, &account, tier(41_000)), None);
    let enterprise = Some(Choice::Enterprise);
    assert_eq!(choice(list, &account, enterprise), enterprise);
    assert_eq!(choice(list, &account, None), None);
    let yearly = Some(Choice::Billed(40_000, BillingFrequency::Annual));
    let monthly = Some(Choice::Billed(40_000, BillingFrequency::Monthly));
    assert_eq!(choice(list, &account, yearly), tier(40_000), "not offered");
    account.annual_offered = true;
    assert_eq!(choice(list, &account, yearly), yearly);
    assert_eq!(choice(list, &account, monthly), tier(40_000), "as it is");
}

/// R9, A150: annual billing from the next 1st, with a higher tier now, or alone.
#[test]
fn a_year_is_priced_from_the_next_1st() {
    let mut account = subscription();
    account.annual_offered = true;
    let yearly = Some(BillingFrequency::Annual);
    assert_eq!(kind_with(&account, 20_000, yearly), Kind::OtherFrequency);
    assert_eq!(kind_with(&account, 40_000, yearly), Kind::Upgrade);
    assert_eq!(kind_with(&account, 20_000, None), Kind::Current);
    let quote = preview(&book(), &account, &change(&account, 20_000, yearly)).unwrap();
    // 250 and 20 times 12 × 0.7, plus June's 26.40.
    assert_eq!(
        (quote.due_now.total, quote.renews_on().to_string()),
        (usd("0.00"), "2026-07-01".to_owned())
    );
    assert_eq!(quote.next_invoice.statement.total, usd("2294.40"));
    let quote = preview(&book(), &account, &change(&account, 40_000, yearly)).unwrap();
    assert_eq!(
        (quote.due_now.total, quote.next_invoice.recurring),
        (usd("91.67"), usd("4368.00"))
    );
    let book = book();
    let cards = tier_cards(book.list(CurrencyCode::USD).unwrap(), &account, 26_900);
    assert_eq!(cards[1].yearly, (usd("2100.00"), 240_000));
}

#[test]
fn a_number_of_users_is_read_as_people_write_it() {
    for (text, count) in [
        ("26900", 26_900),
        (" 26,900 ", 26_900),
        ("1,00,000", 100_000),
        ("26 900", 26_900),
        ("26.900", 26_900),
        ("26\u{a0}900", 26_900),
        ("1’000’000", 1_000_000),
        ("0", 0),
    ] {
        assert_eq!(parse_count(text), Ok(count), "{text}");
    }
    for (text, error) in [
        ("", CountError::Empty),
        ("26.9", CountError::Fraction),
        ("1 000,50", CountError::Fraction),
        ("2690,0", CountError::Fraction),
        ("-5", CountError::NotANumber),
        ("12a", CountError::NotANumber),
        ("1e5", CountError::NotANumber),
        ("12,,000", CountError::NotANumber),
        ("9999999999", CountError::TooMany),
        ("99999999999999999999999", CountError::TooMany),
    ] {
        assert_eq!(parse_count(text), Err(error), "{text}");
    }
}
