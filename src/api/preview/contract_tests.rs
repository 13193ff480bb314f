//! contract.md as a table: its example, and a row for each fault and each worked number.

use std::string::String;

use super::answer;

const REQUEST: &str = r#"{"id":"a","price_book":"essentials","currency":"USD","date":"2025-06-20","subscription":{"tier":20000,"add_ons":["cloud-export"],"status":"active"},"usage":{"mau":22000,"data_points":0},"change":{"tier":40000}}"#;
const ANSWER: &str = r#"{"id":"a","usage":{"processed_mau":0,"usage":22000,"mbu":22000,"overage_mau":2000},"overage":{"lines":[{"kind":"mau_overage","amount":"24.00"},{"kind":"add_on_overage","add_on":"cloud-export","amount":"2.40"}],"total":"26.40"},"month":{"base":"250.00","add_ons":"20.00","overage":"26.40","billable":"296.40"},"due_now":{"lines":[{"kind":"tier_proration","amount":"91.67"}],"subtotal":"91.67","taxes":[],"total":"91.67"},"next_invoice":{"date":"2025-07-01","recurring":"520.00","overage":"0.00","subtotal":"520.00","taxes":[],"total":"520.00"}}"#;

/// The example with some of its text replaced.
fn request(replacements: &[(&str, &str)]) -> String {
    let mut text = String::from(REQUEST);
    for (from, to) in replacements {
        assert!(text.contains(from), "{from} is not in the example");
        text = text.replacen(from, to, 1);
    }
    text
}

fn answered(replacements: &[(&str, &str)]) -> serde_json::Value {
    let line = request(replacements);
    serde_json::from_str(&answer(line.as_bytes()).unwrap()).unwrap()
}

#[test]
fn the_example_is_answered_to_the_byte() {
    assert_eq!(answer(REQUEST.as_bytes()).unwrap(), ANSWER);
    assert_eq!(answer(format!("{REQUEST}\r").as_bytes()).unwrap(), ANSWER);
}

#[test]
fn blank_lines_have_no_answer() {
    for blank in ["", "\r", "  \t"] {
        assert_eq!(answer(blank.as_bytes()), None);
    }
}

