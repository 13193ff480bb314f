//! The price function alone, as in the browser app: the browser suite runs the same lines through it
//! and `prorata preview` and compares the output byte by byte, and the benchmark runs a curve.

mod curve;

pub use curve::Curve;

use wasm_bindgen::prelude::wasm_bindgen;

/// The output for a stream of request lines, as `prorata preview` writes it (contract.md).
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
