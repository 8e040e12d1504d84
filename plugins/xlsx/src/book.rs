//! The sheets of a workbook and their texts, as ECMA-376 wants them.

use std::collections::HashMap;

use crate::package;
use crate::table::{Cell, Column, Look, Table, lines, widest_line};
use crate::xml;

/// Columns and rows a spreadsheet has, the heading included.
const COLUMNS: usize = 16_384;
const ROWS: usize = 1_048_576;

/// What a cell's number is: the place of a text in the list, or itself.
const TEXT: &str = " t=\"s\"";
const NUMBER: &str = "";

/// Characters of one cell, as UTF-16 counts them.
const CELL: usize = 32_767;

/// Points of a line, and lines the highest row has room for.
const LINE: usize = 15;
const LINES: usize = 27;

/// Cells a sheet may have for its empty ones to have a frame as well.
const FRAMED: usize = 100_000;

/// Characters of the title at the head of a printed page, which may have 255 in all.
const HEAD: usize = 100;

pub(crate) const HEADER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(crate) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Places in the list of formats in `styles.xml`.
mod style {
    pub(super) const HEADING: &str = "1";
    pub(super) const TEXT: &str = "2";
    pub(super) const QUOTED: &str = "3";
    pub(super) const DAY: &str = "4";
    pub(super) const MARK: &str = "5";
    pub(super) const UPRIGHT: &str = "6";
}

/// Returns the parts by name.
pub(crate) fn parts(tables: &[Table], title: &str) -> Result<Vec<(String, String)>, String> {
    let mut strings = Strings::default();
    let mut sheets = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        if table.columns.len() > COLUMNS || table.rows.len() >= ROWS {
            return Err(format!(
                "the sheet {} would have {} columns and {} rows, more than a spreadsheet holds; \
                 leave it out of `sheets`",
                table.name,
                table.columns.len(),
                table.rows.len() + 1
            ));
        }
        sheets.push((
            format!("xl/worksheets/sheet{}.xml", number + 1),
            sheet(table, number == 0, title, &mut strings),
        ));
    }
    let part = |name: &str, text: String| (name.to_owned(), text);
    let mut parts = vec![
        part("[Content_Types].xml", package::content_types(tables.len())),
        part("_rels/.rels", package::relations()),
        part("docProps/core.xml", package::properties(title)),
        part("xl/workbook.xml", package::workbook(tables)),
        part(
            "xl/_rels/workbook.xml.rels",
            package::workbook_relations(tables.len()),
        ),
        part(
            "xl/styles.xml",
            format!("{HEADER}{}", include_str!("styles.xml")),
        ),
        part("xl/sharedStrings.xml", strings.part()),
    ];
    parts.append(&mut sheets);
    Ok(parts)
}

/// Texts of cells, each once, in the order in which they come.
#[derive(Default)]
struct Strings {
    known: HashMap<String, usize>,
    items: String,
    uses: usize,
}

impl Strings {
    fn add(&mut self, text: &str) -> usize {
        self.uses += 1;
        if let Some(&number) = self.known.get(text) {
            return number;
        }
        let number = self.known.len();
        self.items.push_str("<si><t xml:space=\"preserve\">");
        self.items.push_str(&xml::cell(fitting(text)));
        self.items.push_str("</t></si>");
        self.known.insert(text.to_owned(), number);
        number
    }

    fn part(&self) -> String {
        format!(
            "{HEADER}<sst xmlns=\"{MAIN}\" count=\"{}\" uniqueCount=\"{}\">{}</sst>",
            self.uses,
            self.known.len(),
            self.items
        )
    }
}

/// Cuts a text to what a cell holds.
fn fitting(text: &str) -> &str {
    let mut room = CELL;
    for (at, ch) in text.char_indices() {
        match room.checked_sub(ch.len_utf16()) {
            Some(left) => room = left,
            None => return &text[..at],
        }
    }
    text
}

/// Whether a spreadsheet would take a text for a formula if somebody typed it: it gets the mark
/// of a text, so that editing the cell does not make it one. The separators become line ends.
fn looks_like_formula(text: &str) -> bool {
    let start = text.trim_start_matches(' ').chars().next();
    start.is_some_and(|ch| "=+-@\t\r\n'＝＋－＠\u{2028}\u{2029}".contains(ch))
}

/// The parts of a sheet in the order in which the schema has them.
fn sheet(table: &Table, first: bool, title: &str, strings: &mut Strings) -> String {
    let columns = table.columns.len();
    let widths: Vec<usize> = (0..columns).map(|column| table.width(column)).collect();
    let all = format!("A1:{}{}", letters(columns - 1), table.rows.len() + 1);
    let mut out = format!(
        "{HEADER}<worksheet xmlns=\"{MAIN}\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
         <dimension ref=\"{all}\"/>{}<sheetFormatPr defaultRowHeight=\"15\"/><cols>",
        view(table, first)
    );
    for (column, width) in widths.iter().enumerate() {
        let number = column + 1;
        out.push_str(&format!(
            "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
        ));
    }
    out.push_str("</cols><sheetData>");
    headings(&mut out, table, &widths, strings);
    rows(&mut out, table, &widths, strings);
    out.push_str(&format!(
        "</sheetData><autoFilter ref=\"{all}\"/>{}{}</worksheet>",
        overdue(table),
        print_setup(title)
    ));
    out
}

