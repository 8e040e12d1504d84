//! Who does what, and what is checked: a row for each pair, as filters and pivot tables want it.

use govkit_reader::fields::strings;
use govkit_reader::{Corpus, checks, duration};

use crate::cell::csv_row;

/// Between several ids in one cell.
const AND: &str = "; ";

/// Returns the activities with who is responsible, accountable, consulted and informed.
pub(crate) fn raci(corpus: &Corpus<'_>) -> String {
    let mut out = csv_row(&[
        "process",
        "title",
        "activity",
        "responsible",
        "accountable",
        "consulted",
        "informed",
    ]);
    for item in &corpus.items {
        for activity in item.tables("activities") {
            let who = |letter: &str| strings(activity.get(letter)).join(AND);
            let words = strings(activity.get("do")).join(" ");
            out.push_str(&csv_row(&[
                &item.id,
                &item.title,
                &corpus.read(item, &words),
                &who("r"),
                &who("a"),
                &who("c"),
                &who("i"),
            ]));
        }
    }
    out
}

/// Returns the controls with the policies and risks they are held against; one that is held
/// against nothing has a row with empty cells.
pub(crate) fn controls(corpus: &Corpus<'_>) -> String {
    let mut out = csv_row(&[
        "control",
        "title",
        "every",
        "link",
        "checked",
        "kind",
        "title of the checked",
    ]);
    let checks = checks(corpus);
    for control in corpus.of_kind("control") {
        let every = duration(&control.text("every"));
        let id = control.id.as_str();
        let mut row = |link: &str, checked: [&str; 3]| {
            let [other, kind, title] = checked;
            out.push_str(&csv_row(&[
                id,
                &control.title,
                &every,
                link,
                other,
                kind,
                title,
            ]));
        };
        let mut own = checks
            .range((id, "")..)
            .take_while(|(key, _)| key.0 == id)
            .peekable();
        if own.peek().is_none() {
            row("", [""; 3]);
        }
        for ((_, other), links) in own {
            let found = corpus.find(other);
            let (kind, title) = found.map_or(("", ""), |to| (to.kind.as_str(), to.title.as_str()));
            row(&links.join(AND), [other, kind, title]);
        }
    }
    out
}
