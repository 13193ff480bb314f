//! Addresses: the only place that spells one (SPEC 4.14).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use billing::AddOnId;
use billing::invoice::InvoiceNumber;

mod mail_id;

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
    /// All invoices.
    Invoices,
    /// One invoice.
    Invoice(InvoiceNumber),
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

/// What is chosen on Change Plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A tier, by its MAU limit.
    Tier(u64),
    /// More than the largest tier holds.
    Enterprise,
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
    /// Pausing the plan.
    Pause,
    /// Cancelling the plan.
    Cancel,
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
    /// The organization's data.
    Data,
    /// Help.
    Support,
    /// Who did what.
    Audit,
}

impl Later {
    const ADDRESSES: [(Self, &'static str); 11] = [
        (Self::Pause, "plan/pause"),
        (Self::Cancel, "plan/cancel"),
        (Self::BillingDetails, "billing/details"),
        (Self::PaymentMethods, "billing/payment-methods"),
        (Self::NewPaymentMethod, "billing/payment-methods/new"),
        (Self::Users, "users"),
        (Self::Invite, "users/invite"),
        (Self::Roles, "roles"),
        (Self::Data, "data"),
        (Self::Support, "support"),
        (Self::Audit, "audit"),
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
    #[must_use]
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
            Some(("sandbox", "mailbox")) => Self::Mailbox,
            Some(("sandbox", rest)) => rest
                .strip_prefix("mailbox/")
                .and_then(MailId::parse)
                .map_or(Self::Unknown, Self::Mail),
            Some(("plan", "add-ons")) => Self::AddOns(Basket::parse(query)),
            Some(("plan", "change")) => Self::ChangePlan(Choice::parse(query)),
            Some(("invoices", number)) => {
                InvoiceNumber::parse(number).map_or(Self::Unknown, Self::Invoice)
            }
            _ => Self::Unknown,
        }
    }

    /// The path below the base, beginning with `/`.
    #[must_use]
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
            Self::Invoices => path.push_str("invoices"),
            Self::Invoice(number) => {
                path.push_str("invoices/");
                path.push_str(number.as_str());
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
    #[must_use]
    pub fn everywhere() -> [Self; 11] {
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
        ]
        .map(Self::parse)
    }

    /// Whether both are the same page, whatever is chosen on it.
    #[must_use]
    pub fn is_same_page(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::ChangePlan(_), Self::ChangePlan(_)) | (Self::AddOns(_), Self::AddOns(_))
        ) || self == other
    }

    /// The entry of the navigation under which the page lies.
    #[must_use]
    pub const fn section(&self) -> Option<Section> {
        match self {
            Self::MyPlan | Self::ChangePlan(_) | Self::AddOns(_) => Some(Section::Plan),
            Self::Invoices | Self::Invoice(_) => Some(Section::Invoices),
            Self::Later(later) => match later {
                Later::Pause | Later::Cancel => Some(Section::Plan),
                Later::BillingDetails | Later::PaymentMethods | Later::NewPaymentMethod => {
                    Some(Section::Billing)
                }
                Later::Users | Later::Invite | Later::Roles => Some(Section::Users),
                Later::Data | Later::Support | Later::Audit => None,
            },
            Self::Mailbox | Self::Mail(_) | Self::Unknown => None,
        }
    }
}

impl Choice {
    fn parse(query: &str) -> Option<Self> {
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("tier="))?;
        match value {
            "enterprise" => Some(Self::Enterprise),
            digits => digits.parse().ok().map(Self::Tier),
        }
    }

    fn write(self, path: &mut String) {
        let _ = match self {
            Self::Tier(limit) => write!(path, "?tier={limit}"),
            Self::Enterprise => write!(path, "?tier=enterprise"),
        };
    }
}

impl Basket {
    /// Whether nothing is chosen.
    #[must_use]
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
}

impl Section {
    /// The entries, in order.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Billing, Self::Invoices, Self::Users];

