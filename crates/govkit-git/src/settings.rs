//! The git settings a commit is made with, and who makes it.
//!
//! What names a person, a key or a form is taken from the user's configuration and from that of
//! the clone, as git takes it. What names a *program* is taken from the user's and the system's
//! alone: nothing in a repository can name a program that govkit then runs.

use gix::bstr::ByteSlice;
use gix::config::file::includes::Options as Includes;
use gix::config::file::includes::conditional;
use gix::config::{Source, file::Metadata};

use crate::open::Repository;

/// Settings of the user, the system and the clone.
pub(crate) struct Settings {
    user: gix::config::File,
    clone: gix::config::File,
}

impl Settings {
    /// Reads the files; one that cannot be read counts as empty, as every setting is optional.
    pub(crate) fn load(repository: &Repository) -> Self {
        let of_user = [Source::System, Source::Git, Source::User].map(|source| {
            let path = source.storage_location(&mut gix::path::env::var);
            file(source, path.map(|path| path.to_path_buf()))
        });
        let local = repository.common_dir().join("config");
        let mut of_clone = vec![file(Source::Local, Some(local))];
        let clone = read(repository, of_clone.clone());
        if is_on(&clone, "extensions.worktreeConfig") == Some(true) {
            let own = repository.git_dir().join("config.worktree");
            of_clone.push(file(Source::Worktree, Some(own)));
        }
        Self {
            user: read(repository, of_user.to_vec()),
            clone: read(repository, of_clone),
        }
    }

    /// Returns a setting of the clone, else of the user or the system; never ask it for a program.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        text(&self.clone, key).or_else(|| self.program(key))
    }

    /// Returns a setting of the user or the system: the only ones that may name a program.
    pub(crate) fn program(&self, key: &str) -> Option<String> {
        text(&self.user, key)
    }

    /// Whether a setting is on; absent counts as `default`.
    pub(crate) fn is_on(&self, key: &str, default: bool) -> bool {
        is_on(&self.clone, key)
            .or_else(|| is_on(&self.user, key))
            .unwrap_or(default)
    }
}

fn is_on(file: &gix::config::File, key: &str) -> Option<bool> {
    file.boolean(key).ok().flatten()
}

fn text(file: &gix::config::File, key: &str) -> Option<String> {
    Some(file.string(key)?.to_str().ok()?.to_owned())
}

fn file(source: Source, path: Option<std::path::PathBuf>) -> Metadata {
    let mut file = Metadata::from(source);
    file.path = path.filter(|path| path.is_file());
    file.trust = gix::sec::Trust::Full;
    file
}

/// Included files count, also those a condition names: many people have one mail address at work
/// and another at home.
fn read(repository: &Repository, files: Vec<Metadata>) -> gix::config::File {
    let home = gix::path::env::home_dir();
    let head = repository.local().head_name().ok().flatten();
    let mut includes = Includes::follow(
        gix::config::path::interpolate::Context {
            home_dir: home.as_deref(),
            ..Default::default()
        },
        conditional::Context {
            git_dir: Some(repository.git_dir()),
            branch_name: head.as_ref().map(AsRef::as_ref),
        },
    );
    includes.err_on_max_depth_exceeded = false;
    includes.err_on_missing_config_path = false;
    let options = gix::config::file::init::Options {
        includes,
        lossy: true,
        ignore_io_errors: true,
    };
    let read = gix::config::File::from_paths_metadata(files, options);
    read.ok().flatten().unwrap_or_default()
}

/// What somebody is in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who wrote the change.
    Author,
    /// Who made the commit.
    Committer,
}

impl Role {
    /// Returns the word git has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Committer => "committer",
        }
    }
}

/// How git is set up to sign. Programs come from the user's and the system's settings alone.
#[derive(Clone, Debug, Default)]
pub struct SigningSettings {
    /// `commit.gpgsign`.
    pub commits: bool,
    /// `gpg.format`.
    pub format: Option<String>,
    /// The program set for that format.
    pub program: Option<String>,
    /// `user.signingkey`.
    pub key: Option<String>,
    /// `gpg.ssh.defaultKeyCommand`.
    pub default_key_command: Option<String>,
    /// The user's home directory.
    pub home: Option<std::path::PathBuf>,
}

