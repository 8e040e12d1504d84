//! # dead-link
//!
//! ## What it asks
//!
//! Does every relative link and image in the text lead to a file or directory of the same revision?
//! Web addresses, mail addresses and links that start with `/` are not looked at: what they mean is
//! decided elsewhere. What follows `#` or `?` is ignored.
//!
//! ## Why it matters
//!
//! A reader who is sent to a form, a map or a procedure that is not there stops, or does it by heart.
//!
//! ## Example
//!
//! Wrong, when the file is called `PRC-002-run-a-major-incident.md`:
//!
//! ```markdown
//! See [Run a major incident](PRC-002.md).
//! ```
//!
//! Right:
//!
//! ```markdown
//! See [Run a major incident](PRC-002-run-a-major-incident.md).
//! ```
//!
//! ## What to do
//!
//! Correct the path. It counts from the directory of the text itself; `../` leads one directory up.
//! Upper and lower case matter. A blank in a file name is written `%20`.

use super::wording::quoted;
use crate::artifact::Artifact;
use crate::corpus::Corpus;
use crate::outline::BodyLink;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct DeadLink;

impl Rule for DeadLink {
    fn id(&self) -> &'static str {
        "dead-link"
    }

    fn summary(&self) -> &'static str {
        "a relative link in a text leads to a file that exists"
    }

    fn source(&self) -> &'static str {
        include_str!("dead_link.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        for link in &artifact.outline().links {
            let Some(target) = relative_target(link, &artifact.text) else {
                continue;
            };
            let what = if link.image { "the image" } else { "the link" };
            let Some(path) = artifact.path.join(&target) else {
                let message = format!("{what} {} leaves the repository", quoted(&link.target));
                report.at(artifact, link.span, message);
                continue;
            };
            if context.corpus.has_file(&path) || context.corpus.has_directory(&path) {
                continue;
            }
            let message = format!(
                "{what} {} leads nowhere: there is no `{path}`",
                quoted(&link.target)
            );
            let draft = report.at(artifact, link.span, message);
            if let Some(help) = way_out(&target, &path, context.corpus) {
                draft.help(help);
            }
        }
    }
}

/// Returns the path a link names, decoded, where it is a relative one.
pub(crate) fn relative_target(link: &BodyLink, text: &str) -> Option<String> {
    let target = link.target.as_str();
    let path = target.split(['#', '?']).next().unwrap_or("");
    let written = link.span.of(text);
    let mail = written.starts_with('<') && target.contains('@');
    // A footnote whose text is code reads like the definition of a link.
    let footnote = written.starts_with("[^");
    // `{{ … }}` is filled in by whatever publishes the text.
    let elsewhere =
        path.is_empty() || path.starts_with('/') || mail || footnote || path.contains("{{");
    if elsewhere || has_scheme(path) {
        return None;
    }
    Some(percent_decoded(path))
}

/// Whether a link starts with `https:`, `mailto:` or the like.
fn has_scheme(path: &str) -> bool {
    let Some((scheme, _)) = path.split_once(':') else {
        return false;
    };
    let mut chars = scheme.chars();
    chars.next().is_some_and(|ch| ch.is_ascii_alphabetic())
        && chars.all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '+' | '-' | '.'))
}

/// Replaces `%20` and the like; bytes that are no UTF-8 become the replacement character, which
/// no file is named with.
fn percent_decoded(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match (byte, hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a path starts like the name of a web site: `www.example.org`, `example.com/page`.
fn looks_like_host(target: &str) -> bool {
    let first = target.split('/').next().unwrap_or("");
    let ending = first.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ["com", "dev", "eu", "gov", "info", "io", "net", "org"];
    target.starts_with("www.") || known.contains(&ending)
}

fn way_out(target: &str, path: &str, corpus: &Corpus) -> Option<String> {
    if looks_like_host(target) {
        return Some(format!("write `https://{target}` if a web page is meant"));
    }
    let with_ending = format!("{path}.md");
    corpus
        .has_file(&with_ending)
        .then(|| format!("did you mean `{}.md`?", target.trim_end_matches('/')))
}
