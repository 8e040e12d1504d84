//! Sites, walked in a browser: every page with axe-core, search, keyboard.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use govkit_testkit::{checkout, itsm};

use crate::Failure;
use crate::program::{build_govkit, read, run, target};

/// Walks the site of the ITSM example and, where `$GOVKIT_CORPORA` has it, that of the Ethereum Improvement Proposals, which
/// nobody wrote for govkit. Pictures for a person to look at are left in `target/soak/walk/`.
pub(super) fn walk() -> Result<(), Failure> {
    let works = |tool: &&str| {
        let run = Command::new(tool).arg("--version").output();
        run.is_ok_and(|output| output.status.success())
    };
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let Some(browser) = known.iter().find(|tool| works(tool)) else {
        println!("skipped: the walk over the sites needs Chromium");
        return Ok(());
    };
    if !["node", "npm"].iter().all(works) {
        println!("skipped: the walk over the sites needs node and npm");
        return Ok(());
    }
    let place = target().join("soak").join("walk");
    fs::create_dir_all(&place)?;
    for file in ["package.json", "walk.mjs"] {
        fs::copy(
            checkout().join("crates/xtask/walk").join(file),
            place.join(file),
        )?;
    }
    let quiet = ["install", "--no-audit", "--no-fund", "--silent"];
    run(Command::new("npm").args(quiet).current_dir(&place))?;
    let walker = Walker {
        browser: read(Command::new("which").arg(browser))?.trim().to_owned(),
        place,
    };

    let example = itsm();
    export(example.path())?;
    walker.walk("itsm", &example.path().join("public"), "incident")?;
    match proposals(&walker.place)? {
        Some(clone) => walker.walk("ethereum-eips", &clone.join("public"), "transaction"),
        None => {
            println!("skipped: the walk over ethereum-eips needs $GOVKIT_CORPORA");
            Ok(())
        }
    }
}

struct Walker {
    browser: String,
    place: PathBuf,
}

impl Walker {
    /// Walks a site; `word` stands in a title of it.
    fn walk(&self, name: &str, site: &Path, word: &str) -> Result<(), Failure> {
        let pictures = self.place.join(name);
        fs::create_dir_all(&pictures)?;
        println!("{name}, pictures in {}", pictures.display());
        run(Command::new("node")
            .arg("walk.mjs")
            .arg(site)
            .args([&self.browser, word])
            .arg(pictures)
            .current_dir(&self.place))
    }
}

fn export(repo: &Path) -> Result<(), Failure> {
    let govkit = build_govkit("dev")?;
    for args in [
        &["plugin", "add", "site"][..],
        &["export", "site", "-o", "public"],
    ] {
        run(Command::new(&govkit).args(args).current_dir(repo))?;
    }
    Ok(())
}

/// A clone with its site, where there is a bundle to clone.
fn proposals(place: &Path) -> Result<Option<PathBuf>, Failure> {
    let corpora = env::var_os("GOVKIT_CORPORA").map(PathBuf::from);
    let bundle = corpora.map(|corpora| corpora.join("ethereum-eips.bundle"));
    let Some(bundle) = bundle.filter(|bundle| bundle.is_file()) else {
        return Ok(None);
    };
    let clone = place.join("clone");
    if clone.exists() {
        fs::remove_dir_all(&clone)?;
    }
    run(Command::new("git")
        .args(["clone", "--quiet"])
        .arg(bundle)
        .arg(&clone))?;
    fs::copy(
        checkout().join("examples/adopt/ethereum-eips.toml"),
        clone.join("govkit.toml"),
    )?;
    export(&clone)?;
    Ok(Some(clone))
}
