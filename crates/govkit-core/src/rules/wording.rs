//! How messages put values and lists of names into a sentence.

/// How many characters of a value a message shows.
const SHOWN: usize = 80;

/// Returns `text` in back-ticks, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}

/// Joins names the way a sentence does: `a`, `a or b`, `a, b or c`.
pub(crate) fn either<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

/// Joins names in back-ticks the way a sentence does: `` `a`, `b` or `c` ``.
pub(crate) fn either_quoted<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name.as_ref())).collect();
    either(&names)
}

/// Puts the right article before a word: `a policy`, `an exception`.
pub(crate) fn with_article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(either(&["role"]), "role");
        assert_eq!(either(&["role", "group", "term"]), "role, group or term");
        assert_eq!(either_quoted(&["a", "b"]), "`a` or `b`");
        assert_eq!(with_article("exception"), "an exception");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let shown = quoted(&"é".repeat(200));
        assert_eq!(shown.chars().count(), 80 + 3);
    }
}
