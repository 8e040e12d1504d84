//! Finding a repository and opening it so that nothing in it takes effect.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gix::config::source::Kind as SourceKind;
use gix::open::{Options, Permissions};
use govkit_core::untrusted::Untrusted;

use crate::pack::Packs;
use crate::user::UserConfig;

/// Bytes one decoded object may take, whatever the caller asks for.
const OBJECT_BYTES: u64 = 256 << 20;

/// Bytes of delta bases a thread keeps; below it, reading every file of a revision decodes
/// the same bases again and again.
const PACK_CACHE_BYTES: usize = 96 << 20;

/// Why a repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither the directory nor one above it is a repository.
    #[error(
        "`{}` is in no git repository (make one with `git init`, or name one with `-C DIR`)",
        shown(path)
    )]
    NotFound {
        /// Where the search began.
        path: PathBuf,
    },
    /// Somebody else owns it.
    #[error(
        "the git repository at `{}` belongs to another user; if you trust it, run `git config --global --add safe.directory '{}'`",
        shown(path),
        shown(path)
    )]
    Untrusted {
        /// The repository.
        path: PathBuf,
    },
    /// It keeps its branches in a format that is not known here.
    #[error(
        "the git repository at `{}` keeps its branches in the reftable format, which cannot be read yet; run `git refs migrate --ref-format=files`",
        shown(path)
    )]
    Reftable {
        /// The repository.
        path: PathBuf,
    },
    /// Its objects are stored somewhere else.
    #[error(
        "the git repository at `{}` borrows its objects from `{}`, outside of it; run `git repack -a -d` and then delete `{}`",
        shown(path),
        shown(from),
        shown(file)
    )]
    Borrowed {
        /// The repository.
        path: PathBuf,
        /// The other place.
        from: PathBuf,
        /// The file that names it.
        file: PathBuf,
    },
    /// It is damaged, or the system does not let it be read.
    #[error("the git repository at `{}` cannot be opened: {reason}", shown(path))]
    Unreadable {
        /// The repository.
        path: PathBuf,
        /// What the system or the format says.
        reason: String,
    },
}

/// A git repository, opened once; threads may share it.
pub struct Repository {
    inner: gix::ThreadSafeRepository,
    common_dir: PathBuf,
    shallow: bool,
    packs: OnceLock<Packs>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("git_dir", &self.git_dir())
            .field("workdir", &self.workdir())
            .finish_non_exhaustive()
    }
}

impl Repository {
    /// Finds the repository `start` is in: the first directory with a `.git`, from `start` upwards.
    ///
    /// A repository without a working tree counts only where `start` itself is one and no
    /// directory above has a `.git`; so a repository hidden among the files of another is never
    /// picked up by being in it. Environment variables such as `GIT_DIR` are not read.
    pub fn discover(start: &Path) -> Result<Self, OpenError> {
        let unreadable = |error: std::io::Error| OpenError::Unreadable {
            path: start.to_owned(),
            reason: error.to_string(),
        };
        let start = start.canonicalize().map_err(unreadable)?;
        for directory in start.ancestors() {
            if directory.join(".git").symlink_metadata().is_ok() {
                return Self::open_at(directory, None);
            }
        }
        if looks_bare(&start) {
            return Self::open_at(&start, None);
        }
        Err(OpenError::NotFound { path: start })
    }

    /// Opens the repository at `path` itself: a working tree, its `.git`, or a bare repository.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let has_git = path.join(".git").symlink_metadata().is_ok();
        if has_git || looks_bare(path) {
            return Self::open_at(path, None);
        }
        Err(OpenError::NotFound {
            path: path.to_owned(),
        })
    }

    /// Opens the repository again, with another file for the list of what is staged.
    ///
    /// Git hands one to the hooks of `git commit FILE`; a relative path counts from the top of
    /// the working tree.
    pub fn with_index(&self, file: &Path) -> Result<Self, OpenError> {
        let top = self.workdir().unwrap_or(self.git_dir());
        let absolute = std::path::absolute(top.join(file)).unwrap_or_else(|_| file.to_owned());
        Self::open_at(top, Some(&absolute))
    }

    fn open_at(path: &Path, index: Option<&Path>) -> Result<Self, OpenError> {
        let unreadable = |reason| OpenError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let user = UserConfig::load();
        let inner = gix::ThreadSafeRepository::open_opts(path, options(&user, index, &[]))
            .map_err(|error| unreadable(reason(&error)))?;
        let local = inner.to_thread_local();
        if local.git_dir_trust() != gix::sec::Trust::Full
            && !user.trusts(local.workdir().unwrap_or(local.git_dir()))
        {
            return Err(OpenError::Untrusted {
                path: path.to_owned(),
            });
        }
        let common_dir = local.common_dir().to_owned();
        if is_reftable(&local) {
            return Err(OpenError::Reftable {
                path: path.to_owned(),
            });
        }
        refuse_borrowed_objects(path, &common_dir, local.current_dir())?;
        let shallow = local
            .is_shallow()
            .map_err(|error| unreadable(reason(&error)))?;
        Ok(Self {
            inner,
            common_dir,
            shallow,
            packs: OnceLock::new(),
        })
    }

    /// Returns the directory the files are in; `None` for a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.work_dir()
    }

    /// Returns git's own directory: `.git`, or for a linked working tree its private part of it.
    pub fn git_dir(&self) -> &Path {
        self.inner.git_dir()
    }

    /// Returns the part of git's own directory that all linked working trees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Whether there is no working tree.
    pub fn is_bare(&self) -> bool {
        self.workdir().is_none()
    }

    /// Whether older commits were left out when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// Returns the hash function that names objects: `sha1` or `sha256`.
    pub fn object_format(&self) -> &'static str {
        match self.inner.to_thread_local().object_hash() {
            gix::hash::Kind::Sha256 => "sha256",
            _ => "sha1",
        }
    }

    /// Returns the packs; the first call opens them.
    pub(crate) fn packs(&self) -> &Packs {
        self.packs.get_or_init(|| {
            let hash = self.inner.to_thread_local().object_hash();
            Packs::open(&self.common_dir.join("objects"), hash)
        })
    }

    /// Opens the repository once more for writing, with settings such as `core.autocrlf=true` that
    /// say how a file of the working tree becomes a blob.
    pub(crate) fn writer(&self, settings: &[String]) -> Result<gix::Repository, OpenError> {
        let path = self.workdir().unwrap_or(self.git_dir());
        let index = self.inner.to_thread_local().index_path();
        let options = options(&UserConfig::load(), Some(&index), settings);
        let opened = gix::ThreadSafeRepository::open_opts(path, options);
        let opened = opened.map_err(|error| OpenError::Unreadable {
            path: path.to_owned(),
            reason: reason(&error),
        })?;
        let mut local = opened.to_thread_local();
        local.objects.ignore_replacements = true;
        Ok(local)
    }

    /// Returns a handle for the current thread, with a cache fit for reading whole revisions.
    pub(crate) fn local(&self) -> gix::Repository {
        let mut local = self.inner.to_thread_local();
        local.objects.ignore_replacements = true;
        local.objects.set_pack_cache(|| {
            Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(
                PACK_CACHE_BYTES,
            ))
        });
        local
    }
}

