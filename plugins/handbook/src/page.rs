//! `handbook.html`: one page that stands alone, on the screen and on paper.

use govkit_book::{Book, Chapter, Section, Span};
use govkit_reader::html::text;
use sha2::{Digest, Sha256};

use crate::Approval;
use crate::html::{blocks, caption, hidden_caption, id, spans, table};

const STYLE: &str = include_str!("style.css");

pub(crate) fn page(book: &Book, approvals: &[Approval]) -> String {
    // The digest is hexadecimal, so that nothing in it ends a string.
    let style = STYLE.replace("DIGEST", &book.digest);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(style.as_bytes()))
    );
    let title = text(&book.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">To the text</a>\n"
    );
    out.push_str(&cover(book));
    out.push_str(&contents(book));
    out.push_str(&self::approvals(approvals));
    out.push_str("<main id=\"main\">\n");
    for one in &book.chapters {
        out.push_str(&chapter(one));
    }
    out.push_str(&format!(
        "</main>\n<footer><p>{title} · SHA-256 of its texts: <code>{}</code></p></footer>\n</body>\n</html>\n",
        book.digest
    ));
    out
}

fn cover(book: &Book) -> String {
    let mut facts = vec![];
    if !book.version.is_empty() {
        facts.push(("Version", text(&book.version)));
    }
    if !book.date.is_empty() {
        facts.push(("Newest text in force from", text(&book.date)));
    }
    facts.push(("Artifacts", book.count().to_string()));
    facts.push((
        "SHA-256 of the texts",
        format!("<code>{}</code>", book.digest),
    ));
    let facts: String = facts
        .iter()
        .map(|(label, value)| format!("<dt>{label}</dt><dd>{value}</dd>\n"))
        .collect();
    let organisation = match book.organisation.is_empty() {
        true => String::new(),
        false => format!("<p class=\"whose\">{}</p>\n", text(&book.organisation)),
    };
    format!(
        "<header class=\"cover\">\n<h1>{}</h1>\n{organisation}<dl>\n{facts}</dl>\n</header>\n",
        text(&book.title)
    )
}

fn contents(book: &Book) -> String {
    let mut out = String::from(
        "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n",
    );
    for chapter in &book.chapters {
        out.push_str(&format!(
            "<li><a href=\"#{}\">{} {}</a>\n<ol>\n",
            id(&chapter.place),
            chapter.number,
            text(&chapter.title)
        ));
        for section in &chapter.sections {
            out.push_str(&format!(
                "<li><a href=\"#{}\">{} {}</a></li>\n",
                id(&section.place),
                text(&section.number),
                text(&section.title)
            ));
        }
        out.push_str("</ol></li>\n");
    }
    out.push_str("</ol>\n</nav>\n");
    out
}

/// The head of the table of approvals.
pub(crate) const COLUMNS: [&str; 5] = ["Text", "Status", "Since", "Written by", "Commit"];

/// A row of the table of approvals.
pub(crate) fn row(one: &Approval) -> Vec<Vec<Span>> {
    let version = &one.version;
    let mut commit = Span::plain(&version.commit);
    commit.look.code = true;
    vec![
        vec![Span::to(
            &one.place,
            &format!("{} {}", one.number, one.title),
        )],
        vec![Span::plain(version.status())],
        vec![Span::plain(&version.date)],
        vec![Span::plain(&version.author)],
        vec![commit],
    ]
}

fn approvals(approvals: &[Approval]) -> String {
    if approvals.is_empty() {
        return String::new();
    }
    let head = COLUMNS.map(|word| vec![Span::plain(word)]);
    let rows: Vec<Vec<Vec<Span>>> = approvals.iter().map(row).collect();
    format!(
        "<section aria-labelledby=\"approvals\">\n<h2 id=\"approvals\">Approvals</h2>\n{}</section>\n",
        table(&caption("What put each text in force"), &head, &rows)
    )
}

fn chapter(chapter: &Chapter) -> String {
    let sections: String = chapter.sections.iter().map(section).collect();
    let place = id(&chapter.place);
    format!(
        "<section class=\"chapter\" aria-labelledby=\"{place}\">\n<h2 id=\"{place}\"><span class=\"number\">{}</span> {}</h2>\n{sections}</section>\n",
        chapter.number,
        text(&chapter.title)
    )
}

fn section(section: &Section) -> String {
    let place = id(&section.place);
    let mut out = format!(
        "<section aria-labelledby=\"{place}\">\n<h3 id=\"{place}\"><span class=\"number\">{}</span> {}</h3>\n",
        text(&section.number),
        text(&section.title)
    );
    if !section.summary.is_empty() {
        out.push_str(&format!(
            "<p class=\"lead\">{}</p>\n",
            spans(&section.summary)
        ));
    }
    let about = hidden_caption(&format!("Facts: {}", section.title));
    out.push_str(&format!("<table class=\"facts\">{about}<tbody>\n"));
    for (label, value) in &section.facts {
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            text(label),
            spans(value)
        ));
    }
    out.push_str("</tbody></table>\n");
    out.push_str(&blocks(&section.blocks, &section.title));
    out.push_str("</section>\n");
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            match at <= chunk.len() {
                true => out.push(digit(bits >> (18 - 6 * at))),
                false => out.push('='),
            }
        }
    }
    out
}
