//! Signatures, made as git makes them: by `ssh-keygen`, `gpg` or `gpgsm`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use govkit_core::untrusted::Untrusted;

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key is named.
    #[error("no key is named to sign with: run `git config --global user.signingkey …`")]
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
    #[error("`{program}` cannot be run to sign: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The program gave no signature.
    #[error("`{program}` did not sign: {}", Untrusted::line(says))]
    Refused {
        /// The program.
        program: String,
        /// What it says.
        says: String,
    },
    /// A file on the way cannot be written.
    #[error("the text cannot be handed to `ssh-keygen`: {0}")]
    Io(#[source] std::io::Error),
}

/// Why the public half of a key is not known.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// It cannot be read.
    #[error("`{}` cannot be read: {source}", Untrusted::line(file))]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Only a key of SSH has a file of its own.
    #[error("only an SSH key can sign this: `gpg.format` is not `ssh`")]
    NotSsh,
}

/// How git is set up to sign.
#[derive(Clone, Debug, Default)]
pub struct Signing {
    /// `gpg.format`: openpgp, x509 or ssh.
    pub format: Option<String>,
    /// The program that is set for that format.
    pub program: Option<String>,
    /// `user.signingkey`.
    pub key: Option<String>,
    /// `gpg.ssh.defaultKeyCommand`.
    pub default_key_command: Option<String>,
    /// Where `~` leads.
    pub home: Option<PathBuf>,
}

/// Signs with one key.
#[derive(Clone, Debug)]
pub struct Signer {
    format: Format,
    program: PathBuf,
    key: String,
    home: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    OpenPgp,
    X509,
    Ssh,
}

impl Signer {
    /// Takes the key git would take; `committer` is `Name <mail>`, by which `gpg` finds a key
    /// where none is named.
    pub fn new(signing: &Signing, committer: &str) -> Result<Self, SignError> {
        let (format, default) = match signing.format.as_deref().unwrap_or("openpgp") {
            "openpgp" => (Format::OpenPgp, "gpg"),
            "x509" => (Format::X509, "gpgsm"),
            "ssh" => (Format::Ssh, "ssh-keygen"),
            other => {
                return Err(SignError::Format {
                    format: other.to_owned(),
                });
            }
        };
        let key = signing.key.clone().filter(|key| !key.is_empty());
        let key = match (key, format) {
            (Some(key), _) => key,
            (None, Format::Ssh) => default_ssh_key(signing)?,
            (None, _) => committer.to_owned(),
        };
        let program = signing.program.as_deref().unwrap_or(default);
        Ok(Self {
            format,
            program: at_home(signing.home.as_deref(), program),
            key,
            home: signing.home.clone(),
        })
    }

    /// Returns the public half of an SSH key, as it stands in a `.pub` file.
    pub fn public_key(&self) -> Result<String, PublicKeyError> {
        if self.format != Format::Ssh {
            return Err(PublicKeyError::NotSsh);
        }
        if is_literal(&self.key) {
            return Ok(self
                .key
                .strip_prefix("key::")
                .unwrap_or(&self.key)
                .to_owned());
        }
        let file = self.key_file();
        let is_public = file.extension().is_some_and(|ending| ending == "pub");
        let public = match is_public {
            true => file,
            false => {
                let mut name: OsString = file.into_os_string();
                name.push(".pub");
                name.into()
            }
        };
        std::fs::read_to_string(&public).map_err(|source| PublicKeyError::Io {
            file: public.display().to_string(),
            source,
        })
    }

    /// Signs a text for a namespace; only SSH knows namespaces, `gpg` signs the text as it is.
    ///
    /// The signature ends without a line feed, as the header of a commit wants it.
    pub fn sign(&self, namespace: &str, text: &[u8]) -> Result<String, SignError> {
        let signature = match self.format {
            Format::Ssh => self.by_ssh(namespace, text)?,
            Format::OpenPgp | Format::X509 => self.by_gpg(text)?,
        };
        Ok(signature.replace("\r\n", "\n").trim_end().to_owned())
    }

    fn key_file(&self) -> PathBuf {
        at_home(self.home.as_deref(), &self.key)
    }

    fn by_ssh(&self, namespace: &str, text: &[u8]) -> Result<String, SignError> {
        let directory = tempfile::Builder::new().prefix("govkit-sign-").tempdir();
        let directory = directory.map_err(SignError::Io)?;
        let file = directory.path().join("text");
        std::fs::write(&file, text).map_err(SignError::Io)?;
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", namespace, "-f"]);
        if is_literal(&self.key) {
            let public = directory.path().join("key.pub");
            let text = self.key.strip_prefix("key::").unwrap_or(&self.key);
            std::fs::write(&public, format!("{text}\n")).map_err(SignError::Io)?;
            // The private half is with the agent.
            command.arg(&public).arg("-U");
        } else {
            command.arg(self.key_file());
        }
        let output = command.arg(&file).stdin(Stdio::null()).output();
        let output = output.map_err(|source| self.start(source))?;
        let signature = std::fs::read_to_string(directory.path().join("text.sig"));
        match signature {
            Ok(signature) if output.status.success() => Ok(signature),
            _ => Err(self.refused(&output.stderr)),
        }
    }

    fn by_gpg(&self, text: &[u8]) -> Result<String, SignError> {
        let mut child = Command::new(&self.program)
            .args(["--status-fd=2", "-bsau", &self.key])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| self.start(source))?;
        let mut stdin = child.stdin.take();
        let text = text.to_owned();
        let feeder = std::thread::spawn(move || {
            // A program that stops reading says why on its own.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(&text));
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
            program: self.program.display().to_string(),
            source,
        }
    }

    fn refused(&self, says: &[u8]) -> SignError {
        let says = String::from_utf8_lossy(says);
        let lines = says.lines().filter(|line| !line.starts_with("[GNUPG:]"));
        SignError::Refused {
            program: self.program.display().to_string(),
            says: lines.map(str::trim).collect::<Vec<_>>().join("; "),
        }
    }
}

/// Runs `gpg.ssh.defaultKeyCommand` of the user, as git does where no key is named.
fn default_ssh_key(signing: &Signing) -> Result<String, SignError> {
    let command = signing
        .default_key_command
        .as_deref()
        .ok_or(SignError::NoKey)?;
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|source| SignError::Start {
        program: command.to_owned(),
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

fn at_home(home: Option<&Path>, path: &str) -> PathBuf {
    match path.strip_prefix("~/") {
        Some(rest) => home.unwrap_or(Path::new("")).join(rest),
        None => path.into(),
    }
}
