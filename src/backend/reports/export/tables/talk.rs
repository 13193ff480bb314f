//! Messages to the people of the account, and from them.

use super::Column::{Number, Text};
use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "mails",
        "position, id",
        &[
            Text("id"),
            Text("kind"),
            Text("recipient"),
            Text("subject"),
            Text("text_body"),
            Text("posted_at"),
            Text("sent_at"),
        ],
    ),
    table(
        "support_tickets",
        "number",
        &[
            Number("number"),
            Text("opened_by"),
            Text("opened_at"),
            Text("topic"),
            Text("category"),
            Text("priority"),
            Text("subject"),
            Text("description"),
            Text("status"),
            Text("closed_at"),
        ],
    ),
    table(
        "support_ticket_readers",
        "number, email",
        &[Number("number"), Text("email")],
    ),
    // The files themselves are in the archive's folder `files`.
    table(
        "support_attachments",
        "number, position",
        &[
            Number("number"),
            Number("position"),
            Text("name"),
            Text("media_type"),
        ],
    ),
];