/// The first row.
fn headings(out: &mut String, table: &Table, widths: &[usize], strings: &mut Strings) {
    let is_upright = |column: &&Column| column.look == Look::Upright;
    let upright = table.columns.iter().filter(is_upright);
    let longest = upright.map(|column| widest_line(&column.title)).max();
    let titles = table.columns.iter().map(|column| column.title.as_str());
    out.push_str(&match longest {
        // A letter that lies on its side is about six points long.
        Some(longest) => row_start("1", (longest * 6 + 20).min(LINES * LINE)),
        None => row_start("1", height(titles.zip(widths))),
    });
    for (column, heading) in table.columns.iter().enumerate() {
        let style = match heading.look {
            Look::Plain | Look::Grid => style::HEADING,
            Look::Upright => style::UPRIGHT,
        };
        let place = (letters(column), "1");
        cell(
            out,
            (&place.0, place.1),
            style,
            Some((TEXT, strings.add(&heading.title))),
        );
    }
    out.push_str("</row>");
}

/// The rows below it. There may be a million cells, so this writes without formatting.
fn rows(out: &mut String, table: &Table, widths: &[usize], strings: &mut Strings) {
    let framed = widths.len() * table.rows.len() <= FRAMED;
    let columns: Vec<String> = (0..widths.len()).map(letters).collect();
    for (number, row) in table.rows.iter().enumerate() {
        let number = (number + 2).to_string();
        let texts = row.iter().map(Cell::shown);
        out.push_str(&row_start(&number, height(texts.zip(widths))));
        for (column, content) in row.iter().enumerate() {
            let place = (columns[column].as_str(), number.as_str());
            match content {
                Cell::Empty if framed => {
                    let style = match table.columns[column].look {
                        Look::Plain => style::TEXT,
                        Look::Grid | Look::Upright => style::MARK,
                    };
                    cell(out, place, style, None);
                }
                Cell::Empty => {}
                Cell::Text(text) | Cell::Mark(text) if looks_like_formula(text) => {
                    cell(out, place, style::QUOTED, Some((TEXT, strings.add(text))));
                }
                Cell::Text(text) => cell(out, place, style::TEXT, Some((TEXT, strings.add(text)))),
                Cell::Mark(text) => cell(out, place, style::MARK, Some((TEXT, strings.add(text)))),
                Cell::Day(days) => cell(out, place, style::DAY, Some((NUMBER, *days))),
            }
        }
        out.push_str("</row>");
    }
}

/// Starts a row, which is as high as its texts need: not every program works that out itself.
fn row_start(number: &str, points: usize) -> String {
    match points {
        LINE => format!("<row r=\"{number}\">"),
        points => format!("<row r=\"{number}\" ht=\"{points}\" customHeight=\"1\">"),
    }
}

/// Points that the highest of these texts takes, each in a column of its width.
fn height<'c>(texts: impl Iterator<Item = (&'c str, &'c usize)>) -> usize {
    let most = texts.map(|(text, width)| lines(text, *width)).max();
    most.unwrap_or(1).min(LINES) * LINE
}

/// Writes a cell at a column and row: its content is a type and a number.
fn cell(out: &mut String, place: (&str, &str), style: &str, content: Option<(&str, usize)>) {
    for part in ["<c r=\"", place.0, place.1, "\" s=\"", style, "\""] {
        out.push_str(part);
    }
    match content {
        Some((kind, number)) => {
            for part in [kind, "><v>", &number.to_string(), "</v></c>"] {
                out.push_str(part);
            }
        }
        None => out.push_str("/>"),
    }
}

/// The heading, and the columns that say what a row is, stay in view.
fn view(table: &Table, first: bool) -> String {
    let selected = if first { " tabSelected=\"1\"" } else { "" };
    let (split, pane) = match table.fixed {
        0 => (String::new(), "bottomLeft"),
        fixed => (format!("xSplit=\"{fixed}\" "), "bottomRight"),
    };
    format!(
        "<sheetViews><sheetView{selected} workbookViewId=\"0\">\
         <pane {split}ySplit=\"1\" topLeftCell=\"{}2\" activePane=\"{pane}\" state=\"frozen\"/>\
         <selection pane=\"{pane}\"/></sheetView></sheetViews>",
        letters(table.fixed)
    )
}

/// A plugin has no clock: the spreadsheet marks what is overdue on the day it is opened.
fn overdue(table: &Table) -> String {
    if !table.due || table.rows.is_empty() {
        return String::new();
    }
    format!(
        "<conditionalFormatting sqref=\"A2:A{}\"><cfRule type=\"cellIs\" dxfId=\"0\" priority=\"1\" \
         operator=\"lessThan\"><formula>TODAY()</formula></cfRule></conditionalFormatting>",
        table.rows.len() + 1
    )
}

fn print_setup(title: &str) -> String {
    // An ampersand begins a code of the page's head, two of them are one.
    let title: String = title.chars().take(HEAD).collect();
    let title = xml::text(&title.replace('&', "&&"));
    format!(
        "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>\
         <headerFooter><oddHeader>&amp;L{title}&amp;R&amp;A</oddHeader>\
         <oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter>"
    )
}

/// Returns the letters of a column, counted from 0.
pub(crate) fn letters(column: usize) -> String {
    let mut out = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        out.push(char::from(b'A' + letter));
        rest /= 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        let found: Vec<String> = [0, 25, 26, 701, 702, 16_383].map(letters).to_vec();
        assert_eq!(found, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_text_is_cut_where_a_cell_ends_and_between_characters() {
        let long = "😀".repeat(20_000);
        assert_eq!(fitting(&long).encode_utf16().count(), 32_766);
        assert_eq!(fitting("short"), "short");
    }
}
