//! What an exporter writes: files with portable paths that do not get in each other's way.

use std::collections::BTreeMap;

use crate::path::{PathError, RepoPath};

/// A file an exporter wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path below the output directory.
    pub path: RepoPath,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// How much an exporter may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputLimits {
    /// Files.
    pub files: usize,
    /// Bytes of one file.
    pub file_bytes: usize,
    /// Bytes of all files together.
    pub total_bytes: usize,
}

impl OutputLimits {
    /// The limits in force unless somebody says otherwise.
    pub const DEFAULT: Self = Self {
        // A page for each of 10,000 artifacts, and some more.
        files: 20_000,
        file_bytes: 16 << 20,
        total_bytes: 256 << 20,
    };
}

impl Default for OutputLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// The path could leave the output directory or cannot be written on every system.
    #[error(
        "`{}` is no path to write to: {reason}",
        crate::untrusted::Untrusted::line(path)
    )]
    Path {
        /// The path asked for.
        path: String,
        /// What is wrong with it.
        reason: PathError,
    },
    /// A letter written as base letter and combining mark: some systems would compose it and
    /// open another file.
    #[error("`{path}` has a combining mark; write the letter as one character")]
    Decomposed {
        /// The path asked for.
        path: RepoPath,
    },
    /// The path is there already.
    #[error("`{path}` was written already")]
    Twice {
        /// The path asked for.
        path: RepoPath,
    },
    /// The path differs from another in capitals only.
    #[error("`{path}` and `{other}` are one file where capitals do not count")]
    Twin {
        /// The path asked for.
        path: RepoPath,
        /// The path that is there.
        other: RepoPath,
    },
    /// One path is a file and a directory of another.
    #[error("`{file}` cannot be a file and the directory of `{below}`")]
    FileAndDirectory {
        /// The path of the file.
        file: RepoPath,
        /// The path below it.
        below: RepoPath,
    },
    /// More files than allowed.
    #[error("more than {limit} files")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A file of more bytes than allowed.
    #[error("`{path}` has {bytes} bytes, more than the {limit} a file may have")]
    FileTooBig {
        /// The path asked for.
        path: RepoPath,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More bytes in all than allowed.
    #[error("with `{path}` the files have more than {limit} bytes together")]
    TooBig {
        /// The path asked for.
        path: RepoPath,
        /// The limit.
        limit: usize,
    },
}

/// Where an exporter's files go, one after the other, each admitted by [`Outputs`] before.
pub trait Sink: Send {
    /// Takes a file. The error says in one sentence why it could not be kept, and ends the export.
    fn put(&mut self, file: OutputFile) -> Result<(), String>;
}

/// Keeps the files in memory, in the order they come.
impl Sink for Vec<OutputFile> {
    fn put(&mut self, file: OutputFile) -> Result<(), String> {
        self.push(file);
        Ok(())
    }
}

/// The paths of one export, each checked as it comes; the files themselves go elsewhere.
#[derive(Clone, Debug)]
pub struct Outputs {
    limits: OutputLimits,
    paths: Vec<RepoPath>,
    bytes: usize,
    /// Folded path of every file and of every directory above one, with the file it comes from.
    taken: BTreeMap<String, Taken>,
}

#[derive(Clone, Copy, Debug)]
enum Taken {
    File(usize),
    Directory(usize),
}

impl Outputs {
    /// Starts an export.
    pub fn new(limits: OutputLimits) -> Self {
        Self {
            limits,
            paths: Vec::new(),
            bytes: 0,
            taken: BTreeMap::new(),
        }
    }

    /// Admits a file of `size` bytes and returns its path; where it is refused nothing changes.
    pub fn admit(&mut self, path: &str, size: usize) -> Result<RepoPath, OutputError> {
        let path = RepoPath::portable(path).map_err(|reason| OutputError::Path {
            path: path.to_owned(),
            reason,
        })?;
        if path.as_str().chars().any(is_combining_mark) {
            return Err(OutputError::Decomposed { path });
        }
        self.check_size(&path, size)?;
        let folded = fold(path.as_str());
        self.check_place(&path, &folded)?;
        let index = self.paths.len();
        for (at, _) in folded.match_indices('/') {
            let directory = self.taken.entry(folded[..at].to_owned());
            directory.or_insert(Taken::Directory(index));
        }
        self.taken.insert(folded, Taken::File(index));
        self.bytes += size;
        self.paths.push(path.clone());
        Ok(path)
    }

