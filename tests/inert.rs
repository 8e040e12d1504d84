//! Hostile text does nothing in anything that is exported: parsers judge it, no search for words does.
//!
//! Each payload is title, id, owner, field, step, link, file name, author and prose of an artifact (see
//! `fixture`), and each format is read back by a program that is not ours.

mod fixture;
mod forms;
mod markdown;
mod payloads;
mod tables;
mod typst;

use std::collections::{BTreeMap, BTreeSet};

use govkit_testkit::Repo;
use serde_json::Value;

use crate::dom::{Page, inside};
use crate::govkit;
use crate::oscal::{must_be_sound, values};
use crate::site::{files, pages};
use crate::word::Word;
use fixture::{Hostile, hostile, hostile_controls, quoted};

/// Enables an exporter and lets it write into `public`.
fn export(repo: &Repo, name: &str) {
    if !repo
        .read("govkit.toml")
        .contains(&format!("[plugins.{name}]"))
    {
        drop(govkit().run(repo, ["plugin", "add", name]).ok());
    }
    let made = govkit().run(repo, ["export", name, "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
}

/// A text as a page shows it: what drives a terminal or turns the text around is replaced.
fn on_a_page(text: &str) -> String {
    let turns = |ch: char| matches!(ch, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hidden = |ch: char| ch.is_control() && ch != '\n' && ch != '\t';
    let shown = text.chars();
    shown
        .map(|ch| {
            if hidden(ch) || turns(ch) {
                '\u{fffd}'
            } else {
                ch
            }
        })
        .collect()
}

/// Fails unless each title is among the texts as `shown` says.
fn all_shown(made: &[Hostile], texts: &BTreeSet<String>, shown: fn(&str) -> String) {
    for one in made {
        let title = shown(&one.title);
        assert!(texts.contains(&title), "{title:?} of {:?}", one.path);
    }
}

/// Resolves a plain path of a link against the page it stands on.
fn resolved(page: &str, to: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    if !to.is_empty() {
        parts.pop();
        for part in to.split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
    }
    parts.join("/")
}

#[test]
fn a_site_runs_nothing_and_links_nowhere_but_to_itself_and_the_web() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "site");
        let there: BTreeSet<String> = files(&repo).into_iter().collect();
        let mut titles = BTreeSet::new();
        for (path, page) in pages(&repo) {
            page.must_be_inert(&path);
            for link in page.all("a") {
                let to = inside(&path, link.get("href")).map(|to| resolved(&path, &to));
                assert!(to.iter().all(|to| there.contains(to)), "{path}: {to:?}");
            }
            titles.extend(page.all("h1").map(|one| one.text.clone()));
        }
        all_shown(&made, &titles, on_a_page);
        names_must_be_plain(&there);
        search_must_be_data(&repo, &made);
    }
}

/// Every system can write the names of an export, and none of them is another's in capitals.
fn names_must_be_plain(files: &BTreeSet<String>) {
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "-_./".contains(ch);
    let mark = "public/.govkit-export";
    for path in files.iter().filter(|path| *path != mark) {
        let odd = path
            .split('/')
            .any(|part| part.is_empty() || part.starts_with(['.', '-']));
        assert!(
            !odd && path.len() < 200 && path.chars().all(plain),
            "{path:?}"
        );
    }
    let folded: BTreeSet<String> = files.iter().map(|path| path.to_lowercase()).collect();
    assert_eq!(folded.len(), files.len());
}

/// The index of the search is a script: one call with data, which says what the texts say.
fn search_must_be_data(repo: &Repo, made: &[Hostile]) {
    let mut titles = BTreeSet::new();
    for path in files(repo)
        .iter()
        .filter(|path| path.starts_with("public/search-"))
    {
        let text = repo.read(path);
        let data = text.strip_prefix("(window.govkit = window.govkit || []).push([\n");
        let data = data.and_then(|data| data.strip_suffix(",\n]);\n"));
        let entries: Vec<[String; 6]> =
            serde_json::from_str(&format!("[{}]", data.unwrap())).unwrap();
        for [name, _, title, ..] in entries {
            assert!(
                repo.path().join(format!("public/a/{name}.html")).is_file(),
                "{name:?}"
            );
            titles.insert(title);
        }
    }
    all_shown(made, &titles, str::to_owned);
}

#[test]
fn a_handbook_is_text_as_a_page_and_as_source() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "handbook");
        let page = Page::read(&repo.read("public/handbook.html"));
        page.must_be_sound();
        let after_number = |text: &String| text.split_once(' ').map(|(_, title)| title.to_owned());
        let titles = page.all("h3").filter_map(|one| after_number(&one.text));
        all_shown(&made, &titles.collect(), on_a_page);
        let strings = typst::strings(&repo.read("public/handbook.typ"));
        all_shown(&made, &strings, typst::shown);
    }
}

