use super::*;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

#[test]
fn a_kind_claims_its_globs_and_leaves_out_its_excludes() {
    let config = Config::parse(
        "[kinds.policy]\npaths = ['policies/**/*.md', 'top/*.md']\nexclude = '**/README.md'\n",
        "govkit.toml",
    )
    .unwrap();
    assert_eq!(
        config.claim(&path("policies/a/b.md")).unwrap().name,
        "policy"
    );
    assert_eq!(config.claim(&path("policies/b.md")).unwrap().name, "policy");
    assert!(config.claim(&path("policies/README.md")).is_none());
    assert!(
        config.claim(&path("top/a/b.md")).is_none(),
        "`*` stays inside a directory"
    );
}

#[test]
fn an_unknown_key_is_an_error_with_its_place() {
    let error = Config::parse(
        "[kinds.policy]\npaths = 'a/*.md'\nstatuses = []\n",
        "govkit.toml",
    )
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("govkit.toml:3:1: unknown field `statuses`"),
        "{error}"
    );
}

#[test]
fn defaults_lie_under_every_kind() {
    let config = Config::parse(
        "[defaults]\nsyntax = 'yaml'\n[defaults.fields.title]\ntype = 'string'\n\
         [kinds.a]\npaths = 'a/*'\n[kinds.a.fields.title]\nrequired = true\n[kinds.b]\npaths = 'b/*'\nsyntax = 'none'\n",
        "f",
    )
    .unwrap();
    let a = config.kind("a").unwrap();
    assert_eq!(a.syntaxes, [Syntax::Yaml]);
    assert!(a.field("title").unwrap().required);
    assert_eq!(a.field("title").unwrap().kind, FieldType::String);
    assert_eq!(config.kind("b").unwrap().syntaxes, [Syntax::None]);
}

#[test]
fn a_link_to_an_undeclared_kind_is_refused() {
    let error =
        Config::parse("[kinds.a]\npaths='a'\n[kinds.a.links.x]\nto=['b']\n", "f").unwrap_err();
    assert_eq!(
        error.to_string(),
        "f:4:5: kind `a`: names the kind `b`, which is not declared"
    );
}

#[test]
fn an_oversized_pattern_is_refused() {
    let error = Config::parse(
        "[kinds.a]\npaths='a'\n[kinds.a.fields.x]\npattern='((a{0,255}){0,255}){0,255}'\n",
        "f",
    );
    assert!(error.is_err());
}

fn refused(text: &str) -> String {
    Config::parse(text, "f").unwrap_err().to_string()
}

#[test]
fn a_severity_for_a_rule_nobody_knows_is_refused_with_the_nearest() {
    assert_eq!(
        refused("[kinds.a]\npaths='a'\n[severity]\nbroken-lnik = 'off'\n"),
        "f:4:1: no rule is called `broken-lnik`; did you mean `broken-link`?"
    );
    assert_eq!(
        refused("[severity]\n\"nothing like it\" = 'off'\n"),
        "f:2:2: no rule is called `nothing like it` (`govkit rules` lists them)"
    );
    assert_eq!(
        refused("[severity]\nOBL-WEAKENDE = 'off'\n"),
        "f:2:1: no rule is called `OBL-WEAKENDE`; did you mean `OBL-WEAKENED`?"
    );
    let known = "[severity]\nbroken-link='off'\nOBL-WEAKENED='off'\n'some-plugin/rule'='info'\n";
    assert!(Config::parse(known, "f").is_ok());
}

#[test]
fn a_status_that_is_none_of_the_values_is_refused_with_the_nearest() {
    let kind = "[kinds.a]\npaths='a'\n[kinds.a.status]\nvalues = ['draft', 'effective']\n";
    assert_eq!(
        refused(&format!("{kind}initial = 'drafft'\n")),
        "f:5:11: kind `a`: `drafft` in `status.initial` is none of `status.values`; did you mean `draft`?"
    );
    assert_eq!(
        refused(&format!("{kind}in_force = ['active']\n")),
        "f:5:13: kind `a`: `active` in `status.in_force` is none of `status.values`"
    );
    assert_eq!(
        refused(&format!(
            "{kind}[kinds.a.status.transitions]\ndratf = ['effective']\n"
        )),
        "f:6:1: kind `a`: `dratf` in `status.transitions` is none of `status.values`; did you mean `draft`?"
    );
    // Without a list of values any status may be.
    let open = "[kinds.a]\npaths='a'\n[kinds.a.status]\ninitial = 'new'\n";
    assert!(Config::parse(open, "f").is_ok());
}
