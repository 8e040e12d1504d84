//! How alike two files are, counted the way git's rename detection counts.
//!
//! Git cuts a file into chunks at line ends (and after 64 bytes), sums chunk lengths by a hash
//! of their content, and asks how many bytes of the old file the new one still has. The same
//! chunks, the same hash and the same order of questions give the same renames as
//! `git diff -M`; the numbers are part of what people compare us with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::path::RepoPath;

/// Full likeness.
const MAX_SCORE: u32 = 60_000;

/// Likeness from which git takes a removed and an added file for one that moved: 50 %.
pub const RENAME_THRESHOLD: u32 = 30_000;

/// Likeness from which a file name that is unique on both sides decides: 75 %.
const BASENAME_THRESHOLD: u32 = 45_000;

/// Removed times added files, squared root of, past which only exact and name matches are made.
const RENAME_LIMIT: usize = 1_000;

/// Old files remembered for each new file while the best pairs are looked for.
const CANDIDATES: usize = 4;

/// Chunk hashes are taken modulo this.
const HASH_BASE: u32 = 107_927;

/// Bytes of the start of a file in which a zero byte makes it binary.
const BINARY_PROBE: usize = 8_000;

/// Bytes after which a chunk ends even without a line end.
const CHUNK: u32 = 64;

/// A file cut into chunks: how many bytes there are of each chunk hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunks {
    /// By hash, ascending.
    counts: Vec<(u32, u32)>,
    bytes: u64,
}

impl Chunks {
    /// Cuts a file into chunks.
    pub fn of(bytes: &[u8]) -> Self {
        let is_text = !bytes[..bytes.len().min(BINARY_PROBE)].contains(&0);
        let mut counts: Vec<(u32, u32)> = Vec::with_capacity(bytes.len() / 32);
        let (mut one, mut two, mut length) = (0_u32, 0_u32, 0_u32);
        let mut end = |one: &mut u32, two: &mut u32, length: &mut u32| {
            let hash = one.wrapping_add(two.wrapping_mul(0x61)) % HASH_BASE;
            counts.push((hash, *length));
            (*one, *two, *length) = (0, 0, 0);
        };
        for (at, byte) in bytes.iter().enumerate() {
            if is_text && *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = one;
            one = (one << 7) ^ (two >> 25);
            two = (two << 7) ^ (before >> 25);
            one = one.wrapping_add(u32::from(*byte));
            length += 1;
            if length >= CHUNK || *byte == b'\n' {
                end(&mut one, &mut two, &mut length);
            }
        }
        if length > 0 {
            end(&mut one, &mut two, &mut length);
        }
        counts.sort_unstable();
        counts.dedup_by(|next, sum| {
            let same = next.0 == sum.0;
            if same {
                sum.1 += next.1;
            }
            same
        });
        Self {
            counts,
            bytes: bytes.len() as u64,
        }
    }
}

/// Returns how much of `new` comes from `old`: 0 to 60000, git's own scale.
///
/// Files whose sizes alone rule out [`RENAME_THRESHOLD`] score 0, as in git.
pub fn score(old: &Chunks, new: &Chunks) -> u32 {
    if !sizes_suit(old.bytes, new.bytes) {
        return 0;
    }
    let larger = old.bytes.max(new.bytes);
    let score = common(old, new) * u64::from(MAX_SCORE) / larger;
    u32::try_from(score).unwrap_or(MAX_SCORE)
}

/// Whether files of these sizes can be alike enough for one to be the other, moved.
pub fn sizes_suit(old: u64, new: u64) -> bool {
    let larger = old.max(new);
    let difference = larger - old.min(new);
    let room = u64::from(MAX_SCORE - RENAME_THRESHOLD);
    new > 0 && larger * room >= difference * u64::from(MAX_SCORE)
}

/// Bytes of chunks both files have.
fn common(old: &Chunks, new: &Chunks) -> u64 {
    let mut rest = new.counts.as_slice();
    let mut sum = 0;
    for (hash, count) in &old.counts {
        let at = rest.partition_point(|(other, _)| other < hash);
        rest = &rest[at..];
        if let Some((other, in_new)) = rest.first()
            && other == hash
        {
            sum += u64::from(*count.min(in_new));
        }
    }
    sum
}

/// Returns the similarity of two files in percent, rounded down, as `git diff -M` shows it.
pub fn percent(old: &[u8], new: &[u8]) -> u8 {
    if old == new {
        return 100;
    }
    if !sizes_suit(old.len() as u64, new.len() as u64) {
        return 0;
    }
    in_percent(score(&Chunks::of(old), &Chunks::of(new)))
}

/// Turns a [`score`] into percent, rounded down.
pub fn in_percent(score: u32) -> u8 {
    u8::try_from(score.min(MAX_SCORE) * 100 / MAX_SCORE).unwrap_or(100)
}

