//! The little language of `--where`, and the columns of `--fields`.
//!
//! ```text
//! review_by<2027-01-01 and status=effective or title~'major incident'
//! ```
//!
//! A condition is `field OP value` with `=`, `!=`, `<`, `<=`, `>`, `>=` or `~` (contains, without
//! case), `field` alone (it has a value) or `!field` (it has none). Conditions are joined by `and`
//! and `or`; `and` binds tighter. A value with blanks stands in quotes.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use crate::artifact::{Artifact, LinkOrigin};
use crate::config::Config;
use crate::value::{Value, calendar_date};

/// A condition on artifacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Any of these; each is a list of conditions that must all hold.
    any: Vec<Vec<Condition>>,
}

/// Why a condition is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{query}` is not understood at character {position}: {problem}")]
pub struct QueryError {
    /// The condition as written.
    pub query: String,
    /// Where in it, in characters from 1.
    pub position: usize,
    /// What is wrong there.
    pub problem: QueryProblem,
}

/// What is wrong with a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryProblem {
    /// No name of a field where one is due.
    Field,
    /// No value behind an operator.
    Value,
    /// A quoted value without its closing quote.
    Unclosed,
    /// Something other than `and` or `or` between two conditions.
    Joint,
}

impl fmt::Display for QueryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Field => "expected a field, as in `status=effective`",
            Self::Value => "expected a value, as in `status=effective`",
            Self::Unclosed => "the quote is never closed",
            Self::Joint => "expected `and` or `or`; a value with blanks needs quotes",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    field: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Present,
    Absent,
    Equal(String),
    NotEqual(String),
    Contains(String),
    Less(String),
    LessOrEqual(String),
    Greater(String),
    GreaterOrEqual(String),
}

/// An operator: its sign, and the test it makes of a value.
type Operator = (&'static str, fn(String) -> Test);

/// The operators, longer ones first.
const OPERATORS: &[Operator] = &[
    ("!=", Test::NotEqual),
    ("<=", Test::LessOrEqual),
    (">=", Test::GreaterOrEqual),
    ("==", Test::Equal),
    ("=", Test::Equal),
    ("<", Test::Less),
    (">", Test::Greater),
    ("~", |text| Test::Contains(text.to_lowercase())),
];

impl Query {
    /// Reads a condition.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut reader = Reader { text, at: 0 };
        let mut any = vec![vec![reader.condition()?]];
        loop {
            reader.blanks();
            if reader.rest().is_empty() {
                return Ok(Self { any });
            }
            let joint = reader.word();
            let condition = match joint.to_ascii_lowercase().as_str() {
                "and" | "or" => {
                    reader.at += joint.len();
                    reader.condition()?
                }
                _ => return Err(reader.error(QueryProblem::Joint)),
            };
            match any.last_mut() {
                Some(all) if joint.eq_ignore_ascii_case("and") => all.push(condition),
                _ => any.push(vec![condition]),
            }
        }
    }

    /// Whether the condition holds for an artifact.
    ///
    /// A list matches if one of its items does; `!=` is the opposite of `=`, so it also holds
    /// where there is no value. Dates compare with dates, numbers with numbers, text with text.
    pub fn matches(&self, artifact: &Artifact, config: &Config) -> bool {
        let holds = |condition: &Condition| {
            let items = items(artifact, config, &condition.field);
            condition.test.holds(&items)
        };
        self.any.iter().any(|all| all.iter().all(holds))
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// The characters up to the next blank, operator or quote.
    fn word(&self) -> &'a str {
        let ends = |ch: char| ch.is_whitespace() || "=!<>~'\"".contains(ch);
        self.rest().split(ends).next().unwrap_or("")
    }

    fn error(&self, problem: QueryProblem) -> QueryError {
        QueryError {
            query: self.text.to_owned(),
            position: self.text[..self.at].chars().count() + 1,
            problem,
        }
    }

    fn condition(&mut self) -> Result<Condition, QueryError> {
        self.blanks();
        let absent = self.rest().starts_with('!');
        if absent {
            self.at += 1;
            self.blanks();
        }
        let field = self.word().to_owned();
        if field.is_empty() {
            return Err(self.error(QueryProblem::Field));
        }
        self.at += field.len();
        let test = if absent { Test::Absent } else { self.test()? };
        Ok(Condition { field, test })
    }

    fn test(&mut self) -> Result<Test, QueryError> {
        let before = self.at;
        self.blanks();
        let rest = self.rest();
        let Some((sign, make)) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) else {
            self.at = before;
            return Ok(Test::Present);
        };
        self.at += sign.len();
        self.blanks();
        self.value().map(make)
    }

    fn value(&mut self) -> Result<String, QueryError> {
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|ch| matches!(ch, '\'' | '"')) {
            let Some(end) = rest[1..].find(quote) else {
                return Err(self.error(QueryProblem::Unclosed));
            };
            self.at += end + 2;
            return Ok(rest[1..=end].to_owned());
        }
        let value = rest.split(char::is_whitespace).next().unwrap_or("");
        if value.is_empty() {
            return Err(self.error(QueryProblem::Value));
        }
        self.at += value.len();
        Ok(value.to_owned())
    }
}

