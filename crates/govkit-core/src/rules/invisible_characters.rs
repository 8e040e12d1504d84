//! # invisible-characters
//!
//! ## What it asks
//!
//! Is the whole file free of characters that nobody can see? These are characters that turn the
//! direction of writing, characters without width, and control characters. Left alone are a byte
//! order mark at the very start, joiners in emoji and in scripts that need them, and variation
//! selectors behind the characters they belong to.
//!
//! ## Why it matters
//!
//! They make a text read differently from what is stored. With a direction mark in it, a line can
//! show "is not allowed" while the file says something else, and people approve what they see.
//!
//! ## Example
//!
//! Wrong: between "may" and "not" stands U+202E, which turns the rest of the line around on the
//! screen.
//!
//! Right: the same sentence typed anew.
//!
//! ## What to do
//!
//! Delete the character. Most often it came with text copied from a web page or a chat. In an editor
//! that does not show it, delete the words around it and type them again.

use crate::artifact::Artifact;
use crate::finding::{Edit, Fix};
use crate::position::Span;
use crate::rule::{Context, Reporter, Rule};
use crate::untrusted::{is_bidi_control, is_invisible};

pub(super) struct InvisibleCharacters;

impl Rule for InvisibleCharacters {
    fn id(&self) -> &'static str {
        "invisible-characters"
    }

    fn summary(&self) -> &'static str {
        "a file has no characters that nobody can see"
    }

    fn source(&self) -> &'static str {
        include_str!("invisible_characters.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        _context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let text = &*artifact.text;
        let start = crate::front_matter::after_bom(text);
        let mut flag_end = None;
        for (at, byte) in text.bytes().enumerate().skip(start) {
            if !SUSPECT[usize::from(byte)] {
                continue;
            }
            let Some(ch) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                continue;
            };
            let end = at + ch.len_utf8();
            // Flags of regions are a black flag with tag characters behind it.
            if ch == '\u{1f3f4}' || (is_tag(ch) && flag_end == Some(at)) {
                flag_end = Some(end);
                continue;
            }
            let hidden = is_control(ch) || is_invisible(ch);
            if hidden && !belongs(ch, text[start..at].chars().next_back(), &text[end..]) {
                report_character(ch, at, artifact, report);
            }
        }
    }
}

/// The bytes a character that matters here can start with; nearly every byte of nearly every
/// file is passed over by this alone.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte, 0x09 | 0x0a | 0x0c | 0x0d);
        byte += 1;
    }
    let leads = [0x7f, 0xc2, 0xcd, 0xd8, 0xe1, 0xe2, 0xe3, 0xef, 0xf0, 0xf3];
    let mut at = 0;
    while at < leads.len() {
        table[leads[at]] = true;
        at += 1;
    }
    table
};

/// A control character that no text file needs; form feeds still separate pages in old ones.
fn is_control(ch: char) -> bool {
    ch.is_control() && !matches!(ch, '\n' | '\r' | '\t' | '\u{c}')
}

/// Whether an invisible character has its place between its neighbours.
fn belongs(ch: char, before: Option<char>, after: &str) -> bool {
    let Some(before) = before else { return false };
    match ch {
        // Variation selectors: which form of the character before.
        '\u{e0100}'..='\u{e01ef}' => is_ideograph(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        '\u{200c}' | '\u{200d}' => {
            let after = after.chars().next();
            let joins_emoji = ch == '\u{200d}' && is_emoji(before) && after.is_some_and(is_emoji);
            joins_emoji
                || (needs_joiners(before) && after.is_some_and(|after| !after.is_ascii_graphic()))
        }
        _ => false,
    }
}

fn is_tag(ch: char) -> bool {
    matches!(ch, '\u{e0020}'..='\u{e007f}')
}

fn is_ideograph(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_emoji(ch: char) -> bool {
    matches!(ch, '\u{fe0f}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}'
        | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Scripts whose spelling needs joiners and non-joiners: Arabic and its kin, the Indic ones.
fn needs_joiners(ch: char) -> bool {
    matches!(ch, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{18aa}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn report_character(ch: char, at: usize, artifact: &Artifact, report: &mut Reporter<'_>) {
    let span = Span::new(at, at + ch.len_utf8());
    let message = format!("the invisible character U+{:04X} ({})", ch as u32, name(ch));
    let fix = Fix {
        title: "delete the character".to_owned(),
        safe: false,
        edits: vec![Edit {
            path: artifact.path.clone(),
            start: span.start,
            end: span.end,
            replacement: String::new(),
        }],
    };
    report
        .at(artifact, span, message)
        .help("delete the character")
        .fix(fix);
}

fn name(ch: char) -> &'static str {
    match ch {
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "end of a change of direction",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "isolate",
        '\u{2069}' => "end of an isolate",
        '\u{feff}' => "byte order mark",
        '\u{1b}' => "escape",
        '\0' => "null",
        '\u{e0000}'..='\u{e007f}' => "tag character",
        ch if is_bidi_control(ch) => "direction mark",
        ch if ch.is_control() => "control character",
        _ => "no width",
    }
}
