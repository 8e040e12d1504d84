//! `govkit import`

mod builtin;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use govkit_core::config::{Config, Kind};
use govkit_core::snapshot::At;
use govkit_core::template::{NewArtifact, imported_artifact};
use govkit_git::write::Replacement;
use govkit_host::{Imported, MAX_FOREIGN_BYTES, Role};

use crate::args::Format;
use crate::commands::init::refuse_unless_worktree;
use crate::commands::new::taken_ids;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::envelope;

/// Make artifacts of foreign files with an importer
///
/// `markdown` reads Markdown with YAML, TOML or no front matter, one artifact a file; `csv` reads a
/// table whose first row names the fields (`id`, `title`, `kind`, `body`, and those of the kind), one
/// artifact a row. Any other importer is a plugin; it reads the bytes and nothing else. Values
/// are read by the type the kind declares; a text without an id gets the next free one.
///
/// Nothing is written unless every file can be read and every artifact made, and no file that is
/// there is changed.
///
/// Formats: human, tsv (when piped: id, path), json.
///
/// Examples:
///   govkit import markdown --kind policy old/*.md --map reviewed=review_by
///   govkit import csv --kind risk register.csv
///   govkit import word policy.docx
///   govkit import --dry-run lines policies.txt
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ImportArgs {
    /// The importer: `markdown`, `csv`, or the name of a plugin
    importer: String,
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What they become, where they do not say so themselves; for `markdown` and `csv`
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Call a field by another name; for `markdown` and `csv`
    #[arg(long, value_name = "OLD=NEW")]
    map: Vec<String>,
    /// Print the texts instead of writing the files
    #[arg(long)]
    dry_run: bool,
}

/// What an importer made of a foreign text.
struct Source {
    kind: String,
    id: Option<String>,
    title: String,
    /// Fields as TOML lines.
    fields: String,
    body: String,
}

pub(crate) fn run(context: &Context<'_>, args: &ImportArgs) -> Result<Exit> {
    let format = context.ui.format(
        "import",
        &[Format::Human, Format::Tsv, Format::Json],
        Format::Tsv,
    )?;
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let config = context.config(&At::Worktree)?;
    let plugins = Plugins::load(context, &At::Worktree, &config, &[Role::Importer])?;
    let mut taken = taken_ids(context)?;
    let mut made: Vec<NewArtifact> = Vec::new();
    for path in &args.files {
        let bytes = foreign(&context.directory().join(path))?;
        for source in sources(context, args, (&config, &plugins), path, bytes)? {
            let artifact = artifact(context, &config, &source, &taken)
                .with_context(|| format!("make `{}` of `{}`", source.title, path.display()))?;
            taken.insert(artifact.id.clone());
            made.push(artifact);
        }
    }
    if args.dry_run {
        let texts: Vec<&str> = made.iter().map(|artifact| artifact.text.as_str()).collect();
        context
            .ui
            .report(|out| out.write_all(texts.join("\n").as_bytes()))?;
        return Ok(Exit::Clean);
    }
    let mut paths = BTreeSet::new();
    if let Some(twice) = made.iter().find(|artifact| !paths.insert(&artifact.path)) {
        return Err(hinted(
            format!(
                "two artifacts would be `{}`; nothing was written",
                twice.path
            ),
            "import them one by one",
        ));
    }
    let file = |artifact: &NewArtifact| Replacement {
        path: artifact.path.clone(),
        old: None,
        new: Some(artifact.text.as_bytes().to_vec()),
    };
    let files: Vec<Replacement> = made.iter().map(file).collect();
    context.repository()?.replace_files(&files)?;
    print(context, &made, format)?;
    Ok(Exit::Clean)
}

fn print(context: &Context<'_>, made: &[NewArtifact], format: Format) -> Result<()> {
    if context.global.quiet {
        let ids = made.iter().map(|artifact| artifact.id.as_str());
        return context.ui.ids(ids, context.global.null);
    }
    context.ui.report(|out| match format {
        Format::Json => {
            let item = |artifact: &NewArtifact| serde_json::json!({"id": artifact.id, "path": artifact.path.as_str()});
            let items: Vec<_> = made.iter().map(item).collect();
            envelope::json("import", &serde_json::json!({ "items": items }), out)
        }
        _ => made
            .iter()
            .try_for_each(|artifact| writeln!(out, "{}\t{}", artifact.id, artifact.path)),
    })
}

