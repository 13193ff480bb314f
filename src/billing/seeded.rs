//! Property tests draw from fixed seeds, and a failure says which.

use proptest::test_runner::{Config, RngSeed};

/// As many cases as a test needs that runs with every build, drawn from a seed that is printed.
pub(crate) fn seeded(seed: u64) -> Config {
    println!("seed {seed}");
    Config {
        cases: 256,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}
