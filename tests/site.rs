//! `export site`: pages as a browser reads them.

use std::collections::BTreeSet;
use std::path::Path;

use govkit_testkit::{Repo, itsm};

use crate::dom::Page;
use crate::govkit;

/// Exports the site of a repository that has `[plugins.site]`.
fn export(repo: &Repo) {
    let made = govkit().run(repo, ["export", "site", "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
}

fn enable(repo: &Repo) {
    let added = govkit().run(repo, ["plugin", "add", "site"]);
    assert_eq!(added.code, 0, "{added}");
}

/// The files below `public`, sorted.
pub(crate) fn files(repo: &Repo) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![repo.path().join("public")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(
                    path.strip_prefix(repo.path())
                        .unwrap()
                        .to_string_lossy()
                        .replace('\\', "/"),
                ),
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn pages(repo: &Repo) -> Vec<(String, Page)> {
    let html = files(repo)
        .into_iter()
        .filter(|path| path.ends_with(".html"));
    html.map(|path| {
        let page = Page::read(&repo.read(&path));
        (path, page)
    })
    .collect()
}

#[test]
fn every_page_is_sound_and_every_link_inside_leads_to_a_page() {
    let repo = itsm();
    enable(&repo);
    export(&repo);
    let there: BTreeSet<String> = files(&repo).into_iter().collect();
    let pages = pages(&repo);

    let artifacts = govkit().run(&repo, ["list", "-q"]).ok().lines().count();
    assert_eq!(
        pages.len(),
        artifacts + 7,
        "a page each, and seven about all"
    );
    for (path, page) in &pages {
        page.must_be_inert(path);
        assert_eq!(page.all("h1").count(), 1, "{path}");
        for link in page.all("a").filter(|link| !link.get("href").contains(':')) {
            let to = link.get("href").split('#').next().unwrap();
            let base = Path::new(path)
                .parent()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let to = match to.strip_prefix("../") {
                Some(to) => format!("public/{to}"),
                None => format!("{base}/{to}"),
            };
            assert!(to.ends_with('/') || there.contains(&to), "{path}: {to}");
        }
    }
}

#[test]
fn a_procedure_shows_its_place_its_steps_and_its_figures() {
    let repo = itsm();
    enable(&repo);
    export(&repo);
    let page = Page::read(&repo.read("public/a/PRC-002.html"));
    assert_eq!(
        page.all("input")
            .filter(|one| one.get("type") == "checkbox")
            .count(),
        8
    );
    let chain = page.with_class("chain").next().unwrap();
    assert!(
        chain.text.contains("Incident management") && chain.text.contains("Incident reporting")
    );
    assert!(page.with_class("param").any(|one| one.text == "30 minutes"));
    assert!(
        page.with_class("tip")
            .any(|one| one.text.contains("everything else has to wait"))
    );
    let duties = Page::read(&repo.read("public/duties.html"));
    let manager = duties.inside("ROLE-incident-manager");
    assert!(
        manager
            .iter()
            .any(|one| one.name == "td" && one.text == "within 15 minutes")
    );
    let index = repo.read("public/search-0.js");
    assert!(index.contains("\"PRC-002\""));
}

#[test]
fn hostile_prose_is_text() {
    let repo = itsm();
    enable(&repo);
    let payloads = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](javascript&colon;alert(1))",
        "[a](<\u{1}javascript:alert(1)>)",
        "[a](vbscript:x) [b](data:text/html,x) [c](//evil.example) [d](\\\\evil)",
        "![a](https://evil.example/x.png)",
        "<javascript:alert(1)>",
        "# a {#x onclick=alert(1)}",
        "# b {#gk-main}",
        "[[\"><script>alert(1)</script>]] {{ \"><img src=x> }}",
        "</pre></main><style>*{display:none}</style>",
        "<!--",
        "]]><iframe src=https://evil.example>",
    ];
    let body = payloads.join("\n\n");
    repo.write(
        "policies/POL-099-hostile.md",
        format!("+++\nid = \"POL-099\"\ntitle = \"</title><script>alert(1)</script>\"\nstatus = \"draft\"\nowner = \"ROLE-ciso\"\nsummary = \"\\\"><img src=x onerror=alert(1)>\"\n\n[links]\ngoverned_by = [\"POL-001\"]\n+++\n{body}\n"),
    );
    export(&repo);
    for (path, page) in &pages(&repo) {
        page.must_be_inert(path);
    }
    let page = Page::read(&repo.read("public/a/POL-099.html"));
    assert_eq!(page.all("img").count(), 0);
    assert_eq!(page.by_id("gk-main").len(), 1);
    assert!(
        page.all("h1")
            .any(|one| one.text == "</title><script>alert(1)</script>")
    );
}

#[test]
fn an_export_again_has_the_same_bytes_and_leaves_unchanged_pages_alone() {
    let repo = itsm();
    enable(&repo);
    export(&repo);
    let before: Vec<String> = files(&repo).iter().map(|path| repo.read(path)).collect();
    let kept = std::fs::metadata(repo.path().join("public/a/PRC-002.html")).unwrap();
    export(&repo);
    let after: Vec<String> = files(&repo).iter().map(|path| repo.read(path)).collect();
    assert!(before == after, "the same bytes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let now = std::fs::metadata(repo.path().join("public/a/PRC-002.html")).unwrap();
        assert_eq!(kept.ino(), now.ino(), "linked, not written");
    }
    #[cfg(not(unix))]
    drop(kept);
    repo.replace(
        "procedures/PRC-002-run-a-major-incident.md",
        "one voice speaks",
        "one voice talks",
    );
    export(&repo);
    assert!(
        repo.read("public/a/PRC-002.html")
            .contains("one voice talks")
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_the_old_export_is_not_followed() {
    let repo = itsm();
    enable(&repo);
    export(&repo);
    let outside = repo.path().join("outside.css");
    let inside = repo.path().join("public/style.css");
    std::fs::rename(&inside, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &inside).unwrap();
    export(&repo);
    assert!(inside.symlink_metadata().unwrap().is_file());
    std::fs::write(&outside, "changed").unwrap();
    assert_ne!(repo.read("public/style.css"), "changed");
}

/// Every file of an export with its bytes.
fn content(repo: &Repo) -> Vec<(String, Vec<u8>)> {
    let read = |path: String| {
        let bytes = std::fs::read(repo.path().join(&path)).unwrap();
        (path, bytes)
    };
    files(repo).into_iter().map(read).collect()
}

#[test]
fn an_export_killed_in_the_middle_leaves_the_old_one_and_its_rest_is_cleared_away() {
    let repo = itsm();
    enable(&repo);
    export(&repo);
    let old = content(&repo);
    repo.replace(
        "policies/POL-007-suppliers.md",
        "answers for this policy.",
        "answers for this policy, always.",
    );
    // Killed once the first page of the new site is there; on a fast machine it may be done by then.
    let killed = govkit().bash(
        &repo,
        "govkit export site -o public >/dev/null 2>&1 & pid=$!
         until ls .govkit-export-*/a/* >/dev/null 2>&1 || ! kill -0 $pid 2>/dev/null; do :; done
         kill -9 $pid 2>/dev/null; wait $pid; echo $?",
    );
    let after = content(&repo);
    let rests = || {
        let entries = std::fs::read_dir(repo.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with(".govkit-export-"))
            .count()
    };
    let was_killed = killed.text().trim() == "137";
    assert_eq!(rests(), usize::from(was_killed));
    export(&repo);
    let new = content(&repo);
    assert!(new != old);
    assert!(after == old || after == new, "neither the old nor the new");
    assert_eq!(rests(), 0);
}

#[test]
fn the_organisation_brings_its_own_frame() {
    let repo = itsm();
    let added = govkit().run(&repo, ["plugin", "add", "site"]);
    drop(added.ok());
    let frame = "<!doctype html><html lang=\"en\"><head>{{ head }}</head><body class=\"ours\">{{ top }}<main id=\"gk-main\" tabindex=\"-1\">{{ content }}</main><footer>Tarnfell, {{ title }}, <a href=\"{{ root }}index.html\">home</a></footer></body></html>";
    repo.write("brand/page.html", frame);
    let config = repo.read("govkit.toml");
    let config = config.replace("[plugins.site]", "[plugins.site]\nassets = [\"brand/*\"]");
    repo.write("govkit.toml", config);
    drop(govkit().run(&repo, ["export", "site", "-o", "public"]).ok());
    let page = Page::read(&repo.read("public/index.html"));
    assert_eq!(page.all("body").next().unwrap().get("class"), "ours");
    let foot = page.all("footer").next().unwrap();
    assert!(foot.text.starts_with("Tarnfell, "), "{}", foot.text);
    let policy = page
        .all("meta")
        .find(|meta| meta.get("http-equiv") == "Content-Security-Policy");
    assert!(policy.is_some());
    repo.write("brand/page.html", frame.replace("{{ content }}", ""));
    let failed = govkit().run(&repo, ["export", "site", "-o", "public"]);
    let failed = failed.expect_code(2);
    assert!(
        failed
            .errors()
            .contains("`brand/page.html`: `{{ content }}` is missing"),
        "{failed}"
    );
}
