//! The front matter of a new artifact: what the kind requires, as TOML a person fills in.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::config::{FieldDef, FieldRole, FieldType, Kind, LinkDef, When};
use crate::rules::wording::{either, with_article};

/// A line of the front matter.
struct Line {
    /// The table it stands in; empty at the top.
    table: String,
    key: String,
    value: String,
    comment: String,
    /// Whether it is only a hint: required later, under another status.
    later: bool,
}

/// Collects lines, each field once.
struct Lines {
    lines: Vec<Line>,
}

/// Returns the front matter without its fences; it ends with a line feed.
pub(super) fn front_matter(kind: &Kind, id: &str, title: &str, now: Date) -> String {
    let status = kind.status.as_ref();
    let initial = status.and_then(|status| status.initial.as_ref().or(status.values.first()));
    let mut lines = Lines { lines: Vec::new() };
    if let Some(field) = &kind.id.field {
        lines.add(field, id_value(kind, field, id), String::new());
    }
    if let Some(field) = &kind.title {
        lines.add(field, quoted(title), String::new());
    }
    if let Some((status, initial)) = status.zip(initial) {
        lines.add(&status.field, quoted(initial), either(&status.values));
    }
    let now_true = |when: &When| {
        when.iter().all(|(field, values)| {
            kind.status_field() == Some(field) && initial.is_some_and(|now| values.contains(now))
        })
    };
    let mut links: Vec<&LinkDef> = kind.links.iter().collect();
    links.retain(|link| link.min > 0 && link.min_when.as_ref().is_none_or(now_true));
    links.sort_by_key(|link| kind.owner.as_ref() != Some(&link.field));
    for link in links {
        lines.add(&link.field, link_value(link), link_comment(link));
    }
    let mut fields: Vec<&FieldDef> = kind.fields.iter().collect();
    fields.sort_by_key(|field| kind.summary.as_ref() == Some(&field.name));
    for def in fields.iter().filter(|def| !has_below(kind, def)) {
        let when = def.required_when.as_ref();
        if def.required || when.is_some_and(now_true) {
            lines.add(&def.name, field_value(def, now), field_comment(def));
        } else if let Some(when) = when {
            lines.add_later(&def.name, field_value(def, now), condition(when));
        }
    }
    lines.text() + &parts(kind)
}

impl Lines {
    fn add(&mut self, path: &str, value: String, comment: String) {
        self.push(path, value, comment, false);
    }

    fn add_later(&mut self, path: &str, value: String, comment: String) {
        self.push(path, value, comment, true);
    }

    fn push(&mut self, path: &str, value: String, comment: String, later: bool) {
        let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
        let known = |line: &Line| line.table == table && line.key == key;
        if !self.lines.iter().any(known) {
            self.lines.push(Line {
                table: table.to_owned(),
                key: key.to_owned(),
                value,
                comment,
                later,
            });
        }
    }

    /// Top-level lines, then each table with its header, `[links]` after the others.
    fn text(&self) -> String {
        let mut tables: Vec<&str> = vec![""];
        for line in &self.lines {
            if !tables.contains(&line.table.as_str()) {
                tables.push(&line.table);
            }
        }
        tables.sort_by_key(|table| *table == "links");
        let mut out = String::new();
        for table in tables {
            if !table.is_empty() {
                let path: Vec<String> = table.split('.').map(key).collect();
                out.push_str(&format!("\n[{}]\n", path.join(".")));
            }
            for line in self.lines.iter().filter(|line| line.table == table) {
                out.push_str(&line.text());
            }
        }
        out
    }
}

impl Line {
    fn text(&self) -> String {
        let hint = if self.later { "# " } else { "" };
        let setting = format!("{hint}{} = {}", key(&self.key), self.value);
        match self.comment.as_str() {
            "" => format!("{setting}\n"),
            comment => format!("{setting}  # {}\n", one_line(comment)),
        }
    }
}

