//! `govkit verify`

mod release;

pub(crate) use release::Item as ReleaseItem;

use anyhow::Result;
use govkit_core::approval::{Given, REVOKED_FILE, SIGNERS_FILE, Standing};
use govkit_core::artifact::{Artifact, unapproved};
use govkit_core::config::FILE_NAME;
use govkit_core::snapshot::At;
use govkit_core::time::Moment;
use govkit_core::untrusted::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::approvals::Approvals;
use crate::context::Context;
use crate::deciding::{no_trust, short};
use crate::error::hinted;
use crate::exit::Exit;
use crate::past::Past;
use crate::report::listing::Listing;

/// Check approvals: signatures, roles, how many agreed, and to which bytes
///
/// Every artifact whose status needs approvals has to have them, for exactly the bytes that are
/// there; exits 1 when one has not, when a record was changed or taken away, or when signers or
/// rules changed without those trusted before. Nothing but this clone is needed, and no network.
///
/// Whose keys count and how many have to agree is read from the base: the default branch, or
/// `--base REV`, in the order of its commits and never from the branch that is checked. With
/// `--on DATE` it is answered for what was known at the beginning of that day.
///
/// The name of a release (a tag made by `govkit release`) holds the artifacts against its
/// manifest instead.
///
/// Formats: human, tsv (when piped: state, id, status, given, missing), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit verify
///   govkit verify POL-014 --on 2026-06-30
///   govkit verify --at feature --base origin/main
///   govkit verify v2026.2
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct VerifyArgs {
    /// Ids or paths, or the tag of a release [default: every artifact that needs approvals]
    names: Vec<String>,
    /// Answer for this day, as it was known then
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// The revision trust is taken from [default: the default branch]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
}

/// One artifact in `govkit verify --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    id: String,
    kind: Option<String>,
    path: String,
    /// The status as it counts: `effective (unapproved)` where approvals are missing.
    status: Option<String>,
    /// `approved`, `overridden`, `carried`, `not-needed`; else `partial`, `stale`, `rolled-back`, `missing`.
    state: &'static str,
    /// Whether it counts.
    holds: bool,
    sha256: String,
    given: Vec<Said>,
    /// Who still has to agree, in words.
    missing: Vec<String>,
    /// The SHA-256 of the version that is approved, or was last.
    published: Option<String>,
    /// Every override there has ever been.
    overrides: Vec<Said>,
    /// Who read it again or acknowledged it.
    attested: Vec<Said>,
    /// Records that do not count.
    refused: Vec<Refused>,
}

/// A statement that counts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Said {
    who: String,
    action: &'static str,
    role: Option<String>,
    stated: String,
    key: String,
    record: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A record that does not count.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Refused {
    record: String,
    why: &'static str,
    message: String,
}

/// Something that is wrong with what everything rests on.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Problem {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    message: String,
    /// Whether it is so no longer.
    over: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &VerifyArgs) -> Result<Exit> {
    let at = at(context, args)?;
    if let [name] = args.names.as_slice()
        && args.on.is_none()
        && context.repository()?.tag(name)?.is_some()
        && context
            .find_config(&at)?
            .is_none_or(|_| context.artifact(name, &at).is_err())
    {
        return release::verify(context, name);
    }
    let config = context.config(&at)?;
    let base = match &args.base {
        Some(base) => Some(context.repository()?.resolve(base)?.id),
        None => crate::approvals::base_of(context, &at)?,
    };
    let approvals = Approvals::open_from(context, &at, &config, base.as_deref())?;
    if let Some(gap) = approvals.gap {
        context.ui.warn(&format!("nothing was verified: {gap}"));
        return Ok(Exit::Incomplete);
    }
    if approvals.trust.now().is_none() {
        return Err(no_trust());
    }
    let mut items = Vec::new();
    if args.names.is_empty() {
        let corpus = context.corpus_with(&at, config.clone())?;
        let asked: Vec<&Artifact> = corpus
            .artifacts()
            .iter()
            .filter(|artifact| approvals.asks(artifact))
            .collect();
        use rayon::prelude::*;
        items = asked
            .into_par_iter()
            .map(|artifact| item(artifact, &approvals.standing(context, artifact), &config))
            .collect();
    }
    for name in &args.names {
        let (artifact, config) = context.artifact(name, &at)?;
        items.push(item(
            &artifact,
            &approvals.standing(context, &artifact),
            &config,
        ));
    }
    report(
        context,
        &approvals,
        items,
        problems(context, &approvals, &at)?,
    )
}

