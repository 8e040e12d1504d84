//! The pages of the change rules: why each matters, and one worked example.
//!
//! `catalogue` holds what programs need; the words for people stand in one file a rule, `pages/ID.md`.

use super::catalogue::{ChangeRule, change_rule};

/// What it takes to see the rule at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Two texts, whatever they are.
    Text,
    /// Two states of one artifact, which a configuration says how to read.
    Artifact,
    /// Two states of a repository.
    Corpus,
}

/// The words on one rule.
#[derive(Debug)]
pub struct RulePage {
    /// The rule's id.
    pub id: &'static str,
    /// What the example is made of.
    pub level: Level,
    text: &'static str,
}

macro_rules! page {
    ($id:literal, $level:ident) => {
        RulePage {
            id: $id,
            level: Level::$level,
            text: include_str!(concat!("pages/", $id, ".md")),
        }
    };
}

/// Every page, sorted by id.
static PAGES: &[RulePage] = &[
    page!("ACTOR-CHANGED", Artifact),
    page!("ART-ADDED", Corpus),
    page!("ART-KIND", Corpus),
    page!("ART-REID", Corpus),
    page!("ART-REMOVED", Corpus),
    page!("ART-RENAMED", Corpus),
    page!("COND-ADDED", Text),
    page!("COND-CHANGED", Text),
    page!("COND-REMOVED", Text),
    page!("DATE-CHANGED", Text),
    page!("EXC-EXTENDED", Artifact),
    page!("ITEM-ADDED", Text),
    page!("ITEM-CHANGED", Text),
    page!("ITEM-MOVED", Text),
    page!("ITEM-REMOVED", Text),
    page!("LINK-ADDED", Artifact),
    page!("LINK-DANGLING", Corpus),
    page!("LINK-ORPHAN", Artifact),
    page!("LINK-REMOVED", Artifact),
    page!("LINK-RETARGETED", Artifact),
    page!("META-CLASS", Artifact),
    page!("META-EFFECTIVE", Artifact),
    page!("META-OTHER", Artifact),
    page!("META-OWNER", Artifact),
    page!("META-PARAM", Artifact),
    page!("META-REVIEW", Artifact),
    page!("META-STATUS", Artifact),
    page!("OBL-ADDED", Text),
    page!("OBL-NOTATION", Text),
    page!("OBL-POLARITY", Text),
    page!("OBL-REMOVED", Text),
    page!("OBL-REWORDED", Text),
    page!("OBL-STRENGTHENED", Text),
    page!("OBL-WEAKENED", Text),
    page!("PARAM-DRIFT", Corpus),
    page!("QTY-ADDED", Text),
    page!("QTY-CHANGED", Text),
    page!("QTY-REMOVED", Text),
    page!("REF-CHANGED", Text),
    page!("REF-VERSION", Text),
    page!("SEC-ADDED", Text),
    page!("SEC-MOVED", Text),
    page!("SEC-REMOVED", Text),
    page!("SEC-RENAMED", Text),
    page!("STEP-ADDED", Artifact),
    page!("STEP-MOVED", Artifact),
    page!("STEP-REMOVED", Artifact),
    page!("STEP-RENUMBERED", Text),
    page!("STEP-REWORDED", Artifact),
    page!("STEP-TIME", Artifact),
    page!("TERM-DEFINITION", Artifact),
    page!("TERM-REPLACED", Text),
    page!("TEXT-ADDED", Text),
    page!("TEXT-CHANGED", Text),
    page!("TEXT-EDITORIAL", Text),
    page!("TEXT-MOVED", Text),
    page!("TEXT-REMOVED", Text),
    page!("TIME-EQUIVALENT", Text),
    page!("TIME-RELAXED", Text),
    page!("TIME-TIGHTENED", Text),
    page!("TRUST-CHANGED", Corpus),
];

/// Returns the page of a rule.
pub fn rule_page(id: &str) -> Option<&'static RulePage> {
    let at = PAGES.binary_search_by(|page| page.id.cmp(id)).ok()?;
    Some(&PAGES[at])
}

/// Returns what `govkit explain` shows of a rule, as Markdown: what it detects, why that matters, an
/// example, and how it is reported.
pub fn explained(rule: &ChangeRule) -> String {
    let text = rule_page(rule.id).map_or("", |page| page.text);
    let facts: Vec<String> = rule
        .facts
        .iter()
        .map(|fact| format!("`{}`", fact.name()))
        .collect();
    let reserved = match rule.emitted {
        true => "",
        false => "\n\nThis version of govkit does not report it yet; the id is reserved.",
    };
    format!(
        "# {}\n\n## What it detects\n\n{}\n\n{}\n## How it is reported\n\nSeverity: {}, unless the finding \
         says otherwise. Direction: {}. Fact: {}.{reserved}\n",
        rule.id,
        rule.detects,
        text,
        rule.severity.name(),
        rule.direction.name(),
        facts.join(", "),
    )
}

impl RulePage {
    /// Returns the reason, in the language of those who own policies.
    pub fn reason(&self) -> &'static str {
        let (_, rest) = self
            .text
            .split_once("## Why it matters\n")
            .unwrap_or_default();
        rest.split("\n## ").next().unwrap_or("").trim()
    }

    /// Returns both sides of the example.
    pub fn example(&self) -> (&'static str, &'static str) {
        let (_, example) = self.text.split_once("## Example\n").unwrap_or_default();
        let mut fences = example.split("```markdown\n").skip(1);
        let mut next = || {
            let fence = fences.next().unwrap_or("");
            fence.split("\n```").next().unwrap_or("")
        };
        (next(), next())
    }

    /// Returns the path the example is said to lie at.
    pub fn path(&self) -> Option<&'static str> {
        let (_, example) = self.text.split_once("## Example\n")?;
        let intro = example.split("```markdown").next()?;
        intro.split('`').find(|word| word.ends_with(".md"))
    }

    /// Returns the severity and the direction the page promises.
    pub fn promise(&self) -> Option<(&'static str, &'static str)> {
        let (_, says) = self.text.split_once("\ngovkit says: `")?;
        let (id, rest) = says.split_once("` (")?;
        let (severity, rest) = rest.split_once(", ")?;
        let (direction, _) = rest.split_once(')')?;
        (id == self.id && change_rule(id).is_some()).then_some((severity, direction))
    }
}

#[cfg(test)]
mod tests;
