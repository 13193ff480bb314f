//! The price book, as the backend sends it after `PriceBook::parse` has checked it.

use billing::catalog::price_book::{
    AddOn, AddOnPrice, AnnualTerms, Included, OveragePrice, Partial, PriceBook, PriceList,
    TaxScheme, Tier, UnitPrice,
};
use billing::money::{Currency, CurrencyCode, Exact};
use chrono::NaiveDate;

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read, Unreadable, finish};

struct Book {
    id: String,
    version: u32,
    effective_from: NaiveDate,
    plan: String,
    data_points_per_mau: u64,
    alert_percents: Vec<u64>,
    lock_percent: u64,
    annual: Option<AnnualTerms>,
    lists: Vec<List>,
}
record!(Book {
    id,
    version,
    effective_from,
    plan,
    data_points_per_mau,
    alert_percents,
    lock_percent,
    annual,
    lists
});
record!(AnnualTerms {
    months,
    discount_percent,
    soft_lock_percent
});

struct List {
    currency: CurrencyCode,
    exponent: u8,
    tiers: Vec<Tier>,
    overage: OveragePrice,
    add_ons: Vec<AddOn>,
    tax: Option<TaxScheme>,
    gst_percent: Option<Exact>,
}
record!(List {
    currency,
    exponent,
    tiers,
    overage,
    add_ons,
    tax,
    gst_percent
});

record!(Tier { limit, monthly });
record!(OveragePrice {
    unit_size,
    unit_price,
    multiplier,
    partial
});
record!(AddOn {
    id,
    name,
    category,
    price,
    surcharge_percent,
    included
});
record!(Included {
    a_month,
    extra_price
});
words!(Partial { Prorate = "prorate", Ceil = "ceil", Floor = "floor" });

struct Mixed {
    fixed: Exact,
    percent: Exact,
}
record!(Mixed { fixed, percent });

impl Read for AddOnPrice {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let (flat, percent) = (fields.take("flat"), fields.take("percent"));
        let price = match (flat, percent) {
            (Some(price), None) => Self::Flat(price),
            (None, Some(percent)) => Self::Percent(percent),
            (_, _) => {
                let Mixed { fixed, percent } = fields.take("fixed_and_percent");
                Self::FixedAndPercent { fixed, percent }
            }
        };
        fields.finish();
        price
    }
}

impl Read for TaxScheme {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let scheme = match fields.take::<String>("scheme").as_str() {
            "gst_india" => Self::GstIndia {
                rate_percent: fields.take("rate_percent"),
            },
            "none" => Self::None,
            _ => {
                fields.notes.note();
                Self::None
            }
        };
        fields.finish();
        scheme
    }
}

/// The tax scheme of price book versions that do not name one.
fn scheme(gst_percent: Option<Exact>) -> TaxScheme {
    gst_percent.map_or(TaxScheme::None, |rate_percent| TaxScheme::GstIndia {
        rate_percent,
    })
}

impl Read for UnitPrice {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let text = String::read(json, notes);
        match Exact::parse(&text) {
            Some(price) => Self::Listed(price),
            None => {
                if text != "derived" {
                    notes.note();
                }
                Self::Derived
            }
        }
    }
}

/// Reads a price book.
pub fn price_book(json: Json) -> Result<PriceBook, Unreadable> {
    let book: Book = finish(json)?;
    let mut lists = Vec::with_capacity(book.lists.len());
    for list in book.lists {
        lists.push(PriceList {
            currency: Currency::new(list.currency.as_str(), list.exponent).ok_or(Unreadable)?,
            tiers: list.tiers,
            overage: list.overage,
            add_ons: list.add_ons,
            tax: list.tax.unwrap_or_else(|| scheme(list.gst_percent)),
            data_points_per_mau: book.data_points_per_mau,
            alert_percents: book.alert_percents.clone(),
            lock_percent: book.lock_percent,
            annual: book.annual.unwrap_or_default(),
        });
    }
    Ok(PriceBook {
        id: book.id,
        version: book.version,
        effective_from: book.effective_from,
        plan: book.plan,
        lists,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};

    fn read(text: &str) -> Result<PriceBook, Unreadable> {
        price_book(Json::parse(text)?)
    }

    #[test]
    fn a_book_is_read_as_billing_reads_it() {
        for text in [ESSENTIALS, ESSENTIALS_2025] {
            assert_eq!(read(text), Ok(PriceBook::parse(text).unwrap()));
        }
        let email = ESSENTIALS.replacen(
            r#""price": {"flat": "20.00"},"#,
            r#""price": {"fixed_and_percent": {"fixed": "50.00", "percent": "10"}},
               "included": {"a_month": 100000, "extra_price": "0.0005"},"#,
            1,
        );
        let derived = email.replace(r#""unit_price": "1.00""#, r#""unit_price": "derived""#);
        let other_year =
            ESSENTIALS.replace(r#""discount_percent": "30""#, r#""discount_percent": "25""#);
        let year = ESSENTIALS.find(r#""annual""#).unwrap();
        let (before, behind) = ESSENTIALS.split_at(year);
        let without = format!("{before}{}", behind.split_once("},").unwrap().1);
        let earlier = ESSENTIALS.replace(r#""tax": {"scheme": "none"}"#, r#""gst_percent": null"#);
        let taxed = ESSENTIALS.replace(r#""tax": {"scheme": "none"}"#, r#""gst_percent": "18""#);
        for text in [email, derived, other_year, without, earlier, taxed] {
            assert_ne!(text, ESSENTIALS);
            assert_eq!(read(&text), Ok(PriceBook::parse(&text).unwrap()));
        }
        let damaged = ESSENTIALS.replace("\"250.00\"", "\"1e5\"");
        assert_eq!(read(&damaged), Err(Unreadable));
        let unknown = ESSENTIALS.replace("\"USD\"", "\"usd\"");
        assert_eq!(read(&unknown), Err(Unreadable));
        let scheme = ESSENTIALS.replace("\"none\"", "\"vat\"");
        assert_eq!(read(&scheme), Err(Unreadable));
    }
}
