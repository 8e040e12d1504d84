//! As much of a passage as a reader needs.

/// Words of equal text shown on each side of a change.
const AROUND: usize = 10;
/// Words of text that is new or gone as a whole.
const WHOLE: usize = 60;

/// Returns equal text near a change: its last words, its first words, or both; `first` and `last`
/// say whether nothing stands before or after it.
pub(crate) fn around(text: &str, first: bool, last: bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let (before, after) = match (first, last) {
        (true, true) => return whole(text),
        (true, false) => (0, AROUND),
        (false, true) => (AROUND, 0),
        (false, false) => (AROUND, AROUND),
    };
    if words.len() <= before + after + 1 {
        return text.to_owned();
    }
    let start = words[..before].join(" ");
    let end = words[words.len() - after..].join(" ");
    match (before, after) {
        (0, _) => format!("… {end}"),
        (_, 0) => format!("{start} …"),
        _ => format!("{start} … {end}"),
    }
}

/// Returns text that is new or gone, without what makes it long.
pub(crate) fn whole(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() <= WHOLE {
        return text.to_owned();
    }
    let left = words.len() - WHOLE;
    format!("{} … ({left} more words)", words[..WHOLE].join(" "))
}
