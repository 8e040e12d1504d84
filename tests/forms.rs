//! The forms of `diff` for people and services: a page, a comment, annotations, a log.

use std::fmt::Write as _;

use govkit_testkit::{Output, Repo, checkout, itsm_history};
use serde_json::Value;

use crate::diff::edited;
use crate::dom::Page;
use crate::govkit;
use crate::store::{CONFIG, json};

/// Strings that try to be more than text.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' autofocus onfocus='alert(1)",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "https://good.example@evil.example/x",
    "https://\u{430}pple.example/",
    "<!-- x --> --> <!--",
    "]]> <![CDATA[ x",
    "</details></table></main>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "\u{202e}txt.exe \u{2066}x\u{2069} \u{200b}y",
    "tag \u{e0041}\u{e0042}",
    "@everyone #1 GH-2 owner/repo#3",
    "::error file=a,line=1::x",
    "##[add-path]/tmp",
    "/close",
    "| a | b |",
    "``` ```",
    "${{ secrets.TOKEN }} $x$",
    "&lt;script&gt; &#60;script&#62; &amp;",
];

fn html(repo: &Repo, args: &[&str]) -> (String, Page) {
    let output = govkit().run(repo, ["diff", "--format", "html"].iter().chain(args));
    assert_eq!(output.code, 0, "{output}");
    let text = output.text();
    let page = Page::read(&text);
    page.must_be_sound();
    (text, page)
}

#[test]
fn a_page_stands_alone_and_can_be_walked() {
    let repo = itsm_history();
    let (text, page) = html(&repo, &["v2026.1..HEAD"]);
    let policy = page
        .all("meta")
        .find(|one| one.get("http-equiv") == "Content-Security-Policy");
    let policy = policy.unwrap().get("content");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(text.find("Content-Security-Policy").unwrap() < text.find("<style>").unwrap());
    let body = page.all("body").next().unwrap();
    let first = page.elements.iter().find(|one| {
        one.parent
            .is_some_and(|parent| std::ptr::eq(&page.elements[parent], body))
    });
    assert_eq!(
        first.unwrap().get("class"),
        "skip",
        "the first thing the keyboard reaches"
    );
    for id in ["changes", "redlines", "rules"] {
        assert_eq!(page.by_id(id)[0].name, "h2");
    }
    // Every artifact of the change has its findings and its redline, and each leads to the other.
    let artifacts = json(&govkit().run(&repo, ["diff", "--format", "json", "v2026.1..HEAD"]));
    let count = artifacts["artifacts"].as_array().unwrap().len();
    assert!(count >= 5, "{count}");
    for at in 0..count {
        let links = |id: String| {
            page.all("a")
                .filter(|a| a.get("href") == format!("#{id}"))
                .count()
        };
        assert!(
            links(format!("a{at}")) >= 2 && links(format!("r{at}")) >= 1,
            "artifact {at}"
        );
    }
}

#[test]
fn what_went_and_what_came_stands_side_by_side() {
    let repo = itsm_history();
    let (_, page) = html(&repo, &["v2026.1..HEAD", "POL-002"]);
    let marked =
        |name: &'static str| -> Vec<&str> { page.all(name).map(|one| one.text.as_str()).collect() };
    assert!(
        marked("del").contains(&"[removed: 72 hours]"),
        "{:?}",
        marked("del")
    );
    assert!(
        marked("ins").contains(&"[added: 24 hours]"),
        "{:?}",
        marked("ins")
    );
    let changed: Vec<_> = page.with_class("changed").collect();
    assert_eq!(changed.len(), 1, "one field changed");
    let cells: Vec<&str> = page
        .inside(changed[0].get("id"))
        .into_iter()
        .filter(|one| one.has_class("cell"))
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(cells.len(), 2);
    assert!(
        cells[0].ends_with("params.notify_deadline: [removed: 72 hours]"),
        "{cells:?}"
    );
    assert!(
        cells[1].ends_with("params.notify_deadline: [added: 24 hours]"),
        "{cells:?}"
    );
    // The finding leads to its row.
    let row = format!("#{}", changed[0].get("id"));
    assert!(page.all("a").any(|a| a.get("href") == row), "{row}");
}

