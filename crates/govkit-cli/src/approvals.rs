//! Approvals, read: whom the base trusts, what was signed, and how each artifact stands.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use govkit_core::approval::{
    Anchor, ApprovalPolicy, DIRECTORY, Judged, RawRecord, Record, Refusal, Requirement, SIGNATURE,
    STATEMENT, Standing, Trust, TrustStep, Version, heads, is_trust_subject, judge, needed_of_kind,
    records_of, requirement, standing,
};
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, FILE_NAME, repository_id_of};
use govkit_core::corpus::Corpus;
use govkit_core::snapshot::At;
use govkit_core::time::Moment;
use govkit_git::{Trail, TrailStep};
use govkit_sign::SshKeys;

use crate::context::{Context, describe_at};
use crate::identity::seconds;
use crate::past::SHALLOW;
use crate::trusted::default_base;

/// The places in the top directory that trust rests on.
const PLACES: [&str; 2] = [".govkit", FILE_NAME];

/// A record that is no longer as it was signed and merged.
#[derive(Clone, Debug)]
pub(crate) struct Tampered {
    /// The file.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) message: String,
}

/// Everything that was decided, as one state of the repository knows it.
pub(crate) struct Approvals {
    /// The revision trust is taken from.
    pub(crate) base: String,
    /// Whether the base trusts nobody yet, so that the state's own list is used.
    pub(crate) of_state: bool,
    /// Why nothing can be judged: the clone lacks the commits in which trust begins.
    pub(crate) gap: Option<&'static str>,
    /// Whom the base trusts.
    pub(crate) trust: Trust,
    /// Checks signatures.
    pub(crate) keys: SshKeys,
    /// Records that are no longer what they were.
    pub(crate) tampered: Vec<Tampered>,
    /// Records that speak of nothing, as they cannot be read.
    pub(crate) unreadable: Vec<(String, Refusal)>,
    config: Arc<Config>,
    written: Option<Arc<ApprovalPolicy>>,
    by_artifact: BTreeMap<String, About>,
}

/// What was said about one artifact.
#[derive(Default)]
struct About {
    records: Vec<(Record, Anchor)>,
    judged: OnceLock<Vec<Judged>>,
}

impl Approvals {
    /// Reads what was decided about the artifacts of `at`.
    ///
    /// Trust comes from the base: for a revision that is part of it, from that revision; for the
    /// files on disk and for other branches, from the tip of the default branch.
    pub(crate) fn open(context: &Context<'_>, at: &At, config: &Arc<Config>) -> Result<Self> {
        let base = base_of(context, at)?;
        Self::open_from(context, at, config, base.as_deref())
    }

    /// Like [`Approvals::open`], with the base that is given.
    pub(crate) fn open_from(
        context: &Context<'_>,
        at: &At,
        config: &Arc<Config>,
        base: Option<&str>,
    ) -> Result<Self> {
        let keys = SshKeys::default();
        let trail = match base {
            Some(base) => context
                .repository()?
                .trail(base, &PLACES, &context.limits)?,
            None => Trail {
                is_complete: true,
                ..Trail::default()
            },
        };
        let here = files_at(context, at)?;
        let mut steps = Vec::with_capacity(trail.steps.len() + 1);
        let mut halves = BTreeMap::new();
        for step in &trail.steps {
            steps.push(trust_step(context, step, &mut halves)?);
        }
        let id = |files: &[(String, Vec<u8>)]| {
            let found = files.iter().find(|(path, _)| path == FILE_NAME);
            let text = found.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
            text.and_then(|text| repository_id_of(text).ok().flatten())
        };
        let base_config = base
            .map(|base| {
                let base = At::Revision(base.to_owned());
                context
                    .repository()?
                    .read_path(&base, FILE_NAME)
                    .map_err(anyhow::Error::from)
            })
            .transpose()?
            .flatten();
        let base_id = base_config.and_then(|bytes| id(&[(FILE_NAME.to_owned(), bytes)]));
        let mut trust = Trust::follow(&steps, base_id.clone(), &keys);
        let of_state = trust.states.is_empty();
        if of_state {
            let next = steps.last().map_or(0, |step| step.step + 1);
            steps.push(TrustStep {
                commit: describe_at(at),
                step: next,
                known: now(context)?,
                files: here
                    .iter()
                    .map(|(path, bytes)| (path.clone(), Some(bytes.clone())))
                    .collect(),
                records: Vec::new(),
            });
            trust = Trust::follow(&steps, base_id.or_else(|| id(&here)), &keys);
        }
        let mut approvals = Self {
            base: base.unwrap_or_default().to_owned(),
            // Whom to trust can only be told from the beginning.
            gap: (!trail.is_complete).then_some(SHALLOW),
            of_state,
            tampered: tampered(context, &trail.steps, &here)?,
            unreadable: Vec::new(),
            config: config.clone(),
            written: config.approvals.clone().map(Arc::new),
            by_artifact: BTreeMap::new(),
            trust,
            keys,
        };
        approvals.sort(here, now(context)?);
        Ok(approvals)
    }

