//! An artifact: one governance document, its metadata, links, steps and outline.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Config, Kind, LinkDef, shape};
use crate::front_matter::{FrontMatter, FrontMatterError};
use crate::limits::Limits;
use crate::outline::Outline;
use crate::path::RepoPath;
use crate::position::{Position, Span};
use crate::snapshot::BlobId;
use crate::value::{Field, Node, Table, Value};

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
    /// Why its front matter could not be read; then it has an id from its path, and no fields.
    pub damage: Option<FrontMatterError>,
    outline: OnceLock<Outline>,
}

/// A typed link from one artifact to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The link's name: `governed_by`; `who` for a step's actor; `r`, `a`, `c`, `i` for an activity's.
    pub name: String,
    /// The target's id, shaped.
    pub target: String,
    /// The section of the target, where one is named: `escalation` of `POL-014#escalation`.
    pub section: Option<String>,
    /// Where the target is written.
    pub span: Span,
    /// Whether it comes from a declared link, a step or an activity.
    pub origin: LinkOrigin,
}

/// Where a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkOrigin {
    /// A link the kind declares.
    Declared,
    /// The `who` of the step with this index.
    Step(usize),
    /// A RACI entry of the activity with this index.
    Activity(usize),
}

/// A step of a procedure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// Its id inside the procedure; `step-N` counted from 1 when none is written.
    pub id: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: String,
    /// Who does it.
    pub who: Vec<String>,
    /// What sets it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// What it needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What proves it was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The step's place.
    #[serde(skip)]
    pub span: Span,
    /// The fields as written, with places.
    #[serde(skip)]
    pub fields: Table,
}

/// An activity of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Activity {
    /// Its id inside the process; `activity-N` counted from 1 when none is written.
    pub id: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: String,
    /// Responsible: who does it.
    pub r: Vec<String>,
    /// Accountable: who answers for it.
    pub a: Vec<String>,
    /// Consulted before.
    pub c: Vec<String>,
    /// Informed after.
    pub i: Vec<String>,
    /// The activity's place.
    #[serde(skip)]
    pub span: Span,
    /// The fields as written, with places.
    #[serde(skip)]
    pub fields: Table,
}

