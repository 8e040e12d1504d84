//! `govkit import`

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use govkit_core::snapshot::At;
use govkit_core::template::{NewArtifact, imported_artifact};
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
/// The importer is a plugin; it reads the bytes and nothing else. Nothing is written unless every
/// file can be read and every artifact made, and no file that is there is changed.
///
/// Formats: human, tsv (when piped: id, path), json.
///
/// Examples:
///   govkit import word policy.docx
///   govkit import --dry-run lines policies.txt
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ImportArgs {
    /// The importer: the name of a plugin
    importer: String,
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print the texts instead of writing the files
    #[arg(long)]
    dry_run: bool,
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
    let Some((plugin, ours)) = plugins.with_role(&args.importer, Role::Importer) else {
        return Err(hinted(
            format!("no importer is called `{}`", args.importer),
            "`govkit plugin list` shows what plugins do; govkit.toml enables them",
        ));
    };
    let mut taken = taken_ids(context)?;
    let mut made: Vec<NewArtifact> = Vec::new();
    for path in &args.files {
        let bytes = foreign(&context.directory().join(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = plugin.import(&name, &bytes, ours)?.map_err(|failed| {
            hinted(
                format!("`{}`: {}", path.display(), failed.message),
                failed.help,
            )
        })?;
        for one in found {
            let artifact = artifact(context, &config, &one, &taken)
                .with_context(|| format!("make `{}` of `{}`", one.title, path.display()))?;
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
    let repository = context.repository()?;
    for artifact in &made {
        repository.create_file(&artifact.path, artifact.text.as_bytes())?;
    }
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

fn artifact(
    context: &Context<'_>,
    config: &govkit_core::config::Config,
    one: &Imported,
    taken: &BTreeSet<String>,
) -> Result<NewArtifact> {
    let Some(kind) = config.kind(&one.kind) else {
        let known: Vec<&str> = config.kinds.iter().map(|kind| kind.name.as_str()).collect();
        return Err(hinted(
            format!("no kind is called `{}`", one.kind),
            format!("there is {}", known.join(", ")),
        ));
    };
    let mut fields = String::new();
    for (name, json) in &one.fields {
        let value: serde_json::Value = serde_json::from_str(json)?;
        let _ = writeln!(fields, "{} = {}", key(name), toml(&value)?);
    }
    let mut random = || {
        let mut bytes = [0_u8; 4];
        // Without randomness the id only loses its surprise; a collision is still refused.
        let _ = getrandom::fill(&mut bytes);
        u32::from_le_bytes(bytes)
    };
    Ok(imported_artifact(
        kind,
        taken,
        one.id.as_deref(),
        &one.title,
        (&fields, &one.body),
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
