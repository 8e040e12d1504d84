//! Histories made by hand: what was in force, and the story of each artifact.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use std::collections::HashSet;

use super::*;
use crate::config::Config;
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::snapshot::{Bytes, TreeChange};

const CONFIG: &str = "
[kinds.policy]
paths = ['policies/*.md']
id = { field = 'id' }
status = { values = ['draft', 'effective', 'retired'], in_force = ['effective'] }
[kinds.policy.fields]
effective = { type = 'date', role = 'effective' }
expires = { type = 'date', role = 'expiry' }
[kinds.policy.links.supersedes]
to = ['policy']
inverse = 'superseded_by'
[kinds.note]
paths = ['notes/*.md']
syntax = 'none'
id = { path = 'notes/{id}.md' }
";

/// A line of commits, with the files as they are after the last one.
struct World {
    config: Config,
    timeline: Timeline,
    blobs: HashMap<String, Vec<u8>>,
    files: BTreeMap<String, String>,
}

impl World {
    fn new() -> Self {
        Self {
            config: Config::parse(CONFIG, "govkit.toml").unwrap(),
            timeline: Timeline::new(true),
            blobs: HashMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// Commits at a moment; an empty text removes the file.
    fn commit(&mut self, when: &str, files: &[(&str, &str)]) -> &mut Self {
        let mut changes = Vec::new();
        for (path, text) in files {
            let id = format!("{:x}", Short(Sha256::digest(text).to_vec()));
            let blob = |text: &String| format!("{:x}", Short(Sha256::digest(text).to_vec()));
            let old = self.files.get(*path).map(blob);
            self.blobs.insert(id.clone(), text.as_bytes().to_vec());
            let new = (!text.is_empty()).then_some(id);
            match &new {
                Some(_) => self.files.insert((*path).to_owned(), (*text).to_owned()),
                None => self.files.remove(*path),
            };
            changes.push(TreeChange {
                path: RepoPath::new(*path).unwrap(),
                old,
                new,
            });
        }
        changes.sort();
        let count = u8::try_from(self.timeline.steps().len()).unwrap();
        let id = Oid::new(&[count; 20]).unwrap();
        self.timeline
            .push(id, Moment::parse(when).unwrap(), &changes, &self.config);
        self
    }

    fn story(&mut self, steps: usize) -> Story {
        let all: Vec<TextId> = self.timeline.unread(self.timeline.texts_until(steps));
        for text in all {
            let bytes = &self.blobs[&self.timeline.blob(text).to_hex()];
            let kind = &self.config.kinds[self.timeline.kind(text)];
            self.timeline
                .tell(text, Facts::read(bytes, kind, &Limits::DEFAULT));
        }
        let blobs = self.blobs.clone();
        let mut read =
            move |id: &String| -> Bytes { blobs.get(id).cloned().ok_or_else(|| "no".to_owned()) };
        Story::tell(&mut self.timeline, steps, &self.config, &mut read)
    }

    /// Each artifact on a date: `id@commit why`, with the commits counted from 0.
    fn on_known(&mut self, on: &str, steps: usize) -> Vec<String> {
        let story = self.story(steps);
        let question = Question {
            on: Moment::parse(on).unwrap(),
            steps,
        };
        in_force(
            &self.timeline,
            Some(&story),
            &self.config,
            question,
            &HashSet::new(),
        )
        .iter()
        .map(|it| format!("{}@{} {}", it.id, it.step, it.why.word()))
        .collect()
    }

    fn on(&mut self, on: &str) -> Vec<String> {
        let steps = self.timeline.steps().len();
        self.on_known(on, steps)
    }

    /// The versions of an artifact, newest first: `commit change path`.
    fn log(&mut self, id: &str) -> Vec<String> {
        let story = self.story(self.timeline.steps().len());
        let Some(newest) = story.latest(id, &self.timeline) else {
            return Vec::new();
        };
        let told = story.back(newest).map(|(_, node)| {
            format!(
                "{} {:?} {}",
                node.step,
                node.change,
                self.timeline.path(node.path).as_str()
            )
        });
        told.collect()
    }
}

/// The first twenty bytes in hexadecimal.
struct Short(Vec<u8>);

impl std::fmt::LowerHex for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0
            .iter()
            .take(20)
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn policy(id: &str, status: &str, more: &str) -> String {
    format!("+++\nid = '{id}'\nstatus = '{status}'\n{more}\n+++\n# {id}\n")
}

const P: &str = "policies/a.md";

#[test]
fn a_version_with_a_date_counts_from_that_date() {
    let mut world = World::new();
    world
        .commit(
            "2026-01-10",
            &[(P, &policy("P", "effective", "effective = 2026-02-01"))],
        )
        .commit(
            "2026-03-10",
            &[(P, &policy("P", "effective", "effective = 2026-06-01"))],
        );
    assert_eq!(world.on("2026-01-31T23:59:59Z"), ["P@0 not-yet"]);
    assert_eq!(world.on("2026-02-01"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-05-31T23:59:59Z"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-06-01"), ["P@1 in-force"]);
    assert_eq!(
        world.on_known("2026-06-01", 1),
        ["P@0 in-force"],
        "the second was not known"
    );
    assert!(world.on_known("2026-06-01", 0).is_empty());
}

#[test]
fn a_version_without_a_date_counts_from_its_commit_to_the_next() {
    let mut world = World::new();
    world
        .commit(
            "2026-01-10T12:00:00Z",
            &[(P, &policy("P", "effective", ""))],
        )
        .commit(
            "2026-03-10T12:00:00Z",
            &[(P, &policy("P", "effective", "owner = 'x'"))],
        );
    assert_eq!(
        world.on("2026-01-10"),
        ["P@0 absent"],
        "midnight is before noon"
    );
    assert_eq!(world.on("2026-01-10T12:00:00Z"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-03-10T11:59:59Z"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-03-11"), ["P@1 in-force"]);
}

#[test]
fn what_is_written_later_counts_back_to_its_date_once_it_is_known() {
    let mut world = World::new();
    world
        .commit(
            "2026-01-01",
            &[(P, &policy("P", "effective", "effective = 2026-01-01"))],
        )
        .commit(
            "2026-05-01",
            &[(P, &policy("P", "effective", "effective = 2026-03-01"))],
        );
    assert_eq!(world.on("2026-04-01"), ["P@1 in-force"]);
    assert_eq!(world.on_known("2026-04-01", 1), ["P@0 in-force"]);
    assert_eq!(world.on("2026-02-01"), ["P@0 in-force"]);
}

#[test]
fn what_is_not_in_force_takes_nothing_back() {
    let mut world = World::new();
    world
        .commit(
            "2026-01-01",
            &[(P, &policy("P", "effective", "effective = 2026-01-01"))],
        )
        .commit(
            "2026-05-01",
            &[(P, &policy("P", "retired", "effective = 2026-01-01"))],
        );
    assert_eq!(world.on("2026-04-30"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-05-01"), ["P@1 status"]);
}

#[test]
fn a_draft_of_the_next_version_leaves_this_one_in_force_until_its_date() {
    let mut world = World::new();
    world
        .commit("2026-01-01", &[(P, &policy("P", "effective", ""))])
        .commit(
            "2026-05-01",
            &[(P, &policy("P", "draft", "effective = 2026-07-01"))],
        );
    assert_eq!(world.on("2026-06-30"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-07-01"), ["P@1 status"]);
}

#[test]
fn an_expiry_counts_to_the_end_of_its_day_and_nothing_comes_back() {
    let mut world = World::new();
    world
        .commit("2026-01-01", &[(P, &policy("P", "effective", ""))])
        .commit(
            "2026-02-01",
            &[(P, &policy("P", "effective", "expires = 2026-03-31"))],
        );
    assert_eq!(world.on("2026-03-31T23:59:59Z"), ["P@1 in-force"]);
    assert_eq!(world.on("2026-04-01"), ["P@1 expired"]);
}

#[test]
fn what_is_superseded_gives_way_when_the_new_one_takes_effect() {
    let mut world = World::new();
    let new = policy(
        "Q",
        "effective",
        "effective = 2026-06-01\n[links]\nsupersedes = ['P']",
    );
    world
        .commit("2026-01-01", &[(P, &policy("P", "effective", ""))])
        .commit("2026-05-01", &[("policies/b.md", &new)]);
    assert_eq!(world.on("2026-05-31"), ["P@0 in-force", "Q@1 not-yet"]);
    assert_eq!(world.on("2026-06-01"), ["P@0 superseded", "Q@1 in-force"]);
}

#[test]
fn clocks_that_run_backwards_do_not_change_the_order() {
    let mut world = World::new();
    world
        .commit("2026-05-01", &[(P, &policy("P", "effective", "n = 1"))])
        .commit("2020-01-01", &[(P, &policy("P", "effective", "n = 2"))])
        .commit("2026-06-01", &[(P, &policy("P", "effective", "n = 3"))]);
    assert_eq!(world.on("2021-01-01"), ["P@0 absent"]);
    assert_eq!(
        world.on("2026-05-01"),
        ["P@1 in-force"],
        "it became known no earlier than what it follows"
    );
    assert_eq!(world.on("2026-06-01"), ["P@2 in-force"]);
}

#[test]
fn what_was_removed_later_was_in_force_before() {
    let mut world = World::new();
    world
        .commit("2026-01-01", &[(P, &policy("P", "effective", ""))])
        .commit("2026-02-01", &[(P, "")])
        .commit(
            "2026-03-01",
            &[("policies/z.md", &policy("P", "effective", "again = true"))],
        );
    assert_eq!(world.on("2026-01-15"), ["P@0 in-force"]);
    assert_eq!(world.on("2026-02-15"), ["P@1 removed"]);
    assert_eq!(world.on("2026-03-15"), ["P@2 in-force"]);
    let lives = [
        "2 Added policies/z.md",
        "1 Removed policies/a.md",
        "0 Added policies/a.md",
    ];
    assert_eq!(world.log("P"), lives);
}

#[test]
fn a_path_that_another_document_takes_over_is_no_history() {
    let mut world = World::new();
    world
        .commit("2026-01-01", &[(P, &policy("P", "effective", ""))])
        .commit(
            "2026-02-01",
            &[
                (P, &policy("Q", "effective", "")),
                ("policies/b.md", &policy("P", "effective", "")),
            ],
        );
    assert_eq!(
        world.log("P"),
        ["1 Renamed policies/b.md", "0 Added policies/a.md"]
    );
    assert_eq!(world.log("Q"), ["1 Added policies/a.md"]);
}

#[test]
fn a_change_of_id_is_crossed_only_by_a_rename() {
    let text = "# A note\n\nwith some\nlines that\nstay\nas they are\n";
    let mut world = World::new();
    world
        .commit("2026-01-01", &[("notes/old.md", text)])
        .commit(
            "2026-02-01",
            &[("notes/old.md", ""), ("notes/new.md", text)],
        )
        .commit("2026-03-01", &[(P, &policy("P", "effective", ""))])
        .commit("2026-04-01", &[(P, &policy("Q", "effective", ""))]);
    assert_eq!(
        world.log("new"),
        ["1 Renamed notes/new.md", "0 Added notes/old.md"]
    );
    assert_eq!(
        world.log("old"),
        ["1 Removed notes/old.md", "0 Added notes/old.md"]
    );
    assert_eq!(world.log("Q"), ["3 Added policies/a.md"]);
    assert_eq!(
        world.log("P"),
        ["3 Removed policies/a.md", "2 Added policies/a.md"]
    );
}

#[test]
fn drafts_that_waited_under_one_number_are_no_versions_of_each_other() {
    let draft = |body: &str| policy("NEW", "draft", "") + body;
    let mut world = World::new();
    world
        .commit("2026-01-01", &[(P, &draft("one"))])
        .commit(
            "2026-01-02",
            &[
                (P, ""),
                ("policies/1.md", &draft("one").replace("NEW", "P1")),
            ],
        )
        .commit("2026-02-01", &[(P, &draft("two"))])
        .commit(
            "2026-02-02",
            &[
                (P, ""),
                ("policies/2.md", &draft("two").replace("NEW", "P2")),
            ],
        );
    assert_eq!(
        world.log("P2"),
        ["3 Renamed policies/2.md", "2 Added policies/a.md"]
    );
    assert_eq!(world.log("NEW").len(), 4, "the number itself had two lives");
}

#[test]
fn a_copy_that_leaves_a_stub_moves_the_document() {
    let text = "# A note\n\nwith some\nlines that\nstay\nas they are\n";
    let mut world = World::new();
    world
        .commit("2026-01-01", &[("notes/old.md", text)])
        .commit(
            "2026-02-01",
            &[("notes/old.md", "moved\n"), ("notes/new.md", text)],
        );
    assert_eq!(
        world.log("new"),
        ["1 Renamed notes/new.md", "0 Added notes/old.md"]
    );
    assert_eq!(
        world.log("old"),
        ["1 Changed notes/old.md", "0 Added notes/old.md"]
    );
}

fn some() -> World {
    let mut world = World::new();
    world
        .commit(
            "2026-01-01",
            &[
                (P, &policy("P", "effective", "expires = 2027-01-01")),
                ("notes/n.md", "# N\n"),
            ],
        )
        .commit("2026-02-01", &[("notes/n.md", ""), ("notes/m.md", "# N\n")]);
    drop(world.story(2));
    world
}

#[test]
fn a_timeline_survives_being_written() {
    let world = some();
    let key = digest(&world.config);
    let bytes = world.timeline.encode(&key);
    let read = Timeline::decode(&bytes, &key).unwrap();
    assert_eq!(read.encode(&key), bytes);
    assert_eq!(read.steps(), world.timeline.steps());
    assert!(!read.has_grown());
    assert!(
        Timeline::decode(&bytes, &[0; 32]).is_err(),
        "another configuration"
    );
}

#[test]
fn a_damaged_file_is_refused_wherever_the_damage_is() {
    let world = some();
    let key = digest(&world.config);
    let bytes = world.timeline.encode(&key);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x20;
        assert!(Timeline::decode(&damaged, &key).is_err(), "byte {at}");
        assert!(Timeline::decode(&bytes[..at], &key).is_err(), "cut at {at}");
    }
}
