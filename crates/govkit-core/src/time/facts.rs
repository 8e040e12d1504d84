//! What one text says that time depends on; nothing here is derived from its path.

use crate::artifact::link_targets;
use crate::config::{FieldRole, Kind, LinkDef};
use crate::front_matter::FrontMatter;
use crate::limits::Limits;
use crate::time::Moment;
use crate::value::Table;

/// What one text says, read as one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether it has no front matter that can be read.
    pub damaged: bool,
    /// The id its field gives, shaped; `None` where the path has to give it.
    pub id: Option<String>,
    /// The title, from the field or the first heading.
    pub title: Option<String>,
    /// The status.
    pub status: Option<String>,
    /// From when on it says it holds.
    pub effective: Option<Moment>,
    /// The first second at which it is void.
    pub void: Option<Moment>,
    /// The ids it says it supersedes.
    pub supersedes: Vec<String>,
    /// The ids it says supersede it.
    pub superseded_by: Vec<String>,
}

impl Facts {
    /// Reads the bytes of a file of `kind`.
    pub fn read(bytes: &[u8], kind: &Kind, limits: &Limits) -> Self {
        let damaged = Self {
            damaged: true,
            ..Self::default()
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            return damaged;
        };
        let Ok(front) = FrontMatter::read(text, &kind.syntaxes, limits) else {
            return damaged;
        };
        let fields = &front.fields;
        let scalar = |name: Option<&str>| {
            let text = fields.field(name?)?.node.value.scalar()?;
            Some(text).filter(|text| !text.trim().is_empty())
        };
        let id = scalar(kind.id.field.as_deref()).map(|raw| kind.id.shaped(raw.trim()));
        let title = scalar(kind.title.as_deref())
            .or_else(|| crate::outline::first_heading(text.get(front.body..)?));
        let moments = |role, of: fn(&crate::value::Value) -> Option<Moment>| {
            let named = kind.fields_with_role(role);
            named.filter_map(move |def| of(&fields.field(&def.name)?.node.value))
        };
        Self {
            damaged: false,
            id,
            title,
            status: scalar(Some(kind.status_field().unwrap_or("status"))),
            effective: moments(FieldRole::Effective, Moment::of_value).max(),
            void: moments(FieldRole::Expiry, Moment::end_of_value).min(),
            supersedes: targets(fields, kind, text, supersedes),
            superseded_by: targets(fields, kind, text, is_superseded_by),
        }
    }
}

/// Whether the target of the link gives way to the artifact that has it.
fn supersedes(link: &LinkDef) -> bool {
    link.name == "supersedes"
        || matches!(
            link.inverse.as_deref(),
            Some("superseded_by" | "superseded-by")
        )
}

/// Whether the artifact that has the link gives way to its target.
fn is_superseded_by(link: &LinkDef) -> bool {
    matches!(link.name.as_str(), "superseded_by" | "superseded-by")
        || link.inverse.as_deref() == Some("supersedes")
}

fn targets(fields: &Table, kind: &Kind, text: &str, wanted: fn(&LinkDef) -> bool) -> Vec<String> {
    let links = kind.links.iter().filter(|link| wanted(link));
    let mut targets: Vec<String> = links
        .flat_map(|link| link_targets(fields, link, text))
        .map(|(target, _)| target)
        .collect();
    targets.sort();
    targets.dedup();
    targets
}
