//! Who may call which route, and the form of every response.

use api::audit::{Action, Activity};
use api::plan::plan_change::Order;
use api::route::{BASE, IDEMPOTENCY_KEY, Method, Requires};
use api::{Code, Route};
use axum::body::Body;
use axum::http::{Method as Verb, Request, StatusCode, header};
use backend::http::{AppState, Peer};
use backend::store::Engine;
use backend::store::people::users;
use billing::PlanChange;
use billing::people::permission::Role;

use super::on_both_databases;
use super::world::{Customer, World, at, new_key, request, usd};

on_both_databases! {
    /// Roles × routes: each cell has an expected response, and a refusal changes nothing.
    async fn every_role_reaches_its_routes_and_no_other(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        for route in Route::ALL.iter().copied() {
            let nobody = world.send(bare(route, "")).await;
            match route.requires() {
                Requires::Public => assert_eq!(nobody.code(), Code::UnsupportedMediaType, "{route:?}"),
                _ => assert_eq!(nobody.code(), Code::NotSignedIn, "{route:?}"),
            }
            for (role, token) in &tenant.people {
                if matches!(route, Route::SignOut | Route::SignOutEverywhere) {
                    continue;
                }
                let reply = world.send(bare(route, token)).await;
                let allowed = match route.requires() {
                    Requires::May(action) => role.may(action),
                    Requires::Public | Requires::SignedIn => true,
                    Requires::Sandbox => *role == Role::Admin,
                    Requires::Credential => false,
                };
                let refused = reply.status == StatusCode::FORBIDDEN;
                assert_eq!(refused, !allowed, "{route:?} for {role:?}: {} {}", reply.status, reply.text);
                if refused {
                    assert_eq!(reply.code(), Code::Forbidden);
                }
                assert_ne!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{route:?} has no handler");
            }
        }
        let logged = "SELECT COUNT(*) FROM audit WHERE action NOT IN ('usage.downloaded', 'audit.downloaded') \
                      AND action NOT LIKE '%refused'";
        assert_eq!(world.number(logged).await, 0);
        assert_eq!(world.number("SELECT version FROM subscriptions").await, 1);
    }

    /// A complete request of a Member is refused all the same.
    async fn a_member_orders_nothing(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let (_, member) = tenant.people.iter().find(|(role, _)| *role == Role::Member).unwrap();
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        assert_eq!(world.order(member, "key-00000000", &order).await.code(), Code::Forbidden);
        assert_eq!(world.number("SELECT COUNT(*) FROM plan_changes").await, 0);
        assert_eq!(world.captures().await, 0);
    }

    /// A changed role applies from the next request of every session.
    async fn a_changed_role_applies_at_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        assert!(world.get(&tenant.admin, "/subscription").await.status.is_success());
        world.run("UPDATE users SET role = 'member' WHERE id = 'Admin'").await.unwrap();
        assert_eq!(world.get(&tenant.admin, "/subscription").await.code(), Code::Forbidden);
    }

    /// Another organization's objects are not found.
    async fn organizations_never_see_each_other(world: World) {
        let one = world.found(&Customer::new("one")).await;
        let other = world.found(&Customer::new("other")).await;
        let bought = world.buy(&one.admin, &PlanChange::to_tier(40_000)).await;
        let bought: api::plan::plan_change::PlanChange = bought.json();
        let number = bought.invoice.unwrap();
        for path in [format!("/plan-changes/{}", bought.id), format!("/invoices/{number}")] {
            assert!(world.get(&one.admin, &path).await.status.is_success(), "{path}");
            assert_eq!(world.get(&other.admin, &path).await.code(), Code::NotFound, "{path}");
        }
        let lower = world.buy(&one.admin, &PlanChange::to_tier(20_000)).await;
        assert!(lower.status.is_success());
        let shown: api::plan::subscription::Subscription =
            world.get(&one.admin, "/subscription").await.json();
        let path = format!("/scheduled-changes/{}", shown.scheduled[0].id);
        assert_eq!(world.delete(&other.admin, &path).await.code(), Code::NotScheduled);
        assert!(world.delete(&one.admin, &path).await.status.is_success());
        let listed: api::invoicing::invoice::Invoices = world.get(&other.admin, "/invoices").await.json();
        assert!(listed.items.is_empty());
    }

    /// Without `--sandbox` its routes do not exist.
    async fn without_a_sandbox_there_is_no_sandbox(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let mut world = world;
        world.route(AppState::new(world.services.clone()));
        for route in Route::ALL.iter().copied().filter(|route| route.requires() == Requires::Sandbox) {
            assert_eq!(world.send(bare(route, &tenant.admin)).await.code(), Code::NotFound);
        }
        let session: api::session::Session = world.get(&tenant.admin, "/session").await.json();
        assert!(!session.sandbox);
    }

    /// Signing in, the cookie it sets, and signing out.
    async fn a_session_opens_with_a_password_and_ends(world: World) {
        let customer = Customer::new("acme");
        world.found(&customer).await;
        let attempt = |password: &str| {
            api::session::SignIn { email: customer.email(Role::Admin).to_uppercase(), password: password.to_owned() }
        };
        assert_eq!(world.post("", "/session", &attempt("wrong")).await.code(), Code::WrongCredentials);
        let stranger = api::session::SignIn { email: "x@y.example".into(), password: "correct horse".into() };
        assert_eq!(world.post("", "/session", &stranger).await.code(), Code::WrongCredentials);
        let reply = world.post("", "/session", &attempt("correct horse")).await;
        let session: api::session::Session = reply.json();
        assert_eq!(session.role, Role::Admin);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        for part in ["__Host-prorata=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let pair = cookie.split(';').next().unwrap().to_owned();
        let with_cookie = |method: Verb, site: &str| {
            request(method, "", "/session")
                .header(header::COOKIE, format!("theme=dark; {pair}"))
                .header("sec-fetch-site", site)
                .body(Body::empty())
                .unwrap()
        };
        assert!(world.send(with_cookie(Verb::GET, "same-origin")).await.status.is_success());
        let foreign = world.send(with_cookie(Verb::DELETE, "cross-site")).await;
        assert_eq!(foreign.code(), Code::ForeignOrigin);
        let out = world.send(with_cookie(Verb::DELETE, "same-origin")).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert_eq!(world.send(with_cookie(Verb::GET, "same-origin")).await.code(), Code::NotSignedIn);
    }

    /// Signing in again ends the browser's earlier session; signing out everywhere ends all sessions of the
    /// person, and of nobody else. All of it is in the audit log, with account and address.
    async fn signing_in_and_out_ends_sessions_and_is_logged(world: World) {
        let customer = Customer::new("acme");
        let tenant = world.found(&customer).await;
        let attempt = |password: &str| {
            serde_json::json!({ "email": customer.email(Role::Admin), "password": password })
        };
        let sign_in = async |cookie: &str| {
            let body = Body::from(attempt("correct horse").to_string());
            let request = request(Verb::POST, "", "/session")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::COOKIE, cookie)
                .extension(Peer("192.0.2.7".parse().unwrap()));
            let reply = world.send(request.body(body).unwrap()).await;
            let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
            cookie.split(';').next().unwrap().to_owned()
        };
        let with = async |verb: Verb, path: &str, cookie: &str| {
            let request = request(verb, "", path).header(header::COOKIE, cookie);
            world.send(request.body(Body::empty()).unwrap()).await.status
        };
        let first = sign_in("theme=dark").await;
        let again = sign_in(&first).await;
        let elsewhere = sign_in("theme=dark").await;
        assert_eq!(with(Verb::GET, "/session", &first).await, StatusCode::UNAUTHORIZED);
        for open in [&again, &elsewhere] {
            assert_eq!(with(Verb::GET, "/session", open).await, StatusCode::OK);
        }
        assert_eq!(world.post("", "/session", &attempt("wrong")).await.code(), Code::WrongCredentials);
        assert_eq!(with(Verb::DELETE, "/sessions", &again).await, StatusCode::NO_CONTENT);
        for ended in [&again, &elsewhere] {
            assert_eq!(with(Verb::GET, "/session", ended).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(world.get(&tenant.admin, "/session").await.code(), Code::NotSignedIn);
        let member = &tenant.people.last().unwrap().1;
        assert_eq!(world.get(member, "/session").await.status, StatusCode::OK);
        let last = sign_in("theme=dark").await;
        let log = "/audit?section=sign_ins";
        let request = request(Verb::GET, "", log).header(header::COOKIE, &last);
        let log: Activity = world.send(request.body(Body::empty()).unwrap()).await.json();
        let logged: Vec<_> = log.items.iter().rev().map(|entry| entry.action).collect();
        let expected = [
            Action::SignedIn, Action::SignedIn, Action::SignedIn, Action::SignInFailed,
            Action::SignedOutEverywhere, Action::SignedIn,
        ];
        assert_eq!(logged, expected);
        let newest = &log.items[0];
        assert_eq!(newest.address.as_deref(), Some("192.0.2.7"));
        assert!(log.items.iter().all(|entry| entry.actor == customer.email(Role::Admin).to_lowercase()));
        assert_eq!(with(Verb::DELETE, "/session", &last).await, StatusCode::NO_CONTENT);
        let ended = "SELECT COUNT(*) FROM audit WHERE action = 'session.ended'";
        assert_eq!(world.number(ended).await, 1);
    }

    /// Half an hour without a request ends a session, and twelve hours end every session.
    async fn sessions_end_by_themselves(world: World) {
        let mut world = world;
        let clock = backend::foundation::clock::Clock::fixed_at(at("2026-06-20T00:00:00Z"));
        let mut app = world.app.clone();
        app.session_clock = clock.clone();
        world.route(app);
        let customer = Customer::new("acme");
        let tenant = world.found(&customer).await;
        let (_, idle) = &tenant.people[1];
        for minute in (0..12 * 60).step_by(29) {
            clock.move_to(at("2026-06-20T00:00:00Z") + chrono::TimeDelta::minutes(minute)).unwrap();
            assert!(world.get(&tenant.admin, "/session").await.status.is_success(), "{minute}");
        }
        assert_eq!(world.get(idle, "/session").await.code(), Code::NotSignedIn);
        clock.move_to(at("2026-06-20T12:00:00Z")).unwrap();
        assert_eq!(world.get(&tenant.admin, "/session").await.code(), Code::NotSignedIn);
    }

    /// Every invalid request is refused with a problem, never with plain text.
    async fn every_wrong_request_is_a_problem(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let send = async |content_type: &str, body: String| {
            let quote = request(Verb::POST, &tenant.admin, "/quotes").header(header::CONTENT_TYPE, content_type);
            world.send(quote.body(Body::from(body)).unwrap()).await.problem()
        };
        let json = "application/json";
        assert_eq!(send("text/plain", "{}".into()).await.code, Code::UnsupportedMediaType);
        assert_eq!(send(json, "{".into()).await.code, Code::InvalidBody);
        assert_eq!(send(json, "{} {}".into()).await.code, Code::InvalidBody);
        let unknown = send(json, r#"{"tier":40000,"amount":"0.01"}"#.into()).await;
        assert!(unknown.code == Code::InvalidBody && unknown.detail.contains("amount"), "{unknown:?}");
        let typed = send(json, r#"{"tier":"40000"}"#.into()).await;
        assert_eq!((typed.code, typed.fields[0].field.as_str()), (Code::InvalidBody, "tier"));
        assert_eq!(send(json, format!("[{}", "0,".repeat(40_000))).await.code, Code::BodyTooLarge);
        assert_eq!(send(json, r#"{"tier":30000}"#.into()).await.code, Code::ChangeRefused);
        let page = world.get(&tenant.admin, "/invoices?after=1%27%20OR%201").await;
        assert_eq!(page.code(), Code::InvalidField);
        assert_eq!(world.get(&tenant.admin, "/nothing").await.code(), Code::NotFound);
        assert_eq!(world.delete(&tenant.admin, "/quotes").await.code(), Code::MethodNotAllowed);
        assert_eq!(world.get(&tenant.admin, "/invoices/none").await.code(), Code::NotFound);
    }

    /// A malformed amount is refused by its field; a well-formed one that is out of date by another code.
    async fn a_malformed_amount_is_refused_by_its_field(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let send = async |path: &str, body: serde_json::Value| {
            let request = request(Verb::POST, &tenant.admin, path)
                .header(header::CONTENT_TYPE, "application/json")
                .header(IDEMPOTENCY_KEY, new_key());
            world.send(request.body(Body::from(body.to_string())).unwrap()).await.problem()
        };
        for total in ["91.6", "1e2", "", "91,67", "+91.67", "twelve", "91.67 USD"] {
            let mut wrong = serde_json::to_value(&order).unwrap();
            wrong["total"]["value"] = total.into();
            let problem = send("/plan-changes", wrong).await;
            assert_eq!((problem.code, problem.fields[0].field.as_str()), (Code::InvalidField, "total"), "{total:?}");
        }
        let other = Order { total: usd("91.66"), ..order };
        assert_eq!(world.order(&tenant.admin, &new_key(), &other).await.code(), Code::QuoteChanged);
        let pause = send("/pause", serde_json::json!({ "agreed": "0" })).await;
        assert_eq!((pause.code, pause.fields[0].field.as_str()), (Code::InvalidField, "agreed"));
        let cancel = serde_json::json!({ "agreed": "-", "confirmation": "DELETE", "reason": "low_usage" });
        let cancel = send("/cancellation", cancel).await;
        assert_eq!((cancel.code, cancel.fields[0].field.as_str()), (Code::InvalidField, "agreed"));
        world.move_to("2026-07-01T10:00:00Z");
        world.get(&tenant.admin, "/subscription").await;
        backend::jobs::run_due(&world.services, world.services.clock.now()).await.unwrap();
        let pay = send("/outstanding/payments", serde_json::json!({ "total": "x" })).await;
        assert_eq!((pay.code, pay.fields[0].field.as_str()), (Code::InvalidField, "total"));
        let pay = send("/outstanding/payments", serde_json::json!({ "total": usd("0.01") })).await;
        assert_eq!(pay.code, Code::OutstandingChanged);
    }

    /// Every query parameter that is unknown or invalid is named in the refusal.
    async fn every_refused_parameter_is_named(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let check = async |path: &str, fields: &[&str]| {
            let problem = world.get(&tenant.admin, path).await.problem();
            let named: Vec<_> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!((problem.code, named.as_slice()), (Code::InvalidField, fields), "{path}");
        };
        check("/audit?from=june&to=2026-13-01&before=-1&limit=%2B5&page=2", &["from", "to", "before", "limit", "page"]).await;
        check("/audit?section=money&from=2026-06-20&to=2026-06-19&limit=51", &["section", "to", "limit"]).await;
        check("/audit.csv?limit=1&from=x", &["from", "limit"]).await;
        check("/audit?limit=1&limit=2", &["limit"]).await;
        check("/invoices?after=1%27%20OR%201", &["after"]).await;
        check("/invoices?before=1", &["before"]).await;
        check("/usage/projects?word=a&order=b", &["order", "word"]).await;
    }

    /// Too many attempts are refused, even with the right password.
    async fn signing_in_has_a_limit(world: World) {
        let customer = Customer::new("acme");
        world.found(&customer).await;
        let mut world = world;
        world.route(AppState::new(world.services.clone()));
        let attempt = api::session::SignIn { email: customer.email(Role::Admin), password: "guess".into() };
        let mut codes = Vec::new();
        for _ in 0..11 {
            codes.push(world.post("", "/session", &attempt).await.code());
        }
        assert_eq!(codes[0], Code::WrongCredentials);
        assert_eq!(codes[10], Code::TooManyRequests);
    }

    /// The headers of every response, health, readiness and draining.
    async fn health_readiness_and_headers(world: World) {
        let plain = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(world.send(plain("/health")).await.status, StatusCode::OK);
        assert_eq!(world.send(plain("/ready")).await.status, StatusCode::OK);
        let reply = world.send(plain(&format!("{BASE}/session"))).await;
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store");
        for name in [
            "content-security-policy", "strict-transport-security", "x-content-type-options",
            "referrer-policy", "cross-origin-opener-policy", "permissions-policy", "x-request-id",
        ] {
            assert!(reply.headers.contains_key(name), "{name}");
        }
        assert_eq!(world.send(plain("/api/v2/session")).await.code(), Code::NotFound);
        assert_eq!(world.send(plain("/api")).await.code(), Code::NotFound);
        world.app.drain();
        assert_eq!(world.send(plain("/ready")).await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(world.send(plain("/health")).await.status, StatusCode::OK);
    }

    /// An internal error exposes no internals.
    async fn internal_errors_expose_nothing(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.run("UPDATE organizations SET supplier_state = '??', customer_state = '??'").await.unwrap();
        let reply = world.get(&tenant.admin, "/subscription").await;
        assert_eq!(reply.code(), Code::Internal);
        for word in ["??", "supplier_state", "sqlx", "SELECT"] {
            assert!(!reply.text.contains(word), "{}", reply.text);
        }
    }

    /// The e-mail address of a sign-in is not case-sensitive.
    async fn sign_in_addresses_are_case_insensitive(world: World) {
        let customer = Customer::new("acme");
        world.found(&customer).await;
        let mut tx = world.services.store.reading().await.unwrap();
        let found = users::by_email(&mut tx, "ADMIN@ACME.EXAMPLE").await.unwrap();
        assert_eq!(found.unwrap().user.role, Role::Admin);
    }
}

/// A request of a route without a body.
fn bare(route: Route, token: &str) -> Request<Body> {
    let verb = match route.method() {
        Method::Get => Verb::GET,
        Method::Post => Verb::POST,
        Method::Delete => Verb::DELETE,
    };
    request(verb, token, &route.path_with("0"))
        .body(Body::empty())
        .unwrap()
}
