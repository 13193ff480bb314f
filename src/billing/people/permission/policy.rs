//! Configuration of people and roles (SPEC 9).

use serde::{Deserialize, Serialize};

/// Whether an organization has a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// The feature is on.
    On,
    /// The feature is off.
    Off,
}

/// The settings that permissions depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeoplePolicy {
    /// Whether campaigns need approval; if not, the role Approver does not exist (SPEC 7.2, footnote 1).
    pub approval_workflow: Switch,
    /// Whether custom roles exist (footnote 2).
    pub custom_roles: Switch,
    /// Whether a custom role can open Billing; if not, only admins can (footnote 2).
    pub custom_billing_access: Switch,
    /// Whether the backend runs with its sandbox.
    pub sandbox: Switch,
    /// The highest number of people in one invitation command (SPEC 4.9).
    pub invite_max: usize,
    /// The validity of an invitation in days of 24 hours.
    pub invitation_days: u32,
}

impl PeoplePolicy {
    /// The settings before anybody changes them.
    ///
    /// **Source.** SPEC 4.9 and 9; RELIABILITY, threat 6, for the seven days.
    /// **Silent on** two of the switches: no approval workflow, custom roles for everybody, see A78.
    pub const DEFAULT: Self = Self {
        approval_workflow: Switch::Off,
        custom_roles: Switch::On,
        custom_billing_access: Switch::Off,
        sandbox: Switch::Off,
        invite_max: 50,
        invitation_days: 7,
    };
}

impl Default for PeoplePolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_policy_is_the_default() {
        let policy: PeoplePolicy = serde_json::from_str("{}").unwrap();
        assert_eq!(policy, PeoplePolicy::DEFAULT);
        let policy: PeoplePolicy =
            serde_json::from_str(r#"{"custom_billing_access":"on"}"#).unwrap();
        assert_eq!(policy.custom_billing_access, Switch::On);
        assert!(serde_json::from_str::<PeoplePolicy>(r#"{"billing":"on"}"#).is_err());
    }
}
