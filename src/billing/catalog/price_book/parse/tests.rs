use super::super::{ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL};
use super::*;
use crate::CurrencyCode;

#[test]
fn the_shipped_books_are_right() {
    let book = PriceBook::parse(ESSENTIALS).unwrap();
    assert_eq!((book.id.as_str(), book.lists.len()), ("essentials", 1));
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let rupees = book.list(CurrencyCode::INR).unwrap();
    for (tier, in_dollars) in rupees
        .tiers
        .iter()
        .zip(&book.list(CurrencyCode::USD).unwrap().tiers)
    {
        assert_eq!(tier.monthly, in_dollars.monthly.times(80).unwrap());
    }
    let email = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
    let dollars = email.list(CurrencyCode::USD).unwrap();
    assert_eq!(dollars.tiers, book.list(CurrencyCode::USD).unwrap().tiers);
    assert!(
        dollars
            .add_on("clevertap-email")
            .is_some_and(|email| email.included.is_some())
    );
    assert_eq!(rupees.tier_for(20_001).unwrap().limit, 40_000);
    assert!(rupees.tier_for(100_001).is_none());
}

/// SPEC 9: the book sets the discount and the soft lock of a year. A version without them has those of
/// the documents.
#[test]
fn a_year_has_the_terms_of_the_book() {
    let terms = |text: &str| PriceBook::parse(text).unwrap().lists[0].annual;
    assert_eq!(terms(ESSENTIALS), AnnualTerms::default());
    let said = r#"{"months": 12, "discount_percent": "30", "soft_lock_percent": 120}"#;
    let without = ESSENTIALS.replace(&format!("\"annual\": {said},"), "");
    assert_ne!(without, ESSENTIALS);
    assert_eq!(terms(&without), AnnualTerms::default());
    let other = said.replace("30", "12.5").replace("120", "150");
    let other = terms(&ESSENTIALS.replace(said, &other));
    assert_eq!(Some(other.discount_percent), Exact::parse("12.5"));
    assert_eq!((other.months, other.soft_lock_percent), (12, 150));
}

/// The error for a changed copy of the shipped book; `None` when the copy is accepted.
fn refusal(from: &str, to: &str) -> Option<String> {
    let text = ESSENTIALS.replacen(from, to, 1);
    assert_ne!(text, ESSENTIALS, "{from} is not in the book");
    PriceBook::parse(&text)
        .err()
        .map(|refused| refused.to_string())
}

#[test]
fn a_wrong_book_is_refused_by_its_field() {
    let check = |from: &str, to: &str, field: &str| {
        let refused = refusal(from, to).unwrap_or_default();
        assert!(
            refused.starts_with(&format!("{field}: ")),
            "{to}: {refused:?}"
        );
    };
    let tier = "lists[0].tiers[1].monthly";
    check("\"250.00\"", "\"250.005\"", tier);
    check("\"250.00\"", "\"2_50.00\"", tier);
    check("\"250.00\"", "\"-250.00\"", tier);
    check("\"250.00\"", "\"350.00\"", tier);
    check("\"250.00\"", "\"75.00\"", tier);
    check(
        "\"limit\": 20000",
        "\"limit\": 4000",
        "lists[0].tiers[1].limit",
    );
    check(
        "\"limit\": 20000",
        "\"limit\": 5000",
        "lists[0].tiers[1].limit",
    );
    check("\"months\": 12", "\"months\": 0", "annual.months");
    check("\"months\": 12", "\"months\": 6", "annual.months");
    check("\"30\"", "\"100\"", "annual.discount_percent");
    let soft = "\"soft_lock_percent\": 120";
    check(
        soft,
        "\"soft_lock_percent\": 99",
        "annual.soft_lock_percent",
    );
    check("premium-channels", "cloud-export", "lists[0].add_ons[3].id");
    let surcharge = "lists[0].add_ons[0].surcharge_percent";
    check("\"flat\": \"20.00\"", "\"flat\": \"0.00\"", surcharge);
    check("\"USD\"", "\"usd\"", "lists[0].currency");
    check("\"USD\"", "\"UDS\"", "lists[0].currency");
    check(
        "\"unit_size\": 100",
        "\"unit_size\": 0",
        "lists[0].overage.unit_size",
    );
    check("\"1.2\"", "\"1,2\"", "lists[0].overage.multiplier");
    check(
        "\"lock_percent\": 300",
        "\"lock_percent\": 0",
        "lock_percent",
    );
    check("[80, 100,", "[100, 80,", "alert_percents[1]");
    check("[80, 100,", "[80, 80,", "alert_percents[1]");
    check("[80, 100,", "[0, 100,", "alert_percents[0]");
    check("\"id\": \"essentials\"", "\"id\": \"\"", "id");
    check("\"Essentials\"", "\" \"", "plan");
    check("\"version\": 1", "\"version\": 0", "version");
    check("2021-03-01", "2021-3-1", "effective_from");
    check("u\": 10000", "u\": 0", "data_points_per_mau");
    check(
        "\"id\": \"advanced-analytics\"",
        "\"id\": \"\"",
        "lists[0].add_ons[0].id",
    );
    check("\"Advanced Analytics\"", "\"\"", "lists[0].add_ons[0].name");
    check(
        "\"Advanced Analytics\"",
        "\"Advanced \u{202E}scitylanA\"",
        "lists[0].add_ons[0].name",
    );
    check(
        "\"Analytics\"",
        "\"Analytics\\n\"",
        "lists[0].add_ons[0].category",
    );
    let none = "\"tax\": {\"scheme\": \"none\"}";
    let rate = |rate: &str| {
        none.replace(
            "none\"",
            &format!("gst_india\", \"rate_percent\": \"{rate}\""),
        )
    };
    check(none, &rate("0"), "lists[0].tax.rate_percent");
    check(none, &rate("101"), "lists[0].tax.rate_percent");
    check(none, "\"gst_percent\": \"0\"", "lists[0].gst_percent");
    check(
        none,
        &format!("{none}, \"gst_percent\": null"),
        "lists[0].gst_percent",
    );
}

