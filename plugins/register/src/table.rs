//! Tables as CSV and Markdown, safe to open.

/// Columns and rows of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows, each with one cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Writes the table as CSV: commas, quotes where needed (RFC 4180), lines ended by LF.
    ///
    /// A cell that a spreadsheet would take for a formula gets a leading apostrophe.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_csv(&mut out, cell);
            }
            out.push('\n');
        }
        out
    }

    /// Writes the table as Markdown; whatever a cell has in it stays text.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        push_row(&mut out, &self.columns);
        out.push('|');
        out.push_str(&"---|".repeat(self.columns.len()));
        out.push('\n');
        for row in &self.rows {
            push_row(&mut out, row);
        }
        out
    }
}

fn push_csv(out: &mut String, cell: &str) {
    // Full-width forms count: some spreadsheets fold them before they look.
    let formula = cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    let guard = if formula { "'" } else { "" };
    let quoted = cell.contains([',', '"', '\n', '\r', '\t']) || cell.trim() != cell;
    if quoted {
        out.push('"');
    }
    out.push_str(guard);
    match quoted {
        true => {
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        }
        false => out.push_str(cell),
    }
}

fn push_row(out: &mut String, cells: &[String]) {
    out.push('|');
    for cell in cells {
        out.push(' ');
        push_markdown(out, cell);
        out.push_str(" |");
    }
    out.push('\n');
}

fn push_markdown(out: &mut String, cell: &str) {
    for ch in cell.chars() {
        match ch {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!' => {
                out.push('\\');
                out.push(ch);
            }
            ch if ch.is_control() => out.push(' '),
            ch => out.push(ch),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(cell: &str) -> String {
        let table = Table {
            columns: Vec::new(),
            rows: vec![vec![cell.to_owned()]],
        };
        table.csv().trim_start_matches('\n').to_owned()
    }

    #[test]
    fn a_formula_gets_an_apostrophe() {
        assert_eq!(csv("=1+1"), "'=1+1\n");
        assert_eq!(csv("+1"), "'+1\n");
        assert_eq!(csv("-1"), "'-1\n");
        assert_eq!(csv("@SUM(A1)"), "'@SUM(A1)\n");
        assert_eq!(csv("\t=1"), "\"'\t=1\"\n");
        assert_eq!(csv("\r=1"), "\"'\r=1\"\n");
        assert_eq!(csv("\n=1"), "\"'\n=1\"\n");
        assert_eq!(csv("\u{ff1d}1"), "'\u{ff1d}1\n");
        assert_eq!(
            csv("=HYPERLINK(\"x\",\"y\")"),
            "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\n"
        );
        assert_eq!(csv("2026-01-15"), "2026-01-15\n");
        assert_eq!(csv("a=b"), "a=b\n");
    }

    #[test]
    fn commas_and_quotes_are_quoted() {
        assert_eq!(csv("a, b"), "\"a, b\"\n");
        assert_eq!(csv("the \"big\" one"), "\"the \"\"big\"\" one\"\n");
        assert_eq!(csv(" a"), "\" a\"\n");
        assert_eq!(csv("é"), "é\n");
    }

    #[test]
    fn markup_in_a_cell_stays_text() {
        let table = Table {
            columns: vec!["title".to_owned()],
            rows: vec![vec!["a|b\n<script> [x](javascript:y)".to_owned()]],
        };
        assert_eq!(
            table.markdown(),
            "| title |\n|---|\n| a\\|b \\<script\\> \\[x\\](javascript:y) |\n"
        );
    }
}
