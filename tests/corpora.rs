//! Adopted repositories: govkit finds in five real ones what git and their files say is there.
//!
//! The numbers were counted with plain git and a script that knows nothing of govkit. Where govkit
//! counts otherwise, the case is named with the reason. A repository that is not on this machine is
//! skipped, and a word says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use govkit_testkit::{Repo, checkout, corpus};
use serde_json::Value;

use crate::govkit;

/// What is known of one repository, in small tables: an indented line belongs to the one above.
struct Adopted {
    name: &'static str,
    artifacts: usize,
    /// The field that links stand in, how many artifacts have it, how many links lead to artifacts
    /// of the repository, and how many elsewhere.
    links: &'static str,
    /// Between two revisions: the files added, removed, renamed and changed, as `git diff
    /// --name-status -M50%` has them; in how many changed and renamed artifacts each field has
    /// another value; and where git sees a removal and an addition, because less than half is
    /// alike, while the id says that an artifact moved.
    changes: &'static str,
    /// An artifact, the number of its versions and the newest; then, newest first, the commits that
    /// moved it and where to; last the commit that added it and where.
    histories: &'static str,
}

const TAILSCALE: Adopted = Adopted {
    name: "tailscale-security-policies",
    artifacts: 15,
    links: "",
    changes: "
        b09721fe0880..46cc99ffa0a2 2 0 1 8
        46cc99ffa0a2..225fe17e2ff1 0 0 0 1
        225fe17e2ff1..ca3fca3012bf 0 0 0 15 last_updated=14",
    histories: "
        password 5 4fe04cf94a13
          c5bbbb156582 password/index.md
        incident-response-policy 7 4fe04cf94a13
          1cbeb8b4773d incident-response-policy/index.md
          c5bbbb156582 incident-response/index.md
        risk-assessment 5 4fe04cf94a13
          c5bbbb156582 risk-assessment/index.md
        vendor 6 4fe04cf94a13
          c5bbbb156582 vendor/index.md
        data-retention-deletion 5 4fe04cf94a13
          c5bbbb156582 data-retention-deletion/index.md",
};

const COMPLY: Adopted = Adopted {
    name: "strongdm-comply",
    artifacts: 72,
    // The criteria are not in the repository.
    links: "satisfies 60 0 158",
    changes: "
        aa702cec1de6..aa702cec1de6 0 0 0 0
        aa702cec1de6..5ef3075d640e 0 0 0 8
        5ef3075d640e..ed60f6e34ef9 0 0 0 7",
    histories: "
        themes/comply-soc2/policies/access 5 5ef3075d640e
          996095189462 themes/comply-soc2/policies/access.md
        themes/comply-soc2/procedures/patch 2 bfa4e3d3ee40
          996095189462 themes/comply-soc2/procedures/patch.md
        themes/comply-soc2/narratives/control 3 ed60f6e34ef9
          996095189462 themes/comply-soc2/narratives/control.md
        themes/comply-soc2/policies/incident 2 5813d3765a90
          996095189462 themes/comply-soc2/policies/incident.md
        themes/comply-soc2/procedures/offboarding 2 bfa4e3d3ee40
          996095189462 themes/comply-soc2/procedures/offboarding.md",
};

