//! Figures about a corpus: counts, coverage, and what is overdue.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::artifact::Artifact;
use crate::config::{FieldRole, Kind, Question};
use crate::corpus::Corpus;

/// How many of some things have something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// Those that have it.
    pub with: usize,
    /// All of them.
    pub of: usize,
}

impl Share {
    fn count(&mut self, has: bool) {
        self.of += 1;
        self.with += usize::from(has);
    }

    /// Returns the share in whole percent, rounded down; `None` of nothing.
    pub fn percent(self) -> Option<usize> {
        (self.with * 100).checked_div(self.of)
    }
}

/// What a corpus has and lacks on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stats {
    /// Artifacts.
    pub artifacts: usize,
    /// Artifacts by kind.
    pub kinds: BTreeMap<String, usize>,
    /// Artifacts by status; those without are left out.
    pub statuses: BTreeMap<String, usize>,
    /// Artifacts whose status means in force.
    pub in_force: usize,
    /// Artifacts with an owner, of the kinds that have one.
    pub owner: Share,
    /// Of the kinds that say what is done, artifacts with a link to one that says why.
    pub what_with_why: Share,
    /// Of the kinds that say how, artifacts with a link to one that says what.
    pub how_with_what: Share,
    /// Steps that say who.
    pub steps_with_who: Share,
    /// Activities that say who answers for them.
    pub activities_with_accountable: Share,
    /// Artifacts in force whose review was due before the day.
    pub reviews_overdue: usize,
    /// Artifacts in force whose last day was before the day.
    pub expired: usize,
}

impl Stats {
    /// Counts a corpus on a day.
    pub fn of(corpus: &Corpus, today: Date) -> Self {
        let mut stats = Self::default();
        for artifact in corpus.artifacts() {
            if let Some(kind) = corpus.config().kind(&artifact.kind) {
                stats.add(corpus, artifact, kind, today);
            }
        }
        stats
    }

    fn add(&mut self, corpus: &Corpus, artifact: &Artifact, kind: &Kind, today: Date) {
        self.artifacts += 1;
        *self.kinds.entry(kind.name.clone()).or_default() += 1;
        let status = artifact.standing_status(corpus.config());
        let statuses = kind
            .status
            .as_ref()
            .map(|status| status.in_force.as_slice())
            .unwrap_or_default();
        let in_force = statuses.is_empty()
            || status
                .as_ref()
                .is_some_and(|status| statuses.contains(status));
        if let Some(status) = status {
            *self.statuses.entry(status).or_default() += 1;
        }
        self.in_force += usize::from(in_force);
        if kind.owner.is_some() {
            self.owner.count(
                artifact
                    .owner(corpus.config())
                    .is_some_and(|owner| !owner.is_empty()),
            );
        }
        let leads_to = |question: Question| {
            let asked = |id: &str| corpus.config().kind(&corpus.get(id)?.kind)?.question;
            artifact
                .links
                .iter()
                .any(|link| asked(&link.target) == Some(question))
        };
        match kind.question {
            Some(Question::What) => self.what_with_why.count(leads_to(Question::Why)),
            Some(Question::How) => self.how_with_what.count(leads_to(Question::What)),
            _ => {}
        }
        artifact
            .steps
            .iter()
            .for_each(|step| self.steps_with_who.count(!step.who.is_empty()));
        let activities = artifact.activities.iter();
        activities.for_each(|activity| {
            self.activities_with_accountable
                .count(!activity.a.is_empty());
        });
        let is_past = |role| {
            let fields = kind.fields_with_role(role);
            let mut dates = fields.filter_map(|def| artifact.field(&def.name)?.node.value.date());
            dates.any(|date| date < today)
        };
        self.reviews_overdue += usize::from(in_force && is_past(FieldRole::Review));
        self.expired += usize::from(in_force && is_past(FieldRole::Expiry));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Config;
    use crate::limits::Limits;
    use crate::snapshot::Snapshot;

    #[test]
    fn figures_say_what_is_there_and_what_is_missing() {
        let config = "profile = 'itsm'";
        let process = "+++\nid='PRO-001'\ntitle='P'\nstatus='effective'\nowner='R'\nreview_by=2026-01-01\ngoverned_by=['POL-001']\n\
            [[activities]]\nid='a'\ndo='x'\nr=['R']\n[[activities]]\nid='b'\ndo='y'\na='R'\n+++\n";
        let process = process.replace("governed_by=['POL-001']\n", "");
        let linked = process.replace("PRO-001", "PRO-002").replace(
            "[[activities]]\nid='a'",
            "[links]\ngoverned_by=['POL-001']\n[[activities]]\nid='a'",
        );
        let policy = "+++\nid='POL-001'\ntitle='P'\nstatus='draft'\nreview_by=2020-01-01\n+++\n";
        let config = Arc::new(Config::parse(config, "govkit.toml").unwrap());
        let snapshot = Snapshot::of_files([
            ("processes/PRO-001.md", process.as_str()),
            ("processes/PRO-002.md", linked.as_str()),
            ("policies/POL-001.md", policy),
        ]);
        let corpus = Corpus::parse(snapshot, config, &Limits::DEFAULT);
        let stats = Stats::of(&corpus, jiff::civil::date(2026, 1, 2));
        assert_eq!((stats.artifacts, stats.in_force), (3, 2));
        assert_eq!(stats.owner, Share { with: 2, of: 3 });
        assert_eq!(stats.activities_with_accountable, Share { with: 2, of: 4 });
        assert_eq!(stats.what_with_why.of, 2);
        assert_eq!((stats.reviews_overdue, stats.expired), (2, 0));
        assert_eq!(
            Stats::of(&corpus, jiff::civil::date(2026, 1, 1)).reviews_overdue,
            0
        );
    }
}