    /// Sorts the records by what they are about.
    fn sort(&mut self, here: Vec<(String, Vec<u8>)>, now: Moment) {
        let mut known: HashSet<String> = HashSet::new();
        let mut all: Vec<(Record, Anchor)> = Vec::new();
        for (record, anchor) in &self.trust.records {
            if known.insert(record.name.clone()) {
                all.push((record.clone(), *anchor));
            }
        }
        let not_merged = Anchor {
            step: None,
            known: now,
        };
        let is_record = |path: &String| path.starts_with(DIRECTORY);
        let new = records_of(here.into_iter().filter(|(path, _)| is_record(path)));
        // A record that was moved has the name of the one that is in its place.
        let is_new = |record: &Record| !known.contains(&record.name) || !record.is_in_place();
        all.extend(
            new.into_iter()
                .filter(is_new)
                .map(|record| (record, not_merged)),
        );
        for (record, anchor) in all {
            let refusal = match &record.statement {
                Ok(_) if record.is_in_place() => None,
                // Judged at once: no signature has to be looked at for that.
                _ => judge(record.clone(), anchor, self.trust.at(anchor), &self.keys)
                    .verdict
                    .err(),
            };
            match (refusal, record.artifact().map(str::to_owned)) {
                (None, Some(artifact)) => {
                    let about = self.by_artifact.entry(artifact).or_default();
                    about.records.push((record, anchor));
                }
                (Some(refusal), _) => self.unreadable.push((record.directory, refusal)),
                (None, None) => {}
            }
        }
    }

    /// Returns the rules that count now: those of the base; where it trusts nobody, those that are
    /// written here, so that nothing counts as long as nobody can agree.
    pub(crate) fn policy(&self) -> Option<&Arc<ApprovalPolicy>> {
        let trusted = self.trust.now().map(|state| &state.policy);
        trusted.or(self.written.as_ref())
    }

    /// Whether an artifact of this kind and status needs approvals.
    pub(crate) fn asks(&self, artifact: &Artifact) -> bool {
        let (Some(policy), Some(kind)) = (self.policy(), self.config.kind(&artifact.kind)) else {
            return false;
        };
        let status = artifact.status(&self.config);
        needed_of_kind(policy, kind, status.as_deref())
            .next()
            .is_some()
    }

    /// Returns the records about an artifact, or a file trust rests on; they are judged when they
    /// are first asked for, as signatures take their time.
    pub(crate) fn records(&self, artifact: &str) -> &[Judged] {
        let Some(about) = self.by_artifact.get(artifact) else {
            return &[];
        };
        about.judged.get_or_init(|| {
            let records = about.records.iter().cloned();
            let judged = records
                .map(|(record, anchor)| judge(record, anchor, self.trust.at(anchor), &self.keys));
            judged.collect()
        })
    }

    /// Returns the names of the newest statements about an artifact.
    pub(crate) fn heads(&self, artifact: &str) -> Vec<String> {
        heads(self.records(artifact).iter().map(|judged| &judged.record))
    }

