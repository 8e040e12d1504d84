//! Where `plugin add` and `plugin update` get a component from.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::{bundled, oci};
use crate::error::hinted;

/// What a component may have.
pub(crate) const MAX_BYTES: u64 = 64 << 20;

/// A place a component comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// It is part of the program.
    Bundled(String),
    /// A file.
    File(PathBuf),
    /// An OCI image layout, and the tag in it.
    Layout(PathBuf, Option<String>),
    /// A registry, through `wkg` or `oras`.
    Registry(String),
}

impl Source {
    /// Reads what was typed: a path, `file:PATH`, `oci:DIR[:TAG]`, `oci://HOST/NAME:TAG`, or the
    /// name of a plugin that comes with govkit.
    pub(crate) fn parse(text: &str) -> Self {
        if let Some(reference) = text.strip_prefix("oci://") {
            return Self::Registry(reference.to_owned());
        }
        if let Some(layout) = text.strip_prefix("oci:") {
            // A colon may be part of the directory's name, as in `C:\`.
            return match layout.rsplit_once(':') {
                Some((directory, tag))
                    if !tag.contains(['/', '\\']) && !Path::new(layout).is_dir() =>
                {
                    Self::Layout(directory.into(), Some(tag.to_owned()))
                }
                _ => Self::Layout(layout.into(), None),
            };
        }
        let path = text
            .strip_prefix("file://")
            .or_else(|| text.strip_prefix("file:"));
        match path {
            Some(path) => Self::File(path.into()),
            None if !Path::new(text).exists() && bundled(text).is_some() => {
                Self::Bundled(text.to_owned())
            }
            None => Self::File(text.into()),
        }
    }

    /// Reads the component; paths are relative to `directory`.
    pub(crate) fn read(&self, directory: &Path) -> Result<Vec<u8>> {
        match self {
            Self::Bundled(name) => bundled(name)
                .map(<[u8]>::to_vec)
                .with_context(|| format!("no plugin called `{name}` comes with govkit")),
            Self::File(path) => file(&directory.join(path)),
            Self::Layout(layout, tag) => oci::read(&directory.join(layout), tag.as_deref()),
            Self::Registry(reference) => pull(reference),
        }
    }
}

fn file(path: &Path) -> Result<Vec<u8>> {
    let found = path.metadata().map_err(|error| {
        hinted(
            format!("read the component `{}`: {error}", path.display()),
            "give the `.wasm` file a build writes, or `oci:DIRECTORY`",
        )
    })?;
    ensure!(found.is_file(), "`{}` is no file", path.display());
    ensure!(
        found.len() <= MAX_BYTES,
        "`{}` has more than 64 MiB",
        path.display()
    );
    std::fs::read(path).with_context(|| format!("read the component `{}`", path.display()))
}

/// Lets a program that speaks to registries do it: govkit itself has no network.
fn pull(reference: &str) -> Result<Vec<u8>> {
    let plain = !reference.starts_with('-')
        && reference
            .chars()
            .all(|ch| ch.is_ascii_alphanumeric() || "./:@_-".contains(ch));
    ensure!(
        plain,
        "`{reference}` is no name of an artifact in a registry"
    );
    let place = tempfile::tempdir().context("make a directory for the download")?;
    let wasm = place.path().join("plugin.wasm");
    let wkg: Vec<&std::ffi::OsStr> = vec![
        "oci".as_ref(),
        "pull".as_ref(),
        reference.as_ref(),
        "--output".as_ref(),
        wasm.as_os_str(),
    ];
    if started("wkg", &wkg)? {
        return file(&wasm);
    }
    let layout = place.path().join("layout");
    let layout_name = format!("{}:got", layout.display());
    let oras: Vec<&std::ffi::OsStr> = vec![
        "copy".as_ref(),
        reference.as_ref(),
        "--to-oci-layout".as_ref(),
        layout_name.as_ref(),
    ];
    if started("oras", &oras)? {
        return oci::read(&layout, None);
    }
    Err(no_program())
}

/// Sends a component to a registry.
pub(crate) fn push(reference: &str, component: &Path, layout: &str) -> Result<()> {
    let wkg: Vec<&std::ffi::OsStr> = vec![
        "oci".as_ref(),
        "push".as_ref(),
        reference.as_ref(),
        component.as_os_str(),
    ];
    if started("wkg", &wkg)? {
        return Ok(());
    }
    let oras: Vec<&std::ffi::OsStr> = vec![
        "copy".as_ref(),
        "--from-oci-layout".as_ref(),
        layout.as_ref(),
        reference.as_ref(),
    ];
    if started("oras", &oras)? {
        return Ok(());
    }
    Err(no_program())
}

fn no_program() -> anyhow::Error {
    hinted(
        "govkit speaks to no registry itself, and neither `wkg` nor `oras` is installed",
        "install one of them (`cargo install wkg`), or use an OCI layout: `oci:DIRECTORY`",
    )
}

/// Runs a program; `false` where it is not installed.
fn started(program: &str, args: &[&std::ffi::OsStr]) -> Result<bool> {
    match Command::new(program)
        .args(args)
        .stdout(std::process::Stdio::null())
        .status()
    {
        Ok(status) if status.success() => Ok(true),
        Ok(status) => Err(hinted(
            format!("`{program}` failed ({status})"),
            "its own words stand above",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("start `{program}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_told_by_its_spelling() {
        let layout = |directory: &str, tag: Option<&str>| {
            Source::Layout(directory.into(), tag.map(str::to_owned))
        };
        assert_eq!(
            Source::parse("dist/a.wasm"),
            Source::File("dist/a.wasm".into())
        );
        assert_eq!(
            Source::parse("file:///a.wasm"),
            Source::File("/a.wasm".into())
        );
        assert_eq!(Source::parse("oci:shelf"), layout("shelf", None));
        assert_eq!(
            Source::parse("oci:../shelf:a-1.0"),
            layout("../shelf", Some("a-1.0"))
        );
        assert_eq!(
            Source::parse("oci://r.io/a:1"),
            Source::Registry("r.io/a:1".to_owned())
        );
        assert_eq!(
            Source::parse("register"),
            Source::Bundled("register".to_owned())
        );
    }

    #[test]
    fn an_option_cannot_pose_as_a_reference() {
        for bad in ["--config=x", "a b", "a;b", "$(x)"] {
            assert!(
                Source::Registry(bad.to_owned())
                    .read(Path::new("."))
                    .is_err(),
                "{bad}"
            );
        }
    }
}