/// One value of a field.
#[derive(Debug)]
struct Item {
    text: String,
    is_number: bool,
}

impl Item {
    fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_number: false,
        }
    }

    fn equals(&self, wanted: &str) -> bool {
        let equal_numbers = || {
            let numbers = number(&self.text).zip(number(wanted));
            self.is_number && numbers.is_some_and(|(mine, wanted)| mine == wanted)
        };
        self.text == wanted || equal_numbers()
    }

    /// How the value stands to `wanted`; `None` where the two cannot be compared.
    fn order(&self, wanted: &str) -> Option<Ordering> {
        if let Some(wanted) = date(wanted) {
            return date(&self.text).map(|mine| mine.cmp(&wanted));
        }
        if let Some(wanted) = number(wanted) {
            return number(&self.text)?.partial_cmp(&wanted);
        }
        Some(self.text.as_str().cmp(wanted))
    }
}

/// The day of a date, with or without a time behind it.
fn date(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let rest = &text[10..];
    (rest.is_empty() || rest.starts_with(['T', 't', ' '])).then(|| calendar_date(day))?
}

fn number(text: &str) -> Option<f64> {
    let plain = text.starts_with(|ch: char| ch.is_ascii_digit() || matches!(ch, '-' | '+' | '.'));
    let number: f64 = plain.then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

impl Test {
    fn holds(&self, items: &[Item]) -> bool {
        let any = |test: &dyn Fn(&Item) -> bool| items.iter().any(test);
        let ordered = |wanted: &str, test: fn(Ordering) -> bool| {
            any(&|item| item.order(wanted).is_some_and(test))
        };
        match self {
            Self::Present => any(&|item| !item.text.trim().is_empty()),
            Self::Absent => !any(&|item| !item.text.trim().is_empty()),
            Self::Equal(wanted) => any(&|item| item.equals(wanted)),
            Self::NotEqual(wanted) => !any(&|item| item.equals(wanted)),
            Self::Contains(wanted) => any(&|item| item.text.to_lowercase().contains(wanted)),
            Self::Less(wanted) => ordered(wanted, Ordering::is_lt),
            Self::LessOrEqual(wanted) => ordered(wanted, Ordering::is_le),
            Self::Greater(wanted) => ordered(wanted, Ordering::is_gt),
            Self::GreaterOrEqual(wanted) => ordered(wanted, Ordering::is_ge),
        }
    }
}

/// The values a field has: what govkit knows of an artifact, else a front-matter field, else
/// the targets of a link.
fn items(artifact: &Artifact, config: &Config, name: &str) -> Vec<Item> {
    if let Some(text) = built_in(artifact, config, name) {
        return text.into_iter().map(Item::text).collect();
    }
    let mut items = Vec::new();
    match field_of(artifact, config, name) {
        Some(value) => collect(value, &mut items),
        None => items.extend(targets(artifact, name).map(Item::text)),
    }
    items
}

fn field_of<'a>(artifact: &'a Artifact, config: &Config, name: &str) -> Option<&'a Value> {
    let owner = config
        .kind(&artifact.kind)
        .and_then(|kind| kind.owner.as_deref());
    let path = owner.filter(|_| name == "owner").unwrap_or(name);
    artifact.field(path).map(|field| &field.node.value)
}

fn targets<'a>(artifact: &'a Artifact, name: &str) -> impl Iterator<Item = &'a str> {
    let links = artifact.links.iter();
    links
        .filter(move |link| link.origin == LinkOrigin::Declared && link.name == name)
        .map(|link| link.target.as_str())
}

fn collect(value: &Value, items: &mut Vec<Item>) {
    match value {
        Value::Array(values) => values.iter().for_each(|node| collect(&node.value, items)),
        Value::Null => {}
        value => items.push(Item {
            text: value.display(),
            is_number: matches!(value, Value::Integer(_) | Value::Float { .. }),
        }),
    }
}

/// What govkit knows of every artifact; the outer `None` means: ask the front matter.
fn built_in(artifact: &Artifact, config: &Config, name: &str) -> Option<Option<String>> {
    Some(match name {
        "id" => Some(artifact.id.clone()),
        "kind" => Some(artifact.kind.to_string()),
        "title" => Some(artifact.title.clone()),
        "path" => Some(artifact.path.as_str().to_owned()),
        "status" => artifact.status(config),
        "summary" => artifact.summary(config),
        "digest" => Some(artifact.digest()),
        _ => return None,
    })
}

