//! `prorata preview`: the engine as a filter (contract.md).

use std::io::{self, BufRead, BufWriter, ErrorKind, Write};

use super::Failed;

pub(super) fn preview() -> Result<(), Failed> {
    match filter(io::stdin().lock(), BufWriter::new(io::stdout().lock())) {
        // The program that reads the answers has closed the pipe.
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Holds one line in memory at a time. An answer is flushed before the next read blocks, so that a
/// program that writes one request at a time gets each answer at once.
fn filter(mut requests: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while next_line(&mut requests, &mut line)? {
        if let Some(answer) = api::preview::answer(&line) {
            answers.write_all(answer.as_bytes())?;
            answers.write_all(b"\n")?;
        }
        line.clear();
    }
    answers.flush()
}

fn next_line(requests: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    if requests.read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.ends_with(b"\n") {
        line.pop();
    }
    Ok(true)
}