/// Pairs removed with added files as `git diff -M` does: `(removed, added, percent)` by index,
/// in the order of the added files.
///
/// Both lists are expected in path order, as git lists them.
pub fn pair_renames(
    removed: &[(RepoPath, &[u8])],
    added: &[(RepoPath, &[u8])],
) -> Vec<(usize, usize, u8)> {
    pair_files(&File::all(removed), &File::all(added))
}

/// A file that was removed or added.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// Its path.
    pub path: RepoPath,
    /// How many bytes it has.
    pub size: u64,
    /// Its bytes; may be left out where no file of the other side has a size that suits.
    pub bytes: &'a [u8],
}

impl<'a> File<'a> {
    fn all(files: &[(RepoPath, &'a [u8])]) -> Vec<Self> {
        let file = |(path, bytes): &(RepoPath, &'a [u8])| Self {
            path: path.clone(),
            size: bytes.len() as u64,
            bytes,
        };
        files.iter().map(file).collect()
    }
}

/// Like [`pair_renames`], for files of which not all were read.
pub fn pair_files(removed: &[File<'_>], added: &[File<'_>]) -> Vec<(usize, usize, u8)> {
    let mut pairs = Pairs {
        removed: Side::new(removed),
        added: Side::new(added),
        found: BTreeMap::new(),
    };
    pairs.exact();
    pairs.by_name();
    pairs.by_likeness();
    pairs
        .found
        .into_iter()
        .map(|(new, (old, score))| (old, new, in_percent(score)))
        .collect()
}

/// One side of the pairing; chunks are made when first asked for.
struct Side<'a> {
    files: &'a [File<'a>],
    chunks: Vec<Option<Chunks>>,
    used: Vec<bool>,
}

impl<'a> Side<'a> {
    fn new(files: &'a [File<'a>]) -> Self {
        Self {
            files,
            chunks: vec![None; files.len()],
            used: vec![false; files.len()],
        }
    }

    fn chunks(&mut self, at: usize) -> &Chunks {
        let bytes = self.files[at].bytes;
        self.chunks[at].get_or_insert_with(|| Chunks::of(bytes))
    }

    fn left(&self) -> Vec<usize> {
        (0..self.files.len()).filter(|at| !self.used[*at]).collect()
    }

    fn name(&self, at: usize) -> &'a str {
        self.files[at].path.file_name()
    }

    /// Names of the files that are left, with the index where only one has it.
    fn names(&self) -> HashMap<&'a str, Option<usize>> {
        let mut names = HashMap::new();
        for at in self.left() {
            names
                .entry(self.name(at))
                .and_modify(|index| *index = None)
                .or_insert(Some(at));
        }
        names
    }
}

struct Pairs<'a> {
    removed: Side<'a>,
    added: Side<'a>,
    /// By index of the added file: the removed file and the score.
    found: BTreeMap<usize, (usize, u32)>,
}

