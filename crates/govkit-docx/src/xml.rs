//! XML that is well formed because there is no other way to write it.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A part of the package while it is written.
pub(crate) struct Xml(Writer<Vec<u8>>);

/// Names and values.
pub(crate) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// Writes a part: a declaration and one element.
    pub(crate) fn part(
        name: &str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) -> Vec<u8> {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.event(Event::Decl(BytesDecl::new(
            "1.0",
            Some("UTF-8"),
            Some("yes"),
        )));
        xml.element(name, attributes, inside);
        xml.0.into_inner()
    }

    /// Writes an element with what is inside.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.event(Event::Start(start(name, attributes)));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element with nothing inside.
    pub(crate) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.event(Event::Empty(start(name, attributes)));
    }

    /// Writes an element whose only attribute is `w:val`.
    pub(crate) fn value(&mut self, name: &str, value: &str) {
        self.empty(name, &[("w:val", value)]);
    }

    /// Writes text: what markup is made of is escaped.
    pub(crate) fn text(&mut self, raw: &str) {
        let clean = clean(raw);
        self.event(Event::Text(BytesText::new(&clean)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.0
            .write_event(event)
            .expect("writing to memory cannot fail");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'a>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        // A line end in an attribute would be read back as a blank.
        let value = clean(value).replace(['\n', '\t'], " ");
        start.push_attribute((*name, value.as_str()));
    }
    start
}

/// Leaves out what XML 1.0 cannot hold, and shows what turns the direction of text around.
fn clean(raw: &str) -> String {
    raw.chars()
        .filter_map(|ch| match ch {
            '\n' | '\t' => Some(ch),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => None,
            _ if ch.is_control() => None,
            _ => Some(ch),
        })
        .collect()
}
