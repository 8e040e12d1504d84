//! Statements, made: about what, by whom, in which words, and where they are kept.

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::approval::{
    Action, Anchor, NAMESPACE, Record, SIGNATURE, STATEMENT, Statement, is_statable,
    is_trust_subject, judge, record_directory,
};
use govkit_core::artifact::Artifact;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use govkit_sign::{Signer, Signing};

use crate::approvals::{Approvals, now, version_of};
use crate::context::Context;
use crate::error::hinted;

/// What a statement is about.
pub(crate) struct Subject {
    /// The artifact's id; of a file trust rests on, its path.
    pub(crate) name: String,
    /// The file.
    pub(crate) path: String,
    /// The bytes that are there.
    pub(crate) bytes: Vec<u8>,
    /// The artifact, where it is one.
    pub(crate) artifact: Option<Artifact>,
}

/// What is said.
#[derive(Clone, Copy)]
pub(crate) struct Say<'a> {
    /// What.
    pub(crate) action: Action,
    /// In which role; where none is named, the one that fits.
    pub(crate) role: Option<&'a str>,
    /// What is taken back.
    pub(crate) revokes: Option<&'a str>,
    /// Why.
    pub(crate) reason: Option<&'a str>,
}

impl Subject {
    /// Finds what is called `name`: an artifact, or a file trust rests on.
    pub(crate) fn find(context: &Context<'_>, name: &str, at: &At) -> Result<Self> {
        let path = context.to_repository_path(name);
        let trusted = [name, path.as_str()]
            .into_iter()
            .find(|name| is_trust_subject(name));
        if let Some(path) = trusted {
            let bytes = context.repository()?.read_path(at, path)?;
            let bytes = bytes.with_context(|| format!("there is no `{path}`"))?;
            return Ok(Self {
                name: path.to_owned(),
                path: path.to_owned(),
                bytes,
                artifact: None,
            });
        }
        let (artifact, _) = context.artifact(name, at)?;
        Ok(Self {
            name: artifact.id.clone(),
            path: artifact.path.as_str().to_owned(),
            bytes: artifact.text.as_bytes().to_vec(),
            artifact: Some(artifact),
        })
    }

    /// The roles that may still speak for it.
    fn roles_asked(
        &self,
        context: &Context<'_>,
        approvals: &Approvals,
        say: Say<'_>,
    ) -> Vec<String> {
        let Some(policy) = approvals.policy() else {
            return Vec::new();
        };
        let owner = self
            .artifact
            .as_ref()
            .and_then(|artifact| artifact.owner(&*context.config(&At::Worktree).ok()?));
        let owners: Vec<String> = owner.into_iter().collect();
        let quorums: Vec<_> = match (&self.artifact, say.action) {
            (_, Action::Override) => policy.overrides.iter().cloned().collect(),
            (None, _) => vec![policy.quorum_of_trust()],
            (Some(artifact), _) => policy
                .rules
                .iter()
                .filter(|rule| {
                    rule.kinds.is_empty() || rule.kinds.contains(&artifact.kind.to_string())
                })
                .map(|rule| rule.quorum.clone())
                .collect(),
        };
        let all = policy.people.iter().flat_map(|person| &person.roles);
        let mut asked: Vec<String> = all
            .filter(|role| quorums.iter().any(|quorum| quorum.asks(role, &owners)))
            .cloned()
            .collect();
        asked.sort();
        asked.dedup();
        asked
    }

    /// The role somebody speaks in: the one that is named, else the only one that fits.
    fn role(
        &self,
        context: &Context<'_>,
        approvals: &Approvals,
        say: Say<'_>,
        signer: &str,
    ) -> Result<String> {
        let policy = approvals.policy().cloned().unwrap_or_default();
        let held: Vec<String> = policy
            .person(signer)
            .map(|person| person.roles.clone())
            .unwrap_or_default();
        if let Some(role) = say.role {
            if held.iter().any(|one| one == role) {
                return Ok(role.to_owned());
            }
            let has = match held.as_slice() {
                [] => "no role".to_owned(),
                held => held.join(", "),
            };
            return Err(hinted(
                format!(
                    "`{}` does not have the role `{}`",
                    Untrusted::line(signer),
                    Untrusted::line(role)
                ),
                format!("`[approvals]` of the base gives {has}"),
            ));
        }
        let asked = self.roles_asked(context, approvals, say);
        let fits: Vec<&String> = held.iter().filter(|role| asked.contains(role)).collect();
        match fits.as_slice() {
            [role] => Ok((*role).clone()),
            [] => Err(hinted(
                format!(
                    "`{}` has no role that is asked about `{}`",
                    Untrusted::line(signer),
                    Untrusted::line(&self.name)
                ),
                match asked.as_slice() {
                    [] => {
                        "nothing asks for an approval of it; `--role ROLE` approves it all the same"
                            .to_owned()
                    }
                    asked => format!("asked are {}", asked.join(", ")),
                },
            )),
            several => {
                let several: Vec<&str> = several.iter().map(|role| role.as_str()).collect();
                Err(hinted(
                    format!("`{}` could speak in several roles", Untrusted::line(signer)),
                    format!("say which: `--role {}`", several.join("` or `--role ")),
                ))
            }
        }
    }

