//! Where a mail leads: to a page that the account can open, or to none.

use billing::access::{Access, OrderKind, OrganizationAccess};

use super::body::Place;

/// A page of the app that a mail may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// My Plan, where locks and pauses are explained and cured.
    MyPlan,
    /// Another tier.
    ChangePlan,
    /// The invoices.
    Invoices,
    /// One invoice.
    Invoice(String),
    /// The tickets.
    Support,
}

impl Page {
    /// The page, as far as the account lets anybody open it: a pause leaves the page that is shown
    /// at every address, the end of the account leaves none, and where no tier can be ordered My Plan
    /// says why (SPEC 6, "What works when").
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
