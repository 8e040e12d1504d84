//! The chores of the project: `cargo xtask CHORE`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person who started it"
)]

mod bench;
mod demo;
mod docs;
mod plugins;
mod program;
mod setup;
mod soak;
mod test;

use std::process::ExitCode;

/// Why a chore stopped; printed as one line.
type Failure = Box<dyn std::error::Error>;

/// A chore: its name, one line about it, and what it does with the arguments that follow its name.
type Chore = (
    &'static str,
    &'static str,
    fn(&[String]) -> Result<(), Failure>,
);

/// In the order in which a newcomer meets them.
const CHORES: &[Chore] = &[
    (
        "demo",
        "show the main job on the ITSM example, in a repository of its own",
        demo::run,
    ),
    (
        "test",
        "format, lints, tests, documentation: what has to pass before a merge",
        test::run,
    ),
    (
        "ci",
        "the same as `test`, under the name a pipeline looks for",
        test::run,
    ),
    (
        "setup",
        "install what a build needs besides cargo; the other chores call it",
        setup::run,
    ),
    (
        "plugins",
        "build the bundled plugins to target/plugins",
        plugins::run,
    ),
    (
        "bench",
        "print how govkit compares with git on this machine [start|synthetic|plugins|corpora|time]… [--corpora DIR]",
        bench::run,
    ),
    (
        "docs",
        "write manual pages, completions and the API documentation to target/docs",
        docs::run,
    ),
    (
        "soak",
        "run plugins in every language, a browser over the site, other programs over the exports, and the randomised tests for a long time [languages|site|office|handbook|oscal|ics|CASES, default 100000]",
        soak::run,
    ),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let chore = args
        .first()
        .and_then(|name| CHORES.iter().find(|chore| chore.0 == *name));
    let Some((name, _, run)) = chore else {
        return usage(args.first().map(String::as_str));
    };
    match run(&args[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("cargo xtask {name}: {err}");
            ExitCode::from(1)
        }
    }
}

fn usage(asked: Option<&str>) -> ExitCode {
    let known = matches!(asked, None | Some("help" | "--help" | "-h"));
    if let (Some(asked), false) = (asked, known) {
        eprintln!("there is no chore `{asked}`\n");
    }
    println!("cargo xtask CHORE\n");
    for (name, about, _) in CHORES {
        println!("  {name:8} {about}");
    }
    if known {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}
