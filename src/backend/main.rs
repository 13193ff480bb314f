//! The binary `prorata`. All of its code is in the library.

fn main() -> std::process::ExitCode {
    backend::cli::run()
}
