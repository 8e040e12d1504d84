//! `govkit verify RELEASE`: the artifacts held against the manifest of a tag.

use anyhow::Result;
use govkit_core::manifest::{Entry, Manifest};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// One difference in `govkit verify --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    /// `changed`, `missing` or `added`.
    state: &'static str,
    id: String,
    path: String,
    status: Option<String>,
    /// The digest of what is there; of what is missing, the one in the manifest.
    digest: String,
    /// The digest in the manifest, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
}

pub(super) fn verify(context: &Context<'_>, name: &str) -> Result<Exit> {
    let tag = context.repository()?.tag(name)?;
    let name = Untrusted::line(name);
    let tag = tag.ok_or_else(|| {
        hinted(
            format!("there is no tag `{name}`"),
            "`git tag` lists them; `git fetch --tags` brings more",
        )
    })?;
    let manifest = Manifest::read(tag.message.as_deref().unwrap_or_default());
    let manifest = manifest.map_err(|error| {
        hinted(
            format!("`{name}` is no release: {error}"),
            "`govkit release NAME` makes one",
        )
    })?;
    let at = match context.global.at.as_deref() {
        Some(at) => at_of(Some(at)),
        None => At::Revision(tag.commit.id.clone()),
    };
    let now = Manifest::of(&context.corpus(&at)?);
    let columns = ["state", "id", "path", "status", "digest"];
    let mut listing = Listing::new("verify", "difference", &columns);
    listing
        .extra
        .insert("name".to_owned(), tag.name.as_str().into());
    listing
        .extra
        .insert("commit".to_owned(), tag.commit.id.as_str().into());
    listing
        .extra
        .insert("artifacts".to_owned(), manifest.0.len().into());
    let differences = manifest.differences(&now);
    listing
        .extra
        .insert("verified".to_owned(), differences.is_empty().into());
    for (then, now) in &differences {
        push(&mut listing, *then, *now)?;
    }
    if differences.is_empty() {
        context.ui.say(&format!(
            "`{name}` is as released: {} artifacts",
            manifest.0.len()
        ));
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::no_if(!differences.is_empty()))
}

fn push(listing: &mut Listing, then: Option<&Entry>, now: Option<&Entry>) -> Result<()> {
    let Some(entry) = now.or(then) else {
        return Ok(());
    };
    let state = match (then, now) {
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "missing",
        (None, _) => "added",
    };
    let expected = then.map(|then| then.digest.clone());
    let item = Item {
        state,
        id: entry.id.clone(),
        path: entry.path.clone(),
        status: entry.status.clone(),
        digest: entry.digest.clone(),
        expected: expected.filter(|expected| *expected != entry.digest),
    };
    let row = vec![
        state.to_owned(),
        item.id.clone(),
        item.path.clone(),
        item.status.clone().unwrap_or_default(),
        item.digest.clone(),
    ];
    listing.push(&entry.id, row, &item)
}
