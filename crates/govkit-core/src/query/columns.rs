//! What an artifact has to show under the name of a column or a field.

use super::Item;
use crate::artifact::{Artifact, LinkOrigin};
use crate::config::Config;
use crate::value::Value;

/// The values a field has: what govkit knows of an artifact, else a front-matter field, else
/// the targets of a link.
pub(super) fn items(artifact: &Artifact, config: &Config, name: &str) -> Vec<Item> {
    if let Some(text) = built_in(artifact, config, name) {
        return text.into_iter().map(Item::text).collect();
    }
    let mut items = Vec::new();
    match field_of(artifact, config, name) {
        Some(value) => collect(value, &mut items),
        None => items.extend(targets(artifact, name).map(Item::text)),
    }
    items
}

fn field_of<'a>(artifact: &'a Artifact, config: &Config, name: &str) -> Option<&'a Value> {
    let owner = config
        .kind(&artifact.kind)
        .and_then(|kind| kind.owner.as_deref());
    let path = owner.filter(|_| name == "owner").unwrap_or(name);
    artifact.field(path).map(|field| &field.node.value)
}

fn targets<'a>(artifact: &'a Artifact, name: &str) -> impl Iterator<Item = &'a str> {
    let links = artifact.links.iter();
    links
        .filter(move |link| link.origin == LinkOrigin::Declared && link.name == name)
        .map(|link| link.target.as_str())
}

fn collect(value: &Value, items: &mut Vec<Item>) {
    match value {
        Value::Array(values) => values.iter().for_each(|node| collect(&node.value, items)),
        Value::Null => {}
        value => items.push(Item {
            text: value.display(),
            is_number: matches!(value, Value::Integer(_) | Value::Float { .. }),
        }),
    }
}

/// What govkit knows of every artifact; the outer `None` means: ask the front matter.
fn built_in(artifact: &Artifact, config: &Config, name: &str) -> Option<Option<String>> {
    Some(match name {
        "id" => Some(artifact.id.clone()),
        "kind" => Some(artifact.kind.to_string()),
        "title" => Some(artifact.title.clone()),
        "path" => Some(artifact.path.as_str().to_owned()),
        "status" => artifact.standing_status(config),
        "summary" => artifact.summary(config),
        "digest" => Some(artifact.digest()),
        _ => return None,
    })
}

/// Returns what `--fields` shows of an artifact: `id`, `kind`, `title`, `status`, `owner`,
/// `path`, `summary`, `digest`, any front-matter field by its dotted path, or the targets of a
/// link; `None` where it has no such thing.
pub fn column(artifact: &Artifact, config: &Config, name: &str) -> Option<String> {
    if let Some(text) = built_in(artifact, config, name) {
        return text;
    }
    if let Some(value) = field_of(artifact, config, name) {
        return Some(value.display());
    }
    let targets: Vec<&str> = targets(artifact, name).collect();
    (!targets.is_empty()).then(|| targets.join(", "))
}
