//! Light or dark.

use web_sys::HtmlElement;

use crate::storage::{self, Keep};
use crate::view::{Live, watch};

/// The name under which the page's boot script finds the last choice, before anyone signs in.
const LAST: &str = "prorata-theme";

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }

    /// Its word, in options, storage and markup.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The theme in force, and whose choice it is.
#[derive(Debug, Clone, Copy)]
pub struct Appearance {
    theme: Live<Theme>,
    account: Live<Option<String>>,
}

impl Appearance {
    /// Starts with the host's theme and keeps the host's element up to date.
    pub fn start(host: HtmlElement, theme: Theme) -> Self {
        let theme = Live::new(theme);
        watch(move || {
            let _ = host.set_attribute("data-theme", theme.get().as_str());
        });
        Self {
            theme,
            account: Live::new(None),
        }
    }

    /// The theme in force.
    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Takes the choice that this account made last on this device, where it made one.
    pub fn of_account(self, user_id: &str) {
        let name = format!("{LAST}:{user_id}");
        let chosen = storage::read(Keep::Always, &name).and_then(|word| Theme::parse(&word));
        self.account.set(Some(name));
        if let Some(theme) = chosen {
            storage::write(Keep::Always, LAST, theme.as_str());
            self.theme.set(theme);
        }
    }

    /// Chooses, and remembers the choice.
    pub fn choose(self, theme: Theme) {
        storage::write(Keep::Always, LAST, theme.as_str());
        if let Some(name) = self.account.get_now() {
            storage::write(Keep::Always, &name, theme.as_str());
        }
        self.theme.set(theme);
    }
}
