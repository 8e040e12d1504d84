//! For a reader: a page with the verdict, what changed, and both texts side by side.

use std::io::{self, Write};

use govkit_core::diff::SideBySide;
use govkit_core::review::Spread;

use super::groups::worst_first;
use super::words;
use crate::report::html::redline::Sides;
use crate::report::html::{Entry, changes, close, end_section, open, redline, section};
use crate::report::review::html::{acceptances, affected};

/// Writes a page; `sides` are both texts of each artifact, in the order of the change set.
pub(crate) fn html(found: &Spread, sides: &[SideBySide], out: &mut dyn Write) -> io::Result<()> {
    let set = &found.set;
    let title = words::title(set.summary.severity);
    let (base, head) = (&set.compare.base, &set.compare.head);
    let about = format!("{} → {}", words::revision(base), words::revision(head));
    let sides = Sides::new(sides);
    let mut contents = Vec::new();
    if !set.artifacts.is_empty() {
        contents.push(Entry::new("changes", "What changed"));
        if sides.shows(0) {
            contents.push(Entry::new("redlines", "Redlines"));
        }
        if !found.affected.is_empty() {
            contents.push(Entry::new("affected", "Who is affected"));
        }
        if !set.findings.is_empty() {
            contents.push(Entry::new("rules", "The rules named here"));
        }
    }
    open(&title, &about, &contents, out)?;
    changes::verdict(set.summary.severity, &words::figures(set), out)?;
    if !set.artifacts.is_empty() {
        section("changes", "What changed", out)?;
        changes::all(&worst_first(&set.artifacts, &set.findings), &sides, out)?;
        end_section(out)?;
        affected(&found.affected, &set.findings, out)?;
        acceptances(&found.acceptances, &set.findings, out)?;
        if sides.shows(0) {
            section("redlines", "Redlines", out)?;
            redline::all(&set.artifacts, &sides, out)?;
            end_section(out)?;
        }
        changes::rules(&set.findings, out)?;
    }
    close(&format!("govkit diff: {base} → {head}"), out)
}
