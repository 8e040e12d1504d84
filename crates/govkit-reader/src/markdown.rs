//! The Markdown that govkit reads.

use pulldown_cmark::{Event, Options, Parser, TextMergeStream};

/// What it has beyond CommonMark.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Reads Markdown; no two texts follow one another.
pub fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(text, EXTENSIONS))
}
