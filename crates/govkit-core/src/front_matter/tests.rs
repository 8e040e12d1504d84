use proptest::prelude::*;

use super::*;
use crate::position::Position;

fn read(text: &str, syntax: Syntax) -> FrontMatter {
    FrontMatter::read(text, &[syntax], &Limits::DEFAULT).unwrap()
}

fn shown(text: &str, syntax: Syntax) -> Vec<(String, String, u32, u32)> {
    let front = read(text, syntax);
    front
        .fields
        .leaves()
        .into_iter()
        .map(|(path, field)| {
            let at = Position::of(text, field.node.span.start);
            (path, field.node.value.display(), at.line, at.column)
        })
        .collect()
}

fn row(path: &str, value: &str, line: u32, column: u32) -> (String, String, u32, u32) {
    (path.into(), value.into(), line, column)
}

#[test]
fn toml_keeps_order_and_places() {
    let text =
        "+++\nid = \"A\"\neffective = 2026-12-01\n\n[links]\nto = [\"B\", \"C\"]\n+++\n# T\n";
    assert_eq!(
        shown(text, Syntax::Toml),
        [
            row("id", "A", 2, 6),
            row("effective", "2026-12-01", 3, 13),
            row("links.to", "B, C", 6, 6)
        ]
    );
    assert_eq!(&text[read(text, Syntax::Toml).body..], "# T\n");
}

#[test]
fn yaml_keeps_order_places_and_words_that_look_like_booleans() {
    let text = "---\neip: 20\ncountry: NO\nversion: 1.10\nrequires:\n  - 1\n  - 2\n---\nbody";
    assert_eq!(
        shown(text, Syntax::Yaml),
        [
            row("eip", "20", 2, 6),
            row("country", "NO", 3, 10),
            row("version", "1.10", 4, 10),
            row("requires", "1, 2", 6, 3)
        ]
    );
}

#[test]
fn yaml_without_an_opening_line_ends_at_its_closing_one() {
    let text = "name: Access\nsatisfies:\n  TSC:\n    - CC6.1\n---\n# Purpose\n";
    let front = read(text, Syntax::Yaml);
    assert_eq!(
        front
            .fields
            .field("satisfies.TSC")
            .unwrap()
            .node
            .value
            .display(),
        "CC6.1"
    );
    assert_eq!(&text[front.body..], "# Purpose\n");
    let prose = "# Title\n\nSome: text\n\n---\n";
    assert!(
        matches!(split(prose, &[Syntax::Yaml]), Ok(None)),
        "a thematic break closes nothing"
    );
}

#[test]
fn a_toml_fence_and_header_lines_are_read() {
    let fence = "```toml\n[advisory]\nid = \"R-1\"\n```\n# T\n";
    assert_eq!(
        shown(fence, Syntax::TomlFence),
        [row("advisory.id", "R-1", 3, 6)]
    );
    let header = "PEP: 8\nTitle: Style\n  Guide\n\nBody\n";
    assert_eq!(
        shown(header, Syntax::Header),
        [row("PEP", "8", 1, 6), row("Title", "Style Guide", 2, 8)]
    );
    assert_eq!(&header[read(header, Syntax::Header).body..], "Body\n");
}

#[test]
fn crlf_and_a_byte_order_mark_are_no_obstacle() {
    let text = "\u{feff}+++\r\nid = \"A\"\r\n+++\r\nbody";
    let front = read(text, Syntax::Toml);
    assert_eq!(
        front.fields.field("id").unwrap().node.value,
        Value::String("A".into())
    );
    assert_eq!(&text[front.body..], "body");
}

#[test]
fn errors_say_where() {
    let error =
        |text: &str, syntax| FrontMatter::read(text, &[syntax], &Limits::DEFAULT).unwrap_err();
    assert_eq!(
        error("+++\nid = 1\n", Syntax::Toml),
        FrontMatterError::Unclosed("+++")
    );
    let text = "+++\nid = \n+++\n";
    assert_eq!(
        Position::of(text, error(text, Syntax::Toml).offset()).line,
        2
    );
    let text = "---\na: [1\n---\n";
    assert!(Position::of(text, error(text, Syntax::Yaml).offset()).line >= 2);
    let text = "+++\na = 1\na = 2\n+++\n";
    assert_eq!(
        Position::of(text, error(text, Syntax::Toml).offset()).line,
        3
    );
    assert!(matches!(
        error("# T\n", Syntax::Toml),
        FrontMatterError::Absent { .. }
    ));
    let deep = format!(
        "+++\na = {}{}\n+++\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(FrontMatter::read(&deep, &[Syntax::Toml], &Limits::DEFAULT).is_err());
}

#[test]
fn yaml_errors_are_said_in_plain_words() {
    let text = "---\na: 1\na: 2\n---\n";
    let error = FrontMatter::read(text, &[Syntax::Yaml], &Limits::DEFAULT).unwrap_err();
    assert_eq!(Position::of(text, error.offset()).line, 3);
    let said = error.to_string();
    assert!(said.contains("duplicate"), "{said}");
    assert!(
        !said.contains("Policy") && !said.contains("error:") && !said.contains("line "),
        "{said}"
    );
}

#[test]
fn files_without_configuration_are_detected() {
    assert_eq!(detect("---\na: 1\n---\n").unwrap().syntax, Syntax::Yaml);
    assert_eq!(
        detect("```toml\na = 1\n```\n").unwrap().syntax,
        Syntax::TomlFence
    );
    assert_eq!(detect("A: 1\nB: 2\n\nx").unwrap().syntax, Syntax::Header);
    assert_eq!(detect("Note: this is prose.\n\nx"), None);
    assert_eq!(detect("# T\n\n---\n"), None);
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "(\\+\\+\\+\n|---\n|```toml\n)?(\\PC|[\n:=\\[\\]{}&*#|>\"' -]){0,120}(\n\\+\\+\\+\n|\n---\n|\n```\n)?") {
        for syntax in [Syntax::Toml, Syntax::Yaml, Syntax::TomlFence, Syntax::TomlFile, Syntax::YamlFile, Syntax::Header, Syntax::None] {
            if let Ok(front) = FrontMatter::read(&text, &[syntax], &Limits::DEFAULT) {
                prop_assert!(front.body <= text.len() && text.is_char_boundary(front.body));
                for (_, field) in front.fields.leaves() {
                    prop_assert!(text.get(field.key_span.start..field.key_span.end).is_some(), "{syntax:?} {field:?}");
                    prop_assert!(text.get(field.node.span.start..field.node.span.end).is_some(), "{syntax:?} {field:?}");
                }
            }
        }
        let _ = detect(&text);
    }
}
