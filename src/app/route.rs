//! Addresses: the only place that spells one (SPEC 4.14).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api::audit;
use billing::AddOnId;
use billing::invoice::InvoiceNumber;

mod choice;
mod mail_id;

pub use choice::Choice;
pub use mail_id::MailId;

/// A page of the Organization area.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    /// The plan, the usage, the next invoice.
    MyPlan,
    /// Another tier; the address keeps the choice.
    ChangePlan(Option<Choice>),
    /// Add-ons, to have and to drop; the address keeps the choice.
    AddOns(Basket),
    /// Pausing the plan.
    Pause,
    /// Cancelling the plan.
    Cancel,
    /// All invoices.
    Invoices,
    /// One invoice.
    Invoice(InvoiceNumber),
    /// What is kept, what has arrived, and exports.
    Data,
    /// Tickets and other help.
    Support,
    /// Who did what; the address keeps the section.
    Audit(Option<audit::Section>),
    /// What was written to the organization's people; in the sandbox only.
    Mailbox,
    /// One mail.
    Mail(MailId),
    /// A page that has an address and nothing else yet.
    Later(Later),
    /// An address of no page.
    #[default]
    Unknown,
}

/// What is chosen on Manage Add-ons. Why something goes is no part of it: that is nobody else's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basket {
    /// Add-ons to have.
    pub add: BTreeSet<AddOnId>,
    /// Add-ons to drop.
    pub remove: BTreeSet<AddOnId>,
}

/// A page that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// Who is billed, and where.
    BillingDetails,
    /// What pays.
    PaymentMethods,
    /// A new payment method.
    NewPaymentMethod,
    /// The people.
    Users,
    /// Inviting people.
    Invite,
    /// What people may do.
    Roles,
}

impl Later {
    const ADDRESSES: [(Self, &'static str); 6] = [
        (Self::BillingDetails, "billing/details"),
        (Self::PaymentMethods, "billing/payment-methods"),
        (Self::NewPaymentMethod, "billing/payment-methods/new"),
        (Self::Users, "users"),
        (Self::Invite, "users/invite"),
        (Self::Roles, "roles"),
    ];
}

/// The documents' other spellings (SPEC 4, A20), and where they lead.
const ALIASES: [(&str, &str); 18] = [
    ("", "plan"),
    ("organization", "plan"),
    ("organization/my-plan", "plan"),
    ("organization/billing", "plan"),
    ("organization/billing-details", "billing/details"),
    ("organization/payment-methods", "billing/payment-methods"),
    ("organization/invoices", "invoices"),
    ("organization/users", "users"),
    ("my-plan", "plan"),
    ("billing", "billing/details"),
    ("billing/my-plan", "plan"),
    ("billing/plan", "plan"),
    ("billing/invoices", "invoices"),
    ("billing/details/invoices", "invoices"),
    ("billing-details", "billing/details"),
    ("payment-methods", "billing/payment-methods"),
    ("settings/users", "users"),
    ("settings/roles", "roles"),
];

impl Page {
    /// Reads a path below the base, with or without a query. An alias gives the page it stands for.
    pub fn parse(address: &str) -> Self {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path = path.trim_matches('/');
        let path = ALIASES
            .iter()
            .find(|(alias, _)| *alias == path)
            .map_or(path, |(_, canonical)| canonical);
        if let Some((later, _)) = Later::ADDRESSES.iter().find(|(_, at)| *at == path) {
            return Self::Later(*later);
        }
        match path.split_once('/') {
            None if path == "plan" => Self::MyPlan,
            None if path == "invoices" => Self::Invoices,
            None if path == "data" => Self::Data,
            None if path == "support" => Self::Support,
            None if path == "audit" => {
                let section = query
                    .split('&')
                    .find_map(|pair| pair.strip_prefix("section="));
                Self::Audit(section.and_then(audit::Section::parse))
            }
            Some(("sandbox", "mailbox")) => Self::Mailbox,
            Some(("sandbox", rest)) => rest
                .strip_prefix("mailbox/")
                .and_then(MailId::parse)
                .map_or(Self::Unknown, Self::Mail),
            Some(("plan", "pause")) => Self::Pause,
            Some(("plan", "cancel")) => Self::Cancel,
            Some(("plan", "add-ons")) => Self::AddOns(Basket::parse(query)),
            Some(("plan", "change")) => Self::ChangePlan(Choice::parse(query)),
            Some(("invoices", number)) => {
                InvoiceNumber::parse(number).map_or(Self::Unknown, Self::Invoice)
            }
            _ => Self::Unknown,
        }
    }

