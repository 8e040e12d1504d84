use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::check::check;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::rules::RULES;
use crate::snapshot::Snapshot;

const NOW: Date = date(2026, 11, 23);

fn made_from(
    config: &str,
    taken: &[&str],
    id: Option<&str>,
    title: &str,
) -> Result<NewArtifact, NewError> {
    let config = Config::parse(config, "govkit.toml").unwrap();
    let taken = taken.iter().map(|id| (*id).to_owned()).collect();
    let mut state = 0_u32;
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9);
        state
    };
    new_artifact(&config.kinds[0], &taken, id, title, NOW, &mut random)
}

const POLICY: &str = "
[kinds.policy]
paths = 'policies/**/*.md'
file = 'policies/{id}-{slug}.md'
id = { pattern = 'POL-[0-9]{3}', new = 'POL-{number:3}' }
sections = ['Purpose', 'Scope']
status = { values = ['draft', 'effective'], initial = 'draft' }
[kinds.policy.fields]
summary = { type = 'string', required = true, description = 'One sentence.' }
level = { type = 'string', required = true, one_of = ['low', 'high'] }
effective = { type = 'date', role = 'effective', required_when = { status = ['effective'] } }
review_by = { type = 'date', role = 'review', required = true }
'advisory.count' = { type = 'integer', required = true }
optional = { type = 'string' }
[kinds.policy.links]
owner = { field = 'owner', to = ['role'], min = 1, max = 1 }
governed_by = { to = ['policy', 'role'], min = 1 }
see = {}
[kinds.role]
paths = 'roles/*.md'
";

#[test]
fn what_the_kind_requires_is_there_to_be_filled_in() {
    let made = made_from(
        POLICY,
        &["POL-007", "POL-002", "ROLE-1"],
        None,
        "Remote  work & travel",
    )
    .unwrap();
    assert_eq!(made.id, "POL-008");
    assert_eq!(made.path.as_str(), "policies/POL-008-remote-work-travel.md");
    assert_eq!(
        made.text,
        "+++\n\
         id = \"POL-008\"\n\
         title = \"Remote work & travel\"\n\
         status = \"draft\"  # draft or effective\n\
         owner = \"\"  # the id of one role\n\
         # effective = 2026-11-23  # needed when status is effective\n\
         level = \"low\"  # low or high\n\
         review_by = 2027-11-23\n\
         summary = \"\"  # One sentence.\n\
         \n\
         [advisory]\n\
         count = 0\n\
         \n\
         [links]\n\
         governed_by = []  # ids, at least 1: policy or role\n\
         +++\n\
         # Remote work & travel\n\
         \n\
         ## Purpose\n\
         \n\
         ## Scope\n"
    );
}

#[test]
fn the_id_asked_for_is_checked() {
    let error = |id| made_from(POLICY, &["POL-007"], Some(id), "T").unwrap_err();
    assert!(matches!(error("POL-007"), NewError::Taken { .. }));
    assert_eq!(
        error("POL-7").to_string(),
        "the id `POL-7` does not look like `POL-[0-9]{3}`, as kind `policy` asks"
    );
    assert_eq!(
        made_from(POLICY, &["POL-999"], None, "T")
            .unwrap_err()
            .to_string(),
        "the id `POL-1000` does not look like `POL-[0-9]{3}`, as kind `policy` asks"
    );
    assert_eq!(
        made_from(POLICY, &[], Some("POL-004"), "T").unwrap().id,
        "POL-004"
    );
}

#[test]
fn steps_activities_and_the_template_are_filled_in() {
    let config = "[kinds.procedure]\npaths='p/*.md'\nid={new='PRC-{number}'}\nsteps={who=['role','group']}\nactivities={}\n\
                  template='''# {title} ({id})\n{date} {{ title }} {other}'''\n[kinds.role]\npaths='r'\n[kinds.group]\npaths='g'\n";
    // Kinds are sorted by name: the procedure is the second of three.
    let config = Config::parse(config, "f").unwrap();
    let kind = config.kind("procedure").unwrap();
    let made = new_artifact(kind, &BTreeSet::new(), None, "Say \"hi\"", NOW, &mut || 0).unwrap();
    assert_eq!(made.path.as_str(), "p/PRC-1.md");
    assert!(
        made.text
            .contains("who = \"\"  # the id of a role or group\n"),
        "{}",
        made.text
    );
    assert!(
        made.text
            .contains("a = []  # the one who answers for it: the id of an artifact\n"),
        "{}",
        made.text
    );
    assert!(
        made.text
            .ends_with("+++\n# Say \"hi\" (PRC-1)\n2026-11-23 {{ title }} {other}\n"),
        "{}",
        made.text
    );
}