#[test]
fn each_end_of_a_move_leads_to_the_other() {
    let repo = Repo::without_git();
    let keys = "## Keys\n\nLost keys are reported to the desk on the day of the loss by whoever had them.\n\n";
    let bikes = "## Bikes\n\nBikes stand in the shed behind the canteen, and nowhere else on the whole site.\nNobody locks a bike to the fence or to a lamp.\n\n";
    repo.write("old.md", format!("# House\n\n{keys}{bikes}"))
        .write("new.md", format!("# House\n\n{bikes}{keys}"));
    let (_, page) = html(&repo, &["--no-index", "old.md", "new.md"]);
    let links: Vec<(&str, &str)> = page
        .with_class("where")
        .map(|place| {
            let at = page
                .elements
                .iter()
                .position(|one| std::ptr::eq(one, place))
                .unwrap();
            let link = page
                .elements
                .iter()
                .find(|one| one.parent == Some(at))
                .unwrap();
            let mut row = place.parent.unwrap();
            while page.elements[row].get("id").is_empty() {
                row = page.elements[row].parent.unwrap();
            }
            (page.elements[row].get("id"), &link.get("href")[1..])
        })
        .collect();
    assert_eq!(
        links.len(),
        2,
        "heading and sentence moved as one: {links:?}"
    );
    assert_eq!(links[0], (links[1].1, links[1].0), "both ways");
    assert_eq!(page.with_class("moved").count(), 4);
}

/// A repository in which each sort of text is hostile, before and after a change.
fn hostile(lines: &[String]) -> Repo {
    let repo = Repo::new();
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let write = |repo: &Repo, word: &str| {
        for (at, line) in lines.iter().enumerate() {
            let text = format!(
                "+++\nid = \"POL-{at:03}\"\ntitle = {}\nstatus = {}\nowner = {}\n\n[params]\nx = {}\n\n[[steps]]\nid = {}\ndo = {}\n+++\n# {line}\n\n{word} {line}\n\n## {word} {line}\n\n- {line} {word}\n\n{line}\n",
                quoted(&format!("{line} {word}")),
                quoted(word),
                quoted(&format!("{word} {line}")),
                quoted(line),
                quoted(&format!("{line}{at}")),
                quoted(&format!("{word} {line}")),
            );
            repo.write(&format!("policies/POL-{at:03}.md"), text);
        }
    };
    repo.write("govkit.toml", CONFIG);
    write(&repo, "before");
    repo.write(
        "policies/<img src=x onerror=alert(1)>.md",
        "+++\nid = \"A&B\"\n+++\n# One\n",
    );
    repo.commit("one").tag("v1");
    write(&repo, "after");
    repo.write(
        "policies/<img src=x onerror=alert(1)>.md",
        "+++\nid = \"A&B\"\n+++\n# Two\n",
    );
    repo.commit("two");
    repo
}

fn own() -> Vec<String> {
    HOSTILE.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn nothing_a_repository_says_is_markup() {
    let (text, page) = html(&hostile(&own()), &["v1..HEAD"]);
    let shown: String = page.all("main").map(|one| one.text.as_str()).collect();
    for line in HOSTILE.iter().filter(|line| line.is_ascii()) {
        assert!(shown.contains(line), "{line} is shown as it is");
    }
    let hidden = |ch: char| {
        ch.is_control() && ch != '\n'
            || matches!(ch, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{e0000}'..='\u{e007f}')
    };
    assert!(!text.contains(hidden));
    assert!(shown.contains("U+202E") && shown.contains("U+E0041"));
    let out: Vec<&str> = page
        .all("a")
        .map(|a| a.get("href"))
        .filter(|href| !href.starts_with('#'))
        .collect();
    assert!(
        out.is_empty()
            || out
                .iter()
                .all(|href| href.starts_with("https://evil.example")),
        "{out:?}"
    );
}

#[test]
fn the_shared_lists_of_hostile_strings_are_text_too() {
    let shared = checkout().join("../shared/hostile");
    let mut lines = Vec::new();
    for name in [
        "hostile_links.json",
        "hostile_terminal.json",
        "hostile_csv.json",
    ] {
        let Ok(text) = std::fs::read_to_string(shared.join(name)) else {
            println!("skipped: there is no {name}");
            return;
        };
        strings(&serde_json::from_str(&text).unwrap(), &mut lines);
    }
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| line.replace(['\n', '\r', '\0'], " "))
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert!(lines.len() > 100, "{}", lines.len());
    let repo = hostile(&lines);
    html(&repo, &["v1..HEAD"]);
    comment_is_sound(&govkit().run(&repo, ["diff", "--format", "markdown", "v1..HEAD"]));
}

fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(fields) => fields.values().for_each(|item| strings(item, out)),
        _ => {}
    }
}

