use govkit_book::{Options, book};
use govkit_docx::{Item, Look};
use govkit_reader::Input;

use super::*;

fn of(body: &str) -> Document {
    let input = Input {
        id: "POL-1".to_owned(),
        kind: "policy".to_owned(),
        title: "Leave".to_owned(),
        path: "policies/POL-1.md".to_owned(),
        body: body.to_owned(),
        ..Input::default()
    };
    document(&book(&[input], &Options::default()))
}

fn paragraphs(document: &Document) -> Vec<(Style, String, Option<Item>)> {
    let only = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(one) => Some(one),
        _ => None,
    });
    only.map(|one| {
        let text = one.runs.iter().map(|run| run.text.as_str()).collect();
        (one.style, text, one.item)
    })
    .collect()
}

#[test]
fn headings_follow_the_order_of_the_book_and_lists_keep_their_depth() {
    let document = of("# Leave\n\n## Rules\n\n1. one\n2. two\n   - deep\n\n   more\n\n> said\n");
    let all = paragraphs(&document);
    let headings: Vec<(Style, &str)> = all
        .iter()
        .filter(|(style, ..)| matches!(style, Style::Heading(_)))
        .map(|(style, text, _)| (*style, text.as_str()))
        .collect();
    assert_eq!(
        headings,
        [
            (Style::Heading(1), "Policies"),
            (Style::Heading(2), "Leave"),
            (Style::Heading(3), "Rules")
        ]
    );
    let levels: Vec<(&str, Option<u8>)> = all
        .iter()
        .filter(|(style, ..)| *style == Style::List)
        .map(|(_, text, item)| (text.as_str(), item.map(|item| item.level)))
        .collect();
    assert_eq!(
        levels,
        [
            ("one", Some(0)),
            ("two", Some(0)),
            ("deep", Some(1)),
            ("more", None)
        ]
    );
    assert!(all.contains(&(Style::Quote, "said".to_owned(), None)));
}

#[test]
fn looks_and_the_head_of_a_table_are_kept() {
    let document = of("a **b** `c`\n\n| x |\n|---|\n| y |\n");
    let tables: Vec<&Table> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    assert_eq!(
        (tables.len(), tables[1].head, tables[1].rows.len()),
        (2, 1, 2)
    );
    assert!(tables[1].rows[0].cells[0][0].runs[0].look.bold);
    let bold = Look {
        bold: true,
        ..Look::default()
    };
    let looks = document.blocks.iter().find_map(|block| match block {
        Block::Paragraph(one) if one.runs.first()?.text == "a " => Some(&one.runs),
        _ => None,
    });
    let looks = looks.unwrap();
    assert_eq!(looks[1].look, bold);
    assert!(looks[3].look.code);
}
