//! `govkit plugin publish`

use std::path::Path;

use anyhow::Result;

use super::inspect::named;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::oci::{self, About};
use crate::plugins::source;
use crate::ui::write_file;

pub(super) fn run(
    context: &Context<'_>,
    component: &str,
    layout: &Path,
    tag: Option<&str>,
    to: Option<&str>,
) -> Result<Exit> {
    // A grant is the reader's to give; publishing runs nothing but `describe`.
    let (plugin, bytes) = named(context, component, &["wasi".to_owned()])?;
    let about = plugin.description();
    let inspection = plugin.inspect();
    let tag = tag.map_or_else(
        || format!("{}-{}", about.name, about.version),
        str::to_owned,
    );
    let digest = oci::write(
        layout,
        &tag,
        &bytes,
        &About {
            name: &about.name,
            version: &about.version,
            description: &about.description,
            imports: &inspection.imports,
            exports: &inspection.exports,
        },
    )?;
    context.ui.say(&format!(
        "published `{}` {} as oci:{}:{tag} ({digest})",
        about.name,
        about.version,
        layout.display()
    ));
    if let Some(reference) = to {
        let place = tempfile::tempdir()?;
        let file = place.path().join("plugin.wasm");
        write_file(&file, &bytes)?;
        source::push(reference, &file, &format!("{}:{tag}", layout.display()))?;
        context.ui.say(&format!("sent it to {reference}"));
    }
    Ok(Exit::Clean)
}
