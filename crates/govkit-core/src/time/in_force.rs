//! What was in force on a date, as it was known at some commit.
//!
//! Every version of an artifact counts from some moment on: one with a date of effect from that
//! date, one without from its commit's known time. A version that is not in force takes nothing
//! back, so it counts from its commit's known time, or from its date of effect where that is
//! later. Of the versions that count on a date the one that became known last applies; its
//! status, its expiry and what supersedes it say whether it was in force.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::config::{Config, FieldRole};
use crate::history::Change;
use crate::time::standing::status_is_in_force;
use crate::time::story::{Node, NodeId, Story};
use crate::time::timeline::{PathId, StepId, TextId, Timeline};
use crate::time::{Facts, Moment, Standing, Why};

/// A question about a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The date.
    pub on: Moment,
    /// How many commits of the line were known.
    pub steps: usize,
}

impl Question {
    /// Whether a story has to be told first: whether some kind has texts that say when they take effect.
    pub fn needs_story(config: &Config) -> bool {
        let says = |role| {
            config
                .kinds
                .iter()
                .any(|kind| kind.fields_with_role(role).next().is_some())
        };
        says(FieldRole::Effective)
    }

    /// Returns the texts whose facts have to be known to answer.
    pub fn needs(&self, timeline: &Timeline, with_story: bool) -> Vec<TextId> {
        if with_story {
            return timeline.unread(timeline.texts_until(self.steps));
        }
        let state = timeline.state(timeline.known_at(self.on, self.steps));
        timeline.unread(state.into_iter().map(|(_, text, _)| text))
    }
}

/// Says how every artifact stood; `story` tells the commits the question knows of, and is
/// needed where [`Question::needs_story`] says so.
///
/// Versions that are `withheld`, as approvals of them are missing, take nothing back: the one
/// before goes on to apply. Where some are, the story has to be told.
///
/// The answer has one entry for each version the date falls to, by path.
pub fn in_force(
    timeline: &Timeline,
    story: Option<&Story>,
    config: &Config,
    question: Question,
    withheld: &HashSet<NodeId>,
) -> Vec<Standing> {
    let asked = Asked {
        timeline,
        config,
        question,
        withheld,
        none: Facts::default(),
    };
    let mut standings = match story {
        Some(story) => asked.by_story(story),
        None => asked.by_state(),
    };
    asked.supersede(&mut standings);
    standings.sort_by(|a, b| {
        let key = |standing: &Standing| (timeline.path(standing.path).clone(), standing.step);
        key(a).cmp(&key(b))
    });
    standings
}

struct Asked<'a> {
    timeline: &'a Timeline,
    config: &'a Config,
    question: Question,
    withheld: &'a HashSet<NodeId>,
    none: Facts,
}

