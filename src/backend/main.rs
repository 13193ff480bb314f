//! The binary `prorata`; what it does is in the library.

fn main() -> std::process::ExitCode {
    backend::cli::run()
}
