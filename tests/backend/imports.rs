//! Usage files (SPEC 3): applied as a whole or not at all, each fault by line and column, and nothing
//! left of a discarded file.

use std::io::{Cursor, Read};

use api::Code;
use api::plan::subscription::Subscription;
use api::usage::Usage;
use api::usage::intake::{IntakeResult, StagedUsage};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use backend::store::Engine;
use backend::store::records::Actor;
use backend::usage::import::{self, Whose};
use billing::metering::usage::Metered;
use billing::people::permission::Role;

use super::world::{ACME, Customer, Reply, Tenant, World, request};
use super::{invariants, on_both_databases};

const HEAD: &str = "project,day,app,web_identified,api,anonymous_web,data_points\n";

on_both_databases! {
    /// Read, previewed, applied; applied twice without effect; corrected by a later file.
    async fn a_file_counts_once_it_is_applied(world: World) {
        let tenant = founded(&world).await;
        let staged: StagedUsage = upload(&world, &tenant.admin, "\
            prj,2026-06-19,20000,10,5,30,100\n\
            prj,2026-06-20,21000,10,5,33,200\n\
            two,2026-06-18,500,0,0,0,7\n").await.json();
        assert_eq!((staged.rows, staged.added, staged.corrected, staged.unchanged), (3, 2, 1, 0));
        assert_eq!(staged.before, Metered { mau: 14_000, data_points: 0 });
        let after = Metered { mau: 21_000 + 15 + 11 + 500, data_points: 307 };
        assert_eq!(staged.after, after);
        assert_eq!(metered(&world, &tenant).await, staged.before, "nothing counts yet");
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_days").await, 1);
        let path = format!("/usage-imports/{}", staged.id);
        for _ in 0..2 {
            let taken: IntakeResult = world.post(&tenant.admin, &path, &()).await.json();
            assert_eq!((taken.added, taken.corrected, taken.metered), (2, 1, after));
        }
        assert_eq!(metered(&world, &tenant).await, after);
        let usage: Usage = world.get(&tenant.admin, "/usage").await.json();
        let days: Vec<_> = usage.days.iter().map(|day| day.metered.mau).collect();
        assert_eq!(days, [500, 20_525, 21_526]);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 3, "what was replaced is gone");
        for kind in ["usage.alert", "usage.imported"] {
            let logged = format!("SELECT COUNT(*) FROM audit WHERE action = '{kind}'");
            assert_eq!(world.number(&logged).await, 1, "{kind}");
        }
        let again: StagedUsage = upload(&world, &tenant.admin, "\
            prj,2026-06-19,20000,10,5,30,100\n\
            prj,2026-06-20,20900,10,5,33,200\n").await.json();
        assert_eq!((again.added, again.corrected, again.unchanged), (0, 1, 1));
        let path = format!("/usage-imports/{}", again.id);
        let taken: IntakeResult = world.post(&tenant.admin, &path, &()).await.json();
        assert_eq!(taken.metered.mau, 21_426);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 3);
        invariants::hold(&world).await;
    }

    /// Every fault by its line and column; a bad last line refuses thousands of good ones.
    async fn a_bad_line_is_named_and_nothing_is_left(world: World) {
        let tenant = founded(&world).await;
        let check = async |rows: &str, field: &str, words: &str| {
            let problem = upload(&world, &tenant.admin, rows).await.problem();
            assert_eq!((problem.code, problem.fields.len()), (Code::InvalidField, 1), "{problem:?}");
            let fault = &problem.fields[0];
            assert_eq!(fault.field, field);
            assert!(fault.message.contains(words), "{}", fault.message);
            assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 1);
            assert_eq!(world.number("SELECT COUNT(*) FROM usage_imports").await, 0);
        };
        check("two,2026-06-01,1,1,1,1\n", "line 2", "6 fields instead of 7").await;
        check("two\n", "line 2", "1 field instead of 7").await;
        check("two,2026-06-01,1,1,1,1,-4\n", "line 2, column data_points", "\"-4\" is not").await;
        check("two,2026-06-01,1,x,1,1,4\n", "line 2, column web_identified", "whole number").await;
        check("two,2026-06-01,+99999,1,1,1,4\n", "line 2, column app", "\"+99999\" is not a whole number").await;
        check("two,1 June,1,1,1,1,4\n", "line 2, column day", "such as 2026-06-20").await;
        check("\n\nsix,2026-06-01,1,1,1,1,4\n", "line 4, column project", "no project").await;
        check("two,2026-06-21,1,1,1,1,4\n", "line 2, column day", "has not come").await;
        check("two,2026-05-31,1,1,1,1,4\n", "line 2, column day", "closed").await;
        check("two,2026-06-02,5,1,1,1,4\ntwo,2026-06-03,4,1,1,1,4\n", "line 3, column app", "has 5").await;
        check("prj,2026-06-19,14001,0,0,0,4\n", "line 2, column app", "only 14000").await;
        let projects: String = (0..300).map(|number| format!("('acme', 'p{number:03}', 'P')")).collect::<Vec<_>>().join(", ");
        world.run(&format!("INSERT INTO projects (organization_id, id, name) VALUES {projects}")).await.unwrap();
        let many: String = (0..6_000).map(|row| format!("p{:03},2026-06-{:02},{row},0,0,0,1\n", row % 300, row / 300 + 1)).collect();
        check(&(many.clone() + "p001,2026-06-01,1,0,0,0,1\n"), "line 6002, column day", "line 3 is for the same").await;
        check(&(many.clone() + "two,2026-06-20,14000,0,0,zero,1\n"), "line 6002, column anonymous_web", "whole number").await;
        check(&(many + "two,2026-06-20,7,0,0,0,1\ntwo,2026-06-19,8,0,0,0,1\n"), "line 6002, column app", "2026-06-19 has 8").await;
        let bare = send(&world, &tenant.admin, "day,app\n").await.problem();
        assert!(bare.fields[0].message.contains("no column project"), "{bare:?}");
        let strange = HEAD.replace("data_points", "data_points,colour");
        let strange = send(&world, &tenant.admin, &strange).await.problem();
        assert!(strange.fields[0].message.contains("colour"), "{strange:?}");
        let all: String = (0..150).map(|_| "two,never,0,0,0,0,0\n".to_owned()).collect();
        let problem = upload(&world, &tenant.admin, &all).await.problem();
        assert_eq!(problem.fields.len(), 100);
        let (_, member) = tenant.people.iter().find(|(role, _)| *role == Role::Member).unwrap();
        assert_eq!(upload(&world, member, "").await.code(), Code::Forbidden);
        invariants::hold(&world).await;
    }

    /// A killed import counts for nothing and is deleted; meanwhile nobody can start another.
    async fn a_killed_import_leaves_nothing(world: World) {
        let tenant = founded(&world).await;
        killed(&world).await;
        assert_eq!(upload(&world, &tenant.admin, "two,2026-06-01,1,0,0,0,1\n").await.code(), Code::InProgress);
        assert_eq!(import::sweep(&world.services).await.unwrap(), 0, "it may still be alive");
        assert_eq!(metered(&world, &tenant).await.mau, 14_000);
        let old = "UPDATE usage_imports SET touched_at = '2026-01-01T00:00:00.000000Z'";
        world.run(old).await.unwrap();
        assert_eq!(import::sweep(&world.services).await.unwrap(), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_imports").await, 0);
        killed(&world).await;
        world.run(old).await.unwrap();
        let staged: StagedUsage = upload(&world, &tenant.admin, "two,2026-06-01,1,0,0,0,1\n").await.json();
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 2, "the old one made room");
        let path = format!("/usage-imports/{}", staged.id);
        assert_eq!(world.delete(&tenant.admin, &path).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.post(&tenant.admin, &path, &()).await.code(), Code::NotFound);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 1);
        invariants::hold(&world).await;
    }

    /// A staged file is checked again against what was received in the meantime.
    async fn a_staged_file_is_checked_again(world: World) {
        let tenant = founded(&world).await;
        world.move_to("2026-06-21T12:00:00Z");
        let staged: StagedUsage = upload(&world, &tenant.admin, "prj,2026-06-21,14500,0,0,0,1\n").await.json();
        count(&world, 14_700).await;
        let path = format!("/usage-imports/{}", staged.id);
        let problem = world.post(&tenant.admin, &path, &()).await.problem();
        assert_eq!(problem.fields[0].field, "line 2, column app");
        assert_eq!(metered(&world, &tenant).await.mau, 14_700);
        count(&world, 14_400).await;
        let taken: IntakeResult = world.post(&tenant.admin, &path, &()).await.json();
        assert_eq!((taken.added, taken.metered.mau), (1, 14_500));
        let late: StagedUsage = upload(&world, &tenant.admin, "prj,2026-06-21,14600,0,0,0,1\n").await.json();
        world.move_to("2026-07-01T00:00:00Z");
        let problem = world.post(&tenant.admin, &format!("/usage-imports/{}", late.id), &()).await.problem();
        assert!(problem.detail.contains("month was closed"), "{}", problem.detail);
        world.run("UPDATE usage_imports SET touched_at = '2026-01-01T00:00:00.000000Z'").await.unwrap();
        import::sweep(&world.services).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 2, "also out of a closed month");
        assert_eq!(world.number("SELECT mau FROM month_closings").await, 14_500);
        invariants::hold(&world).await;
    }

    /// A browser that disconnects in the middle leaves nothing.
    async fn an_upload_that_breaks_off_changes_nothing(world: World) {
        founded(&world).await;
        let whose = Whose { organization_id: ACME.clone(), actor: Actor::system() };
        let file = Cursor::new(format!("{HEAD}two,2026-06-01,1,0,0,0,1\n")).chain(BreaksOff);
        let problem = import::stage(&world.services, &whose, file).await.unwrap_err().into_problem();
        assert!(problem.fields[0].message.contains("broke off"), "{problem:?}");
        assert_eq!(problem.fields[0].field, "line 3");
        let long = format!("{HEAD}two,2026-06-01,1,0,0,0,1\n{}\n", "x".repeat(200_000));
        let problem = import::stage(&world.services, &whose, Cursor::new(long)).await.unwrap_err().into_problem();
        assert!(problem.fields[0].message.contains("longer than"), "{problem:?}");
        assert_eq!(problem.fields[0].field, "line 3");
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_rows").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_imports").await, 0);
    }
}