const SITE_POLICY: Adopted = Adopted {
    name: "github-site-policy",
    artifacts: 57,
    links: "",
    // `versions` and `productVersions` are tables; what changed in them is counted one by one.
    // `redirect_from` is another in 31 of the 32 files that git sees moved, and in the five below.
    changes: "
        67471fbb4777..c1f7217cf60c 8 1 1 8 title=1
        c7d97f326e43..912d8459ea6b 3 10 0 37 intro=1 product=1 productVersions.dotcom=37 \
          productVersions.enterprise=1 redirect_from=2 title=1 topics=37 versions.free-pro-team=37
        1070a368e8bf..76c2e5af073c 16 7 32 0 redirect_from=36
          Policies/acceptable-use-policies/github-acceptable-use-policies.md
          Policies/github-terms/github-community-guidelines.md
          Policies/privacy-policies/github-codespaces-privacy-statement.md
          Policies/privacy-policies/github-privacy-statement.md
          Policies/privacy-policies/github-subprocessors-and-cookies.md",
    // Acceptable use: `git log --follow` goes on into a file at the root, of which this is a copy.
    histories: "
        github-terms-of-service 44 67480015eee6
          c668018f7a9a Policies/github-terms/github-terms-of-service.md
          04c8757f1fef Policies/github-terms-of-service.md
        dmca-takedown-policy 31 67480015eee6
          c668018f7a9a Policies/content-removal-policies/dmca-takedown-policy.md
          04c8757f1fef Policies/dmca-takedown-policy.md
        github-acceptable-use-policies 36 f0d11d20af94
          c668018f7a9a Policies/acceptable-use-policies/github-acceptable-use-policies.md
          82a0353103a2 Policies/github-acceptable-use-policies.md
        guidelines-for-legal-requests-of-user-data 28 67480015eee6
          c668018f7a9a Policies/other-site-policies/guidelines-for-legal-requests-of-user-data.md
          04c8757f1fef Policies/guidelines-for-legal-requests-of-user-data.md
        github-corporate-terms-of-service 50 67480015eee6
          c668018f7a9a Policies/github-terms/github-corporate-terms-of-service.md
          04c8757f1fef Policies/github-corporate-terms-of-service.md",
};

const RUSTSEC: Adopted = Adopted {
    name: "rustsec-advisory-db",
    artifacts: 1225,
    // In a twenty-seventh advisory the list is empty.
    links: "advisory.related 26 5 29",
    // In 2020 the format changed: title and description left the metadata for the body, in the 121
    // files that git sees moved and in the two below, one of which also got a patched version.
    changes: "
        f1509107dcc4..11d4ca09d3a9 13 0 0 5 advisory.affected_functions=2 advisory.aliases=2 \
          advisory.dwf=5 advisory.id=5 advisory.keywords=4
        08430ea0103c..24accb87a07f 18 2 121 0 advisory.description=123 advisory.obsolete=1 \
          advisory.title=123 advisory.url=1 advisory.yanked=1 versions.patched=3 \
          versions.unaffected=2
          crates/crayon/RUSTSEC-2020-0037.md
          crates/dync/RUSTSEC-2020-0050.md
        281ef6e80488..63f4f4536c95 45 0 0 20 advisory.aliases=19",
    // Two advisories waited at one path for their numbers, 2019-0036 and then 2020-0036.
    histories: "
        RUSTSEC-2016-0001 7 e951c1c4bd2e
          4a9e26303c12 crates/openssl/RUSTSEC-2016-0001.md
          4e8527712a4d crates/openssl/RUSTSEC-2016-0001.toml
        RUSTSEC-2018-0006 8 e951c1c4bd2e
          4a9e26303c12 crates/yaml-rust/RUSTSEC-2018-0006.md
          40bbdcf51cc9 crates/yaml-rust/RUSTSEC-2018-0006.toml
          749a4ab24fd3 crates/yaml-rust/RUSTSEC-0000-0000.toml
        RUSTSEC-2019-0036 8 e951c1c4bd2e
          4a9e26303c12 crates/failure/RUSTSEC-2019-0036.md
          a42656a8ce88 crates/failure/RUSTSEC-2019-0036.toml
          c62c3f69e122 crates/failure/RUSTSEC-0000-0000.toml
        RUSTSEC-2020-0036 8 f0ca7fbbaa5e
          4a9e26303c12 crates/failure/RUSTSEC-2020-0036.md
          9946fc7038a1 crates/failure/RUSTSEC-2020-0036.toml
          67fa443bab80 crates/failure/RUSTSEC-0000-0000.toml
        RUSTSEC-2020-0071 12 d195e93c3ee7
          cf610d95bc15 crates/time/RUSTSEC-2020-0071.md
          b74c29f5f37c crates/time/RUSTSEC-0000-0000.md
        RUSTSEC-2021-0145 4 a81d22e1b5b5
          afbec4eb0d06 crates/atty/RUSTSEC-2021-0145.md
          63ade29db0e5 crates/atty/RUSTSEC-0000-0000.md",
};

