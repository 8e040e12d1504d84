//! From what changed to whom it reaches, link by link.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::drift::{Stale, stale};
use super::graph::Sort;
use super::links::{BothGraphs, Link};
use super::seeds::{Cause, Seed, ValueChange, seeds};
use super::stamp::stamp;
use super::{Question, Reach};
use crate::artifact::Artifact;
use crate::config::applies;
use crate::corpus::Corpus;
use crate::diff::catalogue::{LINK_DANGLING, LINK_ORPHAN, PARAM_DRIFT};
use crate::diff::single::{Told, findings_of};
use crate::diff::{ChangeSeverity, Confidence, Place, Subject};
use crate::review::{Affected, AffectedLink, Reviewed, Side, State};
use crate::value::Value;

/// Which side a stamp is of, of which artifact, of which section.
type StampKey = (bool, String, Option<String>);

pub(super) struct Walk<'a> {
    question: Question<'a>,
    graphs: BothGraphs<'a>,
    seeds: BTreeMap<String, Seed>,
    stamps: HashMap<StampKey, Option<String>>,
    reached: BTreeMap<String, Reached>,
    told: BTreeMap<String, Vec<Told>>,
}

/// What is known of an artifact that was reached.
#[derive(Default)]
struct Reached {
    distance: usize,
    links: BTreeMap<AffectedLink, BTreeSet<String>>,
    reviewed: Option<Reviewed>,
    /// The changed artifacts it is reached from.
    origins: BTreeSet<String>,
}

/// What a link to a changed artifact comes to.
struct Assessed {
    state: State,
    because: BTreeSet<String>,
    stamp: Option<String>,
    /// What it leads to no longer, in words, and the finding that took it away.
    dangling: Option<(String, Option<String>)>,
}

impl Reached {
    fn state(&self) -> State {
        let states = self.links.keys().map(|link| link.state);
        states.max().unwrap_or(State::Consistent)
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        let seeds = seeds(question.set, question.base);
        let renamed = seeds
            .values()
            .filter_map(|seed| Some((seed.old_id.clone()?, seed.id.clone())));
        Self {
            graphs: BothGraphs::new(question.base, question.head, renamed.collect()),
            question,
            seeds,
            stamps: HashMap::new(),
            reached: BTreeMap::new(),
            told: BTreeMap::new(),
        }
    }

    pub(super) fn run(mut self) -> Reach {
        let mut level = self.own_orphans();
        let ids: Vec<String> = self.seeds.keys().cloned().collect();
        for id in &ids {
            for from in self.around(id) {
                level.insert(from);
            }
        }
        self.orphaned();
        for distance in 2..=self.question.depth {
            level = self.behind(&level, distance);
        }
        let caused_by = self.drift(&ids);
        self.finish(caused_by)
    }

