//! A repository in which every text comes from somebody who means harm.

use std::fmt::Write;

use govkit_testkit::{Repo, itsm};

/// Directories and the status in force of the kinds the pages treat in their own way.
const KINDS: [(&str, &str); 11] = [
    ("policies", "effective"),
    ("processes", "effective"),
    ("procedures", "effective"),
    ("roles", "active"),
    ("groups", "active"),
    ("services", "live"),
    ("controls", "effective"),
    ("risks", "open"),
    ("exceptions", "approved"),
    ("glossary", "effective"),
    ("decisions", "accepted"),
];

/// Bytes of a payload in a title, in any other field and wherever a text repeats it, and in a file's name.
const TITLE: usize = 900;
const FIELD: usize = 300;
const NAME: usize = 120;

/// What is known of one artifact.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) owner: String,
    pub(crate) path: String,
}

/// The ITSM example, and an artifact, a commit and its author for each payload.
pub(crate) fn hostile(payloads: &[String]) -> (Repo, Vec<Hostile>) {
    of_kinds(&KINDS, body, payloads)
}

/// The same with few places in each text, for what takes its time over each of them.
pub(crate) fn hostile_short(payloads: &[String]) -> (Repo, Vec<Hostile>) {
    of_kinds(&KINDS, short_body, payloads)
}

/// The same with controls alone.
pub(crate) fn hostile_controls(payloads: &[String]) -> (Repo, Vec<Hostile>) {
    of_kinds(&KINDS[6..7], body, payloads)
}

type Body = fn(usize, &str) -> String;

fn of_kinds(kinds: &[(&str, &str)], body: Body, payloads: &[String]) -> (Repo, Vec<Hostile>) {
    let repo = itsm();
    let mut stream = Vec::new();
    let mut made = Vec::new();
    for (number, payload) in payloads.iter().enumerate() {
        let one = about(kinds[number % kinds.len()], number, payload);
        let text = format!(
            "{}{}",
            front_matter(&one, number, payload),
            body(number, cut(payload, FIELD))
        ) + &format!("[z](<{payload}>) [z](https://example.org/{payload})\n\n{payload}");
        commit(&mut stream, number, payload, &one.path, &text);
        made.push(one);
    }
    let import = repo.run("git").args(["fast-import", "--quiet"]);
    drop(import.stdin(stream).run().ok());
    drop(repo.git(["reset", "--quiet", "--hard"]));
    (repo, made)
}

fn about((directory, in_force): (&str, &str), number: usize, payload: &str) -> Hostile {
    let text = match payload.trim().is_empty() {
        // A title or an id of blanks alone is none.
        true => format!("{payload}{number}"),
        false => payload.to_owned(),
    };
    let text = cut(&text, TITLE).to_owned();
    Hostile {
        id: text.trim().to_owned(),
        title: text.clone(),
        status: if number.is_multiple_of(2) {
            text.clone()
        } else {
            in_force.to_owned()
        },
        owner: text,
        path: format!("{directory}/{}.md", file_name(number, payload)),
    }
}

/// As much of a payload as the file system takes.
fn file_name(number: usize, payload: &str) -> String {
    if cfg!(not(unix)) {
        return format!("h{number}");
    }
    let name: String = payload.chars().filter(|ch| !"/\0".contains(*ch)).collect();
    format!("h{number} {}", cut(&name, NAME))
}

/// The beginning of a text, no character cut.
fn cut(text: &str, bytes: usize) -> &str {
    let mut ends = (0..=text.len().min(bytes)).rev();
    &text[..ends.find(|end| text.is_char_boundary(*end)).unwrap()]
}

