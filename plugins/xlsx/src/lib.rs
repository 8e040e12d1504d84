//! Xlsx: what is governed, as a workbook for people who work in a spreadsheet.
//!
//! [`workbook`] is the whole logic, a pure function; the component is a thin layer above it. Foreign
//! text reaches a part of the workbook only through `xml`, and a cell only as a string.

mod book;
mod package;
mod plugin;
mod sheets;
mod table;
mod xml;

use govkit_reader::{Corpus, Input};
use govkit_zip::{Effort, pack};
use serde::Deserialize;

/// One sheet of the workbook.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Sheet {
    /// All artifacts.
    Register,
    /// Who names whom.
    Links,
    /// Activities by role.
    Raci,
    /// Controls by policy and risk.
    Controls,
    /// The steps of procedures.
    Steps,
    /// What is due.
    Reviews,
}

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The name of the workbook.
    pub title: String,
    /// The sheets, in their order.
    pub sheets: Vec<Sheet>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "Register".to_owned(),
            sheets: vec![
                Sheet::Register,
                Sheet::Links,
                Sheet::Raci,
                Sheet::Controls,
                Sheet::Steps,
                Sheet::Reviews,
            ],
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.title.trim().is_empty() {
            return Err("`title` is empty; write the name of the workbook".to_owned());
        }
        let twice = |(at, sheet)| options.sheets[..at].contains(sheet);
        if options.sheets.is_empty() || options.sheets.iter().enumerate().any(twice) {
            return Err("`sheets` needs at least one sheet, and each once".to_owned());
        }
        Ok(options)
    }
}

/// Returns the workbook as the bytes of an `.xlsx` file; the error says in one sentence what a
/// spreadsheet could not hold.
pub fn workbook(input: &[Input], options: &Options) -> Result<Vec<u8>, String> {
    let corpus = Corpus::new(input);
    let tables: Vec<table::Table> = options
        .sheets
        .iter()
        .map(|sheet| sheets::table(*sheet, &corpus))
        .collect();
    let parts = book::parts(&tables, &options.title)?;
    let parts = parts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()));
    // A sheet says much the same in every row, and a plugin has a budget.
    pack(parts, Effort::Quick).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
