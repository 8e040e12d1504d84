//! Books of the ITSM example, read by programs that are not ours: LibreOffice and Typst.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// Typst makes a PDF of the handbook: the program where there is one, else the package from PyPI.
pub(crate) fn handbook() -> Result<(), Failure> {
    let place = place("handbook")?;
    let repo = itsm_history();
    let pdf = place.join("handbook.pdf");
    let mut compile = if works("typst") {
        let mut compile = Command::new("typst");
        compile.arg("compile");
        compile
    } else {
        let Some(python) = python(&place) else {
            println!("skipped: the handbook needs typst, or python3 and its package `typst`");
            return Ok(());
        };
        let mut compile = Command::new(python);
        let script = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])";
        compile.args(["-c", script]);
        compile
    };
    export(&repo, "handbook")?;
    run_program(
        compile
            .arg(repo.path().join("public/handbook.typ"))
            .arg(&pdf),
    )?;
    must_be_pdf(&pdf)
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
