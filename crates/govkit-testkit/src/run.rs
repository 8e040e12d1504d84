//! One run of one program: nothing inherited but `PATH`, bounded in time, printed as one block.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A program about to run, with an empty environment but for `PATH`.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
    timeout: Duration,
    redact: Vec<(String, &'static str)>,
}

impl Run {
    /// Prepares a run of `program` in `dir`, at most 60 seconds long, with empty standard input.
    #[must_use]
    pub fn new(program: impl AsRef<OsStr>, dir: &Path) -> Run {
        let mut command = Command::new(program);
        command.env_clear().current_dir(dir);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        Run {
            command,
            stdin: Vec::new(),
            timeout: Duration::from_secs(60),
            redact: Vec::new(),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Run {
        self.command.args(args);
        self
    }

    /// Sets one variable for the program.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    /// Runs in another directory.
    #[must_use]
    pub fn dir(mut self, dir: &Path) -> Run {
        self.command.current_dir(dir);
        self
    }

    /// Feeds `bytes` to standard input.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Run {
        self.stdin = bytes.into();
        self
    }

    /// Allows the program this long instead of 60 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Run {
        self.timeout = timeout;
        self
    }

    /// Prints `name` wherever `path` stands in the output, so that a snapshot holds on every machine.
    #[must_use]
    pub fn redact(mut self, path: &Path, name: &'static str) -> Run {
        self.redact.push((path.display().to_string(), name));
        self
    }

    /// Runs the program to its end.
    ///
    /// # Panics
    /// When the program cannot be started, or is not done in time.
    pub fn run(mut self) -> Output {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let program = self.command.get_program().to_string_lossy().into_owned();
        let mut child = self
            .command
            .spawn()
            .unwrap_or_else(|err| panic!("start `{program}`: {err}"));
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let bytes = std::mem::take(&mut self.stdin);
        // A program may stop before it has read everything; that is its right.
        let feeder = thread::spawn(move || drop(stdin.write_all(&bytes)));
        let stdout = drain(child.stdout.take().expect("stdout is piped"));
        let stderr = drain(child.stderr.take().expect("stderr is piped"));
        let code = wait(&mut child, self.timeout)
            .unwrap_or_else(|| panic!("`{:?}` is not done after {:?}", self.command, self.timeout));
        feeder.join().expect("the feeder does not panic");
        Output {
            stdout: stdout.join().expect("the reader does not panic"),
            stderr: stderr.join().expect("the reader does not panic"),
            code,
            redact: self.redact,
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

/// Returns the exit code, 128 plus the number for a signal as shells do, or nothing when the time is up.
fn wait(child: &mut Child, timeout: Duration) -> Option<i32> {
    let end = Instant::now() + timeout;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            #[cfg(unix)]
            let signal = std::os::unix::process::ExitStatusExt::signal(&status);
            #[cfg(not(unix))]
            let signal: Option<i32> = None;
            return Some(status.code().unwrap_or_else(|| 128 + signal.unwrap_or(0)));
        }
        if Instant::now() >= end {
            drop(child.kill());
            drop(child.wait());
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// What a program said and how it ended.
///
/// Its `Display` is one block for snapshots: standard output, `--- stderr` with standard error, `[exit N]`; the last
/// two only when there is something to tell.
#[derive(Debug, Clone)]
#[must_use = "a run that nobody looks at proves nothing: look at the output or call `.ok()`"]
pub struct Output {
    /// The bytes written to standard output.
    pub stdout: Vec<u8>,
    /// The bytes written to standard error.
    pub stderr: Vec<u8>,
    /// The exit code; 128 plus the number of the signal when one ended the program.
    pub code: i32,
    redact: Vec<(String, &'static str)>,
}

impl Output {
    /// Returns standard output as text, with machine paths replaced.
    ///
    /// # Panics
    /// When the program did not write UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        self.redacted(&self.stdout)
    }

    /// Returns standard error as text, with machine paths replaced.
    ///
    /// # Panics
    /// When the program did not write UTF-8.
    #[must_use]
    pub fn errors(&self) -> String {
        self.redacted(&self.stderr)
    }

    /// Returns standard output as text, after making sure that the program ended with 0.
    ///
    /// # Panics
    /// When it did not; the message shows what it said.
    #[track_caller]
    #[must_use]
    pub fn ok(&self) -> String {
        assert_eq!(self.code, 0, "the program did not end well:\n{self}");
        self.text()
    }

    /// Makes sure that the program ended with `code`, and hands itself on.
    ///
    /// # Panics
    /// When it ended otherwise; the message shows what it said.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Output {
        assert_eq!(
            self.code, code,
            "the program ended with another code:\n{self}"
        );
        self
    }

    fn redacted(&self, bytes: &[u8]) -> String {
        let text = std::str::from_utf8(bytes).expect("the program writes UTF-8");
        self.redact
            .iter()
            .fold(text.to_owned(), |text, (path, name)| {
                text.replace(path, name)
            })
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |text: &str| {
            if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            }
        };
        let (stdout, stderr) = (self.text(), self.errors());
        write!(f, "{stdout}{}", end(&stdout))?;
        if !stderr.is_empty() {
            write!(f, "--- stderr\n{stderr}{}", end(&stderr))?;
        }
        if self.code != 0 {
            writeln!(f, "[exit {}]", self.code)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run::new("sh", &std::env::temp_dir()).args(["-c", script])
    }

    #[test]
    fn a_run_prints_as_one_block() {
        let output = shell("echo out; printf err >&2; exit 3").run();
        assert_eq!(output.to_string(), "out\n--- stderr\nerr\n[exit 3]\n");
        assert_eq!(shell("echo fine").run().to_string(), "fine\n");
    }

    #[test]
    fn nothing_is_inherited_but_the_path() {
        let output = shell("echo \"[$HOME][$USER][$ONE]\"").env("ONE", "1").run();
        assert_eq!(output.ok(), "[][][1]\n");
    }

    #[test]
    fn a_program_that_does_not_read_its_input_is_no_failure() {
        assert_eq!(shell("exit 0").stdin(vec![b'x'; 1 << 20]).run().code, 0);
        assert_eq!(shell("cat").stdin("hello").run().ok(), "hello");
    }

    #[test]
    #[should_panic(expected = "is not done after")]
    fn a_program_that_hangs_is_stopped() {
        drop(shell("sleep 30").timeout(Duration::from_millis(50)).run());
    }

    #[test]
    fn a_machine_path_is_replaced() {
        let output = shell("echo /some/where/policies")
            .redact(Path::new("/some/where"), "[REPO]")
            .run();
        assert_eq!(output.ok(), "[REPO]/policies\n");
    }
}
