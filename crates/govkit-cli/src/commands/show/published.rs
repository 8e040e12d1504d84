//! The published version of an artifact, while another one is being written.

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, Kind};
use govkit_core::snapshot::At;
use govkit_core::time::TextId;

use super::Found;
use crate::approvals::Approvals;
use crate::context::Context;
use crate::error::hinted;
use crate::past::Past;

/// Returns the published version; nothing where there is none.
///
/// Where approvals are asked of the kind it is the version they approve, by its digest; else the
/// newest committed one whose status means "in force".
pub(super) fn find(context: &Context<'_>, name: &str, at: &At) -> Result<Option<Found>> {
    if let Ok((artifact, config)) = context.artifact(name, at) {
        let approvals = Approvals::open(context, at, &config)?;
        let is_asked = approvals.policy().is_some_and(|policy| {
            let mut rules = policy.rules.iter();
            rules.any(|rule| {
                rule.kinds.is_empty() || rule.kinds.iter().any(|kind| **kind == *artifact.kind)
            })
        });
        if is_asked {
            return approved(context, &approvals, &artifact, &config)
                .map(|found| found.map(|found| (found, config, None)));
        }
    }
    in_history(context, name, at)
}

fn approved(
    context: &Context<'_>,
    approvals: &Approvals,
    artifact: &Artifact,
    config: &Config,
) -> Result<Option<Artifact>> {
    let standing = approvals.standing(context, artifact);
    let Some(version) = standing.published else {
        return Ok(None);
    };
    if version.sha256 == govkit_core::approval::sha256(artifact.text.as_bytes()) {
        return Ok(Some(artifact.clone()));
    }
    let lost = |reason: String| {
        hinted(
            format!(
                "the approved version of `{}` cannot be read: {reason}",
                artifact.id
            ),
            "it is a blob of git's; a clone that leaves objects out has to fetch it",
        )
    };
    let bytes = context
        .repository()?
        .read_blob(&version.version, &context.limits)
        .map_err(lost)?;
    if govkit_core::approval::sha256(&bytes) != version.sha256 {
        return Err(lost(
            "its digest is another than the one that was signed".to_owned(),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| lost(error.to_string()))?;
    let kind = config
        .kind(&artifact.kind)
        .ok_or_else(|| lost("its kind is gone".to_owned()))?;
    let path = artifact.path.clone();
    let read = Artifact::read(
        text.into(),
        path,
        Some(version.version),
        kind,
        &context.limits,
    );
    read.map(Some).map_err(|error| lost(error.to_string()))
}

fn in_history(context: &Context<'_>, name: &str, at: &At) -> Result<Option<Found>> {
    let mut past = Past::open(context, at)?;
    if let Some(gap) = past.gap() {
        return Err(hinted(gap, "nothing was shown"));
    }
    let story = past.story(context, past.steps())?;
    let Some(newest) = past.find(context, &story, name) else {
        return Ok(None);
    };
    let versions: Vec<(u32, TextId, u32)> = story
        .back(newest)
        .filter_map(|(_, node)| Some((node.path, node.text?, node.step)))
        .collect();
    let texts: Vec<TextId> = versions.iter().map(|(_, text, _)| *text).collect();
    let unread = past.timeline().unread(texts.iter().copied());
    past.learn(context, &unread)?;
    past.keep(context);
    let is_published = |text: TextId| {
        let kind: Option<&Kind> = past.config.kinds.get(past.timeline().kind(text));
        let def = kind.and_then(|kind| kind.status.as_ref());
        let status = past.facts(text).status;
        match def.filter(|def| !def.in_force.is_empty()) {
            None => true,
            Some(def) => status.is_some_and(|status| def.in_force.contains(&status)),
        }
    };
    let found = versions
        .into_iter()
        .find(|(_, text, _)| is_published(*text));
    let Some((path, text, step)) = found else {
        return Ok(None);
    };
    let artifact = past.artifact(context, path, text)?;
    let commit = past.step(step).commit.to_hex();
    Ok(Some((artifact, past.config.clone(), Some(commit))))
}
