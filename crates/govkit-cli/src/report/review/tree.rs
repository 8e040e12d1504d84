//! Whom a change reaches, as a tree from what changed outwards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};
use govkit_core::diff::ChangeFinding;
use govkit_core::review::{Affected, State};
use govkit_core::untrusted::Untrusted;
use unicode_width::UnicodeWidthStr;

use super::words::standing;
use crate::report::diff::human::{fitted, painted};
use crate::ui::Style;

/// Rows of a tree a person reads.
const MOST: usize = 40;

/// Draws the tree; what does not fit is counted.
pub(super) fn draw(
    affected: &[Affected],
    findings: &[ChangeFinding],
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let mut children: BTreeMap<&str, Vec<&Affected>> = BTreeMap::new();
    for one in affected {
        children.entry(one.from.as_str()).or_default().push(one);
    }
    let ids: BTreeSet<&str> = affected.iter().map(|one| one.id.as_str()).collect();
    let mut tree = Tree {
        children,
        findings,
        style,
        drawn: BTreeSet::new(),
        rows: 0,
    };
    let roots: Vec<&str> = tree
        .children
        .keys()
        .copied()
        .filter(|from| !ids.contains(from))
        .collect();
    for root in roots {
        tree.root(root, out)?;
    }
    // Artifacts that reach each other have no root; the nearest stands for one.
    for one in affected {
        if !tree.drawn.contains(one.id.as_str()) {
            tree.root(&one.from, out)?;
        }
    }
    match affected.len().saturating_sub(MOST) {
        0 => Ok(()),
        _ if tree.rows <= MOST => Ok(()),
        _ => writeln!(
            out,
            "  … and {} more (--format json has all)",
            tree.rows - MOST
        ),
    }
}

struct Tree<'a> {
    children: BTreeMap<&'a str, Vec<&'a Affected>>,
    findings: &'a [ChangeFinding],
    style: Style,
    drawn: BTreeSet<&'a str>,
    rows: usize,
}

impl<'a> Tree<'a> {
    fn root(&mut self, id: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.rows < MOST {
            let name = if id.is_empty() {
                "(a link that is gone)"
            } else {
                id
            };
            writeln!(out, "  {}", Untrusted::line(name))?;
        }
        self.under(id, "  ", out)
    }

    fn under(&mut self, id: &str, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = self.children.get(id).cloned().unwrap_or_default();
        rows.retain(|one| !self.drawn.contains(one.id.as_str()));
        rows.sort_by(|a, b| (b.state, &a.id).cmp(&(a.state, &b.id)));
        let last = rows.len().saturating_sub(1);
        for (at, one) in rows.into_iter().enumerate() {
            if !self.drawn.insert(one.id.as_str()) {
                continue;
            }
            self.rows += 1;
            if self.rows <= MOST {
                self.row(one, indent, at == last, out)?;
            }
            // A deep chain goes on without being pushed off the page.
            let deeper = if indent.len() < 18 {
                format!("{indent}{}", if at == last { "    " } else { "|   " })
            } else {
                indent.to_owned()
            };
            self.under(&one.id, &deeper, out)?;
        }
        Ok(())
    }

    fn row(&self, one: &Affected, indent: &str, last: bool, out: &mut dyn Write) -> io::Result<()> {
        let branch = if last { "`-- " } else { "|-- " };
        let right = Untrusted::line(&standing(one, self.findings)).to_string();
        let right = fitted(&right, self.style.width.saturating_sub(30));
        let name = Untrusted::line(&format!("{} {}", one.id, one.title)).to_string();
        let via = format!("  ({})", Untrusted::line(&one.via));
        let room = self
            .style
            .width
            .saturating_sub(indent.len() + branch.len() + right.width() + 2);
        let left = match name.width() + via.width() <= room {
            true => format!("{name}{via}"),
            false => fitted(&name, room),
        };
        let gap = " ".repeat(room.saturating_sub(left.width()) + 2);
        let right = painted(&right, paint(one.state), self.style);
        writeln!(out, "{indent}{branch}{left}{gap}{right}")
    }
}

fn paint(state: State) -> Paint {
    match state {
        State::Orphan | State::Conflict => AnsiColor::Red.on_default().bold(),
        State::Suspect => AnsiColor::Yellow.on_default(),
        State::Consistent => Paint::new().dimmed(),
    }
}
