//! Orders, invoices and payments.

use super::Column::{Amount, Document, Number, Text};
use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "plan_changes",
        "ordered_at, id",
        &[
            Text("id"),
            Text("ordered_by"),
            Text("address"),
            Text("state"),
            Document("quote"),
            Amount("amount_minor"),
            Text("currency"),
            Text("payment_method_id"),
            Text("gateway_reference"),
            Text("reason"),
            Text("invoice_number"),
            Text("effective_on"),
            Text("ordered_at"),
            Text("authenticate_by"),
            Text("settled_at"),
        ],
    ),
    table(
        "removal_reasons",
        "plan_change_id, add_on",
        &[
            Text("plan_change_id"),
            Text("add_on"),
            Text("reason"),
            Text("words"),
        ],
    ),
    table(
        "invoices",
        "issued_at, number",
        &[
            Text("number"),
            Text("series"),
            Number("position"),
            Text("kind"),
            Text("issued_at"),
            Text("invoice_date"),
            Text("period_start"),
            Text("period_end"),
            Text("currency"),
            Amount("subtotal_minor"),
            Amount("total_minor"),
            Text("price_book_id"),
            Number("price_book_version"),
            Text("engine_version"),
            Document("details"),
            Text("plan_change_id"),
        ],
    ),
    table(
        "invoice_lines",
        "number, position",
        &[
            Text("number"),
            Number("position"),
            Text("kind"),
            Text("add_on"),
            Amount("amount_minor"),
            Document("derivation"),
        ],
    ),
    table(
        "invoice_taxes",
        "number, position",
        &[
            Text("number"),
            Number("position"),
            Text("name"),
            Amount("amount_minor"),
            Document("derivation"),
        ],
    ),
    table(
        "payments",
        "paid_at, gateway_reference",
        &[
            Text("gateway_reference"),
            Text("number"),
            Text("payment_method_id"),
            Amount("amount_minor"),
            Text("currency"),
            Text("paid_at"),
        ],
    ),
    table(
        "collections",
        "number",
        &[
            Text("number"),
            Amount("amount_minor"),
            Text("currency"),
            Text("notice_at"),
            Text("debit_at"),
        ],
    ),
    table(
        "month_closings",
        "period_start",
        &[
            Text("period_start"),
            Text("closed_at"),
            Number("tier"),
            Number("mau"),
            Number("data_points"),
            Number("billed_usage"),
            Text("invoice_number"),
        ],
    ),
];
