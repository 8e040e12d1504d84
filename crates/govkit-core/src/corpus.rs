//! A corpus: all artifacts of one revision, indexed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::artifact::{Artifact, ArtifactError, Link};
use crate::config::{Config, LinkDef};
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::position::Position;
use crate::snapshot::{File, Skipped, Snapshot, Source};

/// All artifacts of one revision, sorted by path, with the links between them in both directions.
#[derive(Debug)]
pub struct Corpus {
    config: Arc<Config>,
    source: Source,
    artifacts: Vec<Artifact>,
    by_id: HashMap<String, Vec<usize>>,
    paths: BTreeSet<RepoPath>,
    problems: Vec<Problem>,
    incoming: OnceLock<HashMap<String, Vec<(usize, usize)>>>,
}

/// A claimed file that is no artifact, or one whose front matter is damaged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: RepoPath,
    /// Where in it.
    pub position: Position,
    /// What is wrong.
    pub kind: ProblemKind,
    /// One sentence.
    pub message: String,
    /// The file's text, where it has one, so that a report can show the place.
    pub text: Option<Arc<str>>,
}

/// The rule a problem is reported under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The bytes cannot be had, are too many, or are no regular file.
    Unreadable,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The front matter cannot be read or has no id.
    FrontMatter,
}

impl Corpus {
    /// Marks the artifacts whose status needs approvals that are missing.
    pub fn mark_unapproved(&mut self, is_unapproved: impl Fn(&Artifact) -> bool + Sync) {
        self.artifacts
            .par_iter_mut()
            .for_each(|artifact| artifact.unapproved = is_unapproved(artifact));
    }

    /// Reads the artifacts of a snapshot, in parallel.
    ///
    /// A file that cannot be read becomes a [`Problem`]; it never stops the others.
    pub fn parse(snapshot: Snapshot, config: Arc<Config>, limits: &Limits) -> Self {
        let Snapshot {
            source,
            files,
            paths,
            skipped,
        } = snapshot;
        let read: Vec<Result<Artifact, Problem>> = files
            .into_par_iter()
            .filter_map(|file| read_file(file, &config, limits))
            .collect();
        let mut artifacts = Vec::with_capacity(read.len());
        let mut problems: Vec<Problem> = skipped
            .iter()
            .filter_map(|skipped| skipped_problem(skipped, &config))
            .collect();
        for result in read {
            match result {
                Ok(artifact) => {
                    problems.extend(damage_problem(&artifact));
                    artifacts.push(artifact);
                }
                Err(problem) => problems.push(problem),
            }
        }
        artifacts.sort_by(|a, b| a.path.cmp(&b.path));
        problems.sort();
        let mut by_id: HashMap<String, Vec<usize>> = HashMap::with_capacity(artifacts.len());
        for (index, artifact) in artifacts.iter().enumerate() {
            by_id.entry(artifact.id.clone()).or_default().push(index);
        }
        Self {
            config,
            source,
            artifacts,
            by_id,
            paths,
            problems,
            incoming: OnceLock::new(),
        }
    }

    /// Returns the configuration the corpus was read with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns where the corpus comes from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns all artifacts, sorted by path.
    pub fn artifacts(&self) -> &[Artifact] {
        &self.artifacts
    }

    /// Returns the claimed files that are no artifacts or whose front matter is damaged, sorted by path.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the artifact with this id; where several share it, the first by path.
    pub fn get(&self, id: &str) -> Option<&Artifact> {
        self.by_id
            .get(id)
            .and_then(|found| found.first())
            .map(|index| &self.artifacts[*index])
    }

    /// Returns every artifact with this id.
    pub fn all(&self, id: &str) -> impl Iterator<Item = &Artifact> {
        self.by_id
            .get(id)
            .into_iter()
            .flatten()
            .map(|index| &self.artifacts[*index])
    }

    /// Returns the artifact of a file.
    pub fn at_path(&self, path: &str) -> Option<&Artifact> {
        let at = self
            .artifacts
            .binary_search_by(|artifact| artifact.path.as_str().cmp(path))
            .ok()?;
        Some(&self.artifacts[at])
    }

    /// Finds what a user named: an id, a path, or an id without its shape (`20` for `EIP-20`).
    pub fn find(&self, name: &str) -> Option<&Artifact> {
        self.get(name)
            .or_else(|| self.at_path(name.strip_prefix("./").unwrap_or(name)))
            .or_else(|| {
                let mut shaped = self
                    .config
                    .kinds
                    .iter()
                    .filter(|kind| kind.id.shape.is_some())
                    .filter_map(|kind| self.get(&kind.id.shaped(name)));
                shaped.next().filter(|_| shaped.next().is_none())
            })
    }

    /// Whether a regular file of the revision has this path.
    pub fn has_file(&self, path: &str) -> bool {
        RepoPath::new(path).is_ok_and(|path| self.paths.contains(&path))
    }

