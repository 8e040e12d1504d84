//! Why a configuration is refused, and where in it the reason stands.

use crate::position::Position;

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{}:{}:{}: {message}", file, position.line, position.column)]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// What the parser says.
        message: String,
    },
    /// No built-in profile has this name.
    #[error("{}:{}:{}: no profile is called `{name}` (there is: {known})", file, position.line, position.column)]
    UnknownProfile {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A table outside the kinds says what cannot be.
    #[error("{}:{}:{}: {message}", file, position.line, position.column)]
    Table {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A kind contradicts itself or names what does not exist.
    #[error("{}:{}:{}: kind `{kind}`: {message}", file, position.line, position.column)]
    Kind {
        /// The file as the user named it.
        file: String,
        /// Where in it: the value the message quotes, else the kind.
        position: Position,
        /// The kind.
        kind: String,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl ConfigError {
    /// Makes the error of a kind, without its place.
    pub(super) fn in_kind(file: &str, kind: &str, message: String) -> Self {
        Self::Kind {
            file: file.to_owned(),
            position: Position::default(),
            kind: kind.to_owned(),
            message,
        }
    }

    /// Finds the place of an error about a kind: the key or value it quotes, as the user wrote it
    /// below the kind's header; the header itself where the value comes from elsewhere.
    pub(super) fn placed_in(mut self, text: &str) -> Self {
        if let Self::Kind {
            position,
            kind,
            message,
            ..
        } = &mut self
        {
            let header = text.find(&format!("[kinds.{kind}")).unwrap_or(0);
            let quoted = message.split('`').nth(1);
            let place = quoted.and_then(|name| written(&text[header..], name));
            *position = Position::of(text, header + place.unwrap_or(0));
        }
        self
    }
}

/// Finds a name in TOML: quoted, or as a bare key at the start of a line.
fn written(text: &str, name: &str) -> Option<usize> {
    let quoted = |quote: char| text.find(&format!("{quote}{name}{quote}"));
    let bare = || {
        let mut lines = text.split_inclusive('\n');
        let mut start = 0;
        lines.find_map(|line| {
            let key = line.trim_start();
            let at = start + line.len() - key.len();
            start += line.len();
            let rest = key.strip_prefix(name)?.trim_start();
            rest.starts_with('=').then_some(at)
        })
    };
    quoted('"').or_else(|| quoted('\'')).or_else(bare)
}
