//! The backend from outside: each test runs on SQLite and on PostgreSQL.

mod access_cells;
mod annual;
mod audit;
mod books;
mod cluster;
mod cures;
pub(crate) mod invariants;
pub(crate) mod world;

mod account_status;
mod add_on_use;
mod collecting;
mod counted_usage;
mod events;
mod exports;
mod faults;
mod figures;
mod files;
mod imports;
mod instants;
mod jobs;
mod keeping;
mod late_starts;
pub(crate) mod leaving;
mod leaving_years;
mod mails;
mod months;
mod orders;
mod payments;
mod policies;
mod process;
mod refused;
mod removals;
mod retention;
mod routes;
mod soft_lock;
mod stale;
mod support;
mod texts;
mod trials;
mod two_clocks;
mod usage_limits;

/// Runs each test on both databases, every run with its own database.
macro_rules! on_both_databases {
    ($($(#[$note:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        $(#[$note])*
        mod $name {
            use super::*;

            async fn check($world: World) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                check(World::on(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                check(World::on(Engine::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;
