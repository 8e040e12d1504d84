//! What was written, as a zip reader and an XML parser see it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use roxmltree::{Document as Xml, Node};

use super::*;

fn parts(document: &Document) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(document.to_bytes())).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(file.name().to_owned(), text);
    }
    for (name, text) in &parts {
        assert!(Xml::parse(text).is_ok(), "{name}: {text}");
    }
    parts
}

fn all<'a>(xml: &'a Xml<'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    xml.descendants()
        .filter(move |node| node.tag_name().name() == name)
}

fn attribute<'a>(node: &Node<'a, 'a>, name: &str) -> &'a str {
    let found = node.attributes().find(|one| one.name() == name);
    found.map_or("", |one| one.value())
}

fn text(xml: &Xml<'_>) -> String {
    let texts = xml.descendants().filter(|node| node.is_text());
    texts.filter_map(|node| node.text()).collect()
}

fn hostile() -> Document {
    let mut document = Document::new("<t>&\u{1}\"\u{202e}");
    document.header = "]]> & <b>\u{0}\nx".to_owned();
    document.footer = document.header.clone();
    document.blocks.push(Block::Contents(2, "C".to_owned()));
    let link = |to: &str| Run {
        link: Some(Target::Address(to.to_owned())),
        ..Run::plain("link")
    };
    document.push(Paragraph::of(
        Style::Heading(1),
        "\" PAGE \\* <w:fldSimple w:instr=\"DDEAUTO c:\\\\x\"/> ]]>\u{b}",
    ));
    document.push(Paragraph::with(
        Style::Normal,
        vec![
            link("javascript:alert(1)"),
            link("https://example.org/\"><x>"),
            link("https://example.org/a%20b"),
            link("file:///etc/passwd"),
        ],
    ));
    document
}

#[test]
fn every_part_is_well_formed_and_has_a_type_and_every_relationship_a_target() {
    let parts = parts(&hostile());
    let types = Xml::parse(&parts["[Content_Types].xml"]).unwrap();
    for name in parts.keys().filter(|name| !name.ends_with(".rels")) {
        let typed =
            all(&types, "Override").any(|one| attribute(&one, "PartName") == format!("/{name}"));
        assert!(typed || name == "[Content_Types].xml", "{name}");
    }
    let rels = Xml::parse(&parts["word/_rels/document.xml.rels"]).unwrap();
    for one in all(&rels, "Relationship") {
        let target = attribute(&one, "Target");
        let inside = attribute(&one, "TargetMode").is_empty();
        assert_eq!(
            inside,
            parts.contains_key(&format!("word/{target}")),
            "{target}"
        );
    }
    let body = Xml::parse(&parts["word/document.xml"]).unwrap();
    let styles = Xml::parse(&parts["word/styles.xml"]).unwrap();
    for used in all(&body, "pStyle").chain(all(&body, "rStyle")) {
        let id = attribute(&used, "val");
        assert!(
            all(&styles, "style").any(|one| attribute(&one, "styleId") == id),
            "{id}"
        );
    }
}

#[test]
fn hostile_text_is_text_and_reaches_no_instruction_of_a_field() {
    let parts = parts(&hostile());
    let body = Xml::parse(&parts["word/document.xml"]).unwrap();
    assert!(text(&body).contains("<w:fldSimple w:instr=\"DDEAUTO c:\\\\x\"/> ]]>"));
    assert_eq!(all(&body, "fldSimple").count(), 0);
    let instructions: Vec<&str> = all(&body, "instrText")
        .filter_map(|one| one.text())
        .collect();
    assert_eq!(
        instructions,
        [
            " TOC \\o \"1-2\" \\h \\z \\u ",
            " PAGEREF _Toc00000001 \\h "
        ]
    );
    let links = |rel: &Xml<'_>| -> Vec<String> {
        let outside =
            all(rel, "Relationship").filter(|one| attribute(one, "TargetMode") == "External");
        outside
            .map(|one| attribute(&one, "Target").to_owned())
            .collect()
    };
    let rels = Xml::parse(&parts["word/_rels/document.xml.rels"]).unwrap();
    assert_eq!(links(&rels), ["https://example.org/a%20b"]);
    let core = Xml::parse(&parts["docProps/core.xml"]).unwrap();
    assert!(text(&core).contains("<t>&\"\u{fffd}"));
    let header = Xml::parse(&parts["word/header1.xml"]).unwrap();
    assert_eq!(text(&header), "]]> & <b> x");
}

