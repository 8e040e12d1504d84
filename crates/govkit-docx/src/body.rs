//! `word/document.xml`: the text.

use std::collections::BTreeMap;

use crate::contents::{self, Heading};
use crate::model::{Block, Document, Mark, Paragraph, Row, Run, Style, Table, Target};
use crate::parts::NAMESPACES;
use crate::xml::{Attributes, Xml};
use crate::{address, parts};

/// Width of the text on the page, in twentieths of a point: A4 with margins of an inch.
const WIDTH: u32 = 9026;

/// Columns Word can show; what stands in those past them goes to the last.
const COLUMNS: usize = 63;

/// The text while it is written.
pub(crate) struct Body<'d> {
    document: &'d Document,
    /// The relationship of each address.
    links: BTreeMap<String, String>,
    headings: Vec<Heading>,
    /// How many headings were written.
    heading: usize,
    /// The number of the next bookmark, and of the next tracked change.
    next: usize,
}

impl<'d> Body<'d> {
    /// Looks at the document before it is written: what leads where.
    pub(crate) fn new(document: &'d Document) -> Self {
        let mut links = BTreeMap::new();
        for run in document.blocks.iter().flat_map(runs) {
            if let Some(Target::Address(to)) = &run.link
                && address::is_plain(to)
            {
                let id = format!("rIdLink{}", links.len() + 1);
                links.entry(to.clone()).or_insert(id);
            }
        }
        Self {
            document,
            links,
            headings: contents::headings(document),
            heading: 0,
            next: 0,
        }
    }

    /// The addresses with their relationships.
    pub(crate) fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        let links = self.links.iter();
        links.map(|(address, id)| (address.as_str(), id.as_str()))
    }

    /// Writes the part.
    pub(crate) fn write(&mut self) -> Vec<u8> {
        Xml::part("w:document", NAMESPACES, |xml| {
            xml.element("w:body", &[], |xml| {
                for block in &self.document.blocks {
                    self.block(block, xml);
                }
                parts::section(xml);
            });
        })
    }

    fn block(&mut self, block: &Block, xml: &mut Xml) {
        match block {
            Block::Paragraph(paragraph) => self.paragraph(paragraph, xml),
            Block::Table(table) => self.table(table, xml),
            Block::Contents(depth, heading) => {
                contents::write(&self.headings, *depth, heading, xml);
            }
            Block::PageBreak => xml.element("w:p", &[], |xml| {
                xml.element("w:r", &[], |xml| {
                    xml.empty("w:br", &[("w:type", "page")]);
                });
            }),
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph, xml: &mut Xml) {
        xml.element("w:p", &[], |xml| {
            self.properties(paragraph, xml);
            let mut names = Vec::new();
            if let Style::Heading(_) = paragraph.style
                && let Some(heading) = self.headings.get(self.heading)
            {
                names.push(heading.place.clone());
                self.heading += 1;
            }
            names.extend(paragraph.anchor.clone());
            let ids: Vec<String> = names.iter().map(|_| self.id()).collect();
            for (id, name) in ids.iter().zip(&names) {
                xml.empty("w:bookmarkStart", &[("w:id", id), ("w:name", name)]);
            }
            let runs = paragraph.runs.iter().filter(|run| !run.text.is_empty());
            let runs: Vec<&Run> = runs.collect();
            for linked in runs.chunk_by(|a, b| a.link == b.link) {
                self.linked(linked, xml);
            }
            for id in &ids {
                xml.empty("w:bookmarkEnd", &[("w:id", id)]);
            }
        });
    }

    fn properties(&mut self, paragraph: &Paragraph, xml: &mut Xml) {
        xml.element("w:pPr", &[], |xml| {
            xml.value("w:pStyle", &parts::style_id(paragraph.style));
            if let Some(item) = paragraph.item {
                xml.element("w:numPr", &[], |xml| {
                    xml.value("w:ilvl", &item.level.min(8).to_string());
                    xml.value("w:numId", &parts::list_number(item.list));
                });
            }
            if paragraph.indent > 0 && paragraph.item.is_none() {
                let left = u32::from(paragraph.indent.min(12)) * 360;
                xml.empty("w:ind", &[("w:left", &left.to_string())]);
            }
            if let Some(name) = tracked(paragraph.mark) {
                xml.element("w:rPr", &[], |xml| self.change(name, xml, |_| {}));
            }
        });
    }

    /// Runs that lead to the same place, or nowhere.
    fn linked(&mut self, runs: &[&Run], xml: &mut Xml) {
        let target = match runs.first().and_then(|run| run.link.as_ref()) {
            None => None,
            Some(Target::Place(place)) => Some(("w:anchor", place.clone())),
            Some(Target::Address(to)) => self.links.get(to).map(|id| ("r:id", id.clone())),
        };
        match target {
            None => self.runs(runs, false, xml),
            Some((name, value)) => {
                xml.element("w:hyperlink", &[(name, &value)], |xml| {
                    self.runs(runs, true, xml);
                });
            }
        }
    }

    fn runs(&mut self, runs: &[&Run], linked: bool, xml: &mut Xml) {
        for marked in runs.chunk_by(|a, b| a.mark == b.mark) {
            let mark = marked[0].mark;
            let write = |xml: &mut Xml| {
                for run in marked {
                    self::run(run, linked, xml);
                }
            };
            match tracked(mark) {
                None => write(xml),
                Some(name) => self.change(name, xml, write),
            }
        }
    }

    /// A tracked change around what `inside` writes.
    fn change(&mut self, name: &str, xml: &mut Xml, inside: impl FnOnce(&mut Xml)) {
        let id = self.id();
        let date = format!("{}T00:00:00Z", self.document.day);
        let mut attributes = vec![("w:id", id.as_str()), ("w:author", &self.document.author)];
        if !self.document.day.is_empty() {
            attributes.push(("w:date", &date));
        }
        xml.element(name, &attributes, inside);
    }

    fn table(&mut self, table: &Table, xml: &mut Xml) {
        let all: u32 = table.widths.iter().map(|width| u32::from(*width)).sum();
        let width = |share: u16| (WIDTH * u32::from(share) / all.max(1)).to_string();
        let shown = table.widths.iter().take(COLUMNS);
        let widths: Vec<String> = shown.map(|share| width(*share)).collect();
        xml.element("w:tbl", &[], |xml| {
            xml.element("w:tblPr", &[], |xml| {
                xml.value("w:tblStyle", "TableGrid");
                xml.empty("w:tblW", &[("w:w", "5000"), ("w:type", "pct")]);
                xml.empty("w:tblLayout", &[("w:type", "fixed")]);
                xml.empty(
                    "w:tblLook",
                    &[("w:val", "0420"), ("w:firstRow", "1"), ("w:noVBand", "1")],
                );
            });
            xml.element("w:tblGrid", &[], |xml| {
                for width in &widths {
                    xml.empty("w:gridCol", &[("w:w", width)]);
                }
            });
            for (at, row) in table.rows.iter().enumerate() {
                self.row(row, at < table.head, &widths, xml);
            }
        });
        // Two tables without a paragraph between them are one.
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:pStyle", &parts::style_id(Style::Cell));
            });
        });
    }

    fn row(&mut self, row: &Row, head: bool, widths: &[String], xml: &mut Xml) {
        xml.element("w:tr", &[], |xml| {
            xml.element("w:trPr", &[], |xml| {
                xml.empty("w:cantSplit", &[]);
                if head {
                    xml.empty("w:tblHeader", &[]);
                }
                if let Some(name) = tracked(row.mark) {
                    self.change(name, xml, |_| {});
                }
            });
            for (at, width) in widths.iter().enumerate() {
                let cell: Vec<&Paragraph> = match at + 1 == COLUMNS {
                    true => row.cells.iter().skip(at).flatten().collect(),
                    false => row.cells.iter().skip(at).take(1).flatten().collect(),
                };
                self.cell(&cell, head, width, xml);
            }
        });
    }

    fn cell(&mut self, cell: &[&Paragraph], head: bool, width: &str, xml: &mut Xml) {
        const TINT: Attributes<'_> = &[
            ("w:val", "clear"),
            ("w:color", "auto"),
            ("w:fill", "E8EEF1"),
        ];
        xml.element("w:tc", &[], |xml| {
            xml.element("w:tcPr", &[], |xml| {
                xml.empty("w:tcW", &[("w:w", width), ("w:type", "dxa")]);
                if head {
                    xml.empty("w:shd", TINT);
                }
            });
            for paragraph in cell {
                self.paragraph(paragraph, xml);
            }
            if cell.is_empty() {
                self.paragraph(&Paragraph::with(Style::Cell, Vec::new()), xml);
            }
        });
    }

    fn id(&mut self) -> String {
        self.next += 1;
        self.next.to_string()
    }
}

