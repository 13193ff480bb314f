//! Support tickets.

use api::support::ticket::{Category, Priority, Topic};
use api::support::{Support, Teammate, Ticket, TicketStatus};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Support {
    email,
    account_id,
    account_name,
    offset_minutes,
    people,
    tickets
});
record!(Teammate { id, name, email });
record!(Ticket {
    number,
    opened_at,
    opened_by,
    topic,
    category,
    priority,
    subject,
    description,
    status,
    attachments,
    team
});
words!(TicketStatus { Open = "open", Closed = "closed" });
words!(Topic {
    Other = "other",
    Plan = "plan",
    Payments = "payments",
    Users = "users",
    Data = "data"
});
words!(Category {
    Query = "query",
    Bug = "bug",
    Billing = "billing",
    FeatureRequest = "feature_request",
    Integration = "integration"
});
words!(Priority { Medium = "medium", Urgent = "urgent", High = "high", Low = "low" });

#[cfg(test)]
mod tests {
    use billing::{OrganizationId, UserId};

    use super::*;
    use crate::client::json::read;

    #[test]
    fn reads_tickets() {
        let mut tickets = Vec::new();
        for (topic, category) in Topic::ALL.into_iter().zip(Category::ALL) {
            for priority in Priority::ALL {
                tickets.push(Ticket {
                    number: 7,
                    opened_at: "2026-06-20T09:30:00.25Z".parse().unwrap(),
                    opened_by: "ada@acme.example".to_owned(),
                    topic,
                    category,
                    priority,
                    subject: "Help".to_owned(),
                    description: "one\ntwo".to_owned(),
                    status: TicketStatus::Closed,
                    attachments: vec!["a.txt".to_owned()],
                    team: vec!["max@acme.example".to_owned()],
                });
            }
        }
        tickets[0].status = TicketStatus::Open;
        let support = Support {
            email: "ada@acme.example".to_owned(),
            account_id: OrganizationId::new("org"),
            account_name: "Acme".to_owned(),
            offset_minutes: -90,
            people: vec![Teammate {
                id: UserId::new("1"),
                name: "Max".to_owned(),
                email: "max@acme.example".to_owned(),
            }],
            tickets,
        };
        let text = serde_json::to_string(&support).unwrap();
        assert_eq!(read(&text), Ok(support), "{text}");
    }
}