#[test]
fn a_word_document_is_sound_and_has_no_field_of_a_text() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "docx");
        let word = Word::read(&repo.path().join("public/handbook.docx"));
        let all = word.paragraphs();
        let titles = all.iter().filter(|one| one.style == "Heading2");
        all_shown(&made, &titles.map(|one| one.new.clone()).collect(), in_word);
    }
}

/// A text as a Word document has it: without what XML cannot hold, and a tab is an element of its own.
fn in_word(text: &str) -> String {
    let kept = |ch: &char| !ch.is_control() || *ch == '\n';
    let text: String = text.chars().filter(kept).collect();
    on_a_page(&text).replace(['\u{fffe}', '\u{ffff}'], "")
}

#[test]
fn a_calendar_has_the_events_of_the_days_and_no_others() {
    const KNOWN: [&str; 7] = [
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "TRANSP",
    ];
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "ics");
        let events = crate::ics::read(&repo.read("public/reviews.ics"));
        for event in &events {
            assert!(
                event.keys().all(|name| KNOWN.contains(&name.as_str())),
                "{event:?}"
            );
        }
        let summaries: BTreeSet<String> = events.iter().map(|one| one["SUMMARY"].clone()).collect();
        // Of artifacts that share an id the calendar has one.
        let mut by_id: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for one in made.iter().filter(|one| one.status != one.title) {
            let summary = in_a_calendar(&format!("Review {}: {}", one.id, one.title));
            by_id.entry(&one.id).or_default().push(summary);
        }
        for (id, wanted) in by_id {
            assert!(wanted.iter().any(|one| summaries.contains(one)), "{id:?}");
        }
    }
}

/// A text as a calendar has it.
fn in_a_calendar(text: &str) -> String {
    let blank = |ch: char| matches!(ch, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let chars = text.chars();
    let shown = chars.map(|ch| match ch {
        '\n' => ch,
        _ if blank(ch) || ch.is_control() => ' ',
        ch => ch,
    });
    shown.collect()
}

#[test]
fn the_documents_of_oscal_are_sound_and_their_markdown_does_nothing() {
    for payloads in payloads::rounds() {
        let (repo, _) = hostile_controls(&payloads);
        export(&repo, "oscal");
        for name in ["catalog", "component-definition"] {
            let document: Value =
                serde_json::from_str(&repo.read(&format!("public/{name}.json"))).unwrap();
            must_be_sound(&document[name]);
            for field in ["prose", "title", "text", "description"] {
                for text in values(&document, field) {
                    markdown::must_do_nothing(text);
                }
            }
        }
    }
}

#[test]
fn an_id_made_of_a_path_leads_to_a_plain_file_of_the_export() {
    let repo = govkit_testkit::itsm();
    let paths = payloads::shared("hostile_paths.json");
    let own = [
        "../../x",
        "CON",
        "con",
        "a/b",
        "a\\b",
        "A B",
        "a b",
        ".git/config",
        "ß",
        "ss",
        "gk-main",
    ];
    let own = own.iter().map(|path| (*path).to_owned());
    for (number, id) in own.chain(paths).enumerate() {
        let id = quoted(&id.chars().take(4000).collect::<String>());
        let text = format!(
            "+++\nid = {id}\ntitle = {id}\nstatus = \"active\"\nowner = {id}\nsummary = \"x\"\n+++\n# x\n"
        );
        repo.write(&format!("roles/h{number}.md"), text);
    }
    let entries = |repo: &Repo| -> BTreeSet<String> {
        let entries = std::fs::read_dir(repo.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    };
    let before = entries(&repo);
    for name in [
        "site", "handbook", "docx", "register", "xlsx", "ics", "oscal",
    ] {
        export(&repo, name);
        names_must_be_plain(&files(&repo).into_iter().collect());
        drop(std::fs::remove_dir_all(repo.path().join("public")));
        assert_eq!(entries(&repo), before, "{name}");
    }
}

#[test]
fn an_id_that_is_the_name_of_another_page_gets_a_page_of_its_own() {
    let repo = govkit_testkit::itsm();
    let role = |id: &str| {
        let id = quoted(id);
        format!("+++\nid = {id}\ntitle = {id}\nstatus = \"active\"\nsummary = \"x\"\n+++\n# x\n")
    };
    repo.write("roles/z.md", role("a b"));
    export(&repo, "site");
    let made = files(&repo);
    let taken = made
        .iter()
        .find_map(|path| path.strip_prefix("public/a/x-a-b-"));
    let taken = format!("x-a-b-{}", taken.unwrap().trim_end_matches(".html"));
    for file in ["roles/a.md", "roles/zz.md"] {
        repo.write(file, role(&taken));
    }
    export(&repo, "site");
    assert_eq!(files(&repo).len(), made.len() + 2);
    let titles = |(_, page): (String, Page)| page.all("h1").next().unwrap().text.clone();
    let titles: Vec<String> = pages(&repo).into_iter().map(titles).collect();
    assert_eq!(titles.iter().filter(|title| **title == taken).count(), 2);
    assert_eq!(titles.iter().filter(|title| *title == "a b").count(), 1);
}
