//! Time: what was in force on a date, who changed what, and what is due, on histories git made.

use std::fs;
use std::path::PathBuf;

use govkit_testkit::{Output, Repo, itsm};
use serde_json::Value;

use crate::govkit;
use crate::store::json as parsed;

const CONFIG: &str = r#"
[kinds.policy]
paths = ["policies/*.md"]
id = { field = "id" }
title = "title"
owner = "owner"
open = true
status = { values = ["draft", "effective", "retired"], in_force = ["effective"] }

[kinds.policy.fields]
effective = { type = "date", role = "effective" }
review_by = { type = "date", role = "review" }
"#;

const A: &str = "policies/a.md";

fn policy(id: &str, fields: &str, body: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\ntitle = \"The {id}\"\nstatus = \"effective\"\n{fields}\n+++\n# {id}\n\n{body}\n"
    )
}

/// Commits everything with this committer time.
fn commit_at(repo: &Repo, when: &str, message: &str) {
    repo.git(["add", "-A"]);
    let run = repo
        .run("git")
        .args(["commit", "-q", "--allow-empty", "-m", message]);
    drop(
        run.env("GIT_COMMITTER_DATE", when)
            .env("GIT_AUTHOR_DATE", when)
            .run()
            .ok(),
    );
}

/// A policy whose second version, known on 2 March, takes effect in June.
fn two_versions() -> Repo {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG).write(
        A,
        policy("P", "effective = 2026-02-01", "People MUST wait."),
    );
    commit_at(&repo, "2026-01-10T12:00:00Z", "first");
    repo.write(
        A,
        policy("P", "effective = 2026-06-01", "People SHOULD wait."),
    );
    commit_at(&repo, "2026-03-02T12:00:00Z", "second");
    repo
}

fn ask(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["in-force", "--format", "json"].iter().chain(args))
}

/// `id commit` of what was in force; the commits by their subjects.
fn found(repo: &Repo, args: &[&str]) -> Vec<String> {
    let answer = parsed(&ask(repo, args));
    let items = answer["items"].as_array().unwrap().iter();
    let name = |item: &Value| {
        let subject = repo.git(["log", "-1", "--format=%s", item["commit"].as_str().unwrap()]);
        format!("{} {}", item["id"].as_str().unwrap(), subject.trim())
    };
    items.map(name).collect()
}

