//! The table of contents: a field that Word fills with page numbers, with its entries already there.

use crate::model::{Block, Document, Style};
use crate::xml::Xml;

/// A heading of the document.
pub(crate) struct Heading {
    /// Its level, from 1.
    level: u8,
    /// Its number; empty where headings have none.
    number: String,
    text: String,
    /// The bookmark it gets.
    pub(crate) place: String,
}

/// Collects the headings in their order.
pub(crate) fn headings(document: &Document) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let (mut chapter, mut section) = (0, 0);
    for block in &document.blocks {
        let Block::Paragraph(paragraph) = block else {
            continue;
        };
        let Style::Heading(level) = paragraph.style else {
            continue;
        };
        match level {
            1 => (chapter, section) = (chapter + 1, 0),
            2 => section += 1,
            _ => {}
        }
        let number = match level {
            1 if document.chapters => format!("{chapter}"),
            2 if document.chapters => format!("{chapter}.{section}"),
            _ => String::new(),
        };
        let text = paragraph.runs.iter().map(|run| run.text.as_str());
        found.push(Heading {
            level,
            number,
            text: text.collect(),
            // Word's own name for it, so that an update does not add another.
            place: format!("_Toc{:08}", found.len() + 1),
        });
    }
    found
}

/// Writes the field with an entry for each heading down to `depth`.
pub(crate) fn write(headings: &[Heading], depth: u8, title: &str, xml: &mut Xml) {
    paragraph("TOCHeading", xml, |xml| run(title, xml));
    let listed: Vec<&Heading> = headings.iter().filter(|one| one.level <= depth).collect();
    let last = listed.len().saturating_sub(1);
    for (at, heading) in listed.iter().enumerate() {
        paragraph(&format!("TOC{}", heading.level), xml, |xml| {
            if at == 0 {
                // The pages are not known here: Word fills them in.
                mark("begin", true, xml);
                instruction(&format!(" TOC \\o \"1-{depth}\" \\h \\z \\u "), xml);
                mark("separate", false, xml);
            }
            entry(heading, xml);
            if at == last {
                mark("end", false, xml);
            }
        });
    }
}

fn entry(heading: &Heading, xml: &mut Xml) {
    xml.element("w:hyperlink", &[("w:anchor", &heading.place)], |xml| {
        if !heading.number.is_empty() {
            run(&heading.number, xml);
            tab(xml);
        }
        run(&heading.text, xml);
        tab(xml);
        page(&heading.place, xml);
    });
}

/// The page of a bookmark: an update of the contents fills it.
fn page(place: &str, xml: &mut Xml) {
    mark("begin", false, xml);
    instruction(&format!(" PAGEREF {place} \\h "), xml);
    mark("separate", false, xml);
    mark("end", false, xml);
}

/// A field that is filled when the page is laid out.
pub(crate) fn field(instruction_text: &str, xml: &mut Xml) {
    mark("begin", false, xml);
    instruction(instruction_text, xml);
    mark("separate", false, xml);
    run("1", xml);
    mark("end", false, xml);
}

fn mark(kind: &str, stale: bool, xml: &mut Xml) {
    xml.element("w:r", &[], |xml| {
        let attributes = [("w:fldCharType", kind), ("w:dirty", "true")];
        let shown = if stale { 2 } else { 1 };
        xml.empty("w:fldChar", &attributes[..shown]);
    });
}

/// Only words of this crate get here, never those of a document.
fn instruction(words: &str, xml: &mut Xml) {
    xml.element("w:r", &[], |xml| {
        xml.element("w:instrText", &[("xml:space", "preserve")], |xml| {
            xml.text(words);
        });
    });
}

fn run(text: &str, xml: &mut Xml) {
    xml.element("w:r", &[], |xml| {
        let flat = text.replace(['\n', '\t'], " ");
        xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(&flat));
    });
}

fn tab(xml: &mut Xml) {
    xml.element("w:r", &[], |xml| xml.empty("w:tab", &[]));
}

fn paragraph(style: &str, xml: &mut Xml, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| xml.value("w:pStyle", style));
        inside(xml);
    });
}
