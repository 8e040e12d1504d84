use super::*;

#[test]
fn a_bot_finds_its_comment_by_a_line_that_stays() {
    let text = Comment::new("review", "4f1c2a9", "feature/x").finish(&[]);
    let lines: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(
        lines,
        [
            "<!-- govkit:review -->",
            "<!-- base=4f1c2a9 head=feature/x -->",
            ""
        ]
    );
    // A name that could end the comment is left out.
    let text = Comment::new("diff", "a--><script>", "b").finish(&[]);
    assert!(
        !text.contains("script") && text.starts_with("<!-- govkit:diff -->\n\n"),
        "{text}"
    );
}

#[test]
fn what_does_not_fit_is_counted_and_the_limit_holds() {
    let mut comment = Comment::new("diff", "a", "b");
    // An astral character is two units.
    let part = format!("{}\n", "𝒳".repeat(4_000));
    comment.folded("more", "", vec![part.clone(); 10], "change");
    comment.folded("redline", "", vec![part; 3], "passage");
    let text = comment.finish(&["end".to_owned()]);
    assert!(units(&text) <= LIMIT, "{}", units(&text));
    assert_eq!(
        text.matches('\n').filter(|_| true).count(),
        text.lines().count()
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    assert_eq!(text.matches("𝒳\n").count(), 7, "7 * 8,001 of 64,036 fit");
    assert!(
        text.contains("so 3 changes and 3 passages did not fit"),
        "{}",
        &text[text.len() - 300..]
    );
}

#[test]
fn a_small_part_may_fit_where_a_large_one_did_not() {
    let mut comment = Comment::new("diff", "a", "b");
    assert!(!comment.part(&"x".repeat(70_000), "change"));
    assert!(comment.part("small\n", "change"));
    assert!(comment.finish(&[]).contains("so 1 change did not fit"));
}
