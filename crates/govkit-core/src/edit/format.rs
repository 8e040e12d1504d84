//! The layout of a TOML front matter: one way to write blanks, and nothing else.

use super::{EditError, Patch, patched};
use crate::config::{Kind, Syntax};
use crate::front_matter::{FrontMatter, split};
use crate::limits::Limits;
use crate::position::Span;
use crate::value::{Table, Value};

/// Returns the text with its front matter laid out: keys at the start of the line, one blank on
/// both sides of `=`, no blanks at the end of a line, one empty line before a table, none at
/// either end and never two. Values, comments and their order stay; so does the body.
///
/// A front matter in another syntax than TOML stays as it is.
pub fn formatted(text: &str, kind: &Kind, limits: &Limits) -> Result<String, EditError> {
    let Some(place) = split(text, &kind.syntaxes)? else {
        return Ok(text.to_owned());
    };
    if !matches!(
        place.syntax,
        Syntax::Toml | Syntax::TomlFence | Syntax::TomlFile
    ) {
        return Ok(text.to_owned());
    }
    let before = FrontMatter::read_split(text, place, limits)?.fields;
    let mut fixed = Vec::new();
    let mut signs = Vec::new();
    collect(&before, text, &mut fixed, &mut signs);
    let lines = lines(text, place.meta, &fixed, &signs);
    let end = if place.meta.of(text).contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut meta = lines.join(end);
    if !meta.is_empty() {
        meta.push_str(end);
    }
    let after = patched(
        text,
        vec![Patch {
            span: place.meta,
            text: meta,
        }],
    );
    let again = split(&after, &kind.syntaxes)?.ok_or(EditError::Absent)?;
    let read = FrontMatter::read_split(&after, again, limits)?.fields;
    let bare = |table: &Table| super::set::bare(&Value::Table(table.clone()));
    match bare(&read) == bare(&before) {
        true => Ok(after),
        // Rather ugly than another meaning.
        false => Ok(text.to_owned()),
    }
}

/// Values that take several lines, and the places between a key and its value.
fn collect(table: &Table, text: &str, fixed: &mut Vec<Span>, signs: &mut Vec<Span>) {
    for field in &table.0 {
        let between = Span::new(
            field.key_span.end,
            field.node.span.start.max(field.key_span.end),
        );
        if between.of(text).trim() == "=" && !between.of(text).contains('\n') {
            signs.push(between);
        }
        match &field.node.value {
            Value::Table(inner) => collect(inner, text, fixed, signs),
            Value::Array(items) => {
                let tables = items.iter().filter_map(|item| match &item.value {
                    Value::Table(inner) => Some(inner),
                    _ => None,
                });
                let source = field.node.span.of(text);
                if source.starts_with('[') && source.ends_with(']') && !source.starts_with("[[") {
                    fixed.push(field.node.span);
                } else {
                    tables.for_each(|inner| collect(inner, text, fixed, signs));
                }
            }
            _ => fixed.push(field.node.span),
        }
    }
}

fn lines(text: &str, meta: Span, fixed: &[Span], signs: &[Span]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // Comments right above a table belong to it.
    let mut pending: Vec<String> = Vec::new();
    for (at, line, _) in crate::front_matter::lines_from(&text[..meta.end], meta.start) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let inside = |span: &&Span| span.start < at && at < span.end;
        let open = |span: &&Span| span.start <= at + line.len() && at + line.len() < span.end;
        let is_inside = fixed.iter().find(inside).is_some();
        let is_open = fixed.iter().find(open).is_some();
        if is_inside {
            let end = if is_open { line } else { line.trim_end() };
            out.push(end.to_owned());
            continue;
        }
        let laid_out = laid_out(text, at, line, signs, is_open);
        let start = laid_out.trim_start();
        if start.starts_with('#') {
            pending.push(laid_out);
            continue;
        }
        if start.is_empty() {
            let last = pending.last().or(out.last());
            let wanted = last.is_some_and(|last| !last.is_empty());
            out.append(&mut pending);
            if wanted {
                out.push(String::new());
            }
            continue;
        }
        if start.starts_with('[') && out.last().is_some_and(|last| !last.is_empty()) {
            out.push(String::new());
        }
        out.append(&mut pending);
        out.push(laid_out);
    }
    out.append(&mut pending);
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// One line with its blanks put right; where a value goes on below, its end is part of it.
fn laid_out(text: &str, at: usize, line: &str, signs: &[Span], is_open: bool) -> String {
    let end = at + line.len();
    let mut here = String::new();
    let mut from = at + (line.len() - line.trim_start().len());
    let mut inside: Vec<&Span> = signs
        .iter()
        .filter(|sign| sign.start >= from && sign.end <= end)
        .collect();
    inside.sort();
    for sign in inside {
        here.push_str(text.get(from..sign.start).unwrap_or(""));
        here.push_str(" = ");
        from = sign.end;
    }
    here.push_str(text.get(from..end).unwrap_or(""));
    match is_open {
        true => here,
        false => here.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn kind(syntax: &str) -> Kind {
        let text = format!("[kinds.p]\npaths='*.md'\nid={{field='id'}}\nsyntax='{syntax}'\n");
        Config::parse(&text, "f").unwrap().kinds.remove(0)
    }

    #[test]
    fn blanks_are_put_right_and_nothing_else_changes() {
        let ugly = "+++\n\n  id='A'   \n# about b\n\n\n\nb   =   \"x  =  y\"   # why  \n# who\n[links]\nsee = [\n   'B',   # c  \n ]\nt = \"\"\"\n  a  \n  b\"\"\"\n[[steps]]\n id = 'one'\n\n+++\nbody   \n\n\n";
        let neat = "+++\nid = 'A'\n# about b\n\nb = \"x  =  y\"   # why\n\n# who\n[links]\nsee = [\n   'B',   # c  \n ]\nt = \"\"\"\n  a  \n  b\"\"\"\n\n[[steps]]\nid = 'one'\n+++\nbody   \n\n\n";
        let format = |text: &str| formatted(text, &kind("toml"), &Limits::DEFAULT).unwrap();
        assert_eq!(format(ugly), neat);
        assert_eq!(format(neat), neat);
        let windows = neat.replace('\n', "\r\n");
        assert_eq!(format(&ugly.replace('\n', "\r\n")), windows);
        let yaml = "---\nid:   A\n---\n";
        assert_eq!(
            formatted(yaml, &kind("yaml"), &Limits::DEFAULT).unwrap(),
            yaml
        );
    }
}