/// A string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            _ if ch.is_control() => write!(out, "\\u{:04X}", u32::from(ch)).unwrap(),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// All fields that any exporter reads, whatever the kind.
fn front_matter(one: &Hostile, number: usize, payload: &str) -> String {
    let p = quoted(cut(payload, FIELD));
    let mut out = String::from("+++\n");
    let known = [
        ("id", &one.id),
        ("title", &one.title),
        ("status", &one.status),
        ("owner", &one.owner),
    ];
    for (field, text) in known {
        writeln!(out, "{field} = {}", quoted(text)).unwrap();
    }
    let singles = [
        "summary",
        "business",
        "technical",
        "trigger",
        "criticality",
        "request",
        "contact",
        "hours",
        "every",
        "nature",
        "layer",
        "impact",
        "likelihood",
    ];
    for field in singles {
        writeln!(out, "{field} = {p}").unwrap();
    }
    for field in [
        "aliases", "inputs", "outputs", "approver", "held_by", "evidence",
    ] {
        writeln!(out, "{field} = [{p}, \"x\"]").unwrap();
    }
    let third = if number.is_multiple_of(3) {
        p.as_str()
    } else {
        "2032-02-29"
    };
    write!(
        out,
        "effective = 2026-01-01\nreview_by = 2031-01-01\nexpires = {third}\n\
         [service_level]\nhours = {p}\n{p} = {p}\n[params]\np = {p}\n{p} = {p}\n\
         [links]\ngoverned_by = [{p}, \"POL-001\"]\nimplements = [{p}, \"PRO-001\"]\n\
         verifies = [{p}, \"POL-004\"]\nperformed_by = [{p}, \"GROUP-hr\"]\ndepends_on = [{p}]\n{p} = [{p}]\n\
         [[steps]]\nid = {p}\ndo = {p}\nwho = [{p}, \"ROLE-ciso\"]\nwithin = {p}\nneeds = [{p}]\nevidence = {p}\n\
         [[steps]]\nid = \"y\"\ndo = {p}\nwhen = {p}\n\
         [[activities]]\nid = {p}\ndo = {p}\nr = [{p}, \"ROLE-ciso\"]\na = [{p}]\nc = [{p}]\ni = [{p}]\n+++\n"
    )
    .unwrap();
    out
}

/// Every place of a text; what may swallow the rest of it stands last or in a quote of its own.
fn body(n: usize, p: &str) -> String {
    format!(
        "# {p}\n\n## a {p} {{#{p}}}\n\n### b\n\n### b\n\n| {p} | `{p}` |\n| --- | --- |\n| {p} | [a]({p}) |\n\n\
         [a]({p}) [b](<{p}>) [c]({p} \"{p}\") [d](x '{p}') [{p}](https://example.org/{p})\n\n\
         ![a]({p}) ![b](<{p}>) ![{p}](https://evil.example/{p} \"{p}\")\n\n\
         [r{n}] [x][r{n}] ![y][r{n}] [s{n}] [t{n}]\n\n[r{n}]: <{p}> \"{p}\"\n\n[s{n}]: {p}\n\n[t{n}]: https://example.org/ '{p}'\n\n\
         [u](POL-001#{p}) [v](../policies/POL-001-governance-of-policies.md#{p}) [w](#{p})\n\n\
         {{{{ {p} }}}} {{{{ p }}}} [[{p}]] [[x|{p}]] [[{p}|y]] **{p}** ~~{p}~~ `{p}` $${p}$$ x[^1]\n\n\
         [^1]: {p}\n\n- {p}\n\n- [ ] {p}\n\n1. {p}\n\n> {p}\n\nz {p}\n===\n\n<{p}>\n\n    {p}\n\n\
         > <div {p}>\n\n> <!-- {p}\n\n> <x y=\"{p}\">\n\n> ~~~ {p}\n> {p}\n\n> ```{p}\n> {p}\n\n{p}\n\nw <b {p}> {p}\n\n~~~{p}\n{p}\n~~~\n\n```{p}\n{p}\n```\n\n"
    )
}

/// What a comparison tells apart, once each.
fn short_body(n: usize, p: &str) -> String {
    format!(
        "# {p}\n\n## a {p} {{#{p}}}\n\n### b\n\n[a]({p}) ![b](<{p}>) [r{n}]\n\n[r{n}]: <{p}>\n\n\
         | {p} | b |\n| - | - |\n| {p} | `{p}` |\n\n- {p}\n\nThe owner MUST do {p} within 2 days.\n\n> ~~~ {p}\n\n"
    )
}

/// A commit whose author and message are the payload, as far as git keeps them.
fn commit(stream: &mut Vec<u8>, number: usize, payload: &str, path: &str, text: &str) {
    let who: String = payload
        .chars()
        .filter(|ch| !"<>\n\0".contains(*ch))
        .take(80)
        .collect();
    let who = format!(
        "{who} <a@example.org> {} +0000",
        1_767_312_000 + number * 60
    );
    let message = format!("{payload}\n\n{payload}\n");
    let from = if number == 0 {
        "from refs/heads/main^0\n"
    } else {
        ""
    };
    let path: String = path.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    stream.extend(
        format!(
            "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n{from}M 100644 inline \"{path}\"\ndata {}\n{text}\n",
            message.len(),
            text.len()
        )
        .into_bytes(),
    );
}
