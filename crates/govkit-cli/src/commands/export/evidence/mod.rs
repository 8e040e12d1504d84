//! `govkit export evidence`: one folder that shows who decided what, and how to check it without
//! govkit. It is built in, as no plugin is handed raw objects and signatures.

mod page;
mod script;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use govkit_core::approval::{
    Judged, NAMESPACE, REVOKED_FILE, SIGNATURE, STATEMENT, Standing, sha256,
};
use govkit_core::artifact::Artifact;
use govkit_core::export::{OutputFile, Sink};
use govkit_core::history::Version;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;
use govkit_core::time::{Moment, NodeId, Question, Why};
use serde_json::json;

use super::ExportArgs;
use crate::approvals::Approvals;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::past::{Answer, Past};
use crate::versions::Versions;

/// The name it is called by.
pub(super) const NAME: &str = "evidence";

/// One line about it, in the list of exporters.
pub(super) const ABOUT: &str =
    "Puts artifacts, history, approvals and the commands that verify them into one folder.";

/// What the folder is about.
struct Case {
    /// The commit.
    commit: String,
    /// The day it answers for.
    on: Moment,
    /// The release, where one is meant.
    release: Option<String>,
    /// The organisation or repository.
    name: String,
    /// The repository's id.
    repository: Option<String>,
    /// The revision the signers are trusted from.
    base: String,
}

/// One artifact with everything there is about it.
struct Exhibit {
    artifact: Artifact,
    /// The file in the folder.
    file: String,
    sha256: String,
    /// The status as it counts.
    status: Option<String>,
    /// Why it was in force on the day, or was not; nothing where nothing is known.
    in_force: Option<&'static str>,
    /// Git's name of the version that the day falls to.
    applies: Option<String>,
    standing: Option<Standing>,
    records: Vec<Sworn>,
    versions: Vec<Earlier>,
}

/// A version of the past.
struct Earlier {
    version: Version,
    /// The file in the folder, where its text is there.
    file: Option<String>,
    sha256: Option<String>,
}

/// A record, and how `ssh-keygen` verifies it.
struct Sworn {
    directory: String,
    action: &'static str,
    signer: String,
    role: Option<String>,
    stated: String,
    reason: Option<String>,
    /// SHA-256 of the bytes it speaks of.
    about: String,
    /// The list of signers it was judged by, and the moment; nothing where it does not count.
    counts: Option<(String, Moment)>,
    /// Why it does not count.
    refused: Option<String>,
}

/// Writes the folder.
pub(super) fn write(context: &Context<'_>, args: &ExportArgs, sink: &mut dyn Sink) -> Result<()> {
    let (at, commit) = state(context, args)?;
    let config = context.config(&at)?;
    let approvals = Approvals::open(context, &at, &config)?;
    let mut past = Past::open(context, &at)?;
    if let Some(gap) = past.gap() {
        return Err(hinted(
            gap,
            "evidence without its history proves little; nothing was written",
        ));
    }
    let steps = past.steps();
    let known = past.timeline().steps().last().map(|step| step.known);
    let on = match &args.on {
        Some(on) => Moment::parse(on)?,
        None => known.unwrap_or(Moment(0)),
    };
    let story = past.story(context, steps)?;
    let corpus = context.corpus_with(&at, config.clone())?;
    let answer = Answer::of(context, Past::open(context, &at)?, Question { on, steps })?;
    let in_force: BTreeMap<&str, (&Why, String)> = answer
        .standings
        .iter()
        .map(|standing| {
            let blob = answer.past.timeline().blob(standing.text).to_hex();
            (standing.id.as_str(), (&standing.why, blob))
        })
        .collect();
    let mut folder = Folder::new(sink);
    let mut exhibits = Vec::new();
    for artifact in corpus.artifacts() {
        let file = format!("artifacts/{}", artifact.path);
        let bytes = artifact.text.as_bytes();
        folder.put(&file, bytes.to_vec())?;
        let newest = past.find(context, &story, &artifact.id);
        let nodes: Vec<NodeId> = newest
            .map(|newest| story.back(newest).map(|(at, _)| at).collect())
            .unwrap_or_default();
        let versions = Versions::of(context, &past, &story, &nodes)?;
        let standing = approvals
            .asks(artifact)
            .then(|| approvals.standing(context, artifact));
        exhibits.push(Exhibit {
            file,
            sha256: sha256(bytes),
            status: artifact.standing_status(&config),
            in_force: in_force
                .get(artifact.id.as_str())
                .map(|(why, _)| why.word()),
            applies: in_force
                .get(artifact.id.as_str())
                .map(|(_, blob)| blob.clone()),
            standing,
            records: records(&approvals, approvals.records(&artifact.id), &mut folder)?,
            versions: history(context, artifact, versions.list(), &mut folder)?,
            artifact: artifact.clone(),
        });
    }
    for state in &approvals.trust.states {
        folder.put(&list_of(&state.commit), state.signers.as_bytes().to_vec())?;
    }
    let revoked = context.repository()?.read_path(&at, REVOKED_FILE)?;
    if let Some(revoked) = revoked {
        folder.put("signers/revoked.toml", revoked)?;
    }
    let case = Case {
        commit: commit.clone(),
        on,
        release: args.release.clone(),
        name: config
            .name
            .clone()
            .unwrap_or_else(|| "this repository".to_owned()),
        repository: config.repository_id.clone(),
        base: approvals.base.clone(),
    };
    let tags: Vec<&str> = args.release.as_deref().into_iter().collect();
    let mut refused = None;
    context
        .repository()?
        .bare_copy(&commit, &tags, &context.limits, &mut |(path, bytes)| {
            let path = format!("repository.git/{path}");
            folder.put(&path, bytes).map_err(|error| {
                let text = error.to_string();
                refused = Some(error);
                text
            })
        })?;
    folder.put(
        "evidence.json",
        serde_json::to_vec_pretty(&as_json(&case, &exhibits))?,
    )?;
    let mut html = Vec::new();
    page::write(&case, &exhibits, &mut html).context("write the page")?;
    folder.put("index.html", html)?;
    folder.put("verify.sh", script::text(&case, &exhibits).into_bytes())?;
    folder.finish()
}

