//! What the texts of a request's body are for: the server checks each before it reads the body as a
//! type, so a body without an entry here does not compile as one.

use billing::PlanChange;
use billing::identity::TextKind;

use crate::credential::IssueCredential;
use crate::events::{Events, Profiles};
use crate::intake::{AddOnUseRows, UsageRows};
use crate::invoice::Party;
use crate::leaving::{Cancellation, Pause};
use crate::payment::PayOutstanding;
use crate::plan_change::Order;
use crate::sandbox::{CardSaved, ClockMove, GatewayScript};
use crate::session::SignIn;
use crate::support::NewTicket;

/// How the texts below a place in a body are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// All of them are for this.
    Are(TextKind),
    /// A file in base64, which says itself whether it can be read (A222).
    File,
    /// Whoever reads them says it, by the same rule and together with what else is wrong: a form, or
    /// each entry of a batch by itself.
    ByRule,
    /// The same, and the names of members too: properties.
    Properties,
}

/// The body of a request.
pub trait RequestBody {
    /// The places whose texts are not single lines, such as `attachments[].content`; the first counts.
    const TEXTS: &'static [(&'static str, Texts)] = &[];

    /// How the texts of a place are read; the place has `[]` for the index of a list.
    fn texts(place: &str) -> Texts {
        let is_below = |entry: &str| {
            let rest = place.strip_prefix(entry);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let listed = Self::TEXTS.iter().find(|(entry, _)| is_below(entry));
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
    // One fingerprint in two hundred has a card number among its digits by chance (A230).
    const TEXTS: &'static [(&'static str, Texts)] = &[
        ("input_hash", Texts::Are(TextKind::Secret)),
        ("reasons", Texts::ByRule),
    ];
}

impl RequestBody for Cancellation {
    const TEXTS: &'static [(&'static str, Texts)] = &[("reason", Texts::ByRule)];
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
impl RequestBody for Pause {}
impl RequestBody for PayOutstanding {}
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
        assert_eq!(Events::texts("else"), Texts::Are(TextKind::Line));
    }
}
