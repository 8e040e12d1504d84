//! Front matter: finding it, reading it with positions, in every syntax govkit knows.
//!
//! [`split`] says where the metadata stands and where the body begins, [`FrontMatter::read`]
//! turns it into [`Table`]s whose spans are offsets into the whole file.

mod header;
mod toml_syntax;
mod yaml;

use crate::config::Syntax;
use crate::limits::Limits;
use crate::position::Span;
use crate::value::{Table, Value};

/// Why a front matter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    /// The file does not start with any syntax its kind allows.
    #[error("the file has no front matter ({expected})")]
    Absent {
        /// What the kind expects, for people.
        expected: String,
    },
    /// Opened and never closed.
    #[error("front matter opened on line 1 is never closed with `{0}`")]
    Unclosed(&'static str),
    /// Not what its syntax allows.
    #[error("front matter is not valid {syntax}: {message}")]
    Syntax {
        /// `TOML`, `YAML` or `header lines`.
        syntax: &'static str,
        /// What the parser says.
        message: String,
        /// Where in the file.
        span: Span,
    },
    /// Past a limit.
    #[error("front matter has more than {limit} {what}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// What there is too much of.
        what: &'static str,
    },
}

impl FrontMatterError {
    /// Returns the offset in the file the error is about.
    pub fn offset(&self) -> usize {
        match self {
            Self::Syntax { span, .. } => span.start,
            _ => 0,
        }
    }
}

/// The metadata of a file and where its body begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontMatter {
    /// The fields, in file order.
    pub fields: Table,
    /// Offset of the body's first byte.
    pub body: usize,
}

/// Where a file's metadata stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// The syntax found.
    pub syntax: Syntax,
    /// The metadata's own text, without its fences.
    pub meta: Span,
    /// Offset of the body's first byte.
    pub body: usize,
}

impl Split {
    /// Whether the text up to `end` shows where the metadata ends, so that nothing behind it could
    /// have made another split of the file.
    pub(crate) fn is_closed_before(&self, end: usize) -> bool {
        let by_line = matches!(
            self.syntax,
            Syntax::Toml | Syntax::Yaml | Syntax::TomlFence | Syntax::Header
        );
        by_line && self.body < end
    }
}

/// The offset behind a byte order mark.
pub(crate) fn after_bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// Finds the front matter of `text`, trying `syntaxes` in order.
///
/// A file that starts with none of them has no front matter: `Ok(None)`.
pub fn split(text: &str, syntaxes: &[Syntax]) -> Result<Option<Split>, FrontMatterError> {
    let mut unclosed = None;
    for syntax in syntaxes {
        match split_as(text, *syntax) {
            Ok(Some(split)) => return Ok(Some(split)),
            Ok(None) => {}
            Err(error) => unclosed = unclosed.or(Some(error)),
        }
    }
    unclosed.map_or(Ok(None), Err)
}

/// Finds front matter in a file no configuration speaks of: `+++`, `---`, a `toml` fence, header lines.
pub fn detect(text: &str) -> Option<Split> {
    let fences = [Syntax::Toml, Syntax::Yaml, Syntax::TomlFence];
    let found = fences
        .iter()
        .find_map(|syntax| split_as(text, *syntax).ok().flatten());
    let found =
        found.filter(|split| FrontMatter::read_split(text, *split, &Limits::DEFAULT).is_ok());
    found.or_else(|| header::detect(text))
}

fn split_as(text: &str, syntax: Syntax) -> Result<Option<Split>, FrontMatterError> {
    let start = after_bom(text);
    let whole = |syntax, body| {
        Ok(Some(Split {
            syntax,
            meta: Span::new(start, text.len()),
            body,
        }))
    };
    match syntax {
        Syntax::Toml => fenced(text, start, syntax, "+++", "+++"),
        Syntax::Yaml => match fenced(text, start, syntax, "---", "---")? {
            Some(split) => Ok(Some(split)),
            None => Ok(yaml::split_headless(text, start)),
        },
        Syntax::TomlFence => fenced(text, start, syntax, "```toml", "```"),
        Syntax::TomlFile | Syntax::YamlFile => whole(syntax, text.len()),
        Syntax::Header => Ok(header::split(text, start)),
        Syntax::None => Ok(Some(Split {
            syntax,
            meta: Span::new(start, start),
            body: start,
        })),
    }
}

