//! # activity-accountable
//!
//! ## What it asks
//!
//! Does every activity of a process have exactly one role that answers for it (`a`), and do all who
//! are named (`r`, `a`, `c`, `i`) exist? Which kinds may stand there is said under
//! `[kinds.KIND.activities]` in `govkit.toml`.
//!
//! ## Why it matters
//!
//! Many may do the work (`r`), be asked (`c`) or be told (`i`); one answers for the result. With two,
//! each waits for the other; with none, nobody is asked when it goes wrong.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```toml
//! [[activities]]
//! id = "classify"
//! r = ["GROUP-service-desk"]
//! a = ["ROLE-incident-manager", "ROLE-service-owner"]
//! ```
//!
//! Right:
//!
//! ```toml
//! [[activities]]
//! id = "classify"
//! r = ["GROUP-service-desk"]
//! a = ["ROLE-incident-manager"]
//! c = ["ROLE-service-owner"]
//! ```
//!
//! ## What to do
//!
//! Choose the one who answers for the activity and put only that one under `a`. The others are
//! consulted (`c`) or informed (`i`).

use super::actors::{KnownIds, report_actor};
use super::wording::quoted;
use crate::artifact::{Activity, Artifact, LinkOrigin};
use crate::rule::{Context, Reporter, Rule};

pub(super) struct ActivityAccountable;

impl Rule for ActivityAccountable {
    fn id(&self) -> &'static str {
        "activity-accountable"
    }

    fn summary(&self) -> &'static str {
        "exactly one role answers for an activity, and all who are named exist"
    }

    fn source(&self) -> &'static str {
        include_str!("activity_accountable.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        let mut ids = KnownIds::new(context.corpus);
        for artifact in context.corpus.artifacts() {
            let kind = context.config().kind(&artifact.kind);
            if let Some(kinds) = kind.and_then(|kind| kind.activities.as_ref()) {
                for activity in &artifact.activities {
                    check_accountable(activity, artifact, report);
                }
                check_actors(artifact, kinds, &mut ids, report);
            }
        }
    }
}

fn check_accountable(activity: &Activity, artifact: &Artifact, report: &mut Reporter<'_>) {
    let named = activity.a.iter().filter(|name| !name.trim().is_empty());
    let name = quoted(&activity.id);
    let message = match named.count() {
        1 => return,
        0 => format!("nobody answers for the activity {name}"),
        count => format!("{count} answer for the activity {name}, but only one can"),
    };
    let span = activity
        .fields
        .key("a")
        .map_or(activity.span, |field| field.node.span);
    report
        .at(artifact, span, message)
        .help("name exactly one role under `a`");
}

fn check_actors(
    artifact: &Artifact,
    kinds: &[String],
    ids: &mut KnownIds<'_>,
    report: &mut Reporter<'_>,
) {
    for link in &artifact.links {
        if let LinkOrigin::Activity(index) = link.origin
            && let Some(activity) = artifact.activities.get(index)
        {
            let role = format!("`{}` of the activity {}", link.name, quoted(&activity.id));
            report_actor(link, kinds, &role, artifact, ids, report);
        }
    }
}