impl Pairs<'_> {
    fn record(&mut self, old: usize, new: usize, score: u32) {
        self.removed.used[old] = true;
        self.added.used[new] = true;
        self.found.insert(new, (old, score));
    }

    /// Most pairs are told apart by their sizes, before a file is cut into chunks.
    fn score(&mut self, old: usize, new: usize) -> u32 {
        let size = |side: &Side<'_>, at: usize| side.files[at].size;
        if !sizes_suit(size(&self.removed, old), size(&self.added, new)) {
            return 0;
        }
        score(self.removed.chunks(old), self.added.chunks(new))
    }

    /// First the files whose content did not change; of several, the one with the same name.
    fn exact(&mut self) {
        let mut by_content: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let mut sizes = BTreeSet::new();
        for (at, file) in self.removed.files.iter().enumerate() {
            by_content.entry(file.bytes).or_default().push(at);
            sizes.insert(file.size);
        }
        for new in 0..self.added.files.len() {
            let file = &self.added.files[new];
            let same = sizes.contains(&file.size).then_some(file.bytes);
            let Some(same) = same.and_then(|bytes| by_content.get(bytes)) else {
                continue;
            };
            let free = || same.iter().copied().filter(|old| !self.removed.used[*old]);
            let name = self.added.name(new);
            let best = free()
                .find(|old| self.removed.name(*old) == name)
                .or_else(|| free().next());
            if let Some(old) = best {
                self.record(old, new, MAX_SCORE);
            }
        }
    }

    /// Then the files whose name is unique on both sides, if they are alike enough.
    fn by_name(&mut self) {
        let (old_names, new_names) = (self.removed.names(), self.added.names());
        for old in self.removed.left() {
            let name = self.removed.name(old);
            let unique = |names: &HashMap<&str, Option<usize>>| names.get(name).copied().flatten();
            let (Some(_), Some(new)) = (unique(&old_names), unique(&new_names)) else {
                continue;
            };
            let score = self.score(old, new);
            if score >= BASENAME_THRESHOLD {
                self.record(old, new, score);
            }
        }
    }

    /// Then the rest, best pair first; of equal pairs, those that keep their name.
    fn by_likeness(&mut self) {
        let (old, new) = (self.removed.left(), self.added.left());
        if old.len().saturating_mul(new.len()) > RENAME_LIMIT * RENAME_LIMIT {
            return;
        }
        let mut pairs: Vec<Candidate> = Vec::new();
        for new in new {
            let mut best: Vec<Candidate> = Vec::new();
            for old in &old {
                let candidate = Candidate {
                    score: self.score(*old, new),
                    same_name: self.removed.name(*old) == self.added.name(new),
                    old: *old,
                    new,
                };
                keep_best(&mut best, candidate);
            }
            pairs.extend(best);
        }
        // The sort is stable: among equals the order of the files decides, as in git.
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rank()));
        for pair in pairs {
            let usable = pair.score >= RENAME_THRESHOLD;
            if usable && !self.removed.used[pair.old] && !self.added.used[pair.new] {
                self.record(pair.old, pair.new, pair.score);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Candidate {
    score: u32,
    same_name: bool,
    old: usize,
    new: usize,
}

impl Candidate {
    fn rank(&self) -> (u32, bool) {
        (self.score, self.same_name)
    }
}

/// Replaces the first of the worst, so that a later file of the same rank does not displace an
/// earlier one.
fn keep_best(best: &mut Vec<Candidate>, candidate: Candidate) {
    if best.len() < CANDIDATES {
        best.push(candidate);
        return;
    }
    let worst = best.iter_mut().reduce(|worst, other| {
        if other.rank() < worst.rank() {
            other
        } else {
            worst
        }
    });
    if let Some(worst) = worst
        && candidate.rank() > worst.rank()
    {
        *worst = candidate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_line_costs_its_bytes() {
        // 4 lines of 4 bytes, one of them replaced by another of 4 bytes: 12 of 16 are left.
        assert_eq!(
            percent(b"aaa\nbbb\nccc\nddd\n", b"aaa\nbbb\nccc\neee\n"),
            75
        );
        assert_eq!(
            percent(b"aaa\nbbb\nccc\nddd\n", b"aaa\nbbb\nccc\nddd\n"),
            100
        );
        // Moving lines about costs nothing.
        assert_eq!(percent(b"aaa\nbbb\n", b"bbb\naaa\n"), 100);
    }

    #[test]
    fn sizes_far_apart_are_not_compared() {
        assert_eq!(percent(b"aaa\n", b"aaa\nbbb\n"), 50);
        assert_eq!(percent(b"aaa\n", b"aaa\nbbb\ncc"), 0);
        assert_eq!(percent(b"", b"aaa\n"), 0);
        assert_eq!(percent(b"", b""), 100);
    }

    #[test]
    fn a_carriage_return_before_a_line_end_does_not_count_in_text() {
        // 8 bytes in common, the larger file has 10.
        assert_eq!(percent(b"aaa\nbbb\n", b"aaa\r\nbbb\r\n"), 80);
        assert_eq!(percent(b"a\0a\nbbb\n", b"a\0a\r\nbbb\r\n"), 0);
    }

    #[test]
    fn a_line_ends_a_chunk_after_64_bytes() {
        let long = "x".repeat(64);
        let (old, new) = (format!("{long}yyyy\n"), format!("{long}zzzz\n"));
        // 64 of 69 bytes are left.
        assert_eq!(percent(old.as_bytes(), new.as_bytes()), 92);
    }

    fn pairs(removed: &[(&str, &str)], added: &[(&str, &str)]) -> Vec<(usize, usize, u8)> {
        fn side<'a>(files: &[(&str, &'a str)]) -> Vec<(RepoPath, &'a [u8])> {
            let file =
                |(path, text): &(&str, &'a str)| (RepoPath::new(*path).unwrap(), text.as_bytes());
            files.iter().map(file).collect()
        }
        pair_renames(&side(removed), &side(added))
    }

    #[test]
    fn unchanged_content_goes_before_likeness() {
        let text = "one\ntwo\nthree\nfour\n";
        let found = pairs(
            &[("a.md", "one\ntwo\nthree\nFOUR\n"), ("b.md", text)],
            &[("c.md", text)],
        );
        assert_eq!(found, [(1, 0, 100)]);
    }

    #[test]
    fn of_equal_contents_the_name_decides() {
        let found = pairs(&[("x/a", "t\n"), ("x/b", "t\n")], &[("y/b", "t\n")]);
        assert_eq!(found, [(1, 0, 100)]);
    }

    #[test]
    fn unlike_files_are_not_paired() {
        assert_eq!(pairs(&[("a", "one\n")], &[("b", "two\n")]), []);
    }
}
