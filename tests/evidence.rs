//! `export evidence`: a folder that an auditor checks without govkit.

use std::fs;
use std::path::PathBuf;

use crate::approve::Office;
use crate::dom::Page;

/// Runs the folder's own check, which knows nothing of govkit.
fn verified(office: &Office, folder: &str) -> govkit_testkit::Output {
    let run = office.run("sh").args(["verify.sh"]);
    run.dir(&office.path().join(folder)).run()
}

fn path(office: &Office, file: &str) -> PathBuf {
    office.path().join("evidence").join(file)
}

#[test]
fn a_folder_verifies_with_sha256sum_git_and_ssh_keygen_alone() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.write("policies/it's here; $(touch x).md", "+++\nid = \"POL-'2\"\ntitle = \"<script>alert(1)</script>\"\nstatus = \"draft\"\n+++\n# Two\n");
    office.replace("policies/POL-001.md", "5 minutes", "4 minutes");
    for (who, role) in [("ada", "ROLE-ciso"), ("cai", "ROLE-dpo")] {
        let key = office.home().join(who);
        let args = ["approve", "POL-001", "--role", role, "--key"];
        drop(
            crate::govkit()
                .prepare(&office)
                .args(args)
                .args([key])
                .run()
                .ok(),
        );
    }
    office.commit("Four minutes");
    drop(
        office
            .govkit(&["export", "evidence", "-o", "evidence"])
            .ok(),
    );
    let output = verified(&office, "evidence");
    assert_eq!(output.code, 0, "{}", output.errors());
    assert_eq!(
        output.text(),
        format!(
            "verified: 2 texts, 4 signatures, commit {}\n",
            office.rev("HEAD")
        )
    );
    assert!(!path(&office, "x").exists());
    // The same commit gives the same bytes.
    let page = fs::read(path(&office, "index.html")).unwrap();
    drop(office.govkit(&["export", "evidence", "-o", "again"]).ok());
    assert_eq!(
        fs::read(office.path().join("again/index.html")).unwrap(),
        page
    );
    let differ = office.run("diff").args(["-r", "evidence", "again"]).run();
    assert_eq!(differ.code, 0, "{}", differ.text());

    // Any change of anything is found.
    let signature = office.records()[0].replace(".govkit/", "") + "/signature";
    let files = [
        "artifacts/policies/POL-001.md",
        &signature,
        "evidence.json",
        "repository.git/HEAD",
    ];
    for file in files {
        let good = fs::read(path(&office, file)).unwrap();
        let mut bad = good.clone();
        let at = bad.len() / 2;
        bad[at] ^= 1;
        fs::write(path(&office, file), &bad).unwrap();
        assert_ne!(verified(&office, "evidence").code, 0, "{file}");
        fs::write(path(&office, file), good).unwrap();
    }
    assert_eq!(verified(&office, "evidence").code, 0);
}

#[test]
fn whoever_changes_a_text_and_its_digest_is_found_by_git_and_the_signature() {
    let Some(office) = Office::approved() else {
        return;
    };
    drop(
        office
            .govkit(&["export", "evidence", "-o", "evidence"])
            .ok(),
    );
    let resum = |office: &Office| {
        let all = "rm SHA256SUMS; find . -type f ! -name .govkit-export | sed 's,^\\./,,' | sort | xargs -d '\\n' sha256sum > ../sums; mv ../sums SHA256SUMS";
        let run = office
            .run("sh")
            .args(["-c", all])
            .dir(&office.path().join("evidence"));
        assert_eq!(run.run().code, 0);
    };
    resum(&office);
    assert_eq!(verified(&office, "evidence").code, 0);
    let text = fs::read_to_string(path(&office, "artifacts/policies/POL-001.md")).unwrap();
    fs::write(
        path(&office, "artifacts/policies/POL-001.md"),
        text.replace('5', "9"),
    )
    .unwrap();
    resum(&office);
    let output = verified(&office, "evidence");
    assert!(
        output.errors().contains("is not what the commit has"),
        "{}",
        output.errors()
    );
    fs::write(path(&office, "artifacts/policies/POL-001.md"), text).unwrap();
    let record = office.records()[0].replace(".govkit/", "");
    let statement = path(&office, &format!("{record}/statement"));
    let good = fs::read_to_string(&statement).unwrap();
    fs::write(&statement, good.replace("stated: 2026", "stated: 2025")).unwrap();
    resum(&office);
    let output = verified(&office, "evidence");
    assert!(
        output.errors().contains("NOT VERIFIED: the signature of"),
        "{}",
        output.errors()
    );
}

#[test]
fn the_page_shows_who_decided_and_fetches_nothing() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.write("policies/x.md", "+++\nid = \"POL-002\"\ntitle = \"<img src=x onerror=alert(1)>\"\nstatus = \"draft\"\n+++\n# Two\n");
    office.commit("<script>alert(2)</script>");
    drop(
        office
            .govkit(&["export", "evidence", "-o", "evidence"])
            .ok(),
    );
    let page = fs::read_to_string(path(&office, "index.html")).unwrap();
    for element in &Page::read(&page).elements {
        let fetches = ["script", "img", "iframe", "object", "link"];
        assert!(
            !fetches.contains(&element.name.as_str()),
            "{}",
            element.name
        );
        if element.name == "a" && !element.get("href").starts_with('#') {
            assert!(
                path(&office, element.get("href")).is_file(),
                "{}",
                element.get("href")
            );
        }
    }
    for words in [
        "ada@example.org",
        "bob@example.org",
        "ROLE-ciso",
        "ssh-keygen -Y verify -f signers/",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn evidence_is_of_a_day_or_a_release() {
    let Some(office) = Office::approved() else {
        return;
    };
    let release = ["release", "v1"];
    drop(crate::govkit().prepare(&office).args(release).run().ok());
    office
        .replace("policies/POL-001.md", "5 minutes", "4 minutes")
        .commit("Four minutes");
    drop(
        office
            .govkit(&["export", "evidence", "--release", "v1", "-o", "evidence"])
            .ok(),
    );
    assert_eq!(verified(&office, "evidence").code, 0);
    let text = fs::read_to_string(path(&office, "artifacts/policies/POL-001.md")).unwrap();
    assert!(text.contains("5 minutes"));
    let tag = office
        .run("git")
        .args(["--git-dir=evidence/repository.git", "cat-file", "-t", "v1"])
        .run()
        .ok();
    assert_eq!(tag, "tag\n");
    drop(
        office
            .govkit(&["export", "evidence", "--on", "2026-01-02", "-o", "day"])
            .ok(),
    );
    assert_eq!(verified(&office, "day").code, 0);
    drop(
        office
            .govkit(&["export", "register", "--on", "2026-01-02", "-o", "no"])
            .expect_code(2),
    );
}
