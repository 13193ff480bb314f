//! Events are deleted when their plan no longer keeps them, and nothing else is (SPEC R18, 4.12; A18, A164).

use api::data::Data;
use api::usage::events::{Event, Events};
use backend::demo::travel::travel;
use backend::jobs::run_due;
use backend::store::Engine;
use backend::store::retention::BATCH;
use billing::metering::events::{EventKind, Source};

use super::exports::archive;
use super::world::{Customer, World, at};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// On 21 June 2026 Essentials keeps 22 June 2023 and later days; the day before is deleted with all data
    /// derived from it. A second run changes nothing, and another organization keeps its own.
    async fn the_last_kept_day_stays_and_one_day_older_goes(world: World) {
        let acme = world.found(&Customer::new("acme")).await;
        world.found(&Customer { zone_offset_minutes: 330, ..Customer::new("india") }).await;
        for id in ["acme", "india"] {
            event(&world, id, ("old", "2023-06-21T23:59:59.999999Z"), "Launched").await;
            event(&world, id, ("young", "2023-06-22T00:00:00.000000Z"), "Ordered").await;
            world.run(&format!("INSERT INTO profiles VALUES ('{id}', 'prj', 'ada', 'anonymous', '{{}}', \
                '2023-01-01T00:00:00.000000Z', '2023-01-01T00:00:00.000000Z')")).await.unwrap();
            for first in ["2023-05-01", "2023-06-01"] {
                world.run(&format!("INSERT INTO monthly_users (organization_id, project_id, period_start, \
                    identity, app_on) VALUES ('{id}', 'prj', '{first}', 'ada', '{first}')")).await.unwrap();
            }
        }
        let figures = "SELECT COUNT(*) FROM usage_rows";
        let before = (world.number(figures).await, world.number("SELECT COUNT(*) FROM month_closings").await);
        let data: Data = world.get(&acme.admin, "/data").await.json();
        assert_eq!(data.oldest_held.unwrap().to_string(), "2023-06-21", "it is there until it is deleted");
        go(&world, "2026-06-21T00:00:00Z").await;
        let left = async |table: &str, id: &str, column: &str| {
            world.names(&format!("SELECT {column} FROM {table} WHERE organization_id = '{id}' ORDER BY 1")).await
        };
        assert_eq!(left("events", "acme", "id").await, ["young"]);
        assert_eq!(left("profile_updates", "acme", "id").await, ["young"]);
        assert_eq!(left("schema_seen", "acme", "event").await, ["", "Ordered"], "a profile's property stays");
        assert_eq!(left("monthly_users", "acme", "period_start").await, ["2023-06-01"]);
        assert_eq!(left("profiles", "acme", "identity").await, ["ada"]);
        assert_eq!(left("events", "india", "id").await, ["old", "young"], "in India both are of the 22nd");
        assert_eq!((world.number(figures).await,
            world.number("SELECT COUNT(*) FROM month_closings").await), before);
        let notified = "SELECT COUNT(*) FROM audit WHERE organization_id = 'acme' AND action = 'events.expired' \
            AND description = 'events before June 22, 2023 are no longer kept'";
        assert_eq!(world.number(notified).await, 1);
        let data: Data = world.get(&acme.admin, "/data").await.json();
        assert_eq!(data.oldest_held, Some(data.oldest_kept));
        assert_eq!(data.leaves_on.unwrap().to_string(), "2026-06-22");
        let export = archive(&world, &acme.admin, "json").await;
        let events = String::from_utf8(export["json/events.json"].clone()).unwrap();
        assert!(events.contains("young") && !events.contains("\"old\""), "{events}");
        assert_eq!(run_due(&world.services, world.services.clock.now()).await.unwrap().jobs(), 0, "twice is once");
        go(&world, "2026-06-21T18:30:00Z").await;
        assert_eq!(left("events", "india", "id").await, Vec::<String>::new(), "its 22nd has ended");
        invariants::hold(&world).await;
    }

    /// A job that stops between two batches keeps what it did, and continues from there.
    async fn an_interrupted_job_continues(world: World) {
        world.found(&Customer::new("acme")).await;
        let last = u32::from(BATCH) * 2 + 1;
        let numbered = format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) \
            INSERT INTO events SELECT 'acme', 'prj', CAST(i AS TEXT), 'Launched', 'custom', 'ada', 'app', 0, \
            CASE WHEN i <= {BATCH} THEN '2023-06-19T00:00:00.000000Z' ELSE '2023-06-20T00:00:00.000000Z' END, \
            '{{}}', 1, 'print', '2023-06-20T00:00:00.000000Z' FROM n");
        world.run(&numbered).await.unwrap();
        event(&world, "acme", ("young", "2023-06-30T00:00:00.000000Z"), "Ordered").await;
        stop_at(&world, last).await;
        let report = travel(&world.services, at("2026-06-21T00:00:00Z")).await.unwrap().unwrap();
        assert_eq!(report.parked.len(), 1, "{report}");
        let left = i64::from(last) + 1 - world.number("SELECT COUNT(*) FROM events").await;
        assert!(left >= i64::from(BATCH), "only {left} are gone");
        assert!(world.number("SELECT COUNT(*) FROM events WHERE id <> 'young'").await > 0);
        go_on(&world).await;
        world.move_to("2026-06-21T00:05:00Z");
        let report = run_due(&world.services, world.services.clock.now()).await.unwrap();
        assert!(report.parked.is_empty(), "{report}");
        assert_eq!(world.names("SELECT id FROM events").await, ["young"]);
        let notified = "SELECT COUNT(*) FROM audit WHERE action = 'events.expired'";
        assert_eq!(world.number(notified).await, 2, "two days have left, each is told once");
        invariants::hold(&world).await;
    }

    /// Events that were received by the API are deleted three years later, however the sandbox clock was
    /// moved; the months that they were counted in stay as invoiced.
    async fn a_clock_that_moves_over_years_deletes_old_events(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        for statement in ["DELETE FROM usage_rows", "DELETE FROM usage_totals"] {
            world.run(statement).await.unwrap();
        }
        let program = world.program(&tenant, 90).await;
        let events = vec![sent("first", "2026-06-19T08:00:00Z"), sent("second", "2026-06-20T08:00:00Z")];
        let taken = world.post(&program, "/events", &Events { events }).await;
        assert!(taken.status.is_success(), "{}", taken.text);
        go(&world, "2029-06-18T23:59:59Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM events").await, 2);
        go(&world, "2029-06-19T00:00:00Z").await;
        assert_eq!(world.names("SELECT id FROM events").await, ["second"]);
        assert_eq!(world.number("SELECT COUNT(*) FROM monthly_users").await, 2, "June is not out yet");
        go(&world, "2029-07-01T00:00:00Z").await;
        for table in ["events", "monthly_users", "schema_seen"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        let counted = "SELECT COUNT(*) FROM month_closings WHERE period_start = '2026-06-01' AND mau = 2";
        assert_eq!(world.number(counted).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_totals").await, 2);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 37, "July 2026 to July 2029");
        let data: Data = world.get(&tenant.admin, "/data").await.json();
        assert_eq!((data.oldest_held, data.leaves_on), (None, None));
        invariants::hold(&world).await;
    }
}

