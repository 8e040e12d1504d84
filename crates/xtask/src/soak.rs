//! `cargo xtask soak`: the randomised tests for as long as one likes, and pages in a browser.

use crate::Failure;
use crate::program::{cargo, run as run_program};

const CASES: &str = "100000";

/// Runs the property tests with CASES random inputs each; a test may do more when it sees `GOVKIT_SOAK=1`.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    let cases = args.first().map_or(CASES, String::as_str);
    cases
        .parse::<u32>()
        .map_err(|_| format!("`{cases}` is no number of cases"))?;
    println!("{cases} random inputs for each property");
    run_program(
        cargo(["test", "--workspace"])
            .env("PROPTEST_CASES", cases)
            .env("GOVKIT_SOAK", "1"),
    )
}
