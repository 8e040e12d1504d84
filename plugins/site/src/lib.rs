//! Site: what is governed, as pages for people who never see git.
//!
//! [`files`] is the whole logic, a pure function; the component is a thin layer above it. Its input
//! is hostile: text reaches a page only through [`html::text`], which escapes it, an address only
//! through [`html::address`] or a name [`model`] made itself.

mod about;
mod artifact;
mod diagram;
mod duties;
mod home;
pub mod html;
mod markdown;
pub mod model;
mod overview;
mod page;
mod plugin;
mod search;
mod services;
mod table;
mod template;

use serde::Deserialize;

use about::About;
use govkit_reader::Input;
pub use model::Asset;

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The name of the site.
    pub title: String,
    /// Whether a page shows the versions of its artifact.
    pub history: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "How we work".to_owned(),
            history: true,
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.title.trim().is_empty() {
            return Err("`title` is empty; write the name of the site".to_owned());
        }
        Ok(options)
    }
}

/// Takes a file by path and bytes; the error says in one sentence why it is refused.
pub type Emit<'e> = dyn FnMut(&str, &[u8]) -> Result<(), String> + 'e;

/// Writes the site of `input` through `emit`, file by file; the first refusal ends it.
pub fn files(
    input: &[Input],
    assets: &[Asset],
    options: &Options,
    emit: &mut Emit<'_>,
) -> Result<(), String> {
    let site = model::Site::new(input);
    let duties = duties::all(&site);
    let there = |page: &About| page.has_content(&site, &duties);
    let about: Vec<About> = About::ALL.into_iter().filter(there).collect();
    let shell = page::Shell::new(options, assets, &about)?;
    shell.emit_files(assets, emit)?;
    emit("index.html", home::page(&site, &shell).as_bytes())?;
    for page in about {
        let text = match page {
            About::Duties => duties::page(&site, &duties, &shell),
            About::Services => services::page(&site, &shell),
            About::Trace => overview::trace(&site, &shell),
            About::Reviews => overview::reviews(&site, &shell),
            About::Glossary => overview::glossary(&site, &shell),
        };
        emit(page.address(), text.as_bytes())?;
    }
    let parts = search::index(&site);
    emit("search.html", search::page(&shell, parts.len()).as_bytes())?;
    for (number, text) in parts.iter().enumerate() {
        emit(&search::part_name(number), text.as_bytes())?;
    }
    for index in 0..site.items.len() {
        let text = artifact::page(&site, &duties, &shell, index);
        emit(
            &format!("a/{}.html", site.items[index].name),
            text.as_bytes(),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
