//! Lists: rows for people and scripts, items for programs, in every list format.

use std::io::{self, Write};

use anyhow::Result;
use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, presets};
use govkit_core::untrusted::Untrusted;
use serde::Serialize;
use serde_json::Value;

use super::envelope;
use crate::args::{Format, Global};
use crate::ui::{Style, Ui, record};

/// The formats every list has.
pub(crate) const FORMATS: &[Format] = &[
    Format::Human,
    Format::Tsv,
    Format::Json,
    Format::Ndjson,
    Format::Csv,
    Format::Markdown,
];

/// Characters the last column of a table keeps; where the others leave less, all are cut.
const MIN_LAST_COLUMN: usize = 16;

/// A list of things with the same columns.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The verb, for the JSON envelope.
    pub(crate) verb: &'static str,
    /// What one item is, for NDJSON lines.
    pub(crate) item: &'static str,
    /// Column names, in order.
    pub(crate) columns: Vec<String>,
    /// The cells of each row, one a column.
    pub(crate) rows: Vec<Vec<String>>,
    /// The JSON of each row.
    pub(crate) items: Vec<Value>,
    /// Further keys of the JSON object, before `items`.
    pub(crate) extra: serde_json::Map<String, Value>,
    /// What `-q` prints for each row.
    pub(crate) ids: Vec<String>,
    /// Columns people at a terminal are spared.
    pub(crate) hidden: &'static [&'static str],
}

impl Listing {
    /// Makes an empty list.
    pub(crate) fn new(verb: &'static str, item: &'static str, columns: &[&str]) -> Self {
        Self {
            verb,
            item,
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: Vec::new(),
            items: Vec::new(),
            extra: serde_json::Map::new(),
            ids: Vec::new(),
            hidden: &[],
        }
    }

    /// Adds a row with its JSON item.
    pub(crate) fn push<T: Serialize>(
        &mut self,
        id: &str,
        row: Vec<String>,
        item: &T,
    ) -> Result<()> {
        self.ids.push(id.to_owned());
        self.rows.push(row);
        self.items.push(serde_json::to_value(item)?);
        Ok(())
    }

    /// Turns the order round.
    pub(crate) fn reverse(&mut self) {
        self.rows.reverse();
        self.items.reverse();
        self.ids.reverse();
    }

    /// Prints the list as the options ask.
    pub(crate) fn print(&self, ui: &Ui, global: &Global) -> Result<()> {
        let format = ui.format(self.verb, FORMATS, Format::Tsv)?;
        if global.quiet {
            return ui.ids(self.ids.iter().map(String::as_str), global.null);
        }
        let style = ui.style();
        ui.report(|out| match format {
            Format::Json => self.json(out),
            Format::Ndjson => {
                let complete = self.extra.get("complete").is_none_or(|known| known == true);
                envelope::ndjson(self.verb, self.item, &self.items, complete, out)
            }
            Format::Csv => self.csv(out),
            Format::Markdown => self.markdown(out),
            Format::Human => self.human(style, out),
            _ => self.tsv(global.null, out),
        })
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut body = self.extra.clone();
        body.insert("items".to_owned(), Value::Array(self.items.clone()));
        envelope::json(self.verb, &body, out)
    }

    fn tsv(&self, null: bool, out: &mut dyn Write) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            record(&cells, null, out)
        })
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(&self.columns)?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| guarded(cell)))?;
        }
        csv.flush()
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "| {} |", self.columns.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(self.columns.len()))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| markdown_cell(cell)).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        Ok(())
    }

    /// Columns side by side; only the last one is cut when the terminal is too narrow.
    fn human(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return writeln!(out, "(none)");
        }
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table
            .set_width(style.width.clamp(40, 200) as u16)
            .set_truncation_indicator("…");
        let shown = |row: &[String]| -> Vec<String> {
            let cells = row
                .iter()
                .zip(&self.columns)
                .filter(|(_, name)| !self.hidden.contains(&name.as_str()));
            cells
                .map(|(cell, _)| Untrusted::line(cell).to_string())
                .collect()
        };
        let titles: Vec<String> = self
            .columns
            .iter()
            .map(|name| name.to_uppercase())
            .collect();
        table.set_header(shown(&titles));
        for row in &self.rows {
            let mut row = Row::from(shown(row));
            row.max_height(1);
            table.add_row(row);
        }
        let last = table.column_count().saturating_sub(1);
        let taken: usize = table
            .column_max_content_widths()
            .iter()
            .take(last)
            .map(|width| usize::from(*width) + 2)
            .sum();
        let fits = taken + MIN_LAST_COLUMN <= style.width;
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if index < last && fits {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table
            .lines()
            .try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }
}

/// A cell no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or line end,
/// or its full-width form, gets an apostrophe before it (OWASP, CSV injection).
pub(crate) fn guarded(cell: &str) -> String {
    let dangerous = |ch: char| {
        matches!(
            ch,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
        )
    };
    if cell.trim_start_matches(' ').starts_with(dangerous) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A cell that cannot leave its table or bring markup of its own.
pub(crate) fn markdown_cell(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    for ch in Untrusted::line(cell).to_string().chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '@' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(ch);
            }
            ch => out.push(ch),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_harmless_and_plain_text_is_left_alone() {
        assert_eq!(guarded("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(guarded(" ＠x"), "' ＠x");
        assert_eq!(guarded("a-b"), "a-b");
    }

    #[test]
    fn a_cell_cannot_leave_its_table() {
        assert_eq!(markdown_cell("a|b\n<x>"), "a\\|b\\\\n&lt;x&gt;");
    }
}