    /// The page an entry leads to.
    #[must_use]
    pub const fn page(self) -> Page {
        match self {
            Self::Plan => Page::MyPlan,
            Self::Billing => Page::Later(Later::BillingDetails),
            Self::Invoices => Page::Invoices,
            Self::Users => Page::Later(Later::Users),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, page: &Page, canonical: &str) {
        assert_eq!(Page::parse(address), *page, "{address}");
        assert_eq!(page.to_path(), canonical, "{address}");
        assert_eq!(Page::parse(canonical), *page, "{canonical}");
    }

    #[test]
    fn every_address_of_the_specification_leads_to_its_page() {
        check("/plan", &Page::MyPlan, "/plan");
        let tier = Page::ChangePlan(Some(Choice::Tier(40_000)));
        check("/plan/change?tier=40000", &tier, "/plan/change?tier=40000");
        check("/plan/change", &Page::ChangePlan(None), "/plan/change");
        let enterprise = Page::ChangePlan(Some(Choice::Enterprise));
        let spelled = "/plan/change?tier=enterprise";
        check(spelled, &enterprise, spelled);
        check(
            "/plan/add-ons",
            &Page::AddOns(Basket::default()),
            "/plan/add-ons",
        );
        let ids = |ids: [&str; 2]| ids.map(AddOnId::new).into();
        let basket = Page::AddOns(Basket {
            add: ids(["promotions", "whatsapp-connect"]),
            remove: ids(["cloud-export", "premium-channels"]),
        });
        let spelled =
            "/plan/add-ons?add=promotions,whatsapp-connect&remove=cloud-export,premium-channels";
        check(spelled, &basket, spelled);
        let odd = "/plan/add-ons?remove=,X,a%20b,promotions&x=1";
        let basket = Page::AddOns(Basket {
            remove: [AddOnId::new("promotions")].into(),
            ..Basket::default()
        });
        check(odd, &basket, "/plan/add-ons?remove=promotions");
        check("/invoices", &Page::Invoices, "/invoices");
        let number = InvoiceNumber::parse("ACME-2627-00042").unwrap();
        let one = "/invoices/ACME-2627-00042";
        check(one, &Page::Invoice(number), one);
        check("/sandbox/mailbox", &Page::Mailbox, "/sandbox/mailbox");
        let id = MailId::parse("ob_0a9f-1").unwrap();
        let one = "/sandbox/mailbox/ob_0a9f-1";
        check(one, &Page::Mail(id), one);
        for (later, at) in Later::ADDRESSES {
            check(&format!("/{at}"), &Page::Later(later), &format!("/{at}"));
        }
    }

    #[test]
    fn other_spellings_lead_to_the_same_page() {
        for (alias, canonical) in ALIASES {
            let page = Page::parse(&format!("/{alias}/"));
            assert_eq!(page, Page::parse(canonical), "{alias}");
            assert_ne!(page, Page::Unknown, "{alias}");
        }
        check("/plan/?x=1#top", &Page::MyPlan, "/plan");
        let beside = "/plan/change?from=mail&tier=5000";
        let page = Page::ChangePlan(Some(Choice::Tier(5_000)));
        check(beside, &page, "/plan/change?tier=5000");
    }

    #[test]
    fn any_other_address_is_unknown_and_no_number_is_guessed() {
        for address in [
            "/plans",
            "/invoices/acme-1",
            "/invoices/ACME-2627-00042/pdf",
            "/plan/change/x",
            "/%E0%A4",
            "/not-found",
            "/sandbox",
            "/sandbox/mailbox/ob",
            "/sandbox/mailbox/ob_1/x",
        ] {
            assert_eq!(Page::parse(address), Page::Unknown, "{address}");
        }
        for query in ["tier=", "tier=x", "tier=-5", "Tier=5000", "tier=4e4"] {
            let page = Page::parse(&format!("/plan/change?{query}"));
            assert_eq!(page, Page::ChangePlan(None), "{query}");
        }
    }

    #[test]
    fn each_entry_of_the_navigation_holds_its_own_page() {
        for section in Section::ALL {
            assert_eq!(section.page().section(), Some(section));
        }
    }
}