fn foreign(path: &Path) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("read `{}`", path.display()))?;
    let mut bytes = Vec::new();
    file.take(MAX_FOREIGN_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("read `{}`", path.display()))?;
    Ok(bytes)
}

/// Reads a foreign file with the importer that was named; a plugin comes before what is built in.
fn sources(
    context: &Context<'_>,
    args: &ImportArgs,
    (config, plugins): (&Config, &Plugins),
    path: &Path,
    bytes: Vec<u8>,
) -> Result<Vec<Source>> {
    let Some((plugin, ours)) = plugins.with_role(&args.importer, Role::Importer) else {
        if builtin::NAMES.contains(&args.importer.as_str()) {
            return builtin::read(context, args, config, path, bytes);
        }
        return Err(hinted(
            format!("no importer is called `{}`", args.importer),
            "there are `markdown`, `csv` and plugins: `govkit plugin list` shows what they do; govkit.toml enables them",
        ));
    };
    if args.kind.is_some() || !args.map.is_empty() {
        return Err(hinted(
            format!(
                "`{}` is a plugin, which says by itself what it makes",
                args.importer
            ),
            "leave `--kind` and `--map` out",
        ));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let found = plugin.import(&name, &bytes, ours)?.map_err(|failed| {
        hinted(
            format!("`{}`: {}", path.display(), failed.message),
            failed.help,
        )
    })?;
    found.into_iter().map(of_plugin).collect()
}

fn of_plugin(one: Imported) -> Result<Source> {
    let mut fields = String::new();
    for (name, json) in &one.fields {
        let value: serde_json::Value = serde_json::from_str(json)?;
        let _ = writeln!(fields, "{} = {}", key(name), toml(&value)?);
    }
    Ok(Source {
        kind: one.kind,
        id: one.id,
        title: one.title,
        fields,
        body: one.body,
    })
}

fn known_kind<'c>(config: &'c Config, name: &str) -> Result<&'c Kind> {
    config.kind(name).ok_or_else(|| {
        let known: Vec<&str> = config.kinds.iter().map(|kind| kind.name.as_str()).collect();
        hinted(
            format!("no kind is called `{name}`"),
            format!("there is {}", known.join(", ")),
        )
    })
}

fn artifact(
    context: &Context<'_>,
    config: &Config,
    source: &Source,
    taken: &BTreeSet<String>,
) -> Result<NewArtifact> {
    let mut random = || {
        let mut bytes = [0_u8; 4];
        // Without randomness the id only loses its surprise; a collision is still refused.
        let _ = getrandom::fill(&mut bytes);
        u32::from_le_bytes(bytes)
    };
    Ok(imported_artifact(
        known_kind(config, &source.kind)?,
        taken,
        source.id.as_deref(),
        &source.title,
        (&source.fields, &source.body),
        context.now()?,
        &mut random,
    )?)
}

/// A dotted path as TOML keys, each in quotes where it needs them.
fn key(path: &str) -> String {
    let bare = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let quoted = |part: &str| match bare(part) {
        true => part.to_owned(),
        false => text(part),
    };
    path.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// A JSON string is a TOML one but for `DEL`.
fn text(value: &str) -> String {
    serde_json::Value::from(value)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

fn toml(value: &serde_json::Value) -> Result<String> {
    use serde_json::Value;
    Ok(match value {
        Value::Null => anyhow::bail!("a value cannot be null"),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        // A day is a date, as in every artifact govkit writes.
        Value::String(day) if day.len() == 10 && day.parse::<jiff::civil::Date>().is_ok() => {
            day.clone()
        }
        Value::String(value) => text(value),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect::<Result<_>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let pair = |(name, value): (&String, &Value)| {
                Ok(format!(
                    "{} = {}",
                    key(&name.replace('.', "_")),
                    toml(value)?
                ))
            };
            let pairs: Vec<String> = map.iter().map(pair).collect::<Result<_>>()?;
            format!("{{ {} }}", pairs.join(", "))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_toml() {
        let value = serde_json::json!({"a": ["x\u{7f}\"", 1, true], "day": "2026-12-01", "b c": "2026-13-01"});
        assert_eq!(
            toml(&value).unwrap(),
            r#"{ a = ["x\u007f\"", 1, true], day = 2026-12-01, "b c" = "2026-13-01" }"#
        );
        assert_eq!(key("links.see also"), "links.\"see also\"");
    }
}
