//! The account itself: who, on which plan, and what was done.

use super::Column::{Document, Number, Text};
use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    Table {
        owner: "id",
        ..table(
            "organizations",
            "id",
            &[
                Text("id"),
                Text("name"),
                Document("billed_to"),
                Text("currency"),
                Number("zone_offset_minutes"),
                Text("supplier_state"),
                Text("customer_state"),
                Text("price_book_id"),
                Number("price_book_version"),
                Text("invoice_series"),
                Number("annual_eligible"),
                Text("created_at"),
            ],
        )
    },
    table(
        "billing_details",
        "saved_at",
        &[Document("billed_to"), Text("saved_at"), Text("saved_by")],
    ),
    table(
        "users",
        "id",
        &[
            Text("id"),
            Text("email"),
            Text("name"),
            Text("role"),
            Text("created_at"),
        ],
    ),
    table(
        "subscriptions",
        "started_on",
        &[
            Number("version"),
            Text("status"),
            Number("tier"),
            Text("started_on"),
        ],
    ),
    table(
        "subscription_add_ons",
        "add_on",
        &[Text("add_on"), Text("active_since")],
    ),
    table(
        "scheduled_changes",
        "id",
        &[
            Text("id"),
            Text("subject"),
            Number("tier"),
            Text("effective_on"),
            Text("scheduled_at"),
            Text("scheduled_by"),
        ],
    ),
    table(
        "annual_terms",
        "starts_on",
        &[
            Text("starts_on"),
            Text("ends_on"),
            Number("months"),
            Number("billable_limit"),
            Text("invoice_number"),
        ],
    ),
    table(
        "account_states",
        "changed_at",
        &[Document("state"), Text("changed_at")],
    ),
    table(
        "payment_methods",
        "id",
        &[
            Text("id"),
            Text("brand"),
            Text("last4"),
            Number("expiry_year"),
            Number("expiry_month"),
            Number("is_default"),
        ],
    ),
    table(
        "credentials",
        "issued_at, id",
        &[
            Text("id"),
            Text("name"),
            Text("issued_by"),
            Text("issued_at"),
            Text("expires_at"),
            Text("revoked_at"),
            Text("last_used_at"),
        ],
    ),
    table(
        "audit",
        "position",
        &[
            Number("position"),
            Text("at"),
            Text("actor"),
            Text("action"),
            Text("object"),
            Text("description"),
            Text("address"),
        ],
    ),
];
