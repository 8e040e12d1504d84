//! The first page: why, what, how, and who and what with.

use std::collections::BTreeMap;

use crate::html::text;
use crate::model::Site;
use crate::page::{Shell, badge, link};

/// Kinds by the question they answer.
const QUESTIONS: [(&str, &str, &str); 3] = [
    (
        "Why",
        "policy",
        "What the organisation wants, and what people must do about it.",
    ),
    ("What", "process", "What happens, and who answers for it."),
    ("How", "procedure", "Which steps, when, and by whom."),
];

pub(crate) fn page(site: &Site<'_>, shell: &Shell) -> String {
    let answers = |kind: &str| site.of_kind(kind).next().is_some();
    if !QUESTIONS.iter().any(|(_, kind, _)| answers(kind)) {
        return shell.wrap("", "index.html", "Home", &all(site));
    }
    let mut out = String::from(
        "<h1>Why, what and how</h1>\n<p class=\"lead\">The rules we live by, the work that follows from them, and the steps that get it done.</p>\n<div class=\"doors\">\n",
    );
    for (question, kind, says) in QUESTIONS {
        let mut list = String::new();
        for index in site.of_kind(kind) {
            list.push_str(&entry(site, index));
        }
        if !list.is_empty() {
            out.push_str(&format!(
                "<section class=\"card\" aria-labelledby=\"gk-{kind}\"><h2 id=\"gk-{kind}\"><span class=\"question\">{question}?</span></h2><p class=\"quiet\">{says}</p>\n<ul class=\"plain\">{list}</ul></section>\n"
            ));
        }
    }
    out.push_str("</div>\n");
    let others = others(site);
    if !others.is_empty() {
        out.push_str(&format!(
            "<h2>Who, with what, and in which words</h2>\n{others}"
        ));
    }
    shell.wrap("", "index.html", "Home", &out)
}

fn entry(site: &Site<'_>, index: usize) -> String {
    let item = &site.items[index];
    format!(
        "<li>{} {}<br><span class=\"quiet\">{}</span></li>\n",
        link(site, index, "a/"),
        match item.raw.status.as_str() {
            "effective" | "active" | "live" => String::new(),
            other => badge(other),
        },
        text(&item.raw.text("summary"))
    )
}

/// All other kinds, folded.
fn others(site: &Site<'_>) -> String {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, item) in site.items.iter().enumerate() {
        if !QUESTIONS.iter().any(|(_, kind, _)| *kind == item.raw.kind) {
            kinds.entry(&item.raw.kind).or_default().push(index);
        }
    }
    let mut out = String::new();
    for (kind, list) in kinds {
        out.push_str(&format!(
            "<details class=\"card\"><summary><b class=\"kind\">{}</b> <span class=\"count\">{}</span></summary><ul class=\"plain\">\n",
            text(kind),
            list.len()
        ));
        for index in list {
            out.push_str(&entry(site, index));
        }
        out.push_str("</ul></details>\n");
    }
    out
}

/// The content of the page where no text says why, what or how: everything, by kind.
fn all(site: &Site<'_>) -> String {
    let mut texts = others(site);
    let is_one_kind = texts.matches("<details").count() == 1;
    if is_one_kind {
        texts = texts.replacen("<details", "<details open", 1);
    }
    let count = site.items.len();
    format!("<h1>All texts</h1>\n<p class=\"lead\">{count} of them, by kind.</p>\n{texts}")
}