/// Every code, by replacing a piece of the example; the last column is the echoed id.
#[test]
fn each_error_has_its_code() {
    let check = |from: &str, to: &str, code: &str, id: Option<&str>| {
        let answer = answered(&[(from, to)]);
        assert_eq!(answer["error"]["code"], code, "{to}");
        assert_eq!(answer["id"].as_str(), id, "{to}");
        assert_eq!(answer.as_object().unwrap().len(), 2, "{to}");
        assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
    };
    let a = Some("a");
    check("{\"id\"", "\"id\"", "invalid_json", None);
    check("}}", "}}}", "invalid_json", None);
    check("22000", "022000", "invalid_json", None);
    check("22000", "NaN", "invalid_json", None);
    check("\"a\"", r#""\ud800""#, "invalid_json", None);
    check("\"id\":\"a\",", "", "missing_field", None);
    check("\"date\":\"2025-06-20\",", "", "missing_field", a);
    check("\"mau\":22000,", "", "missing_field", a);
    check("\"tier\":20000,", "", "missing_field", a);
    check("\"a\"", "7", "invalid_field", None);
    check("\"a\"", "null", "invalid_field", None);
    check("22000", "22000.0", "invalid_field", a);
    check("22000", "22e3", "invalid_field", a);
    check("22000", "\"22000\"", "invalid_field", a);
    check("22000", "true", "invalid_field", a);
    check("22000", "null", "invalid_field", a);
    check("\"active\"", "\"paused\"", "invalid_field", a);
    check("{\"tier\":40000}", "{\"teir\":40000}", "invalid_field", a);
    check(
        "{\"tier\":40000}",
        "{\"tier\":40000,\"tier\":40000}",
        "invalid_field",
        a,
    );
    check(
        "{\"tier\":40000}",
        "{\"add\":[\"x\",\"x\"]}",
        "invalid_field",
        a,
    );
    check(
        "{\"tier\":40000}",
        "{\"add\":\"promotions\"}",
        "invalid_field",
        a,
    );
    check("{\"tier\":40000}", "[]", "invalid_field", a);
    check("{\"tier\":40000}", "{\"tier\":4e4}", "invalid_field", a);
    check("\"change\":", "\"tax\":{},\"change\":", "invalid_field", a);
    check(
        "\"change\":",
        "\"usage\":{},\"change\":",
        "missing_field",
        a,
    );
    check("\"essentials\"", "\"basic\"", "unknown_price_book", a);
    check("\"USD\"", "\"INR\"", "currency_not_in_price_book", a);
    check("\"USD\"", "\"EUR\"", "currency_not_in_price_book", a);
    check("\"USD\"", "5", "invalid_field", a);
    check("20000", "20001", "unknown_tier", a);
    check("20000", "-1", "unknown_tier", a);
    check("40000", "100001", "unknown_tier", a);
    check(
        "40000",
        "99999999999999999999999999999999999999999",
        "unknown_tier",
        a,
    );
    check(
        "[\"cloud-export\"]",
        "[\"promotions\"]",
        "unknown_add_on",
        a,
    );
    check(
        "{\"tier\":40000}",
        "{\"add\":[\"promotions\"]}",
        "unknown_add_on",
        a,
    );
    check(
        "{\"tier\":40000}",
        "{\"add\":[\"cloud-export\"]}",
        "add_on_already_active",
        a,
    );
    check(
        "{\"tier\":40000}",
        "{\"remove\":[\"premium-channels\"]}",
        "add_on_not_active",
        a,
    );
    check("2025-06-20", "2025-06-31", "invalid_date", a);
    check("2025-06-20", "2025-6-20", "invalid_date", a);
    check("2025-06-20", "+025-06-20", "invalid_date", a);
    check("2025-06-20", "1969-12-31", "invalid_date", a);
    check("2025-06-20", "9999-01-01", "invalid_date", a);
    check("22000", "-1", "negative_usage", a);
    check(
        "22000",
        "-99999999999999999999999999999999999999999",
        "negative_usage",
        a,
    );
    check("22000", "1000000000000001", "amount_out_of_range", a);
    check(
        "22000",
        "99999999999999999999999999999999999999999",
        "amount_out_of_range",
        a,
    );
}

#[test]
fn lines_that_are_no_object_are_refused() {
    let deep = "[".repeat(100_000);
    for line in ["[]", "5", "\"a\"", "null", "{", "\u{feff}{}", &deep] {
        let answer = answer(line.as_bytes()).unwrap();
        assert!(
            answer.starts_with(r#"{"id":null,"error":{"code":"invalid_json""#),
            "{answer}"
        );
    }
    assert!(answer(b"\xff{}").unwrap().contains("invalid_json"));
    assert!(
        answer(b"{}")
            .unwrap()
            .starts_with(r#"{"id":null,"error":{"code":"missing_field""#)
    );
}

#[test]
fn the_first_code_in_order_wins() {
    let check = |replacements: &[(&str, &str)], code: &str| {
        assert_eq!(
            answered(replacements)["error"]["code"],
            code,
            "{replacements:?}"
        );
    };
    check(
        &[("\"data_points\":0", "\"x\":0"), ("\"a\"", "5")],
        "missing_field",
    );
    check(
        &[("\"essentials\"", "\"basic\""), ("22000", "2.5")],
        "invalid_field",
    );
    check(
        &[("\"essentials\"", "\"basic\""), ("\"USD\"", "\"EUR\"")],
        "unknown_price_book",
    );
    check(
        &[("\"USD\"", "\"EUR\""), ("20000", "1")],
        "currency_not_in_price_book",
    );
    check(
        &[("40000", "1"), ("[\"cloud-export\"]", "[\"x\"]")],
        "unknown_tier",
    );
    check(
        &[
            ("[\"cloud-export\"]", "[\"x\"]"),
            ("{\"tier\":40000}", "{\"remove\":[\"y\"]}"),
        ],
        "unknown_add_on",
    );
    let both = r#"{"add":["cloud-export"],"remove":["premium-channels"]}"#;
    check(
        &[("{\"tier\":40000}", both), ("2025-06-20", "x")],
        "add_on_already_active",
    );
    check(
        &[
            ("{\"tier\":40000}", r#"{"remove":["premium-channels"]}"#),
            ("2025-06-20", "x"),
        ],
        "add_on_not_active",
    );
    check(&[("2025-06-20", "x"), ("22000", "-1")], "invalid_date");
    check(
        &[(
            "22000,\"data_points\":0",
            "9000000000000000,\"data_points\":-1",
        )],
        "negative_usage",
    );
}

/// SPEC's worked numbers through the batch format: what is replaced, the JSON pointer, the value there.
#[test]
fn worked_numbers() {
    let check = |replacements: &[(&str, &str)], path: &str, expected: &str| {
        let answer = answered(replacements);
        let found = answer
            .pointer(path)
            .unwrap_or_else(|| panic!("no {path} in {answer}"));
        let found = found
            .as_str()
            .map_or_else(|| found.to_string(), str::to_owned);
        assert_eq!(found, expected, "{path} with {replacements:?}");
    };
    const BOOK_2025: (&str, &str) = ("\"essentials\"", "\"essentials-2025\"");
    const NO_ADD_ON: (&str, &str) = ("[\"cloud-export\"]", "[]");
    const NO_CHANGE: (&str, &str) = (",\"change\":{\"tier\":40000}", "");
    // The table of S3.
    check(
        &[NO_ADD_ON, ("22000", "19999")],
        "/month/billable",
        "250.00",
    );
    check(&[("22000", "19999")], "/month/billable", "270.00");
    check(&[NO_ADD_ON], "/month/billable", "274.00");
    check(&[], "/month/billable", "296.40");
    check(&[BOOK_2025], "/month/billable", "308.00");
    // A3, A5.
    check(&[NO_ADD_ON, ("22000", "20050")], "/overage/total", "0.60");
    check(&[NO_ADD_ON, ("22000", "20001")], "/overage/total", "0.01");
    check(
        &[("22000", "20001")],
        "/overage/lines",
        r#"[{"amount":"0.01","kind":"mau_overage"}]"#,
    );
    let points = ("22000,\"data_points\":0", "18000,\"data_points\":205000001");
    check(&[NO_ADD_ON, points], "/overage/total", "6.01");
    check(&[NO_ADD_ON, points, BOOK_2025], "/overage/total", "7.52");
    check(&[points], "/usage/processed_mau", "20501");
    // R5 and A11, A13 to A16.
    check(&[("06-20", "06-16")], "/due_now/total", "125.00");
    check(&[("06-20", "06-30")], "/due_now/total", "8.33");
    check(&[("06-20", "07-10")], "/due_now/total", "177.42");
    check(&[("2025-06-20", "2024-02-15")], "/due_now/total", "129.31");
    check(&[BOOK_2025, ("06-20", "06-16")], "/due_now/total", "137.50");
    check(
        &[BOOK_2025, ("06-20", "06-16")],
        "/due_now/lines/1/kind",
        "add_on_repricing",
    );
    let second = [
        ("20000", "40000"),
        ("{\"tier\":40000}", "{\"tier\":60000}"),
        ("06-20", "07-31"),
    ];
    check(&second, "/due_now/total", "8.06");
    let add = ("{\"tier\":40000}", r#"{"add":["premium-channels"]}"#);
    check(&[add, ("06-20", "06-16")], "/due_now/total", "10.00");
    check(
        &[add, BOOK_2025, ("06-20", "06-16")],
        "/due_now/total",
        "12.50",
    );
    // A12, A17: the next invoice.
    check(
        &[("22000", "45000"), NO_ADD_ON],
        "/next_invoice/overage",
        "60.00",
    );
    let remove = ("{\"tier\":40000}", r#"{"remove":["cloud-export"]}"#);
    check(
        &[remove, ("06-20", "06-10")],
        "/next_invoice/recurring",
        "250.00",
    );
    check(
        &[remove, ("06-20", "06-10")],
        "/next_invoice/overage",
        "26.40",
    );
    check(&[remove], "/due_now/total", "0.00");
    check(&[("40000", "5000")], "/next_invoice/recurring", "95.00");
    check(&[("40000", "5000")], "/next_invoice/overage", "26.40");
    check(
        &[NO_CHANGE, ("06-20", "12-31")],
        "/next_invoice/date",
        "2026-01-01",
    );
    check(
        &[("{\"tier\":40000}", "null")],
        "/next_invoice/recurring",
        "270.00",
    );
    check(
        &[("{\"tier\":40000}", "{}")],
        "/due_now",
        r#"{"lines":[],"subtotal":"0.00","taxes":[],"total":"0.00"}"#,
    );
    // R16, A28.
    let rupees = [
        ("\"USD\"", "\"INR\""),
        BOOK_2025,
        NO_ADD_ON,
        ("22000", "0"),
        NO_CHANGE,
    ];
    check(&rupees, "/next_invoice/taxes/0/name", "CGST");
    check(&rupees, "/next_invoice/total", "23600.00");
    // R8: in trial nothing is due.
    check(&[("\"active\"", "\"trial\"")], "/due_now/total", "0.00");
    check(&[("\"active\"", "\"trial\"")], "/usage/overage_mau", "2000");
    check(&[("\"active\"", "\"trial\"")], "/month/billable", "270.00");
    check(
        &[("\"active\"", "\"trial\"")],
        "/next_invoice/total",
        "520.00",
    );
    check(
        &[("\"active\"", "\"trial\""), remove],
        "/next_invoice/total",
        "250.00",
    );
}
