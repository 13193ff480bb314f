//! One sentence about a state, its consequence, and what can be done.

use leptos::prelude::*;

use crate::icon::{Icon, Sign};

/// How much a banner matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
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

/// A banner.
#[must_use]
pub fn banner(tone: Tone, title: String, details: Vec<String>, actions: Option<AnyView>) -> AnyView {
    let details = details
        .into_iter()
        .filter(|detail| !detail.is_empty())
        .map(|detail| view! { <p class="banner__detail">{detail}</p> })
        .collect_view();
    view! {
        <div class=tone.class() role=tone.role()>
            <Icon sign=tone.sign() />
            <div class="banner__text">
                <p class="banner__title">{title}</p>
                {details}
                {actions.map(|actions| view! { <div class="banner__actions">{actions}</div> })}
            </div>
        </div>
    }
    .into_any()
}
