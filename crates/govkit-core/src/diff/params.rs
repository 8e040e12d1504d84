//! Parameters: how a change of a value presses in the sentences that show it.

use super::document::Document;
use super::meaning::{Pressed, pressed};
use super::reading::{Quantity, Reading};
use super::sentences;

/// A sentence that shows a parameter, with its old value and with its new one.
pub(super) struct Shown {
    pub(super) pressed: Pressed,
    pub(super) old: String,
    pub(super) new: String,
}

/// Finds the sentence of a body that limits something by a parameter, the weightiest if there are
/// several, the first of those.
pub(super) fn shown(document: &Document<'_>, name: &str, old: &str, new: &str) -> Option<Shown> {
    let body = document.text.get(document.body..)?;
    let mut weightiest: Option<Shown> = None;
    for paragraph in body.split("\n\n").filter(|text| text.contains("{{")) {
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let limits = sentences::split(&line)
            .into_iter()
            .filter_map(|range| limited(&line[range], name, old, new));
        for limit in limits {
            let heavier = |other: &Shown| limit.pressed.severity > other.pressed.severity;
            if weightiest.as_ref().is_none_or(heavier) {
                weightiest = Some(limit);
            }
        }
    }
    weightiest
}

fn limited(sentence: &str, name: &str, old: &str, new: &str) -> Option<Shown> {
    let (start, end) = insert(sentence, name)?;
    let with = |value: &str| format!("{}{value}{}", &sentence[..start], &sentence[end..]);
    let (before, after) = (with(old), with(new));
    let read = |text: &str| {
        let reading = Reading::of(text);
        let here = |one: &&Quantity| one.span.start <= start && start < one.span.end;
        let binding = reading.normative();
        reading
            .quantities
            .iter()
            .find(here)
            .cloned()
            .map(|one| (one, binding))
    };
    let ((a, _), (b, binding)) = (read(&before)?, read(&after)?);
    Some(Shown {
        pressed: pressed(&a, &b, binding),
        old: before,
        new: after,
    })
}

/// Where a sentence shows a parameter: `{{ name }}` or `{{ ID.name }}`.
fn insert(sentence: &str, name: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let start = from + sentence[from..].find("{{")?;
        let end = start + sentence[start..].find("}}")? + 2;
        let inside = sentence[start + 2..end - 2].trim();
        let own = inside.rsplit_once('.').map_or(inside, |(_, own)| own);
        if own == name {
            return Some((start, end));
        }
        from = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::change_set::{ChangeSeverity, Direction};

    #[test]
    fn a_shorter_deadline_in_a_duty_tightens() {
        let text =
            "# A\n\nThe manager MUST tell them within\n{{ POL-1.deadline }} of detection. Wait.\n";
        let document = Document::detected(text);
        let found = shown(&document, "deadline", "72 hours", "24 hours").unwrap();
        assert_eq!(found.pressed.direction, Direction::Tightens);
        assert_eq!(found.pressed.severity, ChangeSeverity::Breaking);
        assert_eq!(
            found.new,
            "The manager MUST tell them within 24 hours of detection."
        );
        assert!(shown(&document, "other", "72 hours", "24 hours").is_none());
    }
}
