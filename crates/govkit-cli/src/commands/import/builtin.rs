//! The importers govkit has by itself: Markdown with front matter, and tables as CSV.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::config::{Config, Kind, Syntax, toml_string};
use govkit_core::edit::typed_value;
use govkit_core::front_matter::{FrontMatter, detect, split};
use govkit_core::outline::first_heading;
use govkit_core::value::Value;

use super::{ImportArgs, Source, key, toml};
use crate::context::Context;
use crate::error::hinted;

/// Their names, which a plugin of the repository may take over.
pub(super) const NAMES: [&str; 2] = ["markdown", "csv"];

/// Reads one foreign file.
pub(super) fn read(
    context: &Context<'_>,
    args: &ImportArgs,
    config: &Config,
    path: &Path,
    bytes: Vec<u8>,
) -> Result<Vec<Source>> {
    let text =
        String::from_utf8(bytes).with_context(|| format!("read `{}` as UTF-8", path.display()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let map = renamed(&args.map)?;
    match args.importer.as_str() {
        "csv" => csv(args, config, path, text, &map),
        _ => Ok(vec![markdown(context, args, config, path, text, &map)?]),
    }
}

/// `--map OLD=NEW` pairs.
fn renamed(map: &[String]) -> Result<BTreeMap<&str, &str>> {
    let pair = |text: &'_ String| {
        let pair = text
            .split_once('=')
            .filter(|(old, new)| !old.is_empty() && !new.is_empty());
        pair.map(|_| ()).ok_or_else(|| {
            hinted(
                format!("`--map {text}` is not OLD=NEW"),
                "for example `--map reviewed=review_by`",
            )
        })
    };
    map.iter().try_for_each(pair)?;
    Ok(map.iter().filter_map(|text| text.split_once('=')).collect())
}

fn kind<'c>(
    config: &'c Config,
    args: &ImportArgs,
    found: Option<&str>,
    place: &str,
) -> Result<&'c Kind> {
    let name = args.kind.as_deref().or(found).ok_or_else(|| {
        hinted(
            format!("{place} does not say what kind of artifact it is"),
            "`--kind policy` says it for all",
        )
    })?;
    super::known_kind(config, name)
}

fn markdown(
    context: &Context<'_>,
    args: &ImportArgs,
    config: &Config,
    path: &Path,
    text: &str,
    map: &BTreeMap<&str, &str>,
) -> Result<Source> {
    let place = format!("`{}`", path.display());
    let fences = [Syntax::Toml, Syntax::Yaml, Syntax::TomlFence];
    let fenced = ["+++", "---", "```toml"]
        .iter()
        .any(|fence| text.starts_with(fence));
    // A front matter that is damaged must not become part of the text.
    let found = match fenced {
        true => split(text, &fences).with_context(|| format!("read {place}"))?,
        false => detect(text),
    };
    let front = match found {
        Some(split) => FrontMatter::read_split(text, split, &context.limits)
            .with_context(|| format!("read the front matter of {place}"))?,
        None => FrontMatter::default(),
    };
    let body = text
        .get(front.body..)
        .unwrap_or("")
        .trim_start_matches(['\r', '\n']);
    let named = front
        .fields
        .key("kind")
        .and_then(|field| field.node.value.scalar());
    let kind = kind(config, args, named.as_deref(), &place)?;
    let mut source = Draft::new(kind);
    for (name, field) in front.fields.leaves() {
        if name == "kind" || matches!(field.node.value, Value::Null) {
            continue;
        }
        let name = map.get(name.as_str()).map_or(name.as_str(), |new| new);
        source
            .add(name, &field.node.value)
            .with_context(|| format!("take `{name}` of {place}"))?;
    }
    let stem = || {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let title = first_heading(body).or_else(stem).unwrap_or_default();
    Ok(source.finish(title, body.to_owned()))
}

fn csv(
    args: &ImportArgs,
    config: &Config,
    path: &Path,
    text: &str,
    map: &BTreeMap<&str, &str>,
) -> Result<Vec<Source>> {
    let read = || format!("read `{}` as CSV", path.display());
    let first = text.lines().next().unwrap_or("");
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|mark| count(*mark));
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let names: Vec<String> = table
        .headers()
        .with_context(read)?
        .iter()
        .map(|name| {
            map.get(name.trim())
                .map_or(name.trim(), |new| new)
                .to_owned()
        })
        .collect();
    let mut sources = Vec::new();
    for (row, record) in table.records().enumerate() {
        let record = record.with_context(read)?;
        let place = format!("row {} of `{}`", row + 2, path.display());
        let cells = names.iter().zip(record.iter().map(str::trim));
        let cells: Vec<(&String, &str)> = cells
            .filter(|(name, cell)| !name.is_empty() && !cell.is_empty())
            .collect();
        if cells.is_empty() {
            continue;
        }
        let cell = |wanted: &str| {
            cells
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, cell)| *cell)
        };
        let kind = kind(config, args, cell("kind"), &place)?;
        let mut source = Draft::new(kind);
        for (name, cell) in &cells {
            if !matches!(name.as_str(), "kind" | "body") {
                source
                    .typed(name, cell)
                    .with_context(|| format!("take `{name}` of {place}"))?;
            }
        }
        if source.title.is_none() {
            return Err(hinted(
                format!("{place} has no title"),
                "`--map NAME=title` says which column it is",
            ));
        }
        let title = source.title.clone().unwrap_or_default();
        let body = cell("body").map(|body| body.replace("\r\n", "\n"));
        sources.push(source.finish(
            String::new(),
            body.unwrap_or_else(|| format!("# {title}\n")),
        ));
    }
    Ok(sources)
}

