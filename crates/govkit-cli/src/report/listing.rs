//! Lists: rows for people and scripts, items for programs, in every list format.

use std::io::{self, Write};

use anyhow::Result;
use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, presets};
use govkit_core::untrusted::Untrusted;
use serde::Serialize;
use serde_json::Value;

use super::{cell, envelope, markdown};
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
    /// What stands below a row for people at a terminal, by the place of the row.
    notes: Vec<Option<String>>,
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
            notes: Vec::new(),
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
        self.notes.push(None);
        self.items.push(serde_json::to_value(item)?);
        Ok(())
    }

    /// Puts a line below the row added last, for people at a terminal.
    pub(crate) fn note(&mut self, text: String) {
        if let Some(note) = self.notes.last_mut() {
            *note = Some(text);
        }
    }

    /// Turns the order round.
    pub(crate) fn reverse(&mut self) {
        self.notes.reverse();
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
            csv.write_record(row.iter().map(|text| cell::csv(text)))?;
        }
        csv.flush()
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "| {} |", self.columns.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(self.columns.len()))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|text| markdown::cell(text)).collect();
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
        // The head stands before the first row; each row is one line.
        let notes = std::iter::once(&None).chain(&self.notes);
        for (line, note) in table.lines().zip(notes) {
            writeln!(out, "{}", line.trim_end())?;
            if let Some(note) = note {
                writeln!(out, "    {}", Untrusted::line(note))?;
            }
        }
        Ok(())
    }
}
