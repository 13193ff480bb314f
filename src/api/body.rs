//! How the texts in a request body are checked. The server checks each text before it deserializes the
//! body, so a type without `RequestBody` cannot be extracted from a request.

use billing::PlanChange;
use billing::text::TextKind;

use crate::account::leaving::{Cancellation, Pause};
use crate::invoicing::invoice::Party;
use crate::invoicing::payment::PayOutstanding;
use crate::plan::plan_change::Order;
use crate::sandbox::{CardSaved, ClockMove, GatewayScript};
use crate::session::SignIn;
use crate::support::NewTicket;
use crate::usage::credential::IssueCredential;
use crate::usage::events::{Events, Profiles};
use crate::usage::intake::{AddOnUseRows, UsageRows};

/// How the texts under a path of the body are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Each text is checked as this kind.
    Are(TextKind),
    /// A file in base64; its own decoder reports what cannot be read (A222).
    File,
    /// The handler checks them by the same rule and reports them with the other faults: a form, or
    /// each entry of a batch.
    ByRule,
    /// As [`Texts::ByRule`], and the names of members too: properties.
    Properties,
    /// A [`Money`](billing::Money); another value is a fault of this field.
    Amount,
}

/// A type that is read from the body of a request.
pub trait RequestBody {
    /// The paths whose texts are not single lines, such as `attachments[].content`; the first match counts.
    const TEXTS: &'static [(&'static str, Texts)] = &[];

    /// How the texts under a path are checked; the path has `[]` for the index of a list.
    fn texts(place: &str) -> Texts {
        let mut entries = Self::TEXTS.iter();
        let listed = entries.find(|(entry, texts)| match place.strip_prefix(entry) {
            Some("") => true,
            // The texts within an amount are lines.
            Some(below) => *texts != Texts::Amount && below.starts_with(['.', '[']),
            None => false,
        });
        listed.map_or(Texts::Are(TextKind::Line), |(_, texts)| *texts)
    }
}

impl RequestBody for SignIn {
    const TEXTS: &'static [(&'static str, Texts)] = &[("password", Texts::Are(TextKind::Secret))];
}

impl RequestBody for NewTicket {
    const TEXTS: &'static [(&'static str, Texts)] = &[
        ("subject", Texts::ByRule),
        ("description", Texts::ByRule),
        ("attachments[].content", Texts::File),
    ];
}

impl RequestBody for Order {
    // One fingerprint in two hundred contains the digits of a valid card number by chance (A230).
    const TEXTS: &'static [(&'static str, Texts)] = &[
        ("input_hash", Texts::Are(TextKind::Secret)),
        ("reasons", Texts::ByRule),
        ("total", Texts::Amount),
    ];
}

impl RequestBody for Cancellation {
    const TEXTS: &'static [(&'static str, Texts)] =
        &[("reason", Texts::ByRule), ("agreed", Texts::Amount)];
}

impl RequestBody for Pause {
    const TEXTS: &'static [(&'static str, Texts)] = &[("agreed", Texts::Amount)];
}

impl RequestBody for PayOutstanding {
    const TEXTS: &'static [(&'static str, Texts)] = &[("total", Texts::Amount)];
}

impl RequestBody for Party {
    const TEXTS: &'static [(&'static str, Texts)] = &[("address", Texts::ByRule)];
}

impl RequestBody for UsageRows {
    const TEXTS: &'static [(&'static str, Texts)] = &[("rows", Texts::Are(TextKind::Data))];
}

impl RequestBody for AddOnUseRows {
    const TEXTS: &'static [(&'static str, Texts)] = &[("rows", Texts::Are(TextKind::Data))];
}

impl RequestBody for Events {
    const TEXTS: &'static [(&'static str, Texts)] = &[
        ("events[].properties", Texts::Properties),
        ("events[].project", Texts::ByRule),
        ("events[].id", Texts::ByRule),
        ("events[].name", Texts::ByRule),
        ("events[].identity", Texts::ByRule),
    ];
}

impl RequestBody for Profiles {
    const TEXTS: &'static [(&'static str, Texts)] = &[
        ("profiles[].properties", Texts::Properties),
        ("profiles[].project", Texts::ByRule),
        ("profiles[].id", Texts::ByRule),
        ("profiles[].identity", Texts::ByRule),
    ];
}

impl RequestBody for CardSaved {}
impl RequestBody for ClockMove {}
impl RequestBody for GatewayScript {}
impl RequestBody for IssueCredential {}
impl RequestBody for PlanChange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_unless_it_is_listed() {
        let check = |place, expected| assert_eq!(NewTicket::texts(place), expected, "{place}");
        check("topic", Texts::Are(TextKind::Line));
        check("description", Texts::ByRule);
        check("descriptions", Texts::Are(TextKind::Line));
        check("attachments[].name", Texts::Are(TextKind::Line));
        check("attachments[].content", Texts::File);
        assert_eq!(
            Events::texts("events[].properties.words"),
            Texts::Properties
        );
        assert_eq!(Events::texts("events[].name"), Texts::ByRule);
        assert_eq!(Order::texts("total"), Texts::Amount);
        assert_eq!(Order::texts("total.currency"), Texts::Are(TextKind::Line));
        assert_eq!(Events::texts("else"), Texts::Are(TextKind::Line));
    }
}
