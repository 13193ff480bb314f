//! Random walks over months: orders, uploads, pauses, trials, annual terms, payments and clock moves of
//! several organizations, on the server and in a model that shares no code with it. After every step
//! the preview, the order, the invoice and the model are equal, to the cent.
//!
//! Seeds are fixed. A failure prints its seed, and the shortest list of steps found that causes it.
//! `PRORATA_WALK_MONTHS` sets the length, `PRORATA_WALK_SEED` the seed.

use backend::store::Engine;

use dice::Dice;
use shrinking::{shrunk, story};
use steps::{Step, next_step};
use walk::{Failed, Walk};

mod act;
mod calendar;
mod compare;
mod dice;
mod drawing;
mod expecting;
mod founding;
mod keeping;
mod model;
mod operating;
mod ordering;
mod paying;
mod reading;
mod shrinking;
mod steps;
mod uploading;
mod walk;

/// The first seed; each world adds its number.
const SEED: u64 = 20_261_129;
/// How many worlds run side by side: each has one writer, and its own clock.
const WORLDS: i64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_months_on_sqlite() {
    walk_for(Engine::Sqlite, 1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_months_on_postgres() {
    walk_for(Engine::Postgres, 100).await;
}

/// Walks until this many months of organizations are closed.
async fn walk_for(engine: Engine, months: i64) {
    let months = set("PRORATA_WALK_MONTHS").unwrap_or(months);
    let seed = set("PRORATA_WALK_SEED").unwrap_or(SEED);
    let walks = (0..WORLDS).map(|world| {
        let seed = seed.wrapping_add(world.unsigned_abs());
        tokio::spawn(walk(engine, seed, months / WORLDS + 1))
    });
    let walking: Vec<_> = walks.collect();
    for world in walking {
        world.await.unwrap();
    }
}

fn set<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}

async fn walk(engine: Engine, seed: u64, months: i64) {
    let mut dice = Dice::new(seed);
    let mut walk = Walk::begin(engine).await;
    let mut taken = Vec::new();
    let mut founded = 0;
    while walk.months < months {
        let step = next_step(&mut dice, &walk, &mut founded);
        let Some(step) = step else { continue };
        taken.push(step.clone());
        if let Err(failed) = walk.take(&step).await {
            return report(engine, (seed, taken), failed).await;
        }
    }
    println!(
        "seed {seed}: {} steps, {} months, {founded} organizations",
        taken.len(),
        walk.months
    );
    walk.end().await;
}

async fn report(engine: Engine, (seed, taken): (u64, Vec<Step>), failed: Failed) {
    let Failed {
        organization,
        difference,
    } = &failed;
    let steps = shrunk(engine, taken, &failed).await;
    panic!(
        "seed {seed}, {organization}: {difference}\n{}",
        story(&steps)
    );
}
