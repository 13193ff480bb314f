//! What was used, and the data it came from.

use super::Column::{Document, Number, Text};
use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "projects",
        "id",
        &[
            Text("id"),
            Text("name"),
            Text("metered_by"),
            Text("first_event_at"),
        ],
    ),
    table(
        "usage_days",
        "day, project_id",
        &[
            Text("project_id"),
            Text("day"),
            Number("app"),
            Number("web_identified"),
            Number("api"),
            Number("anonymous_web"),
            Number("data_points"),
            Text("counted_at"),
        ],
    ),
    table(
        "usage_cuts",
        "kind",
        &[
            Text("kind"),
            Text("day"),
            Text("at"),
            Number("app"),
            Number("web_identified"),
            Number("api"),
            Number("anonymous_web"),
            Number("data_points"),
        ],
    ),
    table(
        "add_on_use",
        "day, add_on",
        &[
            Text("add_on"),
            Text("day"),
            Number("used"),
            Text("counted_at"),
        ],
    ),
    table(
        "add_on_use_cuts",
        "kind, add_on",
        &[Text("add_on"), Text("kind"), Text("day"), Number("used")],
    ),
    table(
        "usage_imports",
        "started_at, id",
        &[
            Text("id"),
            Text("state"),
            Text("started_by"),
            Number("row_count"),
            Text("first_day"),
            Text("last_day"),
            Text("started_at"),
            Text("applied_at"),
        ],
    ),
    table(
        "alert_crossings",
        "period_start, tier, percent",
        &[
            Text("period_start"),
            Number("tier"),
            Number("percent"),
            Number("usage_reached"),
            Text("recorded_at"),
            Text("reset_at"),
        ],
    ),
    table(
        "events",
        "project_id, id",
        &[
            Text("project_id"),
            Text("id"),
            Text("name"),
            Text("kind"),
            Text("identity"),
            Text("source"),
            Number("anonymous"),
            Text("at"),
            Document("properties"),
            Number("data_points"),
            Text("received_at"),
        ],
    ),
    table(
        "profiles",
        "project_id, identity",
        &[
            Text("project_id"),
            Text("identity"),
            Text("kind"),
            Document("properties"),
            Text("created_at"),
            Text("updated_at"),
        ],
    ),
    table(
        "monthly_users",
        "project_id, period_start, identity",
        &[
            Text("project_id"),
            Text("period_start"),
            Text("identity"),
            Text("app_on"),
            Text("web_on"),
            Text("api_on"),
            Text("anonymous_on"),
        ],
    ),
    table(
        "schema_seen",
        "project_id, event, property",
        &[
            Text("project_id"),
            Text("event"),
            Text("property"),
            Text("kind"),
            Text("type"),
            Text("first_seen_at"),
            Text("last_seen_at"),
        ],
    ),
];
