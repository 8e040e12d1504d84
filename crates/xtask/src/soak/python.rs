//! Exports held against what other people read them with, from PyPI.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use govkit_testkit::itsm;

use crate::Failure;
use crate::program::{build_govkit, read, run, target};

/// Compliance-trestle as it is for a version of OSCAL, which is the one its schema knows.
const TRESTLES: [(&str, &str); 2] = [
    ("compliance-trestle>=3,<4", "1.1.3"),
    ("compliance-trestle>=5,<6", "1.2.1"),
];

/// Reads both documents with the classes made of the schema, then lets trestle's validators look.
const TRESTLE: &str = r#"
import json, pathlib, subprocess, sys, tempfile
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
public = pathlib.Path(sys.argv[1]).resolve()
catalog = Catalog.oscal_read(public / "catalog.json")
components = ComponentDefinition.oscal_read(public / "component-definition.json")
assert catalog and components, "not read"
ids = {control.id for group in catalog.groups or [] for control in group.controls or []}
named = {requirement.control_id for one in components.components for set in one.control_implementations
         for requirement in set.implemented_requirements}
assert named <= ids, named - ids
trestle = str(pathlib.Path(sys.executable).parent / "trestle")
with tempfile.TemporaryDirectory() as place:
    subprocess.run([trestle, "init"], cwd=place, check=True, capture_output=True)
    for name in ("catalog", "component-definition"):
        for act in (["import", "-f", str(public / (name + ".json")), "-o", "ours"], ["validate", "-t", name, "-n", "ours"]):
            done = subprocess.run([trestle, *act], cwd=place, capture_output=True, text=True)
            assert done.returncode == 0, (act, done.stdout, done.stderr)
version = json.loads((public / "catalog.json").read_text())["catalog"]["metadata"]["oscal-version"]
print(f"OSCAL {version}: {len(ids)} controls in {len(catalog.groups)} groups, {len(components.components)} components name {len(named)} of them")
"#;

/// Reads the calendar, and holds its events against those of `govkit due`.
const CALENDAR: &str = r#"
import sys, icalendar
def events(path):
    calendar = icalendar.Calendar.from_ical(open(path, "rb").read())
    assert not calendar.errors, calendar.errors
    found = {}
    for event in calendar.walk("VEVENT"):
        assert not event.errors, event.errors
        found[str(event["UID"])] = (event.decoded("DTSTART"), str(event["SUMMARY"]), str(event["DESCRIPTION"]))
    return found
exported, due = events(sys.argv[1]), events(sys.argv[2])
assert due and due.items() <= exported.items(), "due has events the export has not"
first = sum(summary.startswith("First day") for _, summary, _ in exported.values())
assert len(exported) == len(due) + first, (len(exported), len(due), first)
print(f"icalendar reads {len(exported)} events; all {len(due)} of `due` are among them, the others are {first} first days")
"#;

/// Holds `export oscal` against the schemas of OSCAL 1.1 and 1.2, with compliance-trestle.
pub(super) fn oscal() -> Result<(), Failure> {
    for (package, version) in TRESTLES {
        let Some(python) = python(package)? else {
            println!("skipped: `{package}` could not be installed from PyPI");
            continue;
        };
        let govkit = build_govkit("dev")?;
        let repo = itsm();
        super::export_with(
            &govkit,
            &repo,
            "oscal",
            &format!("oscal_version = \"{version}\""),
        )?;
        check(&python, TRESTLE, &[&repo.path().join("oscal")])?;
    }
    Ok(())
}

/// Holds `export ics` against the package icalendar, and against `govkit due`.
pub(super) fn ics() -> Result<(), Failure> {
    let Some(python) = python("icalendar")? else {
        println!("skipped: `icalendar` could not be installed from PyPI");
        return Ok(());
    };
    let govkit = build_govkit("dev")?;
    let repo = itsm();
    super::export(&govkit, &repo, "ics")?;
    let due = [
        "due", "--within", "P100Y", "--format", "ics", "-o", "due.ics",
    ];
    run(Command::new(&govkit).args(due).current_dir(repo.path()))?;
    let exported = repo.path().join("ics").join("reviews.ics");
    check(
        &python,
        CALENDAR,
        &[&exported, &repo.path().join("due.ics")],
    )
}

fn check(python: &Path, script: &str, arguments: &[&PathBuf]) -> Result<(), Failure> {
    let mut command = Command::new(python);
    command.arg("-c").arg(script).args(arguments);
    print!("{}", read(&mut command)?);
    Ok(())
}

/// Returns a Python that has a package, in a place of its own; `None` where there is no way to it.
fn python(package: &str) -> Result<Option<PathBuf>, Failure> {
    let name: String = package
        .chars()
        .filter(|ch| ch.is_ascii_alphanumeric())
        .collect();
    let place = target().join("soak").join("python").join(name);
    let python = place.join("bin").join("python");
    if !python.exists() {
        fs::create_dir_all(&place)?;
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&place)
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
    }
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        package,
    ];
    let installed = Command::new(&python).args(pip).status();
    Ok(installed
        .is_ok_and(|status| status.success())
        .then_some(python))
}
