//! Markdown as a forge reads it.

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::dom::{Page, inside};

/// What CommonMark and the forges have.
pub(crate) const FORGE: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// Fails where Markdown brings HTML or a picture, or a link to anything but a file of the repository, the
/// web or a mailbox.
pub(crate) fn must_do_nothing(text: &str) {
    for event in Parser::new_ext(text, FORGE) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => panic!("{raw:?} in {text:?}"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{dest_url:?} in {text:?}"),
            Event::Start(Tag::Link { dest_url, .. }) => must_lead_nowhere_bad(&dest_url),
            _ => {}
        }
    }
}

/// As a browser reads an address: blanks around it and line ends inside do not count.
fn must_lead_nowhere_bad(to: &str) {
    let to: String = to.chars().filter(|ch| !ch.is_control()).collect();
    let to = to.trim();
    let end = to.find(['/', '?', '#']).unwrap_or(to.len());
    match to[..end].split_once(':') {
        Some((scheme, _)) => {
            let scheme = scheme.to_ascii_lowercase();
            assert!(
                ["http", "https", "mailto"].contains(&scheme.as_str()),
                "{to:?}"
            );
        }
        None => assert!(!to.starts_with("//") && !to[..end].contains('\\'), "{to:?}"),
    }
}

/// Fails where a comment for a forge has more than its own frame: folded blocks, marks of changes, a small
/// line, and links to places it knows.
pub(crate) fn must_be_a_plain_comment(text: &str) {
    const FRAME: [&str; 8] = ["details", "summary", "sub", "del", "ins", "b", "code", "br"];
    let mut html = String::new();
    for event in Parser::new_ext(text, FORGE) {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => html.push_str(&raw),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{dest_url:?}"),
            Event::Start(Tag::Link { dest_url, .. }) => drop(inside("comment", &dest_url)),
            _ => {}
        }
    }
    let frame = ["html", "head", "body"];
    for element in Page::read(&format!("<!doctype html>{html}")).elements {
        let name = element.name.as_str();
        assert!(FRAME.contains(&name) || frame.contains(&name), "<{name}>");
        assert!(element.attributes.is_empty(), "{element:?}");
    }
}
