//! Markdown to HTML that cannot do anything: raw HTML is shown as text, a link leads to a page of
//! the site or to an address of a known scheme, and nothing is loaded.

use std::collections::BTreeSet;

use govkit_book::address::resolve;
use govkit_book::insert::{Piece, pieces, split_term};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};
use serde_json::Value;

use crate::html::{self, slug, text};
use crate::model::Site;

/// Prefix of the ids the pages themselves use; no heading gets one of them.
pub(crate) const OWN: &str = "gk-";

/// The Markdown that govkit reads, beyond CommonMark.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Renders an artifact's text; its first heading is left out where it repeats the title.
pub(crate) fn body(site: &Site<'_>, index: usize) -> String {
    let mut out = Writer {
        site,
        index,
        html: String::new(),
        closing: Vec::new(),
        head_row: false,
        verbatim: 0,
        heading: None,
        anchors: BTreeSet::new(),
        first: true,
    };
    let parser = Parser::new_ext(&site.items[index].raw.body, EXTENSIONS);
    for event in TextMergeStream::new(parser) {
        out.event(event);
    }
    out.html
}

/// Renders one line of front matter: parameters and terms are put in, and there is no Markdown.
/// `base` leads from the page to the directory of the artifacts' pages.
pub(crate) fn line(site: &Site<'_>, index: usize, raw: &str, base: &str) -> String {
    insertions(site, index, raw, base)
}

/// Returns the words of an artifact's text without markup, with its parameters' values: what a
/// search looks through, at most about `limit` bytes. Not escaped.
pub(crate) fn words(site: &Site<'_>, index: usize, limit: usize) -> String {
    let mut out = String::new();
    let parser = Parser::new_ext(&site.items[index].raw.body, EXTENSIONS);
    for event in TextMergeStream::new(parser) {
        match event {
            Event::Text(raw) => {
                let value = |name: &str| value(site, index, name).map(|(.., value)| value);
                let shown = |word: &str| Some(split_term(word).1.to_owned());
                out.push_str(&replaced(&raw, value, shown, str::to_owned));
            }
            Event::Code(raw) | Event::Html(raw) | Event::InlineHtml(raw) => out.push_str(&raw),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !out.ends_with(' ') => {
                out.push(' ');
            }
            _ => {}
        }
        if out.len() > limit {
            break;
        }
    }
    out
}

struct Writer<'s, 'a> {
    site: &'s Site<'a>,
    index: usize,
    html: String,
    /// What closes each open link or image.
    closing: Vec<&'static str>,
    head_row: bool,
    /// How deep in code: nothing is inserted there.
    verbatim: usize,
    /// Start of the heading's content, its level, the id written, and its text so far.
    heading: Option<(usize, u8, Option<String>, String)>,
    anchors: BTreeSet<String>,
    first: bool,
}

impl Writer<'_, '_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(raw) | Event::InlineHtml(raw) | Event::Html(raw) => {
                if let Some((.., words)) = &mut self.heading {
                    words.push_str(&raw);
                }
                let shown = match self.verbatim {
                    0 => insertions(self.site, self.index, &raw, ""),
                    _ => text(&raw),
                };
                self.html.push_str(&shown);
            }
            Event::Code(raw) | Event::InlineMath(raw) | Event::DisplayMath(raw) => {
                if let Some((.., words)) = &mut self.heading {
                    words.push_str(&raw);
                }
                self.html.push_str(&format!("<code>{}</code>", text(&raw)));
            }
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.html.push_str(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(name) => self.html.push_str(&text(&name)),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.heading = Some((
                    self.html.len(),
                    level as u8,
                    id.map(|id| id.to_string()),
                    String::new(),
                ));
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.verbatim += 1;
                self.html.push_str("<pre tabindex=\"0\"><code>");
            }
            Tag::HtmlBlock => {
                self.verbatim += 1;
                self.html.push_str("<pre tabindex=\"0\" class=\"raw\">");
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            Tag::List(Some(from)) => self.html.push_str(&format!("<ol start=\"{from}\">\n")),
            Tag::TableHead => {
                self.head_row = true;
                self.html.push_str("<thead><tr>");
            }
            Tag::TableCell if self.head_row => self.html.push_str("<th scope=\"col\">"),
            other => self.html.push_str(match other {
                Tag::Paragraph => "<p>",
                Tag::BlockQuote(_) => "<blockquote>\n",
                Tag::List(None) => "<ul>\n",
                Tag::Item => "<li>",
                Tag::Emphasis => "<em>",
                Tag::Strong => "<strong>",
                Tag::Strikethrough => "<del>",
                Tag::Table(_) => "<div class=\"wide\" tabindex=\"0\"><table>\n",
                Tag::TableRow => "<tr>",
                Tag::TableCell => "<td>",
                _ => "",
            }),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::CodeBlock => {
                self.verbatim -= 1;
                self.html.push_str("</code></pre>\n");
            }
            TagEnd::HtmlBlock => {
                self.verbatim -= 1;
                self.html.push_str("</pre>\n");
            }
            TagEnd::Link | TagEnd::Image => {
                let closing = self.closing.pop().unwrap_or_default();
                self.html.push_str(closing);
            }
            TagEnd::TableHead => {
                self.head_row = false;
                self.html.push_str("</tr></thead><tbody>\n");
            }
            TagEnd::TableCell if self.head_row => self.html.push_str("</th>"),
            other => self.html.push_str(match other {
                TagEnd::Paragraph => "</p>\n",
                TagEnd::BlockQuote(_) => "</blockquote>\n",
                TagEnd::List(true) => "</ol>\n",
                TagEnd::List(false) => "</ul>\n",
                TagEnd::Item => "</li>\n",
                TagEnd::Emphasis => "</em>",
                TagEnd::Strong => "</strong>",
                TagEnd::Strikethrough => "</del>",
                TagEnd::Table => "</tbody></table></div>\n",
                TagEnd::TableRow => "</tr>\n",
                TagEnd::TableCell => "</td>",
                _ => "",
            }),
        }
    }

    /// A link inside a link is none: only the outer one opens.
    fn open_link(&mut self, to: &str) {
        let nested = self.closing.iter().any(|closing| !closing.is_empty());
        let address = if nested {
            None
        } else {
            address(self.site, self.index, to)
        };
        match address {
            Some(address) => {
                self.html
                    .push_str(&format!("<a href=\"{}\">", text(&address)));
                self.closing.push("</a>");
            }
            None => self.closing.push(""),
        }
    }

    fn close_heading(&mut self) {
        let Some((start, level, id, words)) = self.heading.take() else {
            return;
        };
        let content = self.html.split_off(start);
        let first = std::mem::replace(&mut self.first, false);
        if first && level == 1 && words.trim() == self.site.items[self.index].raw.title {
            return;
        }
        let anchor = self.anchor(id.unwrap_or_else(|| slug(&words)));
        // The title of the page is the only heading of the first level.
        let level = level.max(2);
        let id = anchor.map_or_else(String::new, |anchor| format!(" id=\"{}\"", text(&anchor)));
        self.html
            .push_str(&format!("<h{level}{id}>{content}</h{level}>\n"));
    }

    fn anchor(&mut self, wanted: String) -> Option<String> {
        let plain = |ch: char| ch.is_alphanumeric() || "-_.:".contains(ch);
        if wanted.is_empty() || wanted.starts_with(OWN) || !wanted.chars().all(plain) {
            return None;
        }
        self.anchors.insert(wanted.clone()).then_some(wanted)
    }
}

