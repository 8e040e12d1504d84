//! The pieces that can be installed: what each consists of, and what is there of it.

use anyhow::Result;
use govkit_core::config::Config;
use govkit_git::Repository;
use govkit_git::local::LocalFile;

use super::Wanted;

/// Something that can be installed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    PreCommit,
    CommitMsg,
    Diff,
    Textconv,
    Merge,
}

/// How a piece is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Absent,
    Installed,
    /// Somebody else's is there.
    Foreign,
}

pub(super) const PIECES: [Piece; 5] = [
    Piece::PreCommit,
    Piece::CommitMsg,
    Piece::Diff,
    Piece::Textconv,
    Piece::Merge,
];

/// Marks a hook as govkit's.
const MARK: &str =
    "# govkit:hook (written by `govkit hook install`; `govkit hook uninstall` removes it)";

/// Mark the lines of govkit in a file of attributes.
const BEGIN: &str = "# govkit:hook begin (written by `govkit hook install`)\n";
const END: &str = "# govkit:hook end\n";

impl Piece {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::Diff => "diff",
            Self::Textconv => "textconv",
            Self::Merge => "merge",
        }
    }

    /// Whether git runs it as a hook; the others are settings.
    pub(super) fn is_hook(self) -> bool {
        matches!(self, Self::PreCommit | Self::CommitMsg)
    }

    /// The settings it consists of; the first one is what git calls.
    pub(super) fn settings(self, program: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::PreCommit | Self::CommitMsg => Vec::new(),
            Self::Diff => vec![("diff.govkit.command", format!("{program} hook diff-driver"))],
            Self::Textconv => vec![("diff.govkit.textconv", format!("{program} hook textconv"))],
            Self::Merge => vec![
                (
                    "merge.govkit.driver",
                    format!("{program} hook merge-driver %O %A %B %L %P %S %X %Y"),
                ),
                (
                    "merge.govkit.name",
                    "front matter by field, text by section".to_owned(),
                ),
            ],
        }
    }

    /// The script of a hook.
    pub(super) fn script(self, program: &str) -> String {
        format!("#!/bin/sh\n{MARK}\n{}\n", self.call(program))
    }

    /// The line of a script that calls govkit.
    pub(super) fn call(self, program: &str) -> String {
        format!("exec {program} hook run {} \"$@\"", self.name())
    }

    /// Says what is there of it, and where.
    pub(super) fn state(self, repository: &Repository) -> Result<(State, LocalFile)> {
        if self.is_hook() {
            let file = repository.hook(self.name())?;
            let state = match &file.bytes {
                None => State::Absent,
                Some(bytes) if self.is_own_script(bytes) => State::Installed,
                Some(_) => State::Foreign,
            };
            return Ok((state, file));
        }
        let file = repository.local_settings()?;
        let mut states = Vec::new();
        for (key, wanted) in self.settings("") {
            states.push(match file.setting(key)? {
                None => State::Absent,
                Some(value) if value.ends_with(&wanted) => State::Installed,
                Some(_) => State::Foreign,
            });
        }
        let state = if states.contains(&State::Foreign) {
            State::Foreign
        } else {
            states.first().copied().unwrap_or(State::Absent)
        };
        Ok((state, file))
    }

    /// Whether a hook is one that some version wrote, for whatever program, and nobody changed.
    fn is_own_script(self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().collect();
        let call = format!(" hook run {} \"$@\"", self.name());
        matches!(lines[..], ["#!/bin/sh", mark, last] if mark == MARK && last.starts_with("exec ") && last.ends_with(&call))
    }
}

impl Wanted {
    /// The pieces that are named.
    pub(super) fn pieces(self) -> Vec<Piece> {
        let named = |piece: &Piece| match piece {
            Piece::PreCommit => self.pre_commit,
            Piece::CommitMsg => self.commit_msg,
            Piece::Diff => self.diff,
            Piece::Textconv => self.textconv,
            Piece::Merge => self.merge,
        };
        PIECES.into_iter().filter(named).collect()
    }
}

