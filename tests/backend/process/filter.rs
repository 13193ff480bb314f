//! `prorata preview` as a filter (contract.md).

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{prorata, said};

/// The example of the contract, and its output.
const REQUEST: &str = r#"{"id":"a","price_book":"essentials","currency":"USD","date":"2025-06-20","subscription":{"tier":20000,"add_ons":["cloud-export"],"status":"active"},"usage":{"mau":22000,"data_points":0},"change":{"tier":40000}}"#;
const ANSWER: &str = r#"{"id":"a","usage":{"processed_mau":0,"usage":22000,"mbu":22000,"overage_mau":2000},"overage":{"lines":[{"kind":"mau_overage","amount":"24.00"},{"kind":"add_on_overage","add_on":"cloud-export","amount":"2.40"}],"total":"26.40"},"month":{"base":"250.00","add_ons":"20.00","overage":"26.40","billable":"296.40"},"due_now":{"lines":[{"kind":"tier_proration","amount":"91.67"}],"subtotal":"91.67","taxes":[],"total":"91.67"},"next_invoice":{"date":"2025-07-01","recurring":"520.00","overage":"0.00","subtotal":"520.00","taxes":[],"total":"520.00"}}"#;

fn filter() -> Child {
    let mut command = Command::new(prorata());
    command
        .arg("preview")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command.spawn().unwrap()
}

/// Bad lines, blank lines and bytes that are not UTF-8 never stop the lines after them.
#[test]
fn preview_never_stops_at_a_bad_line() {
    let mut filter = filter();
    let request = REQUEST.as_bytes();
    let input = [request, b"\n\n{\n\xff\xfe\n[]\n", request, b"\r\n", request].concat();
    filter.stdin.take().unwrap().write_all(&input).unwrap();
    let output = filter.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers = said(&output.stdout);
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[4], lines[5]),
        (6, ANSWER, ANSWER, ANSWER)
    );
    assert!(
        lines[1..4]
            .iter()
            .all(|line| line.contains(r#""code":"invalid_json""#)),
        "{answers}"
    );
}

/// 100,000 requests in a stream: the memory of the process does not grow.
#[test]
fn preview_streams_with_flat_memory() {
    let mut filter = filter();
    let mut input = filter.stdin.take().unwrap();
    let output = filter.stdout.take().unwrap();
    let counting = std::thread::spawn(move || lines(output));
    write(&mut input, 0..5_000);
    let before = peak_kilobytes(&filter);
    write(&mut input, 5_000..100_000);
    let after = peak_kilobytes(&filter);
    drop(input);
    assert_eq!(counting.join().unwrap(), 100_000);
    assert!(filter.wait().unwrap().success());
    assert!(
        after < before + 2_048,
        "{before} kB before, {after} kB after"
    );
}

fn write(input: &mut ChildStdin, mau: std::ops::Range<u32>) {
    for mau in mau {
        let line = REQUEST.replace("22000", &mau.to_string());
        writeln!(input, "{line}").unwrap();
    }
}

/// Counts the lines without storing them.
fn lines(mut output: ChildStdout) -> usize {
    let mut buffer = [0; 65_536];
    let mut lines = 0;
    loop {
        let read = output.read(&mut buffer).unwrap();
        if read == 0 {
            return lines;
        }
        lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count();
    }
}

fn peak_kilobytes(process: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
