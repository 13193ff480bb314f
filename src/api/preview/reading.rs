//! From a line to its fields: all required ones present, each of the right type.

use std::collections::BTreeSet;

use billing::AddOnId;
use billing::pricing::tax::{StateCode, TaxPlaces};
use serde_json::value::RawValue;

use super::json::{self, Node, NotJson};
use super::{LineCode, LineError};

/// A line whose required fields are present and whose fields have the right type.
pub(super) struct RawRequest {
    pub(super) price_book: String,
    pub(super) currency: String,
    pub(super) date: String,
    pub(super) tier: i128,
    pub(super) add_ons: BTreeSet<AddOnId>,
    pub(super) is_trial: bool,
    pub(super) mau: i128,
    pub(super) data_points: i128,
    pub(super) change: Option<RawChange>,
    pub(super) places: Option<TaxPlaces>,
}

#[derive(Default)]
pub(super) struct RawChange {
    pub(super) tier: Option<i128>,
    pub(super) add: BTreeSet<AddOnId>,
    pub(super) remove: BTreeSet<AddOnId>,
}

/// Reads a line: its id if it has one, and the other fields or the fault.
pub(super) fn read(line: &str) -> (Option<String>, Result<RawRequest, LineError>) {
    let not_json = |why: &str| (None, Err(LineError::new(LineCode::InvalidJson, why)));
    let root = match json::whole(line).and_then(Node::of) {
        Ok(Node::Object(entries)) => entries,
        Ok(_) => return not_json("the line is not a JSON object"),
        Err(why) => return not_json(&format!("the line is not JSON: {why}")),
    };
    let mut found = Findings::default();
    match found.raw(root) {
        Err(why) => not_json(&format!("the line is not JSON: {why}")),
        Ok((id, raw)) => {
            let raw = match (found.missing, found.invalid, raw) {
                (Some(name), _, _) => Err(LineError::new(
                    LineCode::MissingField,
                    format!("{name} is missing"),
                )),
                (None, None, Some(raw)) => Ok(raw),
                (None, invalid, _) => Err(LineError::new(
                    LineCode::InvalidField,
                    invalid.unwrap_or_else(|| "a field has a value it cannot have".to_owned()),
                )),
            };
            (id, raw)
        }
    }
}

/// The first missing field and the first wrong field found so far.
#[derive(Default)]
struct Findings {
    missing: Option<String>,
    invalid: Option<String>,
}

/// The path of a field, and its raw value; `None` when the field is absent.
type Field<'a> = Option<(&'static str, &'a RawValue)>;

/// The entries of an object; `None` when the object is absent.
type Entries<'a> = Option<Vec<(String, &'a RawValue)>>;

impl Findings {
    fn raw(
        &mut self,
        root: Vec<(String, &RawValue)>,
    ) -> Result<(Option<String>, Option<RawRequest>), NotJson> {
        const NAMES: [&str; 8] = [
            "id",
            "price_book",
            "currency",
            "date",
            "subscription",
            "usage",
            "change",
            "tax",
        ];
        let [
            id,
            price_book,
            currency,
            date,
            subscription,
            usage,
            change,
            tax,
        ] = self.fields(Some(root), 6, NAMES);
        let id = self.text(id)?;
        let price_book = self.text(price_book)?;
        let currency = self.text(currency)?;
        let date = self.text(date)?;
        let subscription = self.object(subscription)?;
        let [tier, add_ons, status] = self.fields(
            subscription,
            3,
            [
                "subscription.tier",
                "subscription.add_ons",
                "subscription.status",
            ],
        );
        let (tier, add_ons) = (self.integer(tier)?, self.ids(add_ons)?);
        let is_trial = self.status(status)?;
        let usage = self.object(usage)?;
        let [mau, points] = self.fields(usage, 2, ["usage.mau", "usage.data_points"]);
        let (mau, data_points) = (self.integer(mau)?, self.integer(points)?);
        let change = self.change(change)?;
        let places = self.places(tax, currency.as_deref())?;
        let raw = || {
            Some(RawRequest {
                price_book: price_book?,
                currency: currency?,
                date: date?,
                tier: tier?,
                add_ons: add_ons?,
                is_trial: is_trial?,
                mau: mau?,
                data_points: data_points?,
                change,
                places,
            })
        };
        Ok((id, raw()))
    }

    fn change(&mut self, field: Field<'_>) -> Result<Option<RawChange>, NotJson> {
        let Some(entries) = self.object(not_null(field))? else {
            return Ok(None);
        };
        let [tier, add, remove] = self.fields(
            Some(entries),
            0,
            ["change.tier", "change.add", "change.remove"],
        );
        Ok(Some(RawChange {
            tier: self.integer(not_null(tier))?,
            add: self.ids(not_null(add))?.unwrap_or_default(),
            remove: self.ids(not_null(remove))?.unwrap_or_default(),
        }))
    }