const EIPS: Adopted = Adopted {
    name: "ethereum-eips",
    artifacts: 949,
    links: "requires 306 769 0",
    // Of 2021: EIP-3014 was no valid YAML and became it, so that its eight fields are all new.
    // Of 2023: the proposals of the category ERC moved out, and stubs remain.
    changes: "
        c974186e1a66..10b1eb7d5d48 57 0 0 97 Authors=1 Category=1 Created=1 Discussions-to=1 \
          Requires=1 Status=1 Title=1 Type=1 author=24 category=1 created=2 dependencies=2 \
          discussions-to=6 edited=1 layer=2 requires=21 review-period-end=2 status=13 \
          superseded-by=1 title=4 type=1 updated=1 version=1
        a6b47484b2c6..4845bbb9fa67 8 0 0 42 author=1 category=1 created=1 description=2 \
          discussions-to=3 eip=1 requires=2 review-period-end=15 status=20 title=16 type=1
        b2ef5d4d7680..e327f9f08257 10 0 0 382 author=362 created=360 description=238 \
          discussions-to=344 last-call-deadline=14 requires=249 status=370 title=362 type=360 \
          withdrawal-reason=2",
    // EIP-1: git sees no move at ff65da08659d, as a quarter is alike; 12 versions are before it.
    // EIP-20: 308c2648b936 copied it and left a stub at the old path.
    histories: "
        EIP-1 143 216f6ab86867
          ff65da08659d EIPS/eip-1.md
          5cf100b8b2bc EIPS/eip-1.mediawiki
        EIP-20 26 a6f1d9966ccd
          308c2648b936 EIPS/eip-20.md
          b6b3d585e0d0 EIPS/eip-20-token-standard.md
        EIP-1559 55 5cf35025a48a
          0c00bfffb3c9 EIPS/eip-1559.md
        EIP-3675 29 f9a5bdaff1f4
          dd0f15d33607 EIPS/eip-3675.md
        EIP-4844 71 4f2c0c92cca3
          807294bbc4ad EIPS/eip-4844.md
        EIP-7702 48 656a2c2d2ce4
          ee2454b49770 EIPS/eip-7702.md",
};

const ADOPTED: [&Adopted; 5] = [&TAILSCALE, &COMPLY, &SITE_POLICY, &RUSTSEC, &EIPS];

/// A clone of one repository, with its configuration.
struct Clone {
    repo: Repo,
    config: PathBuf,
}

impl Clone {
    fn of(name: &str) -> Option<Clone> {
        Some(Clone {
            repo: Repo::at(&corpus(name)?),
            config: checkout().join(format!("examples/adopt/{name}.toml")),
        })
    }

    /// Returns the list at `pointer` in what govkit says; findings are no failure.
    #[track_caller]
    fn ask(&self, args: &[&str], pointer: &str) -> Vec<Value> {
        let output = govkit()
            .prepare(&self.repo)
            .args(["--no-plugins", "--format=json", "--config"])
            .args([&self.config])
            .args(args)
            .timeout(Duration::from_secs(300))
            .run();
        assert!(output.code <= 1, "{args:?}:\n{output}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let list = answer.pointer(pointer).and_then(Value::as_array);
        let list = list.unwrap_or_else(|| panic!("{args:?}: no `{pointer}` in:\n{output}"));
        list.clone()
    }
}

fn present() -> impl Iterator<Item = (&'static Adopted, Clone)> {
    let clone = |adopted: &'static Adopted| Some((adopted, Clone::of(adopted.name)?));
    ADOPTED.into_iter().filter_map(clone)
}

/// The text under a key; empty where there is none.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn texts<'v>(values: &'v [Value], key: &str) -> BTreeSet<&'v str> {
    values.iter().map(|value| text(value, key)).collect()
}

