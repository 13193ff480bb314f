//! Data that commands add: a credential for a program, events and profiles from files.

use std::path::Path;

use api::usage::Usage;
use api::usage::credential::Credentials;
use api::usage::intake::{IntakeResult, UsageRow, UsageRows};
use backend::store::Engine;

use super::super::invariants;
use super::super::world::{Customer, START, World};
use super::{run, said};

const EVENTS: &str = "id,name,kind,identity,source,anonymous,at,properties";
const PROFILES: &str = "id,identity,at,properties";

/// Runs a command on a file; returns whether it succeeded, and its output.
async fn import(world: &World, command: &'static str, file: &Path) -> (bool, String) {
    let (url, file) = (world.url.clone(), file.display().to_string());
    let done = tokio::task::spawn_blocking(move || {
        let whose = ["--organization", "acme", "--project", "two"];
        let when = ["--sandbox", "--clock", START];
        let place = [command, "--database", &url, &file];
        run(&[&place[..], &whose, &when].concat())
    });
    let done = done.await.unwrap();
    let words = said(&done.stdout) + &said(&done.stderr);
    (done.status.success(), words)
}

/// A file is stored once; a bad line is named, and nothing of its file is stored.
async fn files_come_in(engine: Engine) {
    let world = World::on(engine).await;
    let tenant = world.found_uncounted().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.csv");
    let seen = |id: &str, who: &str| {
        format!(
            "{id},Order placed,custom,{who},app,false,2026-06-19T08:00:00Z,\"{{\"\"amount\"\": 12}}\""
        )
    };
    let usage = async || -> Usage { world.get(&tenant.admin, "/usage").await.json() };

    let lines = [
        EVENTS,
        &seen("e1", "u1"),
        &seen("e2", "u2"),
        "e3,Order placed,often,u3,app,false,2026-06-19T08:00:00Z,",
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let (done, words) = import(&world, "import-events", &file).await;
    assert!(!done && words.contains("line 4, column kind"), "{words}");
    assert_eq!(usage().await.metered.mau, 0, "nothing of it is taken");

    let late = seen("e4", "u4").replace("06-19", "07-19");
    std::fs::write(&file, [EVENTS, &seen("e1", "u1"), &late].join("\n")).unwrap();
    let (done, words) = import(&world, "import-events", &file).await;
    assert!(!done && words.contains("line 3, column at"), "{words}");
    assert_eq!(usage().await.metered.mau, 0, "nothing of it is taken");

    std::fs::write(
        &file,
        [
            EVENTS,
            &seen("e1", "u1"),
            &seen("e2", "u2"),
            &seen("e3", "u2"),
        ]
        .join("\n"),
    )
    .unwrap();
    for expected in ["3 taken, 0 taken before", "0 taken, 3 taken before"] {
        let (done, words) = import(&world, "import-events", &file).await;
        assert!(done && words.contains(expected), "{words}");
    }
    let counted = usage().await;
    // An event and its property are one data point each.
    assert_eq!((counted.metered.mau, counted.metered.data_points), (2, 6));

    let people = "p1,u1,2026-06-19T09:00:00Z,\"{\"\"Email\"\": \"\"u1@example.com\"\"}\"";
    std::fs::write(
        &file,
        [PROFILES, people, "p2,u2,2026-06-19T09:00:00Z,[1]"].join("\n"),
    )
    .unwrap();
    let (done, words) = import(&world, "import-profiles", &file).await;
    assert!(
        !done && words.contains("line 3, column properties"),
        "{words}"
    );
    std::fs::write(&file, [PROFILES, people].join("\n")).unwrap();
    for expected in ["1 taken, 0 taken before", "0 taken, 1 taken before"] {
        let (done, words) = import(&world, "import-profiles", &file).await;
        assert!(done && words.contains(expected), "{words}");
    }
    assert_eq!(usage().await.metered.data_points, 7, "an update is a point");
    invariants::hold(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_imported_on_sqlite() {
    files_come_in(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_imported_on_postgres() {
    files_come_in(Engine::Postgres).await;
}

/// The command prints only the token; with it a program can send.
#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_issued() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let url = world.url.clone();
    let issued = tokio::task::spawn_blocking(move || {
        let whose = [
            "--organization",
            "acme",
            "--name",
            "loader",
            "--days",
            "2000",
        ];
        let long = run(&[&["issue-credential", "--database", &url][..], &whose].concat());
        let whose = ["--organization", "acme", "--name", "loader"];
        let sandbox = ["--sandbox", "--clock", "2026-06-19T10:00:00Z"];
        let done = run(&[
            &["issue-credential", "--database", &url][..],
            &whose,
            &sandbox,
        ]
        .concat());
        (long, done)
    });
    let (long, done) = issued.await.unwrap();
    assert!(
        !long.status.success() && said(&long.stderr).contains("days"),
        "{}",
        said(&long.stderr)
    );
    let card = ["--organization", "acme", "--name", "4242 4242 4242 4242"];
    let url = world.url.clone();
    let card = tokio::task::spawn_blocking(move || {
        run(&[&["issue-credential", "--database", &url][..], &card].concat())
    });
    let card = card.await.unwrap();
    assert!(!card.status.success() && said(&card.stderr).contains("card number"));
    let token = said(&done.stdout);
    assert_eq!(token.split_whitespace().count(), 1, "{token}");
    let rows = vec![UsageRow {
        project: "prj".to_owned(),
        day: "2026-06-20".parse().unwrap(),
        app: 9,
        web_identified: 0,
        api: 0,
        anonymous_web: 0,
        data_points: 1,
    }];
    world
        .post(token.trim(), "/usage", &UsageRows { rows })
        .await
        .json::<IntakeResult>();
    let listed = world.get(&tenant.admin, "/credentials").await;
    assert!(listed.text.contains("loader") && !listed.text.contains(token.trim()));
    assert!(
        listed.text.contains("\"issued_at\":\"2026-06-19T10:00:"),
        "by the clock of the sandbox: {}",
        listed.text
    );
}

/// A sandbox continues from the time of its own clock, not from the machine's time.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_keeps_its_clock() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let shown =
        "INSERT INTO sandbox_clock (id, shown_at) VALUES (1, '2026-06-21T08:00:00.000000Z')";
    world.run(shown).await.unwrap();
    let url = world.url.clone();
    let issued = tokio::task::spawn_blocking(move || {
        let issue = |clock: &[&str]| {
            let whose = ["--organization", "acme", "--name", "loader", "--sandbox"];
            run(&[&["issue-credential", "--database", &url][..], &whose, clock].concat())
        };
        let later = issue(&["--clock", "2026-06-22T08:00:00Z"]);
        [
            issue(&[]),
            issue(&["--clock", "2026-06-20T10:00:00Z"]),
            later,
        ]
    });
    for output in issued.await.unwrap() {
        assert!(output.status.success(), "{}", said(&output.stderr));
    }
    let listed: Credentials = world.get(&tenant.admin, "/credentials").await.json();
    let mut days: Vec<_> = listed
        .credentials
        .iter()
        .map(|one| one.issued_at.date_naive())
        .collect();
    days.sort();
    let days: Vec<_> = days.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-06-21", "2026-06-21", "2026-06-22"]);
}

/// On the database of a sandbox no command uses the machine's time, because it would close months and
/// charge them. It says which option is missing; an unknown organization is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_takes_no_command_by_the_machines_clock() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let shown =
        "INSERT INTO sandbox_clock (id, shown_at) VALUES (1, '2026-06-21T08:00:00.000000Z')";
    world.run(shown).await.unwrap();
    let before: String = world.get(&tenant.admin, "/invoices").await.text;
    let url = world.url.clone();
    let outputs = tokio::task::spawn_blocking(move || {
        let database = ["--database", &url];
        let whose = ["--organization", "acme"];
        let commands: [&[&str]; 6] = [
            &["serve"],
            &["run-jobs"],
            &["close-month", "--month", "2026-06"],
            &["reactivate", "acme"],
            &["lift-lock", "--reason", "agreed", whose[0], whose[1]],
            &["issue-credential", "--name", "loader", whose[0], whose[1]],
        ];
        let refused = commands.map(|command| run(&[command, &database].concat()));
        let unknown = ["reactivate", "org_nope", "--sandbox"];
        (refused, run(&[&unknown[..], &database].concat()))
    });
    let (refused, unknown) = outputs.await.unwrap();
    for output in refused {
        assert!(!output.status.success());
        let said = said(&output.stderr);
        assert!(said.contains("has shown 2026-06-21T08:00:00"), "{said}");
        assert!(said.contains("add --sandbox"), "{said}");
    }
    let said = said(&unknown.stderr);
    assert!(said.contains("There is no organization org_nope"), "{said}");
    assert_eq!(world.get(&tenant.admin, "/invoices").await.text, before);
}