/// Reads a comment as a forge does, and fails if a stranger's text is more than text in it.
fn comment_is_sound(output: &Output) -> String {
    assert_eq!(output.code, 0, "{output}");
    let text = output.text();
    assert!(text.encode_utf16().count() <= 65_536);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("<!-- govkit:diff -->"));
    for line in lines {
        let ours = [
            "<!-- base=",
            "#",
            "**",
            "| ",
            "|-",
            "> ",
            "<details>",
            "</details>",
            "<sub>",
            "The artifacts",
        ];
        assert!(
            line.is_empty() || ours.iter().any(|start| line.starts_with(start)),
            "{line}"
        );
        let outside: String = line.split('`').step_by(2).collect();
        let named = outside
            .split('@')
            .skip(1)
            .any(|rest| !rest.starts_with('\u{200b}'));
        assert!(!named, "somebody is named: {line}");
        let mut rest = outside.as_str();
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let tags = [
                "del>",
                "/del>",
                "ins>",
                "/ins>",
                "b>",
                "/b>",
                "details>",
                "/details>",
                "summary>",
                "/summary>",
                "sub>",
                "/sub>",
                "!-- base=",
            ];
            assert!(
                tags.iter().any(|tag| rest.starts_with(tag)),
                "a tag: {line}"
            );
        }
    }
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    text
}

#[test]
fn a_comment_of_hostile_text_is_text() {
    let repo = hostile(&own());
    comment_is_sound(&govkit().run(&repo, ["diff", "--format", "markdown", "v1..HEAD"]));
}

#[test]
fn a_comment_keeps_its_mark_and_shows_seven_rows() {
    let repo = itsm_history();
    let run = |range: &str| {
        comment_is_sound(&govkit().run(&repo, ["diff", "--format", "markdown", range]))
    };
    let first = run("v2026.1..HEAD~1");
    let lines: Vec<&str> = first.lines().collect();
    let (base, head) = (
        repo.git(["rev-parse", "v2026.1"]),
        repo.git(["rev-parse", "HEAD~1"]),
    );
    assert_eq!(
        lines[1],
        format!("<!-- base={} head={} -->", base.trim(), head.trim())
    );
    let open = &first[..first.find("<details>").unwrap_or(first.len())];
    let rows = open
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .count();
    let told = json(&govkit().run(&repo, ["diff", "--format", "json", "v2026.1..HEAD~1"]));
    let told = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"] != "editorial")
        .count();
    assert!(told > 7, "{told}");
    assert_eq!(rows, 7);
    assert!(first.contains(&format!("<details><summary>{} more change", told - 7)));
    // Another push changes the second line and leaves the first.
    let second = run("v2026.1..HEAD");
    assert_eq!(second.lines().next(), first.lines().next());
    assert_ne!(second.lines().nth(1), first.lines().nth(1));
}

#[test]
fn a_comment_that_would_be_too_long_says_what_it_leaves_out() {
    let repo = Repo::without_git();
    let (mut old, mut new) = (String::new(), String::new());
    for at in 0..1_500 {
        // Writing to a string cannot fail.
        let _ = write!(
            old,
            "## Part {at}\n\nThe keeper of store {at} keeps k{at}x in the hall beside the gate.\n\n"
        );
        let _ = write!(
            new,
            "## Part {at}\n\nThe keeper of store {at} keeps <m{at}y> 𝒳 in the hall beside the gate.\n\n"
        );
    }
    repo.write("old.md", old).write("new.md", new);
    let output = govkit().run(
        &repo,
        [
            "diff",
            "--format",
            "markdown",
            "--no-index",
            "old.md",
            "new.md",
        ],
    );
    let text = comment_is_sound(&output);
    let cut = text
        .lines()
        .find(|line| line.starts_with("**Cut:**"))
        .unwrap();
    let number = |word: &str| -> usize {
        let before = cut.split(word).next().unwrap();
        before.trim().rsplit(' ').next().unwrap().parse().unwrap()
    };
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .count();
    let findings = json(&govkit().run(
        &repo,
        ["diff", "--format", "json", "--no-index", "old.md", "new.md"],
    ));
    let findings = findings["findings"].as_array().unwrap();
    assert!(
        findings.len() >= 1_500
            && findings
                .iter()
                .all(|one| one["severity"] != "editorial" && !one["text"].is_null())
    );
    assert_eq!(rows + number("changes"), findings.len(), "{cut}");
    assert_eq!(
        text.matches("\n> ").count() + number("passages"),
        findings.len(),
        "{cut}"
    );
    assert!(text.encode_utf16().count() > 60_000, "the room is used");
}