impl Asked<'_> {
    fn facts(&self, text: TextId) -> &Facts {
        self.timeline.facts(text).unwrap_or(&self.none)
    }

    fn known(&self, step: StepId) -> Moment {
        self.timeline.steps()[step as usize].known
    }

    /// No text says when it takes effect: what was known on the date is what counted.
    fn by_state(&self) -> Vec<Standing> {
        let steps = self
            .timeline
            .known_at(self.question.on, self.question.steps);
        let next = self.next_changes(steps);
        let state = self.timeline.state(steps);
        let standings = state.into_iter().filter_map(|(path, text, step)| {
            let kind = self.config.kinds.get(self.timeline.kind(text))?;
            let facts = self.facts(text);
            let by_path = || kind.id.from_path(self.timeline.path(path).as_str());
            let id = facts.id.clone().or_else(by_path)?;
            Some(Standing {
                known_as: BTreeSet::from([id.clone()]),
                id,
                path,
                text,
                step,
                from: self.known(step),
                until: next.get(&path).copied(),
                why: self.why(text),
            })
        });
        standings
            .map(|standing| self.until_void(standing))
            .collect()
    }

    /// When the files are changed next after the first `steps` commits.
    fn next_changes(&self, steps: usize) -> HashMap<PathId, Moment> {
        let mut next = HashMap::new();
        for step in (0u32..).take(self.question.steps).skip(steps) {
            for change in self.timeline.changes(step) {
                next.entry(change.path).or_insert_with(|| self.known(step));
            }
        }
        next
    }

    fn why(&self, text: TextId) -> Why {
        let facts = self.facts(text);
        let kind = self.config.kinds.get(self.timeline.kind(text));
        if kind.is_some_and(|kind| !status_is_in_force(facts, kind)) {
            return Why::Status(facts.status.clone());
        }
        match facts.void {
            Some(void) if void <= self.question.on => Why::Expired(void),
            _ => Why::InForce,
        }
    }

    fn until_void(&self, mut standing: Standing) -> Standing {
        if standing.why == Why::InForce {
            let void = self.facts(standing.text).void;
            standing.until = [standing.until, void].into_iter().flatten().min();
        }
        standing
    }

    fn by_story(&self, story: &Story) -> Vec<Standing> {
        let mut found: BTreeMap<NodeId, Standing> = BTreeMap::new();
        for end in story.ends() {
            let Some((at, standing)) = self.applying(story, end) else {
                continue;
            };
            match found.get_mut(&at) {
                // A text that was copied later has more than one future.
                Some(known) => known.known_as.extend(standing.known_as),
                None => drop(found.insert(at, standing)),
            }
        }
        found.into_values().collect()
    }

    /// Of one artifact's versions, the one that applies; where none does yet, the first that will.
    fn applying(&self, story: &Story, end: NodeId) -> Option<(NodeId, Standing)> {
        let mut known_as = BTreeSet::new();
        let mut applying: Option<(NodeId, Moment)> = None;
        let mut next: Option<(NodeId, Moment)> = None;
        let mut unapproved: Option<(NodeId, Moment)> = None;
        for (at, node) in story.back(end) {
            known_as.insert(story.id(node).to_owned());
            let from = self.counts_from(node);
            if applying.is_some() {
                continue;
            }
            if self.withheld.contains(&at) {
                if from <= self.question.on && unapproved.is_none() {
                    unapproved = Some((at, from));
                }
                continue;
            }
            if from <= self.question.on {
                applying = Some((at, from));
            } else if next.is_none_or(|(_, soonest)| from <= soonest) {
                next = Some((at, from));
            }
        }
        let until = next.map(|(_, from)| from);
        // The version before goes on only where it was in force itself.
        let before = applying.filter(|(at, _)| {
            let text = story.node(*at).text;
            unapproved.is_none() || text.is_some_and(|text| self.why(text) == Why::InForce)
        });
        let is_unapproved = before.is_none() && unapproved.is_some();
        let applying = before.or(unapproved);
        let (at, from, until, is_due) = match (applying, next) {
            (Some((at, from)), _) => (at, from, until, true),
            (None, Some((at, from))) => (at, from, None, false),
            (None, None) => return None,
        };
        let node = story.node(at);
        let text = node.text.or(node.old_text)?;
        let why = match node.change {
            _ if !is_due && self.facts(text).effective.is_none() => Why::Absent,
            _ if !is_due => Why::NotYet,
            Change::Removed => Why::Removed,
            _ if is_unapproved && self.why(text) == Why::InForce => {
                Why::Unapproved(self.facts(text).status.clone())
            }
            _ => self.why(text),
        };
        let standing = Standing {
            id: story.id(node).to_owned(),
            known_as,
            path: node.path,
            text,
            step: node.step,
            from,
            until,
            why,
        };
        Some((at, self.until_void(standing)))
    }

    /// From when on a version counts.
    fn counts_from(&self, node: &Node) -> Moment {
        let known = self.known(node.step);
        let Some(text) = node.text else { return known };
        let facts = self.facts(text);
        let kind = self.config.kinds.get(self.timeline.kind(text));
        match facts.effective {
            None => known,
            Some(effective) if kind.is_some_and(|kind| status_is_in_force(facts, kind)) => {
                effective
            }
            Some(effective) => effective.max(known),
        }
    }

    /// An artifact gives way to those in force that supersede it; two that claim it of each other
    /// both stay.
    fn supersede(&self, standings: &mut [Standing]) {
        let mut over: BTreeSet<(&str, String)> = BTreeSet::new();
        let in_force: Vec<&Standing> = standings
            .iter()
            .filter(|it| it.why == Why::InForce)
            .collect();
        let ids: BTreeSet<&str> = in_force.iter().map(|it| it.id.as_str()).collect();
        for standing in &in_force {
            let facts = self.facts(standing.text);
            let claims = facts
                .supersedes
                .iter()
                .map(|old| (standing.id.as_str(), old.clone()));
            over.extend(claims);
            for new in &facts.superseded_by {
                if let Some(new) = ids.get(new.as_str()) {
                    over.insert((new, standing.id.clone()));
                }
            }
        }
        let both = |new: &str, old: &str| over.contains(&(old, new.to_owned()));
        let mut by_old: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (new, old) in &over {
            if *new != old && !both(new, old) {
                by_old
                    .entry(old.clone())
                    .or_default()
                    .push((*new).to_owned());
            }
        }
        for standing in standings.iter_mut().filter(|it| it.why == Why::InForce) {
            if let Some(new) = by_old.get(&standing.id) {
                standing.why = Why::Superseded(new.clone());
                standing.until = None;
            }
        }
    }
}
