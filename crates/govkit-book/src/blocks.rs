//! Text as blocks of spans: what every writer can show.

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading inside a section.
    Heading {
        /// Its level, from 1: one below the section's own heading.
        level: u8,
        /// Where links to it lead.
        place: String,
        /// Its words.
        words: Vec<Span>,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list: the first number, or none where there are bullets; and the blocks of each entry.
    List(Option<u64>, Vec<Vec<Block>>),
    /// Code, or raw HTML, as it is written.
    Code(String),
    /// Somebody else's words.
    Quote(Vec<Block>),
    /// A table.
    Table {
        /// What stands above it; empty: nothing.
        caption: String,
        /// How wide each column is, in relation to the others.
        widths: Vec<u16>,
        /// The cells of its head.
        head: Vec<Vec<Span>>,
        /// Its rows, with a cell for each width.
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// A line across.
    Rule,
}

/// Text of one look. A line feed in it begins a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it looks.
    pub look: Look,
    /// Where it leads.
    pub link: Option<Target>,
}

/// How text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Heavy.
    pub bold: bool,
    /// Slanted.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// Of one width.
    pub code: bool,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An address of a scheme that does no harm.
    Address(String),
    /// A place in the book: letters, digits and `_`.
    Place(String),
}

impl Span {
    /// Makes a span without a look.
    pub fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Makes a span that leads to a place in the book.
    pub fn to(place: &str, text: &str) -> Self {
        Self {
            link: Some(Target::Place(place.to_owned())),
            ..Self::plain(text)
        }
    }
}

/// Returns the text of spans.
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}
