//! Accepting all changes gives the new text, rejecting them the old one.

use govkit_core::diff::side_by_side_bytes;
use govkit_docx::Mark;

use super::redline::paragraphs;

/// The paragraphs that are left when all changes are accepted, or rejected.
fn left(old: &str, new: &str, accept: bool) -> Vec<String> {
    let side = side_by_side_bytes(Some(old.as_bytes()), Some(new.as_bytes()));
    let gone = if accept {
        Mark::Deleted
    } else {
        Mark::Inserted
    };
    let mut all = Vec::new();
    let mut open = String::new();
    for paragraph in paragraphs(&side.rows) {
        let kept = paragraph.runs.iter().filter(|run| run.mark != gone);
        open.extend(kept.map(|run| run.text.as_str()));
        if paragraph.mark != gone {
            all.push(std::mem::take(&mut open));
        }
    }
    assert_eq!(open, "", "nothing is left without an end");
    all
}

/// The paragraphs of a text of nothing but headings and paragraphs.
fn blocks(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    blocks
        .map(|block| {
            block
                .trim()
                .trim_start_matches('#')
                .trim()
                .replace('\n', " ")
        })
        .collect()
}

#[test]
fn both_texts_can_be_had_back_to_the_paragraph() {
    let texts = [
        "# One\n\nThe first thing is said here. The second follows at once.\n\nThird stands alone.\n",
        "# One\n\nThe second follows at once.\n\nThird stands alone.\n",
        "# One\n\nThe first thing is said here.\n\nThe second follows at once. Third stands alone.\n",
        "# One\n\nThe first thing was said there. The second follows at once. A new one came in between.\n\n# Two\n\nThird stands alone.\n",
        "# Two\n\nSomething else entirely, about the weather in spring.\n\nThird stands alone.\n\nThe first thing is said here.\n",
        "",
        "# One\n\nAnother lead-in begins it. The first thing is said here. The second follows at once.\n\nThird stands alone. And then some more.\n",
    ];
    for old in texts {
        for new in texts {
            assert_eq!(left(old, new, true), blocks(new), "{old:?} -> {new:?}");
            assert_eq!(left(old, new, false), blocks(old), "{old:?} -> {new:?}");
        }
    }
}
