//! `govkit.toml` as text: where a key stands, and a plugin's table added or taken away. Everything
//! else in the file stays as the person wrote it.

use toml_edit::{Document, DocumentMut, Item, Table};

use crate::position::Position;

/// Finds where a key stands, or the nearest key above it that is written; an index counts in a
/// list. `None` where nothing of it is written.
pub fn position_of(text: &str, keys: &[&str]) -> Option<Position> {
    let document = Document::parse(text).ok()?;
    let mut found = None;
    let mut item: &Item = document.as_item();
    for key in keys {
        let next = match item {
            Item::Value(value) if value.is_array() => {
                let index = key.parse::<usize>().ok();
                let value = index.and_then(|index| value.as_array()?.get(index));
                found = value.and_then(|value| value.span()).or(found);
                // A value inside a list is the end of what has places of its own.
                break;
            }
            Item::Value(value) => {
                let table = value.as_inline_table();
                let pair = table.and_then(|table| table.get_key_value(key));
                pair.map(|(key, item)| (key.span(), item))
            }
            _ => {
                let table = item.as_table();
                let pair = table.and_then(|table| table.get_key_value(key));
                pair.map(|(key, item)| (key.span(), item))
            }
        };
        let Some((span, below)) = next else { break };
        found = span.or(found);
        item = below;
    }
    found.map(|span| Position::of(text, span.start))
}

/// Adds an empty table for a plugin at the end; the text as it is where there is one.
pub fn with_plugin(text: &str, name: &str) -> String {
    let there = text.parse::<DocumentMut>().is_ok_and(|document| {
        let plugins = document.get("plugins");
        plugins.is_some_and(|plugins| plugins.get(name).is_some())
    });
    if there {
        return text.to_owned();
    }
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{end}\n[plugins.{name}]\n")
}

/// Takes a plugin's table away; `None` where there is none, or the text is no TOML.
pub fn without_plugin(text: &str, name: &str) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let plugins = document.get_mut("plugins")?.as_table_like_mut()?;
    plugins.remove(name)?;
    let empty = plugins.is_empty();
    let implicit = document["plugins"]
        .as_table()
        .is_some_and(Table::is_implicit);
    if empty && !implicit {
        document.remove("plugins");
    }
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "profile = \"itsm\"\n\n[plugins.a]\nconfig = { max = 3, known = [\"x\", 2] }\n\n# b\n[plugins.b.config]\ndeep.key = 1\n";

    #[test]
    fn a_key_is_found_where_it_stands() {
        let place = |keys: &[&str]| position_of(TEXT, keys).map(|at| (at.line, at.column));
        assert_eq!(place(&["plugins", "a", "config", "max"]), Some((4, 12)));
        assert_eq!(
            place(&["plugins", "a", "config", "known", "1"]),
            Some((4, 35))
        );
        assert_eq!(
            place(&["plugins", "b", "config", "deep", "key"]),
            Some((8, 6))
        );
        // What is not written is shown at what is.
        assert_eq!(place(&["plugins", "a", "config", "absent"]), Some((4, 1)));
        assert_eq!(place(&["nothing"]), None);
    }

    #[test]
    fn a_plugin_comes_and_goes_and_the_rest_stays() {
        let with = with_plugin("a = 1", "new");
        assert_eq!(with, "a = 1\n\n[plugins.new]\n");
        assert_eq!(with_plugin(&with, "new"), with);
        assert_eq!(without_plugin(&with, "new").as_deref(), Some("a = 1\n"));
        let less = without_plugin(TEXT, "a").unwrap();
        assert!(less.starts_with("profile = \"itsm\"\n"), "{less}");
        assert!(
            less.contains("# b\n[plugins.b.config]\ndeep.key = 1\n") && !less.contains("max"),
            "{less}"
        );
        assert_eq!(without_plugin(TEXT, "c"), None);
    }
}
