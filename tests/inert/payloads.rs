//! Texts made to do harm: a list of our own, others where they are at hand, and mutations of both.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use govkit_testkit::checkout;
use serde_json::Value;

/// Where the mutations start; the same number gives the same texts everywhere.
const SEED: u64 = 0x6f76_6b69_7400_0001;

/// How many mutations a test run looks at, and the soak.
const FEW: usize = 200;
const MANY: usize = 10_000;

/// How many of them one repository holds.
const AT_ONCE: usize = 500;

/// What a mutation puts in.
const SEEDS: [&str; 24] = [
    "<",
    ">",
    "\"",
    "'",
    "`",
    "&",
    "\\",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u{1}",
    "\u{2028}",
    "\u{202e}",
    "|",
    "](",
    "{{",
    "]]>",
    "-->",
    "</script>",
    " onload=",
    "javascript:",
    "&#x3c;",
    "=",
];

/// The list of our own.
pub(crate) fn own() -> Vec<String> {
    let groups: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("vectors.json")).unwrap();
    groups.into_values().flatten().collect()
}

/// A file of `$GOVKIT_HOSTILE`, else of `../shared/hostile` beside the checkout; empty, after a word,
/// where there is none.
pub(crate) fn shared(name: &str) -> Vec<String> {
    let named = std::env::var_os("GOVKIT_HOSTILE").map(PathBuf::from);
    let directory = named.unwrap_or_else(|| checkout().join("../shared/hostile"));
    let Ok(text) = std::fs::read_to_string(directory.join(name)) else {
        println!("skipped: no `{name}` here (set GOVKIT_HOSTILE)");
        return Vec::new();
    };
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text = |entry: &Value| entry.as_str().or(entry["path"].as_str()).map(str::to_owned);
    entries.iter().map(|entry| text(entry).unwrap()).collect()
}

/// All lists, each text once and in order.
pub(crate) fn all() -> Vec<String> {
    let files = ["links", "csv", "paths", "terminal"];
    let others = files.map(|name| shared(&format!("hostile_{name}.json")));
    let mut seen = BTreeSet::new();
    let lists = own().into_iter().chain(others.into_iter().flatten());
    lists.filter(|text| seen.insert(text.clone())).collect()
}

/// What the repositories of one run hold: all lists in the first, and mutations of them.
pub(crate) fn rounds() -> Vec<Vec<String>> {
    let all = all();
    let mut random = Random(SEED);
    println!("mutations from seed {SEED:#x}");
    let mut mutations =
        |count: usize| -> Vec<String> { (0..count).map(|_| mutation(&mut random, &all)).collect() };
    let mut rounds = vec![[all.clone(), mutations(FEW)].concat()];
    if std::env::var_os("GOVKIT_SOAK").is_some_and(|value| value == "1") {
        rounds.extend((0..MANY / AT_ONCE).map(|_| mutations(AT_ONCE)));
    }
    rounds
}

/// Xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let limit = u64::try_from(limit).unwrap();
        usize::try_from((self.0 >> 11) % limit.max(1)).unwrap()
    }

    fn pick<'t>(&mut self, from: &'t [String]) -> &'t str {
        &from[self.below(from.len())]
    }
}

/// A text of the list with one to four changes.
fn mutation(random: &mut Random, all: &[String]) -> String {
    let mut text: Vec<char> = random.pick(all).chars().take(400).collect();
    for _ in 0..=random.below(4) {
        let at = random.below(text.len() + 1);
        match random.below(6) {
            0 => drop(text.splice(at..at, SEEDS[random.below(SEEDS.len())].chars())),
            1 => drop(text.splice(at..at, random.pick(all).chars().take(100))),
            2 => text.truncate(at),
            3 => drop(text.drain(..at)),
            4 => {
                let coded = text.get(at).map(|ch| format!("&#{};", u32::from(*ch)));
                let end = (at + 1).min(text.len());
                drop(text.splice(at..end, coded.unwrap_or_default().chars()));
            }
            _ => {
                if let Some(ch) = text.get_mut(at).filter(|ch| ch.is_ascii_alphabetic()) {
                    *ch = char::from(u8::try_from(*ch).unwrap() ^ 0x20);
                }
            }
        }
    }
    text.into_iter().collect()
}

#[test]
fn the_list_is_long_enough_and_names_nothing_twice() {
    let own = own();
    let distinct: BTreeSet<&String> = own.iter().collect();
    assert!(
        own.len() >= 150 && distinct.len() == own.len(),
        "{}",
        own.len()
    );
    let mut again = Random(SEED);
    let mut random = Random(SEED);
    let of =
        |random: &mut Random| -> Vec<String> { (0..50).map(|_| mutation(random, &own)).collect() };
    assert_eq!(of(&mut random), of(&mut again));
}
