//! Data and integration, and the credentials of programs.

use api::data::integration::Step;
use api::data::{Data, Seen, StepDone};
use api::usage::credential::{Credential, Credentials, IssuedCredential};
use billing::account::retention::{Plan, Region};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Data {
    plan,
    retention_months,
    oldest_kept,
    oldest_held,
    leaves_on,
    backup_days,
    region,
    export_refused,
    steps,
    schema,
    offset_minutes
});
words!(Plan { Essentials = "essentials", Basic = "basic" });
words!(Region { Eu = "eu" });
record!(StepDone { step, done_on });
words!(Step { Sdk = "sdk", Schema = "schema", FirstEvents = "first_events" });
record!(Seen {
    project,
    event,
    property,
    kind,
    values,
    last_seen
});
record!(Credentials { credentials });
record!(Credential {
    id,
    name,
    issued_by,
    issued_at,
    expires_at,
    revoked_at,
    last_used_at
});
record!(IssuedCredential { credential, token });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::{Read, read};
    use chrono::{DateTime, Utc};

    fn same<T: serde::Serialize + Read + PartialEq + std::fmt::Debug>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(read::<T>(&text).as_ref(), Ok(value), "{text}");
    }

    #[test]
    fn reads_data_and_credentials() {
        let at: DateTime<Utc> = "2026-06-20T09:30:00.25Z".parse().unwrap();
        let steps = [Step::Sdk, Step::Schema, Step::FirstEvents];
        let done_on = Some(at.date_naive());
        for plan in [Plan::Essentials, Plan::Basic] {
            same(&Data {
                plan,
                retention_months: 36,
                oldest_kept: at.date_naive(),
                oldest_held: done_on,
                leaves_on: None,
                backup_days: 60,
                region: Region::Eu,
                export_refused: Some("locked".to_owned()),
                steps: steps.map(|step| StepDone { step, done_on }).to_vec(),
                schema: vec![Seen {
                    project: "Shop".to_owned(),
                    event: Some("Charged".to_owned()),
                    property: None,
                    kind: Some("custom".to_owned()),
                    values: None,
                    last_seen: at,
                }],
                offset_minutes: 330,
            });
        }
        let credential = Credential {
            id: "cr_1".to_owned(),
            name: "Nightly".to_owned(),
            issued_by: "ada@acme.example".to_owned(),
            issued_at: at,
            expires_at: at,
            revoked_at: None,
            last_used_at: Some(at),
        };
        same(&Credentials {
            credentials: vec![credential.clone()],
        });
        same(&IssuedCredential {
            credential,
            token: "t".to_owned(),
        });
    }
}