    /// The path below the base, beginning with `/`.
    pub fn to_path(&self) -> String {
        let mut path = String::from("/");
        match self {
            Self::MyPlan => path.push_str("plan"),
            Self::ChangePlan(choice) => {
                path.push_str("plan/change");
                if let Some(choice) = choice {
                    choice.write(&mut path);
                }
            }
            Self::AddOns(basket) => {
                path.push_str("plan/add-ons");
                basket.write(&mut path);
            }
            Self::Pause => path.push_str("plan/pause"),
            Self::Cancel => path.push_str("plan/cancel"),
            Self::Invoices => path.push_str("invoices"),
            Self::Invoice(number) => {
                path.push_str("invoices/");
                path.push_str(number.as_str());
            }
            Self::Data => path.push_str("data"),
            Self::Support => path.push_str("support"),
            Self::Audit(section) => {
                path.push_str("audit");
                if let Some(section) = section {
                    let _ = write!(path, "?section={}", section.as_str());
                }
            }
            Self::Mailbox => path.push_str("sandbox/mailbox"),
            Self::Mail(id) => {
                path.push_str("sandbox/mailbox/");
                path.push_str(id.as_str());
            }
            Self::Later(later) => {
                let at = Later::ADDRESSES.iter().find(|(page, _)| page == later);
                path.push_str(at.map_or("", |(_, at)| at));
            }
            Self::Unknown => path.push_str("not-found"),
        }
        path
    }

    /// The pages that one can go to by name.
    pub fn everywhere() -> [Self; 12] {
        [
            "plan",
            "plan/change",
            "plan/add-ons",
            "plan/pause",
            "plan/cancel",
            "billing/details",
            "billing/payment-methods",
            "invoices",
            "users",
            "data",
            "support",
            "audit",
        ]
        .map(Self::parse)
    }

    /// Whether both are the same page, whatever is chosen on it.
    pub fn is_same_page(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::ChangePlan(_), Self::ChangePlan(_))
                | (Self::AddOns(_), Self::AddOns(_))
                | (Self::Audit(_), Self::Audit(_))
        ) || self == other
    }

    /// The entry of the navigation under which the page lies.
    pub const fn section(&self) -> Option<Section> {
        match self {
            Self::MyPlan | Self::ChangePlan(_) | Self::AddOns(_) | Self::Pause | Self::Cancel => {
                Some(Section::Plan)
            }
            Self::Invoices | Self::Invoice(_) => Some(Section::Invoices),
            Self::Later(later) => match later {
                Later::BillingDetails | Later::PaymentMethods | Later::NewPaymentMethod => {
                    Some(Section::Billing)
                }
                Later::Users | Later::Invite | Later::Roles => Some(Section::Users),
            },
            Self::Data => Some(Section::Data),
            Self::Support => Some(Section::Support),
            Self::Audit(_) | Self::Mailbox | Self::Mail(_) | Self::Unknown => None,
        }
    }
}

impl Basket {
    /// Whether nothing is chosen.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    fn parse(query: &str) -> Self {
        let listed = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(name));
            let ids = pair.into_iter().flat_map(|ids| ids.split(','));
            ids.filter(|id| is_plain(id)).map(AddOnId::new).collect()
        };
        Self {
            add: listed("add="),
            remove: listed("remove="),
        }
    }

    fn write(&self, path: &mut String) {
        let mut sign = '?';
        for (name, ids) in [("add", &self.add), ("remove", &self.remove)] {
            let ids: Vec<&str> = ids.iter().map(AddOnId::as_str).collect();
            if !ids.is_empty() {
                let _ = write!(path, "{sign}{name}={}", ids.join(","));
                sign = '&';
            }
        }
    }
}

/// Whether an id stands in an address as it is.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.bytes().all(plain)
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// My Plan.
    Plan,
    /// Billing details and payment methods.
    Billing,
    /// Invoices.
    Invoices,
    /// Users and roles.
    Users,
    /// The organization's data.
    Data,
    /// Help.
    Support,
}

impl Section {
    /// The entries, in order.
    pub const ALL: [Self; 6] = [
        Self::Plan,
        Self::Billing,
        Self::Invoices,
        Self::Users,
        Self::Data,
        Self::Support,
    ];

    /// The page an entry leads to.
    pub const fn page(self) -> Page {
        match self {
            Self::Plan => Page::MyPlan,
            Self::Billing => Page::Later(Later::BillingDetails),
            Self::Invoices => Page::Invoices,
            Self::Users => Page::Later(Later::Users),
            Self::Data => Page::Data,
            Self::Support => Page::Support,
        }
    }
}

#[cfg(test)]
mod tests;
