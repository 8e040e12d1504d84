//! A sheet as rows and columns, before it is a part of a workbook.

use jiff::civil::{Date, date};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Text, which is never a formula.
    Text(String),
    /// A short mark in the middle of its cell.
    Mark(String),
    /// A day, as the days a spreadsheet counts.
    Day(usize),
}

impl Cell {
    /// Returns a cell of text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.is_empty() {
            true => Self::Empty,
            false => Self::Text(text),
        }
    }

    /// Returns a mark.
    pub(crate) fn mark(text: String) -> Self {
        match text.is_empty() {
            true => Self::Empty,
            false => Self::Mark(text),
        }
    }

    /// Returns the text it shows; a day is one short line.
    pub(crate) fn shown(&self) -> &str {
        match self {
            Self::Empty | Self::Day(_) => "",
            Self::Text(text) | Self::Mark(text) => text,
        }
    }

    /// Returns a cell with a date, or with the text where it is no date a spreadsheet knows.
    pub(crate) fn day(text: &str) -> Self {
        match text.parse::<Date>().ok().and_then(serial) {
            // A time of day would be lost.
            Some(days) if text.len() == 10 => Self::Day(days),
            _ => Self::text(text),
        }
    }
}

/// Days since 30 December 1899. Spreadsheets disagree on the days before March 1900.
fn serial(day: Date) -> Option<usize> {
    let days = (day - date(1899, 12, 30)).get_days();
    usize::try_from(days).ok().filter(|days| *days >= 61)
}

/// How a column looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Text under a heading.
    Plain,
    /// Marks in a grid.
    Grid,
    /// Letters in a grid, under a heading that stands upright.
    Upright,
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) title: String,
    /// The widest it may be, in characters.
    pub(crate) widest: usize,
    /// How it looks.
    pub(crate) look: Look,
}

/// Width of a column whose heading stands upright: room for two lines of it.
const UPRIGHT: usize = 6;

/// A sheet.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows; each has a cell for each column.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Columns that stay in view when one moves to the right.
    pub(crate) fixed: usize,
    /// Whether the first column is a day by which something has to be done.
    pub(crate) due: bool,
}

impl Table {
    /// Starts a sheet of columns with their heading and greatest width.
    pub(crate) fn new(name: &'static str, columns: &[(&str, usize)]) -> Self {
        let columns = columns.iter().map(|(title, widest)| Column {
            title: (*title).to_owned(),
            widest: *widest,
            look: Look::Plain,
        });
        Self {
            name,
            columns: columns.collect(),
            rows: Vec::new(),
            fixed: 0,
            due: false,
        }
    }

    /// Returns the width of a column in characters: that of its widest line, within bounds.
    pub(crate) fn width(&self, column: usize) -> usize {
        if self.columns[column].look == Look::Upright {
            return UPRIGHT;
        }
        let cells = self.rows.iter().map(|row| match &row[column] {
            Cell::Empty => 0,
            Cell::Text(text) | Cell::Mark(text) => widest_line(text),
            Cell::Day(_) => 10,
        });
        // The button of the filter takes room beside the heading.
        let heading = widest_line(&self.columns[column].title) + 3;
        let most = self.columns[column].widest;
        cells.fold(heading, usize::max).clamp(6, most) + 2
    }
}

/// Lines a text takes in a column of this width.
pub(crate) fn lines(text: &str, width: usize) -> usize {
    if text.len() <= width && !text.contains('\n') {
        return 1;
    }
    // Words are not cut, so a line that is not the only one is rarely full.
    let room = (width * 9 / 10).max(1);
    let lines = text.lines().map(|line| line.chars().count());
    let lines = lines.map(|count| match count <= width {
        true => 1,
        false => count.div_ceil(room),
    });
    lines.sum::<usize>().max(1)
}

pub(crate) fn widest_line(text: &str) -> usize {
    let lines = text.lines().map(|line| line.chars().count());
    lines.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_as_a_spreadsheet_counts() {
        // 45,658 is what LibreOffice and Excel show for 1 January 2025 as a number.
        assert_eq!(Cell::day("2025-01-01"), Cell::Day(45_658));
        assert_eq!(Cell::day("1900-03-01"), Cell::Day(61));
    }

    #[test]
    fn a_text_takes_the_lines_it_is_wrapped_into() {
        assert_eq!(lines("", 10), 1);
        assert_eq!(lines("a\nb", 10), 2);
        assert_eq!(lines(&"a".repeat(28), 10), 4);
    }

    #[test]
    fn what_is_no_day_stays_text() {
        for text in ["1899-01-01", "2025-02-30", "soon", "2025-01-01T10:00:00Z"] {
            assert_eq!(Cell::day(text), Cell::Text(text.to_owned()));
        }
        assert_eq!(Cell::day(""), Cell::Empty);
    }
}
