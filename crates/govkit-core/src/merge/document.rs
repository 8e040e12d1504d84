//! A file in its parts: front matter and body, each merged in its own way.

use crate::config::Syntax;
use crate::front_matter::{Split, detect};
use crate::position::Span;

use super::conflict::Place;
use super::out::Out;
use super::{Markers, Merged, Sides, body, fields, lines};

/// A text cut at its fences; the parts in order are the whole text.
#[derive(Clone, Copy, Default)]
struct Parts<'t> {
    open: &'t str,
    meta: &'t str,
    close: &'t str,
    body: &'t str,
}

/// Merges three texts of one file.
pub(super) fn merge(texts: Sides<&str>, path: &str, markers: &Markers) -> Merged {
    let splits = texts.map(|text| split(text, path));
    let Some((syntax, parts)) = parts(texts, splits) else {
        let mut out = Out::new(markers);
        lines::merge_text(texts, &Place::Text, false, &mut out);
        out.note(
            "the front matter cannot be read in the same way on all sides: merged line by line",
        );
        return out.finish();
    };
    let mut out = Out::new(markers);
    out.push(fence(parts.map(|parts| parts.open)));
    let metas = parts.map(|parts| parts.meta);
    let front = fields::merge(metas, syntax, markers);
    out.append(front);
    out.push_lines(fence(parts.map(|parts| parts.close)));
    let body = body::merge(parts.map(|parts| parts.body), markers);
    if parts.ours.close.ends_with('\n') && !body.bytes.is_empty() {
        out.end_line();
    }
    out.append(body);
    out.finish()
}

/// A fence that both sides wrote in new ways stays as ours is.
fn fence(fences: Sides<&str>) -> &str {
    fences.settled().unwrap_or(fences.ours)
}

/// A file that is nothing but data is known by its name; without a configuration, so that
/// nothing in a repository decides how it is merged.
fn split(text: &str, path: &str) -> Option<Split> {
    let whole = |syntax| Split {
        syntax,
        meta: Span::new(0, text.len()),
        body: text.len(),
    };
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("toml") => Some(whole(Syntax::TomlFile)),
        Some("yaml" | "yml") => Some(whole(Syntax::YamlFile)),
        _ => detect(text),
    }
}

/// Cuts all three texts in the same way; `None` where that is not possible.
///
/// A base without front matter is one that both sides added it to, or no file at all.
fn parts<'t>(
    texts: Sides<&'t str>,
    splits: Sides<Option<Split>>,
) -> Option<(Syntax, Sides<Parts<'t>>)> {
    let syntaxes = splits.map(|split| split.map_or(Syntax::None, |split| split.syntax));
    let base_fits = syntaxes.base == syntaxes.ours || syntaxes.base == Syntax::None;
    if syntaxes.ours != syntaxes.theirs || !base_fits {
        return None;
    }
    let cut = |text: &'t str, split: Option<Split>| {
        let Some(split) = split else {
            return Parts {
                body: text,
                ..Parts::default()
            };
        };
        Parts {
            open: &text[..split.meta.start],
            meta: &text[split.meta.start..split.meta.end],
            close: &text[split.meta.end..split.body],
            body: &text[split.body..],
        }
    };
    let parts = Sides::new(
        cut(texts.base, splits.base),
        cut(texts.ours, splits.ours),
        cut(texts.theirs, splits.theirs),
    );
    Some((syntaxes.ours, parts))
}
