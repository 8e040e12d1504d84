//! `govkit check`

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::check::{check, level_at};
use govkit_core::config::Config;
use govkit_core::corpus::Corpus;
use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;
use govkit_core::position::Position;
use govkit_core::rules::RULES;
use govkit_core::snapshot::{At, Entry, File, Snapshot};
use govkit_host::{Changes, Role};

use crate::args::Format;
use crate::comparison::Comparison;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::findings::{self, Report};
use crate::select::{Selection, Wanted};
use crate::ui::write_file;

/// Report what breaks the rules
///
/// Runs the built-in rules and the plugins of the repository over all artifacts. Exits 0 when
/// no finding reaches `--fail-level`, 1 when one does, 3 when a plugin could not finish.
///
/// Formats: human, line, json, ndjson, sarif, github, gitlab, junit, markdown.
///
/// Examples:
///   govkit check
///   govkit check --format github --report sarif=govkit.sarif
///   govkit check --since origin/main
///   govkit check --change origin/main...HEAD
///   git ls-files -z '*.md' | govkit check --files0-from=-
///   cat draft.md | govkit check --stdin-filename policies/POL-009-access.md -
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct CheckArgs {
    /// Only findings about these artifacts: ids or paths; `-` for standard input
    artifacts: Vec<String>,
    /// The least severity that makes the answer no
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    fail_level: FailLevel,
    /// Also run the plugins that check what changed: `A..B`, `A...B`, or `A` and the files on disk
    #[arg(long, value_name = "RANGE", conflicts_with = "since")]
    change: Option<String>,
    /// Only findings that are not in the merge base with REV
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Write a further report: `sarif=govkit.sarif`; may be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<String>,
    /// Read NUL-separated paths from FILE, `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "stdin_filename")]
    files0_from: Option<String>,
    /// Take standard input for the text of this file
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<String>,
    /// Only findings in files at these paths, directories or patterns
    #[arg(last = true, value_name = "PATHSPEC")]
    pathspec: Vec<String>,
}

/// The least severity that makes the answer no.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum FailLevel {
    /// Any finding.
    Info,
    /// A warning or an error.
    Warning,
    /// An error.
    Error,
}

impl FailLevel {
    /// Returns the least severity that fails.
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

impl CheckArgs {
    /// Asks for everything about one artifact.
    pub(crate) fn of(artifact: String) -> Self {
        Self {
            artifacts: vec![artifact],
            ..Self::since(None)
        }
    }

