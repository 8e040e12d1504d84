//! Register: what artifacts there are, and which policy leads to which process and procedure.
//!
//! [`files`] is the whole logic, a pure function; the component is a thin layer above it.

mod cell;
mod matrix;
mod plugin;
mod trace;

use std::collections::BTreeMap;

use govkit_reader::{Corpus, Input};
use serde::Deserialize;

use cell::{csv_row, markdown_row};

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The kinds of the traceability matrix, from the rule to the work.
    pub chain: Vec<Level>,
}

/// One level of the traceability matrix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The kind.
    pub kind: String,
    /// The link by which an artifact of this kind names the level above; absent at the top.
    #[serde(default)]
    pub link: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let level = |kind: &str, link: Option<&str>| Level {
            kind: kind.to_owned(),
            link: link.map(str::to_owned),
        };
        Self {
            chain: vec![
                level("policy", None),
                level("process", Some("governed_by")),
                level("procedure", Some("implements")),
            ],
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.chain.is_empty()
            || options
                .chain
                .iter()
                .skip(1)
                .any(|level| level.link.is_none())
        {
            return Err(
                "`chain` needs a level, and each level below the first needs its `link`".to_owned(),
            );
        }
        Ok(options)
    }
}

/// Returns the files of an export by name, in UTF-8.
pub fn files(input: &[Input], options: &Options) -> BTreeMap<&'static str, String> {
    let corpus = Corpus::new(input);
    let matrix = trace::matrix(&corpus.items, options);
    BTreeMap::from([
        ("controls.csv", matrix::controls(&corpus)),
        ("raci.csv", matrix::raci(&corpus)),
        ("register.csv", register(&corpus.items, csv_row)),
        ("register.md", register_page(&corpus.items)),
        ("traceability.csv", trace::csv(&matrix, options)),
        ("traceability.md", trace::page(&matrix, options)),
    ])
}

const COLUMNS: [&str; 8] = [
    "id",
    "kind",
    "title",
    "status",
    "owner",
    "effective",
    "review_by",
    "path",
];

fn register(items: &[&Input], row: fn(&[&str]) -> String) -> String {
    let mut out = row(&COLUMNS);
    for item in items {
        out.push_str(&row(&cells(item).each_ref().map(String::as_str)));
    }
    out
}

fn register_page(items: &[&Input]) -> String {
    let mut out = String::from("# Register\n\n");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(&item.kind).or_insert(0) += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    out.push_str(&format!(
        "{} artifacts: {}.\n\n",
        items.len(),
        cell::markdown(&counts.join(", "))
    ));
    out.push_str(&markdown_row(&COLUMNS));
    out.push_str(&format!("|{}\n", " --- |".repeat(COLUMNS.len())));
    for item in items {
        out.push_str(&markdown_row(&cells(item).each_ref().map(String::as_str)));
    }
    out
}

fn cells(item: &Input) -> [String; 8] {
    [
        item.id.clone(),
        item.kind.clone(),
        item.title.clone(),
        item.status.clone(),
        item.owner.clone(),
        item.text("effective"),
        item.text("review_by"),
        item.path.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, kind: &str, links: &[(&str, &str)]) -> Input {
        Input {
            id: id.to_owned(),
            kind: kind.to_owned(),
            title: format!("Title of {id}"),
            path: format!("{kind}/{id}.md"),
            links: links
                .iter()
                .map(|(name, to)| ((*name).to_owned(), (*to).to_owned()))
                .collect(),
            ..Input::default()
        }
    }

    #[test]
    fn the_register_has_a_row_for_each_artifact_sorted_by_kind_and_id() {
        let files = files(
            &[
                entry("P2", "policy", &[]),
                entry("A1", "role", &[]),
                entry("P1", "policy", &[]),
            ],
            &Options::default(),
        );
        let ids: Vec<&str> = files["register.csv"]
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').next())
            .collect();
        assert_eq!(ids, ["P1", "P2", "A1"]);
        assert!(files["register.md"].contains("3 artifacts: 2 policy, 1 role."));
    }

    #[test]
    fn the_matrix_follows_the_links_and_names_the_gaps() {
        let entries = [
            entry("POL-1", "policy", &[]),
            entry("POL-2", "policy", &[]),
            entry("PRO-1", "process", &[("governed_by", "POL-1")]),
            entry("PRO-2", "process", &[("governed_by", "POL-1")]),
            entry("PRO-9", "process", &[]),
            entry("PRC-1", "procedure", &[("implements", "PRO-1")]),
        ];
        let files = files(&entries, &Options::default());
        assert_eq!(
            files["traceability.csv"],
            "policy,process,procedure,gap\r\n\
             POL-1,PRO-1,PRC-1,\r\n\
             POL-1,PRO-2,,no procedure\r\n\
             POL-2,,,no process\r\n\
             ,PRO-9,,no policy; no procedure\r\n"
        );
        assert!(files["traceability.md"].contains("3 gaps"));
    }

    #[test]
    fn activities_and_controls_have_their_rows() {
        let mut process = entry("PRO-1", "process", &[]);
        process.fields.insert(
            "activities".to_owned(),
            serde_json::json!([{"id": "log", "do": "Log it.", "r": ["ROLE-1", "ROLE-2"], "a": "ROLE-3"}]),
        );
        let mut control = entry("CTL-1", "control", &[("verifies", "POL-1")]);
        control
            .fields
            .insert("every".to_owned(), serde_json::json!("P1M"));
        let entries = [
            process,
            control,
            entry("CTL-2", "control", &[]),
            entry("POL-1", "policy", &[]),
            entry("RSK-1", "risk", &[("mitigated_by", "CTL-1")]),
        ];
        let files = files(&entries, &Options::default());
        assert_eq!(
            files["raci.csv"],
            "process,title,activity,responsible,accountable,consulted,informed\r\n\
             PRO-1,Title of PRO-1,Log it.,ROLE-1; ROLE-2,ROLE-3,,\r\n"
        );
        assert_eq!(
            files["controls.csv"],
            "control,title,every,link,checked,kind,title of the checked\r\n\
             CTL-1,Title of CTL-1,1 month,verifies,POL-1,policy,Title of POL-1\r\n\
             CTL-1,Title of CTL-1,1 month,mitigated_by,RSK-1,risk,Title of RSK-1\r\n\
             CTL-2,Title of CTL-2,,,,,\r\n"
        );
    }

    #[test]
    fn a_formula_is_made_harmless_and_a_cell_cannot_leave_its_table() {
        let mut bad = entry("=1+1", "policy", &[]);
        bad.title = "a|b\n\"c\", <d>".to_owned();
        let files = files(&[bad], &Options::default());
        assert!(files["register.csv"].contains("'=1+1,policy,\"a|b\n\"\"c\"\", <d>\""));
        assert!(
            files["register.md"].contains("a\\|b \"c\", &lt;d&gt;"),
            "{}",
            files["register.md"]
        );
    }

    #[test]
    fn a_chain_without_its_links_is_refused() {
        assert!(
            Options::from_json(r#"{"chain": [{"kind": "a"}, {"kind": "b"}]}"#)
                .unwrap_err()
                .contains("link")
        );
        assert!(Options::from_json("{}").is_ok());
    }
}