#[test]
fn a_random_id_is_not_one_that_is_taken() {
    let config = "[kinds.a]\npaths='*.md'\nid={new='A-{random:6}'}\n";
    let first = made_from(config, &[], None, "T").unwrap();
    let inside = first.id.strip_prefix("A-").unwrap();
    assert_eq!(inside.len(), 6);
    assert!(!inside.contains(['i', 'l', 'o', 'u']), "{inside}");
    let second = made_from(config, &[&first.id], None, "T").unwrap();
    assert_ne!(first.id, second.id);
}

#[test]
fn a_kind_that_is_only_read_is_refused() {
    let error = made_from(
        "[kinds.eip]\npaths='*.md'\nsyntax='yaml'\n",
        &[],
        Some("EIP-1"),
        "T",
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "Eip files are written in a syntax govkit only reads; write the file by hand, or add `toml` to the kind's `syntax`"
    );
}

#[test]
fn errors_name_the_way_out() {
    let error = |config: &str, id| made_from(config, &[], id, "T").unwrap_err();
    assert!(matches!(
        error("[kinds.a]\npaths='*.md'\n", None),
        NewError::NoIdRule { .. }
    ));
    assert!(matches!(
        error("[kinds.a]\npaths='*.md'\nid={new='A-{x}'}\n", None),
        NewError::BadIdRule { .. }
    ));
    assert!(matches!(
        error("[kinds.a]\npaths='a/*/x.md'\n", Some("A")),
        NewError::NoPlace { .. }
    ));
    assert!(matches!(
        error("[kinds.a]\npaths='a/*.md'\n", Some("../A")),
        NewError::Path { .. }
    ));
    assert!(matches!(
        error("[kinds.a]\npaths='a/*.md'\nfile='b/{id}.md'\n", Some("A")),
        NewError::Unclaimed { .. }
    ));
}

#[test]
fn the_path_comes_from_the_glob_or_the_id_pattern() {
    let path = |config: &str, id| {
        made_from(config, &[], Some(id), "T")
            .unwrap()
            .path
            .as_str()
            .to_owned()
    };
    assert_eq!(
        path("[kinds.a]\npaths='**/POL-*.md'\n", "POL-1"),
        "POL-1.md"
    );
    assert_eq!(path("[kinds.a]\npaths='docs/**'\n", "X"), "docs/X.md");
    assert_eq!(
        path(
            "[kinds.a]\npaths='docs/**/*.md'\nid={path='docs/{*id}.md'}\n",
            "a/b"
        ),
        "docs/a/b.md"
    );
    assert_eq!(
        path(
            "[kinds.a]\npaths='*.md'\nid={field='n', as='EIP-{}'}\nfields={n={type='integer', required=true}}\n",
            "20"
        ),
        "EIP-20.md"
    );
}

#[test]
fn whole_files_and_fences_are_written_too() {
    let text = |syntax: &str, name: &str| {
        let config = format!("[kinds.a]\npaths='*.{name}'\nsyntax='{syntax}'\n");
        made_from(&config, &[], Some("A"), "T").unwrap().text
    };
    assert_eq!(text("toml-file", "toml"), "id = \"A\"\ntitle = \"T\"\n");
    assert_eq!(
        text("toml-fence", "md"),
        "```toml\nid = \"A\"\ntitle = \"T\"\n```\n# T\n"
    );
}

#[test]
fn a_new_artifact_of_the_profile_lacks_only_what_a_person_knows() {
    let config = Arc::new(Config::parse("profile = 'itsm'\n", "f").unwrap());
    let given = |kind: &Kind| {
        kind.id
            .new
            .is_none()
            .then(|| format!("{}-new", id_prefix(&kind.name)))
    };
    let files = config.kinds.iter().map(|kind| {
        let id = given(kind);
        let made = new_artifact(
            kind,
            &BTreeSet::new(),
            id.as_deref(),
            "New one",
            NOW,
            &mut || 0,
        );
        let made = made.unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        (made.path.as_str().to_owned(), made.text)
    });
    let snapshot = Snapshot::of_files(files.collect::<Vec<_>>());
    let corpus = Corpus::parse(snapshot, config.clone(), &Limits::DEFAULT);
    assert_eq!(corpus.artifacts().len(), config.kinds.len());
    let left = [
        "missing-field",
        "link-cardinality",
        "step-who",
        "activity-accountable",
    ];
    for finding in check(&corpus, RULES, NOW) {
        assert!(left.contains(&finding.rule.as_str()), "{finding:?}");
    }
}

fn id_prefix(kind: &str) -> &str {
    match kind {
        "role" => "ROLE",
        "group" => "GROUP",
        "service" => "SVC",
        _ => "TERM",
    }
}

proptest! {
    #[test]
    fn any_id_and_title_give_a_valid_artifact_or_an_error(id in "\\PC{0,20}", title in "(\\PC|\n|\"|\\\\|\u{1b}){0,80}") {
        let config = "[kinds.a]\npaths='**/*.md'\nfile='a/{id}-{slug}.md'\n";
        if let Ok(made) = made_from(config, &[], Some(&id), &title) {
            prop_assert_eq!(made.id.as_str(), id.trim());
        }
    }
}