/// Returns what `--fields` shows of an artifact: `id`, `kind`, `title`, `status`, `owner`,
/// `path`, `summary`, `digest`, any front-matter field by its dotted path, or the targets of a
/// link; `None` where it has no such thing.
pub fn column(artifact: &Artifact, config: &Config, name: &str) -> Option<String> {
    if let Some(text) = built_in(artifact, config, name) {
        return text;
    }
    if let Some(value) = field_of(artifact, config, name) {
        return Some(value.display());
    }
    let targets: Vec<&str> = targets(artifact, name).collect();
    (!targets.is_empty()).then(|| targets.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::corpus::Corpus;
    use crate::limits::Limits;
    use crate::snapshot::Snapshot;

    const TEXT: &str = "+++\nid='POL-1'\ntitle='Major incidents'\nstatus='effective'\nowner='ROLE-ciso'\n\
        review_by=2026-12-31\nlevel=9\nversion='1.10'\ntags=['it','hr']\nempty=''\n[advisory]\nscore=7.5\n\
        [links]\ngoverned_by=['POL-0','POL-2']\n+++\n# T\n";

    fn corpus() -> Corpus {
        let config =
            "[kinds.policy]\npaths='*.md'\nstatus={}\n[kinds.policy.links]\ngoverned_by={}\n";
        let config = Config::parse(config, "f").unwrap();
        Corpus::parse(
            Snapshot::of_files([("a.md", TEXT)]),
            Arc::new(config),
            &Limits::DEFAULT,
        )
    }

    fn holds(query: &str) -> bool {
        let corpus = corpus();
        let query = Query::parse(query).unwrap_or_else(|error| panic!("{error}"));
        query.matches(&corpus.artifacts()[0], corpus.config())
    }

    #[test]
    fn conditions_that_hold() {
        for query in [
            "review_by<2027-01-01",
            "review_by <= 2026-12-31",
            "review_by>=2026-12-31 and level>8.5",
            "level<10",
            "level=9.0",
            "status=effective and owner=ROLE-ciso",
            "status=draft or status=effective",
            "status=draft and id=x or kind=policy",
            "title~'MAJOR inc'",
            "title=\"Major incidents\"",
            "tags=hr",
            "tags != fin",
            "governed_by=POL-2",
            "links.governed_by=POL-0",
            "advisory.score>7",
            "tags",
            "!empty",
            "!missing",
            "missing!=x",
            "path~a.md AND digest~sha256:",
            "status>draft",
            "version=1.10",
        ] {
            assert!(holds(query), "{query}");
        }
    }

    #[test]
    fn conditions_that_do_not_hold() {
        for query in [
            "review_by<2026-12-31",
            "level>10",
            "tags!=hr",
            "empty",
            "!tags",
            "title<2027-01-01",
            "title<5",
            "missing<5",
            "status=draft or id=x and kind=policy",
            "version=1.1",
            "status=Effective",
        ] {
            assert!(!holds(query), "{query}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let error =
            |text: &str| Query::parse(text).map_err(|error| (error.position, error.problem));
        assert_eq!(error(""), Err((1, QueryProblem::Field)));
        assert_eq!(error("status="), Err((8, QueryProblem::Value)));
        assert_eq!(error("größe='x"), Err((7, QueryProblem::Unclosed)));
        assert_eq!(
            error("title=major incident"),
            Err((13, QueryProblem::Joint))
        );
        assert_eq!(error("a=b and "), Err((9, QueryProblem::Field)));
        assert_eq!(error("a=b and =c"), Err((9, QueryProblem::Field)));
        assert_eq!(
            Query::parse("a b").unwrap_err().to_string(),
            "`a b` is not understood at character 3: expected `and` or `or`; a value with blanks needs quotes"
        );
    }

    #[test]
    fn columns_are_what_lists_show() {
        let corpus = corpus();
        let column = |name| column(&corpus.artifacts()[0], corpus.config(), name);
        assert_eq!(column("id").as_deref(), Some("POL-1"));
        assert_eq!(column("owner").as_deref(), Some("ROLE-ciso"));
        assert_eq!(column("tags").as_deref(), Some("it, hr"));
        assert_eq!(column("governed_by").as_deref(), Some("POL-0, POL-2"));
        assert_eq!(column("review_by").as_deref(), Some("2026-12-31"));
        assert_eq!(column("advisory.score").as_deref(), Some("7.5"));
        assert_eq!(column("digest").map(|digest| digest.len()), Some(71));
        assert_eq!(column("missing"), None);
        assert_eq!(column("summary"), None);
    }

    proptest! {
        #[test]
        fn no_condition_makes_it_panic(text in "(\\PC|[ =!<>~'\"]|and|or){0,40}") {
            if let Ok(query) = Query::parse(&text) {
                let corpus = corpus();
                query.matches(&corpus.artifacts()[0], corpus.config());
            }
        }
    }
}
