//! The theme: light, dark, or the system's.

use billing::UserId;
use web_sys::HtmlElement;

use crate::browser::storage::{self, Keep};
use crate::view::{Live, watch};

/// The storage name under which the boot script of the page finds the last theme, before a sign-in.
const LAST: &str = "prorata-theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// The system's theme.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// All themes, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Reads a value of [`Theme::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }

    /// The value in options, storage and markup.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The current theme, and the account that chose it.
#[derive(Debug, Clone, Copy)]
pub struct Appearance {
    theme: Live<Theme>,
    account: Live<Option<String>>,
}

impl Appearance {
    /// Starts with the host's theme, and keeps the attribute of the host's element up to date.
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

    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Loads the theme that this account last chose on this device, if it chose one.
    pub fn of_account(self, user_id: &UserId) {
        let name = format!("{LAST}:{user_id}");
        let chosen = storage::read(Keep::Always, &name).and_then(|word| Theme::parse(&word));
        self.account.set(Some(name));
        if let Some(theme) = chosen {
            storage::write(Keep::Always, LAST, theme.as_str());
            self.theme.set(theme);
        }
    }

    /// Sets and stores the theme.
    pub fn choose(self, theme: Theme) {
        storage::write(Keep::Always, LAST, theme.as_str());
        if let Some(name) = self.account.get_now() {
            storage::write(Keep::Always, &name, theme.as_str());
        }
        self.theme.set(theme);
    }
}
