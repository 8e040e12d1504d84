//! The page of the folder: what was decided, by whom, and how to check it.

use std::io::{self, Write};

use govkit_core::approval::NAMESPACE;

use super::{Case, Exhibit, script};
use crate::deciding::short;
use crate::report::html::{
    Entry, Plain, Sentence, Text, close, end_section, end_table, open, section, table,
};

/// Writes the page.
pub(super) fn write(case: &Case, exhibits: &[Exhibit], out: &mut dyn Write) -> io::Result<()> {
    let title = match &case.release {
        Some(release) => format!("Evidence for {} of {}", release, case.name),
        None => format!("Evidence for {}", case.name),
    };
    let about = format!(
        "{} artifacts as of {}, commit {}",
        exhibits.len(),
        case.on,
        short(&case.commit)
    );
    let contents = [
        Entry::new("check", "How to check this folder"),
        Entry::new("artifacts", "Artifacts"),
        Entry::new("statements", "Approvals and other statements"),
        Entry::new("history", "History"),
    ];
    open(&title, &about, &contents, out)?;
    check(case, exhibits, out)?;
    artifacts(exhibits, out)?;
    statements(exhibits, out)?;
    history(exhibits, out)?;
    close(
        &format!(
            "Made by govkit {} from commit {}.",
            env!("CARGO_PKG_VERSION"),
            case.commit
        ),
        out,
    )
}

fn check(case: &Case, exhibits: &[Exhibit], out: &mut dyn Write) -> io::Result<()> {
    section("check", "How to check this folder", out)?;
    writeln!(
        out,
        "<p>Nothing here has to be believed. <code>sh verify.sh</code> runs all of the following; it needs <code>sha256sum</code>, <code>git</code> and <code>ssh-keygen</code>, no network and not govkit.</p>\n<ol>"
    )?;
    let first = exhibits.first();
    let path = first.map_or("PATH", |exhibit| exhibit.artifact.path.as_str());
    let sworn = exhibits
        .iter()
        .flat_map(|exhibit| &exhibit.records)
        .find(|sworn| sworn.counts.is_some());
    let mut steps = vec![
        (
            "No file was changed since the folder was made.",
            "sha256sum -c SHA256SUMS".to_owned(),
        ),
        (
            "The copy of the commit is whole.",
            "git --git-dir=repository.git fsck --strict".to_owned(),
        ),
        (
            "A text is the one in the commit.",
            format!(
                "git --git-dir=repository.git cat-file blob '{}:{path}' | sha256sum",
                case.commit
            ),
        ),
    ];
    if let Some((sworn, (list, known))) =
        sworn.and_then(|sworn| Some((sworn, sworn.counts.as_ref()?)))
    {
        steps.push((
            "A statement was signed by the person it names, with a key that was valid when it became known; its line `sha256:` is the digest of the text it is about.",
            format!(
                "ssh-keygen -Y verify -f {list} -I '{}' -n {NAMESPACE} -Overify-time={} -s {dir}/signature < {dir}/statement",
                sworn.signer,
                script::time(*known),
                dir = sworn.directory
            ),
        ));
    }
    for (what, command) in steps {
        writeln!(
            out,
            "<li>{}\n<div class=\"scroll\" role=\"region\" aria-label=\"Command\" tabindex=\"0\"><pre><code>{}</code></pre></div></li>",
            Sentence(what),
            Text(&command)
        )?;
    }
    writeln!(
        out,
        "</ol>\n<p>Who the commit itself is from, its place in the history, and whether the lists of signers in <code>signers/</code> are the right ones has to be checked against the repository: compare the commit's id there. Repository id: <code>{}</code>.</p>",
        Text(case.repository.as_deref().unwrap_or("none"))
    )?;
    end_section(out)
}

fn artifacts(exhibits: &[Exhibit], out: &mut dyn Write) -> io::Result<()> {
    section("artifacts", "Artifacts", out)?;
    let columns = ["Artifact", "Status", "In force", "Approval", "SHA-256"];
    table("Artifacts", &columns, out)?;
    for exhibit in exhibits {
        let approval = exhibit.standing.as_ref().map_or_else(
            || "none needed".to_owned(),
            |standing| match standing.missing.is_empty() {
                true => standing.state.word().to_owned(),
                false => format!("{}: {}", standing.state.word(), standing.missing.join("; ")),
            },
        );
        writeln!(
            out,
            "<tr><td><a href=\"{}\">{} {}</a></td><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            href(&exhibit.file),
            Text(&exhibit.artifact.id),
            Text(&exhibit.artifact.title),
            Text(exhibit.status.as_deref().unwrap_or("")),
            Text(&in_force(exhibit)),
            Text(&approval),
            exhibit.sha256
        )?;
    }
    end_table(out)?;
    end_section(out)
}

/// Whether it was in force, in words; an earlier version may be where the newest is not approved.
fn in_force(exhibit: &Exhibit) -> String {
    let is_current = exhibit.applies == exhibit.artifact.blob;
    match exhibit.in_force {
        None => String::new(),
        Some("in-force") if is_current => "yes".to_owned(),
        Some("in-force") => "an earlier version".to_owned(),
        Some(why) => format!("no: {}", why.replace('-', " ")),
    }
}

fn statements(exhibits: &[Exhibit], out: &mut dyn Write) -> io::Result<()> {
    section("statements", "Approvals and other statements", out)?;
    let columns = [
        "Artifact",
        "What",
        "Who",
        "Role",
        "Stated",
        "About the text",
        "Record",
    ];
    table("Statements", &columns, out)?;
    for exhibit in exhibits {
        for sworn in &exhibit.records {
            let what = match (&sworn.refused, &sworn.reason) {
                (Some(refused), _) => format!("{}, does not count: {refused}", sworn.action),
                (None, Some(reason)) => format!("{}: {reason}", sworn.action),
                (None, None) => sworn.action.to_owned(),
            };
            let about = match sworn.about == exhibit.sha256 {
                true => "as it is".to_owned(),
                false => format!("an earlier one, {}", &sworn.about[..12]),
            };
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><a href=\"{}\">statement</a>, <a href=\"{}\">signature</a></td></tr>",
                Text(&exhibit.artifact.id),
                Text(&what),
                Text(&sworn.signer),
                Text(sworn.role.as_deref().unwrap_or("")),
                Text(&sworn.stated),
                Text(&about),
                href(&format!("{}/statement", sworn.directory)),
                href(&format!("{}/signature", sworn.directory)),
            )?;
        }
    }
    end_table(out)?;
    end_section(out)
}

fn history(exhibits: &[Exhibit], out: &mut dyn Write) -> io::Result<()> {
    section("history", "History", out)?;
    table(
        "Versions, newest first",
        &["Artifact", "Date", "Author", "Change", "Commit", "Text"],
        out,
    )?;
    for exhibit in exhibits {
        for past in &exhibit.versions {
            let commit = &past.version.commit;
            write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td>",
                Text(&exhibit.artifact.id),
                Text(commit.date.get(..10).unwrap_or(&commit.date)),
                Text(&commit.author),
                Text(&commit.subject),
                Text(short(&commit.id)),
            )?;
            match &past.file {
                Some(file) => writeln!(
                    out,
                    "<td><a href=\"{}\">as it was</a></td></tr>",
                    href(file)
                )?,
                None => writeln!(out, "<td>removed</td></tr>")?,
            }
        }
    }
    end_table(out)?;
    end_section(out)
}

/// A path in the folder as a link: what could end the attribute or begin a scheme is escaped.
fn href(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Plain(&out).to_string()
}
