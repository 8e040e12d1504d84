//! Text from a repository or a plugin, made safe to show.

use std::fmt;

/// Untrusted text whose `Display` cannot drive a terminal or a build server, or mislead a reader.
///
/// Control characters (C0 but for tab and line feed, DEL, C1), bidirectional controls,
/// zero-width and other invisible characters are shown as `\u{…}`; see
/// [`is_invisible`] for the list. [`Untrusted::line`] escapes tab and line feed as well. So are
/// the marks that make a build server take a line of its log for a command: `::` at the start
/// of a line, and the bracket of `##[` and `##vso[`.
#[derive(Clone, Copy, Debug)]
pub struct Untrusted<'a> {
    text: &'a str,
    one_line: bool,
}

impl<'a> Untrusted<'a> {
    /// Shows `text`, keeping its line feeds and tabs.
    pub fn block(text: &'a str) -> Self {
        Self {
            text,
            one_line: false,
        }
    }

    /// Shows `text` on one line: line feeds and tabs are escaped too.
    pub fn line(text: &'a str) -> Self {
        Self {
            text,
            one_line: true,
        }
    }
}

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.bytes().all(is_plain) {
            return f.write_str(self.text);
        }
        let mut clean_from = 0;
        let mut line_is_blank = true;
        for (at, ch) in self.text.char_indices() {
            let allowed = !self.one_line && (ch == '\n' || ch == '\t');
            let hidden = !allowed && (ch.is_control() || is_invisible(ch));
            let command = match ch {
                ':' => line_is_blank && self.text[at..].starts_with("::"),
                '[' => self.text[..at].ends_with("##") || self.text[..at].ends_with("##vso"),
                _ => false,
            };
            line_is_blank = ch == '\n' || (line_is_blank && ch.is_whitespace());
            if !hidden && !command {
                continue;
            }
            f.write_str(&self.text[clean_from..at])?;
            match ch {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                _ => write!(f, "\\u{{{:x}}}", ch as u32)?,
            }
            clean_from = at + ch.len_utf8();
        }
        f.write_str(&self.text[clean_from..])
    }
}

/// Whether this byte is a visible ASCII character, or a blank, that begins no command.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b':' && byte != b'['
}

/// Whether a reader cannot see `ch` though it may change what the text means or how it is
/// shown: bidirectional controls, zero-width and format characters, tag characters, line and
/// paragraph separators.
///
/// The list follows Unicode's `Bidi_Control` and the invisible members of general category Cf,
/// with the separators U+2028 and U+2029. A soft hyphen (U+00AD) counts: it hides in words.
pub fn is_invisible(ch: char) -> bool {
    matches!(ch,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `ch` changes the direction text is shown in (Unicode `Bidi_Control`).
pub fn is_bidi_control(ch: char) -> bool {
    matches!(ch, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_drives_a_terminal_and_keeps_the_rest() {
        assert_eq!(
            Untrusted::line("a\u{1b}[31mb\nc").to_string(),
            "a\\u{1b}[31mb\\nc"
        );
        assert_eq!(Untrusted::block("Größe\n\tx").to_string(), "Größe\n\tx");
        assert_eq!(
            Untrusted::block("a\u{202e}b\u{9b}").to_string(),
            "a\\u{202e}b\\u{9b}"
        );
    }

    #[test]
    fn a_build_server_finds_no_command_in_it() {
        assert_eq!(
            Untrusted::block("a::b\n ::set-env x::y\n## [x]").to_string(),
            "a::b\n \\u{3a}:set-env x::y\n## [x]"
        );
        assert_eq!(
            Untrusted::line("::error::x").to_string(),
            "\\u{3a}:error::x"
        );
        assert_eq!(
            Untrusted::line("x ##[add-path]y ##vso[task.x]").to_string(),
            "x ##\\u{5b}add-path]y ##vso\\u{5b}task.x]"
        );
    }
}