    /// Says how an artifact stands.
    pub(crate) fn standing(&self, context: &Context<'_>, artifact: &Artifact) -> Standing {
        let current = version_of(artifact.text.as_bytes(), context);
        let read = Texts {
            context,
            config: &self.config,
            current: artifact,
            known: RefCell::new(HashMap::from([(
                current.sha256.clone(),
                Some(Arc::new(artifact.clone())),
            )])),
        };
        let policy = |state: usize| {
            let state = self.trust.states.get(state).or(self.trust.states.last());
            let policy = state.map(|state| &state.policy).or(self.policy());
            policy.cloned().unwrap_or_default()
        };
        let mut needs = |state: usize, old: Option<&Version>, new: &Version| {
            let old = old.and_then(|version| read.text(version));
            let new = read.text(new);
            let new = new.as_deref().unwrap_or(artifact);
            requirement(&policy(state), old.as_deref(), new, &self.config)
        };
        let judged: Vec<&Judged> = self.records(&artifact.id).iter().collect();
        let newest = self.trust.states.len().saturating_sub(1);
        standing(&current, &judged, &mut needs, newest)
    }

    /// Says how a file stands that trust rests on.
    pub(crate) fn standing_of_file(
        &self,
        context: &Context<'_>,
        path: &str,
        bytes: &[u8],
    ) -> Standing {
        let policy = self.policy().cloned().unwrap_or_default();
        let mut needs = |_: usize, _: Option<&Version>, _: &Version| Requirement {
            policy: policy.clone(),
            quorums: vec![policy.quorum_of_trust()],
            owners: Vec::new(),
            is_asked: true,
        };
        let judged: Vec<&Judged> = self.records(path).iter().collect();
        standing(&version_of(bytes, context), &judged, &mut needs, 0)
    }

    /// Whether an artifact's status needs approvals that are missing, or cannot be judged.
    pub(crate) fn lacks(&self, context: &Context<'_>, artifact: &Artifact) -> bool {
        self.asks(artifact) && (self.gap.is_some() || !self.standing(context, artifact).holds())
    }

    /// Marks the artifacts of a corpus whose status needs approvals that are missing.
    pub(crate) fn mark(&self, context: &Context<'_>, corpus: &mut Corpus) {
        if let Some(gap) = self.gap {
            context
                .ui
                .warn(&format!("no approval can be judged: {gap}"));
        }
        corpus.mark_unapproved(|artifact| self.lacks(context, artifact));
    }
}

/// Returns the version some bytes are.
pub(crate) fn version_of(bytes: &[u8], context: &Context<'_>) -> Version {
    let version = context
        .repository()
        .map(|repository| repository.blob_id(bytes));
    Version {
        sha256: govkit_core::approval::sha256(bytes),
        version: version.unwrap_or_default(),
    }
}

/// The texts of the versions of one artifact.
struct Texts<'c> {
    context: &'c Context<'c>,
    config: &'c Config,
    current: &'c Artifact,
    known: RefCell<HashMap<String, Option<Arc<Artifact>>>>,
}

impl Texts<'_> {
    fn text(&self, version: &Version) -> Option<Arc<Artifact>> {
        if let Some(known) = self.known.borrow().get(&version.sha256) {
            return known.clone();
        }
        let read = self.read(version).map(Arc::new);
        self.known
            .borrow_mut()
            .insert(version.sha256.clone(), read.clone());
        read
    }

    fn read(&self, version: &Version) -> Option<Artifact> {
        let repository = self.context.repository().ok()?;
        let bytes = repository
            .read_blob(&version.version, &self.context.limits)
            .ok()?;
        // Git's name is only where to look; the digest is what was signed.
        if govkit_core::approval::sha256(&bytes) != version.sha256 {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        let kind = self.config.kind(&self.current.kind)?;
        let path = self.current.path.clone();
        Artifact::read(text.into(), path, None, kind, &self.context.limits).ok()
    }
}

/// Returns the moment that counts for what is not merged yet.
pub(crate) fn now(context: &Context<'_>) -> Result<Moment> {
    let given = seconds(context)?;
    Ok(Moment(
        given.unwrap_or_else(|| jiff::Timestamp::now().as_second()),
    ))
}

/// The revision trust is taken from; nothing before the first commit.
pub(crate) fn base_of(context: &Context<'_>, at: &At) -> Result<Option<String>> {
    let repository = context.repository()?;
    let head = || Ok::<_, anyhow::Error>(repository.head()?.map(|commit| commit.id));
    let Ok(base) = default_base(context) else {
        return match at {
            At::Revision(revision) => Ok(Some(repository.resolve(revision)?.id)),
            _ => head(),
        };
    };
    let tip = repository.resolve(&base)?.id;
    if let At::Revision(revision) = at {
        let id = repository.resolve(revision)?.id;
        let is_part = repository.merge_base(&id, &tip)? == Some(id.clone());
        return Ok(Some(if is_part { id } else { tip }));
    }
    Ok(Some(tip))
}

