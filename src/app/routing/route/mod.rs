//! Addresses: the only module that writes or reads one (SPEC 4.14).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api::audit;
use billing::AddOnId;
use billing::invoicing::invoice::InvoiceNumber;

mod choice;
mod mail_id;

pub use choice::Choice;
pub use mail_id::MailId;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    /// The plan, its usage and the next invoice.
    MyPlan,
    /// Choosing another tier; the address holds the choice.
    ChangePlan(Option<Choice>),
    /// Adding and removing add-ons; the address holds the choice.
    AddOns(Basket),
    Pause,
    Cancel,
    Invoices,
    Invoice(InvoiceNumber),
    /// Retention, received data, and exports.
    Data,
    /// Tickets and links to help.
    Support,
    /// The audit log; the address holds the section.
    Audit(Option<audit::Section>),
    /// The mails to the organization's people; in the sandbox only.
    Mailbox,
    Mail(MailId),
    /// A page that has an address but is not built yet.
    Later(Later),
    #[default]
    Unknown,
}

/// The choice on Manage Add-ons. The reasons for removals are private, so the address has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basket {
    /// Add-ons to add.
    pub add: BTreeSet<AddOnId>,
    /// Add-ons to remove.
    pub remove: BTreeSet<AddOnId>,
}

/// The pages that are not built yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    BillingDetails,
    PaymentMethods,
    NewPaymentMethod,
    Users,
    Invite,
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

/// The aliases of paths in the documents (SPEC 4, A20), and the paths that they lead to.
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
    /// Reads a path below the base, with or without a query. An alias is read as its page.
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

    /// The pages that the palette offers.
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

    /// Whether both are the same page, whatever is chosen on them.
    pub fn is_same_page(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::ChangePlan(_), Self::ChangePlan(_))
                | (Self::AddOns(_), Self::AddOns(_))
                | (Self::Audit(_), Self::Audit(_))
        ) || self == other
    }

    /// The navigation entry that the page belongs to.
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
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    fn parse(query: &str) -> Self {
        let listed = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(name));
            let ids = pair.into_iter().flat_map(|ids| ids.split(','));
            // `collect` would sort first, with two kilobytes of code for every page.
            let mut listed = BTreeSet::new();
            listed.extend(ids.filter(|id| is_plain(id)).map(AddOnId::new));
            listed
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

/// Whether an id needs no percent-encoding in an address.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.bytes().all(plain)
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Plan,
    /// Billing details and payment methods.
    Billing,
    Invoices,
    /// Users and roles.
    Users,
    Data,
    Support,
}

impl Section {
    /// The entries, in display order.
    pub const ALL: [Self; 6] = [
        Self::Plan,
        Self::Billing,
        Self::Invoices,
        Self::Users,
        Self::Data,
        Self::Support,
    ];

    /// The page that the entry opens.
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
