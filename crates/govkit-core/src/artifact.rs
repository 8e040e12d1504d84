//! An artifact: one governance document, its metadata, links, steps and outline.

mod id;
mod links;
mod parts;

pub(crate) use links::link_targets;

use std::sync::{Arc, OnceLock};

use crate::config::{Config, Kind};
use crate::front_matter::{FrontMatter, FrontMatterError};
use crate::limits::Limits;
use crate::outline::Outline;
use crate::path::RepoPath;
use crate::position::{Position, Span};
use crate::snapshot::BlobId;
use crate::value::{Field, Table};

pub use links::{Link, LinkOrigin};
pub use parts::{Activity, Param, Step};

/// A governance document: a policy, a process, a procedure, a role, a term…
#[derive(Clone, Debug)]
pub struct Artifact {
    /// Its id, unique in a corpus.
    pub id: String,
    /// The place the id was written at; the start of the file when it comes from the path.
    pub id_span: Span,
    /// The name of its kind.
    pub kind: Arc<str>,
    /// Its file.
    pub path: RepoPath,
    /// Its blob, where known.
    pub blob: Option<BlobId>,
    /// The whole file.
    pub text: Arc<str>,
    /// Front-matter fields, in file order, with places.
    pub fields: Table,
    /// Offset of the body's first byte.
    pub body: usize,
    /// Its title: the field, else the first heading, else the id.
    pub title: String,
    /// Typed links, in file order.
    pub links: Vec<Link>,
    /// Steps of a procedure.
    pub steps: Vec<Step>,
    /// Activities of a process.
    pub activities: Vec<Activity>,
    /// Parameters it defines.
    pub params: Vec<Param>,
    /// Whether its status needs approvals that are missing; whoever reads approvals says so.
    pub unapproved: bool,
    /// Why its front matter could not be read; then it has an id from its path, and no fields.
    pub damage: Option<FrontMatterError>,
    outline: OnceLock<Outline>,
}

/// Why a claimed file is no artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// The front matter cannot be read.
    #[error(transparent)]
    FrontMatter(#[from] FrontMatterError),
    /// No id where the kind says it is.
    #[error("no id: {0}")]
    NoId(String),
}

impl ArtifactError {
    /// Returns the offset in the file the error is about.
    pub fn offset(&self) -> usize {
        match self {
            Self::FrontMatter(error) => error.offset(),
            Self::NoId(_) => 0,
        }
    }
}

impl Artifact {
    /// Reads an artifact of `kind` from the text of its file.
    pub fn read(
        text: Arc<str>,
        path: RepoPath,
        blob: Option<BlobId>,
        kind: &Kind,
        limits: &Limits,
    ) -> Result<Self, ArtifactError> {
        let (FrontMatter { fields, body }, damage) = read_front_matter(&text, &path, kind, limits)?;
        let (id, id_span) = id::of(&fields, &path, kind)?;
        let mut artifact = Self {
            id,
            id_span,
            kind: Arc::from(kind.name.as_str()),
            path,
            blob,
            fields,
            body,
            title: String::new(),
            links: Vec::new(),
            steps: Vec::new(),
            activities: Vec::new(),
            params: Vec::new(),
            unapproved: false,
            damage,
            outline: OnceLock::new(),
            text,
        };
        artifact.title = artifact.find_title(kind);
        artifact.params = parts::params(&artifact.fields);
        if kind.steps.is_some() {
            artifact.steps = parts::steps(&artifact.fields);
        }
        if kind.activities.is_some() {
            artifact.activities = parts::activities(&artifact.fields);
        }
        artifact.links = links::read(&artifact, kind);
        Ok(artifact)
    }

    /// Returns the body: Markdown after the front matter.
    pub fn body_text(&self) -> &str {
        self.text.get(self.body..).unwrap_or("")
    }

    /// Returns the outline of the body; the first call parses it.
    pub fn outline(&self) -> &Outline {
        self.outline
            .get_or_init(|| Outline::parse(&self.text, self.body))
    }

    /// Returns the field at a dotted path.
    pub fn field(&self, path: &str) -> Option<&Field> {
        self.fields.field(path)
    }

    /// Returns the text of a scalar field.
    pub fn scalar(&self, path: &str) -> Option<String> {
        self.field(path)?.node.value.scalar()
    }

    /// Returns the status, where the kind has one.
    pub fn status(&self, config: &Config) -> Option<String> {
        self.scalar(config.kind(&self.kind)?.status_field().unwrap_or("status"))
    }

    /// Returns the status as it counts: one that needs approvals which are missing says so,
    /// `effective (unapproved)`.
    pub fn standing_status(&self, config: &Config) -> Option<String> {
        let status = self.status(config)?;
        Some(match self.unapproved {
            true => unapproved(&status),
            false => status,
        })
    }

    /// Returns the owner's id, where there is one.
    pub fn owner(&self, config: &Config) -> Option<String> {
        self.field(config.kind(&self.kind)?.owner.as_deref()?)
            .map(|field| field.node.value.display())
    }

    /// Returns the one-sentence summary, where there is one.
    pub fn summary(&self, config: &Config) -> Option<String> {
        self.scalar(config.kind(&self.kind)?.summary.as_deref()?)
    }

    /// Returns the SHA-256 of the whole file as `sha256:<hex>`, what `sha256sum` prints.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        let hash = Sha256::digest(self.text.as_bytes());
        hash.iter().fold(String::from("sha256:"), |out, byte| {
            out + &format!("{byte:02x}")
        })
    }

    /// Returns the position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        Position::of(&self.text, offset)
    }

    fn find_title(&self, kind: &Kind) -> String {
        let field = kind
            .title
            .as_deref()
            .and_then(|field| self.scalar(field))
            .filter(|title| !title.trim().is_empty());
        field
            .or_else(|| crate::outline::first_heading(self.body_text()))
            .unwrap_or_else(|| self.id.clone())
    }
}

/// Returns how a status is shown whose approvals are missing.
pub fn unapproved(status: &str) -> String {
    format!("{status} (unapproved)")
}

/// Reads the front matter; a file whose path gives it an id stays an artifact without one.
fn read_front_matter(
    text: &str,
    path: &RepoPath,
    kind: &Kind,
    limits: &Limits,
) -> Result<(FrontMatter, Option<FrontMatterError>), FrontMatterError> {
    match FrontMatter::read(text, &kind.syntaxes, limits) {
        Ok(front) => Ok((front, None)),
        Err(error) if kind.id.from_path(path.as_str()).is_some() => {
            let split = crate::front_matter::split(text, &kind.syntaxes)
                .ok()
                .flatten();
            let body = split.map_or(0, |split| split.body);
            Ok((
                FrontMatter {
                    body,
                    ..FrontMatter::default()
                },
                Some(error),
            ))
        }
        Err(error) => Err(error),
    }
}