    /// Artifacts that lost a required link by their own change: the diff has said so.
    fn own_orphans(&mut self) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let set = self.question.set;
        let lost = set
            .findings
            .iter()
            .filter(|finding| finding.rule == LINK_ORPHAN.id);
        for finding in lost {
            let Some(id) = finding.artifact.id.clone() else {
                continue;
            };
            let field = finding.at.field.as_deref().unwrap_or("");
            let from = finding.old.as_ref().map(Value::display).unwrap_or_default();
            let to = from.split(", ").next().unwrap_or("").to_owned();
            let link = AffectedLink {
                link: field.strip_prefix("links.").unwrap_or(field).to_owned(),
                to,
                section: None,
                side: Side::Base,
                state: State::Orphan,
                stamp: None,
            };
            let near = usize::from(self.seeds.contains_key(&link.to));
            let because = BTreeSet::from([finding.fingerprint.clone()]);
            let origins = BTreeSet::from([id.clone()]);
            self.reach(&id, near, link, because, origins);
            out.insert(id);
        }
        out
    }

    /// Looks at every link to a changed artifact; returns those who have to look again.
    fn around(&mut self, id: &str) -> BTreeSet<String> {
        let seed = &self.seeds[id];
        let old_id = seed.old_id.clone().unwrap_or_else(|| id.to_owned());
        let links: Vec<OwnedLink> = self
            .graphs
            .to(id, &old_id)
            .iter()
            .map(OwnedLink::of)
            .collect();
        let mut out = BTreeSet::new();
        for link in links {
            let Some(assessed) = self.assess(id, &old_id, &link) else {
                continue;
            };
            let mut state = assessed.state;
            let mut reviewed = None;
            if state == State::Suspect {
                reviewed = self.reviewed(&link.from, id, link.section());
                if self.seeds.contains_key(&link.from) || reviewed.is_some() {
                    state = State::Consistent;
                }
            }
            if let Some((what, cause)) = assessed.dangling {
                self.dangling(&link, what, cause);
            }
            let affected = AffectedLink {
                link: link.link.clone(),
                to: id.to_owned(),
                section: link.part.clone(),
                side: link.side,
                state,
                stamp: assessed.stamp,
            };
            let origins = BTreeSet::from([id.to_owned()]);
            self.reach(&link.from, 1, affected, assessed.because, origins);
            let reached = self.reached.get_mut(&link.from);
            if let Some(reached) = reached.filter(|_| reviewed.is_some()) {
                reached.reviewed = reviewed;
            }
            if state > State::Consistent && link.sort != Sort::Term {
                out.insert(link.from);
            }
        }
        out
    }

    /// What a link to a changed artifact comes to; `None` where the change does not come by it.
    fn assess(&mut self, id: &str, old_id: &str, link: &OwnedLink) -> Option<Assessed> {
        if link.side != Side::Both {
            // One that was taken away is the business of the diff; a new one is trusted.
            return None;
        }
        if let Some((what, cause)) = self.gone(id, old_id, link) {
            let because = match &cause {
                Some(cause) => BTreeSet::from([cause.clone()]),
                None => self.because(id, &|cause| cause.severity >= ChangeSeverity::Substantive),
            };
            return Some(Assessed {
                state: State::Conflict,
                because,
                stamp: None,
                dangling: Some((what, cause)),
            });
        }
        match link.sort {
            Sort::Plain => None,
            Sort::Inserts => {
                let name = link.part.as_deref();
                let because = self.because(id, &|cause| cause.param.as_deref() == name);
                (!because.is_empty()).then_some(Assessed {
                    state: State::Consistent,
                    because,
                    stamp: None,
                    dangling: None,
                })
            }
            Sort::Declared | Sort::Cites | Sort::Term => {
                let section = link.part.clone();
                let before = self.stamp(false, old_id, section.as_deref())?;
                let after = self.stamp(true, id, section.as_deref())?;
                if before == after {
                    return None;
                }
                let because = self.causes_in(id, old_id, section.as_deref());
                Some(Assessed {
                    state: State::Suspect,
                    because,
                    stamp: Some(after),
                    dangling: None,
                })
            }
        }
    }

    /// What a link no longer leads to, and the finding that took it away.
    fn gone(
        &mut self,
        id: &str,
        old_id: &str,
        link: &OwnedLink,
    ) -> Option<(String, Option<String>)> {
        let caused = |walk: &Self, rules: &[&str], section: Option<&str>| {
            let findings = &walk.seeds[id].findings;
            let found = findings.iter().find(|cause| {
                let there = section.is_none() || cause.section.as_deref() == section;
                rules.contains(&cause.rule.as_str()) && there
            });
            found.map(|cause| cause.fingerprint.clone())
        };
        if self.seeds[id].removed {
            let cause = caused(self, &["ART-REMOVED"], None);
            return Some((format!("`{id}`, which is gone"), cause));
        }
        if link.old_id {
            let cause = caused(self, &["ART-REID"], None);
            return Some((format!("`{old_id}`, which is called `{id}` now"), cause));
        }
        let target = self.question.head.get(id)?;
        if let Some(path) = link.path.as_deref()
            && target.path.as_str() != path
        {
            let cause = caused(self, &["ART-RENAMED"], None);
            return Some((
                format!("the file `{path}`, which is `{}` now", target.path.as_str()),
                cause,
            ));
        }
        let part = link.part.as_deref()?;
        if link.sort == Sort::Inserts {
            let has = |artifact: &Artifact| artifact.params.iter().any(|param| param.name == part);
            let before = self.question.base.get(old_id).is_some_and(has);
            if before && !has(target) {
                let findings = self.seeds[id].findings.iter();
                let mut about = findings.filter(|cause| cause.param.as_deref() == Some(part));
                let cause = about.next().map(|cause| cause.fingerprint.clone());
                return Some((
                    format!("the parameter `{part}` of `{id}`, which is gone"),
                    cause,
                ));
            }
            return None;
        }
        let before = self.stamp(false, old_id, Some(part)).is_some();
        if before && self.stamp(true, id, Some(part)).is_none() {
            let rules = ["SEC-REMOVED", "SEC-RENAMED"];
            let cause = caused(self, &rules, Some(part)).or_else(|| caused(self, &rules, None));
            return Some((
                format!("the section `{part}` of `{id}`, which is gone"),
                cause,
            ));
        }
        None
    }

    /// Reports a link that leads nowhere.
    fn dangling(&mut self, link: &OwnedLink, what: String, cause: Option<String>) {
        let Some(artifact) = self.question.head.get(&link.from) else {
            return;
        };
        let mut at = place(artifact, link.offset);
        if matches!(link.sort, Sort::Declared | Sort::Plain) {
            at.field = Some(field_of(self.question.head, artifact, &link.link));
        }
        let message = match link.sort {
            Sort::Inserts => format!("it inserts {what}"),
            Sort::Cites => format!("a link in the text leads to {what}"),
            Sort::Term => format!("it uses the term {what}"),
            _ => format!("`{}` leads to {what}", link.link),
        };
        let old = match &link.part {
            Some(part) => format!("{}#{part}", link.target),
            None => link.target.clone(),
        };
        let mut told = Told::new(&LINK_DANGLING, at, message);
        told.old = Some(Value::String(old));
        told.caused_by = cause;
        self.told.entry(link.from.clone()).or_default().push(told);
    }

    /// Artifacts nobody touched whose every required target is gone.
    fn orphaned(&mut self) {
        let suspects: Vec<(String, AffectedLink, BTreeSet<String>)> = self
            .reached
            .iter()
            .flat_map(|(id, reached)| {
                let dead = reached
                    .links
                    .iter()
                    .filter(|(link, _)| link.state == State::Conflict);
                dead.map(|(link, because)| (id.clone(), link.clone(), because.clone()))
            })
            .collect();
        for (id, link, because) in suspects {
            let (head, base) = (self.question.head, self.question.base);
            let Some(artifact) = head.get(&id) else {
                continue;
            };
            let kind = head.config().kind(&artifact.kind);
            let Some(def) = kind.and_then(|kind| kind.link(&link.link)) else {
                continue;
            };
            let counts = def
                .min_when
                .as_ref()
                .is_none_or(|when| applies(when, &artifact.fields));
            let alive = |corpus: &Corpus, artifact: &Artifact| {
                let mine = artifact.links.iter().filter(|one| one.name == link.link);
                mine.filter(|one| corpus.get(&one.target).is_some()).count()
            };
            let before = base.get(&id).map_or(0, |old| alive(base, old));
            if def.min == 0 || !counts || before == 0 || alive(head, artifact) > 0 {
                continue;
            }
            let at = Place {
                field: Some(def.field.clone()),
                ..Place::default()
            };
            let message = format!(
                "`{}` leads to nothing that is still there, and the kind requires it",
                link.link
            );
            let mut told = Told::new(&LINK_ORPHAN, at, message);
            told.old = Some(Value::String(link.to.clone()));
            told.caused_by = because.first().cloned();
            self.told.entry(id.clone()).or_default().push(told);
            if let Some(reached) = self.reached.get_mut(&id) {
                reached.links.remove(&link);
                let lost = AffectedLink {
                    state: State::Orphan,
                    ..link
                };
                reached.links.insert(lost, because);
            }
        }
    }

    /// Goes one link further from those who have to look again.
    fn behind(&mut self, level: &BTreeSet<String>, distance: usize) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        for id in level {
            let Some(reached) = self.reached.get(id) else {
                continue;
            };
            let because: BTreeSet<String> = reached.links.values().flatten().cloned().collect();
            let origins = reached.origins.clone();
            let links: Vec<OwnedLink> = self.graphs.to(id, id).iter().map(OwnedLink::of).collect();
            for link in links {
                let straight = link.sort == Sort::Declared && link.part.is_none();
                let from_here = origins.len() == 1 && origins.contains(&link.from);
                if !straight || link.side != Side::Both || from_here {
                    continue;
                }
                let reviewed = self.reviewed(&link.from, id, None);
                let settled = reviewed.is_some() || self.seeds.contains_key(&link.from);
                let affected = AffectedLink {
                    link: link.link.clone(),
                    to: id.clone(),
                    section: None,
                    side: link.side,
                    state: if settled {
                        State::Consistent
                    } else {
                        State::Suspect
                    },
                    stamp: self.stamp(true, id, None),
                };
                let known = self.reached.contains_key(&link.from);
                self.reach(
                    &link.from,
                    distance,
                    affected,
                    because.clone(),
                    origins.clone(),
                );
                if let Some(reached) = self.reached.get_mut(&link.from).filter(|_| !known) {
                    reached.reviewed = reviewed;
                    if !settled {
                        out.insert(link.from);
                    }
                }
            }
        }
        out
    }

    /// Finds who still states an old value, and which changes follow from others.
    fn drift(&mut self, ids: &[String]) -> Vec<(String, String)> {
        let mut caused_by = Vec::new();
        for id in ids {
            let values = self.seeds[id].values.clone();
            if values.is_empty() {
                continue;
            }
            for (dependant, distance, via) in self.dependants(id) {
                for change in &values {
                    self.follows(&dependant, change, &mut caused_by);
                    let head = self.question.head;
                    let Some(artifact) = head.get(&dependant) else {
                        continue;
                    };
                    if let Some(found) = stale(artifact, head.config(), change) {
                        self.drifted(id, artifact, distance, via.clone(), change, found);
                    }
                }
            }
            let own: Vec<&ValueChange> = values.iter().collect();
            for change in own {
                self.follows(id, change, &mut caused_by);
            }
        }
        caused_by
    }

    /// Artifacts that rest on this one, with how far and by which link.
    fn dependants(&self, id: &str) -> Vec<(String, usize, AffectedLink)> {
        let mut out: Vec<(String, usize, AffectedLink)> = Vec::new();
        let mut seen = BTreeSet::from([id.to_owned()]);
        let mut level = vec![id.to_owned()];
        for distance in 1..=self.question.depth {
            let mut next = Vec::new();
            for target in &level {
                let seed = self.seeds.get(target);
                let old = seed
                    .and_then(|seed| seed.old_id.as_deref())
                    .unwrap_or(target);
                for link in self.graphs.to(target, old) {
                    let carries =
                        matches!(link.edge.sort, Sort::Declared | Sort::Cites | Sort::Inserts);
                    if !carries || link.side == Side::Base || !seen.insert(link.from.clone()) {
                        continue;
                    }
                    let owned = OwnedLink::of(&link);
                    let via = AffectedLink {
                        link: owned.link,
                        to: target.clone(),
                        section: owned.part,
                        side: link.side,
                        state: State::Conflict,
                        stamp: None,
                    };
                    out.push((link.from.clone(), distance, via));
                    next.push(link.from);
                }
            }
            level = next;
        }
        out
    }

    /// Marks the findings of `id` that tell of a value that changed elsewhere first.
    fn follows(&self, id: &str, change: &ValueChange, caused_by: &mut Vec<(String, String)>) {
        let findings = self.question.set.findings.iter();
        for finding in findings.filter(|finding| finding.artifact.id.as_deref() == Some(id)) {
            let told = change.is_told_by(finding) && finding.fingerprint != change.cause;
            if told && finding.severity > ChangeSeverity::Editorial {
                caused_by.push((finding.fingerprint.clone(), change.cause.clone()));
            }
        }
    }

    fn drifted(
        &mut self,
        from: &str,
        artifact: &Artifact,
        distance: usize,
        via: AffectedLink,
        change: &ValueChange,
        found: Stale,
    ) {
        let now = match &change.new {
            Some(new) => format!("is `{new}` now"),
            None => "is gone".to_owned(),
        };
        let more = match found.more {
            0 => String::new(),
            1 => ", and 1 more place does".to_owned(),
            more => format!(", and {more} more places do"),
        };
        let message = format!(
            "still says `{}`{more}; {} of {from} {now}",
            found.written, change.name
        );
        let mut told = Told::new(&PARAM_DRIFT, found.at, message);
        told.old = Some(Value::String(found.written));
        told.new = change.new.clone().map(Value::String);
        told.quote = found.quote;
        told.confidence = Confidence::Likely;
        told.caused_by = Some(change.cause.clone());
        self.told.entry(artifact.id.clone()).or_default().push(told);
        let because = BTreeSet::from([change.cause.clone()]);
        let origins = BTreeSet::from([from.to_owned()]);
        let known = self.reached.get_mut(&artifact.id).and_then(|reached| {
            let same = |link: &&AffectedLink| {
                link.link == via.link && link.to == via.to && link.section == via.section
            };
            let link = reached.links.keys().find(same).cloned()?;
            let old = reached.links.remove(&link)?;
            Some((link, old))
        });
        let (link, because) = match known {
            Some((link, old)) => {
                let state = link.state.max(State::Conflict);
                (
                    AffectedLink { state, ..link },
                    old.into_iter().chain(because).collect(),
                )
            }
            None => (via, because),
        };
        self.reach(&artifact.id, distance, link, because, origins);
    }

    fn reach(
        &mut self,
        id: &str,
        distance: usize,
        link: AffectedLink,
        because: BTreeSet<String>,
        origins: BTreeSet<String>,
    ) {
        let reached = self
            .reached
            .entry(id.to_owned())
            .or_insert_with(|| Reached {
                distance,
                ..Reached::default()
            });
        reached.distance = reached.distance.min(distance);
        reached.origins.extend(origins);
        reached.links.entry(link).or_default().extend(because);
    }

    fn stamp(&mut self, new: bool, id: &str, section: Option<&str>) -> Option<String> {
        let key = (new, id.to_owned(), section.map(str::to_owned));
        if let Some(known) = self.stamps.get(&key) {
            return known.clone();
        }
        let corpus = if new {
            self.question.head
        } else {
            self.question.base
        };
        let found = corpus
            .get(id)
            .and_then(|artifact| stamp(corpus, artifact, section));
        self.stamps.insert(key, found.clone());
        found
    }

    /// The record that clears a link, if one does.
    fn reviewed(&mut self, id: &str, against: &str, section: Option<&str>) -> Option<Reviewed> {
        let records = self.question.records;
        let mut stamp_of = |section: Option<&str>| self.stamp(true, against, section);
        let record = records
            .iter()
            .find(|record| record.clears(id, against, &mut stamp_of, section))?;
        Some(Reviewed {
            by: record.by.clone(),
            on: record.on.clone(),
            record: record.path.clone(),
        })
    }

    fn because(&self, id: &str, wanted: &dyn Fn(&Cause) -> bool) -> BTreeSet<String> {
        let findings = self.seeds[id].findings.iter();
        let wanted = findings.filter(|cause| wanted(cause));
        wanted.map(|cause| cause.fingerprint.clone()).collect()
    }

    /// The findings by which a section, or the whole, says something else.
    fn causes_in(&self, id: &str, old_id: &str, section: Option<&str>) -> BTreeSet<String> {
        let substantive = |cause: &Cause| {
            // An owner is no part of what a text asks.
            cause.severity >= ChangeSeverity::Substantive && cause.rule != "META-OWNER"
        };
        let Some(anchor) = section else {
            let found = self.because(id, &substantive);
            return match found.is_empty() {
                true => self.because(id, &|_| true),
                false => found,
            };
        };
        let mut under = BTreeSet::new();
        let sides = [(self.question.base, old_id), (self.question.head, id)];
        for (corpus, id) in sides {
            let Some(artifact) = corpus.get(id) else {
                continue;
            };
            let outline = artifact.outline();
            let Some(section) = outline.section(anchor) else {
                continue;
            };
            let inner = outline.sections.iter().filter(|one| {
                section.span.start <= one.span.start && one.span.end <= section.span.end
            });
            under.extend(inner.map(|one| one.anchor.clone()));
            let inserts = outline.inserts.iter().filter(|insert| {
                section.span.start <= insert.span.start && insert.span.end <= section.span.end
            });
            under.extend(inserts.map(|insert| format!("{{{{{}}}}}", insert.name)));
        }
        let here = |cause: &Cause| {
            let in_section = cause.section.as_ref().is_some_and(|at| under.contains(at));
            let shown = |name: &String| under.contains(&format!("{{{{{name}}}}}"));
            in_section || cause.param.as_ref().is_some_and(shown)
        };
        let found = self.because(id, &here);
        match found.is_empty() {
            true => self.because(id, &|cause| !cause.local),
            false => found,
        }
    }

    fn finish(self, caused_by: Vec<(String, String)>) -> Reach {
        let head = self.question.head;
        let mut affected = Vec::new();
        for (id, reached) in &self.reached {
            let Some(artifact) = head.get(id) else {
                continue;
            };
            let state = reached.state();
            let worst = reached.links.iter().find(|(link, _)| link.state == state);
            let Some((via, _)) = worst else { continue };
            let because: BTreeSet<String> = reached.links.values().flatten().cloned().collect();
            affected.push(Affected {
                id: id.clone(),
                title: artifact.title.clone(),
                kind: artifact.kind.to_string(),
                path: artifact.path.as_str().to_owned(),
                distance: reached.distance,
                from: via.to.clone(),
                via: match &via.section {
                    Some(section) => format!("{}#{section}", via.link),
                    None => via.link.clone(),
                },
                side: via.side,
                changed: self.seeds.contains_key(id),
                state,
                because: because.into_iter().collect(),
                reviewed: reached
                    .reviewed
                    .clone()
                    .filter(|_| state == State::Consistent),
                links: reached.links.keys().cloned().collect(),
            });
        }
        affected.sort_by(|a, b| (a.distance, &a.id).cmp(&(b.distance, &b.id)));
        let mut findings = Vec::new();
        for (id, told) in self.told {
            if let Some(artifact) = head.get(&id) {
                findings.extend(findings_of(&subject(artifact), told));
            }
        }
        Reach {
            affected,
            findings,
            caused_by,
        }
    }
}

