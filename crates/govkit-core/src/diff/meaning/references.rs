//! References by number that lead elsewhere now.

use super::{Sentences, differing};
use crate::diff::catalogue;
use crate::diff::change_set::ChangeSeverity::Minor;
use crate::diff::found::Found;
use crate::diff::reading::Reference;

/// Reports references to other places or to other versions of a document.
pub(super) fn report(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (
        sentences.old.reading.references.clone(),
        sentences.new.reading.references.clone(),
    );
    let near =
        |a: &Reference, b: &Reference| a.outside == b.outside && (a.outside || a.label == b.label);
    let pairs = differing(&old, &new, Reference::same, near);
    let mut any = false;
    for pair in &pairs {
        let (Some(a), Some(b)) = *pair else { continue };
        any = true;
        let (before, after) = (
            &sentences.old.text[old[a].span.clone()],
            &sentences.new.text[new[b].span.clone()],
        );
        let (rule, what) = match old[a].outside {
            true => (
                &catalogue::REF_VERSION,
                "another document or version is referred to",
            ),
            false => (
                &catalogue::REF_CHANGED,
                "a reference leads to another place",
            ),
        };
        let message = format!("{what}: `{after}` instead of `{before}`");
        let mut draft = sentences.valued(rule, (Some(before), Some(after)), message);
        // A text that states its own version refers to nothing.
        if sentences.label() {
            draft = draft.severity(Minor);
        }
        found.push(draft);
    }
    if !any {
        return;
    }
    // What came or went beside a reference that changed belongs to it: "item 1 of".
    for (a, b) in pairs {
        if let Some(a) = a {
            sentences.old.claim(&old[a].span);
        }
        if let Some(b) = b {
            sentences.new.claim(&new[b].span);
        }
    }
    for side in [&mut sentences.old, &mut sentences.new] {
        let beside: Vec<usize> = (0..side.reading.words.len())
            .filter(|at| side.reading.words[*at].any(&["above", "below", "herein", "hereof"]))
            .filter(|at| *at > 0 && side.claimed[at - 1])
            .collect();
        beside.into_iter().for_each(|at| side.claimed[at] = true);
    }
}
