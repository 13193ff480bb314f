//! Which screen a page has, and the piece that it comes with.

use crate::client::failure::Failure;
use crate::components::lazy::{lazy, lazy_view};
use crate::routing::route::{Later, Page};
use crate::screens::{
    add_ons, audit, change_plan, data, invoice, invoices, leaving, mailbox, missing, my_plan,
    on_file, support,
};
use crate::view::View;

/// The pieces that pages come with (`public/pieces.js` has the same table, to fetch them early).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Plan,
    ChangePlan,
    AddOns,
    Records,
    Activity,
    Leaving,
    Sandbox,
}

impl Piece {
    /// The piece of a page; `None` for pages of the main module.
    const fn of(page: &Page) -> Option<Self> {
        match page {
            Page::MyPlan => Some(Self::Plan),
            Page::ChangePlan(_) => Some(Self::ChangePlan),
            Page::AddOns(_) => Some(Self::AddOns),
            Page::Invoices | Page::Invoice(_) | Page::Data | Page::Support => Some(Self::Records),
            Page::Audit(_) => Some(Self::Activity),
            Page::Pause | Page::Cancel => Some(Self::Leaving),
            Page::Mailbox | Page::Mail(_) => Some(Self::Sandbox),
            Page::Later(
                Later::PaymentMethods | Later::NewPaymentMethod | Later::BillingDetails,
            ) => Some(Self::Sandbox),
            Page::Later(Later::Users | Later::Invite | Later::Roles) | Page::Unknown => None,
        }
    }
}

/// A page of a piece, by its address.
type Screen = fn(&Page) -> View;

lazy! { fn plan() -> Screen { |_| my_plan::screen() } in plan }

lazy! { fn change_plan() -> Screen { |_| change_plan::screen() } in change_plan }

lazy! { fn add_ons() -> Screen { |_| add_ons::screen() } in add_ons }

lazy! {
    fn records() -> Screen {
        |page| match page {
            Page::Invoice(number) => invoice::screen(number),
            Page::Data => data::screen(),
            Page::Support => support::screen(),
            _ => invoices::screen(),
        }
    } in records
}

lazy! { fn activity() -> Screen { |_| audit::screen() } in activity }

lazy! {
    fn leaving() -> Screen {
        |page| match page {
            Page::Pause => leaving::pause(),
            _ => leaving::cancel(),
        }
    } in leaving
}

lazy! {
    fn sandbox() -> Screen {
        |page| match page {
            Page::Mail(id) => mailbox::mail(id),
            Page::Later(Later::BillingDetails) => on_file::billing_details(),
            Page::Later(_) => on_file::payment_methods(),
            _ => mailbox::screen(),
        }
    } in sandbox
}

impl Piece {
    /// Loads the piece. One function for all: `lazy_view` is built once, not once for each.
    async fn load(self) -> Result<Screen, Failure> {
        match self {
            Self::Plan => plan().await,
            Self::ChangePlan => change_plan().await,
            Self::AddOns => add_ons().await,
            Self::Records => records().await,
            Self::Activity => activity().await,
            Self::Leaving => leaving().await,
            Self::Sandbox => sandbox().await,
        }
    }
}

/// The screen of a page.
pub(super) fn open(page: &Page) -> View {
    let here = page.clone();
    match (Piece::of(page), page) {
        (Some(piece), _) => lazy_view(
            move || piece.load(),
            my_plan::waiting,
            move |screen: &Screen| screen(&here),
        ),
        (None, Page::Later(later)) => missing::later(*later),
        (None, _) => missing::not_found(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loader's table of pieces by the beginning of a path.
    fn routes() -> Vec<(&'static str, &'static str)> {
        let loader = include_str!("../../../public/pieces.js");
        let (_, after) = loader.split_once("const ROUTES = [").unwrap();
        let (table, _) = after.split_once("];").unwrap();
        let words: Vec<&str> = table.split('"').skip(1).step_by(2).collect();
        words.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The name of a piece for the loader.
    fn name(piece: Piece) -> String {
        let mut name = String::new();
        for letter in format!("{piece:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    #[test]
    fn the_loader_fetches_the_piece_of_each_page() {
        let routes = routes();
        let others = ["invoices/X-1", "sandbox/mailbox", "plan/change?tier=40000"];
        let others = others.map(|path| Page::parse(&format!("/{path}")));
        for page in Page::everywhere().into_iter().chain(others) {
            let path = page.to_path();
            let path = path.split('?').next().unwrap().trim_matches('/');
            let is_below = |start: &str| path == start || path.starts_with(&format!("{start}/"));
            let route = routes.iter().find(|(start, _)| is_below(start));
            let expected = Piece::of(&page).map(name);
            assert_eq!(
                route.map(|(_, piece)| (*piece).to_owned()),
                expected,
                "{path}"
            );
        }
    }
}
