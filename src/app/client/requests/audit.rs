//! The audit log.

use api::audit::{Activity, Section};
use api::route::Route;

use crate::client::{Asked, Call, Client};

impl Client {
    /// `GET /audit`, with a query of [`selected`].
    pub fn activity(self, query: &str) -> Asked<Activity> {
        self.ask(Call::of(Route::Audit, query))
    }

    /// The address of `GET /audit.csv`, for a link; `None` when the host uses tokens.
    pub fn activity_csv(self, query: &str) -> Option<String> {
        self.download(Route::AuditCsv, query)
    }
}

/// The query for some sections, or for all, with other parameters, such as `limit=5`.
pub fn selected(sections: &[Section], more: &str) -> String {
    let words: Vec<&str> = sections.iter().map(|section| section.as_str()).collect();
    match (words.as_slice(), more) {
        ([], "") => String::new(),
        ([], more) => format!("?{more}"),
        (_, "") => format!("?section={}", words.join(",")),
        (_, more) => format!("?section={}&{more}", words.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_only_what_is_chosen() {
        let both = [Section::Plan, Section::AddOns];
        for (sections, more, expected) in [
            (&[][..], "", ""),
            (&[], "limit=5", "?limit=5"),
            (&both[..1], "", "?section=plan"),
            (&both, "before=7", "?section=plan,add_ons&before=7"),
        ] {
            assert_eq!(selected(sections, more), expected);
        }
    }
}
