use govkit_book::book;
use govkit_reader::{Input, Version};

use super::*;

fn hostile() -> Input {
    Input {
        id: "POL-1".to_owned(),
        kind: "policy".to_owned(),
        title: "</title>\" #panic(\"x\") \\".to_owned(),
        path: "policies/POL-1.md".to_owned(),
        status: "effective".to_owned(),
        body: "#import evil \\\" <script>panic</script> `a\\\"b` [x](https://example.org/panic)\n\n\
               - panic\n\n```\n#panic(\"\\\\\")\n```\n\n| \"panic |\n|---|\n| \\\\\"panic |\n\n## \"panic\n\n> \u{202e}panic\u{1}\n"
            .to_owned(),
        ..Input::default()
    }
}

/// The source without its strings: read as Typst reads them, not as they were written.
fn code(source: &str) -> String {
    let mut out = String::new();
    let mut chars = source.chars();
    while let Some(ch) = chars.next() {
        if ch != '"' {
            out.push(ch);
            continue;
        }
        while let Some(ch) = chars.next() {
            match ch {
                '\\' => drop(chars.next()),
                '"' => break,
                ch => assert!(!ch.is_control() && ch != '\u{202e}', "{ch:?} in a string"),
            }
        }
    }
    out
}

#[test]
fn no_text_is_typst() {
    let book = book(&[hostile()], &govkit_book::Options::default());
    let source = &files(&book, &[])["handbook.typ"];
    assert!(source.contains("panic"));
    let code = code(source);
    for word in ["panic", "import", "evil", "script", "title>"] {
        assert!(!code.contains(word), "{word}: {code}");
    }
}

#[test]
fn no_text_is_html() {
    let book = book(&[hostile()], &govkit_book::Options::default());
    let page = &files(&book, &[])["handbook.html"];
    assert!(!page.contains("<script") && !page.contains("</title>\""));
    assert!(page.contains("&lt;script&gt;panic&lt;/script&gt;"));
    assert!(page.contains("<a href=\"https://example.org/panic\">x</a>"));
}

#[test]
fn the_version_that_gave_a_text_its_status_is_the_approval() {
    let book = book(&[hostile()], &govkit_book::Options::default());
    let version = |date: &str, status: &str| Version {
        date: date.to_owned(),
        data: vec![("status".to_owned(), status.to_owned())],
        ..Version::default()
    };
    let dates = |versions: Vec<Version>| -> Vec<String> {
        let found = approvals(&book, |_| versions.clone());
        found.into_iter().map(|one| one.version.date).collect()
    };
    let put_in_force = vec![
        version("2026-04-01", "effective"),
        version("2026-03-01", "effective"),
        version("2026-02-01", "draft"),
        version("2026-01-01", "effective"),
    ];
    assert_eq!(dates(put_in_force), ["2026-03-01"]);
    assert!(dates(vec![version("2026-01-01", "draft")]).is_empty());
    assert!(dates(Vec::new()).is_empty());
}

#[test]
fn the_configuration_is_that_of_a_book_and_history() {
    assert!(Options::from_json("{}").unwrap().history);
    let options = Options::from_json(r#"{"title": "T", "history": false}"#).unwrap();
    assert_eq!((options.book.title.as_str(), options.history), ("T", false));
    assert!(Options::from_json(r#"{"history": 1}"#).is_err());
    assert!(Options::from_json(r#"{"titel": "T"}"#).is_err());
}
