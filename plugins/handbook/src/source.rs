//! `handbook.typ`: the book as source for Typst.

use govkit_book::{Book, Section, Span};

use crate::Approval;
use crate::page::{COLUMNS, row};
use crate::typst::{blocks, heading, spans, string, table};

pub(crate) fn source(book: &Book, approvals: &[Approval]) -> String {
    let mut out = format!(
        "// Every text of the repository stands in a string here: nothing in it is Typst.\n\
         #set document(title: {}, date: none)\n\
         #set page(paper: \"a4\", numbering: \"1 / 1\", footer: context [#set text(size: 6.5pt); #{}; #h(1fr) #counter(page).display(\"1 / 1\", both: true)])\n\
         #set text(lang: \"en\", size: 10pt)\n\
         #set table(stroke: 0.5pt + luma(160))\n\
         #set heading(numbering: (..n) => if n.pos().len() < 3 {{ numbering(\"1.1\", ..n) }})\n\
         #show heading.where(level: 1): it => {{ pagebreak(weak: true); it }}\n\n",
        string(&book.title),
        string(&format!("SHA-256 {}", book.digest)),
    );
    out.push_str(&cover(book));
    out.push_str("#pagebreak()\n#outline(title: [Contents], depth: 2)\n\n");
    if !approvals.is_empty() {
        let head = COLUMNS.map(|word| vec![Span::plain(word)]);
        let rows: Vec<Vec<Vec<Span>>> = approvals.iter().map(row).collect();
        out.push_str("#pagebreak()\n#heading(numbering: none, outlined: false)[Approvals]\n\n");
        out.push_str(&table(&[40, 14, 14, 18, 14], &head, &rows));
    }
    for chapter in &book.chapters {
        out.push_str(&heading(1, &chapter.place, &words(&chapter.title)));
        for one in &chapter.sections {
            out.push_str(&section(one));
        }
    }
    out
}

fn cover(book: &Book) -> String {
    let mut out = format!(
        "#v(5cm)\n#text(size: 30pt, weight: \"bold\")[{}]\n\n",
        words(&book.title)
    );
    let mut lines = Vec::new();
    if !book.organisation.is_empty() {
        lines.push(book.organisation.clone());
    }
    if !book.version.is_empty() {
        lines.push(format!("Version {}", book.version));
    }
    if !book.date.is_empty() {
        lines.push(format!("Newest text in force from {}", book.date));
    }
    lines.push(format!("{} artifacts", book.count()));
    for line in lines {
        out.push_str(&format!("#text(size: 13pt)[{}]\n\n", words(&line)));
    }
    out
}

fn section(section: &Section) -> String {
    let mut out = heading(2, &section.place, &words(&section.title));
    if !section.summary.is_empty() {
        out.push_str(&format!("{}\n\n", spans(&section.summary)));
    }
    let mut rows = Vec::new();
    for (label, value) in &section.facts {
        let mut label = Span::plain(label);
        label.look.bold = true;
        rows.push(vec![vec![label], value.clone()]);
    }
    out.push_str(&table(&[25, 75], &[], &rows));
    out.push_str(&blocks(&section.blocks));
    out
}

/// Text as content.
fn words(raw: &str) -> String {
    format!("#{};", string(raw))
}
