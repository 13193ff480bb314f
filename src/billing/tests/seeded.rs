//! Property tests use fixed seeds, and a failure names its seed.

use proptest::test_runner::{Config, RngSeed};

/// The number of cases for a test that runs with every build, with a seed that is printed.
pub(crate) fn seeded(seed: u64) -> Config {
    println!("seed {seed}");
    Config {
        cases: 256,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}