/// A body that ends with an error before the file is complete.
struct BreaksOff;

impl Read for BreaksOff {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::UnexpectedEof.into())
    }
}

/// A customer with 14,000 users on the 20th and a second project.
pub(super) async fn founded(world: &World) -> Tenant {
    let mut customer = Customer::new("acme");
    customer.metered.mau = 14_000;
    let tenant = world.found(&customer).await;
    let second = "INSERT INTO projects (organization_id, id, name) VALUES ('acme', 'two', 'Club')";
    world.run(second).await.unwrap();
    tenant
}

async fn upload(world: &World, token: &str, rows: &str) -> Reply {
    send(world, token, &format!("{HEAD}{rows}")).await
}

async fn send(world: &World, token: &str, file: &str) -> Reply {
    let upload = request(Method::POST, token, "/usage-imports")
        .header(header::CONTENT_TYPE, "text/csv")
        .body(Body::from(file.to_owned()))
        .unwrap();
    world.send(upload).await
}

async fn metered(world: &World, tenant: &Tenant) -> Metered {
    let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
    shown.metered
}

/// Other figures for the 20th, written directly.
async fn count(world: &World, mau: u64) {
    let statement = format!("UPDATE usage_rows SET app = {mau} WHERE import_id = ''");
    world.run(&statement).await.unwrap();
    let statement = format!("UPDATE usage_totals SET app = {mau}");
    world.run(&statement).await.unwrap();
    let mark = "INSERT INTO usage_marks (organization_id, version) VALUES ('acme', 1) \
                ON CONFLICT (organization_id) DO UPDATE SET version = usage_marks.version + 1";
    world.run(mark).await.unwrap();
}

/// A file whose import was killed while it was read: its rows are stored, and no process reads on.
pub(super) async fn killed(world: &World) {
    let whose = Whose {
        organization_id: ACME.clone(),
        actor: Actor::system(),
    };
    let days = (1..=19).map(|day| format!("two,2026-06-{day:02},1,0,0,0,1\n"));
    let file = HEAD.to_owned() + &days.collect::<String>();
    let staged = import::stage(&world.services, &whose, Cursor::new(file)).await;
    assert_eq!(staged.unwrap().rows, 19);
    let reading = "UPDATE usage_imports SET state = 'staging'";
    world.run(reading).await.unwrap();
}
