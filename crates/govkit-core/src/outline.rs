//! The outline of a body: sections with byte ranges, links, parameter inserts and term uses.

mod scan;
mod sections;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::position::Span;

pub use scan::inserts_in;
use scan::{insert, scan, term_use};

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading's text without markup.
    pub heading: String,
    /// Its level, 1 to 6.
    pub level: u8,
    /// Its anchor: written as `{#anchor}`, else GitHub's slug of the heading, made unique.
    pub anchor: String,
    /// The slug or written anchor before it was made unique.
    pub bare_anchor: String,
    /// Whether the anchor is written.
    pub explicit: bool,
    /// The heading line's bytes.
    pub heading_span: Span,
    /// The section's bytes: from its heading to the next heading of its level or above.
    pub span: Span,
    /// Where its own text ends: at the next heading of any level.
    pub own_end: usize,
    /// The section it stands in.
    pub parent: Option<usize>,
}

/// A Markdown link or image in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyLink {
    /// The destination as written, unescaped.
    pub target: String,
    /// Where the destination is written; the whole link where it stands elsewhere (a reference).
    pub span: Span,
    /// Whether it is an image.
    pub image: bool,
}

/// A parameter insert, `{{ name }}` or `{{ POL-014.name }}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The artifact whose parameter is meant; absent for the artifact's own.
    pub artifact: Option<String>,
    /// The parameter's name.
    pub name: String,
    /// The insert with its braces.
    pub span: Span,
}

/// A use of a glossary term, `[[major incident]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermUse {
    /// The term as written.
    pub term: String,
    /// The use with its brackets.
    pub span: Span,
}

/// What stands where in a body. All spans are offsets into the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Sections in file order.
    pub sections: Vec<Section>,
    /// Links and images in file order.
    pub links: Vec<BodyLink>,
    /// Parameter inserts outside code, in file order.
    pub inserts: Vec<Insert>,
    /// Term uses outside code, in file order.
    pub terms: Vec<TermUse>,
    /// Where the text before the first heading ends.
    pub preamble_end: usize,
    /// Code, inline and blocks, and raw HTML.
    pub code: Vec<Span>,
}

/// The Markdown govkit reads: CommonMark with tables, task lists, strikethrough and `{#anchor}`.
pub fn markdown_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

impl Outline {
    /// Reads the outline of the body of `text` that starts at `body`.
    pub fn parse(text: &str, body: usize) -> Self {
        let source = text.get(body..).unwrap_or("");
        let mut reader = Reader {
            source,
            body,
            ..Reader::default()
        };
        for (event, range) in Parser::new_ext(source, markdown_options()).into_offset_iter() {
            reader.event(event, range);
        }
        let mut outline = reader.outline;
        sections::close(&mut outline, text.len());
        sections::make_unique(&mut outline.sections);
        outline.inserts = scan(source, "{{", "}}", &outline.code, body, insert);
        outline.terms = scan(source, "[[", "]]", &outline.code, body, term_use);
        outline
    }

    /// Returns the section with this anchor.
    pub fn section(&self, anchor: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.anchor == anchor)
    }

    /// Returns the innermost section a byte offset stands in.
    pub fn section_at(&self, offset: usize) -> Option<usize> {
        self.sections.iter().rposition(|section| {
            section.span.start <= offset && offset < section.span.end.max(section.span.start + 1)
        })
    }

    /// Returns the headings from the outermost section to this one.
    pub fn heading_path(&self, index: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut at = Some(index);
        while let Some(section) = at.and_then(|at| self.sections.get(at)) {
            path.push(section.heading.as_str());
            at = section.parent;
        }
        path.reverse();
        path
    }
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    body: usize,
    outline: Outline,
    heading: Option<(u8, Option<String>, String)>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let span = Span::from(range.clone()).shifted(self.body);
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.heading = Some((level as u8, id.map(|id| id.to_string()), String::new()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(span),
            // `[^1]` is a footnote where the parser, which is not told of footnotes (their
            // parsing time explodes on hostile text), sees a link called `^1`.
            Event::Start(Tag::Link { id, .. }) if id.starts_with('^') => {}
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url, range, false),
            Event::Start(Tag::Image { dest_url, .. }) => self.link(&dest_url, range, true),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) | Event::InlineHtml(_) => {
                self.outline.code.push(span);
            }
            Event::Code(text) => {
                self.outline.code.push(span);
                self.heading_text(&text);
            }
            Event::Text(text) => self.heading_text(&text),
            Event::SoftBreak | Event::HardBreak => self.heading_text(" "),
            _ => {}
        }
    }

    fn heading_text(&mut self, text: &str) {
        if let Some((_, _, heading)) = &mut self.heading {
            heading.push_str(text);
        }
    }

    fn end_heading(&mut self, span: Span) {
        let Some((level, id, heading)) = self.heading.take() else {
            return;
        };
        let heading = heading.trim().to_owned();
        let explicit = id.is_some();
        let bare_anchor = id.unwrap_or_else(|| slug(&heading));
        self.outline.sections.push(Section {
            heading,
            level,
            anchor: bare_anchor.clone(),
            bare_anchor,
            explicit,
            heading_span: span,
            span,
            own_end: span.end,
            parent: None,
        });
    }

    fn link(&mut self, target: &str, range: Range<usize>, image: bool) {
        let written = &self.source[range.clone()];
        // The destination stands after the text; a reference link's stands elsewhere.
        let found = written
            .rfind("](")
            .and_then(|at| written[at..].find(target).map(|inner| at + inner));
        let span = match found {
            Some(at) if !target.is_empty() => {
                Span::new(range.start + at, range.start + at + target.len())
            }
            _ => Span::from(range),
        };
        self.outline.links.push(BodyLink {
            target: target.to_owned(),
            span: span.shifted(self.body),
            image,
        });
    }
}