/// The files of a state that decisions rest on.
fn files_at(context: &Context<'_>, at: &At) -> Result<Vec<(String, Vec<u8>)>> {
    let is_wanted = |path: &str| is_trust_subject(path) || is_record_file(path);
    let snapshot =
        context
            .repository()?
            .snapshot(at, |path| is_wanted(path.as_str()), &context.limits)?;
    let files = snapshot.files.into_iter().filter_map(|file| {
        let bytes = file.bytes.ok()?;
        Some((file.entry.path.as_str().to_owned(), bytes))
    });
    Ok(files.collect())
}

fn is_record_file(path: &str) -> bool {
    let file = path
        .strip_prefix(DIRECTORY)
        .and_then(|rest| rest.rsplit_once('/'));
    file.is_some_and(|(_, name)| name == STATEMENT || name == SIGNATURE)
}

/// What a commit brought; `halves` are the records of which one file came and the other did not.
fn trust_step(
    context: &Context<'_>,
    step: &TrailStep,
    halves: &mut BTreeMap<String, RawRecord>,
) -> Result<TrustStep> {
    let repository = context.repository()?;
    let mut files = Vec::new();
    let mut records = Vec::new();
    for change in &step.changes {
        let path = change.path.as_str();
        let is_file = is_trust_subject(path);
        if !is_file && !is_record_file(path) {
            continue;
        }
        let bytes = change
            .new
            .as_ref()
            .map(|blob| repository.read_blob(blob, &context.limits));
        let bytes = bytes.transpose().map_err(|reason| {
            anyhow::anyhow!(
                "`{path}` of commit {} cannot be read: {reason}",
                step.commit
            )
        })?;
        if is_file {
            files.push((path.to_owned(), bytes));
            continue;
        }
        let (Some(bytes), Some((directory, name))) = (bytes, path.rsplit_once('/')) else {
            continue;
        };
        let half = halves
            .entry(directory.to_owned())
            .or_insert_with(|| RawRecord {
                directory: directory.to_owned(),
                ..RawRecord::default()
            });
        let (file, was_whole) = match name {
            STATEMENT => (&mut half.statement, half.signature.is_some()),
            _ => (&mut half.signature, half.statement.is_some()),
        };
        // What was merged once stays what it was.
        if file.is_none() {
            *file = Some(bytes);
            records.extend(was_whole.then(|| half.clone()).and_then(Record::read));
        }
    }
    Ok(TrustStep {
        commit: step.commit.clone(),
        step: step.step,
        known: step.known,
        files,
        records,
    })
}

/// Records are only ever added: names those that were merged once and are not the same now.
fn tampered(
    context: &Context<'_>,
    steps: &[TrailStep],
    here: &[(String, Vec<u8>)],
) -> Result<Vec<Tampered>> {
    let repository = context.repository()?;
    let mut first: BTreeMap<&str, (&str, &TrailStep)> = BTreeMap::new();
    for step in steps {
        for change in &step.changes {
            let path = change.path.as_str();
            if let (true, Some(blob)) = (is_record_file(path), &change.new) {
                first.entry(path).or_insert((blob, step));
            }
        }
    }
    if first.is_empty() {
        return Ok(Vec::new());
    }
    let now: HashMap<&str, &Vec<u8>> = here
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes))
        .collect();
    let changed = first.iter().filter_map(|(path, (blob, step))| {
        let commit = step.commit.get(..12).unwrap_or(&step.commit);
        let message = match now.get(path) {
            None => format!(
                "it came with commit {commit} and was taken away; records are only ever added"
            ),
            Some(bytes) if repository.blob_id(bytes) != **blob => {
                format!("it was changed since commit {commit}; records are only ever added")
            }
            Some(_) => return None,
        };
        Some(Tampered {
            path: (*path).to_owned(),
            message,
        })
    });
    Ok(changed.collect())
}
