//! Manage Add-ons' decisions, on the example accounts of the documents.

use super::*;
use crate::checkout::{charges_now, preview};
use crate::client::json::tests::in_trial;
use crate::client::json::tests::usd;
use api::plan::subscription::ScheduledChange;
use billing::account::lifecycle::OnFile;
use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};
use billing::metering::usage::Metered;
use billing::text::OneLineFault;
use billing::{CurrencyCode, PlanChangeId, PriceBook};

fn subscription(book: &PriceBook) -> Subscription {
    let leaving = ScheduledChange {
        id: PlanChangeId::new("sc_1"),
        kind: ScheduledKind::Removal(AddOnId::new("premium-channels")),
        effective: "2026-07-01".parse().unwrap(),
        requested_by: "ada@acme.example".to_owned(),
        requested_at: "2026-06-20T09:00:00Z".parse().unwrap(),
    };
    Subscription {
        version: 3,
        tier: 20_000,
        add_ons: ids(&["cloud-export", "premium-channels"]),
        scheduled: vec![leaving],
        price_book: book.id.clone(),
        price_book_version: book.version,
        currency: CurrencyCode::USD,
        places: None,
        billing_day: "2026-06-16".parse().unwrap(),
        offset_minutes: 0,
        quote_expires: "2026-06-17T00:00:00Z".parse().unwrap(),
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

fn ids(ids: &[&str]) -> BTreeSet<AddOnId> {
    ids.iter().map(|id| AddOnId::new(*id)).collect()
}

fn chosen(add: &[&str], remove: &[&str]) -> Basket {
    Basket {
        add: ids(add),
        remove: ids(remove),
    }
}

fn said(word: &str, own: &str) -> Said {
    Said {
        word: word.to_owned(),
        own: own.to_owned(),
    }
}

/// SPEC 2.4, 2.5: a tenth or a fifth of $250, and as much again of an overage.
#[test]
fn add_ons_are_grouped_by_category_with_their_prices() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let categories = categories(list, &subscription(&book));
    let names: Vec<_> = categories.iter().map(|group| &*group.category).collect();
    let sorted = [
        "Analytics",
        "Channels",
        "Data",
        "Personalization",
        "Segmentation",
    ];
    assert_eq!(names, sorted);
    let cards: Vec<_> = categories.iter().flat_map(|group| &group.cards).collect();
    let card = |id: &str| *cards.iter().find(|card| card.id.as_str() == id).unwrap();
    let export = card("cloud-export");
    assert_eq!(export.monthly, Some(usd("25.00")));
    assert_eq!(export.surcharge.as_deref(), Some("10"));
    assert_eq!(export.state, AddOnState::Active);
    let promotions = card("promotions");
    assert_eq!(promotions.monthly, Some(usd("50.00")));
    assert_eq!(promotions.state, AddOnState::Available);
    let on = "2026-07-01".parse().unwrap();
    let id = PlanChangeId::new("sc_1");
    let leaving = AddOnState::Leaving { id, on };
    assert_eq!(card("premium-channels").state, leaving);
}

#[test]
fn a_free_add_on_has_no_price_and_a_counted_one_has_its_number() {
    let free = ESSENTIALS.replacen(r#"{"flat": "20.00"}"#, r#"{"flat": "0"}"#, 1);
    let free = free.replacen(
        r#""surcharge_percent": "10""#,
        r#""surcharge_percent": "0""#,
        1,
    );
    let book = PriceBook::parse(&free).unwrap();
    let list = book.list(CurrencyCode::USD).unwrap();
    let first = &list.add_ons[0].id;
    let categories = categories(list, &subscription(&book));
    let cards: Vec<_> = categories.iter().flat_map(|group| &group.cards).collect();
    let card = *cards.iter().find(|card| card.id == *first).unwrap();
    assert_eq!((&card.monthly, &card.surcharge), (&None, &None));
    assert!(cards.iter().any(|card| card.monthly.is_some()));
}

#[test]
fn the_address_chooses_only_what_can_be_added_or_removed() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let (list, account) = (book.list(CurrencyCode::USD).unwrap(), subscription(&book));
    let wanted = chosen(
        &["promotions", "cloud-export", "premium-channels", "no-such"],
        &["cloud-export", "premium-channels", "promotions", "no-such"],
    );
    let made_good = basket(list, &account, &wanted);
    assert_eq!(made_good, chosen(&["promotions"], &["cloud-export"]));
    assert!(basket(list, &account, &Basket::default()).is_empty());
}

#[test]
fn a_click_adds_and_a_second_removes() {
    let (promotions, export) = (AddOnId::new("promotions"), AddOnId::new("cloud-export"));
    let one = toggled(Basket::default(), &promotions, &AddOnState::Available);
    assert_eq!(one, chosen(&["promotions"], &[]));
    let two = toggled(one, &export, &AddOnState::Active);
    assert_eq!(two, chosen(&["promotions"], &["cloud-export"]));
    let back = toggled(two.clone(), &export, &AddOnState::Active);
    assert_eq!(back, chosen(&["promotions"], &[]));
    let (id, on) = (PlanChangeId::new(""), "2026-07-01".parse().unwrap());
    assert_eq!(
        toggled(two.clone(), &export, &AddOnState::Leaving { id, on }),
        two
    );
}

/// A16: $50 for the 15 days from the 16th of June is $25; a removal costs nothing.
#[test]
fn a_basket_is_one_order_with_one_price() {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let account = subscription(&book);
    let both = change(&chosen(&["promotions"], &["cloud-export"]));
    let quote = preview(&book, &account, &both).unwrap();
    assert_eq!(quote.due_now.total, usd("25.00"));
    assert!(charges_now(&quote));
    let goes = preview(&book, &account, &change(&chosen(&[], &["cloud-export"]))).unwrap();
    assert!(!charges_now(&goes));
    let next = |quote: &api::plan::quote::Quote| quote.next_invoice.recurring;
    assert_ne!(next(&goes), goes.next_invoice_before.recurring);
    let in_trial = Subscription {
        trial: Some(in_trial(OnFile::Both, None)),
        ..account.clone()
    };
    assert!(goes_at_once(&in_trial) && !goes_at_once(&account));
}

#[test]
fn every_offered_word_is_a_reason() {
    for word in OFFERED {
        let reason = said(word, "moved").reason().unwrap();
        let written = serde_json::to_string(&reason).unwrap();
        assert!(written.contains(word), "{word} became {written}");
        assert_eq!(said(word, "moved").fault(), None);
    }
    assert_eq!(said("", "moved").fault(), Some(ReasonFault::Missing));
    let own = said(OTHER, "  moved ").reason();
    assert_eq!(own, Some(Reason::Other("moved".to_owned())));
    let card = said(OTHER, "4111 1111 1111 1111").fault().unwrap();
    assert!(card == ReasonFault::Words(OneLineFault::CardNumber) && is_about_words(card));
    assert!(!is_about_words(ReasonFault::Missing));
    assert_eq!(said("low_usage", "4111 1111 1111 1111").fault(), None);
}

#[test]
fn the_first_reason_that_is_missing_is_asked_for() {
    let goes = chosen(&["promotions"], &["cloud-export", "premium-channels"]);
    let mut all = BTreeMap::from([
        (AddOnId::new("premium-channels"), said("low_usage", "")),
        (AddOnId::new("promotions"), said("low_usage", "")),
    ]);
    assert_eq!(reasons(&goes, &all), Err(AddOnId::new("cloud-export")));
    all.insert(AddOnId::new("cloud-export"), said(OTHER, ""));
    assert_eq!(reasons(&goes, &all), Err(AddOnId::new("cloud-export")));
    all.insert(AddOnId::new("cloud-export"), said(OTHER, "moved"));
    let given = reasons(&goes, &all).unwrap();
    assert_eq!(given.len(), 2, "what stays needs no reason");
    assert_eq!(reasons(&Basket::default(), &all), Ok(BTreeMap::new()));
}
