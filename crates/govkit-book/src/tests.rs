use serde_json::json;

use super::*;

fn input(id: &str, kind: &str, body: &str) -> Input {
    Input {
        id: id.to_owned(),
        kind: kind.to_owned(),
        title: format!("Title of {id}"),
        path: format!("{kind}/{id}.md"),
        body: body.to_owned(),
        ..Input::default()
    }
}

fn blocks_of(body: &str) -> Vec<Block> {
    let book = book(&[input("POL-1", "policy", body)], &Options::default());
    book.chapters[0].sections[0].blocks.clone()
}

fn paragraph(block: &Block) -> String {
    match block {
        Block::Paragraph(spans) => plain(spans),
        other => panic!("no paragraph: {other:?}"),
    }
}

#[test]
fn chapters_stand_in_the_order_why_what_how_and_then_by_name() {
    let kinds = ["term", "procedure", "control", "policy", "process"];
    let input: Vec<Input> = kinds.iter().map(|kind| input(kind, kind, "")).collect();
    let book = book(&input, &Options::default());
    let titles: Vec<&str> = book.chapters.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(
        titles,
        ["Policies", "Processes", "Procedures", "Controls", "Terms"]
    );
    let numbers: Vec<&str> = book.sections().map(|one| one.number.as_str()).collect();
    assert_eq!(numbers, ["1.1", "2.1", "3.1", "4.1", "5.1"]);
}