/// No setting of the repository counts, none comes from the environment, and the user's own
/// settings come in only where they are named here.
fn options(user: &UserConfig, index: Option<&Path>, further: &[String]) -> Options {
    let mut permissions = Permissions::isolated();
    permissions.env.home = gix::sec::Permission::Allow;
    permissions.env.xdg_config_home = gix::sec::Permission::Allow;
    let mut overrides = vec![
        "core.useReplaceRefs=false".to_owned(),
        format!("gitoxide.objects.allocLimit={OBJECT_BYTES}"),
    ];
    if let Some(file) = user.value("core.excludesFile") {
        overrides.push(format!("core.excludesFile={file}"));
    }
    if let Some(index) = index.and_then(Path::to_str) {
        overrides.push(format!("gitoxide.core.indexFile={index}"));
    }
    overrides.extend_from_slice(further);
    Options::default()
        .permissions(permissions)
        .config_overrides(overrides)
        .filter_config_section(|section| section.source.kind() != SourceKind::Repository)
        .strict_config(false)
        .bail_if_untrusted(false)
}

fn looks_bare(path: &Path) -> bool {
    path.join("HEAD").symlink_metadata().is_ok()
        && path.join("objects").is_dir()
        && path.join("refs").is_dir()
}

fn is_reftable(local: &gix::Repository) -> bool {
    let config = local.config_snapshot();
    let setting = config.plumbing().string("extensions.refStorage");
    setting.is_some_and(|format| format.eq_ignore_ascii_case(b"reftable"))
        || local.common_dir().join("reftable").is_dir()
}

/// An object database elsewhere could change what a revision shows without a trace here; one
/// that holds nothing is left alone, since nothing can come from it.
fn refuse_borrowed_objects(
    path: &Path,
    common_dir: &Path,
    current_dir: &Path,
) -> Result<(), OpenError> {
    let objects = common_dir.join("objects");
    let file = objects.join("info").join("alternates");
    if file.symlink_metadata().is_err() {
        return Ok(());
    }
    let unreadable = |reason: String| OpenError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let inside = common_dir
        .canonicalize()
        .map_err(|error| unreadable(error.to_string()))?;
    let elsewhere = gix::odb::alternate::resolve(objects, current_dir)
        .map_err(|error| unreadable(reason(&error)))?;
    for from in elsewhere {
        let Ok(real) = from.canonicalize() else {
            continue;
        };
        if !real.starts_with(&inside) && holds_objects(&real) {
            return Err(OpenError::Borrowed {
                path: path.to_owned(),
                from: real,
                file,
            });
        }
    }
    Ok(())
}

/// Whether there is a pack, or an object by itself, below the directory.
fn holds_objects(directory: &Path) -> bool {
    let names = |directory: &Path| {
        let entries = directory.read_dir().ok().into_iter().flatten().flatten();
        entries.map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            )
        })
    };
    let is_hex = |name: &str| name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_object = |name: &str| is_hex(name) && matches!(name.len(), 38 | 62);
    names(directory).any(|(name, path)| match name.as_str() {
        "pack" => names(&path).any(|(name, _)| name.ends_with(".pack")),
        name if name.len() == 2 && is_hex(name) => names(&path).any(|(name, _)| is_object(&name)),
        _ => false,
    })
}

/// Returns a path as one line of text that is safe to show.
pub(crate) fn shown(path: &Path) -> String {
    Untrusted::line(&path.to_string_lossy()).to_string()
}

/// Returns an error and its causes as one line.
pub(crate) fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // What was read where a reference should be may be anybody's file: it is not repeated.
        let text = text.lines().next().unwrap_or_default();
        let text = text.split(", input=").next().unwrap_or_default().to_owned();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    Untrusted::line(&parts.join(": ")).to_string()
}
