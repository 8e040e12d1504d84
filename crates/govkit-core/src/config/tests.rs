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
