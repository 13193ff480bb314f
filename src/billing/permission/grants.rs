//! What a person's roles come to.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Action, Actor, Component, Denied, Level, Levels, PeoplePolicy, Role, Switch, merged};

/// A custom role, by the number the store gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleId(pub u64);

/// The roles of a person, with what the custom ones allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// The system role, if there is one.
    pub system: Option<Role>,
    /// The custom roles.
    pub custom: BTreeMap<RoleId, Levels>,
}

impl Grants {
    /// A system role alone.
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

    /// What the person may do in a component, as the switches stand.
    ///
    /// **Rule.** System and custom roles merged; custom roles count while the organization has
    /// them, and in Billing only where they may open it.
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

    /// What the person may do in a component once every switch is on.
    pub fn granted(&self, component: Component) -> Level {
        let system = self.system.map(|role| role.level(component));
        merged(
            system,
            self.custom.values().map(|levels| levels.of(component)),
        )
    }

    /// Whether the person may do it; see [`Actor::may`].
    ///
    /// # Errors
    /// The error names the rule that refuses and who can grant the right.
    pub fn may(&self, action: Action, policy: &PeoplePolicy) -> Result<(), Denied> {
        Actor::Person(self).may(action, policy)
    }
}
