//! The little language of `--where`, and the columns of `--fields`.
//!
//! ```text
//! review_by<2027-01-01 and status=effective or title~'major incident'
//! ```
//!
//! A condition is `field OP value` with `=`, `!=`, `<`, `<=`, `>`, `>=` or `~` (contains, without
//! case), `field` alone (it has a value) or `!field` (it has none). Conditions are joined by `and`
//! and `or`; `and` binds tighter. A value with blanks stands in quotes.

mod columns;
mod parse;

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use crate::artifact::Artifact;
use crate::config::Config;
use crate::value::calendar_date;

pub use columns::column;

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

impl Query {
    /// Reads a condition.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::query(text)
    }

    /// Whether the condition holds for an artifact.
    ///
    /// A list matches if one of its items does; `!=` is the opposite of `=`, so it also holds
    /// where there is no value. Dates compare with dates, numbers with numbers, text with text.
    pub fn matches(&self, artifact: &Artifact, config: &Config) -> bool {
        let holds = |condition: &Condition| {
            let items = columns::items(artifact, config, &condition.field);
            condition.test.holds(&items)
        };
        self.any.iter().any(|all| all.iter().all(holds))
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
