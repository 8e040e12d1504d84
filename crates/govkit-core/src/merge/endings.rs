//! Line ends: a side that only rewrote them changed no line.

use std::borrow::Cow;

use super::{Merged, Sides};

/// How the lines of a text end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// LF, or both sorts: then each line keeps its own.
    AsWritten,
    /// CRLF throughout.
    CrLf,
}

/// Makes lines comparable where one side rewrote all line ends; says what the answer's are.
pub(super) fn unify(texts: Sides<&str>) -> (Sides<Cow<'_, str>>, Ending) {
    let endings = texts.map(ending);
    let same = endings.base == endings.ours && endings.base == endings.theirs;
    let convertible = texts
        .map(|text| ending(text) == Ending::CrLf || !text.contains('\r'))
        .any(|yes| !yes);
    match endings.settled().filter(|_| !same && !convertible) {
        Some(ending) => (
            texts.map(|text| Cow::Owned(text.replace("\r\n", "\n"))),
            ending,
        ),
        None => (texts.map(Cow::Borrowed), Ending::AsWritten),
    }
}

fn ending(text: &str) -> Ending {
    let all = text.bytes().filter(|byte| *byte == b'\n').count();
    let crlf = text.matches("\r\n").count();
    let lone = text.bytes().filter(|byte| *byte == b'\r').count();
    if all > 0 && all == crlf && lone == crlf {
        Ending::CrLf
    } else {
        Ending::AsWritten
    }
}

/// Gives the answer the line ends that [`unify`] took away.
pub(super) fn restore(merged: &mut Merged, ending: Ending) {
    if ending == Ending::CrLf {
        let mut bytes = Vec::with_capacity(merged.bytes.len());
        for byte in &merged.bytes {
            if *byte == b'\n' {
                bytes.push(b'\r');
            }
            bytes.push(*byte);
        }
        merged.bytes = bytes;
    }
}
