//! `export docx` and `export handbook`: books as other programs read them.

use govkit_testkit::{Repo, itsm};

use crate::dom::Page;
use crate::govkit;
use crate::word::Word;

/// Enables an exporter with a configuration and runs it.
fn export(repo: &Repo, name: &str) {
    let made = govkit().run(repo, ["export", name, "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
}

fn enable(repo: &Repo, name: &str, config: &str) {
    let added = govkit().run(repo, ["plugin", "add", name]);
    assert_eq!(added.code, 0, "{added}");
    if !config.is_empty() {
        let table = format!("[plugins.{name}]");
        repo.replace(
            "govkit.toml",
            &table,
            &format!("{table}\nconfig = {config}"),
        );
    }
}

fn docx(repo: &Repo) -> Word {
    export(repo, "docx");
    Word::read(&repo.path().join("public/handbook.docx"))
}

/// A policy full of what could do harm.
fn hostile(repo: &Repo) {
    let body = [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example) [d](file:///etc/passwd)",
        "[e](https://good.example@evil.example) ![f](https://evil.example/x.png) <javascript:x>",
        "[[\"><w:t>]] {{ \"><x> }} ]]> &amp; \u{1}\u{b}\u{202e}evil \u{ffff}",
        "# INCLUDETEXT \"c:\\\\x\" {#x onclick=alert(1)}",
        "`#import \"x\"` #read(\"/etc/passwd\") $x$ @label <label> *a* _b_ = c \\ // d /* e */",
        "</pre></main><style>*{display:none}</style>",
        "<!--",
    ];
    repo.write(
        "policies/POL-099-hostile.md",
        format!(
            "+++\nid = \"POL-099\"\ntitle = \"</title> \\u0001 #panic() =HYPERLINK(1)\"\nstatus = \"draft\"\nowner = \"ROLE-ciso\"\nsummary = \"\\\"><img src=x> #panic()\"\n+++\n{}\n",
            body.join("\n\n")
        ),
    );
}

#[test]
fn the_word_document_has_title_contents_and_a_numbered_section_for_each_artifact() {
    let repo = itsm();
    enable(
        &repo,
        "docx",
        "{ title = \"Service handbook\", organisation = \"Tarnfell\" }",
    );
    let word = docx(&repo);
    let all = word.paragraphs();
    let styled = |style: &str| -> Vec<String> {
        let of = all.iter().filter(|one| one.style == style && !one.cell);
        of.map(|one| one.new.clone()).collect()
    };
    assert_eq!(styled("Title"), ["Service handbook"]);
    let artifacts = govkit().run(&repo, ["list", "-q"]).ok().lines().count();
    let under = styled("Subtitle");
    assert_eq!(under[0], "Tarnfell");
    assert!(under[1].starts_with("Version 2026-"), "{under:?}");
    assert_eq!(under[2], format!("{artifacts} artifacts"));
    assert_eq!(
        styled("Heading1")[..3],
        ["Policies", "Processes", "Procedures"]
    );
    assert_eq!(styled("Heading2").len(), artifacts);
    assert_eq!(styled("TOC2").len(), artifacts);
    assert_eq!(styled("TOC2")[1], "1.2Incident reporting");
    for wanted in ["Heading3", "ListParagraph", "Normal"] {
        assert!(!styled(wanted).is_empty(), "{wanted}");
    }
}

#[test]
fn the_text_has_parameters_steps_activities_facts_and_links() {
    let repo = itsm();
    repo.replace(
        "policies/POL-007-suppliers.md",
        "answers for this policy.",
        "answers for this policy, see [the standard](https://example.org/a?b=c) or <mailto:x@example.org>.",
    );
    enable(&repo, "docx", "");
    let word = docx(&repo);
    let all = word.paragraphs();
    let deadline = "The data protection officer MUST notify the data protection regulator within 72 hours of detection.";
    assert!(
        all.iter()
            .any(|one| one.new == deadline && one.style == "ListParagraph")
    );
    let tables = word.tables();
    let has = |row: &[&str]| {
        tables
            .iter()
            .flatten()
            .any(|one| one.len() >= row.len() && one[..row.len()] == *row)
    };
    assert!(has(&["Id", "POL-002"]) && has(&["Review by", "2028-02-29"]));
    assert!(has(&["Owner", "Chief Information Security Officer"]));
    assert!(has(&["Step", "What", "Who", "When", "Evidence"]));
    assert!(has(&[
        "1",
        "Declare the major incident and take the lead.",
        "Incident Manager",
        "within 15 minutes"
    ]));
    assert!(has(&[
        "Activity",
        "Responsible",
        "Accountable",
        "Consulted",
        "Informed"
    ]));
    assert!(has(&[
        "Record every report in the ticket system",
        "Service Desk",
        "Incident Manager",
        "",
        ""
    ]));
    assert!(has(&["Priority", "Example", "Restore within"]));
    let links: Vec<String> = word.addresses().into_iter().collect();
    assert_eq!(links, ["https://example.org/a?b=c", "mailto:x@example.org"]);
}

#[test]
fn every_page_of_the_word_document_has_the_digest_and_its_number() {
    let repo = itsm();
    enable(&repo, "docx", "");
    let digest = |word: &Word| {
        let footer = word.part("word/footer1.xml");
        let texts = footer
            .descendants()
            .filter(|one| one.tag_name().name() == "t");
        let words: String = texts.filter_map(|one| one.text()).collect();
        let fields: Vec<String> = crate::word::named(&footer, "instrText")
            .filter_map(|one| Some(one.text()?.trim().to_owned()))
            .collect();
        assert_eq!(fields, ["PAGE", "NUMPAGES"]);
        words.split_whitespace().nth(1).unwrap()[..64].to_owned()
    };
    let word = docx(&repo);
    let first = digest(&word);
    assert!(first.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let section = word.part("word/document.xml");
    assert_eq!(crate::word::named(&section, "footerReference").count(), 2);
    repo.replace(
        "policies/POL-007-suppliers.md",
        "answers for this policy.",
        "answers for it.",
    );
    assert_ne!(digest(&docx(&repo)), first);
}

#[test]
fn an_export_again_has_the_same_bytes() {
    let repo = itsm();
    hostile(&repo);
    enable(&repo, "docx", "");
    export(&repo, "docx");
    let read = || std::fs::read(repo.path().join("public/handbook.docx")).unwrap();
    let first = read();
    std::fs::remove_dir_all(repo.path().join("public")).unwrap();
    export(&repo, "docx");
    assert!(read() == first);
}

#[test]
fn hostile_prose_is_text_in_a_word_document() {
    let repo = itsm();
    hostile(&repo);
    enable(&repo, "docx", "");
    let word = docx(&repo);
    assert!(
        word.addresses()
            .iter()
            .all(|to| to == "https://evil.example/x.png")
    );
    let all = word.paragraphs();
    let shown = |text: &str| all.iter().any(|one| one.new.contains(text));
    assert!(shown("<script>alert(1)</script>") && shown("</title>  #panic() =HYPERLINK(1)"));
    assert!(shown("\u{fffd}evil") && shown("INCLUDETEXT"));
}

fn page(repo: &Repo) -> Page {
    export(repo, "handbook");
    let page = Page::read(&repo.read("public/handbook.html"));
    page.must_be_sound();
    page
}

#[test]
fn the_page_is_one_numbered_document_with_version_approvals_and_digest() {
    let repo = itsm();
    enable(&repo, "handbook", "{ title = \"Service handbook\" }");
    let page = page(&repo);
    let texts = |name: &str| -> Vec<String> {
        let all = page.all(name);
        all.map(|one| one.text.trim().to_owned()).collect()
    };
    assert_eq!(texts("h1"), ["Service handbook"]);
    let artifacts = govkit().run(&repo, ["list", "-q"]).ok().lines().count();
    assert_eq!(texts("h3").len(), artifacts);
    assert_eq!(texts("h3")[1], "1.2 Incident reporting");
    assert!(texts("h2").contains(&"1 Policies".to_owned()));
    assert!(texts("h2").contains(&"Approvals".to_owned()));
    assert!(texts("dd").iter().any(|one| one.starts_with("2026-")));
    assert!(
        texts("li")
            .iter()
            .any(|one| one.contains("within 72 hours of detection"))
    );
    assert!(texts("td").contains(&"within 15 minutes".to_owned()));
    let style = texts("style").remove(0);
    for wanted in ["@page", "break-before: page", "counter(page)"] {
        assert!(style.contains(wanted), "{wanted}");
    }
}

#[test]
fn nothing_runs_on_the_page_and_nothing_of_a_text_is_code() {
    let repo = itsm();
    hostile(&repo);
    enable(&repo, "handbook", "");
    let page = page(&repo);
    for element in &page.elements {
        let never = [
            "script", "iframe", "object", "embed", "base", "img", "link", "svg",
        ];
        assert!(
            !never.contains(&element.name.as_str()),
            "<{}>",
            element.name
        );
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "style", "{name}={value}");
        }
        let to = element.get("href");
        let plain = to.starts_with('#') || to.starts_with("https://") || to.is_empty();
        assert!(plain && !to.contains('@'), "{to}");
    }
    assert_eq!(page.all("style").count(), 1);
    let policy = page
        .all("meta")
        .find(|one| one.get("http-equiv") == "Content-Security-Policy");
    assert!(
        policy
            .unwrap()
            .get("content")
            .starts_with("default-src 'none'; style-src 'sha256-")
    );
    let source = repo.read("public/handbook.typ");
    let mut outside = String::new();
    let mut rest = source.as_str();
    while let Some(at) = rest.find('"') {
        outside.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut escaped = false;
        let end = rest.find(|ch| {
            let ends = ch == '"' && !escaped;
            escaped = ch == '\\' && !escaped;
            ends
        });
        rest = &rest[end.unwrap() + 1..];
    }
    for word in ["panic", "import", "evil", "etc", "@label", "<label>"] {
        assert!(!outside.contains(word), "{word}");
        assert!(source.contains(word), "{word}");
    }
}

#[test]
fn word_and_page_of_the_same_texts_have_the_same_digest_and_each_the_same_bytes_again() {
    let repo = itsm();
    enable(&repo, "docx", "{ title = \"One\" }");
    enable(&repo, "handbook", "{ title = \"Another\" }");
    let word = docx(&repo);
    let footer = word.part("word/footer1.xml");
    let words: String = footer.descendants().filter_map(|one| one.text()).collect();
    std::fs::remove_dir_all(repo.path().join("public")).unwrap();
    let page = page(&repo);
    let digest = page.all("code").find(|one| one.text.len() == 64).unwrap();
    assert!(words.contains(&digest.text), "{words}");
    let read = || ["html", "typ"].map(|end| repo.read(&format!("public/handbook.{end}")));
    let first = read();
    std::fs::remove_dir_all(repo.path().join("public")).unwrap();
    export(&repo, "handbook");
    assert!(read() == first);
}
