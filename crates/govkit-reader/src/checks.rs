//! What controls are held against.

use std::collections::BTreeMap;

use crate::Corpus;

/// The kinds a control is held against.
pub const CHECKED: [&str; 2] = ["policy", "risk"];

/// By the ids of a control and of what it is held against: the names of the links between them.
pub type Checks<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a str>>;

/// Returns what each control is held against, whichever of the two names the other.
pub fn checks<'a>(corpus: &Corpus<'a>) -> Checks<'a> {
    let mut checks = Checks::new();
    for item in &corpus.items {
        for (link, target) in &item.links {
            let Some(to) = corpus.find(target) else {
                continue;
            };
            for (control, other) in [(*item, to), (to, *item)] {
                if control.kind == "control" && CHECKED.contains(&other.kind.as_str()) {
                    let links = checks.entry((&control.id, &other.id)).or_default();
                    if !links.contains(&link.as_str()) {
                        links.push(link);
                    }
                }
            }
        }
    }
    checks
}
