//! Cells of CSV and Markdown tables that cannot do harm.

/// Returns a CSV row (RFC 4180, CRLF) that no spreadsheet takes for formulas.
pub(crate) fn csv_row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A leading `=`, `+`, `-`, `@`, tab or line end, or its full-width form, gets an apostrophe
/// before it (OWASP, CSV injection).
fn csv(cell: &str) -> String {
    let formula = |ch: char| {
        matches!(
            ch,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
        )
    };
    let mark = if cell.trim_start_matches(' ').starts_with(formula) {
        "'"
    } else {
        ""
    };
    let cell = format!("{mark}{}", cell.replace('\0', ""));
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// Returns a row of a Markdown table.
pub(crate) fn markdown_row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| markdown(cell)).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Escapes what would end a cell or bring markup of its own.
pub(crate) fn markdown(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    for ch in cell.chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '[' | ']' | '!' => {
                out.push('\\');
                out.push(ch);
            }
            ch if ch.is_control() => out.push(' '),
            ch => out.push(ch),
        }
    }
    out
}