#[test]
fn annotations_stand_at_the_lines_and_the_worst_comes_first() {
    let repo = edited();
    let output = govkit().run(&repo, ["diff", "--format", "github", "v1..v2"]);
    let text = output.text();
    let ranks: Vec<usize> = text
        .lines()
        .filter(|line| line.starts_with("::"))
        .map(|line| {
            ["::notice ", "::warning ", "::error "]
                .iter()
                .position(|one| line.starts_with(one))
                .unwrap()
        })
        .collect();
    assert!(
        ranks.is_sorted_by(|a, b| a >= b) && ranks.len() > 3,
        "{text}"
    );
    assert!(
        text.contains("::error file=policies/POL-002-leave.md,title=ART-REMOVED POL-002::"),
        "what is gone has no line: {text}"
    );
    let line = text
        .lines()
        .find(|line| line.contains("title=ART-RENAMED POL-004"))
        .unwrap();
    assert!(
        line.starts_with("::notice file=policies/edited.md"),
        "{line}"
    );
    assert!(
        text.lines().last().unwrap().starts_with("breaking: "),
        "{text}"
    );
}

#[test]
fn annotations_of_hostile_text_are_one_command_a_finding() {
    let repo = hostile(&own());
    let output = govkit().run(&repo, ["diff", "--format", "github", "v1..HEAD"]);
    let text = output.text();
    let told = json(&govkit().run(&repo, ["diff", "--format", "json", "v1..HEAD"]));
    let told = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"] != "editorial")
        .count();
    let commands = text
        .lines()
        .filter(|line| line.trim_start().starts_with("::"))
        .count();
    assert_eq!(commands, told);
    assert_eq!(text.lines().count(), told + 1, "and the verdict");
}

#[test]
fn a_log_has_a_result_a_finding_with_a_name_that_lasts() {
    let repo = edited();
    let log = json(&govkit().run(&repo, ["diff", "--format", "sarif", "v1..v2"]));
    let told = json(&govkit().run(&repo, ["diff", "--format", "json", "v1..v2"]));
    let told: Vec<&Value> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"] != "editorial")
        .collect();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(
        (log["version"].as_str(), results.len()),
        (Some("2.1.0"), told.len())
    );
    for (result, finding) in results.iter().zip(told) {
        assert_eq!(result["ruleId"], finding["rule"]);
        assert_eq!(
            result["partialFingerprints"]["govkit-change/v1"],
            finding["fingerprint"]
        );
        let level = match finding["severity"].as_str().unwrap() {
            "breaking" => "error",
            "substantive" => "warning",
            _ => "note",
        };
        assert_eq!(result["level"], level);
        let at = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            at["region"]["startLine"], finding["at"]["new_line"],
            "{finding}"
        );
        let rule = &run["tool"]["driver"]["rules"]
            [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], finding["rule"]);
        let page = rule["help"]["markdown"].as_str().unwrap();
        assert!(
            page.contains("## Why it matters") && page.contains("## Example"),
            "{page}"
        );
    }
}

#[test]
fn no_form_changes_the_answer() {
    let repo = edited();
    for format in [
        "human", "json", "markdown", "html", "docx", "github", "sarif", "tsv",
    ] {
        let run = |args: &[&str]| {
            govkit()
                .run(&repo, ["diff", "--format", format].iter().chain(args))
                .code
        };
        assert_eq!(run(&["v1..v2"]), 0, "{format}");
        assert_eq!(run(&["v1..v2", "--exit-code"]), 1, "{format}");
        assert_eq!(run(&["v1..v2", "--fail-change", "breaking"]), 1, "{format}");
        assert_eq!(run(&["v1..v1", "--exit-code"]), 0, "{format}");
    }
}

#[test]
fn every_change_rule_has_a_page_to_read() {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG).commit("one");
    for rule in ["OBL-WEAKENED", "meta-owner", "PARAM-DRIFT"] {
        let page = govkit().run(&repo, ["explain", rule]).text();
        for part in [
            "## What it detects",
            "## Why it matters",
            "## Example",
            "Before:",
            "After:",
            "govkit says: `",
        ] {
            assert!(page.contains(part), "{rule}: {part}");
        }
    }
}

const REVIEWS: &[&str] = &["human", "json", "markdown", "html", "github", "sarif"];