    /// The places of supply: the defaults when INR comes without them, `None` for other currencies.
    fn places(
        &mut self,
        field: Field<'_>,
        currency: Option<&str>,
    ) -> Result<Option<TaxPlaces>, NotJson> {
        if field.is_some() && currency == Some("USD") {
            self.invalid("tax goes with INR only".to_owned());
        }
        let entries = self.object(field)?;
        let [supplier, customer] =
            self.fields(entries, 0, ["tax.supplier_state", "tax.customer_state"]);
        let places = TaxPlaces {
            supplier: self.state(supplier)?,
            customer: self.state(customer)?,
        };
        Ok((currency == Some("INR")).then_some(places))
    }

    /// Splits an object into its required fields and its optional fields.
    fn fields<'a, const N: usize>(
        &mut self,
        entries: Entries<'a>,
        required: usize,
        paths: [&'static str; N],
    ) -> [Field<'a>; N] {
        let mut fields = [None; N];
        let Some(entries) = entries else {
            return fields;
        };
        for (key, value) in entries {
            let named = |path: &&str| path.rsplit('.').next() == Some(key.as_str());
            match paths.iter().position(named) {
                None => self.invalid(format!("there is no field {key:?} here")),
                Some(place) => {
                    if fields[place].replace((paths[place], value)).is_some() {
                        self.invalid(format!("{} stands there twice", paths[place]));
                    }
                }
            }
        }
        for (path, field) in paths.iter().zip(&fields).take(required) {
            if field.is_none() {
                self.missing.get_or_insert_with(|| (*path).to_owned());
            }
        }
        fields
    }

    fn invalid(&mut self, message: String) {
        self.invalid.get_or_insert(message);
    }

    /// The value, if it has the right type; otherwise notes that the field is wrong.
    fn value<'a, T>(
        &mut self,
        field: Field<'a>,
        kind: &str,
        of_kind: impl FnOnce(Node<'a>) -> Option<T>,
    ) -> Result<Option<T>, NotJson> {
        let Some((path, raw)) = field else {
            return Ok(None);
        };
        let value = of_kind(Node::of(raw)?);
        if value.is_none() {
            self.invalid(format!("{path} must be {kind}"));
        }
        Ok(value)
    }

    fn object<'a>(&mut self, field: Field<'a>) -> Result<Entries<'a>, NotJson> {
        self.value(field, "an object", |node| match node {
            Node::Object(entries) => Some(entries),
            _ => None,
        })
    }

    fn text(&mut self, field: Field<'_>) -> Result<Option<String>, NotJson> {
        self.value(field, "a string", |node| match node {
            Node::Text(text) => Some(text),
            _ => None,
        })
    }

    fn integer(&mut self, field: Field<'_>) -> Result<Option<i128>, NotJson> {
        self.value(field, "an integer", |node| match node {
            Node::Integer(number) => Some(number),
            _ => None,
        })
    }

    /// Whether the subscription is in trial.
    fn status(&mut self, field: Field<'_>) -> Result<Option<bool>, NotJson> {
        self.value(field, "\"active\" or \"trial\"", |node| match node {
            Node::Text(text) if text == "active" => Some(false),
            Node::Text(text) if text == "trial" => Some(true),
            _ => None,
        })
    }

    fn state(&mut self, field: Field<'_>) -> Result<StateCode, NotJson> {
        let state = self.value(
            field,
            "a state code, \"01\" to \"38\" or \"97\"",
            |node| match node {
                Node::Text(text) => StateCode::parse(&text).ok(),
                _ => None,
            },
        )?;
        Ok(state.unwrap_or(StateCode::MAHARASHTRA))
    }

    fn ids(&mut self, field: Field<'_>) -> Result<Option<BTreeSet<AddOnId>>, NotJson> {
        let items = self.value(field, "a list of ids", |node| match node {
            Node::Array(items) => Some(items),
            _ => None,
        })?;
        let (Some(items), Some((path, _))) = (items, field) else {
            return Ok(None);
        };
        let mut ids = BTreeSet::new();
        for item in items {
            if let Some(id) = self.text(Some((path, item)))?
                && !ids.insert(AddOnId::new(id))
            {
                self.invalid(format!("{path} has an id twice"));
            }
        }
        Ok(Some(ids))
    }
}

/// `null` counts as absent.
fn not_null(field: Field<'_>) -> Field<'_> {
    field.filter(|(_, raw)| raw.get() != "null")
}
