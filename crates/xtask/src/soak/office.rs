//! Exported documents, opened by the office program people have and printed to PDF.

use std::fs;
use std::path::Path;
use std::process::Command;

use govkit_testkit::{Repo, itsm};

use crate::Failure;
use crate::program::{build_govkit, run, target};

/// The exporters, the file each writes, and what its first line is as plain text, if it is a table.
const DOCUMENTS: &[(&str, &str, Option<&str>)] = &[(
    "xlsx",
    "register.xlsx",
    Some("Id,Kind,Title,Status,Owner,Effective,Review by,Path"),
)];

/// Opens every document of the ITSM example in LibreOffice.
pub(super) fn office() -> Result<(), Failure> {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("skipped: documents are opened in LibreOffice, and there is no soffice");
        return Ok(());
    }
    let govkit = build_govkit("dev")?;
    let repo = itsm();
    let place = target().join("soak").join("office");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    for (exporter, file, first) in DOCUMENTS {
        super::export(&govkit, &repo, exporter)?;
        open(&repo, &place, exporter, file, *first)?;
    }
    Ok(())
}

fn open(
    repo: &Repo,
    place: &Path,
    exporter: &str,
    file: &str,
    first: Option<&str>,
) -> Result<(), Failure> {
    let made = repo.path().join(exporter).join(file);
    let pdf = fs::read(convert(&made, place, "pdf")?)?;
    if !pdf.starts_with(b"%PDF") || pdf.len() < 10_000 {
        return Err(format!("{file} became a PDF of {} bytes", pdf.len()).into());
    }
    if let Some(first) = first {
        let csv = fs::read_to_string(convert(&made, place, "csv")?)?;
        let found = csv.lines().next().unwrap_or_default();
        if found != first {
            return Err(format!("{file} begins with `{found}` in LibreOffice").into());
        }
    }
    println!(
        "{file}: LibreOffice prints it as a PDF of {} bytes",
        pdf.len()
    );
    Ok(())
}

fn convert(file: &Path, place: &Path, to: &str) -> Result<std::path::PathBuf, Failure> {
    // A profile of its own: nothing of the person's settings, and no window in the way.
    let profile = format!(
        "-env:UserInstallation=file://{}",
        place.join("profile").display()
    );
    run(Command::new("soffice")
        .args([
            profile.as_str(),
            "--headless",
            "--convert-to",
            to,
            "--outdir",
        ])
        .arg(place)
        .arg(file))?;
    let name = file.file_name().unwrap_or_default();
    Ok(place.join(name).with_extension(to))
}
