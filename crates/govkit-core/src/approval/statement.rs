//! What a person signs: one text in one form, so that the same statement is always the same bytes.

use std::fmt;

use jiff::civil::Date;

/// The first line of every statement.
const FORMAT: &str = "govkit.approval/1";

/// Bytes a statement may have.
const MAX_BYTES: usize = 16 << 10;

/// Characters of a SHA-256 in hexadecimal.
const SHA256: usize = 64;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Agrees to the content.
    Approve,
    /// Lets the content count without the approvals it needs; has a reason.
    Override,
    /// Takes an earlier statement back; has a reason.
    Revoke,
    /// Says that the content was read again and still holds.
    Reviewed,
    /// Says that the content was read and understood.
    Acknowledged,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Approve,
        Self::Override,
        Self::Revoke,
        Self::Reviewed,
        Self::Acknowledged,
    ];

    /// Returns the word in a statement.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Override => "override",
            Self::Revoke => "revoke",
            Self::Reviewed => "reviewed",
            Self::Acknowledged => "acknowledged",
        }
    }

    fn needs_reason(self) -> bool {
        matches!(self, Self::Override | Self::Revoke)
    }

    fn needs_role(self) -> bool {
        matches!(self, Self::Approve | Self::Override)
    }
}

/// A statement about one version of one artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The repository, by the random id in its configuration.
    pub repository: String,
    /// The artifact's id; of a file that is no artifact, its path.
    pub artifact: String,
    /// Git's name of the version's bytes.
    pub version: String,
    /// SHA-256 of the version's bytes in hexadecimal.
    pub sha256: String,
    /// What is said of it.
    pub action: Action,
    /// In which role, where one is needed.
    pub role: Option<String>,
    /// Who says so: a name in the list of signers.
    pub signer: String,
    /// SHA-256 of the rules that were in force for the signer.
    pub policy: String,
    /// SHA-256 of the statements about this artifact that were the newest then, sorted.
    pub previous: Vec<String>,
    /// The day, as the signer says.
    pub stated: Date,
    /// The statement that is taken back.
    pub revokes: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Why a text is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// More bytes than any statement has.
    #[error("it has {0} bytes, more than a statement may have")]
    TooBig(usize),
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// Another format, or a later version of it.
    #[error("its first line is not `{FORMAT}`")]
    Format,
    /// A line is wrong.
    #[error("line {line}: {message}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It says something, but not in the one form there is.
    #[error("it is not written in the one form a statement has")]
    Form,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT}")?;
        writeln!(f, "repository: {}", self.repository)?;
        writeln!(f, "artifact: {}", self.artifact)?;
        writeln!(f, "version: {}", self.version)?;
        writeln!(f, "sha256: {}", self.sha256)?;
        writeln!(f, "action: {}", self.action.name())?;
        if let Some(role) = &self.role {
            writeln!(f, "role: {role}")?;
        }
        writeln!(f, "signer: {}", self.signer)?;
        writeln!(f, "policy: {}", self.policy)?;
        for previous in &self.previous {
            writeln!(f, "previous: {previous}")?;
        }
        writeln!(f, "stated: {}", self.stated)?;
        if let Some(revokes) = &self.revokes {
            writeln!(f, "revokes: {revokes}")?;
        }
        if let Some(reason) = &self.reason {
            writeln!(f, "reason: {reason}")?;
        }
        Ok(())
    }
}

impl Statement {
    /// Reads a statement. One that differs in anything from what [`Statement`] prints, a blank or
    /// the order of two lines, is refused: two texts must never mean the same.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        if bytes.len() > MAX_BYTES {
            return Err(StatementError::TooBig(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| StatementError::NotUtf8)?;
        let mut lines = Lines {
            rest: text.split_inclusive('\n').peekable(),
            line: 1,
        };
        if lines.rest.next() != Some("govkit.approval/1\n") {
            return Err(StatementError::Format);
        }
        let statement = Self {
            repository: lines.needed("repository")?,
            artifact: lines.needed("artifact")?,
            version: lines
                .needed("version")
                .and_then(|text| hex(&lines, text, None))?,
            sha256: lines.sha256("sha256")?,
            action: lines.action()?,
            role: lines.maybe("role"),
            signer: lines.needed("signer")?,
            policy: lines.sha256("policy")?,
            previous: lines.previous()?,
            stated: lines.date("stated")?,
            revokes: lines.maybe("revokes"),
            reason: lines.maybe("reason"),
        };
        if let Some(rest) = lines.rest.next() {
            let message = format!("`{}` does not belong there", one_line(rest));
            return Err(lines.wrong(message));
        }
        statement.complete(&lines)?;
        match statement.to_string() == text {
            true => Ok(statement),
            false => Err(StatementError::Form),
        }
    }

    fn complete(&self, lines: &Lines<'_>) -> Result<(), StatementError> {
        let missing = |what: &str| lines.wrong(format!("`{}` needs a {what}", self.action.name()));
        if self.action.needs_reason() && self.reason.is_none() {
            return Err(missing("reason"));
        }
        if self.action.needs_role() && self.role.is_none() {
            return Err(missing("role"));
        }
        if (self.action == Action::Revoke) != self.revokes.is_some() {
            return Err(missing("`revokes` exactly where something is taken back"));
        }
        let sorted = self.previous.windows(2).all(|two| two[0] < two[1]);
        match sorted {
            true => Ok(()),
            false => Err(lines.wrong("the previous statements are not sorted".to_owned())),
        }
    }

