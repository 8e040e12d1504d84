//! The name a writer may have meant.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Names longer than this are not compared; nobody mistypes them by a letter.
const LONGEST: usize = 64;

/// Returns the candidate nearest to `name`: at most two edits away, one where the name is
/// short, case aside. `None` where two are equally near, for then a guess helps nobody.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name)?;
    let most = if name.len() < 4 { 1 } else { 2 };
    let mut best: Option<(usize, &str)> = None;
    let mut tie = false;
    for candidate in candidates {
        let Some(distance) = folded(candidate).map(|candidate| edits(&name, &candidate)) else {
            continue;
        };
        match best {
            Some((least, found)) if least == distance => tie |= found != candidate,
            Some((least, _)) if least < distance => {}
            _ if distance <= most => {
                best = Some((distance, candidate));
                tie = false;
            }
            _ => {}
        }
    }
    best.filter(|_| !tie).map(|(_, candidate)| candidate)
}

/// Returns the sentence that offers `candidate`, where there is one.
pub fn did_you_mean(candidate: Option<&str>) -> Option<String> {
    candidate.map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Many names, indexed so that a near one is found without comparing all.
///
/// The index maps each name, and each name with one letter left out, to the name: two names
/// one edit apart then share an entry.
pub(crate) struct Names<'a> {
    names: Vec<&'a str>,
    entries: Vec<(u64, u32)>,
}

impl<'a> Names<'a> {
    /// Indexes `names`.
    pub(crate) fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.collect();
        let mut entries = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let Some(name) = folded(name) else { continue };
            entries.extend(keys(&name).map(|key| (key, at as u32)));
        }
        entries.sort_unstable();
        entries.dedup();
        Self { names, entries }
    }

    /// Returns the name nearest to `name`; see [`nearest`].
    pub(crate) fn nearest(&self, name: &str) -> Option<&'a str> {
        let wanted = folded(name)?;
        let mut found: Vec<u32> = keys(&wanted)
            .flat_map(|key| {
                let from = self.entries.partition_point(|entry| entry.0 < key);
                let with_key = self.entries[from..].iter();
                with_key
                    .take_while(move |entry| entry.0 == key)
                    .map(|entry| entry.1)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        nearest(name, found.into_iter().map(|at| self.names[at as usize]))
    }
}

fn folded(name: &str) -> Option<Vec<char>> {
    if name.is_empty() || name.len() > LONGEST * 4 {
        return None;
    }
    let folded: Vec<char> = name.to_lowercase().chars().collect();
    (folded.len() <= LONGEST).then_some(folded)
}

/// The hash of a name and of each name one letter shorter.
fn keys(name: &[char]) -> impl Iterator<Item = u64> {
    (0..=name.len()).map(|skip| {
        let mut hasher = DefaultHasher::new();
        for (at, ch) in name.iter().enumerate() {
            if at != skip {
                ch.hash(&mut hasher);
            }
        }
        hasher.finish()
    })
}

/// The edits between two names: letters put in, left out, replaced, or swapped with the next.
fn edits(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; width];
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = last;
        last = row;
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_nearest_name_is_offered() {
        let known = ["governed_by", "implements", "uses"];
        assert_eq!(nearest("goverend_by", known), Some("governed_by"));
        assert_eq!(nearest("Implements", known), Some("implements"));
        assert_eq!(nearest("use", known), Some("uses"));
        assert_eq!(nearest("x", known), None);
        assert_eq!(
            nearest("POL-010", ["POL-011", "POL-012"]),
            None,
            "a tie is no answer"
        );
    }

    #[test]
    fn the_index_finds_what_comparing_all_finds() {
        let names = ["ROLE-ciso", "ROLE-cio", "GROUP-desk", "POL-001"];
        let index = Names::new(names.into_iter());
        assert_eq!(index.nearest("ROLE-cisos"), Some("ROLE-ciso"));
        assert_eq!(index.nearest("role-CISO"), Some("ROLE-ciso"));
        assert_eq!(
            index.nearest("GRUOP-desk"),
            Some("GROUP-desk"),
            "two letters swapped"
        );
        assert_eq!(index.nearest("POL-0001"), Some("POL-001"));
        assert_eq!(index.nearest("SVC-x"), None);
    }

    #[test]
    fn edits_are_counted() {
        let count = |a: &str, b: &str| {
            edits(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        assert_eq!(count("abc", "abc"), 0);
        assert_eq!(count("abc", "acb"), 1);
        assert_eq!(count("abc", "abcd"), 1);
        assert_eq!(count("kitten", "sitten"), 1);
        assert_eq!(count("ab", "abcdef"), usize::MAX);
    }
}