/// A parameter: a value that prose inserts with `{{ name }}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Where the value is written.
    pub span: Span,
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
        let (id, id_span) = id_of(&fields, &path, kind)?;
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
            damage,
            outline: OnceLock::new(),
            text,
        };
        artifact.title = artifact.find_title(kind);
        artifact.params = artifact.read_params();
        if kind.steps.is_some() {
            artifact.steps = tables_at(&artifact.fields, "steps")
                .enumerate()
                .map(step)
                .collect();
        }
        if kind.activities.is_some() {
            artifact.activities = tables_at(&artifact.fields, "activities")
                .enumerate()
                .map(activity)
                .collect();
        }
        artifact.links = artifact.read_links(kind);
        Ok(artifact)
    }

    /// Reads only the id, from the front matter or the path; `None` where there is none to read.
    pub fn id_in(text: &str, path: &RepoPath, kind: &Kind, limits: &Limits) -> Option<String> {
        if kind.id.field.is_none() {
            return kind.id.from_path(path.as_str());
        }
        let front = FrontMatter::read(text, &kind.syntaxes, limits).ok()?;
        Some(id_of(&front.fields, path, kind).ok()?.0)
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

    fn read_params(&self) -> Vec<Param> {
        let Some(Value::Table(table)) = self.fields.key("params").map(|field| &field.node.value)
        else {
            return Vec::new();
        };
        let param = |field: &Field| Param {
            name: field.key.clone(),
            value: field.node.value.display(),
            span: field.node.span,
        };
        table.0.iter().map(param).collect()
    }

    fn read_links(&self, kind: &Kind) -> Vec<Link> {
        let mut links = Vec::new();
        for def in &kind.links {
            let Some(field) = self.fields.field(&def.field) else {
                continue;
            };
            for (raw, span) in targets(&field.node, def.separator.as_deref(), &self.text) {
                let (raw, section) = section_of(&raw, def.external);
                let target = shape(def.shape.as_deref(), raw);
                links.push(Link {
                    name: def.name.clone(),
                    target,
                    section,
                    span,
                    origin: LinkOrigin::Declared,
                });
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            push_actors(
                &mut links,
                &step.fields,
                "who",
                LinkOrigin::Step(index),
                &self.text,
            );
        }
        for (index, activity) in self.activities.iter().enumerate() {
            for part in ["r", "a", "c", "i"] {
                push_actors(
                    &mut links,
                    &activity.fields,
                    part,
                    LinkOrigin::Activity(index),
                    &self.text,
                );
            }
        }
        links.sort_by_key(|link| (link.span.start, link.span.end));
        links
    }
}

/// Splits `POL-014#escalation`; an address from outside keeps its `#`.
fn section_of(raw: &str, external: bool) -> (&str, Option<String>) {
    match raw.split_once('#') {
        Some((id, section)) if !external && !id.is_empty() && !section.is_empty() => {
            if id.contains("://") {
                return (raw, None);
            }
            (id, Some(section.to_owned()))
        }
        _ => (raw, None),
    }
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

fn push_actors(links: &mut Vec<Link>, fields: &Table, name: &str, origin: LinkOrigin, text: &str) {
    let Some(field) = fields.key(name) else {
        return;
    };
    for (target, span) in targets(&field.node, None, text) {
        links.push(Link {
            name: name.to_owned(),
            target,
            section: None,
            span,
            origin,
        });
    }
}

fn id_of(fields: &Table, path: &RepoPath, kind: &Kind) -> Result<(String, Span), ArtifactError> {
    if let Some(name) = &kind.id.field
        && let Some(field) = fields.field(name)
        && let Some(raw) = field
            .node
            .value
            .scalar()
            .filter(|raw| !raw.trim().is_empty())
    {
        return Ok((kind.id.shaped(raw.trim()), field.node.span));
    }
    if let Some(id) = kind.id.from_path(path.as_str()) {
        return Ok((id, Span::default()));
    }
    Err(ArtifactError::NoId(match &kind.id.field {
        Some(field) => format!("the front matter has no `{field}`"),
        None => "the path fits none of the kind's `id.path` patterns".to_owned(),
    }))
}

/// The targets of one declared link, shaped and without a section, each with its place.
pub(crate) fn link_targets(fields: &Table, def: &LinkDef, text: &str) -> Vec<(String, Span)> {
    let Some(field) = fields.field(&def.field) else {
        return Vec::new();
    };
    targets(&field.node, def.separator.as_deref(), text)
        .into_iter()
        .map(|(raw, span)| {
            let (id, _) = section_of(&raw, def.external);
            (shape(def.shape.as_deref(), id), span)
        })
        .collect()
}

/// The targets in a link's value: a scalar, a separated string, or a list of scalars, each with its place.
fn targets(node: &Node, separator: Option<&str>, text: &str) -> Vec<(String, Span)> {
    match &node.value {
        Value::Array(items) => items
            .iter()
            .flat_map(|item| targets(item, separator, text))
            .collect(),
        Value::String(value) => match separator {
            Some(separator) => split_targets(value, separator, node.span, text),
            None if value.trim().is_empty() => Vec::new(),
            None => vec![(value.trim().to_owned(), node.span)],
        },
        other => other
            .scalar()
            .map(|target| (target, node.span))
            .into_iter()
            .collect(),
    }
}

fn split_targets(value: &str, separator: &str, span: Span, text: &str) -> Vec<(String, Span)> {
    // A quoted or folded value differs from its source; then each part is searched in it.
    let source = span.of(text);
    let mut from = 0;
    let mut out = Vec::new();
    for part in value
        .split(separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let found = source
            .get(from..)
            .and_then(|rest| rest.find(part))
            .map(|at| from + at);
        let place = found.map_or(span, |at| {
            Span::new(span.start + at, span.start + at + part.len())
        });
        from = found.map_or(from, |at| at + part.len());
        out.push((part.to_owned(), place));
    }
    out
}

fn tables_at<'a>(fields: &'a Table, name: &str) -> impl Iterator<Item = (&'a Table, Span)> {
    let items = match fields.key(name).map(|field| &field.node.value) {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| match &item.value {
        Value::Table(table) => Some((table, item.span)),
        _ => None,
    })
}

/// The texts of a field that may be one text or a list of them.
fn texts(fields: &Table, name: &str) -> Vec<String> {
    match fields.key(name).map(|field| &field.node.value) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.value.scalar())
            .collect(),
        Some(value) => value.scalar().into_iter().collect(),
        None => Vec::new(),
    }
}

fn text_of(fields: &Table, name: &str) -> Option<String> {
    fields
        .key(name)
        .map(|field| field.node.value.display())
        .filter(|text| !text.is_empty())
}

fn step((index, (fields, span)): (usize, (&Table, Span))) -> Step {
    Step {
        id: text_of(fields, "id").unwrap_or_else(|| format!("step-{}", index + 1)),
        action: text_of(fields, "do").unwrap_or_default(),
        who: texts(fields, "who"),
        when: text_of(fields, "when"),
        within: text_of(fields, "within"),
        needs: texts(fields, "needs"),
        evidence: texts(fields, "evidence"),
        span,
        fields: fields.clone(),
    }
}

fn activity((index, (fields, span)): (usize, (&Table, Span))) -> Activity {
    Activity {
        id: text_of(fields, "id").unwrap_or_else(|| format!("activity-{}", index + 1)),
        action: text_of(fields, "do").unwrap_or_default(),
        r: texts(fields, "r"),
        a: texts(fields, "a"),
        c: texts(fields, "c"),
        i: texts(fields, "i"),
        span,
        fields: fields.clone(),
    }
}