#[test]
fn a_review_has_every_form_and_one_answer() {
    let repo = itsm_history();
    let run = |format: &str| govkit().run(&repo, ["review", "v2026.1", "--format", format]);
    let code = run("json").code;
    for format in REVIEWS {
        assert_eq!(run(format).code, code, "{format}");
    }
    let review = json(&run("json"));
    let page = Page::read(&run("html").text());
    page.must_be_sound();
    for (list, id) in [
        ("findings", "changes"),
        ("impact", "affected"),
        ("approvals", "approvals"),
        ("actions", "actions"),
    ] {
        let some = !review[list].as_array().unwrap().is_empty();
        assert_eq!(page.by_id(id).len(), usize::from(some), "{id}");
    }
    let order: Vec<&str> = page.all("h2").map(|one| one.get("id")).collect();
    let known = [
        "changes",
        "affected",
        "approvals",
        "actions",
        "checks",
        "accepted",
        "redlines",
        "rules",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|id| known.iter().position(|one| one == id).unwrap())
        .collect();
    assert!(
        places.is_sorted(),
        "verdict, changes, who, approvals, what to do, texts: {order:?}"
    );
    let shown: String = page.all("main").map(|one| one.text.as_str()).collect();
    for one in review["approvals"].as_array().unwrap() {
        assert!(shown.contains(one["who"].as_str().unwrap()), "{one}");
    }
    for one in review["impact"].as_array().unwrap() {
        assert!(shown.contains(one["id"].as_str().unwrap()), "{one}");
    }
    let comment = run("markdown").text();
    assert!(
        comment.starts_with("<!-- govkit:review -->\n<!-- base="),
        "{comment}"
    );
    let open = &comment[..comment.find("<details>").unwrap()];
    assert!(
        open.lines()
            .filter(|line| line.starts_with("| ") && line.contains('`'))
            .count()
            <= 7
    );
    let log = json(&run("sarif"));
    let told = review["findings"].as_array().unwrap().iter();
    let told = told
        .filter(|one| one["severity"] != "editorial" && one["accepted"].is_null())
        .count();
    let checks = review["checks"].as_array().unwrap().len();
    assert_eq!(
        log["runs"][0]["results"].as_array().unwrap().len(),
        told + checks
    );
    let commands = run("github")
        .text()
        .lines()
        .filter(|line| line.starts_with("::"))
        .count();
    assert_eq!(commands, told + checks);
}

#[test]
fn a_review_of_hostile_text_is_text() {
    let repo = hostile(&own());
    let run = |format: &str| {
        govkit()
            .run(&repo, ["review", "v1", "--format", format])
            .text()
    };
    Page::read(&run("html")).must_be_sound();
    let comment = run("markdown");
    assert!(comment.encode_utf16().count() <= 65_536);
    for line in comment.lines() {
        let outside: String = line.split('`').step_by(2).collect();
        assert!(
            !outside.contains("<script")
                && !outside.contains("@everyone")
                && !line.starts_with('/'),
            "{line}"
        );
    }
    let text = run("github");
    assert!(
        text.lines()
            .all(|line| !line.trim_start().starts_with("::error file=a,line=1")),
        "{text}"
    );
}

#[test]
fn whom_a_change_reaches_stands_on_the_page_of_a_diff_too() {
    let repo = itsm_history();
    let (_, page) = html(&repo, &["v2026.1..HEAD", "--impact"]);
    assert_eq!(page.by_id("affected").len(), 1);
    let (_, page) = html(&repo, &["v2026.1..HEAD"]);
    assert_eq!(page.by_id("affected").len(), 0);
}

/// Whether the long checks were asked for, and a Chromium is there to make them.
fn browser() -> Option<&'static str> {
    if std::env::var_os("GOVKIT_SOAK").is_none() {
        println!("skipped: `cargo xtask soak` opens the page in a browser");
        return None;
    }
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let found = known.into_iter().find(|name| {
        let run = std::process::Command::new(name).arg("--version").output();
        run.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        println!("skipped: there is no Chromium");
    }
    found
}

#[test]
fn a_browser_shows_the_page_and_has_nothing_to_complain_about() {
    let Some(browser) = browser() else { return };
    let repo = itsm_history();
    let (text, _) = html(&repo, &["v2026.1..HEAD"]);
    repo.write("page.html", &text);
    let place = repo.path().join("page.html");
    for width in [1280, 360] {
        let shot = repo.path().join(format!("{width}.png"));
        let run = std::process::Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--hide-scrollbars",
            ])
            .arg(format!("--window-size={width},2000"))
            .arg(format!("--screenshot={}", shot.display()))
            .arg(format!("file://{}", place.display()))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(
            !said.contains("CONSOLE") && !said.contains("Refused"),
            "{said}"
        );
        let size = std::fs::metadata(&shot).unwrap().len();
        assert!(size > 20_000, "a picture of {size} bytes shows nothing");
    }
}