#[test]
fn a_table_with_more_columns_than_word_shows_loses_no_text() {
    let mut document = Document::new("t");
    let cell = |at: usize| Paragraph::of(Style::Cell, &format!("c{at};"));
    document.blocks.push(Block::Table(Table {
        widths: vec![1; 200],
        head: 0,
        rows: vec![Row::of((0..200).map(cell).collect())],
    }));
    let parts = parts(&document);
    let body = Xml::parse(&parts["word/document.xml"]).unwrap();
    assert_eq!(all(&body, "tc").count(), 63);
    assert!((0..200).all(|at| text(&body).contains(&format!("c{at};"))));
}

#[test]
fn the_same_document_has_the_same_bytes() {
    assert_eq!(hostile().to_bytes(), hostile().to_bytes());
}

#[test]
fn marked_text_is_a_tracked_change_with_author_and_day() {
    let mut document = Document::new("t");
    document.day = "2026-03-01".to_owned();
    let run = |text: &str, mark| Run {
        mark,
        ..Run::plain(text)
    };
    document.push(Paragraph {
        mark: Mark::Inserted,
        ..Paragraph::with(
            Style::Normal,
            vec![
                run("a", Mark::Same),
                run("b", Mark::Deleted),
                run("c", Mark::Inserted),
            ],
        )
    });
    let cell = Paragraph::with(Style::Cell, vec![run("d", Mark::Deleted)]);
    document.blocks.push(Block::Table(Table {
        widths: vec![1],
        head: 0,
        rows: vec![Row {
            mark: Mark::Deleted,
            ..Row::of(vec![cell])
        }],
    }));
    let parts = parts(&document);
    let body = Xml::parse(&parts["word/document.xml"]).unwrap();
    let changes: Vec<Node<'_, '_>> = all(&body, "ins").chain(all(&body, "del")).collect();
    assert_eq!(changes.len(), 5);
    let mut ids: Vec<&str> = changes.iter().map(|one| attribute(one, "id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "each has an id of its own");
    for one in &changes {
        assert_eq!(
            (attribute(one, "author"), attribute(one, "date")),
            ("govkit", "2026-03-01T00:00:00Z")
        );
    }
    let deleted: String = all(&body, "delText").filter_map(|one| one.text()).collect();
    assert_eq!(deleted, "bd");
    assert!(
        all(&body, "trPr")
            .next()
            .unwrap()
            .children()
            .any(|one| one.tag_name().name() == "del")
    );
}

#[test]
fn a_list_with_numbers_begins_where_it_should_and_each_counts_on_its_own() {
    let mut document = Document::new("t");
    for start in [Some(3), None, Some(1)] {
        let list = start.map(|start| document.numbers(1, start));
        document.push(Paragraph {
            item: Some(Item { list, level: 1 }),
            ..Paragraph::of(Style::List, "x")
        });
    }
    let parts = parts(&document);
    let body = Xml::parse(&parts["word/document.xml"]).unwrap();
    let used: Vec<&str> = all(&body, "numId")
        .map(|one| attribute(&one, "val"))
        .collect();
    let numbering = Xml::parse(&parts["word/numbering.xml"]).unwrap();
    let starts: Vec<(&str, &str)> = all(&numbering, "num")
        .map(|one| {
            let start = one
                .descendants()
                .find(|one| one.tag_name().name() == "startOverride");
            (
                attribute(&one, "numId"),
                start.map_or("", |one| attribute(&one, "val")),
            )
        })
        .filter(|(id, _)| used.contains(id))
        .collect();
    assert_eq!(used, ["3", "2", "4"]);
    assert_eq!(starts, [("2", ""), ("3", "3"), ("4", "1")]);
}