/// The state the folder is about, and its commit.
fn state(context: &Context<'_>, args: &ExportArgs) -> Result<(At, String)> {
    let repository = context.repository()?;
    if let Some(name) = &args.release {
        let tag = repository.tag(name)?.ok_or_else(|| {
            hinted(
                format!(
                    "there is no tag `{}`",
                    govkit_core::untrusted::Untrusted::line(name)
                ),
                "`govkit release` makes one, `git tag` lists them",
            )
        })?;
        return Ok((At::Revision(tag.commit.id.clone()), tag.commit.id));
    }
    let tip = match context.global.at.as_deref() {
        Some(_) => at_of(context.global.at.as_deref()),
        None => At::Revision("HEAD".to_owned()),
    };
    let Some(on) = &args.on else {
        let At::Revision(revision) = &tip else {
            return Err(hinted(
                "evidence is about a commit",
                "`--at REV`, `--on DATE` or `--release NAME`",
            ));
        };
        let commit = repository.resolve(revision)?.id;
        return Ok((At::Revision(commit.clone()), commit));
    };
    let moment = Moment::parse(on)?;
    let past = Past::open(context, &tip)?;
    let steps = past.timeline().known_at(moment, past.steps());
    let last = steps.checked_sub(1).ok_or_else(|| {
        hinted(
            format!("nothing was known on {moment}"),
            "`govkit log` shows when the history begins",
        )
    })?;
    let commit = past.timeline().steps()[last].commit.to_hex();
    Ok((At::Revision(commit.clone()), commit))
}

/// The name of the list of signers of a state.
fn list_of(commit: &str) -> String {
    let word: String = commit
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect();
    format!("signers/{word}.allowed_signers")
}

fn records(
    approvals: &Approvals,
    judged: &[Judged],
    folder: &mut Folder<'_>,
) -> Result<Vec<Sworn>> {
    let mut sworn = Vec::new();
    for one in judged {
        let Ok(statement) = &one.record.statement else {
            continue;
        };
        let directory = one.record.directory.trim_start_matches(".govkit/");
        folder.put(
            &format!("{directory}/{STATEMENT}"),
            one.record.bytes.clone(),
        )?;
        if let Some(signature) = &one.record.signature {
            folder.put(
                &format!("{directory}/{SIGNATURE}"),
                signature.as_bytes().to_vec(),
            )?;
        }
        let voice = one.verdict.as_ref().ok();
        let state = voice.and_then(|voice| approvals.trust.states.get(voice.state));
        sworn.push(Sworn {
            directory: directory.to_owned(),
            action: statement.action.name(),
            signer: statement.signer.clone(),
            role: statement.role.clone(),
            stated: statement.stated.to_string(),
            reason: statement.reason.clone(),
            about: statement.sha256.clone(),
            counts: state.map(|state| (list_of(&state.commit), one.anchor.known)),
            refused: one.verdict.as_ref().err().map(ToString::to_string),
        });
    }
    Ok(sworn)
}

