//! Figures by project and day, sent by a program (SPEC 3): counted once, corrected, refused.

use api::Code;
use api::plan::subscription::Subscription;
use api::usage::credential::{Credentials, IssueCredential};
use api::usage::intake::{IntakeResult, UsageRow, UsageRows};
use api::usage::{ProjectPage, Usage};
use axum::http::StatusCode;
use backend::store::Engine;
use billing::metering::usage::Metered;
use billing::people::permission::Role;

use super::world::{Customer, Reply, START, Tenant, World, at};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// The same row again changes nothing, another one replaces it, and every screen shows the sum.
    async fn a_row_counts_once_and_can_be_corrected(world: World) {
        let (tenant, program) = founded(&world).await;
        let rows = [row("prj", "2026-06-20", 100), row("two", "2026-06-19", 40)];
        let taken: IntakeResult = send(&world, &program, &rows).await.json();
        assert_eq!((taken.added, taken.corrected, taken.unchanged), (2, 0, 0));
        let metered = Metered { mau: 140, data_points: 2 };
        assert_eq!(taken.metered, metered);
        let again: IntakeResult = send(&world, &program, &rows).await.json();
        assert_eq!((again.added, again.corrected, again.unchanged), (0, 0, 2));
        let more = [row("prj", "2026-06-20", 90), row("two", "2026-06-19", 40)];
        let more: IntakeResult = send(&world, &program, &more).await.json();
        assert_eq!((more.corrected, more.unchanged, more.metered.mau), (1, 1, 130));
        let usage: Usage = world.get(&tenant.admin, "/usage").await.json();
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!((usage.metered, shown.metered), (more.metered, more.metered));
        let days: Vec<_> = usage.days.iter().map(|day| day.metered.mau).collect();
        assert_eq!(days, [40, 130], "a project keeps its last count");
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'usage.received' AND actor = 'credential loader'";
        assert_eq!(world.number(logged).await, 2, "what changes nothing is not logged");
        invariants::hold(&world).await;
    }

    /// The summary as a file: every figure, no spreadcsv formula, and an entry in the log.
    async fn the_summary_can_be_downloaded(world: World) {
        let (tenant, program) = founded(&world).await;
        world.run("UPDATE projects SET name = '=HYPERLINK(1)' WHERE id = 'two'").await.unwrap();
        let rows = [row("prj", "2026-06-19", 21_000), row("two", "2026-06-20", 1_000)];
        send(&world, &program, &rows).await.json::<IntakeResult>();
        let csv = world.get(&tenant.admin, "/usage/summary.csv").await;
        assert_eq!((csv.status, &csv.headers["content-type"]), (StatusCode::OK, &"text/csv; charset=utf-8".parse().unwrap()));
        for line in [
            "\u{feff}section,project,day,figure,value", "month,,,usage,22000", "month,,,overage_mau,2000",
            "month,,,mau_overage,24.00", "month,,,add_on_overage cloud-export,2.40",
            "month,,,overage_estimate_before_tax,26.40", "month,,,month_estimate_before_tax,296.40",
            "project,'=HYPERLINK(1),,actual_mau,1000", "day,,2026-06-19,actual_mau,21000",
        ] {
            assert!(csv.text.lines().any(|found| found == line), "{line} is not in\n{}", csv.text);
        }
        for (role, token) in &tenant.people {
            let status = world.get(token, "/usage/summary.csv").await.status;
            assert_eq!(status.is_success(), *role == Role::Admin, "{role:?}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM audit WHERE action = 'usage.downloaded'").await, 2);
    }

    /// 120 projects in three pages, none twice; each is found by its name, and a wildcard of the search
    /// matches only itself.
    async fn projects_are_paged(world: World) {
        let (tenant, program) = founded(&world).await;
        let others: Vec<_> = (0..118).map(|number| format!("('acme', 'p{number:03}', 'Place {}')", number % 60)).collect();
        world.run(&format!("INSERT INTO projects (organization_id, id, name) VALUES {}", others.join(", "))).await.unwrap();
        world.run("UPDATE projects SET name = '50% & more' WHERE id = 'two'").await.unwrap();
        let rows = [row("p007", "2026-06-19", 70), row("p007", "2026-06-20", 80), row("two", "2026-06-20", 5)];
        send(&world, &program, &rows).await.json::<IntakeResult>();
        let may = "INSERT INTO usage_rows (organization_id, project_id, day, app, web_identified, api, anonymous_web, \
            data_points, counted_at) VALUES ('acme', 'p007', '2026-05-31', 60, 0, 0, 0, 9, '2026-06-01T00:00:00.000000Z')";
        world.run(may).await.unwrap();
        let first = world.get(&tenant.admin, "/usage").await.json::<Usage>().projects;
        let mut all = first.clone();
        while let Some(after) = all.next.clone() {
            let page: ProjectPage = world.get(&tenant.admin, &format!("/usage/projects?words=&after={after}")).await.json();
            all.items.extend(page.items);
            all.next = page.next;
        }
        let mut found: Vec<_> = all.items.iter().map(|project| project.id.as_str()).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!((first.items.len(), first.total, all.items.len(), found.len()), (50, 120, 120, 120));
        let find = async |words: &str| -> ProjectPage {
            world.get(&tenant.admin, &format!("/usage/projects?words={words}")).await.json()
        };
        let seven = find("PLACE%207").await;
        let seen: Vec<_> = seven.items.iter().map(|project| (project.id.as_str(), project.parts.app, project.data_points, project.previous_mau)).collect();
        assert_eq!(seen, [("p007", 80, 2, 60), ("p067", 0, 0, 0)]);
        assert_eq!(find("50%25").await.items.len(), 1, "a percent sign is one");
        assert_eq!(find("0%25%25").await.total, 0);
        for (role, token) in &tenant.people {
            let status = world.get(token, "/usage/projects").await.status;
            assert_eq!(status.is_success(), *role == Role::Admin, "{role:?}");
        }
    }

    /// Every refusal names the row and the field; one bad row refuses all rows.
    async fn a_bad_row_is_named_and_nothing_is_taken(world: World) {
        let (_, program) = founded(&world).await;
        let good = row("prj", "2026-06-10", 50);
        let check = async |rows: Vec<UsageRow>, field: &str, words: &str| {
            let problem = send(&world, &program, &rows).await.problem();
            assert_eq!((problem.code, problem.fields.len()), (Code::InvalidField, 1), "{problem:?}");
            let fault = &problem.fields[0];
            assert_eq!(fault.field, field);
            assert!(fault.message.contains(words), "{}", fault.message);
        };
        check(vec![good.clone(), row("nobody", "2026-06-10", 1)], "rows[1].project", "no project").await;
        check(vec![good.clone(), row("two", "2026-06-21", 1)], "rows[1].day", "has not come").await;
        check(vec![row("two", "2026-05-31", 1), good.clone()], "rows[0].day", "2026-06-01 on are open").await;
        check(vec![good.clone(), good.clone()], "rows[1].day", "rows[0] is for the same").await;
        check(vec![good.clone(), row("prj", "2026-06-11", 49)], "rows[1].app", "2026-06-10 has 50").await;
        check(vec![row("two", "2026-06-01", u64::MAX)], "rows[0].app", "at most").await;
        world.run("UPDATE projects SET metered_by = 'events' WHERE id = 'two'").await.unwrap();
        check(vec![good.clone(), row("two", "2026-06-10", 1)], "rows[1].project", "never by both").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 0);
        send(&world, &program, std::slice::from_ref(&good)).await.json::<IntakeResult>();
        check(vec![row("prj", "2026-06-09", 51)], "rows[0].app", "2026-06-10 has only 50").await;
        let negative = r#"{"rows":[{"project":"prj","day":"2026-06-11","app":-1,"web_identified":0,
            "api":0,"anonymous_web":0,"data_points":0}]}"#;
        let negative: serde_json::Value = serde_json::from_str(negative).unwrap();
        let problem = world.post(&program, "/usage", &negative).await.problem();
        assert_eq!((problem.code, problem.fields[0].field.as_str()), (Code::InvalidBody, "rows[0].app"));
        let many: Vec<_> = (0..=1_000).map(|_| good.clone()).collect();
        assert_eq!(send(&world, &program, &many).await.problem().fields[0].field, "rows");
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 1);
        invariants::hold(&world).await;
    }

    /// A closed month is refused from the moment it is closed.
    async fn a_closed_month_is_refused(world: World) {
        let (_, program) = founded(&world).await;
        let june = [row("prj", "2026-06-20", 25_000)];
        send(&world, &program, &june).await.json::<IntakeResult>();
        world.move_to("2026-07-01T00:00:00Z");
        let problem = send(&world, &program, &[row("prj", "2026-06-20", 9)]).await.problem();
        assert!(problem.fields[0].message.contains("2026-07-01 on are open"), "{problem:?}");
        assert_eq!(world.number("SELECT MAX(mau) FROM month_closings").await, 25_000);
        send(&world, &program, &[row("prj", "2026-07-01", 9)]).await.json::<IntakeResult>();
        invariants::hold(&world).await;
    }

    /// Received figures are compared with the limit: one mail, and above 300 % the lock (R10, R11).
    async fn received_figures_alert_and_lock(world: World) {
        let (_, program) = founded(&world).await;
        send(&world, &program, &[row("prj", "2026-06-20", 60_001)]).await.json::<IntakeResult>();
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.alert'").await, 1);
        let locked = "SELECT COUNT(*) FROM account_states WHERE usage_lock = 'overage'";
        assert_eq!(world.number(locked).await, 1);
        send(&world, &program, &[row("prj", "2026-06-20", 60_002)]).await.json::<IntakeResult>();
        let paused = "UPDATE account_states SET state = REPLACE(state, '\"active\":{\"since\"', '\"paused\":{\"at\"')";
        world.run(paused).await.unwrap();
        let problem = send(&world, &program, &[row("prj", "2026-06-20", 60_003)]).await.problem();
        assert_eq!(problem.code, Code::AccountPaused);
        assert!(problem.detail.contains("the plan is paused"), "{}", problem.detail);
    }

    /// A credential authorises only the intake of its organization, until it expires.
    async fn a_credential_authorises_only_the_intake(world: World) {
        let (tenant, program) = founded(&world).await;
        let rows = [row("prj", "2026-06-20", 1)];
        assert_eq!(send(&world, &tenant.admin, &rows).await.code(), Code::Forbidden, "a session does not do");
        assert_eq!(send(&world, "", &rows).await.code(), Code::NotSignedIn);
        assert_eq!(send(&world, "prorata_0", &rows).await.code(), Code::NotSignedIn);
        for path in ["/subscription", "/usage", "/credentials", "/session"] {
            assert_eq!(world.get(&program, path).await.code(), Code::NotSignedIn, "{path}");
        }
        send(&world, &program, &rows).await.json::<IntakeResult>();
        let listed: Credentials = world.get(&tenant.admin, "/credentials").await.json();
        assert_eq!(listed.credentials.len(), 1);
        let first = &listed.credentials[0];
        assert_eq!((first.name.as_str(), first.revoked_at), ("loader", None));
        assert_eq!(first.last_used_at, Some(at(START)));
        assert_eq!(first.issued_at, at(START), "by the clock of the sandbox");
        assert!(!world.get(&tenant.admin, "/credentials").await.text.contains(&program));
        assert_eq!(world.number("SELECT COUNT(*) FROM credentials WHERE token_hash LIKE 'prorata%'").await, 0);
        let other = world.program(&tenant, 1).await;
        let path = format!("/credentials/{}", first.id);
        let left: Credentials = world.delete(&tenant.admin, &path).await.json();
        assert!(left.credentials.iter().any(|credential| credential.revoked_at.is_some()));
        assert_eq!(world.delete(&tenant.admin, &path).await.code(), Code::NotFound);
        assert_eq!(send(&world, &program, &rows).await.code(), Code::NotSignedIn, "revoked");
        send(&world, &other, &rows).await.json::<IntakeResult>();
        world.move_to("2026-06-21T10:00:00Z");
        assert_eq!(send(&world, &other, &rows).await.code(), Code::NotSignedIn, "expired");
        assert_eq!(world.number("SELECT COUNT(*) FROM audit WHERE action LIKE 'credential.%'").await, 3);
    }

    /// The fields of a credential are checked, and an organization sees only its own credentials.
    async fn credentials_belong_to_their_organization(world: World) {
        let (tenant, _) = founded(&world).await;
        let other = world.found(&Customer::new("other")).await;
        for (name, days, fields) in [
            (" ", 1, ["name"].as_slice()),
            ("loader", 0, &["days"]),
            ("loader", 731, &["days"]),
            (&"x".repeat(61), 0, &["name", "days"]),
            ("4242 4242 4242 4242", 90, &["name"]),
            ("loader\u{0}", 90, &["name"]),
            ("two\nlines", 90, &["name"]),
            ("load\u{202E}er", 90, &["name"]),
        ] {
            let wanted = IssueCredential { name: name.to_owned(), days };
            let problem = world.post(&tenant.admin, "/credentials", &wanted).await.problem();
            let named: Vec<_> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!((problem.code, named.as_slice()), (Code::InvalidField, fields), "{name:?}");
        }
        let foreign: Credentials = world.get(&other.admin, "/credentials").await.json();
        assert!(foreign.credentials.is_empty());
        let own: Credentials = world.get(&tenant.admin, "/credentials").await.json();
        let path = format!("/credentials/{}", own.credentials[0].id);
        assert_eq!(world.delete(&other.admin, &path).await.code(), Code::NotFound);
    }
}

/// A customer with two projects and no usage, and a program that may send.
async fn founded(world: &World) -> (Tenant, String) {
    let tenant = world.found_uncounted().await;
    let program = world.program(&tenant, 90).await;
    (tenant, program)
}

async fn send(world: &World, program: &str, rows: &[UsageRow]) -> Reply {
    let rows = rows.to_vec();
    world.post(program, "/usage", &UsageRows { rows }).await
}

/// A row with this many app users, and one data point.
fn row(project: &str, day: &str, app: u64) -> UsageRow {
    UsageRow {
        project: project.to_owned(),
        day: day.parse().unwrap(),
        app,
        web_identified: 0,
        api: 0,
        anonymous_web: 0,
        data_points: 1,
    }
}
