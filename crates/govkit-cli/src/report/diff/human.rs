//! For a person at a terminal: the verdict, then what changed, artifact by artifact.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};
use govkit_core::diff::{ArtifactChange, ChangeFinding, ChangeSet, ChangeSeverity, Mark};
use govkit_core::untrusted::Untrusted;
use unicode_width::UnicodeWidthStr;

use super::{excerpt, words};
use crate::ui::Style;

/// Where a passage starts.
const INDENT: usize = 7;
/// The least columns for a place beside what changed in it.
const LEAST_PLACE: usize = 16;
/// Columns of the rule and of the place.
const RULE: usize = 15;
const PLACE: usize = 26;

/// Writes the change set for a terminal `style.width` columns wide.
///
/// Colour never carries meaning alone: what went is `[-…-]` and what came `{+…+}` without it,
/// struck through and underlined with it.
pub(crate) fn human(set: &ChangeSet, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let (base, head) = (
        words::revision(&set.compare.base),
        words::revision(&set.compare.head),
    );
    writeln!(
        out,
        "{} -> {}",
        Untrusted::line(base),
        Untrusted::line(head)
    )?;
    if set.artifacts.is_empty() {
        return writeln!(out, "\n  no artifact changed");
    }
    let verdict = words::verdict(set.summary.severity).to_uppercase();
    let verdict = painted(&verdict, paint(set.summary.severity), style);
    writeln!(out, "\n  {verdict}   {}", words::counts(set))?;
    writeln!(out, "  {}", words::directions(set))?;
    let mut artifacts: Vec<_> = set.by_artifact().collect();
    artifacts.sort_by_key(|(artifact, _)| std::cmp::Reverse(artifact.severity));
    for (artifact, findings) in artifacts {
        writeln!(out)?;
        title(artifact, style, out)?;
        let (told, editorial) = words::told(findings);
        for finding in told {
            report(finding, style, out)?;
        }
        if editorial > 0 {
            let count = words::counted(editorial, "editorial change");
            writeln!(out, "    . {count} not shown (--format json has all)")?;
        }
    }
    if set.summary.truncated {
        writeln!(
            out,
            "\nsome text was too large to be compared in detail and is shown whole"
        )?;
    }
    Ok(())
}

/// Id and title on the left, kind and word on the right, then the path.
pub(crate) fn title(
    artifact: &ArtifactChange,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = words::name(artifact);
    let word = words::happened(artifact);
    let right = match &artifact.kind {
        Some(kind) => format!("{} · {word}", Untrusted::line(kind)),
        None => word,
    };
    let room = style.width.saturating_sub(right.width() + 2);
    let left = fitted(&Untrusted::line(&name).to_string(), room);
    let gap = " ".repeat(
        style
            .width
            .saturating_sub(left.width() + right.width())
            .max(2),
    );
    writeln!(
        out,
        "{}{gap}{right}",
        painted(&left, Paint::new().bold(), style)
    )?;
    match &artifact.old_path {
        Some(old) => writeln!(
            out,
            "  {} -> {}",
            Untrusted::line(old),
            Untrusted::line(&artifact.path)
        ),
        None if artifact.id.is_some() => writeln!(out, "  {}", Untrusted::line(&artifact.path)),
        None => Ok(()),
    }
}

/// One line a finding, and under it the passage or the values that do not fit.
pub(crate) fn report(finding: &ChangeFinding, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mark = words::sign(finding.severity);
    let place = Untrusted::line(&words::place(finding)).to_string();
    let mark = painted(&format!("{mark:>5}"), paint(Some(finding.severity)), style);
    let rule = padded(&Untrusted::line(&finding.rule).to_string(), RULE);
    let direction = words::direction(finding);
    let head = INDENT + RULE.max(rule.width()) + 1;
    let room = style.width.saturating_sub(head + 2 + direction.len());
    let told = if words::has_values(finding) {
        let (old, new) = (
            words::value(finding.old.as_ref()),
            words::value(finding.new.as_ref()),
        );
        let values = Untrusted::line(&format!("{old} -> {new}")).to_string();
        let message = Untrusted::line(&finding.message).to_string();
        let place = format!("{}  ", padded(&place, PLACE));
        match place.width() + values.width() <= room {
            true => format!("{place}{values}"),
            false => fitted(&message, room),
        }
    } else if finding.text.is_some() {
        let line = words::line(finding)
            .map(|line| format!("line {line}"))
            .unwrap_or_default();
        let brief = words::brief(finding).map(|text| Untrusted::line(&text).to_string());
        let after = match brief.filter(|text| text.width() + LEAST_PLACE + line.width() <= room) {
            Some(brief) => format!("{line}  {brief}"),
            None => line,
        };
        let place = fitted(&place, room.saturating_sub(after.width() + 2));
        if place.is_empty() {
            after
        } else {
            format!("{place}  {after}")
        }
    } else {
        fitted(&Untrusted::line(&finding.message).to_string(), room)
    };
    let gap = if direction.is_empty() {
        0
    } else {
        (room + 2).saturating_sub(told.width())
    };
    writeln!(out, "{mark}  {rule} {told}{}{direction}", " ".repeat(gap))?;
    passage(finding, style, out)
}

