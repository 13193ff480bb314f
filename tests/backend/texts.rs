//! Every text of every route: what no text may hold is refused on receipt, by its field, and nothing of
//! it is stored.

use api::route::{IDEMPOTENCY_KEY, Method, Requires};
use api::{Code, Route};
use axum::body::Body;
use axum::http::{Method as Verb, header};
use backend::store::Engine;
use billing::PlanChange;
use serde_json::{Value, json};

use super::on_both_databases;
use super::world::{Customer, Reply, Tenant, World, new_key, request, usd};

/// What each text is set to: NUL, a bidirectional override, a card number.
const BAD: [&str; 3] = ["a\u{0}b", "a\u{202E}b", "4242 4242 4242 4242"];

/// The tables that would have the text if it were stored.
const TABLES: [&str; 13] = [
    "audit",
    "credentials",
    "events",
    "idempotency_keys",
    "outbox",
    "payment_methods",
    "plan_changes",
    "profile_updates",
    "profiles",
    "sessions",
    "support_tickets",
    "usage_imports",
    "usage_rows",
];

on_both_databases! {
    async fn no_route_accepts_an_invalid_text(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let program = world.program(&tenant, 30).await;
        let before = kept(&world).await;
        for route in Route::ALL.iter().copied() {
            let token = match route.requires() {
                Requires::Public => "",
                Requires::Credential => program.as_str(),
                Requires::SignedIn | Requires::May(_) | Requires::Sandbox => tenant.admin.as_str(),
            };
            let body = body(&world, &tenant, route).await;
            for bad in BAD {
                in_address(&world, (route, token), bad).await;
                for place in places(&body) {
                    in_body(&world, (route, token), (&body, &place, bad)).await;
                }
            }
        }
        assert_eq!(kept(&world).await, before);
    }

    /// A path that is not UTF-8 is refused as a problem too.
    async fn an_address_that_is_no_text_is_a_problem(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let refused = world.get(&tenant.admin, "/plan-changes/%FF").await.problem();
        assert_eq!((refused.code, refused.fields[0].field.as_str()), (Code::InvalidField, "path"));
    }

    /// A usage file whose project is not a valid name is refused by its line and column.
    async fn a_file_is_refused_by_its_line(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        for bad in BAD {
            let file = format!("project,day,app,web_identified,api,anonymous_web,data_points\n{bad},2026-06-20,1,0,0,0,0\n");
            let upload = request(Verb::POST, &tenant.admin, "/usage-imports").body(Body::from(file)).unwrap();
            let refused = world.send(upload).await.problem();
            assert_eq!((refused.status, refused.fields[0].field.as_str()), (422, "line 2, column project"));
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_imports").await, 0);
    }
}

/// The path and the query of a route.
async fn in_address(world: &World, (route, token): (Route, &str), bad: &str) {
    let written: String = bad.bytes().map(|byte| format!("%{byte:02X}")).collect();
    // An id may have the digits of a card number by chance (A230).
    let parameter = route.path().split_once('{').filter(|_| !is_card(bad));
    if let Some((_, parameter)) = parameter {
        let reply = send(world, (route, token), &route.path_with(&written), None).await;
        refused(&reply, parameter.trim_end_matches('}'), (route, bad));
    }
    let path = route.path_with("x");
    for name in [
        "words", "after", "section", "from", "to", "before", "limit", "other",
    ] {
        let address = format!("{path}?{name}={written}");
        let reply = send(world, (route, token), &address, None).await;
        refused(&reply, name, (route, bad));
    }
    let reply = send(world, (route, token), &format!("{path}?{written}=1"), None).await;
    refused(&reply, "query", (route, bad));
}

fn is_card(bad: &str) -> bool {
    bad.starts_with(|letter: char| letter.is_ascii_digit())
}

/// One text of a body.
async fn in_body(
    world: &World,
    (route, token): (Route, &str),
    (body, place, bad): (&Value, &Place, &str),
) {
    match (route, place.field.as_str()) {
        // A password is compared and never stored; a file is no text (A221, A222).
        (Route::SignIn, "password") if is_card(bad) => return,
        // A fingerprint may have the digits of a card number by chance (A230).
        (Route::PlanChanges, "input_hash") if is_card(bad) => return,
        (Route::Tickets, "attachments[0].content") => return,
        _ => {}
    }
    let mut body = body.clone();
    place.put(&mut body, bad);
    let reply = send(world, (route, token), &route.path_with("x"), Some(&body)).await;
    if matches!(route, Route::SendEvents | Route::SendProfiles) && reply.status.is_success() {
        // A batch stores its good entries; this one has none.
        let answer: Value = reply.json();
        assert_eq!(
            answer["taken"], 0,
            "{route:?} {place:?} {bad:?}: {}",
            reply.text
        );
        return;
    }
    refused(&reply, &place.field, (route, bad));
}

/// It is refused, at its field, and the response does not repeat it.
fn refused(reply: &Reply, field: &str, (route, bad): (Route, &str)) {
    let case = format!("{route:?} {field} {bad:?}: {} {}", reply.status, reply.text);
    assert_eq!(reply.status, 422, "{case}");
    let problem = reply.problem();
    assert_eq!(problem.code, Code::InvalidField, "{case}");
    let named = problem.fields.iter().any(|fault| fault.field == field);
    assert!(named, "{case}");
    assert!(!reply.text.contains("4242 4242"), "{case}");
}

async fn send(
    world: &World,
    (route, token): (Route, &str),
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let verb = match route.method() {
        Method::Get => Verb::GET,
        Method::Post => Verb::POST,
        Method::Delete => Verb::DELETE,
    };
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let request = request(verb, token, path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, new_key());
    world.send(request.body(body).unwrap()).await
}

/// The number of rows of each table.
async fn kept(world: &World) -> Vec<(&'static str, i64)> {
    let mut kept = Vec::new();
    for table in TABLES {
        let count = format!("SELECT COUNT(*) FROM {table}");
        kept.push((table, world.number(&count).await));
    }
    kept
}

/// A body that the route would accept, with every text it can have; null if it takes no body.
async fn body(world: &World, tenant: &Tenant, route: Route) -> Value {
    match route {
        Route::SignIn => json!({ "email": "admin@acme.example", "password": "correct horse" }),
        Route::Quotes => {
            json!({ "tier": 40_000, "add": ["promotions"], "remove": ["cloud-export"], "frequency": "monthly" })
        }
        Route::PlanChanges => {
            let change = PlanChange::to_tier(40_000);
            let mut order = json!(world.quote(&tenant.admin, &change).await.order());
            order["change"]["add"] = json!(["promotions"]);
            order["change"]["remove"] = json!(["cloud-export"]);
            order["reasons"] = json!({ "cloud-export": { "other": "not used" } });
            order
        }
        Route::OutstandingPayments => json!({ "total": usd("1.00") }),
        Route::Pause => json!({ "agreed": usd("0.00") }),
        Route::Cancellation => {
            json!({ "reason": { "other": "moved" }, "confirmation": "DELETE", "agreed": usd("0.00") })
        }
        Route::SendUsage => json!({ "rows": [{
            "project": "prj", "day": "2026-06-20", "app": 1, "web_identified": 0, "api": 0,
            "anonymous_web": 0, "data_points": 0,
        }] }),
        Route::SendAddOnUse => {
            json!({ "rows": [{ "add_on": "emails", "day": "2026-06-20", "used": 1 }] })
        }
        Route::SendEvents => json!({ "events": [{
            "project": "two", "id": "e1", "name": "Opened", "kind": "custom", "identity": "u1",
            "source": "app", "at": "2026-06-20T09:00:00Z",
            "properties": { "plan": "gold", "tags": ["a"] },
        }] }),
        Route::SendProfiles => json!({ "profiles": [{
            "project": "two", "id": "p1", "identity": "u1", "at": "2026-06-20T09:00:00Z",
            "properties": { "city": "Pune", "tags": ["a"] },
        }] }),
        Route::IssueCredential => json!({ "name": "loader", "days": 90 }),
        Route::SandboxClock => json!({ "now": "2026-06-20T10:00:00Z" }),
        Route::SandboxGateway => json!({ "outcomes": ["success"] }),
        Route::Tickets => json!({
            "topic": "plan", "category": "query", "priority": "low", "subject": "Invoice of June",
            "description": "It says\ntwice", "team": ["Member"],
            "attachments": [{ "name": "log.txt", "content": "b25lIGxpbmUK" }],
        }),
        Route::SandboxPaymentMethod => json!({ "card": "success" }),
        Route::SandboxBillingDetails => {
            json!({ "name": "Acme", "address": ["1 Main St"], "tax_number": "12" })
        }
        Route::Session
        | Route::SignOut
        | Route::SignOutEverywhere
        | Route::Organization
        | Route::PriceBook
        | Route::Subscription
        | Route::Usage
        | Route::Projects
        | Route::PlanChange
        | Route::PaymentUnderWay
        | Route::ScheduledChange
        | Route::Invoices
        | Route::Invoice
        | Route::AccountStatus
        | Route::UsageCsv
        | Route::ComingUp
        | Route::Leaving
        | Route::Reactivation
        | Route::StageUsage
        | Route::UploadAddOnUse
        | Route::ApplyUsage
        | Route::DiscardUsage
        | Route::Credentials
        | Route::RevokeCredential
        | Route::Data
        | Route::Export
        | Route::Support
        | Route::Audit
        | Route::AuditCsv
        | Route::Mailbox
        | Route::Mail
        | Route::MailPage => Value::Null,
    }
}

/// A text in a body: its path, and the field that its fault is reported at.
#[derive(Debug, Clone)]
struct Place {
    pointer: String,
    field: String,
    is_name: bool,
}

impl Place {
    /// Replaces the text, or the member name.
    fn put(&self, body: &mut Value, text: &str) {
        let place = body.pointer_mut(&self.pointer).unwrap();
        if self.is_name {
            let members = place.as_object_mut().unwrap();
            let first = members.keys().next().unwrap().clone();
            let value = members.remove(&first).unwrap();
            members.insert(text.to_owned(), value);
        } else {
            *place = json!(text);
        }
    }
}

fn places(body: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    collect(body, (String::new(), String::new()), &mut places);
    places
}

fn collect(value: &Value, (pointer, field): (String, String), places: &mut Vec<Place>) {
    let place = |is_name| Place {
        pointer: pointer.clone(),
        field: notified(&field),
        is_name,
    };
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(_) | Value::String(_) => places.push(place(false)),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let below = (format!("{pointer}/{index}"), format!("{field}[{index}]"));
                collect(entry, below, places);
            }
        }
        Value::Object(members) => {
            places.push(place(true));
            for (name, member) in members {
                let dot = if field.is_empty() { "" } else { "." };
                let below = (format!("{pointer}/{name}"), format!("{field}{dot}{name}"));
                collect(member, below, places);
            }
        }
    }
}

/// The field as a response names it: an own reason and the properties of a person are named by the field
/// that contains them.
fn notified(field: &str) -> String {
    let whole = |end: &str| {
        field
            .split_once(end)
            .map(|(before, _)| format!("{before}{}", end.trim_end_matches('.')))
    };
    if let Some(properties) = whole(".properties") {
        return properties;
    }
    match field {
        "" => "body".to_owned(),
        "address[0]" => "address".to_owned(),
        other => other.trim_end_matches(".other").to_owned(),
    }
}
