//! `prorata preview`: the engine as a filter (contract.md).

use std::io::{self, BufRead, BufWriter, ErrorKind, Write};

use super::Failed;

pub(super) fn preview() -> Result<(), Failed> {
    match filter(io::stdin().lock(), BufWriter::new(io::stdout().lock())) {
        // Whoever reads the answers has had enough of them.
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// One line in memory at a time; answers leave before the next wait for a request, so that a
/// program that asks line by line is not kept waiting.
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
