//! The schema of a price book and the parser agree (SPEC 9): every value of every shipped book is
//! replaced by others, and both check the result.

use billing::PriceBook;
use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL, Fault};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../src/billing/catalog/price_books/price-book.schema.json");

/// What the parser accepts, the schema accepts. What the schema accepts and the parser refuses violates a
/// rule between two fields.
#[test]
fn the_schema_equals_the_parser() {
    let schema = Schema::new();
    let (mut taken, mut refused) = (0, 0);
    for text in [ESSENTIALS, ESSENTIALS_2025, ESSENTIALS_EMAIL] {
        let book: Value = serde_json::from_str(text).unwrap();
        assert!(schema.takes(&book) && PriceBook::parse(text).is_ok());
        for changed in changes(&book) {
            let parsed = PriceBook::parse(&changed.to_string());
            match (schema.takes(&changed), parsed) {
                (true, Ok(_)) => taken += 1,
                (false, Err(_)) => refused += 1,
                (false, Ok(_)) => panic!("the parser alone takes {changed}"),
                (true, Err(why)) => assert!(is_between_fields(&why.fault), "{why} {changed}"),
            }
        }
    }
    assert!(taken > 200 && refused > 5_000, "{taken} {refused}");
}

/// Whether a schema cannot express the rule: it checks one field at a time, and has no table of currencies.
fn is_between_fields(fault: &Fault) -> bool {
    match fault {
        Fault::Price { .. }
        | Fault::UnknownCurrency(_)
        | Fault::Decimals { .. }
        | Fault::CurrencyTwice(_)
        | Fault::LimitOrder
        | Fault::PriceOrder
        | Fault::DearerPerUser
        | Fault::PercentOrder
        | Fault::IdOrder(_)
        | Fault::FreeWithSurcharge => true,
        Fault::Shape(_)
        | Fault::Blank
        | Fault::Empty
        | Fault::Zero
        | Fault::Day(_)
        | Fault::Number(_)
        | Fault::LocksWithinLimit
        | Fault::NoYear
        | Fault::WholeDiscount
        | Fault::TaxRate
        | Fault::NoTaxScheme
        | Fault::TwoTaxSchemes => false,
    }
}

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        let schema = serde_json::from_str(SCHEMA).unwrap();
        compiler.add_resource("price-book.json", schema).unwrap();
        let index = compiler.compile("price-book.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn takes(&self, book: &Value) -> bool {
        self.schemas.validate(book, self.index).is_ok()
    }
}

/// The book with one change each: a value replaced or left out, or a field added.
fn changes(book: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    walk(book, String::new(), &mut paths);
    let mut changed = Vec::new();
    for path in &paths {
        for value in values() {
            let mut other = book.clone();
            *other.pointer_mut(path).unwrap() = value;
            changed.push(other);
        }
        let mut more = book.clone();
        if let Some(Value::Object(fields)) = more.pointer_mut(path) {
            fields.insert("more".to_owned(), json!(1));
            changed.push(more);
        }
        if let Some((parent, name)) = path.rsplit_once('/') {
            let mut less = book.clone();
            match less.pointer_mut(parent).unwrap() {
                Value::Object(fields) => drop(fields.remove(name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                plain => panic!("{plain} has no parts"),
            }
            changed.push(less);
        }
    }
    changed
}

fn walk(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(field, format!("{path}/{name}"), paths);
            }
        }
        Value::Array(items) => {
            // The other items have the same form.
            for (index, item) in items.iter().enumerate().take(2) {
                walk(item, format!("{path}/{index}"), paths);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    paths.push(path);
}

fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "x",
        " x",
        "x ",
        "a b",
        "a\nb",
        "a\u{202E}b",
        "é",
        "0",
        "0.00",
        "1",
        "1.50",
        "12",
        "-1",
        "-0",
        "+1",
        "1e3",
        "1_000",
        ".5",
        "5.",
        "0.005",
        "99.99",
        "99.999",
        "100",
        "100.0",
        "100.01",
        "101",
        "123456789012345678",
        "1234567890123456789",
        "12345678901234567.8",
        "0.00000000000000001",
        "derived",
        "prorate",
        "ceil",
        "round",
        "none",
        "gst_india",
        "vat",
        "USD",
        "EUR",
        "JPY",
        "usd",
        "US",
        "XXX",
        "2026-06-20",
        "2026-6-20",
        "2026-02-30",
        "02026-06-20",
    ];
    let mut values: Vec<Value> = texts.into_iter().map(Value::from).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(2),
        json!(12),
        json!(99),
        json!(100),
        json!(256),
        json!(4_294_967_295_u64),
        json!(4_294_967_296_u64),
        json!(u64::MAX),
        json!([]),
        json!([1]),
        json!(["x"]),
        json!({}),
        json!({"scheme": "none"}),
        json!({"scheme": "none", "rate_percent": "18"}),
        json!({"scheme": "gst_india"}),
        json!({"scheme": "gst_india", "rate_percent": "0.0"}),
        json!({"scheme": "gst_india", "rate_percent": "0.5"}),
        json!({"flat": "1.00"}),
        json!({"flat": "1.00", "percent": "1"}),
        json!({"fixed_and_percent": {"fixed": "1.00", "percent": "0"}}),
        json!({"a_month": 0, "extra_price": "0.0005"}),
    ]);
    values
}
