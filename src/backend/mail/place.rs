//! The page that a mail links: one that the account can open, or none.

use billing::access::{OrderKind, OrganizationAccess};
use billing::account::notice::Access;
use billing::invoicing::invoice::InvoiceNumber;

use super::body::Place;

/// A page of the app that a mail may link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// My Plan, which explains locks and pauses and says what ends them.
    MyPlan,
    /// Change Plan, to order another tier.
    ChangePlan,
    Invoices,
    Invoice(InvoiceNumber),
    /// The support tickets.
    Support,
}

impl Page {
    /// The page to link: this one, or what the account can open instead. A paused account has one page,
    /// at every address; an account that has ended has none; when no tier can be ordered, My Plan says why
    /// (SPEC 6, "What works when").
    pub fn place(self, access: &Access) -> Option<Place> {
        let page = match access.works.organization {
            OrganizationAccess::Closed => return None,
            OrganizationAccess::ReactivationPage => Self::MyPlan,
            OrganizationAccess::Admins if self == Self::ChangePlan => {
                match access.refuses(OrderKind::Upgrade) {
                    Some(_) => Self::MyPlan,
                    None => self,
                }
            }
            OrganizationAccess::Admins => self,
        };
        let (name, path) = match page {
            Self::MyPlan => ("My Plan", "/plan".to_owned()),
            Self::ChangePlan => ("Change Plan", "/plan/change".to_owned()),
            Self::Invoices => ("Invoices", "/invoices".to_owned()),
            Self::Invoice(number) => ("Invoices", format!("/invoices/{number}")),
            Self::Support => ("Support", "/support".to_owned()),
        };
        Some(Place { name, path })
    }
}
