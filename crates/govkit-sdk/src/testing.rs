//! Runs a plugin's logic natively, for its unit tests: `cargo test`, no WebAssembly.
//!
//! ```
//! use govkit_sdk::testing;
//! # use govkit_sdk::{About, Artifact, Report, Rule, Validator};
//! # struct Titles;
//! # impl Validator for Titles {
//! #     fn about() -> About { About::new("titles", "1.0.0").rule(Rule::info("short", "short titles")) }
//! #     fn configure(_: &str) -> Result<Self, String> { Ok(Self) }
//! #     fn check_artifact(&self, a: &Artifact, _: &str, report: &mut Report) {
//! #         if a.title.len() > 10 { report.whole("short", "too long"); }
//! #     }
//! # }
//! let mut artifact = testing::artifact("POL-1");
//! artifact.title = "A very long title".to_owned();
//! let findings = testing::check::<Titles>("{}", &artifact, "body").unwrap();
//! assert_eq!(findings[0].rule, "short");
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::{Artifact, Exporter, Finding, Imported, Importer, Output, Report, Validator};

thread_local! {
    static BODIES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Makes an artifact of kind `policy` with this id, and its title and file named after it.
pub fn artifact(id: &str) -> Artifact {
    Artifact {
        id: id.to_owned(),
        path: format!("policies/{id}.md"),
        kind: "policy".to_owned(),
        title: id.to_owned(),
        status: None,
        owner: None,
        body_line: 1,
        fields: Vec::new(),
        links: Vec::new(),
    }
}

/// Configures the validator with `json` and hands it one artifact.
///
/// # Panics
/// Where a finding names a rule the plugin does not declare, another artifact, or bytes that
/// are no text of the body: the host would refuse it.
pub fn check<V: Validator>(
    json: &str,
    artifact: &Artifact,
    body: &str,
) -> Result<Vec<Finding>, String> {
    let plugin = V::configure(json)?;
    let mut report = Report::new(&V::about());
    hand_over([body]);
    plugin.check_artifact(artifact, body, report.about(artifact));
    let findings = report.clear_for_next_call();
    for finding in &findings {
        assert_valid::<V>(finding);
        assert_eq!(finding.artifact, artifact.id, "the artifact at hand");
        if let Some(crate::Location::Body(span)) = finding.location {
            let text = body.get(span.start as usize..span.end as usize);
            assert!(text.is_some(), "{span:?} is no text of the body");
        }
    }
    Ok(findings)
}

/// Configures the validator with `json` and hands it artifacts with their bodies as a corpus.
///
/// # Panics
/// Where a finding names a rule or an artifact that does not exist: the host would refuse it.
pub fn check_corpus<V: Validator>(
    json: &str,
    artifacts: &[(Artifact, &str)],
) -> Result<Vec<Finding>, String> {
    let plugin = V::configure(json)?;
    let mut report = Report::new(&V::about());
    hand_over(artifacts.iter().map(|(_, body)| *body));
    let metas: Vec<Artifact> = artifacts.iter().map(|(meta, _)| meta.clone()).collect();
    plugin.check_corpus(&metas, &mut report);
    let findings = report.clear_for_next_call();
    for finding in &findings {
        assert_valid::<V>(finding);
        let known = metas.iter().any(|meta| meta.id == finding.artifact);
        assert!(known, "`{}` is no artifact", finding.artifact);
    }
    Ok(findings)
}

/// Configures the exporter with `json`, hands it artifacts with their bodies, and returns the
/// files it wrote by path.
pub fn export<E: Exporter>(
    json: &str,
    artifacts: &[(Artifact, &str)],
) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let plugin = E::configure(json)?;
    hand_over(artifacts.iter().map(|(_, body)| *body));
    let metas: Vec<Artifact> = artifacts.iter().map(|(meta, _)| meta.clone()).collect();
    let mut output = Output::new();
    plugin.run(&metas, &mut output)?;
    Ok(output.files)
}

/// Configures the importer with `json` and hands it a file.
pub fn import<I: Importer>(json: &str, name: &str, bytes: &[u8]) -> Result<Vec<Imported>, String> {
    I::configure(json)?.read(name, bytes)
}

fn assert_valid<V: Validator>(finding: &Finding) {
    let declared = V::about().rules.iter().any(|rule| rule.id == finding.rule);
    assert!(declared, "the rule `{}` is not declared", finding.rule);
}

fn hand_over<'a>(bodies: impl IntoIterator<Item = &'a str>) {
    let bodies = bodies.into_iter().map(str::to_owned).collect();
    BODIES.with_borrow_mut(|slot| *slot = bodies);
}

/// The host's half of the imports, as far as a unit test has one.
pub(crate) mod host {
    use super::BODIES;
    use crate::bindings::describe::govkit::plugin::log::Level;
    use crate::corpus::Section;

    pub(crate) fn body(index: u32) -> Option<String> {
        BODIES.with_borrow(|bodies| bodies.get(index as usize).cloned())
    }

    pub(crate) fn bodies(first: u32, count: u32) -> Vec<String> {
        BODIES.with_borrow(|bodies| {
            let page = bodies.iter().skip(first as usize).take(count as usize);
            page.cloned().collect()
        })
    }

    pub(crate) fn sections(index: u32) -> Option<Vec<Section>> {
        body(index).map(|_| Vec::new())
    }

    pub(crate) fn versions(_: &str) -> Vec<crate::history::Version> {
        Vec::new()
    }

    pub(crate) fn names() -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn read(_: &str) -> Option<Vec<u8>> {
        None
    }

    pub(crate) fn write(_: Level, _: &str) {}
}