fn id_value(kind: &Kind, field: &str, id: &str) -> String {
    let raw = kind.id.raw(id);
    let number = kind
        .field(field)
        .is_some_and(|def| def.kind == FieldType::Integer);
    let plain = raw == "0" || !raw.starts_with('0');
    if number && plain && raw.parse::<u32>().is_ok() {
        raw.to_owned()
    } else {
        quoted(raw)
    }
}

fn link_value(link: &LinkDef) -> String {
    let one = link.max == Some(1) || link.separator.is_some();
    if one { "\"\"" } else { "[]" }.to_owned()
}

fn link_comment(link: &LinkDef) -> String {
    let kinds = if link.to.is_empty() {
        "any artifact".to_owned()
    } else {
        either(&link.to)
    };
    match (link.min, link.max) {
        (1, Some(1)) => format!("the id of one {kinds}"),
        (min, _) => format!("ids, at least {min}: {kinds}"),
    }
}

/// A value of the field's type; empty where only a person can know it, so that `govkit check`
/// asks for it.
fn field_value(def: &FieldDef, now: Date) -> String {
    if let Some(first) = def.one_of.as_ref().and_then(|allowed| allowed.first())
        && def.kind != FieldType::List
    {
        return quoted(first);
    }
    match def.kind {
        FieldType::String | FieldType::Any => "\"\"".to_owned(),
        FieldType::Integer | FieldType::Number => "0".to_owned(),
        FieldType::Boolean => "false".to_owned(),
        FieldType::Date => date_value(def, now).to_string(),
        FieldType::Duration => quoted("1 month"),
        FieldType::List => "[]".to_owned(),
        FieldType::Table => "{}".to_owned(),
    }
}

/// Today; a year from now for the next review, three months for an end.
fn date_value(def: &FieldDef, now: Date) -> Date {
    let ahead = match def.role {
        Some(FieldRole::Review) => 1.year(),
        Some(FieldRole::Expiry) => 3.months(),
        _ => return now,
    };
    now.checked_add(ahead).unwrap_or(now)
}

fn field_comment(def: &FieldDef) -> String {
    match (&def.one_of, &def.description) {
        (Some(allowed), _) => either(allowed),
        (None, Some(description)) => description.clone(),
        (None, None) => String::new(),
    }
}

fn condition(when: &When) -> String {
    let parts = when
        .iter()
        .map(|(field, values)| format!("{field} is {}", either(values)));
    format!("needed when {}", parts.collect::<Vec<_>>().join(" and "))
}

/// Whether another declared field lies below this one, and so makes its table.
fn has_below(kind: &Kind, def: &FieldDef) -> bool {
    let below = format!("{}.", def.name);
    let fields = kind.fields.iter().map(|field| &field.name);
    let links = kind.links.iter().map(|link| &link.field);
    fields.chain(links).any(|name| name.starts_with(&below))
}

/// A first step and a first activity, where the kind has them.
fn parts(kind: &Kind) -> String {
    let mut out = String::new();
    if let Some(who) = &kind.steps {
        out.push_str(&format!(
            "\n[[steps]]\nid = \"first\"\ndo = \"\"  # what to do, in one sentence\n\
             who = \"\"  # {}\nwhen = \"\"  # or: within = \"PT15M\"\n",
            actor(who)
        ));
    }
    if let Some(who) = &kind.activities {
        out.push_str(&format!(
            "\n[[activities]]\nid = \"first\"\ndo = \"\"  # what happens, in one sentence\n\
             r = []  # who does it: {who}\na = []  # the one who answers for it: {who}\n\
             c = []  # who is asked\ni = []  # who is told\n",
            who = actor(who)
        ));
    }
    out
}

fn actor(kinds: &[String]) -> String {
    match kinds {
        [] => "the id of an artifact".to_owned(),
        kinds => format!("the id of {}", with_article(&either(kinds))),
    }
}

/// A key as TOML wants it: bare where it can be.
fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .chars()
            .all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '_' | '-'));
    if bare { name.to_owned() } else { quoted(name) }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            ch if ch.is_control() => out.push_str(&format!("\\u{:04X}", ch as u32)),
            ch => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// A comment must not end its line.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|ch| if ch.is_control() { ' ' } else { ch })
        .collect()
}