fn runs(block: &Block) -> Vec<&Run> {
    match block {
        Block::Paragraph(paragraph) => paragraph.runs.iter().collect(),
        Block::Table(table) => {
            let cells = table.rows.iter().flat_map(|row| row.cells.iter().flatten());
            cells.flat_map(|paragraph| &paragraph.runs).collect()
        }
        Block::Contents(..) | Block::PageBreak => Vec::new(),
    }
}

/// The element of a tracked change.
fn tracked(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Same => None,
        Mark::Inserted => Some("w:ins"),
        Mark::Deleted => Some("w:del"),
    }
}

fn run(run: &Run, linked: bool, xml: &mut Xml) {
    let look = run.look;
    xml.element("w:r", &[], |xml| {
        xml.element("w:rPr", &[], |xml| {
            match (linked, look.code) {
                (true, _) => xml.value("w:rStyle", "Hyperlink"),
                (false, true) => xml.value("w:rStyle", "CodeText"),
                (false, false) => {}
            }
            let flags = [
                ("w:b", look.bold),
                ("w:i", look.italic),
                ("w:strike", look.strike),
            ];
            for (name, _) in flags.iter().filter(|(_, set)| *set) {
                xml.empty(name, &[]);
            }
        });
        let text = match run.mark {
            Mark::Deleted => "w:delText",
            Mark::Same | Mark::Inserted => "w:t",
        };
        for (at, line) in run.text.split('\n').enumerate() {
            if at > 0 {
                xml.empty("w:br", &[]);
            }
            for (at, part) in line.split('\t').enumerate() {
                if at > 0 {
                    xml.empty("w:tab", &[]);
                }
                if !part.is_empty() {
                    xml.element(text, &[("xml:space", "preserve")], |xml| xml.text(part));
                }
            }
        }
    });
}
