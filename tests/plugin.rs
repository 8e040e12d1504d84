//! Plugins from start to finish: a project, a component, a pin, a finding.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use govkit_testkit::{Output, Repo, itsm};

use crate::govkit;

const LONG: Duration = Duration::from_secs(900);

/// Runs `govkit plugin ARGS` in a place where the tools of the author are found.
fn author(repo: &Repo, dir: &Path, args: &[&str]) -> Output {
    let mut run = govkit().prepare(repo).dir(dir).timeout(LONG);
    for name in ["CARGO_HOME", "RUSTUP_HOME", "HOME", "RUSTUP_TOOLCHAIN"] {
        if let Some(value) = std::env::var_os(name) {
            run = run.env(name, value);
        }
    }
    run.args(["plugin"]).args(args).run()
}

/// The component of a fresh Rust validator, built once by the commands `plugin new` prints.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let repo = Repo::without_git();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-new");
    let target = place.join("house-style/target");
    let kept = place.join("target-kept");
    // What cargo compiled for an earlier run is as good for this one.
    if target.is_dir() {
        let _ = std::fs::rename(&target, &kept);
    }
    let _ = std::fs::remove_dir_all(place.join("house-style"));
    std::fs::create_dir_all(&place).unwrap();
    let made = author(&repo, &place, &["new", "house-style"]);
    assert_eq!(made.code, 0, "{made}");
    for line in [
        "cd house-style",
        "govkit plugin build",
        "govkit plugin test",
        "govkit check",
    ] {
        assert!(made.errors().contains(line), "{made}");
    }
    if kept.is_dir() {
        std::fs::rename(&kept, &target).unwrap();
    }
    let project = place.join("house-style");
    let built = author(&repo, &project, &["build"]);
    assert_eq!(built.code, 0, "{built}");
    assert!(built.errors().contains("validator"), "{built}");
    project.join("dist/house-style.wasm")
});