/// First line exactly `open`, closed by the next line that is exactly `close`.
fn fenced(
    text: &str,
    start: usize,
    syntax: Syntax,
    open: &str,
    close: &'static str,
) -> Result<Option<Split>, FrontMatterError> {
    let mut lines = lines_from(text, start);
    let Some((_, first, meta_start)) = lines.next() else {
        return Ok(None);
    };
    if first.trim_end() != open {
        return Ok(None);
    }
    for (at, line, next) in lines {
        if line.trim_end() == close {
            return Ok(Some(Split {
                syntax,
                meta: Span::new(meta_start, at),
                body: next,
            }));
        }
    }
    Err(FrontMatterError::Unclosed(close))
}

/// Yields `(offset, line without its LF, offset of the next line)`.
pub(crate) fn lines_from(text: &str, start: usize) -> impl Iterator<Item = (usize, &str, usize)> {
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let end = text[at..].find('\n').map_or(text.len(), |lf| at + lf);
        let next = (end + 1).min(text.len());
        let line = (at, &text[at..end], next);
        at = next;
        Some(line)
    })
}

impl FrontMatter {
    /// Reads the front matter of `text` in one of `syntaxes`.
    ///
    /// A kind that lists [`Syntax::None`] (last) accepts files without metadata.
    pub fn read(
        text: &str,
        syntaxes: &[Syntax],
        limits: &Limits,
    ) -> Result<Self, FrontMatterError> {
        let split = split(text, syntaxes)?.ok_or_else(|| FrontMatterError::Absent {
            expected: expected(syntaxes),
        })?;
        Self::read_split(text, split, limits)
    }

    /// Reads the front matter [`split`] found.
    pub fn read_split(text: &str, split: Split, limits: &Limits) -> Result<Self, FrontMatterError> {
        let source = split.meta.of(text);
        if source.len() > limits.front_matter_bytes {
            return Err(FrontMatterError::TooLarge {
                limit: limits.front_matter_bytes,
                what: "bytes",
            });
        }
        let fields = match split.syntax {
            Syntax::Toml | Syntax::TomlFence | Syntax::TomlFile => {
                toml_syntax::read(source, split.meta.start)?
            }
            Syntax::Yaml | Syntax::YamlFile => yaml::read(source, split.meta.start)?,
            Syntax::Header => header::read(source, split.meta.start),
            Syntax::None => Table::default(),
        };
        let mut keys = 0;
        check_size(&fields, 1, &mut keys, limits)?;
        Ok(Self {
            fields,
            body: split.body,
        })
    }
}

fn check_size(
    table: &Table,
    depth: usize,
    keys: &mut usize,
    limits: &Limits,
) -> Result<(), FrontMatterError> {
    if depth > limits.front_matter_depth {
        return Err(FrontMatterError::TooLarge {
            limit: limits.front_matter_depth,
            what: "levels",
        });
    }
    for field in &table.0 {
        *keys += 1;
        if *keys > limits.front_matter_keys {
            return Err(FrontMatterError::TooLarge {
                limit: limits.front_matter_keys,
                what: "keys",
            });
        }
        check_value(&field.node.value, depth, keys, limits)?;
    }
    Ok(())
}

fn check_value(
    value: &Value,
    depth: usize,
    keys: &mut usize,
    limits: &Limits,
) -> Result<(), FrontMatterError> {
    match value {
        Value::Table(inner) => check_size(inner, depth + 1, keys, limits),
        Value::Array(items) => items.iter().try_for_each(|item| {
            if depth + 1 > limits.front_matter_depth {
                return Err(FrontMatterError::TooLarge {
                    limit: limits.front_matter_depth,
                    what: "levels",
                });
            }
            check_value(&item.value, depth + 1, keys, limits)
        }),
        _ => Ok(()),
    }
}

fn expected(syntaxes: &[Syntax]) -> String {
    let names = syntaxes.iter().map(|syntax| match syntax {
        Syntax::Toml => "TOML between `+++` lines",
        Syntax::Yaml => "YAML between `---` lines",
        Syntax::TomlFence => "a leading ```toml block",
        Syntax::TomlFile => "a TOML file",
        Syntax::YamlFile => "a YAML file",
        Syntax::Header => "header lines such as `Title: …`",
        Syntax::None => "nothing",
    });
    format!("expected {}", names.collect::<Vec<_>>().join(" or "))
}

#[cfg(test)]
mod tests;