#[test]
fn the_configuration_chooses_kinds_statuses_and_version() {
    let mut old = input("POL-1", "policy", "");
    old.status = "retired".to_owned();
    let mut new = input("POL-2", "policy", "");
    new.status = "effective".to_owned();
    new.fields
        .insert("effective".to_owned(), json!("2026-03-01"));
    let input = [old, new, input("ROLE-1", "role", "")];
    let all = book(&input, &Options::default());
    assert_eq!((all.count(), all.version.as_str()), (3, "2026-03-01"));
    let options =
        r#"{"kinds": ["policy", "policy", "none"], "statuses": ["effective"], "version": "7"}"#;
    let some = book(&input, &Options::from_json(options).unwrap());
    let ids: Vec<&str> = some.sections().map(|one| one.id.as_str()).collect();
    assert_eq!((ids, some.version.as_str()), (vec!["POL-2"], "7"));
    assert!(Options::from_json(r#"{"title": " "}"#).is_err());
    assert!(Options::from_json(r#"{"titel": "x"}"#).is_err());
}

#[test]
fn the_digest_names_the_texts_and_not_the_title() {
    let texts = |body: &str| [input("POL-1", "policy", body)];
    let of = |body: &str, options: &str| {
        book(&texts(body), &Options::from_json(options).unwrap()).digest
    };
    assert_eq!(of("a", "{}"), of("a", r#"{"title": "Other"}"#));
    assert_ne!(of("a", "{}"), of("b", "{}"));
    assert_eq!(of("a", "{}").len(), 64);
}

#[test]
fn parameters_and_terms_are_put_in() {
    let mut policy = input(
        "POL-1",
        "policy",
        "Within {{ deadline }} of an [[incident|Incident]], {{ POL-1.deadline }}, {{ none }}, [[none]].",
    );
    policy
        .fields
        .insert("params".to_owned(), json!({"deadline": "72 hours"}));
    let mut term = input("TERM-1", "term", "");
    term.title = "incident".to_owned();
    let book = book(&[policy, term], &Options::default());
    let block = &book.chapters[0].sections[0].blocks[0];
    assert_eq!(
        paragraph(block),
        "Within 72 hours of an Incident, 72 hours, {{ none }}, [[none]]."
    );
    let Block::Paragraph(spans) = block else {
        unreachable!()
    };
    let linked = spans.iter().find(|span| span.link.is_some()).unwrap();
    assert_eq!(linked.text, "Incident");
    assert_eq!(linked.link, Some(Target::Place("s2_1".to_owned())));
}

#[test]
fn a_link_leads_into_the_book_or_to_a_known_scheme_or_nowhere() {
    let body = "[a](../role/ROLE-1.md#duties) [b](ROLE-1) [c](https://example.org) \
                [d](javascript:alert(1)) [e](#own) [f](none.md) [g](ROLE-1#title-of-role-1)\n\n# Own {#own}\n";
    let input = [
        input("POL-1", "policy", body),
        input("ROLE-1", "role", "# Title of ROLE-1\n\n## Duties\n"),
    ];
    let book = book(&input, &Options::default());
    let Block::Paragraph(spans) = &book.chapters[0].sections[0].blocks[0] else {
        panic!()
    };
    let place = |place: &str| Some(Target::Place(place.to_owned()));
    let links: Vec<Option<Target>> = spans
        .iter()
        .filter(|span| span.text != " ")
        .map(|span| span.link.clone())
        .collect();
    let address = Some(Target::Address("https://example.org".to_owned()));
    assert_eq!(
        links,
        [
            place("s2_1_h2"),
            place("s2_1"),
            address,
            None,
            place("s1_1_h1"),
            None,
            place("s2_1")
        ]
    );
}

#[test]
fn markdown_becomes_blocks() {
    let blocks = blocks_of(
        "# Title of POL-1\n\nOne **two *three*** `four` ~~five~~.\n\n> said\n\n3. a\n   - b\n4. c\n\n\
         | x | y |\n|---|---|\n| 1 | **2** |\n\n```\nlet x;\n```\n\n<b>raw</b>\n\n### Deep\n\n---\n",
    );
    let Block::Paragraph(spans) = &blocks[0] else {
        panic!("{blocks:?}")
    };
    let look = |text: &str| spans.iter().find(|span| span.text == text).unwrap().look;
    assert!(look("two ").bold && look("three").bold && look("three").italic);
    assert!(look("four").code && look("five").strike && !look("One ").bold);
    assert!(matches!(&blocks[1], Block::Quote(inside) if paragraph(&inside[0]) == "said"));
    let Block::List(Some(3), items) = &blocks[2] else {
        panic!("{blocks:?}")
    };
    assert_eq!(paragraph(&items[0][0]), "a");
    assert!(matches!(&items[0][1], Block::List(None, inner) if paragraph(&inner[0][0]) == "b"));
    let Block::Table { head, rows, .. } = &blocks[3] else {
        panic!("{blocks:?}")
    };
    assert_eq!(
        (plain(&head[1]), plain(&rows[0][1])),
        ("y".to_owned(), "2".to_owned())
    );
    assert_eq!(blocks[4], Block::Code("let x;".to_owned()));
    assert!(matches!(&blocks[5], Block::Paragraph(_) | Block::Code(_)));
    assert!(matches!(&blocks[6], Block::Heading { level: 2, .. }));
    assert_eq!(blocks[7], Block::Rule);
}

#[test]
fn what_is_nested_without_end_stays_shallow() {
    fn depth(blocks: &[Block]) -> usize {
        let inner = blocks.iter().map(|block| match block {
            Block::Quote(inside) => 1 + depth(inside),
            Block::List(_, items) => 1 + items.iter().map(|item| depth(item)).max().unwrap_or(0),
            _ => 0,
        });
        inner.max().unwrap_or(0)
    }
    let blocks = blocks_of(&format!("{} x\n", ">".repeat(5_000)));
    assert!(depth(&blocks) < 20);
    let list: String = (0..200)
        .map(|at| format!("{}- a{at}\n", " ".repeat(2 * at)))
        .collect();
    assert!(depth(&blocks_of(&list)) < 20);
}

#[test]
fn steps_and_activities_become_tables() {
    let mut procedure = input("PRC-1", "procedure", "");
    procedure.fields.insert(
        "steps".to_owned(),
        json!([{"do": "Do it.", "who": ["ROLE-1", "ROLE-2"], "within": "PT15M", "evidence": "A note"}]),
    );
    procedure.fields.insert(
        "activities".to_owned(),
        json!([{"do": "Look", "r": ["ROLE-1"], "a": ["ROLE-2"]}]),
    );
    let book = book(
        &[procedure, input("ROLE-1", "role", "")],
        &Options::default(),
    );
    let tables: Vec<Vec<String>> = book.chapters[0].sections[0]
        .blocks
        .iter()
        .map(|block| match block {
            Block::Table { rows, .. } => rows[0].iter().map(|cell| plain(cell)).collect(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        tables[0],
        [
            "1",
            "Do it.",
            "Title of ROLE-1\nROLE-2",
            "within 15 minutes",
            "A note"
        ]
    );
    assert_eq!(tables[1], ["Look", "Title of ROLE-1", "ROLE-2", "", ""]);
}