/// Returns where a link leads: a page of the site, a section, or an address of a known scheme.
fn address(site: &Site<'_>, index: usize, to: &str) -> Option<String> {
    let (path, section) = to
        .split_once('#')
        .map_or((to, None), |(path, section)| (path, Some(section)));
    let section = section.map_or_else(String::new, |section| format!("#{section}"));
    if path.is_empty() {
        return Some(section);
    }
    let target = site
        .find(path)
        .or_else(|| site.at_path(&resolve(&site.items[index].raw.path, path)?));
    match target {
        Some(target) => Some(format!("{}.html{section}", site.items[target].name)),
        None => html::address(to),
    }
}

/// Escapes text, and puts in parameters `{{ name }}` and terms `[[word]]`.
fn insertions(site: &Site<'_>, index: usize, raw: &str, base: &str) -> String {
    let parameter = |name: &str| parameter(site, index, name);
    replaced(raw, parameter, |word| term(site, word, base), text)
}

/// Replaces `{{ name }}` and `[[word]]` where the functions know them, and hands the rest to `plain`.
fn replaced(
    raw: &str,
    parameter: impl Fn(&str) -> Option<String>,
    term: impl Fn(&str) -> Option<String>,
    plain: impl Fn(&str) -> String,
) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => plain(text),
        Piece::Parameter(written, name) => parameter(name).unwrap_or_else(|| plain(written)),
        Piece::Term(written, word) => term(word).unwrap_or_else(|| plain(written)),
    };
    pieces(raw).into_iter().map(piece).collect()
}

/// Finds a parameter: the artifact it stands in, its key and its value.
fn value<'n>(site: &Site<'_>, index: usize, name: &'n str) -> Option<(usize, &'n str, String)> {
    let (from, key) = match name.split_once('.') {
        Some((id, key)) => (site.find(id)?, key),
        None => (index, name),
    };
    let value = site.items[from].raw.fields.get("params")?.get(key)?;
    let value = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Some((from, key, value))
}

fn parameter(site: &Site<'_>, index: usize, name: &str) -> Option<String> {
    let (from, key, value) = value(site, index, name)?;
    Some(format!(
        "<span class=\"param\" title=\"{}\">{}</span>",
        text(&format!("{}: {key}", site.items[from].raw.id)),
        text(&value)
    ))
}

fn term(site: &Site<'_>, written: &str, base: &str) -> Option<String> {
    let (word, shown) = split_term(written);
    let at = site.term(word).or_else(|| site.find(word))?;
    let item = &site.items[at];
    let note = |label: &str, field: &str| {
        let words = item.raw.fields.get(field).and_then(Value::as_str);
        words.map_or_else(String::new, |words| {
            format!("<span><b>{label}</b> {}</span>", text(words))
        })
    };
    Some(format!(
        "<span class=\"term\"><a href=\"{base}{}.html\">{}</a><span class=\"tip\">{}{}</span></span>",
        item.name,
        text(shown),
        note("In business words:", "business"),
        note("In technical words:", "technical"),
    ))
}