    fn check_size(&self, path: &RepoPath, bytes: usize) -> Result<(), OutputError> {
        let limits = self.limits;
        if self.paths.len() >= limits.files {
            return Err(OutputError::TooMany {
                limit: limits.files,
            });
        }
        if bytes > limits.file_bytes {
            return Err(OutputError::FileTooBig {
                path: path.clone(),
                bytes,
                limit: limits.file_bytes,
            });
        }
        if self.bytes + bytes > limits.total_bytes {
            return Err(OutputError::TooBig {
                path: path.clone(),
                limit: limits.total_bytes,
            });
        }
        Ok(())
    }

    fn check_place(&self, path: &RepoPath, folded: &str) -> Result<(), OutputError> {
        let path_of = |index: usize| self.paths[index].clone();
        match self.taken.get(folded) {
            None => {}
            Some(Taken::Directory(index)) => {
                return Err(OutputError::FileAndDirectory {
                    file: path.clone(),
                    below: path_of(*index),
                });
            }
            Some(Taken::File(index)) => {
                let other = path_of(*index);
                let path = path.clone();
                return Err(match other == path {
                    true => OutputError::Twice { path },
                    false => OutputError::Twin { path, other },
                });
            }
        }
        for (at, _) in folded.match_indices('/') {
            if let Some(Taken::File(index)) = self.taken.get(&folded[..at]) {
                return Err(OutputError::FileAndDirectory {
                    file: path_of(*index),
                    below: path.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Folds capitals away the way file systems might: `ß`, `SS` and `ss` are one, so are `K` and
/// the Kelvin sign.
fn fold(path: &str) -> String {
    path.to_uppercase().to_lowercase()
}

fn is_combining_mark(ch: char) -> bool {
    matches!(ch, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(paths: &[&str]) -> Result<Vec<String>, OutputError> {
        let mut outputs = Outputs::new(OutputLimits::DEFAULT);
        for path in paths {
            outputs.admit(path, 0)?;
        }
        Ok(outputs.paths.iter().map(RepoPath::to_string).collect())
    }

    #[test]
    fn files_beside_each_other_are_admitted() {
        assert_eq!(
            outputs(&["b.md", "a/z.md", "a/b.md"]).unwrap(),
            ["b.md", "a/z.md", "a/b.md"]
        );
    }

    #[test]
    fn a_path_that_leaves_the_directory_is_refused() {
        for bad in [
            "../x",
            "/x",
            "a/../../x",
            "",
            "a//b",
            ".git/hooks/x",
            "COM1",
        ] {
            let error = outputs(&[bad]).unwrap_err();
            assert!(matches!(error, OutputError::Path { .. }), "{bad:?}");
        }
    }

    #[test]
    fn twins_by_capitals_are_refused() {
        let error = outputs(&["Register.csv", "register.CSV"]).unwrap_err();
        assert!(matches!(error, OutputError::Twin { .. }), "{error}");
        assert!(outputs(&["straße.md", "STRASSE.md"]).is_err());
        assert!(outputs(&["\u{212a}.md", "k.md"]).is_err());
        assert!(outputs(&["a/x.md", "A/X.md"]).is_err());
    }

    #[test]
    fn the_same_path_twice_is_refused() {
        let error = outputs(&["a.md", "a.md"]).unwrap_err();
        assert_eq!(error.to_string(), "`a.md` was written already");
    }

    #[test]
    fn a_file_is_no_directory_whichever_comes_first() {
        for paths in [["a", "A/b"], ["a/b", "A"]] {
            let error = outputs(&paths).unwrap_err();
            assert!(matches!(error, OutputError::FileAndDirectory { .. }));
        }
    }

    #[test]
    fn a_decomposed_letter_is_refused() {
        assert!(outputs(&["gru\u{308}n.md"]).is_err());
        assert!(outputs(&["grün.md"]).is_ok());
    }

    #[test]
    fn quotas_hold() {
        let limits = OutputLimits {
            files: 2,
            file_bytes: 3,
            total_bytes: 5,
        };
        let mut outputs = Outputs::new(limits);
        let too_big = outputs.admit("a", 4).unwrap_err();
        assert!(matches!(too_big, OutputError::FileTooBig { .. }));
        outputs.admit("a", 3).unwrap();
        let total = outputs.admit("b", 3).unwrap_err();
        assert!(matches!(total, OutputError::TooBig { .. }));
        outputs.admit("b", 2).unwrap();
        assert_eq!(
            outputs.admit("c", 0).unwrap_err(),
            OutputError::TooMany { limit: 2 }
        );
    }
}
