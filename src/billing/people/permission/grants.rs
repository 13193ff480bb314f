//! The combined rights of a person's roles.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Component, Level, Levels, PeoplePolicy, Role, Switch, merged};

/// The id of a custom role, assigned by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub u64);

/// The roles of a person, with the levels of the custom ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// The system role; `None` when there is none.
    pub system: Option<Role>,
    /// The custom roles and their levels.
    pub custom: BTreeMap<RoleId, Levels>,
}

impl Grants {
    /// A system role without custom roles.
    pub const fn of(role: Role) -> Self {
        Self {
            system: Some(role),
            custom: BTreeMap::new(),
        }
    }

    /// Whether the person is an admin.
    pub fn is_admin(&self) -> bool {
        self.system == Some(Role::Admin)
    }

    /// The level in a component with the current switches.
    ///
    /// **Rule.** System and custom roles are merged. Custom roles count while the organization has
    /// them, and in Billing only when they may open it.
    /// **Source.** SPEC 7.1; 7.2, footnote 2.
    pub fn level(&self, component: Component, policy: &PeoplePolicy) -> Level {
        let billing = match component {
            Component::Billing => policy.custom_billing_access,
            Component::UserSettings | Component::RoleSettings => Switch::On,
        };
        match (policy.custom_roles, billing) {
            (Switch::On, Switch::On) => self.granted(component),
            (Switch::Off, Switch::On | Switch::Off) | (Switch::On, Switch::Off) => {
                merged(self.system.map(|role| role.level(component)), [])
            }
        }
    }

    /// The level in a component with every switch on.
    pub fn granted(&self, component: Component) -> Level {
        let system = self.system.map(|role| role.level(component));
        merged(
            system,
            self.custom.values().map(|levels| levels.of(component)),
        )
    }
}