/// The earlier versions; the current one is the artifact itself.
fn history(
    context: &Context<'_>,
    artifact: &Artifact,
    versions: &[Version],
    folder: &mut Folder<'_>,
) -> Result<Vec<Earlier>> {
    let repository = context.repository()?;
    let word: String = artifact
        .id
        .chars()
        .map(|ch| {
            if ch.is_ascii_alphanumeric() || ch == '-' {
                ch
            } else {
                '_'
            }
        })
        .take(60)
        .collect();
    let ending = artifact
        .path
        .as_str()
        .rsplit_once('.')
        .map_or("txt", |(_, ending)| ending);
    let mut out = Vec::new();
    for (number, version) in (1..).zip(versions.iter().rev()) {
        let mut file = None;
        let mut digest = None;
        if let Some(blob) = &version.blob {
            let bytes = repository
                .read_blob(blob, &context.limits)
                .map_err(|reason| {
                    hinted(
                        format!("a version of `{}` cannot be read: {reason}", artifact.id),
                        "nothing was written",
                    )
                })?;
            let commit = version.commit.id.get(..12).unwrap_or(&version.commit.id);
            let path = format!("history/{word}/{number:04}-{commit}.{ending}");
            digest = Some(sha256(&bytes));
            folder.put(&path, bytes)?;
            file = Some(path);
        }
        out.push(Earlier {
            version: version.clone(),
            file,
            sha256: digest,
        });
    }
    out.reverse();
    Ok(out)
}

fn as_json(case: &Case, exhibits: &[Exhibit]) -> serde_json::Value {
    let items: Vec<serde_json::Value> = exhibits.iter().map(|exhibit| {
        let approvals: Vec<serde_json::Value> = exhibit.records.iter().map(|sworn| json!({
            "record": sworn.directory, "action": sworn.action, "signer": sworn.signer, "role": sworn.role,
            "stated": sworn.stated, "sha256": sworn.about, "reason": sworn.reason,
            "signers": sworn.counts.as_ref().map(|(list, _)| list),
            "known": sworn.counts.as_ref().map(|(_, known)| known.to_string()),
            "refused": sworn.refused,
        })).collect();
        let history: Vec<serde_json::Value> = exhibit.versions.iter().map(|past| json!({
            "commit": past.version.commit.id, "date": past.version.commit.date, "author": past.version.commit.author,
            "subject": past.version.commit.subject, "path": past.version.path.as_str(),
            "file": past.file, "sha256": past.sha256,
        })).collect();
        json!({
            "id": exhibit.artifact.id, "kind": &*exhibit.artifact.kind, "title": exhibit.artifact.title,
            "path": exhibit.artifact.path.as_str(), "file": exhibit.file, "sha256": exhibit.sha256,
            "status": exhibit.status, "in_force": exhibit.in_force, "applies": exhibit.applies,
            "approval": exhibit.standing.as_ref().map(|standing| standing.state.word()),
            "missing": exhibit.standing.as_ref().map(|standing| standing.missing.clone()),
            "approvals": approvals, "history": history,
        })
    }).collect();
    json!({
        "format": "govkit.evidence", "format_version": "1.0", "commit": case.commit, "on": case.on.to_string(),
        "release": case.release, "repository": case.repository, "base": case.base, "namespace": NAMESPACE, "items": items,
    })
}

/// The folder as it is filled, and the digest of every file in it.
struct Folder<'s> {
    sink: &'s mut dyn Sink,
    sums: BTreeMap<String, String>,
}

impl<'s> Folder<'s> {
    fn new(sink: &'s mut dyn Sink) -> Self {
        Self {
            sink,
            sums: BTreeMap::new(),
        }
    }

    fn put(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        let digest = sha256(&bytes);
        let path = RepoPath::portable(path)
            .with_context(|| format!("write `{path}` where every system can read it"))?;
        if self.sums.insert(path.as_str().to_owned(), digest).is_some() {
            return Ok(());
        }
        let put = self.sink.put(OutputFile { path, bytes });
        put.map_err(anyhow::Error::msg)
    }

    /// Adds the list of digests, in the form `sha256sum -c` reads.
    fn finish(mut self) -> Result<()> {
        let lines = self
            .sums
            .iter()
            .map(|(path, digest)| format!("{digest}  {path}\n"));
        let text: String = lines.collect();
        self.put("SHA256SUMS", text.into_bytes())
    }
}
