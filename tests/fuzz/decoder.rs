//! Every line of the batch format has a line of JSON as its result, or none if it is blank. Every price
//! book is read or refused. Nothing panics.
#![no_main]

use billing::PriceBook;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let blank = bytes.trim_ascii().is_empty();
    match api::preview::answer(bytes) {
        None => assert!(blank, "a line without an answer"),
        Some(answer) => {
            assert!(!blank && !answer.contains('\n'));
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            let is_priced = answer.get("next_invoice").is_some();
            assert_ne!(is_priced, answer.get("error").is_some());
        }
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = PriceBook::parse(text);
        let _ = billing::Exact::parse(text).map(|exact| exact.to_string());
    }
});
