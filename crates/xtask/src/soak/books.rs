//! Books of the ITSM example, read by programs that are not ours: LibreOffice and Typst.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, iter};

use govkit_testkit::{Repo, itsm_history};

use crate::Failure;
use crate::program::{build_govkit, run as run_program, target};

/// LibreOffice makes a PDF of each Word document.
pub(crate) fn office() -> Result<(), Failure> {
    if !works("soffice") {
        println!("skipped: Word documents need LibreOffice (soffice)");
        return Ok(());
    }
    let place = place("office")?;
    let repo = itsm_history();
    export(&repo, "docx")?;
    let made = repo.path().join("public/handbook.docx");
    let redline = place.join("redline.docx");
    let govkit = build_govkit("dev")?;
    run_program(
        Command::new(&govkit)
            .args(["diff", "v2026.1..HEAD", "--format", "docx", "-o"])
            .arg(&redline)
            .current_dir(repo.path()),
    )?;
    for document in [made, redline] {
        let name = document.file_stem().unwrap_or_default().to_owned();
        run_program(
            Command::new("soffice")
                .args(["--headless", "--convert-to", "pdf", "--outdir"])
                .arg(&place)
                .arg(&document)
                .env("HOME", &place),
        )?;
        must_be_pdf(&place.join(name).with_extension("pdf"))?;
    }
    Ok(())
}

/// Typst makes a PDF of the handbook in the export itself: the program where there is one, else one that asks the package
/// from PyPI. Twice the same export gives the same bytes.
pub(crate) fn handbook() -> Result<(), Failure> {
    let place = place("handbook")?;
    let repo = itsm_history();
    let mut path = env::var_os("PATH").unwrap_or_default();
    if !works("typst") {
        let Some(python) = python(&place) else {
            println!("skipped: the handbook needs typst, or python3 and its package `typst`");
            return Ok(());
        };
        let bin = stand_in(&place, &python)?;
        path = env::join_paths(iter::once(bin).chain(env::split_paths(&path)))?;
    }
    let govkit = build_govkit("dev")?;
    run_program(
        Command::new(&govkit)
            .args(["plugin", "add", "handbook"])
            .current_dir(repo.path()),
    )?;
    let export = |into: &str| -> Result<Vec<u8>, Failure> {
        let mut export = Command::new(&govkit);
        export.args(["export", "handbook", "-o", into]);
        run_program(export.current_dir(repo.path()).env("PATH", &path))?;
        let pdf = repo.path().join(into).join("handbook.pdf");
        fs::read(&pdf).map_err(|error| format!("read {}: {error}", pdf.display()).into())
    };
    let pdf = place.join("handbook.pdf");
    let bytes = export("public")?;
    if bytes != export("again")? {
        return Err("two exports made different PDFs".into());
    }
    fs::write(&pdf, bytes)?;
    must_be_pdf(&pdf)
}

/// A program `typst` that compiles with the package; returns where it is.
fn stand_in(place: &Path, python: &Path) -> Result<PathBuf, Failure> {
    let bin = place.join("bin");
    fs::create_dir_all(&bin)?;
    let program = bin.join("typst");
    let script =
        "import sys, typst; typst.compile(sys.argv[4], root=sys.argv[3], output=sys.argv[5])";
    let words = format!(
        "#!/bin/sh\nexec '{}' -c '{script}' \"$@\"\n",
        python.display()
    );
    fs::write(&program, words)?;
    run_program(Command::new("chmod").arg("+x").arg(&program))?;
    Ok(bin)
}

fn works(tool: &str) -> bool {
    let run = Command::new(tool).arg("--version").output();
    run.is_ok_and(|output| output.status.success())
}

/// An empty directory for one chore.
fn place(name: &str) -> Result<PathBuf, Failure> {
    let place = target().join("soak").join(name);
    fs::create_dir_all(&place)?;
    for entry in fs::read_dir(&place)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "pdf") {
            fs::remove_file(path)?;
        }
    }
    Ok(place)
}

fn export(repo: &Repo, name: &str) -> Result<(), Failure> {
    let govkit = build_govkit("dev")?;
    for args in [
        &["plugin", "add", name][..],
        &["export", name, "-o", "public"],
    ] {
        run_program(Command::new(&govkit).args(args).current_dir(repo.path()))?;
    }
    Ok(())
}

/// A Python that has the package, kept for the next time.
fn python(place: &Path) -> Option<PathBuf> {
    let home = place.join("python");
    let python = home.join("bin").join("python");
    let runs = |command: &mut Command| command.output().is_ok_and(|done| done.status.success());
    let has = || runs(Command::new(&python).args(["-c", "import typst"]));
    let install = || {
        runs(Command::new("python3").args(["-m", "venv"]).arg(&home))
            && runs(Command::new(&python).args(["-m", "pip", "install", "--quiet", "typst"]))
    };
    (has() || (install() && has())).then_some(python)
}

fn must_be_pdf(path: &Path) -> Result<(), Failure> {
    let bytes = fs::read(path).map_err(|error| format!("read {}: {error}", path.display()))?;
    if !bytes.starts_with(b"%PDF-") || bytes.len() < 10_000 {
        return Err(format!("{} is no PDF with text", path.display()).into());
    }
    println!("{}  {} bytes", path.display(), bytes.len());
    Ok(())
}
