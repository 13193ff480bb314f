//! Reads projects and their usage page by page: an organization may have tens of thousands of projects.

use billing::OrganizationId;
use chrono::NaiveDate;

use super::{Project, UsageDay};
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};

/// Which projects are read.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFilter<'a> {
    /// Projects whose name contains this text, ignoring case; empty means every project.
    pub words: &'a str,
    /// Projects that follow the one with this id.
    pub after: Option<&'a str>,
    /// How many projects are read at most.
    pub limit: u32,
}

/// The query that selects the projects of a filter, in order.
macro_rules! filter {
    () => {
        "SELECT id, name FROM projects WHERE organization_id = $1 \
         AND LOWER(name) LIKE LOWER($2) ESCAPE '!' AND ($3 = '' OR (name, id) > \
         (SELECT name, id FROM projects WHERE organization_id = $1 AND id = $3)) \
         ORDER BY name, id LIMIT $4"
    };
}

/// The projects of a filter, ordered by name, then by id.
pub async fn page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    filter: ProjectFilter<'_>,
) -> Result<Vec<Project>, Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(filter!())
        .bind(organization_id.as_str())
        .bind(holding(filter.words))
        .bind(filter.after.unwrap_or_default())
        .bind(Count(filter.limit))
        .fetch_all(tx.connection())
        .await?;
    let project = |(id, name)| Project { id, name };
    Ok(rows.into_iter().map(project).collect())
}

/// The counted days of these projects between two days, both included, ordered by project and day.
pub async fn days(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    filter: ProjectFilter<'_>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<UsageDay>, Error> {
    Ok(sqlx::query_as(concat!(
        "SELECT project_id, day, app, web_identified, api, anonymous_web, data_points, counted_at \
         FROM (",
        filter!(),
        ") p JOIN usage_days d ON d.organization_id = $1 AND d.project_id = p.id \
         AND d.day >= $5 AND d.day <= $6 ORDER BY d.project_id, d.day"
    ))
    .bind(organization_id.as_str())
    .bind(holding(filter.words))
    .bind(filter.after.unwrap_or_default())
    .bind(Count(filter.limit))
    .bind(Text(first))
    .bind(Text(last))
    .fetch_all(tx.connection())
    .await?)
}

/// How many projects have a name that contains the text.
pub async fn total(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    words: &str,
) -> Result<u64, Error> {
    let Count(total) = sqlx::query_scalar(
        "SELECT COUNT(*) FROM projects WHERE organization_id = $1 \
         AND LOWER(name) LIKE LOWER($2) ESCAPE '!'",
    )
    .bind(organization_id.as_str())
    .bind(holding(words))
    .fetch_one(tx.connection())
    .await?;
    Ok(total)
}

/// A `LIKE` pattern for names that contain the text; its wildcards are escaped by `!`.
fn holding(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_are_escaped() {
        assert_eq!(holding("100 %_!"), "%100 !%!_!!%");
        assert_eq!(holding(""), "%%");
    }
}