/// Faults of the text as a whole.
#[test]
fn a_book_of_another_shape_is_refused() {
    let check = |from: &str, to: &str, said: &str| {
        let refused = refusal(from, to).unwrap_or_default();
        assert!(
            refused.starts_with("the price book cannot be read: "),
            "{refused}"
        );
        assert!(refused.contains(said), "{refused}");
    };
    check("\"250.00\"", "250.00", "line 16");
    check("\"version\"", "\"versoin\"", "`versoin`");
    check(
        "\"monthly\": \"250.00\"",
        "\"price\": \"250.00\"",
        "`price`",
    );
    check(
        "\"scheme\": \"none\"",
        "\"scheme\": \"vat\"",
        "`vat`, expected `none` or `gst_india`",
    );
    check(
        "\"scheme\": \"none\"",
        "\"scheme\": \"none\", \"rate_percent\": \"18\"",
        "rate_percent",
    );
}

/// A list has to name its tax scheme: a list without one is refused, not tax-free.
#[test]
fn a_list_without_a_tax_scheme_is_refused() {
    let tax = ",\n      \"tax\": {\"scheme\": \"none\"}";
    let refused = refusal(tax, "").unwrap();
    assert_eq!(
        refused,
        "lists[0].tax: a tax scheme is needed: `none` or `gst_india`"
    );
}

/// Versions that were stored before lists named their scheme still parse.
#[test]
fn the_earlier_spelling_of_the_tax_is_read() {
    let rate_percent = Exact::whole(18);
    for (book, now, before, scheme) in [
        (
            ESSENTIALS,
            r#""tax": {"scheme": "none"}"#,
            r#""gst_percent": null"#,
            TaxScheme::None,
        ),
        (
            ESSENTIALS_2025,
            r#""tax": {"scheme": "gst_india", "rate_percent": "18"}"#,
            r#""gst_percent": "18""#,
            TaxScheme::GstIndia { rate_percent },
        ),
    ] {
        let earlier = book.replace(now, before);
        assert_ne!(earlier, book);
        assert_eq!(PriceBook::parse(&earlier), PriceBook::parse(book));
        let read = PriceBook::parse(&earlier).unwrap();
        assert_eq!(read.lists.last().unwrap().tax, scheme);
    }
}

#[test]
fn a_book_needs_lists_and_tiers() {
    let head = ESSENTIALS.split_once("\"lists\"").unwrap().0;
    let refused =
        |lists: &str| PriceBook::parse(&format!("{head}\"lists\": {lists}}}")).unwrap_err();
    assert_eq!(refused("[]").to_string(), "lists: at least one is needed");
    let list = |tiers: &str, currency: &str| {
        format!(
            r#"[{{"currency": {currency}, "tiers": {tiers}, "overage": {{"unit_size": 100,
            "unit_price": "1", "multiplier": "1.2", "partial": "prorate"}}, "add_ons": [],
            "tax": {{"scheme": "none"}}}}]"#
        )
    };
    let usd = r#""USD", "exponent": 2"#;
    let none = refused(&list("[]", usd)).to_string();
    assert_eq!(none, "lists[0].tiers: at least one is needed");
    let nobody = refused(&list(r#"[{"limit": 0, "monthly": "75.00"}]"#, usd)).to_string();
    assert_eq!(nobody, "lists[0].tiers[0].limit: at least 1 is needed");
    let yen = refused(&list("[]", r#""JPY", "exponent": 2"#)).to_string();
    assert_eq!(yen, "lists[0].exponent: JPY has 0 decimals");
    let one = list(r#"[{"limit": 5, "monthly": "75.00"}]"#, usd);
    let twice = format!(
        "{},{}",
        one.trim_end_matches(']'),
        one.trim_start_matches('[')
    );
    let twice = refused(&twice).to_string();
    assert_eq!(twice, "lists[1].currency: \"USD\" has a list already");
}
