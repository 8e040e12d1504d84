//! Word documents as another program reads them: a zip reader, an XML parser, and no code of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;

use roxmltree::{Document, Node};

/// The parts of a document by name.
pub(crate) struct Word {
    parts: BTreeMap<String, String>,
}

/// A paragraph: its style, and its text with all changes accepted, and with all rejected.
#[derive(Debug)]
pub(crate) struct Paragraph {
    pub(crate) style: String,
    pub(crate) new: String,
    pub(crate) old: String,
    /// Whether it is in a table.
    pub(crate) cell: bool,
}

impl Word {
    /// Reads a document and makes sure of what every reader relies on.
    pub(crate) fn read(path: &Path) -> Self {
        let parts = Self::parts_of(&std::fs::read(path).unwrap());
        let word = Self { parts };
        word.must_be_sound();
        word
    }

    /// Returns the parts of a package, all of them text, by name.
    pub(crate) fn parts_of(package: &[u8]) -> BTreeMap<String, String> {
        let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
        let mut parts = BTreeMap::new();
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            parts.insert(file.name().to_owned(), text);
        }
        parts
    }

    /// Returns a part as XML.
    pub(crate) fn part(&self, name: &str) -> Document<'_> {
        Document::parse(&self.parts[name]).unwrap()
    }

    /// Every part parses, every style, bookmark and relationship that is used exists.
    fn must_be_sound(&self) {
        for (name, text) in &self.parts {
            let xml = Document::parse(text);
            assert!(xml.is_ok(), "{name}");
            let outside = xml
                .iter()
                .any(|xml| !values(xml, "Relationship", "TargetMode").is_empty());
            assert!(!outside || name == "word/_rels/document.xml.rels", "{name}");
        }
        let (body, styles) = (self.part("word/document.xml"), self.part("word/styles.xml"));
        let known = values(&styles, "style", "styleId");
        for used in ["pStyle", "rStyle", "tblStyle"] {
            let used = values(&body, used, "val");
            assert!(used.is_subset(&known), "{used:?}");
        }
        let places = values(&body, "bookmarkStart", "name");
        let led_to = values(&body, "hyperlink", "anchor");
        assert!(
            led_to.is_subset(&places),
            "{:?}",
            led_to.difference(&places)
        );
        let marks = named(&body, "bookmarkStart").count();
        assert_eq!(places.len(), marks, "a bookmark has a name of its own");
        let rels = self.part("word/_rels/document.xml.rels");
        let known = values(&rels, "Relationship", "Id");
        assert!(values(&body, "hyperlink", "id").is_subset(&known));
        for target in self.addresses() {
            let scheme = target.split(':').next().unwrap().to_owned();
            assert!(
                ["http", "https", "mailto"].contains(&scheme.as_str()),
                "{target}"
            );
        }
        for field in named(&body, "instrText") {
            let words = field.text().unwrap().trim();
            assert!(
                words.starts_with("TOC ") || words.starts_with("PAGEREF _Toc"),
                "{words}"
            );
        }
        assert_eq!(named(&body, "fldSimple").count(), 0);
        let cells = named(&body, "tc").all(|cell| {
            let last = cell.children().rfind(Node::is_element);
            last.is_some_and(|last| last.tag_name().name() == "p")
        });
        assert!(cells, "a cell ends with a paragraph");
    }

    /// The addresses that links lead to.
    pub(crate) fn addresses(&self) -> BTreeSet<String> {
        let rels = self.part("word/_rels/document.xml.rels");
        let outside =
            named(&rels, "Relationship").filter(|one| attribute(one, "TargetMode") == "External");
        outside
            .map(|one| attribute(&one, "Target").to_owned())
            .collect()
    }

    /// The paragraphs in reading order.
    pub(crate) fn paragraphs(&self) -> Vec<Paragraph> {
        let body = self.part("word/document.xml");
        let within = |node: &Node<'_, '_>, name: &str| {
            node.ancestors()
                .any(|above| above.tag_name().name() == name)
        };
        named(&body, "p")
            .map(|paragraph| {
                let style = paragraph
                    .descendants()
                    .find(|one| one.tag_name().name() == "pStyle");
                let (mut old, mut new) = (String::new(), String::new());
                for run in paragraph.descendants().filter(Node::is_element) {
                    let text = match run.tag_name().name() {
                        "t" | "delText" => run.text().unwrap_or_default(),
                        "br" => "\n",
                        _ => continue,
                    };
                    if !within(&run, "del") {
                        new.push_str(text);
                    }
                    if !within(&run, "ins") {
                        old.push_str(text);
                    }
                }
                Paragraph {
                    style: style.map_or_else(String::new, |one| attribute(&one, "val").to_owned()),
                    new,
                    old,
                    cell: within(&paragraph, "tc"),
                }
            })
            .collect()
    }

    /// The cells of each table.
    pub(crate) fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let body = self.part("word/document.xml");
        let text = |cell: Node<'_, '_>| {
            let texts = cell
                .descendants()
                .filter(|one| one.tag_name().name() == "t");
            let texts: Vec<&str> = texts.filter_map(|one| one.text()).collect();
            texts.join("")
        };
        let inside = |node: Node<'_, '_>, name: &'static str| {
            let found = node
                .children()
                .filter(move |one| one.tag_name().name() == name);
            found.map(|one| one.id()).collect::<Vec<_>>()
        };
        let get = |id| body.get_node(id).unwrap();
        named(&body, "tbl")
            .map(|table| {
                let rows = inside(table, "tr").into_iter().map(get);
                rows.map(|row| {
                    inside(row, "tc")
                        .into_iter()
                        .map(|id| text(get(id)))
                        .collect()
                })
                .collect()
            })
            .collect()
    }
}

pub(crate) fn named<'a>(
    xml: &'a Document<'a>,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'a>> {
    let all = xml.descendants();
    all.filter(move |node| node.tag_name().name() == name)
}

pub(crate) fn attribute<'a>(node: &Node<'a, '_>, name: &str) -> &'a str {
    let found = node.attributes().find(|one| one.name() == name);
    found.map_or("", |one| one.value())
}

pub(crate) fn values(xml: &Document<'_>, element: &str, name: &str) -> BTreeSet<String> {
    let values = xml
        .descendants()
        .filter(|node| node.tag_name().name() == element)
        .map(|node| attribute(&node, name).to_owned());
    values.filter(|value| !value.is_empty()).collect()
}