/// The redline of a finding, wrapped.
pub(crate) fn passage(
    finding: &ChangeFinding,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(line) = &finding.text else {
        return Ok(());
    };
    let mut wrapped = Wrapped::new(style, out);
    let last = line.0.len().saturating_sub(1);
    for (at, (mark, text)) in line.0.iter().enumerate() {
        let text = Untrusted::line(text).to_string();
        let text = match mark {
            Mark::Same => excerpt::around(&text, at == 0, at == last),
            _ => excerpt::whole(&text),
        };
        wrapped.span(*mark, &text)?;
    }
    wrapped.end()
}

/// Text that is broken into lines at its blanks as it comes.
struct Wrapped<'a> {
    style: Style,
    out: &'a mut dyn Write,
    column: usize,
    /// What follows the last blank, painted: it may go on in the next span.
    word: String,
    width: usize,
}

impl<'a> Wrapped<'a> {
    fn new(style: Style, out: &'a mut dyn Write) -> Self {
        Self {
            style,
            out,
            column: 0,
            word: String::new(),
            width: 0,
        }
    }

    fn span(&mut self, mark: Mark, text: &str) -> io::Result<()> {
        let (open, close) = match mark {
            _ if self.style.colour => ("", ""),
            Mark::Same => ("", ""),
            Mark::Old => ("[-", "-]"),
            Mark::New => ("{+", "+}"),
        };
        let paint = match mark {
            Mark::Same => Paint::new(),
            Mark::Old => AnsiColor::Red.on_default().strikethrough(),
            Mark::New => AnsiColor::Green.on_default().underline(),
        };
        let text = format!("{open}{text}{close}");
        for (at, part) in text.split(' ').enumerate() {
            if at > 0 {
                self.end_word()?;
            }
            self.word.push_str(&painted(part, paint, self.style));
            self.width += part.width();
        }
        Ok(())
    }

    fn end_word(&mut self) -> io::Result<()> {
        if self.width == 0 {
            return Ok(());
        }
        let blank = usize::from(self.column > 0);
        if self.column > 0 && self.column + blank + self.width <= self.style.width {
            write!(self.out, " ")?;
            self.column += blank;
        } else {
            let end = if self.column > 0 { "\n" } else { "" };
            write!(self.out, "{end}{}", " ".repeat(INDENT))?;
            self.column = INDENT;
        }
        write!(self.out, "{}", std::mem::take(&mut self.word))?;
        self.column += std::mem::take(&mut self.width);
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        self.end_word()?;
        match self.column {
            0 => Ok(()),
            _ => writeln!(self.out),
        }
    }
}

pub(crate) fn paint(severity: Option<ChangeSeverity>) -> Paint {
    match severity {
        Some(ChangeSeverity::Breaking) => AnsiColor::Red.on_default().bold(),
        Some(ChangeSeverity::Substantive) => AnsiColor::Yellow.on_default().bold(),
        Some(ChangeSeverity::Minor) => AnsiColor::Cyan.on_default(),
        Some(ChangeSeverity::Editorial) | None => Paint::new().dimmed(),
    }
}

pub(crate) fn painted(text: &str, paint: Paint, style: Style) -> String {
    if style.colour && !text.is_empty() {
        format!("{paint}{text}{paint:#}")
    } else {
        text.to_owned()
    }
}

pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// A text cut to a width.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for ch in text.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(ch).unwrap_or(0);
        if out.width() + wide + 1 > width {
            break;
        }
        out.push(ch);
    }
    out.push('…');
    out
}