/// An artifact in the making.
struct Draft<'k> {
    kind: &'k Kind,
    id: Option<String>,
    title: Option<String>,
    fields: String,
    status: bool,
}

impl<'k> Draft<'k> {
    fn new(kind: &'k Kind) -> Self {
        Self {
            kind,
            id: None,
            title: None,
            fields: String::new(),
            status: false,
        }
    }

    /// Takes a value that has a type; a declared field may ask for another one.
    fn add(&mut self, name: &str, value: &Value) -> Result<()> {
        let declared = self.kind.field(name).is_some()
            || self.kind.links.iter().any(|link| link.field == name)
            || self.is_own(name);
        match value.scalar() {
            Some(text) if declared => self.typed(name, &text),
            _ => {
                let json = serde_json::to_value(value).context("read the value")?;
                self.line(name, &toml(&json)?);
                Ok(())
            }
        }
    }

    /// Takes what somebody typed, as the kind wants it.
    fn typed(&mut self, name: &str, text: &str) -> Result<()> {
        if self.kind.id.field.as_deref().unwrap_or("id") == name {
            self.id = Some(self.kind.id.shaped(self.kind.id.raw(text)));
        } else if self.kind.title.as_deref().unwrap_or("title") == name {
            self.title = Some(text.split_whitespace().collect::<Vec<_>>().join(" "));
        } else {
            let value = typed_value(self.kind, name, text)?;
            self.line(name, &value);
        }
        Ok(())
    }

    /// Whether the field is one the artifact is known by.
    fn is_own(&self, name: &str) -> bool {
        let fields = [
            self.kind.id.field.as_deref(),
            self.kind.title.as_deref(),
            self.kind.status_field(),
        ];
        fields.contains(&Some(name)) || matches!(name, "id" | "title")
    }

    fn line(&mut self, name: &str, value: &str) {
        self.status |= self.kind.status_field() == Some(name);
        let _ = writeln!(self.fields, "{} = {value}", key(name));
    }

    /// A text that says nothing of its status begins as a new one does.
    fn finish(mut self, title: String, body: String) -> Source {
        let status = self.kind.status.as_ref().filter(|_| !self.status);
        let initial = status.and_then(|status| Some((&status.field, status.initial.as_ref()?)));
        if let Some((field, initial)) = initial {
            let line = format!("{} = {}\n", key(field), toml_string(initial));
            self.fields.insert_str(0, &line);
        }
        Source {
            kind: self.kind.name.clone(),
            id: self.id,
            title: self.title.unwrap_or(title),
            fields: self.fields,
            body,
        }
    }
}
