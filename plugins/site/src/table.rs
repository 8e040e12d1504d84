//! Tables of a site's own, which on a phone become a list for each row.

/// A table of N columns; cells are HTML.
pub(crate) struct Table<const N: usize> {
    heads: [&'static str; N],
    rows: String,
    row_heads: bool,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(heads: [&'static str; N]) -> Self {
        Self {
            heads,
            rows: String::new(),
            row_heads: false,
        }
    }

    /// Makes the first cell of each row the row's head.
    pub(crate) fn with_row_heads(self) -> Self {
        Self {
            row_heads: true,
            ..self
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.row_with("", cells);
    }

    /// Adds a row whose element has `attributes`, with a blank before each.
    pub(crate) fn row_with(&mut self, attributes: &str, cells: [String; N]) {
        self.rows.push_str(&format!("<tr{attributes}>"));
        for (at, (head, cell)) in self.heads.iter().zip(cells).enumerate() {
            // A narrow page has no room for heads, so each cell brings its own.
            let cell = match (cell.is_empty(), at == 0 && self.row_heads) {
                (true, _) => "<td></td>".to_owned(),
                (false, false) => format!("<td data-head=\"{head}\">{cell}</td>"),
                (false, true) => format!("<th scope=\"row\">{cell}</th>"),
            };
            self.rows.push_str(&cell);
        }
        self.rows.push_str("</tr>\n");
    }

    /// Returns the table with these attributes, with a blank before each.
    pub(crate) fn html(&self, attributes: &str) -> String {
        let head = |head: &&str| format!("<th scope=\"col\">{head}</th>");
        let heads: String = self.heads.iter().map(head).collect();
        format!(
            "<div class=\"wide stack\" tabindex=\"0\"><table{attributes}><thead><tr>{heads}</tr></thead><tbody>\n{}</tbody></table></div>\n",
            self.rows
        )
    }
}
