//! Who makes a commit, and when: the environment first, then git's settings.

use anyhow::{Context as _, Result};
use govkit_git::{Given, Identity, Role, SigningSettings};
use govkit_sign::{Signer, Signing};

use crate::context::Context;

/// Returns the author or committer of a commit made now, as git would say.
pub(crate) fn identity(context: &Context<'_>, role: Role) -> Result<Identity> {
    let prefix = match role {
        Role::Author => "GIT_AUTHOR",
        Role::Committer => "GIT_COMMITTER",
    };
    let variable = |name: &str| {
        let value = std::env::var(name).ok();
        value.filter(|value| !value.trim().is_empty())
    };
    let given = Given {
        name: variable(&format!("{prefix}_NAME")),
        email: variable(&format!("{prefix}_EMAIL")),
        fallback_email: variable("EMAIL"),
        date: variable(&format!("{prefix}_DATE")),
        seconds: seconds(context)?,
    };
    Ok(context.repository()?.identity(role, &given)?)
}

/// Returns the time that SOURCE_DATE_EPOCH or `--now` asks for, in seconds since 1970; absent
/// where the clock counts.
pub(crate) fn seconds(context: &Context<'_>) -> Result<Option<i64>> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let seconds = text.parse();
            let seconds =
                seconds.with_context(|| format!("read SOURCE_DATE_EPOCH `{text}` as seconds"))?;
            Ok(Some(seconds))
        }
        Err(_) if context.global.now.is_some() => {
            Ok(Some(govkit_core::time::Moment::of_date(context.now()?).0))
        }
        Err(_) => Ok(None),
    }
}

/// Returns what signs as git would.
pub(crate) fn signer(settings: SigningSettings, committer: &Identity) -> Result<Signer> {
    let signing = Signing {
        format: settings.format,
        program: settings.program,
        key: settings.key,
        default_key_command: settings.default_key_command,
        home: settings.home,
    };
    let committer = format!("{} <{}>", committer.name, committer.email);
    Ok(Signer::new(&signing, &committer)?)
}
