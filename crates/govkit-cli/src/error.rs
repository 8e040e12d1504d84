//! Errors at the border: what a person reads when the question could not be answered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Result, anyhow};
use govkit_core::untrusted::Untrusted;

use crate::exit::Exit;

/// An error that knows the way out.
#[derive(Debug)]
pub(crate) struct Hinted {
    message: String,
    hint: String,
}

impl std::fmt::Display for Hinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hinted {}

/// Makes an error with a message and the way out.
pub(crate) fn hinted(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Hinted {
        message: message.into(),
        hint: hint.into(),
    }
    .into()
}

/// Runs `body`; a panic inside becomes an error, so that hostile input cannot end the program
/// without an exit code of the table.
pub(crate) fn guarded(body: impl FnOnce() -> Result<Exit>) -> Result<Exit> {
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(body));
    drop(std::panic::take_hook());
    outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Err(hinted(
            format!("internal error: {text}"),
            "nothing was written; please report this with the command and the file it was about",
        ))
    })
}

/// Returns the text of an error: what failed, why, and the way out.
pub(crate) fn describe(error: &anyhow::Error) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (depth, cause) in error.chain().enumerate() {
        let text = Untrusted::block(&cause.to_string()).to_string();
        if lines.last().is_some_and(|last| last.ends_with(&text)) {
            continue;
        }
        lines.push(if depth == 0 {
            format!("error: {text}")
        } else {
            format!("  caused by: {text}")
        });
    }
    if let Some(hint) = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Hinted>())
    {
        lines.push(format!("hint: {}", hint.hint));
    }
    lines.join("\n") + "\n"
}

/// Says how a run ends with an error: what the clone left out makes the answer unknown, all else
/// made it impossible.
pub(crate) fn exit_of(error: &anyhow::Error) -> Exit {
    let left_out = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<govkit_git::ReadError>())
        .any(govkit_git::ReadError::is_left_out);
    if left_out {
        Exit::Incomplete
    } else {
        Exit::Failed
    }
}

/// Makes the error for something named that is not there.
pub(crate) fn no_artifact(name: &str, at: &str) -> anyhow::Error {
    let name = Untrusted::line(name).to_string();
    anyhow!(hinted(
        format!("no artifact is called `{name}` in {at}"),
        "`govkit list` shows what there is; a name is an id or a path",
    ))
}
