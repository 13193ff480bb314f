//! A program that sends usage, and a customer without usage.

use api::usage::credential::{IssueCredential, IssuedCredential};
use api::usage::intake::{UsageRow, UsageRows};
use axum::http::StatusCode;

use super::{Customer, Reply, Tenant, World};

impl World {
    /// A customer with two projects and no usage.
    pub(crate) async fn found_uncounted(&self) -> Tenant {
        let tenant = self.found(&Customer::new("acme")).await;
        for statement in [
            "DELETE FROM usage_rows",
            "DELETE FROM usage_totals",
            "INSERT INTO projects (organization_id, id, name) VALUES ('acme', 'two', 'Club')",
        ] {
            self.run(statement).await.unwrap();
        }
        tenant
    }

    /// The token of a program that may send for this many days.
    pub(crate) async fn program(&self, tenant: &Tenant, days: u32) -> String {
        let wanted = IssueCredential {
            name: "loader".to_owned(),
            days,
        };
        let reply = self.post(&tenant.admin, "/credentials", &wanted).await;
        assert_eq!(reply.status, StatusCode::CREATED);
        reply.json::<IssuedCredential>().token
    }

    /// Sends this many users of the month as of today.
    pub(crate) async fn send_users(&self, program: &str, app: u64) -> Reply {
        let row = UsageRow {
            project: "prj".to_owned(),
            day: self.services.clock.now().date_naive(),
            app,
            web_identified: 0,
            api: 0,
            anonymous_web: 0,
            data_points: 0,
        };
        self.post(program, "/usage", &UsageRows { rows: vec![row] })
            .await
    }
}