fn has_wasm_target() -> bool {
    let libdir = Command::new("rustc")
        .args([
            "--print",
            "target-libdir",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .output();
    libdir.is_ok_and(|out| Path::new(String::from_utf8_lossy(&out.stdout).trim()).is_dir())
}

#[test]
fn a_new_rust_plugin_goes_from_nothing_to_a_finding() {
    assert!(
        has_wasm_target(),
        "`rustup target add wasm32-unknown-unknown`"
    );
    let component = BUILT.display().to_string();
    let project = BUILT.parent().unwrap().parent().unwrap();
    let empty = Repo::without_git();
    let tested = author(&empty, project, &["test"]);
    assert_eq!(tested.code, 0, "{tested}");
    assert!(tested.text().contains("ok         first"), "{tested}");
    assert!(
        tested.text().contains("ok         15 hostile inputs"),
        "{tested}"
    );

    let repo = itsm();
    let added = govkit().run(&repo, ["plugin", "add", &component]);
    assert_eq!(added.code, 0, "{added}");
    repo.replace(
        "policies/POL-007-suppliers.md",
        "answers for this policy.",
        "answers for this policy. TODO",
    );
    let check = govkit().run(&repo, ["check", "--format=line"]);
    assert!(
        check.text().contains("warning[house-style/todo]"),
        "{check}"
    );
    assert_eq!(check.code, 0, "{check}");
    let page = govkit().run(&repo, ["explain", "house-style/todo"]);
    assert!(page.text().contains("No TODO is left"), "{page}");
}

#[test]
fn a_wrong_answer_is_a_difference_and_can_be_blessed() {
    let project = BUILT.parent().unwrap().parent().unwrap();
    let place = Repo::without_git();
    place.copy(&project.join("cases"));
    std::fs::create_dir_all(place.path().join("p/cases")).unwrap();
    let case = place.path().join("p/cases");
    place.write(
        "p/govkit-plugin.json",
        "{\"name\": \"house-style\", \"kind\": \"validator\", \"lang\": \"rust\"}",
    );
    std::fs::create_dir_all(place.path().join("p/dist")).unwrap();
    std::fs::copy(&*BUILT, place.path().join("p/dist/house-style.wasm")).unwrap();
    place
        .write("p/cases/govkit.toml", place.read("govkit.toml"))
        .write(
            "p/cases/one/input/policies/POL-9-x.md",
            "+++\nid = \"POL-9\"\n+++\nTODO\n",
        )
        .write("p/cases/one/expected.json", "[]\n");
    let run = |args: &[&str]| author(&place, &place.path().join("p"), args);
    let differs = run(&["test"]);
    assert_eq!(differs.code, 1, "{differs}");
    assert!(differs.text().contains("differs    one"), "{differs}");
    assert!(
        differs.text().contains("\"rule\":\"house-style/todo\""),
        "{differs}"
    );
    assert_eq!(run(&["test", "--bless"]).code, 0);
    assert_eq!(run(&["test"]).code, 0);
    let expected = std::fs::read_to_string(case.join("one/expected.json")).unwrap();
    assert!(expected.contains("\"line\": 4"), "{expected}");
}

#[test]
fn a_pin_is_added_verified_updated_and_removed() {
    let component = BUILT.display().to_string();
    let repo = itsm();
    let config = repo.read("govkit.toml");
    let lock = repo.read("govkit.lock");
    assert_eq!(
        govkit()
            .run(&repo, ["plugin", "add", &component, "--name", "style"])
            .code,
        0
    );
    assert!(repo.read("govkit.toml").ends_with("\n[plugins.style]\n"));
    assert!(
        repo.read("govkit.lock")
            .contains("source = \"path:plugins/style.wasm\"")
    );
    let twice = govkit().run(&repo, ["plugin", "add", &component, "--name", "style"]);
    assert_eq!(twice.code, 2, "{twice}");
    assert!(twice.errors().contains("pinned already"), "{twice}");

    let verified = govkit().run(&repo, ["plugin", "verify", "--locked"]);
    assert_eq!(verified.code, 0, "{verified}");
    assert!(
        verified.text().contains("style\tyes\t0.1.0\tvalidator"),
        "{verified}"
    );

    // Other bytes than those pinned are never run.
    let path = repo.path().join("plugins/style.wasm");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.push(0);
    std::fs::write(&path, bytes).unwrap();
    let check = govkit().run(&repo, ["check"]);
    assert_eq!(check.code, 2, "{check}");
    assert!(
        check
            .errors()
            .contains("is not the component `govkit.lock` pins"),
        "{check}"
    );
    let verified = govkit().run(&repo, ["plugin", "verify"]);
    assert_eq!(verified.code, 1, "{verified}");
    assert!(verified.text().contains("style\tno"), "{verified}");
    assert!(verified.text().contains("register\tyes"), "{verified}");

    let updated = govkit().run(&repo, ["plugin", "update", "style", &component]);
    assert_eq!(updated.code, 0, "{updated}");
    let removed = govkit().run(&repo, ["plugin", "remove", "style"]);
    assert_eq!(removed.code, 0, "{removed}");
    assert_eq!(
        (
            repo.read("govkit.toml").trim_end(),
            repo.read("govkit.lock")
        ),
        (config.trim_end(), lock)
    );
    assert!(!path.exists());
    assert_eq!(govkit().run(&repo, ["plugin", "remove", "style"]).code, 2);
}

#[test]
fn a_component_travels_in_an_oci_layout() {
    let component = BUILT.display().to_string();
    let repo = itsm();
    let published = govkit().run(&repo, ["plugin", "publish", &component, "--oci", "shelf"]);
    assert_eq!(published.code, 0, "{published}");
    let index: serde_json::Value = serde_json::from_str(&repo.read("shelf/index.json")).unwrap();
    let tag = &index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"];
    assert_eq!(tag, "house-style-0.1.0");
    let added = govkit().run(&repo, ["plugin", "add", "oci:shelf:house-style-0.1.0"]);
    assert_eq!(added.code, 0, "{added}");
    assert!(
        repo.read("govkit.lock")
            .contains("origin = \"oci:shelf:house-style-0.1.0\"")
    );
    assert_eq!(
        std::fs::read(&*BUILT).unwrap(),
        std::fs::read(repo.path().join("plugins/house-style.wasm")).unwrap()
    );
    let same = govkit().run(&repo, ["plugin", "update", "house-style"]);
    assert!(same.errors().contains("is up to date"), "{same}");
    let none = govkit().run(&repo, ["plugin", "add", "oci://example.org/x:1"]);
    assert_eq!(none.code, 2, "{none}");
}

#[cfg(unix)]
#[test]
fn a_registry_is_left_to_a_program_that_speaks_to_it() {
    use std::os::unix::fs::PermissionsExt;
    let repo = itsm();
    let component = BUILT.display().to_string();
    repo.write("bin/wkg", format!("#!/bin/sh\n[ \"$1 $2 $3 $4\" = \"oci pull example.org/x:1 --output\" ] && cp '{component}' \"$5\"\n"));
    let program = repo.path().join("bin/wkg");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        repo.path().join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let run =
        govkit()
            .prepare(&repo)
            .env("PATH", path)
            .args(["plugin", "add", "oci://example.org/x:1"]);
    let added = run.run();
    assert_eq!(added.code, 0, "{added}");
    assert!(
        repo.read("govkit.lock")
            .contains("origin = \"oci://example.org/x:1\"")
    );
}

#[test]
fn a_configuration_that_does_not_fit_is_named_with_its_place() {
    let repo = itsm();
    repo.replace(
        "govkit.toml",
        "max_words = 40",
        "max_words = 2, colour = true",
    );
    let check = govkit().run(&repo, ["check"]);
    assert_eq!(check.code, 2, "{check}");
    assert!(
        check
            .errors()
            .contains("govkit.toml:12:12: `max_words`: `2` is less than 5"),
        "{check}"
    );
    assert!(
        check
            .errors()
            .contains("govkit.toml:12:27: `colour`: this key is not known"),
        "{check}"
    );
}

#[test]
fn inspect_shows_what_a_component_is() {
    let repo = itsm();
    let shown = govkit().run(
        &repo,
        ["plugin", "inspect", "plain-language", "--format=json"],
    );
    let json: serde_json::Value = serde_json::from_str(&shown.text()).unwrap();
    assert_eq!(json["does"], serde_json::json!(["validator"]));
    assert_eq!(json["needs"], serde_json::json!(["body"]));
    assert_eq!(
        json["config_schema"]["properties"]["max_words"]["minimum"],
        5
    );
    let people = govkit().run(&repo, ["plugin", "inspect", "plain-language"]);
    assert!(people.text().contains("sandbox   pure"), "{people}");
}

#[test]
fn an_old_export_stays_until_the_new_one_is_whole() {
    let repo = itsm();
    let first = govkit().run(&repo, ["export", "register", "-o", "public"]);
    assert_eq!(first.code, 0, "{first}");
    let before = repo.read("public/register.csv");
    let failed = govkit().run(
        &repo,
        [
            "export",
            "register",
            "-o",
            "public",
            "--plugin-limit",
            "files=1",
        ],
    );
    assert_eq!(failed.code, 2, "{failed}");
    assert!(failed.errors().contains("more than 1 files"), "{failed}");
    assert_eq!(repo.read("public/register.csv"), before);
    let left = std::fs::read_dir(repo.path()).unwrap().flatten();
    let left: Vec<_> = left
        .filter(|e| e.file_name().to_string_lossy().starts_with(".govkit-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let again = govkit().run(&repo, ["export", "register", "-o", "public"]);
    assert_eq!(again.code, 0, "{again}");
    assert_eq!(repo.read("public/register.csv"), before);
}

#[test]
fn a_limit_can_be_set_and_a_wrong_one_is_named() {
    let repo = itsm();
    let wrong = govkit().run(&repo, ["check", "--plugin-limit", "fuel=lots"]);
    assert_eq!(wrong.code, 2, "{wrong}");
    assert!(
        wrong
            .errors()
            .contains("`fuel=lots` is no limit; write `fuel=4x`"),
        "{wrong}"
    );
    let tight = govkit().run(&repo, ["check", "--plugin-limit", "memory=1MiB"]);
    assert!([2, 3].contains(&tight.code), "{tight}");
    assert!(
        tight.to_string().contains("more than 1 MiB of memory"),
        "{tight}"
    );
    assert!(
        tight.to_string().contains("--plugin-limit memory=1GiB"),
        "{tight}"
    );
}
