//! Blocks as Typst. Every text stands in a string, so that nothing in it is Typst.

use govkit_book::{Block, Span, Target};

/// Returns text as a string of Typst. Control characters, and those that turn the direction of the
/// text around, are shown as a replacement character.
pub(crate) fn string(raw: &str) -> String {
    let mut out = String::from("\"");
    for ch in raw.chars() {
        match ch {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            // Typst takes these for ends of lines.
            '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if ch.is_control() => out.push('\u{fffd}'),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// Returns spans as content without its brackets.
pub(crate) fn spans(spans: &[Span]) -> String {
    let runs = spans.chunk_by(|a, b| a.link == b.link);
    runs.map(|run| {
        let inside: String = run.iter().map(span).collect();
        match run.first().and_then(|first| first.link.as_ref()) {
            Some(Target::Address(to)) => format!("#link({})[{inside}];", string(to)),
            Some(Target::Place(to)) => format!("#link(label({}))[{inside}];", string(to)),
            None => inside,
        }
    })
    .collect()
}

fn span(span: &Span) -> String {
    let line = |line: &str| match span.look.code {
        true => format!("#raw({});", string(line)),
        false => format!("#{};", string(line)),
    };
    let lines: Vec<String> = span.text.split('\n').map(line).collect();
    let mut shown = lines.join("#linebreak();");
    let look = span.look;
    let functions = [
        (look.strike, "strike"),
        (look.italic, "emph"),
        (look.bold, "strong"),
    ];
    for (_, function) in functions.iter().filter(|(set, _)| *set) {
        shown = format!("#{function}[{shown}];");
    }
    shown
}

/// Returns a heading that links lead to.
pub(crate) fn heading(level: u8, place: &str, words: &str) -> String {
    format!(
        "#heading(level: {level})[{words}] #label({})\n\n",
        string(place)
    )
}

/// Returns blocks, each a paragraph of its own.
pub(crate) fn blocks(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> String {
    match block {
        // Chapters and sections have the first two levels.
        Block::Heading {
            level,
            place,
            words,
        } => heading(level + 2, place, &spans(words)),
        Block::Paragraph(words) => format!("{}\n\n", spans(words)),
        Block::List(start, items) => list(*start, items),
        Block::Code(code) => format!("#raw(block: true, {});\n\n", string(code)),
        Block::Quote(inside) => format!("#quote(block: true)[\n{}];\n\n", blocks(inside)),
        Block::Table {
            caption,
            widths,
            head,
            rows,
        } => {
            let caption = match caption.is_empty() {
                true => String::new(),
                false => format!("#strong[#{};];\n\n", string(caption)),
            };
            caption + &table(widths, head, rows)
        }
        Block::Rule => "#line(length: 100%);\n\n".to_owned(),
    }
}

fn list(start: Option<u64>, items: &[Vec<Block>]) -> String {
    let items: String = items
        .iter()
        .map(|item| format!("  [\n{}],\n", blocks(item)))
        .collect();
    match start {
        None => format!("#list(\n{items});\n\n"),
        Some(start) => format!("#enum(start: {start},\n{items});\n\n"),
    }
}

/// Returns a table; without a head it has none.
pub(crate) fn table(widths: &[u16], head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) -> String {
    let columns: Vec<String> = widths.iter().map(|width| format!("{width}fr")).collect();
    let mut out = format!("#table(columns: ({},),\n", columns.join(", "));
    if !head.is_empty() {
        let cells: Vec<String> = head
            .iter()
            .map(|cell| format!("[#strong[{}];]", spans(cell)))
            .collect();
        out.push_str(&format!("  table.header({}),\n", cells.join(", ")));
    }
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| format!("[{}]", spans(cell)))
            .collect();
        out.push_str(&format!("  {},\n", cells.join(", ")));
    }
    out.push_str(");\n\n");
    out
}
