//! Runs other programs, and prints what happens.

use crate::failure::Failure;
use crate::place;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Prints what happens next.
pub(crate) fn say(what: &str) {
    println!("▸ {what}");
    // A closed output pipe is no reason to stop building.
    let _ = std::io::stdout().flush();
}

/// Runs one named step and prints how long it took.
pub(crate) fn timed<T>(
    what: &str,
    step: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    say(what);
    let start = Instant::now();
    let outcome = step()?;
    println!("  done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(outcome)
}

/// A program to run in the repository's root, without input.
pub(crate) fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(name.as_ref());
    command.current_dir(place::root()).stdin(Stdio::null());
    command
}

/// The cargo that started this program.
pub(crate) fn cargo() -> Command {
    let mut command = program(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    // Environment variables that cargo set for this program must not reach the cargo that it starts.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Runs a program to its end and shows its output. Any status but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "this command failed ({status}): {}",
        written(command)
    )))
}

/// Runs a program to its end, and shows its output only when it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<(), Failure> {
    let output = command
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "this command failed ({}): {}\n{}",
        output.status,
        written(command),
        String::from_utf8_lossy(&output.stderr).trim_end()
    )))
}

/// Runs a program and returns its standard output. Its standard error is shown.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failure::new(format!(
        "this command failed ({}): {}",
        output.status,
        written(command)
    )))
}

/// The command as a person would type it.
fn written(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!(
        "cannot start {}: {error}",
        command.get_program().to_string_lossy()
    ))
}
