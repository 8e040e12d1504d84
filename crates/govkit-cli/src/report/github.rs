//! GitHub Actions annotations: workflow commands on standard output, for everything that finds.

use std::io::{self, Write};

use govkit_core::untrusted::Untrusted;

/// One annotation; all texts are untrusted.
#[derive(Clone, Debug)]
pub(crate) struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub(crate) command: &'static str,
    pub(crate) path: &'a str,
    /// Line and column from 1; absent for a file as a whole.
    pub(crate) place: Option<(u32, u32)>,
    pub(crate) title: String,
    pub(crate) message: String,
}

/// Writes an annotation.
pub(crate) fn write(annotation: &Annotation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let place = annotation.place.map(|(line, column)| {
        let (line, column) = (line.max(1), column.max(1));
        format!(",line={line},col={column}")
    });
    writeln!(
        out,
        "::{} file={}{},title={}::{}",
        annotation.command,
        property(annotation.path),
        place.unwrap_or_default(),
        property(&annotation.title),
        data(&annotation.message),
    )
}

/// A message: what would end the line is escaped, so that it cannot start another command.
fn data(text: &str) -> String {
    let text = Untrusted::line(text).to_string();
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property: what would end the property or the list of them is escaped as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
