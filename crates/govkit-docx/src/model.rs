//! What a document is made of.

/// A document. The same value gives the same bytes.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its title, in the file's properties.
    pub title: String,
    /// Who made it, in the file's properties; and whose changes the marked ones are.
    pub author: String,
    /// The day it was made and its changes are marked with, `2026-01-31`; empty: none is named.
    pub day: String,
    /// The line at the head of every page but the first.
    pub header: String,
    /// The line at the foot of every page, before the page's number.
    pub footer: String,
    /// Whether chapters have numbers and begin a page.
    pub chapters: bool,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Its lists with numbers: the level, from 0, and the first number there.
    pub(crate) lists: Vec<(u8, u64)>,
}

/// A part of a document or of a table's cell.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph, a heading or an entry of a list.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// The table of contents: headings down to this level, with a heading of its own.
    Contents(u8, String),
    /// The next block begins a page.
    PageBreak,
}

/// A paragraph.
#[derive(Clone, Debug, Default)]
pub struct Paragraph {
    /// Its style.
    pub style: Style,
    /// Its text.
    pub runs: Vec<Run>,
    /// The list it is an entry of.
    pub item: Option<Item>,
    /// How far it stands to the right, in steps.
    pub indent: u8,
    /// A name that links of this document lead to; see [`Target::Place`].
    pub anchor: Option<String>,
    /// Whether the paragraph as such came or went.
    pub mark: Mark,
}

/// The styles a reader finds in Word's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Running text.
    #[default]
    Normal,
    /// The title of the document.
    Title,
    /// What stands under the title.
    Subtitle,
    /// A heading of level 1 to 4; what is deeper counts as 4.
    Heading(u8),
    /// An entry of a list.
    List,
    /// Somebody else's words.
    Quote,
    /// Code, or other text in which every blank counts.
    Code,
    /// Text in a table.
    Cell,
    /// The line above a table.
    Caption,
}

/// Text of one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The text; a line feed begins a line.
    pub text: String,
    /// How it looks.
    pub look: Look,
    /// Whether it came or went.
    pub mark: Mark,
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

/// Whether something is a tracked change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// It is none.
    #[default]
    Same,
    /// It came.
    Inserted,
    /// It went.
    Deleted,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An address, `http`, `https` or `mailto`; one with another scheme or a character that no
    /// address has is shown without a link.
    Address(String),
    /// The paragraph with this anchor: letters, digits and `_`, at most 40 of them.
    Place(String),
}

/// A paragraph's place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// What [`Document::numbers`] returned; none: a list with bullets.
    pub list: Option<usize>,
    /// How deep it stands, from 0; Word knows nine levels.
    pub level: u8,
}

/// A table in the style `Table Grid`.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The share of each column in the width of the page, in any unit.
    pub widths: Vec<u16>,
    /// How many rows at the top are repeated on each page.
    pub head: usize,
    /// Its rows; each has a cell for each width.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<Vec<Paragraph>>,
    /// Whether the row as such came or went.
    pub mark: Mark,
}

impl Document {
    /// Starts an empty document of this title.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            author: "govkit".to_owned(),
            ..Self::default()
        }
    }

    /// Starts a list that counts from a number at a level, from 0.
    pub fn numbers(&mut self, level: u8, start: u64) -> usize {
        self.lists.push((level.min(8), start));
        self.lists.len() - 1
    }

    /// Adds a paragraph.
    pub fn push(&mut self, paragraph: Paragraph) {
        self.blocks.push(Block::Paragraph(paragraph));
    }
}

impl Paragraph {
    /// Makes a paragraph of plain text.
    pub fn of(style: Style, text: &str) -> Self {
        Self::with(style, vec![Run::plain(text)])
    }

    /// Makes a paragraph of runs.
    pub fn with(style: Style, runs: Vec<Run>) -> Self {
        Self {
            style,
            runs,
            ..Self::default()
        }
    }
}

impl Run {
    /// Makes a run without a look.
    pub fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Makes a heavy run.
    pub fn bold(text: &str) -> Self {
        let mut run = Self::plain(text);
        run.look.bold = true;
        run
    }
}

impl Row {
    /// Makes a row of paragraphs, one a cell.
    pub fn of(cells: Vec<Paragraph>) -> Self {
        Self {
            cells: cells.into_iter().map(|cell| vec![cell]).collect(),
            mark: Mark::Same,
        }
    }

    /// Makes a row of heavy words, as a table's head has.
    pub fn head(words: &[&str]) -> Self {
        let cell = |word: &&str| Paragraph::with(Style::Cell, vec![Run::bold(word)]);
        Self::of(words.iter().map(cell).collect())
    }
}
