//! Signatures of commits, made as git makes them: by `ssh-keygen`, `gpg` or `gpgsm`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use govkit_core::untrusted::Untrusted;

use crate::open::Repository;
use crate::settings::{Identity, Settings};

/// Why a commit could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key is named.
    #[error(
        "commits are to be signed and no key is named: run `git config --global user.signingkey …`"
    )]
    NoKey,
    /// A form nobody knows.
    #[error(
        "`gpg.format` is `{}`; there is openpgp, ssh and x509",
        Untrusted::line(format)
    )]
    Format {
        /// What is set.
        format: String,
    },
    /// The program is not there.
    #[error("`{program}` cannot be run to sign the commit: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The program gave no signature.
    #[error("`{program}` did not sign the commit: {}", Untrusted::line(says))]
    Refused {
        /// The program.
        program: String,
        /// What it says.
        says: String,
    },
    /// A file on the way cannot be written.
    #[error("the commit cannot be handed to `ssh-keygen`: {0}")]
    Io(#[source] std::io::Error),
}

/// How commits are signed here.
#[derive(Clone, Debug)]
pub struct Signer {
    format: Format,
    program: String,
    key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    OpenPgp,
    X509,
    Ssh,
}

impl Repository {
    /// Returns how commits are signed: `None` where `commit.gpgsign` is off and `wanted` is not
    /// `Some(true)`, or where `wanted` is `Some(false)`.
    ///
    /// The program comes from the user's or the system's settings, never from the clone's.
    pub fn signer(
        &self,
        wanted: Option<bool>,
        committer: &Identity,
    ) -> Result<Option<Signer>, SignError> {
        let settings = Settings::load(self);
        if !wanted.unwrap_or_else(|| settings.is_on("commit.gpgsign", false)) {
            return Ok(None);
        }
        let format = settings.value("gpg.format");
        let (format, section, default) = match format.as_deref().unwrap_or("openpgp") {
            "openpgp" => (Format::OpenPgp, "openpgp", "gpg"),
            "x509" => (Format::X509, "x509", "gpgsm"),
            "ssh" => (Format::Ssh, "ssh", "ssh-keygen"),
            other => {
                return Err(SignError::Format {
                    format: other.to_owned(),
                });
            }
        };
        let named = settings.program(&format!("gpg.{section}.program"));
        let old = || {
            settings
                .program("gpg.program")
                .filter(|_| format == Format::OpenPgp)
        };
        let program = named.or_else(old).unwrap_or_else(|| default.to_owned());
        let key = settings
            .value("user.signingkey")
            .filter(|key| !key.is_empty());
        let key = match (key, format) {
            (Some(key), _) => key,
            (None, Format::Ssh) => default_ssh_key(&settings)?,
            (None, _) => format!("{} <{}>", committer.name, committer.email),
        };
        Ok(Some(Signer {
            format,
            program: home(&program).display().to_string(),
            key,
        }))
    }
}

/// Runs `gpg.ssh.defaultKeyCommand` of the user, as git does where no key is named.
fn default_ssh_key(settings: &Settings) -> Result<String, SignError> {
    let command = settings
        .program("gpg.ssh.defaultKeyCommand")
        .ok_or(SignError::NoKey)?;
    let output = Command::new("sh")
        .args(["-c", &command])
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|source| SignError::Start {
        program: command.clone(),
        source,
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let key = text.lines().next().unwrap_or_default();
    match is_literal(key) && output.status.success() {
        true => Ok(key.to_owned()),
        false => Err(SignError::NoKey),
    }
}

/// Whether a setting is the public key itself and not the name of its file.
fn is_literal(key: &str) -> bool {
    key.starts_with("key::") || key.starts_with("ssh-")
}

fn home(path: &str) -> PathBuf {
    match path.strip_prefix("~/") {
        Some(rest) => gix::path::env::home_dir().unwrap_or_default().join(rest),
        None => path.into(),
    }
}

impl Signer {
    /// Signs the bytes of a commit; the text ends without a line feed, as a header wants it.
    pub(crate) fn sign(&self, payload: &[u8]) -> Result<String, SignError> {
        let signature = match self.format {
            Format::Ssh => self.by_ssh(payload)?,
            Format::OpenPgp | Format::X509 => self.by_gpg(payload)?,
        };
        Ok(signature.replace("\r\n", "\n").trim_end().to_owned())
    }

    fn by_ssh(&self, payload: &[u8]) -> Result<String, SignError> {
        let directory = tempfile::Builder::new().prefix("govkit-sign-").tempdir();
        let directory = directory.map_err(SignError::Io)?;
        let file = directory.path().join("commit");
        std::fs::write(&file, payload).map_err(SignError::Io)?;
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", "git", "-f"]);
        if is_literal(&self.key) {
            let public = directory.path().join("key.pub");
            let text = self.key.strip_prefix("key::").unwrap_or(&self.key);
            std::fs::write(&public, format!("{text}\n")).map_err(SignError::Io)?;
            // The private half is with the agent.
            command.arg(&public).arg("-U");
        } else {
            command.arg(home(&self.key));
        }
        let output = command.arg(&file).stdin(Stdio::null()).output();
        let output = output.map_err(|source| self.start(source))?;
        let signature = std::fs::read_to_string(directory.path().join("commit.sig"));
        match signature {
            Ok(signature) if output.status.success() => Ok(signature),
            _ => Err(self.refused(&output.stderr)),
        }
    }

    fn by_gpg(&self, payload: &[u8]) -> Result<String, SignError> {
        let mut child = Command::new(&self.program)
            .args(["--status-fd=2", "-bsau", &self.key])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| self.start(source))?;
        let mut stdin = child.stdin.take();
        let payload = payload.to_owned();
        let feeder = std::thread::spawn(move || {
            // A program that stops reading says why on its own.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(&payload));
        });
        let output = child
            .wait_with_output()
            .map_err(|source| self.start(source))?;
        let _ = feeder.join();
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        let created = says
            .lines()
            .any(|line| line.starts_with("[GNUPG:] SIG_CREATED "));
        if output.status.success() && created {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(self.refused(&output.stderr))
    }

    fn start(&self, source: std::io::Error) -> SignError {
        SignError::Start {
            program: self.program.clone(),
            source,
        }
    }

    fn refused(&self, says: &[u8]) -> SignError {
        let says = String::from_utf8_lossy(says);
        let lines = says.lines().filter(|line| !line.starts_with("[GNUPG:]"));
        SignError::Refused {
            program: self.program.clone(),
            says: lines.map(str::trim).collect::<Vec<_>>().join("; "),
        }
    }
}
