//! Searches for fewer steps that lead to the same difference.

use std::fmt::Write as _;

use backend::store::Engine;

use super::steps::Step;
use super::walk::{Failed, Walk};

/// How often a shorter list is tried.
const TRIES: usize = 40;

/// The steps without those that are not needed: first steps of other organizations, then any other.
pub(super) async fn shrunk(engine: Engine, taken: Vec<Step>, failed: &Failed) -> Vec<Step> {
    let concerns = |step: &&Step| step.concerns(&failed.organization);
    let own: Vec<Step> = taken.iter().filter(concerns).cloned().collect();
    let mut steps = if fails_alike(engine, &own, failed).await {
        own
    } else {
        taken
    };
    let mut tries = 0;
    let mut width = steps.len() / 2;
    while width > 0 {
        let mut from = 0;
        while from < steps.len() && tries < TRIES {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + width).min(steps.len()));
            tries += 1;
            if fails_alike(engine, &fewer, failed).await {
                steps = fewer;
            } else {
                from += width;
            }
        }
        width /= 2;
    }
    steps
}

/// Whether the steps lead to a difference of the same kind.
async fn fails_alike(engine: Engine, steps: &[Step], failed: &Failed) -> bool {
    // The text after the colon has the values of this run, which are never the same.
    let kind = |failed: &Failed| {
        failed
            .difference
            .split([':', '\n'])
            .next()
            .map(str::to_owned)
    };
    let mut walk = Walk::begin(engine).await;
    for step in steps {
        if let Err(other) = walk.take(step).await {
            return other.organization == failed.organization && kind(&other) == kind(failed);
        }
    }
    false
}

/// The steps, one per line.
pub(super) fn story(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |mut story, step| {
        let _ = writeln!(story, "  {step}");
        story
    })
}
