//! Full-text search without a server: the index is a script, because a page opened from a
//! directory may not fetch anything.

use serde_json::json;

use crate::html::text;
use crate::markdown::words;
use crate::model::Site;
use crate::page::Shell;

/// Bytes of one part of the index, about.
const PART: usize = 4 << 20;

/// Bytes of one artifact's text that are searched.
const SEARCHED: usize = 32 << 10;

/// The file of one part.
pub(crate) fn part_name(number: usize) -> String {
    format!("search-{number}.js")
}

/// Returns the parts of the index: each adds its entries to a list.
pub(crate) fn index(site: &Site<'_>) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (index, item) in site.items.iter().enumerate() {
        let raw = item.raw;
        let body = words(site, index, SEARCHED);
        let entry = json!([
            item.name,
            raw.id,
            raw.title,
            raw.kind,
            raw.text("summary"),
            body
        ]);
        if parts.last().is_some_and(|part| part.len() > PART) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(&format!("{entry},\n"));
        }
    }
    parts
        .into_iter()
        .map(|part| format!("(window.govkit = window.govkit || []).push([\n{part}]);\n"))
        .collect()
}

/// The page with the results.
pub(crate) fn page(shell: &Shell, parts: usize) -> String {
    let scripts: String = (0..parts)
        .map(|number| {
            format!(
                "<script src=\"{}\" defer></script>\n",
                text(&part_name(number))
            )
        })
        .collect();
    let content = "<h1>Search</h1>\n<p id=\"gk-found\" role=\"status\">Write what you look for in the field above.</p>\n<ol id=\"gk-results\" class=\"plain results\"></ol>\n<noscript><p>The search needs JavaScript. The home page lists every text.</p></noscript>\n";
    shell.wrap_with("", "search.html", "Search", content, &scripts)
}