/// Returns GitHub's anchor for a heading: lower case, blanks to `-`, punctuation gone.
pub fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|ch| match ch {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            ch if ch.is_alphanumeric() => Some(ch),
            _ => None,
        })
        .collect()
}

/// Returns the text of the first heading of a body without reading the rest.
pub fn first_heading(body: &str) -> Option<String> {
    let mut fence: Option<char> = None;
    let mut before: Option<&str> = None;
    for line in body.lines() {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|ch| matches!(ch, '`' | '~'));
        if let Some(mark) =
            mark.filter(|mark| trimmed.chars().take_while(|ch| ch == mark).count() >= 3)
        {
            fence = match fence {
                Some(open) if open == mark => None,
                Some(open) => Some(open),
                None => Some(mark),
            };
        }
        let hashes = trimmed.chars().take_while(|ch| *ch == '#').count();
        let atx = (1..=6).contains(&hashes) && trimmed[hashes..].starts_with([' ', '\t']);
        let setext = before.is_some()
            && line.len() > 1
            && (line.trim_end().bytes().all(|b| b == b'=')
                || line.trim_end().bytes().all(|b| b == b'-'));
        if fence.is_none() && (atx || setext) {
            let source = if atx {
                trimmed.to_owned()
            } else {
                format!("{}\n{line}", before.unwrap_or(""))
            };
            let heading = Outline::parse(&source, 0)
                .sections
                .into_iter()
                .next()?
                .heading;
            return (!heading.is_empty()).then_some(heading);
        }
        before = (!trimmed.is_empty() && fence.is_none()).then_some(line);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "+++\n+++\nIntro [a](x.md).\n\n# Title\n\n## Scope {#scope}\ntext {{ a_b }} and `{{ no }}`\n\n### Deep *er*\n[[Major incident]]\n\n## Scope\n{{ POL-1.x }}\n";

    #[test]
    fn sections_have_ranges_parents_and_unique_anchors() {
        let outline = Outline::parse(TEXT, 8);
        let shown: Vec<_> = outline
            .sections
            .iter()
            .map(|s| {
                (
                    s.heading.as_str(),
                    s.level,
                    s.anchor.as_str(),
                    s.explicit,
                    s.parent,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("Title", 1, "title", false, None),
                ("Scope", 2, "scope", true, Some(0)),
                ("Deep er", 3, "deep-er", false, Some(1)),
                ("Scope", 2, "scope-1", false, Some(0)),
            ]
        );
        assert!(
            outline.sections[1]
                .span
                .of(TEXT)
                .starts_with("## Scope {#scope}\ntext")
        );
        assert!(
            outline.sections[1]
                .span
                .of(TEXT)
                .ends_with("[[Major incident]]\n\n")
        );
        assert_eq!(outline.heading_path(2), ["Title", "Scope", "Deep er"]);
    }

    #[test]
    fn links_inserts_and_terms_have_places_and_code_is_left_alone() {
        let outline = Outline::parse(TEXT, 8);
        assert_eq!(outline.links[0].span.of(TEXT), "x.md");
        let inserts: Vec<_> = outline
            .inserts
            .iter()
            .map(|i| (i.artifact.as_deref(), i.name.as_str(), i.span.of(TEXT)))
            .collect();
        assert_eq!(
            inserts,
            [
                (None, "a_b", "{{ a_b }}"),
                (Some("POL-1"), "x", "{{ POL-1.x }}")
            ]
        );
        assert_eq!(outline.terms[0].span.of(TEXT), "[[Major incident]]");
    }

    #[test]
    fn the_first_heading_is_found_behind_code_and_without_markup() {
        assert_eq!(
            first_heading("```\n# no\n```\n# `A` *b* {#x}\n").as_deref(),
            Some("A b")
        );
        assert_eq!(first_heading("Title\n=====\n").as_deref(), Some("Title"));
        assert_eq!(first_heading("no heading\n"), None);
    }

    #[test]
    fn a_footnote_is_no_link() {
        let text = "Text [^1] and [real](x.md).\n\n[^1]:\n    ```csl-json\n    {}\n    ```\n";
        let links = Outline::parse(text, 0).links;
        assert_eq!(
            links
                .iter()
                .map(|link| link.target.as_str())
                .collect::<Vec<_>>(),
            ["x.md"]
        );
    }

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("What's new, Doc?"), "whats-new-doc");
        assert_eq!(slug("A - B_c"), "a---b_c");
    }

    proptest! {
        #[test]
        fn no_markdown_makes_it_panic(text in "(\\PC|[\n#\\[\\](){}`*_>~=|<-]){0,200}") {
            let outline = Outline::parse(&text, 0);
            for section in &outline.sections {
                prop_assert!(text.get(section.span.start..section.span.end).is_some());
            }
            let _ = first_heading(&text);
        }
    }
}