    /// Asks for everything, or only for what `since` does not have.
    pub(crate) fn since(since: Option<String>) -> Self {
        Self {
            change: None,
            artifacts: Vec::new(),
            fail_level: FailLevel::Error,
            since,
            reports: Vec::new(),
            files0_from: None,
            stdin_filename: None,
            pathspec: Vec::new(),
        }
    }
}

/// What a check found, and whether all of it could be computed.
pub(crate) struct Answer {
    pub(crate) findings: Vec<Finding>,
    pub(crate) complete: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &CheckArgs) -> Result<Exit> {
    let format = context
        .ui
        .format("check", findings::FORMATS, Format::Human)?;
    let reports = further_reports(&args.reports)?;
    let at = context.at();
    let config = context.config(&at)?;
    let corpus = corpus(context, args, &at, config)?;
    let names: Vec<String> = args
        .artifacts
        .iter()
        .filter(|name| *name != "-")
        .cloned()
        .collect();
    let mut names = names;
    names.extend(args.stdin_filename.iter().cloned());
    let wanted = Wanted {
        names: &names,
        specs: &args.pathspec,
        files0_from: args.files0_from.as_deref(),
    };
    let selection = Selection::new(context, &corpus, &wanted)?;
    let plugins = Plugins::load(context, &at, corpus.config(), VALIDATORS)?;
    let mut answer = examine(context, &corpus, &plugins)?;
    if let Some(range) = &args.change {
        let (set, pairs, config) = Comparison::of_range(context, range)?.parts();
        let changes = Changes {
            set: &set,
            pairs: &pairs,
            config: &config,
        };
        let (found, complete) = examine_changes(&corpus, &plugins, changes)?;
        answer.findings.extend(found);
        answer.findings.sort();
        answer.complete &= complete;
    }
    answer
        .findings
        .retain(|finding| selection.has(&finding.path));
    if let Some(since) = &args.since {
        let base = base(context, since)?;
        // Without findings there is nothing to compare.
        if !answer.findings.is_empty() {
            let known = known_before(context, base)?;
            answer.findings = new_ones(answer.findings, known);
        }
    }
    let checked = corpus
        .artifacts()
        .iter()
        .filter(|artifact| selection.has(&artifact.path))
        .count();
    let report = Report::new(&answer.findings, &corpus, checked, answer.complete);
    for (format, path) in reports {
        let mut bytes = Vec::new();
        findings::write(
            format,
            &report,
            crate::ui::Style {
                colour: false,
                width: 88,
            },
            &mut bytes,
        )?;
        write_file(&path, &bytes)?;
    }
    print(context, &report, format)?;
    let failed = answer
        .findings
        .iter()
        .any(|finding| finding.severity >= args.fail_level.severity());
    Ok(if answer.complete {
        Exit::no_if(failed)
    } else {
        Exit::Incomplete
    })
}

fn print(context: &Context<'_>, report: &Report<'_>, format: Format) -> Result<()> {
    if context.global.quiet {
        let mut ids: Vec<&str> = report
            .findings
            .iter()
            .map(|finding| finding.artifact.as_deref().unwrap_or(finding.path.as_str()))
            .collect();
        ids.dedup();
        return context.ui.ids(ids, context.global.null);
    }
    let style = context.ui.style();
    context
        .ui
        .report(|out| findings::write(format, report, style, out))
}

/// Reads the corpus; standard input takes the place of `--stdin-filename`.
fn corpus(context: &Context<'_>, args: &CheckArgs, at: &At, config: Arc<Config>) -> Result<Corpus> {
    let from_stdin = args.artifacts.iter().any(|name| name == "-");
    let Some(name) = &args.stdin_filename else {
        if from_stdin {
            return Err(hinted(
                "`-` needs a name for what it reads",
                "`--stdin-filename policies/POL-009-access.md -`",
            ));
        }
        return context.corpus_with(at, config);
    };
    let path = context.to_repository_path(name);
    let path = RepoPath::new(path.clone()).with_context(|| format!("use `{path}` as a path"))?;
    if config.claim(&path).is_none() {
        return Err(hinted(
            format!("no kind claims `{path}`"),
            "`govkit config show` prints the paths each kind claims",
        ));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(context.limits.artifact_bytes + 1)
        .read_to_end(&mut bytes)
        .context("read standard input")?;
    let mut snapshot: Snapshot =
        context
            .repository()?
            .snapshot(at, |path| config.claim(path).is_some(), &context.limits)?;
    snapshot.files.retain(|file| file.entry.path != path);
    snapshot.paths.insert(path.clone());
    snapshot.files.push(File {
        entry: Entry { path, blob: None },
        bytes: Ok(bytes),
    });
    Ok(Corpus::parse(snapshot, config, &context.limits))
}

/// Runs the built-in rules and the plugins.
pub(crate) fn examine(context: &Context<'_>, corpus: &Corpus, plugins: &Plugins) -> Result<Answer> {
    let mut found = check(corpus, RULES, context.now()?);
    let mut complete = true;
    for (plugin, config) in plugins
        .configured()
        .filter(|(plugin, _)| plugin.is_validator())
    {
        let validation = plugin.validate(corpus, config)?;
        found.extend(
            validation
                .findings
                .into_iter()
                .filter_map(|finding| weighed(corpus, finding)),
        );
        for gap in validation.incomplete {
            complete = false;
            found.push(incomplete(corpus, plugin.name(), gap));
        }
    }
    found.sort();
    Ok(Answer {
        findings: found,
        complete,
    })
}

/// Gives a plugin's finding the severity its rule has in artifacts like the one it is about.
fn weighed(corpus: &Corpus, mut finding: Finding) -> Option<Finding> {
    if let Some(level) = level_at(corpus, &finding) {
        finding.severity = Severity::of(level)?;
    }
    Some(finding)
}

/// What the plugins of a check do.
pub(crate) const VALIDATORS: &[Role] = &[Role::Validator, Role::ChangeValidator];

/// Runs the plugins that check what changed; says whether all of them could finish.
pub(crate) fn examine_changes(
    corpus: &Corpus,
    plugins: &Plugins,
    changes: Changes<'_>,
) -> Result<(Vec<Finding>, bool)> {
    let mut found = Vec::new();
    let mut complete = true;
    for (plugin, config) in plugins
        .configured()
        .filter(|(plugin, _)| plugin.has(Role::ChangeValidator))
    {
        let validation = plugin.validate_changes(changes, config)?;
        let findings = validation.findings.into_iter();
        found.extend(findings.filter_map(|finding| weighed(corpus, finding)));
        for gap in validation.incomplete {
            complete = false;
            found.push(incomplete(corpus, plugin.name(), gap));
        }
    }
    Ok((found, complete))
}

/// A plugin that could not finish is a failed check at the artifact it was looking at.
fn incomplete(corpus: &Corpus, plugin: &str, gap: govkit_host::Incomplete) -> Finding {
    let artifact = gap.artifact.as_deref().and_then(|id| corpus.get(id));
    let path = artifact.map(|artifact| artifact.path.clone());
    // What concerns no single artifact is shown where the plugin is pinned.
    let lock = || RepoPath::new(govkit_core::lock::FILE_NAME).expect("a plain file name is a path");
    Finding {
        path: path.unwrap_or_else(lock),
        position: Position { line: 1, column: 1 },
        rule: format!("{plugin}/incomplete"),
        severity: Severity::Error,
        message: gap.message,
        artifact: gap.artifact,
        help: Some(gap.help),
        width: 0,
        plugin: Some(plugin.to_owned()),
        fix: None,
        more_fixes: Vec::new(),
        data: BTreeMap::new(),
    }
}

/// Returns the merge base of HEAD and `since`.
fn base(context: &Context<'_>, since: &str) -> Result<String> {
    let repository = context.repository()?;
    let head = context
        .global
        .at
        .clone()
        .filter(|at| at != ":index")
        .unwrap_or_else(|| "HEAD".to_owned());
    repository.merge_base(since, &head)?.ok_or_else(|| {
        hinted(
            format!("`{since}` and `{head}` have no common commit here"),
            "a shallow clone may lack it: `git fetch --unshallow` (in CI: fetch-depth 0)",
        )
    })
}

/// How often each fingerprint is found in a commit.
pub(crate) fn known_before(
    context: &Context<'_>,
    commit: String,
) -> Result<HashMap<String, usize>> {
    let at = At::Revision(commit);
    let Some(config) = context.find_config(&at)? else {
        return Ok(HashMap::new());
    };
    let corpus = context.corpus_with(&at, Arc::new(config))?;
    let plugins = Plugins::load(context, &at, corpus.config(), VALIDATORS)?;
    Ok(counted(&examine(context, &corpus, &plugins)?.findings))
}

/// Counts how often each fingerprint is found.
pub(crate) fn counted(findings: &[Finding]) -> HashMap<String, usize> {
    let mut known = HashMap::new();
    for finding in findings {
        *known.entry(finding.fingerprint()).or_insert(0) += 1;
    }
    known
}

/// Leaves out the findings that are known, each as often as it is known.
pub(crate) fn new_ones(findings: Vec<Finding>, mut known: HashMap<String, usize>) -> Vec<Finding> {
    let is_new = |finding: &Finding| match known.get_mut(&finding.fingerprint()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let mut is_new = is_new;
    findings
        .into_iter()
        .filter(|finding| is_new(finding))
        .collect()
}

/// Reads `FORMAT=FILE` pairs; one file may take only one report.
fn further_reports(written: &[String]) -> Result<Vec<(Format, PathBuf)>> {
    let mut reports: BTreeMap<PathBuf, Format> = BTreeMap::new();
    for text in written {
        let usage = || {
            hinted(
                format!("`--report {text}` is not FORMAT=FILE"),
                "for example `--report sarif=govkit.sarif`",
            )
        };
        let (name, path) = text.split_once('=').ok_or_else(usage)?;
        let format = findings::FORMATS
            .iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| {
                let names: Vec<String> = findings::FORMATS
                    .iter()
                    .map(|format| format.name())
                    .collect();
                hinted(
                    format!("`check` has no format `{name}`"),
                    format!("it has {}", names.join(", ")),
                )
            })?;
        if path.is_empty() || reports.insert(PathBuf::from(path), *format).is_some() {
            return Err(usage());
        }
    }
    Ok(reports
        .into_iter()
        .map(|(path, format)| (format, path))
        .collect())
}
