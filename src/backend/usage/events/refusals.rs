//! Checks the entries of a batch, and collects what is refused.

use std::collections::{BTreeMap, BTreeSet};

use api::problem::FieldError;
use api::usage::events::{EntryFault, RefusedEntry};
use api::{Code, Problem};
use billing::text::{CardNumberFound, TextKind, contains_issued_card_number};
use serde_json::Value;

use crate::foundation::error::{Error, count_faults};
use crate::store::usage::schema::ValueType;
use crate::usage::intake::MOST_FAULTS;

/// The most characters of an event's name, a property's name or an id.
const LONGEST_NAME: usize = 120;
/// The most properties of an event or an update.
const MOST_PROPERTIES: usize = 256;
/// The most bytes of a value, as JSON.
const LONGEST_VALUE: usize = 2_000;

/// What happens to a batch with an invalid entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFault {
    /// The valid entries are stored: a program sends events as they happen.
    TakeTheRest,
    /// Nothing is stored: a person sends a file, and can correct it.
    RefuseAll,
}

/// Whether a null value may remove a property.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unset {
    Yes,
    No,
}

/// A fault in an entry.
struct Fault {
    code: EntryFault,
    field: String,
    message: String,
}

/// The faults of a batch, by index of the entry.
pub(super) struct Refusals {
    list: &'static str,
    faults: BTreeMap<usize, Vec<Fault>>,
}

/// The entry that is being checked.
pub(super) struct Looking<'a> {
    refusals: &'a mut Refusals,
    index: usize,
}

impl Refusals {
    pub(super) const fn of(list: &'static str) -> Self {
        Self {
            list,
            faults: BTreeMap::new(),
        }
    }

    /// Starts the check of an entry.
    pub(super) const fn at(&mut self, index: usize) -> Looking<'_> {
        Looking {
            refusals: self,
            index,
        }
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.faults.contains_key(&index)
    }

    /// The refused entries. With [`OnFault::RefuseAll`] any fault refuses the whole batch; the error
    /// then names each fault by index and field.
    pub(super) fn settle(self, on_fault: OnFault) -> Result<Vec<RefusedEntry>, Error> {
        match on_fault {
            OnFault::RefuseAll if !self.faults.is_empty() => Err(self.problem()),
            OnFault::RefuseAll | OnFault::TakeTheRest => Ok(self.entries()),
        }
    }

    fn entries(self) -> Vec<RefusedEntry> {
        let entry = |(index, faults): (usize, Vec<Fault>)| {
            let said = faults.iter().map(|fault| {
                let place = [fault.field.as_str(), ": "].concat();
                let place = if fault.field.is_empty() { "" } else { &place };
                [place, &fault.message].concat()
            });
            Some(RefusedEntry {
                index,
                code: faults.first()?.code,
                reason: said.collect::<Vec<_>>().join("; "),
            })
        };
        self.faults.into_iter().filter_map(entry).collect()
    }

    fn problem(self) -> Error {
        let list = self.list;
        let named = self.faults.into_iter().flat_map(|(index, faults)| {
            faults.into_iter().map(move |fault| FieldError {
                field: format!("{list}[{index}].{}", fault.field),
                message: fault.message,
            })
        });
        let mut fields: Vec<_> = named.collect();
        let count = fields.len();
        fields.truncate(MOST_FAULTS);
        let detail = format!("Nothing was taken: {}, see `fields`", count_faults(count));
        Error::from(Problem {
            fields,
            ..Problem::new(Code::InvalidField, detail)
        })
    }
}

impl Looking<'_> {
    pub(super) fn refuse(&mut self, code: EntryFault, field: &str, message: impl Into<String>) {
        let fault = Fault {
            code,
            field: field.to_owned(),
            message: message.into(),
        };
        let faults = self.refusals.faults.entry(self.index).or_default();
        faults.push(fault);
    }

    fn invalid(&mut self, field: &str, message: impl Into<String>) {
        self.refuse(EntryFault::InvalidField, field, message);
    }

    /// Checks that the project belongs to the organization.
    pub(super) fn project(&mut self, project: &str, projects: &BTreeSet<&str>) {
        if !projects.contains(project) {
            let unknown = "your organization has no project with this id";
            self.refuse(EntryFault::UnknownProject, "project", unknown);
        }
    }

    pub(super) fn text(&mut self, field: &str, text: &str) {
        let length = text.chars().count();
        if length == 0 || length > LONGEST_NAME || text.contains(char::is_control) {
            let needs = format!("1 to {LONGEST_NAME} characters on one line");
            self.invalid(field, needs);
        } else if let Err(fault) = TextKind::Data.check(text) {
            self.invalid(field, fault.to_string());
        }
    }

    /// Checks the value of a property for what no text from outside may contain.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) if contains_issued_card_number(&number.to_string()) => {
                self.invalid("properties", CardNumberFound.to_string());
            }
            Value::Number(_) => {}
            Value::String(text) => {
                if let Err(fault) = TextKind::Data.check(text) {
                    self.invalid("properties", fault.to_string());
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(members) => members.values().for_each(|value| self.value(value)),
        }
    }

    pub(super) fn properties(&mut self, properties: &BTreeMap<String, Value>, may_unset: Unset) {
        if properties.len() > MOST_PROPERTIES {
            self.invalid("properties", format!("at most {MOST_PROPERTIES}"));
        }
        for (name, value) in properties {
            self.text("properties", name);
            self.value(value);
            let unset = value.is_null() && matches!(may_unset, Unset::Yes);
            if ValueType::of(value).is_none() && !unset {
                let words =
                    format!("{name} is neither text, number, yes or no, nor a list of these");
                self.invalid("properties", words);
            }
            if value.to_string().len() > LONGEST_VALUE {
                let words = format!("{name} is longer than {LONGEST_VALUE} bytes");
                self.invalid("properties", words);
            }
        }
    }
}
