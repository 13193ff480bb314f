//! Levels of custom roles in each component, and how roles combine.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The level of a role in a component; each level includes the one before it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// No access.
    #[default]
    None,
    /// May view, but not change or download.
    Read,
    /// May view, change and download.
    Write,
}

/// A part of the Organization area that custom roles can open (SPEC 4.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Billing, usage, plans and invoices.
    Billing,
    /// Users: invite, revoke, account settings.
    UserSettings,
    /// The list of roles.
    RoleSettings,
}

impl Component {
    /// All components.
    pub const ALL: [Self; 3] = [Self::Billing, Self::UserSettings, Self::RoleSettings];
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Billing => "Billing",
            Self::UserSettings => "User Settings",
            Self::RoleSettings => "Role Settings",
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// The levels of a custom role. A component that is left out has the level `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Levels {
    /// The level in Billing.
    pub billing: Level,
    /// The level in User Settings.
    pub user_settings: Level,
    /// The level in Role Settings.
    pub role_settings: Level,
}

impl Levels {
    /// The level in a component.
    pub const fn of(&self, component: Component) -> Level {
        match component {
            Component::Billing => self.billing,
            Component::UserSettings => self.user_settings,
            Component::RoleSettings => self.role_settings,
        }
    }
}

/// The level of a system role combined with any number of custom roles.
///
/// **Rule.** The custom roles together have the lowest of their levels; of that and the system role's
/// level the higher one counts. Without custom roles only the system role counts, without a system
/// role only the custom ones.
/// **Source.** SPEC 7.1, A31.
///
/// # Worked example
///
/// ```
/// use billing::people::permission::{Level::*, merged};
/// // Creator (write) and B (none); A (write) and B (none); A (write) and C (read).
/// assert_eq!(merged(Some(Write), [None]), Write);
/// assert_eq!(merged(Option::None, [Write, None]), None);
/// assert_eq!(merged(Option::None, [Write, Read]), Read);
/// ```
pub fn merged(system: Option<Level>, custom: impl IntoIterator<Item = Level>) -> Level {
    let custom = custom.into_iter().min().unwrap_or_default();
    system.unwrap_or_default().max(custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Level::{None, Read, Write};

    #[test]
    fn a31_merges_every_combination() {
        let check = |system, custom: &[Level], expected| {
            let found = merged(system, custom.iter().copied());
            assert_eq!(found, expected, "A31: {system:?} with {custom:?}");
        };
        check(Option::None, &[], None);
        check(Some(None), &[], None);
        check(Some(Read), &[], Read);
        check(Some(Write), &[], Write);
        check(Option::None, &[Write], Write);
        check(Option::None, &[Write, Write], Write);
        check(Option::None, &[Read, Write], Read);
        check(Option::None, &[Write, Read, None], None);
        check(Some(None), &[Write, Read], Read);
        check(Some(Read), &[Write, None], Read);
        check(Some(Read), &[Write, Write], Write);
        check(Some(Write), &[None, None], Write);
    }

    #[test]
    fn a_role_is_stored_by_what_it_names() {
        let levels: Levels = serde_json::from_str(r#"{"billing":"read"}"#).unwrap();
        assert_eq!(
            Component::ALL.map(|component| levels.of(component)),
            [Read, None, None]
        );
        let levels: Levels =
            serde_json::from_str(r#"{"role_settings":"read","user_settings":"write"}"#).unwrap();
        assert_eq!(
            Component::ALL.map(|component| levels.of(component)),
            [None, Write, Read]
        );
        assert!(serde_json::from_str::<Levels>(r#"{"admin":"write"}"#).is_err());
        assert!(serde_json::from_str::<Levels>(r#"{"billing":"own"}"#).is_err());
    }
}