    /// Returns the SHA-256 of the statement's text, its name.
    pub fn name(&self) -> String {
        super::sha256(self.to_string().as_bytes())
    }
}

/// Whether a text can stand in a statement: one line, nothing at its edges that cannot be seen.
pub fn is_statable(text: &str) -> bool {
    let plain = |ch: char| !ch.is_control() && !crate::untrusted::is_invisible(ch);
    !text.is_empty() && text.trim() == text && text.chars().all(plain)
}

fn one_line(text: &str) -> String {
    crate::untrusted::Untrusted::line(text.trim_end()).to_string()
}

fn hex(lines: &Lines<'_>, text: String, digits: Option<usize>) -> Result<String, StatementError> {
    let is_hex = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    match is_hex && digits.is_none_or(|digits| text.len() == digits) && text.len() >= 40 {
        true => Ok(text),
        false => Err(lines.wrong(format!("`{}` is no digest", one_line(&text)))),
    }
}

/// The lines of a statement that are still to be read.
struct Lines<'t> {
    rest: std::iter::Peekable<std::str::SplitInclusive<'t, char>>,
    line: usize,
}

impl Lines<'_> {
    fn wrong(&self, message: String) -> StatementError {
        StatementError::Line {
            line: self.line,
            message,
        }
    }

    fn maybe(&mut self, key: &str) -> Option<String> {
        let line = self.rest.peek()?;
        let value = line.strip_prefix(key)?.strip_prefix(": ")?;
        let value = value.strip_suffix('\n')?;
        if !is_statable(value) {
            return None;
        }
        let value = value.to_owned();
        self.rest.next();
        self.line += 1;
        Some(value)
    }

    fn needed(&mut self, key: &str) -> Result<String, StatementError> {
        match self.maybe(key) {
            Some(value) => Ok(value),
            None => {
                self.line += 1;
                Err(self.wrong(format!("`{key}: …` belongs there")))
            }
        }
    }

    fn sha256(&mut self, key: &str) -> Result<String, StatementError> {
        let text = self.needed(key)?;
        hex(self, text, Some(SHA256))
    }

    fn action(&mut self) -> Result<Action, StatementError> {
        let word = self.needed("action")?;
        let found = Action::ALL.into_iter().find(|action| action.name() == word);
        found.ok_or_else(|| self.wrong(format!("no action is called `{}`", one_line(&word))))
    }

    fn previous(&mut self) -> Result<Vec<String>, StatementError> {
        let mut previous = Vec::new();
        while let Some(digest) = self.maybe("previous") {
            previous.push(hex(self, digest, Some(SHA256))?);
        }
        Ok(previous)
    }

    fn date(&mut self, key: &str) -> Result<Date, StatementError> {
        let text = self.needed(key)?;
        text.parse()
            .map_err(|_| self.wrong(format!("`{}` is no day", one_line(&text))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statement() -> Statement {
        Statement {
            repository: "1f2e".into(),
            artifact: "POL-014".into(),
            version: "a".repeat(40),
            sha256: "b".repeat(64),
            action: Action::Approve,
            role: Some("ROLE-ciso".into()),
            signer: "ada@example.org".into(),
            policy: "c".repeat(64),
            previous: vec!["d".repeat(64), "e".repeat(64)],
            stated: jiff::civil::date(2026, 12, 1),
            revokes: None,
            reason: None,
        }
    }

    #[test]
    fn a_statement_is_read_as_it_was_written() {
        let revoked = Statement {
            action: Action::Revoke,
            role: None,
            revokes: Some("f".repeat(64)),
            reason: Some("signed the wrong text".into()),
            previous: Vec::new(),
            ..statement()
        };
        for statement in [statement(), revoked] {
            let text = statement.to_string();
            assert_eq!(Statement::parse(text.as_bytes()), Ok(statement));
        }
    }

    #[test]
    fn another_form_of_the_same_is_refused() {
        let good = statement().to_string();
        let changed = [
            good.replace("govkit.approval/1", "govkit.approval/2"),
            good.replace("role: ", "role:  "),
            good.replace("role: ROLE-ciso\n", "role: ROLE-ciso\nrole: ROLE-dpo\n"),
            good.replace("role: ROLE-ciso\n", ""),
            good.replace("stated: 2026-12-01", "stated: 20261201"),
            good.replace("action: approve", "action: reject"),
            good.replace("action: approve", "action: override"),
            good.replace("action: approve", "action: revoke"),
            good.replace(&"b".repeat(64), &"B".repeat(64)),
            good.replace(&"b".repeat(64), &"b".repeat(63)),
            good.replace('\n', "\r\n"),
            format!("{good}comment: agreed\n"),
            format!("{good}\n"),
            good.trim_end().to_owned(),
            good.replace(
                &format!(
                    "previous: {}\nprevious: {}\n",
                    "d".repeat(64),
                    "e".repeat(64)
                ),
                &format!(
                    "previous: {}\nprevious: {}\n",
                    "e".repeat(64),
                    "d".repeat(64)
                ),
            ),
        ];
        for text in changed {
            assert_ne!(text, good);
            assert!(Statement::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_refused_or_another_statement(at in 0usize..500, byte: u8) {
            let good = statement().to_string();
            let mut bytes = good.clone().into_bytes();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != byte);
            bytes[at] = byte;
            if let Ok(read) = Statement::parse(&bytes) {
                prop_assert_ne!(&read, &statement());
                prop_assert_eq!(read.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(bytes: Vec<u8>) {
            let _ = Statement::parse(&bytes);
        }
    }
}