/// A link without its borrows, so that the walk can go on while it is looked at.
struct OwnedLink {
    from: String,
    link: String,
    target: String,
    part: Option<String>,
    sort: Sort,
    side: Side,
    offset: usize,
    path: Option<String>,
    old_id: bool,
}

impl OwnedLink {
    fn of(link: &Link<'_>) -> Self {
        Self {
            from: link.from.clone(),
            link: link.edge.link.clone(),
            target: link.target.clone(),
            part: link.edge.part.clone(),
            sort: link.edge.sort,
            side: link.side,
            offset: link.edge.offset,
            path: link.edge.path.clone(),
            old_id: link.old_id,
        }
    }

    /// The section it names; a parameter is none.
    fn section(&self) -> Option<&str> {
        self.part.as_deref().filter(|_| self.sort != Sort::Inserts)
    }
}

fn subject(artifact: &Artifact) -> Subject {
    Subject {
        id: Some(artifact.id.clone()),
        kind: Some(artifact.kind.to_string()),
        path: artifact.path.as_str().to_owned(),
    }
}

fn place(artifact: &Artifact, offset: usize) -> Place {
    let outline = artifact.outline();
    let in_body = offset >= artifact.body;
    let section = outline.section_at(offset).filter(|_| in_body);
    let section = section.and_then(|index| outline.sections.get(index));
    Place {
        section: section.map(|section| section.anchor.clone()),
        heading: section.map(|section| section.heading.clone()),
        new_line: Some(artifact.position(offset).line),
        ..Place::default()
    }
}

/// The front-matter key of a declared link; its name where the kind says nothing.
fn field_of(corpus: &Corpus, artifact: &Artifact, link: &str) -> String {
    let kind = corpus.config().kind(&artifact.kind);
    let def = kind.and_then(|kind| kind.link(link));
    def.map_or_else(|| link.to_owned(), |def| def.field.clone())
}
