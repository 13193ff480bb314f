//! Uploads: figures by project and day, and uses of add-ons.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use super::act::{Organization, answered, refused_with};
use super::calendar::{Day, day_text, first_of};
use super::compare::used_shown;
use super::model::prices::EMAIL;
use super::model::usage::Figure;
use super::reading::{Difference, same};
use crate::backend::world::{World, request};

impl Organization {
    pub(super) async fn upload(
        &mut self,
        world: &World,
        rows: &[Figure],
    ) -> Result<(), Difference> {
        let sent: Vec<_> = rows
            .iter()
            .map(|(project, day, row)| {
                json!({
                    "project": project,
                    "day": day_text(*day),
                    "app": row.users[0],
                    "web_identified": row.users[1],
                    "api": row.users[2],
                    "anonymous_web": row.users[3],
                    "data_points": row.points,
                })
            })
            .collect();
        let reply = world
            .post(&self.program, "/usage", &json!({ "rows": sent }))
            .await;
        if self.is_closed(rows.iter().map(|(_, day, _)| *day)) {
            return refused_with(&reply, "invalid_field");
        }
        answered("upload", &reply)?;
        self.account.count(rows);
        Ok(())
    }

    /// Whether a day is in a closed month: the server that is asked may have closed it only now.
    fn is_closed(&self, mut days: impl Iterator<Item = Day>) -> bool {
        let first = first_of(self.account.open_month);
        days.any(|day| day < first)
    }

    /// E-mails by day, as rows of a program or as a file of the admin.
    pub(super) async fn use_add_on(
        &mut self,
        world: &World,
        days: &[(Day, u64)],
        is_file: bool,
    ) -> Result<(), Difference> {
        let reply = if is_file {
            let file = days
                .iter()
                .fold("used,add_on,day\n".to_owned(), |mut file, (day, used)| {
                    let _ = writeln!(file, "{used},{EMAIL},{}", day_text(*day));
                    file
                });
            let request = request(Method::POST, &self.admin, "/usage/add-ons/file")
                .header(header::CONTENT_TYPE, "text/csv")
                .body(Body::from(file));
            world.send(request.unwrap()).await
        } else {
            let rows: Vec<_> = days
                .iter()
                .map(|(day, used)| json!({ "add_on": EMAIL, "day": day_text(*day), "used": used }))
                .collect();
            let rows = json!({ "rows": rows });
            world.post(&self.program, "/usage/add-ons", &rows).await
        };
        let is_closed = self.is_closed(days.iter().map(|(day, _)| *day));
        if is_closed || !self.account.add_ons.contains(EMAIL) {
            return refused_with(&reply, "invalid_field");
        }
        let taken: Value = answered("uses", &reply)?;
        for (day, used) in days {
            self.account.uses.put(*day, *used);
        }
        let used = json!(self.account.used(self.account.today()));
        same("used", &used_shown(&taken["add_on_use"]), &used)
    }
}