fn with<'v>(values: &'v [Value], key: &str, wanted: &str) -> Vec<&'v Value> {
    let has = |value: &&Value| text(value, key) == wanted;
    values.iter().filter(has).collect()
}

/// The start of a version's commit, and its path.
fn place(version: &Value) -> String {
    let (commit, path) = (text(version, "commit"), text(version, "path"));
    format!("{} {path}", &commit[..12])
}

/// The lines of a table, each with the lines indented below it.
fn rows(table: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in table.lines().skip(1) {
        match rows.last_mut() {
            Some((_, below)) if line.starts_with("          ") => below.push(line.trim()),
            _ => rows.push((line.trim(), Vec::new())),
        }
    }
    rows
}

#[test]
fn every_artifact_is_listed_once() {
    for (adopted, clone) in present() {
        let list = clone.ask(&["list"], "/items");
        let found = (list.len(), texts(&list, "id").len());
        let expected = (adopted.artifacts, adopted.artifacts);
        assert_eq!(found, expected, "{}", adopted.name);
    }
}

#[test]
fn every_link_is_read_and_none_is_broken() {
    for (Adopted { name, links, .. }, clone) in present() {
        let findings = clone.ask(&["check"], "/findings");
        let broken = with(&findings, "rule", "broken-link");
        assert!(broken.is_empty(), "{name}: {broken:?}");
        let Some((field, _)) = links.split_once(' ') else {
            continue;
        };
        let list = clone.ask(&["list"], "/items");
        let ids = texts(&list, "id");
        let artifacts = clone.ask(&["list", "--where", field], "/items");
        let (mut inside, mut outside) = (0, 0);
        for path in texts(&artifacts, "path") {
            for link in clone.ask(&["show", path], "/artifact/links") {
                let known = ids.contains(text(&link, "to"));
                *(if known { &mut inside } else { &mut outside }) += 1;
            }
        }
        let found = format!("{field} {} {inside} {outside}", artifacts.len());
        assert_eq!(found, *links, "{name}");
    }
}

#[test]
fn a_diff_has_the_files_and_fields_that_changed() {
    for (Adopted { name, changes, .. }, clone) in present() {
        for (line, moved_by_id) in rows(changes) {
            let range = line.split(' ').next().unwrap();
            let artifacts = clone.ask(&["diff", range], "/artifacts");
            let of = |word| with(&artifacts, "change", word);
            let mut unlike = of("renamed");
            unlike.retain(|artifact| artifact["similarity"].as_u64() < Some(50));
            let paths: Vec<&str> = unlike.iter().map(|it| text(it, "path")).collect();
            assert_eq!(paths, moved_by_id, "{name} {range}");
            let both = [of("changed"), of("renamed")].concat();
            let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
            for field in both.iter().flat_map(|it| it["fields"].as_array().unwrap()) {
                *fields.entry(text(field, "field")).or_default() += 1;
            }
            let (added, removed) = (of("added").len(), of("removed").len());
            let (renamed, changed, by_id) = (of("renamed").len(), of("changed").len(), paths.len());
            let mut found = vec![range.to_owned()];
            let files = [added + by_id, removed + by_id, renamed - by_id, changed];
            found.extend(files.map(|number| number.to_string()));
            found.extend(fields.iter().map(|(field, n)| format!("{field}={n}")));
            assert_eq!(found.join(" "), line, "{name}");
        }
    }
}