    /// Puts into words what somebody says about it.
    pub(crate) fn statement(
        &self,
        context: &Context<'_>,
        approvals: &Approvals,
        say: Say<'_>,
        signer: &str,
    ) -> Result<Statement> {
        let repository = approvals.trust.repository.clone().ok_or_else(|| {
            hinted(
                "the repository has no id, and a statement has to name one so that it holds nowhere else",
                "add `[repository]` with `id = \"…\"`, 32 random hexadecimal digits, to `govkit.toml`",
            )
        })?;
        let policy = &approvals.trust.now().ok_or_else(no_trust)?.policy;
        let role = match say.action {
            Action::Approve | Action::Override => Some(self.role(context, approvals, say, signer)?),
            _ => say.role.map(str::to_owned),
        };
        let version = version_of(&self.bytes, context);
        let statement = Statement {
            repository,
            artifact: self.name.clone(),
            version: version.version,
            sha256: version.sha256,
            action: say.action,
            role,
            signer: signer.to_owned(),
            policy: policy.digest(),
            previous: approvals.heads(&self.name),
            stated: context.now()?,
            revokes: say.revokes.map(str::to_owned),
            reason: say.reason.map(|reason| reason.trim().to_owned()),
        };
        let odd = [
            Some(&statement.artifact),
            statement.reason.as_ref(),
            Some(&statement.signer),
        ];
        if let Some(odd) = odd.into_iter().flatten().find(|text| !is_statable(text)) {
            return Err(hinted(
                format!("`{}` cannot stand in a statement", Untrusted::line(odd)),
                "it is one line of text that can be seen",
            ));
        }
        Ok(statement)
    }
}

/// The error where nobody may decide.
pub(crate) fn no_trust() -> anyhow::Error {
    hinted(
        "nobody may decide here yet: there is no `[approvals]` in `govkit.toml`, or no `.govkit/allowed_signers`",
        "README, section \"Decide\", shows both; the first commit that has them is trusted as it is",
    )
}

/// Returns what signs, and whose key it is.
pub(crate) fn signer(
    context: &Context<'_>,
    approvals: &Approvals,
    key: Option<&Path>,
) -> Result<(Signer, String)> {
    if let Some(gap) = approvals.gap {
        return Err(hinted(
            format!("whom to trust is not known: {gap}"),
            "nothing was signed",
        ));
    }
    let settings = context.repository()?.signing();
    let is_ssh = settings.format.as_deref() == Some("ssh");
    let named = key.map(|key| key.display().to_string());
    let of_git = settings.key.filter(|key| {
        is_ssh || key.starts_with(['~', '/']) || key.starts_with("ssh-") || key.starts_with("key::")
    });
    let signing = Signing {
        format: Some("ssh".to_owned()),
        program: settings.program.filter(|_| is_ssh),
        key: named.or(of_git),
        default_key_command: settings.default_key_command,
        home: settings.home,
    };
    let signer = Signer::new(&signing, "").map_err(|error| {
        hinted(
            error.to_string(),
            "`--key ~/.ssh/id_ed25519` names one for this once; `ssh-keygen -t ed25519` makes one",
        )
    })?;
    let public = signer.public_key()?;
    let state = approvals.trust.now().ok_or_else(no_trust)?;
    let list = approvals.keys.list(&state.signers);
    let person = list.person_of(&public).map(str::to_owned).ok_or_else(|| {
        let of = if approvals.of_state { "`.govkit/allowed_signers`".to_owned() } else { format!("`.govkit/allowed_signers` of `{}`", short(&approvals.base)) };
        hinted(
            format!("the key is not in {of}: {}", Untrusted::line(public.trim())),
            "who is trusted there adds it, and enough of them approve that; `--key FILE` takes another key",
        )
    })?;
    Ok((signer, person))
}

/// A commit's id as people read it.
pub(crate) fn short(revision: &str) -> &str {
    match revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => revision.get(..12).unwrap_or(revision),
        false => revision,
    }
}

/// Signs a statement.
pub(crate) fn signed(signer: &Signer, statement: &Statement) -> Result<String> {
    let signature = signer.sign(NAMESPACE, statement.to_string().as_bytes())?;
    Ok(signature + "\n")
}

/// Keeps a signed statement; one that would not count is refused before anything is written.
pub(crate) fn keep(
    context: &Context<'_>,
    approvals: &Approvals,
    statement: &Statement,
    signature: &str,
) -> Result<String> {
    let bytes = statement.to_string().into_bytes();
    let directory = record_directory(&statement.artifact, &statement.name());
    let record = Record {
        directory: directory.clone(),
        name: statement.name(),
        statement: Ok(statement.clone()),
        bytes: bytes.clone(),
        signature: Some(signature.to_owned()),
    };
    let anchor = Anchor {
        step: None,
        known: now(context)?,
    };
    let judged = judge(record, anchor, approvals.trust.at(anchor), &approvals.keys);
    judged.verdict.map_err(|refusal| {
        hinted(
            format!(
                "what `{}` says about `{}` would not count: {refusal}",
                Untrusted::line(&statement.signer),
                Untrusted::line(&statement.artifact)
            ),
            "nothing was written",
        )
    })?;
    let path = RepoPath::new(directory.clone())
        .map_err(|reason| anyhow::anyhow!("`{directory}` is no path: {reason}"))?;
    context.repository()?.create_directory(
        &path,
        &[(SIGNATURE, signature.as_bytes()), (STATEMENT, &bytes)],
    )?;
    Ok(directory)
}