    /// Whether the revision has a file below this directory.
    pub fn has_directory(&self, path: &str) -> bool {
        let below = format!("{}/", path.trim_end_matches('/'));
        let Ok(probe) = RepoPath::new(path.trim_end_matches('/')) else {
            return path.is_empty();
        };
        self.paths
            .range(probe..)
            .take_while(|found| found.as_str().starts_with(path))
            .any(|found| found.as_str().starts_with(&below))
    }

    /// Returns the artifacts that link to `id`, with the link, in path and then file order.
    pub fn incoming(&self, id: &str) -> impl Iterator<Item = (&Artifact, &Link)> {
        let index = self.incoming.get_or_init(|| {
            let mut index: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
            for (at, artifact) in self.artifacts.iter().enumerate() {
                for (nth, link) in artifact.links.iter().enumerate() {
                    index
                        .entry(link.target.clone())
                        .or_default()
                        .push((at, nth));
                }
            }
            index
        });
        index.get(id).into_iter().flatten().map(|(at, nth)| {
            let artifact = &self.artifacts[*at];
            (artifact, &artifact.links[*nth])
        })
    }

    /// Returns what the kind of `artifact` declares of `link`; steps and activities declare nothing.
    pub fn link_def(&self, artifact: &Artifact, link: &Link) -> Option<&LinkDef> {
        match link.origin {
            crate::artifact::LinkOrigin::Declared => {
                self.config.kind(&artifact.kind)?.link(&link.name)
            }
            _ => None,
        }
    }

    /// Returns how many artifacts there are of each kind.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for artifact in &self.artifacts {
            *counts.entry(&*artifact.kind).or_insert(0) += 1;
        }
        counts
    }
}

fn read_file(file: File, config: &Config, limits: &Limits) -> Option<Result<Artifact, Problem>> {
    let kind = config.claim(&file.entry.path)?;
    let path = file.entry.path;
    let problem = |kind, position, message| {
        Err(Problem {
            path: path.clone(),
            position,
            kind,
            message,
            text: None,
        })
    };
    let whole = Position { line: 1, column: 1 };
    let bytes = match file.bytes {
        Ok(bytes) => bytes,
        Err(reason) => return Some(problem(ProblemKind::Unreadable, whole, reason)),
    };
    if bytes.len() as u64 > limits.artifact_bytes {
        let message = format!(
            "the file has {} bytes, more than the {} an artifact may have",
            bytes.len(),
            limits.artifact_bytes
        );
        return Some(problem(ProblemKind::Unreadable, whole, message));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let byte = error.as_bytes().get(valid).copied().unwrap_or(0);
            let message = format!("byte {valid} (0x{byte:02x}) is not UTF-8");
            return Some(problem(
                ProblemKind::NotUtf8,
                Position::of(&before, before.len()),
                message,
            ));
        }
    };
    let text: Arc<str> = Arc::from(text);
    Some(
        Artifact::read(text.clone(), path.clone(), file.entry.blob, kind, limits).map_err(
            |error: ArtifactError| Problem {
                path,
                position: Position::of(&text, error.offset()),
                kind: ProblemKind::FrontMatter,
                message: error.to_string(),
                text: Some(text.clone()),
            },
        ),
    )
}

/// An artifact that only its path gives an id is one all the same; its front matter is a problem.
fn damage_problem(artifact: &Artifact) -> Option<Problem> {
    let error = artifact.damage.as_ref()?;
    Some(Problem {
        path: artifact.path.clone(),
        position: artifact.position(error.offset()),
        kind: ProblemKind::FrontMatter,
        message: error.to_string(),
        text: Some(artifact.text.clone()),
    })
}

/// A skipped name is a problem only where a kind would have claimed it.
fn skipped_problem(skipped: &Skipped, config: &Config) -> Option<Problem> {
    // A name that is no path is shown by its escaped form, if that could be one.
    let shown = || RepoPath::new(skipped.shown.clone()).ok();
    let path = skipped.path.clone().or_else(shown)?;
    config.claim(&path)?;
    let message = format!("the file is not read: {}", skipped.reason);
    Some(Problem {
        path,
        position: Position { line: 1, column: 1 },
        kind: ProblemKind::Unreadable,
        message,
        text: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_front_matter_costs_a_finding_and_not_the_artifact_its_path_names() {
        let config = Config::parse(
            "[kinds.eip]\npaths = 'E/*.md'\nsyntax = 'yaml'\nid = { field = 'eip', as = 'EIP-{}', path = 'E/eip-{id}.md' }\n",
            "govkit.toml",
        )
        .unwrap();
        let snapshot = Snapshot::of_files([
            ("E/eip-1.md", "---\neip: 1\n---\n"),
            ("E/eip-2.md", "---\neip: 2\nstatus: a\nstatus: b\n---\n"),
        ]);
        let corpus = Corpus::parse(snapshot, Arc::new(config), &Limits::DEFAULT);
        let ids: Vec<&str> = corpus
            .artifacts()
            .iter()
            .map(|artifact| artifact.id.as_str())
            .collect();
        assert_eq!(ids, ["EIP-1", "EIP-2"]);
        let problem = &corpus.problems()[0];
        assert_eq!(
            (problem.path.as_str(), problem.position.line),
            ("E/eip-2.md", 4)
        );
    }
}