/// The histories that the script found, where its answers lie beside the bundles.
#[expect(clippy::print_stderr, reason = "what is skipped says so")]
fn facts(name: &str, key: &str) -> Vec<Value> {
    let bundles = std::env::var_os("GOVKIT_CORPORA").map(PathBuf::from);
    let bundles = bundles.unwrap_or_else(|| checkout().join("../shared/corpora"));
    let Ok(facts) = fs::read(bundles.join(format!("facts/{name}.json"))) else {
        eprintln!("skipped: no facts about `{name}` beside its bundle");
        return Vec::new();
    };
    let facts: Value = serde_json::from_slice(&facts).unwrap_or_default();
    facts[key].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_log_follows_the_id_through_moves_copies_and_reused_paths() {
    for (adopted, clone) in present() {
        let facts = facts(adopted.name, "histories");
        for (line, moves) in rows(adopted.histories) {
            let id = line.split(' ').next().unwrap();
            let mut versions = clone.ask(&["log", id], "/items");
            let places: Vec<String> = versions.iter().map(place).collect();
            let found = format!("{id} {} {}", places.len(), &places[0][..12]);
            assert_eq!(found, line);
            for history in with(&facts, "id", id.trim_start_matches("EIP-")) {
                let commits = history["commits"].as_array().unwrap();
                let known: Vec<String> = commits.iter().map(place).collect();
                assert_eq!(places[..known.len()], known, "{id}");
            }
            versions.retain(|version| text(version, "change") != "changed");
            let found: Vec<String> = versions.iter().map(place).collect();
            assert_eq!(found, moves, "{id}");
            let added = versions.pop().unwrap();
            assert_eq!(text(&added, "change"), "added", "{id}");
            let renamed = with(&versions, "change", "renamed").len();
            assert_eq!(renamed, versions.len(), "{id}");
        }
    }
}

/// What each artifact was on a date, in force or not; those that were not there are left out.
fn on(clone: &Clone, args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = ["in-force"].iter().chain(args).copied().collect();
    let mut all = clone.ask(&args, "/items");
    let others = clone.ask(&args, "/not_in_force").into_iter();
    all.extend(others.filter(|it| !matches!(text(it, "why"), "absent" | "removed" | "not-yet")));
    all
}

#[test]
fn what_was_in_force_is_what_git_has_at_that_time() {
    for (Adopted { name, .. }, clone) in present() {
        for question in &facts(name, "in_force") {
            let date = text(question, "date");
            let all = on(&clone, &["--all", "--on", date]);
            assert_eq!(all.len(), question["artifacts"], "{name} {date}");
            let mut statuses: BTreeMap<&str, u64> = BTreeMap::new();
            for item in &all {
                // These two are no YAML (a title begins with a backtick; there is a second `status`),
                // so they have no fields here; the facts were read line by line.
                let is_unread = date.starts_with("2021-08")
                    && matches!(text(item, "path"), "EIPS/eip-3014.md" | "EIPS/eip-3102.md");
                let unread = if is_unread { "Draft" } else { "None" };
                let status = item["status"].as_str().unwrap_or(unread);
                *statuses.entry(status).or_default() += 1;
            }
            if let Some(known) = question["status_counts"].as_object() {
                let known = known
                    .iter()
                    .map(|(status, count)| (status.as_str(), count.as_u64().unwrap()));
                assert_eq!(statuses, known.collect(), "{name} {date}");
            }
            let revision = question["revision"]["commit"].as_str().unwrap();
            for state in question["artifacts_state"].as_array().unwrap() {
                stood(&clone, date, revision, state);
            }
        }
    }
}

/// One artifact on a date: the same file as in git, made by the commit git names.
fn stood(clone: &Clone, date: &str, revision: &str, state: &Value) {
    let id = text(state, "id");
    let items = on(clone, &[id, "--on", date]);
    if state["present"] == false {
        assert!(items.is_empty(), "{id} {date}: {items:?}");
        return;
    }
    let [item] = items.as_slice() else {
        panic!("{id} {date}: {items:?}");
    };
    assert_eq!(text(item, "id").trim_start_matches("EIP-"), id, "{date}");
    for key in ["path", "blob"] {
        assert_eq!(item[key], state[key], "{id} {date}");
    }
    let metadata = &state["metadata"];
    if let Some(status) = metadata["status"].as_str() {
        assert_eq!(text(item, "status"), status, "{id} {date}");
    }
    let path = text(item, "path");
    let git = clone.repo.git([
        "log",
        "-1",
        "--first-parent",
        "--format=%H",
        revision,
        "--",
        path,
    ]);
    assert_eq!(git.trim(), text(item, "commit"), "{id} {date}");
}

#[test]
fn one_walk_tells_of_every_artifact_what_a_walk_of_its_own_tells() {
    for (Adopted { name, .. }, clone) in present() {
        let all = clone.ask(&["log", "--latest"], "/items");
        for item in all.iter().step_by(all.len() / 40 + 1) {
            let path = text(item, "path");
            let git = clone
                .repo
                .git(["log", "-1", "--first-parent", "--format=%H", "--", path]);
            assert_eq!(git.trim(), text(item, "commit"), "{name} {path}");
        }
        let list = clone.ask(&["list", "--at", "HEAD"], "/items");
        assert_eq!(texts(&all, "path"), texts(&list, "path"), "{name}");
    }
}

#[test]
fn a_status_timeline_is_the_one_in_the_files() {
    let Some(clone) = Clone::of(EIPS.name) else {
        return;
    };
    for history in &facts(EIPS.name, "histories") {
        let id = text(history, "id");
        let mut found = clone.ask(&["log", id, "--status", "--reverse"], "/items");
        let known = history["timeline_of_status"].as_array().unwrap();
        // Before the metadata had a form that is read, there is no status; the facts begin where
        // git's own following does.
        let values = |list: &[Value], key: &str| -> Vec<(String, Value)> {
            let value = |it: &Value| {
                if key.is_empty() {
                    it["value"].clone()
                } else {
                    it["status"]["new"].clone()
                }
            };
            let pairs = list
                .iter()
                .map(|it| (text(it, "commit").to_owned(), value(it)));
            pairs.filter(|(_, value)| !value.is_null()).collect()
        };
        found.retain(|it| !it["status"]["new"].is_null());
        assert_eq!(values(&found, "status"), values(known, ""), "{id}");
    }
}

#[test]
fn a_dead_link_to_a_text_is_found() {
    let Some(clone) = Clone::of(EIPS.name) else {
        return;
    };
    let findings = clone.ask(&["check"], "/findings");
    let mut dead = BTreeSet::new();
    for finding in with(&findings, "rule", "dead-link") {
        let target = text(finding, "message").split('`').nth_back(1).unwrap();
        if target.ends_with(".md") {
            dead.insert((text(finding, "path"), target));
        }
    }
    assert_eq!(dead.len(), 34);
    // The copy was made without `assets`.
    dead.retain(|(_, target)| !target.starts_with("assets/"));
    let expected = [
        ("EIPS/eip-7713.md", "EIPS/eip-7683.md"),
        ("EIPS/eip-8141.md", "EIPS/eip-7562.md"),
    ];
    assert_eq!(dead, BTreeSet::from(expected));
}

#[test]
fn two_old_texts_that_are_no_yaml_keep_their_ids() {
    let Some(clone) = Clone::of(EIPS.name) else {
        return;
    };
    let list = clone.ask(&["list", "--at", "34914b3dd28f"], "/items");
    assert_eq!(list.len(), 379);
    let findings = clone.ask(&["check", "--at", "34914b3dd28f"], "/findings");
    let unread = with(&findings, "rule", "front-matter");
    let places = unread.iter().map(|it| (text(it, "path"), &it["line"]));
    // A title begins with a backtick; there is a second `status`.
    let expected = [
        ("EIPS/eip-3014.md", &3.into()),
        ("EIPS/eip-3102.md", &7.into()),
    ];
    assert_eq!(places.collect::<Vec<_>>(), expected);
}