/// An event and a profile update that were stored long ago, and their names.
async fn event(world: &World, organization: &str, (id, instant): (&str, &str), name: &str) {
    for statement in [
        format!(
            "INSERT INTO events VALUES ('{organization}', 'prj', '{id}', '{name}', 'custom', 'ada', \
             'app', 0, '{instant}', '{{}}', 1, 'print', '{instant}')"
        ),
        format!(
            "INSERT INTO profile_updates VALUES ('{organization}', 'prj', '{id}', 'ada', '{instant}', \
             'print')"
        ),
        format!(
            "INSERT INTO schema_seen VALUES ('{organization}', 'prj', '{name}', '', 'custom', NULL, \
             '{instant}', '{instant}')"
        ),
        format!(
            "INSERT INTO schema_seen VALUES ('{organization}', 'prj', '', 'age', NULL, 'number', \
             '{instant}', '{instant}') ON CONFLICT DO NOTHING"
        ),
    ] {
        world.run(&statement).await.unwrap();
    }
}

fn sent(id: &str, instant: &str) -> Event {
    Event {
        project: "prj".to_owned(),
        id: id.to_owned(),
        name: "Order placed".to_owned(),
        kind: EventKind::Custom,
        identity: id.to_owned(),
        source: Source::App,
        anonymous: false,
        at: at(instant),
        properties: std::collections::BTreeMap::new(),
    }
}

/// Makes the database refuse to delete one event.
async fn stop_at(world: &World, id: u32) {
    match world.services.store.engine() {
        Engine::Sqlite => {
            let stop = format!(
                "CREATE TRIGGER stop BEFORE DELETE ON events WHEN OLD.id = '{id}' \
                 BEGIN SELECT RAISE(ABORT, 'stopped'); END"
            );
            world.run(&stop).await.unwrap();
        }
        Engine::Postgres => {
            let stop = "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS \
                        $$ BEGIN RAISE EXCEPTION 'stopped'; END $$";
            world.run(stop).await.unwrap();
            let stop = format!(
                "CREATE TRIGGER stop BEFORE DELETE ON events FOR EACH ROW WHEN (OLD.id = '{id}') \
                 EXECUTE FUNCTION stop()"
            );
            world.run(&stop).await.unwrap();
        }
    }
}

/// Lets the database delete it again.
async fn go_on(world: &World) {
    let statement = match world.services.store.engine() {
        Engine::Sqlite => "DROP TRIGGER stop",
        Engine::Postgres => "DROP TRIGGER stop ON events",
    };
    world.run(statement).await.unwrap();
}

/// Moves the clock, and runs everything that falls due.
async fn go(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}
