//! The price function alone, as the browser has it: the browser suite gives it the same lines as
//! `prorata preview` and compares the answers byte by byte, and the benchmark asks it for a curve.

mod curve;

pub use curve::Curve;

use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a stream of request lines as `prorata preview` does (contract.md).
#[wasm_bindgen]
#[must_use]
pub fn answers(requests: &str) -> String {
    let mut lines = String::new();
    for line in requests.lines() {
        if let Some(answer) = api::preview::answer(line.as_bytes()) {
            lines.push_str(&answer);
            lines.push('\n');
        }
    }
    lines
}
