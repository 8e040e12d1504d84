//! Compiling where it can do no harm.
//!
//! Fuel and memory limits hold a plugin that runs; nothing in the run-time holds its compiler, and
//! a component can be made so that compiling it takes minutes and gigabytes. So a stranger's
//! component is compiled by a child process that the system holds to its time and memory.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::cache::Authentic;
use crate::engine;
use crate::load::{self, LoadError};

/// Seconds of processor time, all threads together. A Python or JavaScript run-time (18 MB) was
/// measured at 10 to 13.
const CPU_SECONDS: u64 = 120;
/// Bytes of address space; the same run-times had 0.5 GiB resident.
const MEMORY_BYTES: u64 = 4 << 30;
/// Bytes of compiled code taken from a child.
const CODE_BYTES: u64 = 1 << 30;

/// The child's answer where the component is not valid.
const INVALID: u8 = 10;

/// Where components are compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// In this process: for components that are trusted, and for tests.
    Here,
    /// By this program, in a process of its own; started with [`Compiler::ARGUMENT`] it must
    /// call [`run_child`] and nothing else.
    Child(PathBuf),
}

impl Compiler {
    /// The one argument of the child.
    pub const ARGUMENT: &str = "__compile-plugin";
}

/// Compiles a component in a child process.
pub(crate) fn in_child(program: &Path, name: &str, bytes: &[u8]) -> Result<Authentic, LoadError> {
    let failed = |reason: String| LoadError::Compile {
        name: name.to_owned(),
        reason,
    };
    let io = |error: std::io::Error| failed(format!("in a process of its own failed: {error}"));
    let mut child = Command::new(program)
        .arg(Compiler::ARGUMENT)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(io)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where the child ends early, its status says why.
        let _ = stdin.write_all(bytes);
    }
    let output = child.wait_with_output().map_err(io)?;
    if output.status.success() {
        return Ok(Authentic::from_own_compiler(&output.stdout));
    }
    if output.status.code() == Some(i32::from(INVALID)) {
        let words = String::from_utf8_lossy(&output.stderr);
        let reason = words.lines().next().unwrap_or("").to_owned();
        return Err(LoadError::Invalid {
            name: name.to_owned(),
            reason: crate::limits::cut(reason, 200),
        });
    }
    Err(failed(ended(output.status)))
}

/// Says how a child ended that was stopped.
fn ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        const SIGSEGV: i32 = 11;
        return match signal {
            SIGABRT => format!("took more than {} GiB of memory", MEMORY_BYTES >> 30),
            SIGSEGV => "made the compiler fail".to_owned(),
            // SIGXCPU has another number on some systems, and a second one comes as SIGKILL.
            SIGKILL | 24 | 30 => format!("took more than {CPU_SECONDS} seconds"),
            other => format!("was ended by signal {other}"),
        };
    }
    format!("failed ({status})")
}

/// Does the child's part: reads a component, compiles it under limits of the system and writes
/// the code. Returns the exit code.
pub fn run_child(mut input: impl Read, mut output: impl Write, mut errors: impl Write) -> u8 {
    limit_this_process();
    let mut bytes = Vec::new();
    if input.read_to_end(&mut bytes).is_err() {
        return 1;
    }
    let code = engine::engine().and_then(|engine| engine.precompile_component(&bytes));
    match code {
        Ok(code) if code.len() as u64 <= CODE_BYTES => {
            let written = output.write_all(&code).and_then(|()| output.flush());
            u8::from(written.is_err())
        }
        Ok(_) => 1,
        Err(error) => {
            // The parent reads the code, and one line.
            let _ = writeln!(errors, "{}", load::reason(&error));
            INVALID
        }
    }
}

#[cfg(unix)]
fn limit_this_process() {
    use rlimit::Resource;
    let limits = [
        (Resource::CPU, CPU_SECONDS),
        (Resource::AS, MEMORY_BYTES),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
    ];
    for (resource, bound) in limits {
        // A limit that is lower already stays: then this fails, and nothing is lost.
        let _ = resource.set(bound, bound);
    }
}

/// Elsewhere the bounds on the component's size, functions and modules have to do.
#[cfg(not(unix))]
fn limit_this_process() {}
