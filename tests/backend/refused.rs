//! Refused attempts are in the audit log, and cannot flood it (SPEC R20).

use api::account::leaving::{Cancellation, Left, Pause};
use api::audit::{Action, Activity};
use api::invoicing::payment::PayOutstanding;
use api::route::IDEMPOTENCY_KEY;
use api::usage::credential::IssueCredential;
use api::{Code, Route};
use axum::body::Body;
use axum::http::{Method, header};
use backend::http::COOKIE;
use backend::store::Engine;
use billing::account::reason::Reason;
use billing::people::permission::Role;
use billing::{Money, PlanChange};
use serde::Serialize;

use super::world::{Customer, Reply, Tenant, World, new_key, request, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A person without the permission is logged with what they tried, for each kind of attempt.
    async fn refused_attempts_of_a_member_are_logged(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let member = of(&tenant, Role::Member);
        for reply in attempts(&world, &tenant, &member).await {
            assert_eq!(reply.code(), Code::Forbidden);
        }
        let log: Activity = world.get(&tenant.admin, "/audit").await.json();
        let mut tried: Vec<_> = log.items.iter().map(|entry| entry.action).collect();
        tried.reverse();
        assert_eq!(tried, [
            Action::PlanRefused, Action::PauseRefused, Action::CancellationRefused,
            Action::ReactivationRefused, Action::PaymentRefused, Action::DownloadRefused,
            Action::DownloadRefused, Action::DownloadRefused, Action::CredentialRefused,
            Action::CredentialRefused, Action::UploadRefused,
        ]);
        for entry in &log.items {
            assert_eq!(entry.actor, "member@acme.example");
            assert!(entry.description.contains("Your role does not open this"), "{entry:?}");
        }
        invariants::hold(&world).await;
    }

    /// Every route that changes something or downloads something logs a refusal, and no other route does.
    async fn every_route_that_acts_logs_its_refusals(world: World) {
        world.found(&Customer::new("acme")).await;
        for route in Route::ALL.iter().copied() {
            let acts = route.method() != api::route::Method::Get || route.is_download();
            let by_people = matches!(route.requires(), api::route::Requires::May(_));
            // A quote changes nothing, and a person who may not open a ticket can write a mail.
            let silent = matches!(route, Route::Quotes | Route::Tickets);
            assert_eq!(route.refused().is_some(), acts && by_people && !silent, "{route:?}");
        }
    }

    /// What a state of the account refuses is logged too, with what lifts it.
    async fn refusals_of_a_lock_are_logged(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let pause = Pause { agreed: settled(&world, &tenant).await };
        keyed(&world, &tenant.admin, "/pause", &pause).await.json::<Left>();
        assert_eq!(world.order(&tenant.admin, &new_key(), &order).await.code(), Code::AccountPaused);
        let refused = "SELECT COUNT(*) FROM audit WHERE action = 'plan_change.refused' \
                       AND actor = 'admin@acme.example' AND description LIKE '%is paused%support team carries out%'";
        assert_eq!(world.number(refused).await, 1);
        assert_eq!(world.get(&tenant.admin, "/exports/csv").await.code(), Code::AccountPaused);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit WHERE action = 'download.refused'").await, 1);
    }

    /// However often a person tries, there are only a few entries, and those of others are not lost.
    async fn nobody_floods_the_log(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let (member, creator) = (of(&tenant, Role::Member), of(&tenant, Role::Creator));
        for _ in 0..40 {
            assert_eq!(world.get(&member, "/exports/csv").await.code(), Code::Forbidden);
        }
        let of = |who: &str| format!("SELECT COUNT(*) FROM audit WHERE actor = '{who}@acme.example'");
        assert_eq!(world.number(&of("member")).await, 5);
        assert_eq!(world.get(&creator, "/exports/csv").await.code(), Code::Forbidden);
        assert_eq!(world.number(&of("creator")).await, 1);
        assert_eq!(world.delete(&member, "/credentials/0").await.code(), Code::Forbidden);
        assert_eq!(world.number(&of("member")).await, 6, "another kind of attempt");
    }

    /// Downloads are logged, so another site cannot make a browser start one.
    async fn another_site_cannot_start_a_download(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let from = async |site: &str, path: &str| {
            let request = request(Method::GET, "", path)
                .header(header::COOKIE, format!("{COOKIE}={}", tenant.admin))
                .header("sec-fetch-site", site);
            world.send(request.body(Body::empty()).unwrap()).await
        };
        for path in ["/exports/csv", "/audit.csv", "/usage/summary.csv"] {
            assert_eq!(from("cross-site", path).await.code(), Code::ForeignOrigin, "{path}");
        }
        let logged = "SELECT COUNT(*) FROM audit WHERE action <> 'download.refused'";
        assert_eq!(world.number(logged).await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit").await, 3);
        assert!(from("cross-site", "/subscription").await.status.is_success(), "a read changes nothing");
        for site in ["same-origin", "none"] {
            assert!(from(site, "/usage/summary.csv").await.status.is_success(), "{site}");
        }
        assert_eq!(world.number(logged).await, 2);
    }
}

/// Everything that a person may be refused, tried once.
async fn attempts(world: &World, tenant: &Tenant, token: &str) -> Vec<Reply> {
    let change = PlanChange::to_tier(40_000);
    let order = world.quote(&tenant.admin, &change).await.order();
    let zero = usd("0.00");
    let cancellation = Cancellation {
        reason: Reason::LowUsage,
        confirmation: "DELETE".to_owned(),
        agreed: zero,
    };
    let wanted = IssueCredential {
        name: "loader".to_owned(),
        days: 1,
    };
    vec![
        world.order(token, &new_key(), &order).await,
        keyed(world, token, "/pause", &Pause { agreed: zero }).await,
        keyed(world, token, "/cancellation", &cancellation).await,
        world.post(token, "/reactivation", &()).await,
        world
            .pay(token, &new_key(), &PayOutstanding { total: zero })
            .await,
        world.get(token, "/exports/csv").await,
        world.get(token, "/usage/summary.csv").await,
        world.get(token, "/audit.csv").await,
        world.post(token, "/credentials", &wanted).await,
        world.delete(token, "/credentials/0").await,
        world.post(token, "/usage-imports", &()).await,
    ]
}

async fn keyed(world: &World, token: &str, path: &str, body: &impl Serialize) -> Reply {
    let request = request(Method::POST, token, path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, new_key())
        .body(Body::from(serde_json::to_string(body).unwrap()));
    world.send(request.unwrap()).await
}

/// The total that a pause would invoice now.
async fn settled(world: &World, tenant: &Tenant) -> Money {
    let leaving: api::account::leaving::Leaving = world.get(&tenant.admin, "/leaving").await.json();
    leaving.settles.total
}

fn of(tenant: &Tenant, wanted: Role) -> String {
    let (_, token) = tenant
        .people
        .iter()
        .find(|(role, _)| *role == wanted)
        .unwrap();
    token.clone()
}
