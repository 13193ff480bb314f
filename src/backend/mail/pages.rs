//! The pages that a mail may link: those that the account can open.

use billing::access::{OrderKind, OrganizationAccess};
use billing::account::notice::Access;
use billing::invoicing::invoice::InvoiceNumber;
use serde::Serialize;

/// For each page of the app the one to link; `None` when none can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pages {
    /// My Plan, which explains locks and pauses and says what ends them.
    pub my_plan: Option<PageLink>,
    /// Change Plan, to order another tier.
    pub change_plan: Option<PageLink>,
    pub invoices: Option<PageLink>,
    /// The invoice that the mail is about; `None` also when it is about none.
    pub invoice: Option<PageLink>,
    /// The support tickets.
    pub support: Option<PageLink>,
}

/// A link to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageLink {
    pub name: PageName,
    /// `None` when the address of the app is unknown; then the page is only named.
    pub url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageName {
    MyPlan,
    ChangePlan,
    Invoices,
    Support,
}

impl Pages {
    /// The pages that an account can open, on the app's site.
    pub(super) fn of(access: &Access, invoice: Option<&InvoiceNumber>, site: Option<&str>) -> Self {
        let link = |page: Page<'_>| page.reachable(access).map(|page| page.link(site));
        Self {
            my_plan: link(Page::MyPlan),
            change_plan: link(Page::ChangePlan),
            invoices: link(Page::Invoices),
            invoice: invoice.and_then(|number| link(Page::Invoice(number))),
            support: link(Page::Support),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page<'a> {
    MyPlan,
    ChangePlan,
    Invoices,
    Invoice(&'a InvoiceNumber),
    Support,
}

impl Page<'_> {
    /// This page, or what the account can open instead. A paused account has one page, at every address;
    /// an account that has ended has none; when no tier can be ordered, My Plan says why (SPEC 6, "What
    /// works when").
    fn reachable(self, access: &Access) -> Option<Self> {
        match access.works.organization {
            OrganizationAccess::Closed => None,
            OrganizationAccess::ReactivationPage => Some(Self::MyPlan),
            OrganizationAccess::Admins if self == Self::ChangePlan => {
                match access.refuses(OrderKind::Upgrade) {
                    Some(_) => Some(Self::MyPlan),
                    None => Some(self),
                }
            }
            OrganizationAccess::Admins => Some(self),
        }
    }

    fn link(self, site: Option<&str>) -> PageLink {
        let (name, path) = match self {
            Self::MyPlan => (PageName::MyPlan, "/plan".to_owned()),
            Self::ChangePlan => (PageName::ChangePlan, "/plan/change".to_owned()),
            Self::Invoices => (PageName::Invoices, "/invoices".to_owned()),
            Self::Invoice(number) => (PageName::Invoices, format!("/invoices/{number}")),
            Self::Support => (PageName::Support, "/support".to_owned()),
        };
        PageLink {
            name,
            url: site.map(|site| format!("{site}{path}")),
        }
    }
}