/// Returns a file of attributes with the lines for these paths, or without any.
pub(super) fn with_attributes(text: &str, lines: &[String]) -> String {
    let mut rest = without_attributes(text);
    if lines.is_empty() {
        return rest;
    }
    if !rest.is_empty() && !rest.ends_with('\n') {
        rest.push('\n');
    }
    rest + BEGIN + &lines.concat() + END
}

/// Whether a file of attributes has lines of govkit.
pub(super) fn has_attributes(text: &str) -> bool {
    without_attributes(text) != text
}

fn without_attributes(text: &str) -> String {
    let Some((before, rest)) = text.split_once(BEGIN) else {
        return text.to_owned();
    };
    match rest.split_once(END) {
        Some((_, after)) => format!("{before}{after}"),
        None => text.to_owned(),
    }
}

/// The lines that give the paths of all kinds to git's drivers.
pub(super) fn attributes(config: &Config, diff: bool, merge: bool) -> Vec<String> {
    let mut names = String::new();
    if diff {
        names.push_str(" diff=govkit");
    }
    if merge {
        names.push_str(" merge=govkit");
    }
    let mut lines: Vec<String> = Vec::new();
    if names.is_empty() {
        return lines;
    }
    for path in config.kinds.iter().flat_map(|kind| &kind.paths) {
        for pattern in alternatives(path) {
            let line = format!("{}{names}\n", quoted(&format!("/{pattern}")));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// Git knows no `{a,b}`: one pattern for each.
fn alternatives(pattern: &str) -> Vec<String> {
    const MOST: usize = 64;
    let Some((before, rest)) = pattern.split_once('{') else {
        return vec![pattern.to_owned()];
    };
    let Some((inside, after)) = rest
        .split_once('}')
        .filter(|(inside, _)| !inside.contains('{'))
    else {
        return vec![pattern.to_owned()];
    };
    let each = inside
        .split(',')
        .flat_map(|word| alternatives(&format!("{before}{word}{after}")));
    each.take(MOST).collect()
}

/// A pattern with a blank or a quotation mark is written as a C string.
fn quoted(pattern: &str) -> String {
    if pattern.contains(|ch: char| ch.is_whitespace() || ch == '"') {
        format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        pattern.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_attributes_come_and_go_and_leave_the_rest() {
        let own = ["/policies/*.md merge=govkit\n".to_owned()];
        for before in ["", "*.png binary\n", "*.png binary"] {
            let with = with_attributes(before, &own);
            assert!(has_attributes(&with) && with.contains(own[0].as_str()));
            assert_eq!(with_attributes(&with, &own), with, "twice is once");
            assert_eq!(with_attributes(&with, &[]).trim_end(), before.trim_end());
        }
        let between = format!("a text\n{BEGIN}/x merge=govkit\n{END}b text\n");
        assert_eq!(with_attributes(&between, &[]), "a text\nb text\n");
    }

    #[test]
    fn patterns_are_written_as_git_reads_them() {
        assert_eq!(
            alternatives("{a,b}/*.{md,txt}"),
            ["a/*.md", "a/*.txt", "b/*.md", "b/*.txt"]
        );
        assert_eq!(alternatives("a/**/*.md"), ["a/**/*.md"]);
        assert_eq!(quoted("/a b.md"), "\"/a b.md\"");
    }

    #[test]
    fn only_an_untouched_script_is_ours() {
        let script = Piece::PreCommit.script("'/opt/x y/govkit'");
        assert!(Piece::PreCommit.is_own_script(script.as_bytes()));
        assert!(!Piece::CommitMsg.is_own_script(script.as_bytes()));
        assert!(!Piece::PreCommit.is_own_script(format!("{script}make test\n").as_bytes()));
        assert!(
            !Piece::PreCommit.is_own_script(b"#!/bin/sh\nexec govkit hook run pre-commit \"$@\"\n")
        );
    }
}