/// The state that is asked about.
fn at(context: &Context<'_>, args: &VerifyArgs) -> Result<At> {
    let Some(on) = &args.on else {
        return Ok(context.at());
    };
    let moment = Moment::parse(on)?;
    let past = Past::open(context, &context.at())?;
    if let Some(gap) = past.gap() {
        return Err(hinted(gap, "nothing was verified"));
    }
    let steps = past.timeline().known_at(moment, past.steps());
    let last = steps.checked_sub(1).ok_or_else(|| {
        hinted(
            format!("nothing was known on {moment}"),
            "`govkit log` shows when the history begins",
        )
    })?;
    Ok(At::Revision(past.timeline().steps()[last].commit.to_hex()))
}

fn item(artifact: &Artifact, standing: &Standing, config: &govkit_core::config::Config) -> Item {
    let status = artifact.status(config);
    Item {
        id: artifact.id.clone(),
        kind: Some(artifact.kind.to_string()),
        path: artifact.path.as_str().to_owned(),
        status: status.map(|status| match standing.holds() {
            true => status,
            false => unapproved(&status),
        }),
        state: standing.state.word(),
        holds: standing.holds(),
        sha256: govkit_core::approval::sha256(artifact.text.as_bytes()),
        given: standing.given.iter().map(said).collect(),
        missing: standing.missing.clone(),
        published: standing
            .published
            .as_ref()
            .map(|version| version.sha256.clone()),
        overrides: standing.overrides.iter().map(said).collect(),
        attested: standing.attested.iter().map(said).collect(),
        refused: standing
            .refused
            .iter()
            .map(|(record, refusal)| Refused {
                record: record.clone(),
                why: refusal.word(),
                message: refusal.to_string(),
            })
            .collect(),
    }
}

fn said(given: &Given) -> Said {
    Said {
        who: given.voice.person.clone(),
        action: given.statement.action.name(),
        role: given.statement.role.clone(),
        stated: given.statement.stated.to_string(),
        key: given.voice.key.clone(),
        record: given.directory.clone(),
        reason: given.statement.reason.clone(),
    }
}

/// What is wrong with records, signers and rules.
fn problems(context: &Context<'_>, approvals: &Approvals, at: &At) -> Result<Vec<Problem>> {
    let of_trust = approvals.trust.problems.iter().map(|problem| Problem {
        path: problem.path.to_owned(),
        commit: Some(problem.commit.clone()),
        message: problem.message.clone(),
        over: problem.is_over,
    });
    let tampered = approvals.tampered.iter().map(|one| Problem {
        path: one.path.clone(),
        commit: None,
        message: one.message.clone(),
        over: false,
    });
    let unreadable = approvals.unreadable.iter().map(|(path, refusal)| Problem {
        path: path.clone(),
        commit: None,
        message: refusal.to_string(),
        over: false,
    });
    let mut all: Vec<Problem> = of_trust.chain(tampered).chain(unreadable).collect();
    if let Some(state) = approvals.trust.now() {
        let list = approvals.keys.list(&state.signers);
        all.extend(list.problems.iter().map(|problem| Problem {
            path: format!("{SIGNERS_FILE}:{}", problem.line),
            commit: None,
            message: format!("the line does not count: {}", problem.message),
            over: true,
        }));
    }
    if !approvals.of_state {
        all.extend(changes_of_trust(context, approvals, at)?);
    }
    Ok(all)
}

