//! `govkit get`

use anyhow::Result;
use govkit_core::query::column;
use govkit_core::untrusted::Untrusted;

use crate::args::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::report::envelope;

/// Print bare front-matter values, for shells
///
/// One value a line (a list has one line an item). Exits 1 when a field is absent.
///
/// Formats: tsv (bare values), json.
///
/// Example:
///   govkit get POL-001 owner
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct GetArgs {
    /// An id or a path, optionally `@REV`
    artifact: String,
    /// Fields, dotted inside tables: `owner`, `params.notify_deadline`
    #[arg(required = true)]
    keys: Vec<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &GetArgs) -> Result<Exit> {
    let (name, at) = context.split_revision(&args.artifact);
    let format = context.ui.format(
        "get",
        &[Format::Human, Format::Tsv, Format::Json],
        Format::Tsv,
    )?;
    let (artifact, config) = context.artifact(name, &at)?;
    let mut values = serde_json::Map::new();
    let mut lines = Vec::new();
    let mut absent = false;
    for key in &args.keys {
        let is_status = config
            .kind(&artifact.kind)
            .is_some_and(|kind| kind.status_field().unwrap_or("status") == key);
        match artifact.field(key) {
            // A status that does not hold is not handed to a script as if it did.
            Some(_) if is_status && artifact.unapproved => {
                let status = artifact.standing_status(&config).unwrap_or_default();
                lines.push(status.clone());
                values.insert(key.clone(), status.into());
            }
            Some(field) => {
                values.insert(key.clone(), serde_json::to_value(&field.node.value)?);
                match &field.node.value {
                    govkit_core::value::Value::Array(items) => {
                        lines.extend(items.iter().map(|item| item.value.display()));
                    }
                    value => lines.push(value.display()),
                }
            }
            None => match column(&artifact, &config, key).filter(|value| !value.is_empty()) {
                Some(value) => {
                    lines.push(value.clone());
                    values.insert(key.clone(), value.into());
                }
                None => {
                    absent = true;
                    values.insert(key.clone(), serde_json::Value::Null);
                }
            },
        }
    }
    context.ui.report(|out| match format {
        Format::Json => envelope::json(
            "get",
            &serde_json::json!({"id": artifact.id, "fields": values}),
            out,
        ),
        // With `-z` exactly as it is written, for programs.
        _ if context.global.null => lines.iter().try_for_each(|line| write!(out, "{line}\0")),
        _ => lines
            .iter()
            .try_for_each(|line| writeln!(out, "{}", Untrusted::block(line))),
    })?;
    Ok(Exit::no_if(absent))
}
