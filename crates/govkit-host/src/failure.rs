//! Why a call into a plugin came to nothing, in words for people.

use wasmtime::{Error, Trap};

use crate::limits::{PluginLimits, cut};

/// What went wrong in one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It used up its instructions.
    Fuel,
    /// It asked for more memory, table elements or instances than it may have.
    Limit(LimitHit),
    /// It called itself too deep.
    Stack,
    /// It handed over too much at once.
    Transfer,
    /// It panicked, and said why.
    Panic(String),
    /// It stopped in a way the run-time has a name for.
    Trap(String),
    /// It said itself that it cannot go on.
    GaveUp(String),
    /// It reported something that cannot be so.
    Protocol(String),
}

/// A limit the host itself holds a plugin to, as an error that passes through the run-time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitHit {
    /// Memory, with the limit in bytes.
    #[error("memory")]
    Memory(usize),
    /// Elements of a table.
    #[error("table")]
    Table(usize),
    /// Bytes copied or read on the plugin's behalf.
    #[error("host work")]
    HostBytes(u64),
    /// The place an exporter's file goes to did not take it.
    #[error("output")]
    Unwritten(String),
    /// The host cannot say what it was asked: a history that is not whole.
    #[error("unanswered")]
    Unanswered(String),
    /// A function of the inert world that does nothing but end the call.
    #[error("inert")]
    Inert(String),
}

impl Failure {
    /// Names the cause of an error of the run-time. `last_words` is what the plugin logged as an
    /// error before it stopped.
    pub(crate) fn of(error: &Error, last_words: Option<&str>) -> Self {
        if let Some(hit) = error.downcast_ref::<LimitHit>() {
            return Self::Limit(hit.clone());
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Self::Fuel,
            Some(Trap::StackOverflow) => Self::Stack,
            Some(Trap::UnreachableCodeReached) => match last_words {
                Some(words) => Self::Panic(words.to_owned()),
                None => Self::Trap("`unreachable` was executed".to_owned()),
            },
            Some(Trap::MemoryOutOfBounds) => {
                Self::Trap("out of bounds memory access, often endless recursion".to_owned())
            }
            Some(trap) => {
                let name = trap.to_string();
                Self::Trap(name.trim_start_matches("wasm trap: ").to_owned())
            }
            None => Self::of_text(&error.root_cause().to_string()),
        }
    }

    fn of_text(cause: &str) -> Self {
        // The run-time has no type for this one.
        if cause.contains("fuel allocated for hostcalls") {
            return Self::Transfer;
        }
        Self::Trap(cut(cause.lines().next().unwrap_or("").to_owned(), 200))
    }

    /// Says what happened, as the end of a sentence that starts with the plugin.
    pub(crate) fn message(&self, limits: &PluginLimits) -> String {
        match self {
            Self::Fuel => "did not finish within its budget of instructions".to_owned(),
            Self::Limit(LimitHit::Unwritten(why)) => format!("was stopped: {why}"),
            Self::Limit(LimitHit::Unanswered(why)) => format!("could not be answered: {why}"),
            Self::Limit(LimitHit::Inert(what)) => format!("stopped: {what}"),
            Self::Limit(LimitHit::Memory(bytes)) => {
                format!("wanted more than {} MiB of memory", bytes >> 20)
            }
            Self::Limit(LimitHit::Table(elements)) => {
                format!("wanted a table of more than {elements} elements")
            }
            Self::Limit(LimitHit::HostBytes(bytes)) => {
                format!("made the host read or copy more than {} MiB", bytes >> 20)
            }
            Self::Stack => "called itself too deep".to_owned(),
            Self::Transfer => format!(
                "handed over more than {} MiB at once",
                limits.transfer_bytes >> 20
            ),
            Self::Panic(words) => format!("stopped: {}", one_line(words, limits)),
            Self::Trap(name) => format!("stopped: {name}"),
            Self::GaveUp(words) => format!("gave up: {}", one_line(words, limits)),
            Self::Protocol(what) => what.clone(),
        }
    }

    /// Says what to do.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Limit(LimitHit::Unwritten(_)) => "mend that and export again",
            Self::Limit(LimitHit::Unanswered(_)) => {
                "mend that, or run without the plugin by `enabled = false`"
            }
            Self::Limit(LimitHit::Inert(_)) => {
                "a plugin has no files, clock, network or processes: ask its author to build it without"
            }
            Self::Fuel => {
                "raise it with `--plugin-limit fuel=4x`, split the artifact, or ask the plugin's author to make it do with less"
            }
            Self::Limit(LimitHit::Memory(_)) => {
                "raise it with `--plugin-limit memory=1GiB`, or ask the plugin's author to make it do with less"
            }
            Self::Limit(LimitHit::HostBytes(_)) => {
                "raise it with `--plugin-limit host=1GiB`, or ask the plugin's author to make it do with less"
            }
            Self::Transfer => {
                "raise it with `--plugin-limit transfer=128MiB`, or ask the plugin's author to hand over less at once"
            }
            Self::Limit(LimitHit::Table(_)) | Self::Stack => {
                "split the artifact, or ask the plugin's author to make it do with less"
            }
            Self::Panic(_) | Self::Trap(_) | Self::Protocol(_) => {
                "this is a fault of the plugin: report it to its author, and run without it by `enabled = false`"
            }
            Self::GaveUp(_) => "do what the plugin says, or run without it by `enabled = false`",
        }
    }
}

/// Makes one line of what a plugin said.
fn one_line(words: &str, limits: &PluginLimits) -> String {
    let words = cut(words.to_owned(), limits.message_bytes);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
