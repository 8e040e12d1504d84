//! `govkit plugin new`

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::lock::is_name;

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::scaffold::{Kind, Language, files};
use crate::ui::write_file;

pub(super) fn run(
    context: &Context<'_>,
    name: &str,
    kind: Kind,
    language: Language,
    dir: Option<&Path>,
) -> Result<Exit> {
    if !is_name(name) {
        return Err(hinted(
            format!("`{name}` cannot name a plugin"),
            "lower-case letters, digits and `-`, starting with a letter",
        ));
    }
    let dir = dir.unwrap_or(Path::new(name));
    let place = context.directory().join(dir);
    let taken = std::fs::read_dir(&place).is_ok_and(|mut entries| entries.next().is_some());
    if taken || place.is_file() {
        return Err(hinted(
            format!(
                "`{}` is there already and not empty; nothing was written",
                dir.display()
            ),
            "`--dir` names another directory",
        ));
    }
    for (path, text) in files(name, kind, language) {
        let path = place.join(path);
        let above = path.parent().unwrap_or(&place);
        std::fs::create_dir_all(above)
            .with_context(|| format!("make the directory `{}`", above.display()))?;
        write_file(&path, text.as_bytes())?;
    }
    // The last commands are for another directory.
    let place = place.canonicalize().unwrap_or(place);
    let mut lines = vec![format!("cd {}", dir.display())];
    lines.extend(language.setup().iter().map(|line| (*line).to_owned()));
    lines.push("govkit plugin build".to_owned());
    lines.push("govkit plugin test".to_owned());
    lines.push("cd YOUR-REPOSITORY".to_owned());
    lines.push(format!(
        "govkit plugin add {}/dist/{name}.wasm",
        place.display()
    ));
    lines.push(kind.usage(name));
    context.ui.say(&format!(
        "started `{name}` in {}; next:\n\n    {}\n",
        dir.display(),
        lines.join("\n    ")
    ));
    Ok(Exit::Clean)
}
