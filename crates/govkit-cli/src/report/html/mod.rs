//! A page that stands alone: no script, nothing fetched, readable from `file://` and on paper.
//!
//! Everything a repository says is text here: raw HTML is shown, not obeyed, and no id, class or
//! link comes from it but web addresses that are plain to see.

pub(crate) mod changes;
pub(crate) mod redline;
mod text;

use std::io::{self, Write};

use sha2::{Digest, Sha256};

pub(crate) use text::{Linked, Plain, Sentence, Text};

const STYLE: &str = include_str!("style.css");

/// A line of the page's table of contents: where it leads, and what it says.
pub(crate) struct Entry {
    /// The id of a heading.
    pub(crate) id: String,
    /// Its words, untrusted.
    pub(crate) words: String,
}

impl Entry {
    pub(crate) fn new(id: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            words: words.into(),
        }
    }
}

/// Writes everything up to the content of `<main>`: `title` is the page's heading, `about` one
/// line under it.
pub(crate) fn open(
    title: &str,
    about: &str,
    contents: &[Entry],
    out: &mut dyn Write,
) -> io::Result<()> {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE.as_bytes()))
    );
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        Plain(title)
    )?;
    for entry in contents.iter().take(2) {
        let (id, words) = (&entry.id, Plain(&entry.words));
        writeln!(out, "<a class=\"skip\" href=\"#{id}\">Skip to: {words}</a>")?;
    }
    write!(
        out,
        "<header>\n<h1>{}</h1>\n<p class=\"quiet\">{}</p>\n</header>\n",
        Text(title),
        Text(about)
    )?;
    if !contents.is_empty() {
        writeln!(out, "<nav aria-label=\"On this page\">\n<ul>")?;
        for entry in contents {
            let (id, words) = (&entry.id, Text(&entry.words));
            writeln!(out, "<li><a href=\"#{id}\">{words}</a></li>")?;
        }
        writeln!(out, "</ul>\n</nav>")?;
    }
    writeln!(out, "<main>")
}

/// Ends the page with a line about where it comes from.
pub(crate) fn close(origin: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "</main>\n<footer>\n<p>{}</p>\n</footer>\n</body>\n</html>\n",
        Text(origin)
    )
}

/// Opens a section that its heading names; [`end_section`] closes it.
pub(crate) fn section(id: &str, heading: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>",
        Text(heading)
    )
}

/// Closes a section.
pub(crate) fn end_section(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "</section>")
}

/// Opens a table that scrolls by itself where it is too wide; [`end_table`] closes it.
pub(crate) fn table(caption: &str, columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\"><table>\n\
         <caption>{0}</caption>\n<thead><tr>",
        Plain(caption)
    )?;
    for column in columns {
        write!(out, "<th scope=\"col\">{}</th>", Text(column))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")
}

/// Closes a table.
pub(crate) fn end_table(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "</tbody>\n</table></div>")
}

/// Base64 as a content security policy writes it.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            match at <= chunk.len() {
                true => out.push(char::from(SIGNS[(bits >> (18 - 6 * at)) as usize & 63])),
                false => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
