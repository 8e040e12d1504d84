//! What `diff` and `review` write of a change that brings hostile text, alters it, or takes it away.

use govkit_testkit::Repo;

use super::fixture::hostile_short;
use super::markdown::must_be_a_plain_comment;
use super::payloads;
use crate::dom::Page;
use crate::govkit;
use crate::word::Word;

/// How many texts there are for one that is altered: to compare two sides takes longest.
const ALTERED: usize = 8;

/// A last commit that alters hostile texts, and ranges that bring, alter and take away.
fn changed(repo: &Repo, made: &[super::Hostile]) -> [&'static str; 3] {
    for one in made.iter().step_by(ALTERED) {
        let path = repo.path().join(&one.path);
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replacen("\n### b\n", "\n### c\n\nA word came.\n", 1);
        let text = text.replacen("MUST", "MAY", 1);
        let text = text.replacen("[params]\np = \"", "[params]\np = \"n", 1);
        std::fs::write(path, text.replacen("title = \"", "title = \"n", 1)).unwrap();
    }
    repo.commit("<script>alert(1)</script>");
    ["v2026.1..HEAD", "HEAD~..HEAD", "HEAD..v2026.1"]
}

/// What a verb says of a range in a form; a finding is no failure.
fn said(repo: &Repo, args: &[&str]) -> String {
    let output = govkit().run(repo, args);
    assert!(output.code <= 1, "{args:?}: {output}");
    output.text()
}

/// Both forms that somebody opens or posts.
fn compare(repo: &Repo, verb: &str, range: &str) {
    Page::read(&said(repo, &[verb, range, "--format", "html"])).must_be_sound();
    must_be_a_plain_comment(&said(repo, &[verb, range, "--format", "markdown"]));
}

#[test]
fn a_comparison_and_a_review_are_as_inert_as_an_export() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile_short(&payloads);
        for range in changed(&repo, &made) {
            compare(&repo, "diff", range);
            let document = repo.home().join("redline.docx");
            let to = document.to_str().unwrap();
            drop(said(&repo, &["diff", range, "--format", "docx", "-o", to]));
            drop(Word::read(&document));
        }
        compare(&repo, "review", "HEAD~");
        Page::read(&said(&repo, &["review", "v2026.1", "--format", "html"])).must_be_sound();
    }
}