#[test]
fn both_axes_of_time_decide() {
    let repo = two_versions();
    assert!(found(&repo, &["--on", "2026-01-31"]).is_empty());
    assert_eq!(found(&repo, &["--on", "2026-02-01"]), ["P first"]);
    assert_eq!(found(&repo, &["--on", "2026-05-31T23:59:59Z"]), ["P first"]);
    assert_eq!(found(&repo, &["--on", "2026-06-01"]), ["P second"]);
    let known = |on: &str, at: &str| found(&repo, &["--on", on, "--known-at", at]);
    assert_eq!(known("2026-06-01", "2026-03-02T11:59:59Z"), ["P first"]);
    assert_eq!(known("2026-06-01", "2026-03-02T12:00:00Z"), ["P second"]);
    assert_eq!(known("2026-06-01", "HEAD~1"), ["P first"]);
    assert!(known("2026-06-01", "2026-01-01").is_empty());
    let item = &parsed(&ask(&repo, &["P", "--on", "2026-03-01"]))["items"][0];
    assert_eq!(item["commit"], repo.rev("HEAD~1"));
    let texts = [
        "kind",
        "status",
        "path",
        "effective",
        "from",
        "until",
        "known",
    ];
    let texts = texts.map(|key| item[key].as_str().unwrap_or_default().to_owned());
    let expected = [
        "policy",
        "effective",
        A,
        "2026-02-01",
        "2026-02-01",
        "2026-06-01",
        "2026-01-10T12:00:00Z",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn a_named_artifact_that_was_not_in_force_is_a_no_with_the_reason() {
    let repo = two_versions();
    let early = ask(&repo, &["P", "--on", "2026-01-20"]).expect_code(1);
    assert!(
        early.errors().contains("takes effect on 2026-02-01"),
        "{early}"
    );
    let absent = ask(&repo, &["Q", "--on", "2026-03-01"]).expect_code(1);
    assert_eq!(parsed(&absent)["not_in_force"][0]["why"], "absent");
    assert_eq!(ask(&repo, &["P", "--on", "2026-03-01"]).code, 0);
    assert_eq!(
        ask(&repo, &["--on", "2020-01-01"]).code,
        0,
        "nothing is no failure"
    );
    assert_eq!(ask(&repo, &["--on", "soon"]).code, 2);
    assert_eq!(
        ask(&repo, &["--on", "2026-03-01", "--known-at", "nowhere"]).code,
        2
    );
}

#[test]
fn a_text_is_shown_and_compared_as_of_a_date() {
    let repo = two_versions();
    let show = |on: &str| govkit().run(&repo, ["show", "P", "--raw", "--on", on]);
    assert_eq!(
        show("2026-05-01").ok(),
        repo.git(["show", &format!("HEAD~1:{A}")])
    );
    assert_eq!(show("2026-07-01").ok(), repo.read(A));
    assert_eq!(show("2025-01-01").code, 1);
    let diff = govkit().run(
        &repo,
        ["diff", "--on", "2026-05-01..2026-07-01", "--format", "json"],
    );
    let diff = parsed(&diff);
    let rules: Vec<&str> = diff["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"OBL-WEAKENED"), "{rules:?}");
    let same = govkit().run(
        &repo,
        ["diff", "--on", "2026-04-01..2026-05-01", "--exit-code"],
    );
    assert_eq!(same.code, 0, "{same}");
}

#[test]
fn clocks_that_run_backwards_keep_the_order_of_the_commits() {
    let repo = Repo::new();
    repo.write(
        "govkit.toml",
        CONFIG.replace("effective = { type = \"date\", role = \"effective\" }", ""),
    );
    for (when, body) in [
        ("2026-05-01T00:00:00Z", "one"),
        ("2020-01-01T00:00:00Z", "two"),
        ("2027-01-01T00:00:00Z", "three"),
    ] {
        repo.write(A, policy("P", "", body));
        commit_at(&repo, when, body);
    }
    assert!(
        found(&repo, &["--on", "2021-01-01"]).is_empty(),
        "`git rev-list --before` says two"
    );
    assert_eq!(found(&repo, &["--on", "2026-05-01"]), ["P two"]);
    assert_eq!(found(&repo, &["--on", "2026-12-31"]), ["P two"]);
    assert_eq!(
        found(&repo, &["--on", "2027-01-01"]),
        ["P three"],
        "a date to come is a date"
    );
}

#[test]
fn an_octopus_merge_is_one_change_of_the_branch() {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG).write("README.md", "x\n");
    commit_at(&repo, "2026-01-01T00:00:00Z", "start");
    for name in ["b", "c"] {
        repo.git(["checkout", "-q", "-b", name, "main"]);
        repo.write(&format!("policies/{name}.md"), policy(name, "", name));
        commit_at(&repo, "2026-01-02T00:00:00Z", name);
    }
    repo.git(["checkout", "-q", "main"]);
    let merge = repo
        .run("git")
        .args(["merge", "-q", "--no-ff", "-m", "octopus", "b", "c"]);
    drop(
        merge
            .env("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
            .run()
            .ok(),
    );
    assert!(
        found(&repo, &["--on", "2026-01-15"]).is_empty(),
        "the branches were not merged yet"
    );
    assert_eq!(
        found(&repo, &["--on", "2026-02-01"]),
        ["b octopus", "c octopus"]
    );
    let all = parsed(&govkit().run(&repo, ["log", "b", "--all-parents", "--format", "json"]));
    assert_eq!(all["items"][0]["subject"], "b", "{all}");
}

#[test]
fn replaced_commits_and_grafts_have_no_effect() {
    let repo = two_versions();
    let tree = repo.git(["rev-parse", "HEAD~1^{tree}"]);
    let other = repo.git(["commit-tree", "-m", "forged", tree.trim()]);
    repo.git(["replace", "HEAD", other.trim()]);
    assert_eq!(
        repo.git(["log", "-1", "--format=%s"]).trim(),
        "forged",
        "git shows the other one"
    );
    let answer = parsed(&ask(&repo, &["--on", "2026-06-01"]));
    assert_eq!(answer["items"][0]["commit"], repo.rev("HEAD"));
    repo.git(["replace", "-d", "HEAD"]);
    repo.write(".git/info/grafts", format!("{}\n", repo.rev("HEAD")));
    assert_eq!(found(&repo, &["--on", "2026-05-01"]), ["P first"]);
}

#[test]
fn a_shallow_clone_gets_the_way_out_and_no_answer() {
    let repo = two_versions();
    let source = format!("file://{}", repo.path().display());
    let clone = Repo::without_git();
    clone.git(["clone", "-q", "--depth", "1", &source, "."]);
    let answer = ask(&clone, &["--on", "2026-03-01"]).expect_code(3);
    assert!(
        answer.errors().contains("git fetch --unshallow"),
        "{answer}"
    );
    assert_eq!(parsed(&answer)["items"].as_array().unwrap().len(), 0);
    for args in [
        vec!["show", "P", "--on", "2026-03-01"],
        vec!["blame", "P"],
        vec!["diff", "--on", "2026-01-01..2026-07-01"],
    ] {
        assert_eq!(govkit().run(&clone, &args).code, 3, "{args:?}");
    }
    clone.git(["fetch", "-q", "--unshallow"]);
    assert_eq!(found(&clone, &["--on", "2026-03-01"]), ["P first"]);
}

#[test]
fn a_clone_without_the_texts_gets_the_way_out() {
    let repo = two_versions();
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", repo.path().display());
    let clone = Repo::without_git();
    clone.git([
        "clone",
        "-q",
        "--no-checkout",
        "--filter=blob:none",
        &source,
        ".",
    ]);
    clone.write("govkit.toml", CONFIG);
    let answer = ask(&clone, &["--on", "2026-03-01"]).expect_code(3);
    assert!(answer.errors().contains("git fetch --refetch"), "{answer}");
    assert_eq!(parsed(&answer)["complete"], false);
}

/// Returns the only file of history kept in a cache directory of its own.
fn kept(cache: &Repo) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(cache.path().join("govkit/history"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn what_is_kept_changes_no_answer_however_it_is_damaged() {
    let repo = two_versions();
    let cache = Repo::without_git();
    let run = |args: &[&str]| {
        let run = govkit().prepare(&repo).env("XDG_CACHE_HOME", cache.path());
        run.args(args).run().ok()
    };
    let answers = || {
        [
            run(&["log", "P", "--format", "json"]),
            run(&["in-force", "--on", "2026-03-01", "--format", "json"]),
        ]
    };
    let fresh = answers();
    let file = kept(&cache);
    let bytes = fs::read(&file).unwrap();
    assert_eq!(answers(), fresh, "kept");
    // Each byte on a long run, a dozen here.
    let step = match std::env::var_os("GOVKIT_SOAK") {
        Some(_) => 1,
        None => bytes.len() / 12 + 1,
    };
    for at in (0..bytes.len()).step_by(step) {
        let mut damaged = bytes.clone();
        damaged[at] = !damaged[at];
        fs::write(&file, &damaged).unwrap();
        assert_eq!(answers(), fresh, "byte {at} is damaged");
        fs::write(&file, &bytes[..at]).unwrap();
        assert_eq!(answers(), fresh, "cut at {at}");
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(answers(), fresh, "deleted");
    assert_eq!(
        fs::read(kept(&cache)).unwrap(),
        bytes,
        "made again, the same"
    );
}

#[test]
fn many_readers_at_once_say_the_same_while_what_is_kept_is_made() {
    const READERS: usize = 6;
    const ROUNDS: usize = 3;
    let repo = two_versions();
    let cache = Repo::without_git();
    let (place, kept) = (repo.path(), cache.path());
    // Each reader has a handle of its own to the one repository.
    let ask = || {
        let run = govkit().prepare(&Repo::at(place));
        let run = run.env("XDG_CACHE_HOME", kept);
        run.args(["log", "--format", "json"]).run().ok()
    };
    for round in 0..ROUNDS {
        repo.write(A, policy("P", "", &format!("Text {round}.")));
        commit_at(&repo, &format!("2026-05-0{}T00:00:00Z", round + 1), "next");
        let answers: Vec<String> = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(ask)).collect();
            readers.into_iter().map(|it| it.join().unwrap()).collect()
        });
        // git counts the commits; the first answer is held against it, the others against the first.
        let count = repo.git(["rev-list", "--count", "HEAD", "--", A]);
        let items = serde_json::from_str::<Value>(&answers[0]).unwrap()["items"].clone();
        assert_eq!(items.as_array().unwrap().len().to_string(), count.trim());
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
}

#[test]
fn what_a_clone_left_out_makes_no_answer_a_wrong_one() {
    let repo = two_versions();
    repo.rename(A, "policies/b.md");
    repo.write(
        "policies/b.md",
        policy("Q", "effective = 2026-06-01", "People SHOULD wait."),
    );
    commit_at(&repo, "2026-07-01T12:00:00Z", "renamed, with another id");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let all = govkit()
        .run(&repo, ["log", "Q", "--format", "json"])
        .expect_code(0);
    assert_eq!(parsed(&all)["items"].as_array().unwrap().len(), 3);
    for filter in ["blob:none", "tree:0"] {
        let clone = Repo::without_git();
        let from = format!("file://{}", repo.path().display());
        let filter = format!("--filter={filter}");
        clone.git(["clone", "-q", &filter, &from, "."]);
        for args in [
            &["log", "Q"][..],
            &["in-force", "--on", "2026-03-01"],
            &["show", "Q", "--on", "2026-03-01"],
        ] {
            let answer = govkit().run(&clone, args).expect_code(3);
            assert!(answer.errors().contains("git fetch --refetch"), "{answer}");
        }
    }
}

#[test]
fn what_is_kept_follows_new_commits_other_branches_and_a_forced_push() {
    let repo = two_versions();
    assert_eq!(found(&repo, &["--on", "2026-07-01"]), ["P second"]);
    repo.write(A, policy("P", "", "three"));
    commit_at(&repo, "2026-06-15T00:00:00Z", "third");
    assert_eq!(found(&repo, &["--on", "2026-07-01"]), ["P third"]);
    assert_eq!(
        found(&repo, &["--on", "2026-07-01", "--at", "HEAD~1"]),
        ["P second"]
    );
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.write(A, policy("P", "", "another"));
    commit_at(&repo, "2026-04-01T00:00:00Z", "other");
    assert_eq!(found(&repo, &["--on", "2026-07-01"]), ["P other"]);
    assert_eq!(found(&repo, &["--on", "2026-03-01"]), ["P first"]);
}

#[test]
fn gits_own_index_of_commits_changes_no_answer() {
    let repo = two_versions();
    repo.git(["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.write("README.md", "x\n").commit("aside");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "merged", "side"]);
    let cache = Repo::without_git();
    let log = || {
        let history = cache.path().join("govkit/history");
        if history.exists() {
            fs::remove_dir_all(history).unwrap();
        }
        let run = govkit().prepare(&repo).env("XDG_CACHE_HOME", cache.path());
        run.args(["log", "--format", "json"]).run().ok()
    };
    let plain = log();
    repo.git(["commit-graph", "write", "--reachable", "--changed-paths"]);
    assert_eq!(log(), plain, "with filters");
    repo.write(A, policy("P", "", "newer")).commit("newer");
    let longer = log();
    repo.git([
        "commit-graph",
        "write",
        "--reachable",
        "--changed-paths",
        "--split",
    ]);
    assert_eq!(log(), longer, "a chain of two");
    let graph = repo.path().join(".git/objects/info/commit-graph");
    if graph.exists() {
        fs::remove_file(graph).unwrap();
    }
    fs::write(
        repo.path().join(".git/objects/info/commit-graph"),
        b"CGPH\x01\x01\x04\x00",
    )
    .unwrap();
    assert_eq!(log(), longer, "damaged");
}

#[test]
fn a_log_of_all_tells_each_version_once_and_of_a_kind_only_its_own() {
    let repo = two_versions();
    repo.write("policies/b.md", policy("Q", "", "Body."))
        .commit("another");
    repo.rename(A, "policies/c.md").commit("moved");
    let log = |args: &[&str]| {
        let output = govkit()
            .run(&repo, ["log", "--format", "tsv"].iter().chain(args))
            .ok();
        let cells = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            [cells[2], cells[3], cells[6]].join(" ")
        };
        output.lines().map(cells).collect::<Vec<String>>()
    };
    let all = [
        "renamed P moved",
        "added Q another",
        "changed P second",
        "added P first",
    ];
    assert_eq!(log(&[]), all);
    assert_eq!(log(&["--kind", "policy", "--latest"]), all[..2]);
    assert_eq!(
        log(&["P", "Q", "--reverse"]),
        [
            "added P first",
            "changed P second",
            "added Q another",
            "renamed P moved"
        ]
    );
}

#[test]
fn a_log_tells_the_statuses_and_the_meaning_of_each_version() {
    let repo = two_versions();
    repo.replace(A, "status = \"effective\"", "status = \"retired\"")
        .commit("retire");
    let output = govkit().run(&repo, ["log", "P", "--status", "--format", "json"]);
    let items = parsed(&output)["items"].clone();
    let told: Vec<(&Value, &Value)> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["status"]["old"], &it["status"]["new"]))
        .collect();
    assert_eq!(
        told,
        [
            (&"effective".into(), &"retired".into()),
            (&Value::Null, &"effective".into())
        ]
    );
    let review = parsed(&govkit().run(&repo, ["log", "P", "--review", "--format", "json"]));
    let rules = review["items"][1]["review"]["findings"].as_array().unwrap();
    assert!(
        rules
            .iter()
            .any(|finding| finding["rule"] == "OBL-WEAKENED"),
        "{review}"
    );
}

#[test]
fn each_part_is_blamed_on_the_commit_that_made_it() {
    let repo = Repo::new();
    let text = |owner: &str, first: &str| {
        format!(
            "+++\nid = \"P\"\ntitle = \"T\"\nowner = \"{owner}\"\nstatus = \"effective\"\n+++\n# P\n\nIntro.\n\n## One\n\n{first}\n\n## Two\n\nStays.\n"
        )
    };
    repo.write("govkit.toml", CONFIG)
        .write(A, text("x", "Old."))
        .commit("first");
    repo.write(A, text("y", "Old.")).commit("owner");
    repo.rename(A, "policies/z.md")
        .write("policies/z.md", text("y", "New."))
        .commit("section");
    let items = parsed(&govkit().run(&repo, ["blame", "P", "--format", "json"]))["items"].clone();
    let told: Vec<String> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {} {} {}",
                it["part"], it["name"], it["line"], it["subject"]
            )
            .replace('"', "")
        })
        .collect();
    let expected = [
        "field id 2 first",
        "field title 3 first",
        "field owner 4 owner",
        "field status 5 first",
        "section p 7 first",
        "section one 11 section",
        "section two 15 first",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_due_comes_soonest_first_and_goes_into_a_calendar() {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG)
        .write(
            A,
            policy("P", "review_by = 2026-12-01\nowner = \"x\"", "B."),
        )
        .write("policies/b.md", policy("Q", "review_by = 2026-11-01", "B."))
        .write("policies/c.md", policy("R", "review_by = 2027-12-01", "B."))
        .write(
            "policies/d.md",
            policy("S", "review_by = 2026-11-24", "B.").replace("\"effective\"", "\"retired\""),
        )
        .commit("start");
    let tsv = govkit()
        .run(&repo, ["due", "--within", "P30D", "--format", "tsv"])
        .ok();
    let rows: Vec<Vec<&str>> = tsv
        .lines()
        .map(|line| line.split('\t').take(4).collect())
        .collect();
    // The tests take place on 23 November 2026.
    assert_eq!(
        rows,
        [
            ["2026-11-01", "-22", "review", "Q"],
            ["2026-12-01", "8", "review", "P"]
        ]
    );
    let ics = govkit().run(&repo, ["due", "--format", "ics"]);
    let text = ics.ok();
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
            && text.ends_with("END:VCALENDAR\r\n")
    );
    assert!(
        text.contains("DTSTART;VALUE=DATE:20261201\r\n")
            && text.contains("DTSTAMP:20260101T000000Z\r\n"),
        "{text}"
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let uid = |text: &str| {
        text.lines()
            .filter(|line| line.starts_with("UID:"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    repo.replace(A, "2026-12-01", "2026-12-02").commit("later");
    let moved = govkit().run(&repo, ["due", "--format", "ics"]).ok();
    assert_eq!(
        uid(&moved),
        uid(&text),
        "a date that moves is the same event"
    );
    assert_eq!(govkit().run(&repo, ["due", "--within", "soon"]).code, 2);
}

#[test]
fn the_example_has_what_was_in_force() {
    let repo = itsm();
    let answer = ask(&repo, &["--on", "2027-06-01"]);
    let items = parsed(&answer)["items"].as_array().unwrap().len();
    let listed = govkit().run(&repo, ["list", "--format", "json"]);
    let total = parsed(&listed)["items"].as_array().unwrap().len();
    assert!(items > total / 2 && items <= total, "{items} of {total}");
}

/// Runs govkit as somebody who may make tags.
fn as_ada(repo: &Repo, args: &[&str]) -> Output {
    let run = govkit()
        .prepare(repo)
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.com");
    run.args(args).run()
}

#[test]
fn a_release_is_an_annotated_tag_that_can_be_verified() {
    let repo = two_versions();
    repo.git(["checkout", "-q", "--detach", "HEAD~1"]);
    drop(as_ada(&repo, &["release", "v1"]).ok());
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(repo.git(["cat-file", "-t", "v1"]).trim(), "tag");
    assert_eq!(repo.rev("v1^{commit}"), repo.rev("HEAD~1"));
    let digest = repo
        .run("sh")
        .args(["-c", &format!("git show v1:{A} | sha256sum | cut -c1-64")])
        .run()
        .ok();
    let message = repo.git(["tag", "-l", "--format=%(contents)", "v1"]);
    assert!(
        message.contains(&format!("\"digest\":\"sha256:{}\"", digest.trim())),
        "{message}"
    );
    assert_eq!(govkit().run(&repo, ["verify", "v1"]).code, 0);
    assert_eq!(
        as_ada(&repo, &["release", "v1"]).code,
        2,
        "a release never changes"
    );

    drop(as_ada(&repo, &["release", "v2"]).ok());
    let notes = repo.git(["tag", "-l", "--format=%(contents)", "v2"]);
    assert!(
        notes.contains("Since v1: 0 added, 0 removed, 0 renamed, 1 changed."),
        "{notes}"
    );
    let moved = govkit()
        .run(&repo, ["verify", "v1", "--at", "HEAD", "--format", "json"])
        .expect_code(1);
    assert_eq!(parsed(&moved)["items"][0]["state"], "changed");
    repo.git(["fsck", "--strict"]);

    repo.write(A, policy("P", "", "not committed"));
    let dirty = as_ada(&repo, &["release", "v3"]).expect_code(2);
    assert!(dirty.errors().contains(A), "{dirty}");
    drop(as_ada(&repo, &["release", "v3", "--at", "HEAD"]).ok());
    assert_eq!(repo.rev("v3^{commit}"), repo.rev("HEAD"));
}

#[test]
fn a_manifest_that_lies_is_found_out() {
    let repo = two_versions();
    drop(as_ada(&repo, &["release", "v1"]).ok());
    let message = repo.git(["tag", "-l", "--format=%(contents)", "v1"]);
    let lie = message.replacen("\"status\":\"effective\"", "\"status\":\"retired\"", 1);
    assert_ne!(lie, message);
    repo.git(["tag", "-a", "-m", &lie, "v2"]);
    assert_eq!(govkit().run(&repo, ["verify", "v2"]).code, 1);
    repo.tag("plain");
    assert_eq!(govkit().run(&repo, ["verify", "plain"]).code, 2);
    assert_eq!(govkit().run(&repo, ["verify", "none"]).code, 2);
}

#[test]
fn figures_are_counted_at_each_tag_and_over_time() {
    let repo = two_versions();
    repo.git(["tag", "v1", "HEAD~1"]);
    repo.write("policies/b.md", policy("Q", "owner = \"x\"", "B."));
    commit_at(&repo, "2026-04-01T00:00:00Z", "third");
    repo.git(["tag", "v2"]);
    let rows = |args: &[&str]| {
        let tsv = govkit()
            .run(&repo, ["stats", "--format", "tsv"].iter().chain(args))
            .ok();
        let cells = |line: &str| line.split('\t').take(5).collect::<Vec<_>>().join(" ");
        tsv.lines().map(cells).collect::<Vec<String>>()
    };
    assert_eq!(
        rows(&["--each-tag"]),
        ["2026-01-10 v1 1 1 0%", "2026-04-01 v2 2 2 50%"]
    );
    let short = |revision: &str| repo.rev(revision)[..12].to_owned();
    let expected = [
        format!("2026-02-01 {} 1 1 0%", short("HEAD~2")),
        format!("2026-05-01 {} 2 2 50%", short("HEAD")),
        format!("2026-08-01 {} 2 2 50%", short("HEAD")),
        format!("2026-11-01 {} 2 2 50%", short("HEAD")),
    ];
    assert_eq!(rows(&["--since", "2026-02-01", "--every", "P3M"]), expected);
}
