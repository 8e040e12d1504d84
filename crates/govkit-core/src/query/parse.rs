//! From the text of a condition to its tests.

use super::{Condition, Query, QueryError, QueryProblem, Test};

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

/// Reads a condition.
pub(super) fn query(text: &str) -> Result<Query, QueryError> {
    let mut reader = Reader { text, at: 0 };
    let mut any = vec![vec![reader.condition()?]];
    loop {
        reader.blanks();
        if reader.rest().is_empty() {
            return Ok(Query { any });
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
