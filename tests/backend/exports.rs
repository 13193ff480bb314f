//! Data and integration (SPEC 4.12): retention, received data, and everything in one archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use api::Code;
use api::data::Data;
use api::data::integration::Step;
use api::invoicing::invoice::Invoices;
use api::route::IDEMPOTENCY_KEY;
use api::support::ticket::{Category, Priority, Topic};
use api::support::{NewAttachment, NewTicket};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use backend::reports::export::tables::{self, LEFT_OUT};
use backend::store::Engine;
use billing::PlanChange;
use billing::account::retention::{Plan, Region};
use billing::people::permission::Role;
use serde_json::Value;
use tower::ServiceExt;

use super::on_both_databases;
use super::world::{Customer, World, new_key, request};

on_both_databases! {
    /// Every table with an organization is in the export, or on the list of exceptions with a reason.
    async fn no_table_is_forgotten(world: World) {
        let exported: BTreeSet<_> = tables::all().map(|table| table.name).collect();
        let left_out: BTreeSet<_> = LEFT_OUT.iter().map(|(name, _)| *name).collect();
        assert!(exported.is_disjoint(&left_out));
        let forgotten: Vec<_> = stored_tables(&world).await.into_iter()
            .filter(|name| name != "organizations")
            .filter(|name| !exported.contains(name.as_str()) && !left_out.contains(name.as_str()))
            .collect();
        assert_eq!(forgotten, Vec::<String>::new(), "say in export/tables.rs what becomes of them");
    }

    /// The archive has what the API shows, in both formats, without secrets, of one organization.
    async fn the_archive_holds_everything(world: World) {
        let acme = world.found(&Customer::new("acme")).await;
        let other = world.found(&Customer::new("other")).await;
        world.buy(&acme.admin, &PlanChange::to_tier(40_000)).await;
        world.buy(&other.admin, &PlanChange::to_tier(40_000)).await;
        ticket(&world, &acme.admin).await;
        let issued: Invoices = world.get(&acme.admin, "/invoices").await.json();
        let json = archive(&world, &acme.admin, "json").await;
        let rows = |name: &str| -> Vec<Value> { serde_json::from_slice(&json[&format!("json/{name}.json")]).unwrap() };
        assert_eq!(json.len(), tables::all().count() + 2, "each table, one file, the manifest");
        assert_eq!(rows("invoices").len(), issued.items.len());
        assert_eq!(rows("invoices")[0]["total"], "91.67");
        assert_eq!(rows("invoices")[0]["details"]["customer"]["name"], "acme");
        assert_eq!((rows("payments").len(), rows("users").len(), rows("usage_days").len()), (1, 4, 1));
        assert_eq!(rows("usage_days")[0]["app"], 22_000);
        assert_eq!(rows("audit").last().unwrap()["action"], "data.exported");
        assert_eq!(json["files/ticket-1/1-log.txt"], b"one line\n");
        let manifest: Value = serde_json::from_slice(&json["manifest.json"]).unwrap();
        assert_eq!((&manifest["organization"], &manifest["made_at"]), (&"acme".into(), &"2026-06-20T10:00:00.000000Z".into()));
        assert_eq!(manifest["left_out"].as_array().unwrap().len(), LEFT_OUT.len());
        let csv = archive(&world, &acme.admin, "csv").await;
        let users = String::from_utf8(csv["csv/users.csv"].clone()).unwrap();
        assert!(users.starts_with("\u{FEFF}id,email,name,role,created_at\r\n"), "{users}");
        for (name, bytes) in json.iter().chain(&csv) {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("argon2") && !text.contains("sandbox-success"), "{name}: a secret");
            assert!(!text.contains("other"), "{name}: another organization's: {text}");
        }
    }

    /// During a lock nothing is exported, and the page has the reason and what lifts it; other roles see
    /// neither.
    async fn a_lock_closes_exports(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let open: Data = world.get(&tenant.admin, "/data").await.json();
        assert_eq!(open.export_refused, None);
        let locked = "UPDATE account_states SET usage_lock = 'overage', state = \
            '{\"lifecycle\":{\"active\":{\"since\":\"2026-06-01T00:00:00Z\"}},\"dunning\":\"clear\",\
            \"usage_lock\":{\"overage\":{\"since\":\"2026-06-19T00:00:00Z\"}},\"as_of\":\"2026-06-19T00:00:00Z\"}'";
        world.run(locked).await.unwrap();
        let refused = world.get(&tenant.admin, "/exports/json").await.problem();
        assert_eq!(refused.code, Code::UpgradeOnly);
        let shut: Data = world.get(&tenant.admin, "/data").await.json();
        assert_eq!(shut.export_refused, Some(refused.detail));
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'data.exported'";
        assert_eq!(world.number(logged).await, 0);
        for (role, token) in tenant.people.iter().filter(|(role, _)| *role != Role::Admin) {
            for path in ["/data", "/exports/csv"] {
                assert_eq!(world.get(token, path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            }
        }
    }

    /// Retention by the plan, from the first day on; a step is done when its data was received.
    async fn the_page_shows_retention_and_received_data(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let data: Data = world.get(&tenant.admin, "/data").await.json();
        assert_eq!((data.plan, data.retention_months, data.backup_days), (Plan::Essentials, 36, 60));
        assert_eq!(data.region, Region::Eu);
        let day = |text: &str| Some(text.parse().unwrap());
        assert_eq!(Some(data.oldest_kept), day("2023-06-21"));
        assert_eq!((data.oldest_held, data.leaves_on), (None, None), "figures are no events");
        let steps: Vec<_> = data.steps.iter().map(|step| (step.step, step.done_on)).collect();
        assert_eq!(steps, [(Step::Sdk, day("2026-06-20")), (Step::Schema, None), (Step::FirstEvents, None)]);
        let seen = "INSERT INTO schema_seen (organization_id, project_id, event, property, kind, type, \
            first_seen_at, last_seen_at) VALUES ('acme', 'prj', 'Charged', '', 'custom', NULL, \
            '2026-06-18T23:00:00.000000Z', '2026-06-19T08:00:00.000000Z')";
        world.run(seen).await.unwrap();
        world.run("UPDATE projects SET first_event_at = '2026-06-18T23:00:00.000000Z'").await.unwrap();
        let data: Data = world.get(&tenant.admin, "/data").await.json();
        let done: Vec<_> = data.steps.iter().map(|step| step.done_on).collect();
        assert_eq!(done, [day("2026-06-18"); 3]);
        assert_eq!((data.schema[0].project.as_str(), data.schema[0].event.as_deref()), ("Shop", Some("Charged")));
    }
}

/// The tables that have a column for the organization.
async fn stored_tables(world: &World) -> Vec<String> {
    let sqlite = "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c \
                  WHERE m.type = 'table' AND c.name = 'organization_id' ORDER BY m.name";
    let postgres = "SELECT CAST(c.table_name AS TEXT) FROM information_schema.columns c \
                    JOIN information_schema.tables t ON t.table_name = c.table_name \
                    AND t.table_schema = c.table_schema WHERE c.column_name = 'organization_id' \
                    AND t.table_type = 'BASE TABLE' AND c.table_schema = 'public' ORDER BY c.table_name";
    let query = match world.services.store.engine() {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    };
    let names = world.names(query).await;
    assert!(names.len() > 20, "{names:?}");
    names
}

/// The files of an archive, by their names.
pub(super) async fn archive(world: &World, token: &str, format: &str) -> BTreeMap<String, Vec<u8>> {
    let path = format!("/exports/{format}");
    let asked = request(Method::GET, token, &path).body(Body::empty());
    let response = world.router().oneshot(asked.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let named = response.headers()[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    let today = world.services.clock.now().date_naive();
    assert_eq!(
        named,
        format!("attachment; filename=\"prorata-acme-{today}-{format}.zip\"")
    );
    let length: usize = response.headers()[header::CONTENT_LENGTH]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    assert_eq!(bytes.len(), length);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

async fn ticket(world: &World, token: &str) {
    let ticket = NewTicket {
        topic: Topic::Data,
        category: Category::Query,
        priority: Priority::Low,
        subject: "=cmd".to_owned(),
        description: "Please".to_owned(),
        attachments: vec![NewAttachment {
            name: "log.txt".to_owned(),
            content: "b25lIGxpbmUK".to_owned(),
        }],
        team: Vec::new(),
    };
    let asked = request(Method::POST, token, "/support/tickets")
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, new_key());
    let body = Body::from(serde_json::to_string(&ticket).unwrap());
    let reply = world.send(asked.body(body).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
}