/// Trusted files that the state under review changes, and whether those trusted agreed.
fn changes_of_trust(context: &Context<'_>, approvals: &Approvals, at: &At) -> Result<Vec<Problem>> {
    let repository = context.repository()?;
    let base = At::Revision(approvals.base.clone());
    let mut found = Vec::new();
    for path in [FILE_NAME, SIGNERS_FILE, REVOKED_FILE] {
        let (old, new) = (
            repository.read_path(&base, path)?,
            repository.read_path(at, path)?,
        );
        if old == new {
            continue;
        }
        if path == FILE_NAME {
            let policy = |bytes: &Option<Vec<u8>>| {
                let text = bytes
                    .as_ref()
                    .and_then(|bytes| std::str::from_utf8(bytes).ok());
                text.and_then(|text| govkit_core::config::approvals_of(text).ok().flatten())
            };
            let (before, after) = (policy(&old), policy(&new));
            if before == after {
                continue;
            }
            let version = |policy: &Option<govkit_core::approval::ApprovalPolicy>| {
                policy.as_ref().map_or(0, |policy| policy.version)
            };
            if version(&after) <= version(&before) {
                found.push(Problem {
                    path: path.to_owned(),
                    commit: None,
                    message: format!(
                        "`[approvals]` changed and its version went from {} to {}; it only rises",
                        version(&before),
                        version(&after)
                    ),
                    over: false,
                });
                continue;
            }
        }
        let standing = approvals.standing_of_file(context, path, &new.unwrap_or_default());
        let message = match standing.holds() {
            true => {
                "it changed, and enough of those trusted before agree; it counts once it is merged"
                    .to_owned()
            }
            false => {
                let missing = match standing.missing.is_empty() {
                    true => "a new agreement to these bytes".to_owned(),
                    false => standing.missing.join("; "),
                };
                format!(
                    "it changed, and those the base ({}) trusts did not agree: {missing} is missing; the base decides until it is merged",
                    short(&approvals.base)
                )
            }
        };
        found.push(Problem {
            path: path.to_owned(),
            commit: None,
            message,
            over: standing.holds(),
        });
    }
    Ok(found)
}

fn report(
    context: &Context<'_>,
    approvals: &Approvals,
    items: Vec<Item>,
    problems: Vec<Problem>,
) -> Result<Exit> {
    let columns = ["state", "id", "status", "given", "missing"];
    let mut listing = Listing::new("verify", "artifact", &columns);
    let failing = items.iter().filter(|item| !item.holds).count();
    let wrong = problems.iter().filter(|problem| !problem.over).count();
    let verified = failing == 0 && wrong == 0;
    let state = approvals.trust.now();
    let extra = [
        ("verified", serde_json::json!(verified)),
        (
            "base",
            serde_json::json!(Some(&approvals.base).filter(|base| !base.is_empty())),
        ),
        ("base_trusts_nobody", serde_json::json!(approvals.of_state)),
        (
            "signers_from",
            serde_json::json!(state.map(|state| &state.commit)),
        ),
        (
            "policy_version",
            serde_json::json!(state.map(|state| state.policy.version)),
        ),
        ("problems", serde_json::to_value(&problems)?),
    ];
    for (key, value) in extra {
        listing.extra.insert(key.to_owned(), value);
    }
    for item in &items {
        let who: Vec<String> = item
            .given
            .iter()
            .map(|said| match &said.role {
                Some(role) => format!("{} ({role})", said.who),
                None => said.who.clone(),
            })
            .collect();
        let row = vec![
            item.state.to_owned(),
            item.id.clone(),
            item.status.clone().unwrap_or_default(),
            who.join(", "),
            item.missing.join("; "),
        ];
        listing.push(&item.id, row, item)?;
        let mut notes: Vec<String> = item
            .overrides
            .iter()
            .map(|said| {
                format!(
                    "override by {} on {}: {}",
                    said.who,
                    said.stated,
                    said.reason.as_deref().unwrap_or_default()
                )
            })
            .collect();
        notes.extend(item.refused.iter().map(|one| {
            format!(
                "{} does not count: {}",
                short_name(&one.record),
                one.message
            )
        }));
        if !notes.is_empty() {
            listing.note(notes.join("; "));
        }
    }
    listing.print(context.ui, context.global)?;
    for problem in &problems {
        let commit = problem
            .commit
            .as_deref()
            .map_or(String::new(), |commit| format!(" in {}", short(commit)));
        let text = format!(
            "`{}`{commit}: {}",
            Untrusted::line(&problem.path),
            problem.message
        );
        match problem.over {
            true => context.ui.say(&text),
            false => context.ui.warn(&text),
        }
    }
    let whose = match (approvals.of_state, state) {
        (true, _) => "the base trusts nobody yet, so the list that is there was used".to_owned(),
        (false, Some(state)) => format!("signers and rules as of commit {}", short(&state.commit)),
        (false, None) => String::new(),
    };
    let held = items.len() - failing;
    context
        .ui
        .say(&format!("{held} of {} hold; {whose}", items.len()));
    Ok(Exit::no_if(!verified))
}

fn short_name(name: &str) -> &str {
    name.get(..12).unwrap_or(name)
}