/// What the environment says of somebody; settings fill the rest.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `GIT_AUTHOR_NAME` or `GIT_COMMITTER_NAME`.
    pub name: Option<String>,
    /// `GIT_AUTHOR_EMAIL` or `GIT_COMMITTER_EMAIL`.
    pub email: Option<String>,
    /// `EMAIL`, which counts after the settings.
    pub fallback_email: Option<String>,
    /// `GIT_AUTHOR_DATE` or `GIT_COMMITTER_DATE`, in any form git reads.
    pub date: Option<String>,
    /// The time where no date is given, in seconds since 1970, UTC; absent for the clock's.
    pub seconds: Option<i64>,
}

/// Somebody in a commit, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Seconds since 1970 and the time zone: `1700000000 +0100`.
    pub time: String,
}

impl Identity {
    pub(crate) fn signature(&self) -> gix::actor::SignatureRef<'_> {
        gix::actor::SignatureRef {
            name: self.name.as_str().into(),
            email: self.email.as_str().into(),
            time: &self.time,
        }
    }
}

/// Why nobody is known.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No name or address anywhere.
    #[error(
        "the {role} of the commit has no {what}: run `git config --global {setting} …`",
        role = role.name()
    )]
    Absent {
        /// Of whom.
        role: Role,
        /// `name` or `mail address`.
        what: &'static str,
        /// The setting that would say it.
        setting: &'static str,
    },
    /// A date nobody can read.
    #[error("the date of the {role}, `{}`, is none git reads", govkit_core::untrusted::Untrusted::line(date), role = role.name())]
    Date {
        /// Whose date.
        role: Role,
        /// What was given.
        date: String,
    },
}

impl Repository {
    /// Returns how git is set up to sign here.
    pub fn signing(&self) -> SigningSettings {
        let settings = Settings::load(self);
        let format = settings.value("gpg.format");
        let section = format.as_deref().unwrap_or("openpgp").to_owned();
        let old = || {
            settings
                .program("gpg.program")
                .filter(|_| section == "openpgp")
        };
        SigningSettings {
            commits: settings.is_on("commit.gpgsign", false),
            program: settings
                .program(&format!("gpg.{section}.program"))
                .or_else(old),
            format,
            key: settings.value("user.signingkey"),
            default_key_command: settings.program("gpg.ssh.defaultKeyCommand"),
            home: gix::path::env::home_dir(),
        }
    }

    /// Returns who is the author or committer of a commit made now, as git would say.
    pub fn identity(&self, role: Role, given: &Given) -> Result<Identity, IdentityError> {
        let settings = Settings::load(self);
        let found = |given: &Option<String>, key: &str| {
            let own = || settings.value(&format!("{}.{key}", role.name()));
            let given = given.clone().map(|text| plain(&text));
            given
                .filter(|text| !text.is_empty())
                .or_else(|| {
                    own()
                        .map(|text| plain(&text))
                        .filter(|text| !text.is_empty())
                })
                .or_else(|| {
                    settings
                        .value(&format!("user.{key}"))
                        .map(|text| plain(&text))
                })
                .filter(|text| !text.is_empty())
        };
        let absent = |what, setting| IdentityError::Absent {
            role,
            what,
            setting,
        };
        let email = found(&given.email, "email")
            .or_else(|| given.fallback_email.clone().map(|text| plain(&text)));
        Ok(Identity {
            name: found(&given.name, "name").ok_or_else(|| absent("name", "user.name"))?,
            email: email
                .filter(|email| !email.is_empty())
                .ok_or_else(|| absent("mail address", "user.email"))?,
            time: time(role, given)?,
        })
    }
}

/// A name without what would end it in a commit, and without git's crud at its ends.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|ch| !matches!(ch, '<' | '>' | '\n' | '\r' | '\0'))
        .collect();
    let crud = |ch: char| ch <= ' ' || matches!(ch, '.' | ',' | ':' | ';' | '"' | '\\' | '\'');
    text.trim_matches(crud).to_owned()
}

fn time(role: Role, given: &Given) -> Result<String, IdentityError> {
    let now = gix::date::Time::now_local_or_utc();
    if let Some(date) = given.date.as_deref().filter(|date| !date.trim().is_empty()) {
        let read = gix::date::parse(date.trim(), None).ok();
        return read
            .map(|time| time.to_string())
            .ok_or_else(|| IdentityError::Date {
                role,
                date: date.to_owned(),
            });
    }
    Ok(match given.seconds {
        Some(seconds) => format!("{seconds} +0000"),
        None => now.to_string(),
    })
}
