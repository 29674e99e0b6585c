//! The command line of outcomes-hub.

fn main() -> std::process::ExitCode {
    outcomes_hub::cli::main()
}
