//! `export ics`: a calendar as a calendar program reads it, and the one `govkit due` writes.

use std::collections::BTreeMap;

use govkit_testkit::{Repo, itsm};

use crate::govkit;

/// One event: its properties without their parameters, by name.
pub(crate) type Event = BTreeMap<String, String>;

/// Reads a calendar: unfolds its lines, undoes the escapes, and refuses what RFC 5545 does not know.
pub(crate) fn read(text: &str) -> Vec<Event> {
    assert!(text.ends_with("\r\n"));
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains(['\n', '\r'])),
        "{text}"
    );
    let unfolded = text.replace("\r\n ", "");
    let mut lines = unfolded.lines();
    assert_eq!(lines.next(), Some("BEGIN:VCALENDAR"));
    let mut events = Vec::new();
    let mut open: Option<Event> = None;
    for line in lines {
        match (line, &mut open) {
            ("BEGIN:VEVENT", None) => open = Some(Event::new()),
            ("END:VEVENT", Some(_)) => events.extend(open.take()),
            (line, Some(event)) => {
                let (name, value) = line.split_once(':').unwrap();
                let name = name.split(';').next().unwrap().to_owned();
                assert!(event.insert(name, unescaped(value)).is_none(), "{line}");
            }
            (line, None) => assert!(!line.starts_with("END:V") || line == "END:VCALENDAR"),
        }
    }
    events
}

fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(ch) = rest.next() {
        match ch {
            '\\' => match rest.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(ch @ ('\\' | ';' | ',')) => out.push(ch),
                other => panic!("{other:?} is not escaped in {value}"),
            },
            ch => out.push(ch),
        }
    }
    out
}

fn enable(repo: &Repo, config: &str) {
    let added = govkit().run(repo, ["plugin", "add", "ics"]);
    assert_eq!(added.code, 0, "{added}");
    repo.replace(
        "govkit.toml",
        "[plugins.ics]",
        &format!("[plugins.ics]\nconfig = {{ {config} }}"),
    );
}

fn export(repo: &Repo) -> String {
    let made = govkit().run(repo, ["export", "ics", "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
    repo.read("public/reviews.ics")
}

/// What an event says, without when it was last revised: `due` takes the last commit for all.
fn said(mut events: Vec<Event>) -> Vec<Event> {
    for event in &mut events {
        assert!(event.remove("DTSTAMP").is_some());
    }
    events
}

#[test]
fn both_ways_to_a_calendar_give_the_same_events() {
    let repo = itsm();
    // Each status of each kind once, each with both dates: what counts and what does not.
    let shown = govkit().run(&repo, ["config", "show", "--format", "json"]);
    let config: serde_json::Value = serde_json::from_str(&shown.ok()).unwrap();
    let kinds = config["config"]["kinds"].as_object().unwrap();
    let mut made = 0;
    for (kind, settings) in kinds {
        let directory = settings["paths"][0]
            .as_str()
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        for status in settings["status"]["values"].as_array().unwrap() {
            made += 1;
            let status = status.as_str().unwrap();
            let day = made % 28 + 1;
            // A field its kind does not declare is no date to anybody.
            let expires = match settings["fields"]["expires"].is_object() {
                true => format!("expires = 2032-02-{day:02}\n"),
                false => String::new(),
            };
            repo.write(
                &format!("{directory}/{kind}-{status}.md"),
                format!(
                    "+++\nid = \"{kind}-{status}\"\ntitle = \"T; {kind}, \\\\ ä\"\nstatus = \"{status}\"\n\
                     owner = \"ROLE-ciso\"\nreview_by = 2031-01-{day:02}\n{expires}+++\n# x\n"
                ),
            );
        }
    }
    assert!(made > 30, "{made}");
    repo.commit("every status");
    enable(&repo, "events = [\"review\", \"expiry\"]");
    let exported = said(read(&export(&repo)));
    let due = govkit().run(&repo, ["due", "--within", "P100Y", "--format", "ics"]);
    let due = said(read(&due.ok()));
    assert!(due.len() > made / 2, "{} of {made}", due.len());
    let ours: Vec<&Event> = exported.iter().filter(|one| !due.contains(one)).collect();
    let theirs: Vec<&Event> = due.iter().filter(|one| !exported.contains(one)).collect();
    assert!(ours.is_empty() && theirs.is_empty(), "{ours:?} {theirs:?}");
    assert_eq!(exported.len(), due.len());
}

#[test]
fn a_first_day_and_the_last_change_are_told_and_the_bytes_are_the_same_again() {
    let repo = itsm();
    repo.commit("all of it");
    enable(&repo, "name = \"Tarnfell, reviews\"");
    let text = export(&repo);
    assert!(text.contains("X-WR-CALNAME:Tarnfell\\, reviews\r\n"));
    let events = read(&text);
    let first = events
        .iter()
        .find(|event| event["SUMMARY"] == "First day of PRO-003: Change enablement")
        .unwrap();
    assert_eq!(first["DTSTART"], "20260115");
    assert_eq!(first["DTEND"], "20260116");
    assert_eq!(
        first["DESCRIPTION"],
        "processes/PRO-003-change-enablement.md\nOwner: ROLE-change-manager"
    );
    assert!(
        events
            .iter()
            .all(|event| event["DTSTAMP"] == "20260101T000000Z")
    );
    assert_eq!(text, export(&repo));
}

#[test]
fn hostile_text_brings_no_event_of_its_own() {
    let repo = itsm();
    repo.write(
        "policies/POL-099-hostile.md",
        "+++\nid = \"POL-099\"\ntitle = \"x\\r\\nEND:VEVENT\\r\\nBEGIN:VEVENT\\r\\nATTACH:http://evil.example\\u202E\"\n\
         status = \"effective\"\nowner = \"a;b,c\\\\d\"\nreview_by = 2031-01-01\n+++\n# x\n",
    );
    enable(&repo, "history = false");
    let events = read(&export(&repo));
    let found: Vec<&Event> = events
        .iter()
        .filter(|event| event["SUMMARY"].contains("POL-099"))
        .collect();
    assert_eq!(found.len(), 1);
    assert!(!found[0].contains_key("ATTACH"));
    assert!(!found[0]["SUMMARY"].contains('\u{202e}'));
    assert!(found[0]["DESCRIPTION"].ends_with("Owner: a;b,c\\d"));
}
