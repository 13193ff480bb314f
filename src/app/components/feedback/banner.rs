//! One sentence about a state, its consequence, and what can be done.

use crate::components::icon::{Sign, icon};
use crate::view::{Element, div, p};

/// How important a banner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// Something will happen.
    Coming,
    /// Something costs more.
    Over,
    /// Something failed.
    Failed,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "banner",
            Self::Coming => "banner banner--accent",
            Self::Over => "banner banner--over",
            Self::Failed => "banner banner--danger",
        }
    }

    const fn sign(self) -> Sign {
        match self {
            Self::Plain => Sign::Note,
            Self::Coming => Sign::Clock,
            Self::Over | Self::Failed => Sign::Warning,
        }
    }

    const fn role(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Over => None,
            Self::Coming => Some("status"),
            Self::Failed => Some("alert"),
        }
    }
}

/// A banner: its title, its details, and its action.
pub fn banner(tone: Tone, title: &str, details: &[&str], action: Option<Element>) -> Element {
    let details = details
        .iter()
        .filter(|detail| !detail.is_empty())
        .map(|detail| p("banner__detail").child(*detail));
    div(tone.class())
        .attr_live("role", move || tone.role())
        .child(icon(tone.sign()))
        .child(
            div("banner__text")
                .child(p("banner__title").child(title))
                .children(details)
                .child(action.map(|action| div("banner__actions").child(action))),
        )
}
