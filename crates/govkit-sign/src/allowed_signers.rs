//! The list of allowed signers, in OpenSSH's own format (`ssh-keygen(1)`, ALLOWED SIGNERS).
//!
//! A line is `NAMES [OPTIONS] KEY`. What would let somebody sign as anybody is refused, though
//! OpenSSH takes it: patterns for names, certificate authorities, one key for two people.

use std::collections::HashMap;

use govkit_core::time::Moment;
use govkit_core::untrusted::Untrusted;
use jiff::civil::DateTime;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey};

/// Bytes a list may have.
const MAX_BYTES: usize = 1 << 20;

/// Bits an RSA key needs.
const RSA_BITS: usize = 2048;

/// A line that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub message: String,
}

/// Whose keys may sign.
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    pub(crate) entries: Vec<Entry>,
    /// The lines that do not count.
    pub problems: Vec<LineProblem>,
}

/// One line that counts.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    /// The person: the first name of the line.
    pub(crate) person: String,
    pub(crate) namespaces: Option<Vec<String>>,
    pub(crate) after: Option<Moment>,
    pub(crate) before: Option<Moment>,
    pub(crate) key: KeyData,
}

impl Entry {
    /// When the key is valid, in words.
    pub(crate) fn window(&self) -> String {
        match (self.after, self.before) {
            (Some(after), Some(before)) => format!("it is valid from {after} until {before}"),
            (Some(after), None) => format!("it is valid from {after} on"),
            (None, Some(before)) => format!("it was valid until {before}"),
            (None, None) => "it is always valid".to_owned(),
        }
    }

    /// Whether the key is valid at a moment; OpenSSH counts the last one in.
    pub(crate) fn is_valid_at(&self, at: Moment) -> bool {
        self.after.is_none_or(|after| at >= after) && self.before.is_none_or(|before| at <= before)
    }
}

impl AllowedSigners {
    /// Reads a list; a line that cannot count is left out and said.
    pub fn parse(text: &str) -> Self {
        let mut list = Self::default();
        if text.len() > MAX_BYTES {
            list.problems.push(LineProblem {
                line: 1,
                message: format!("the list has {} bytes, more than {MAX_BYTES}", text.len()),
            });
            return list;
        }
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match read(line, number) {
                Ok(entry) => list.entries.push(entry),
                Err(message) => list.problems.push(LineProblem {
                    line: number,
                    message,
                }),
            }
        }
        list.refuse_shared_keys();
        list
    }

    /// Returns the people of the list, each once, in its order.
    pub fn people(&self) -> Vec<&str> {
        let mut people: Vec<&str> = Vec::new();
        for entry in &self.entries {
            if !people.contains(&entry.person.as_str()) {
                people.push(&entry.person);
            }
        }
        people
    }

    /// Returns whose key this is: its text as in a `.pub` file.
    pub fn person_of(&self, public: &str) -> Option<&str> {
        let key = PublicKey::from_openssh(public.trim()).ok()?;
        let found = self
            .entries
            .iter()
            .find(|entry| entry.key == *key.key_data());
        found.map(|entry| entry.person.as_str())
    }

    /// A key that two people have is nobody's.
    fn refuse_shared_keys(&mut self) {
        let mut owners: HashMap<String, (String, usize)> = HashMap::new();
        let mut shared: HashMap<String, String> = HashMap::new();
        for entry in &self.entries {
            let print = fingerprint(&entry.key);
            let (owner, line) = owners
                .entry(print.clone())
                .or_insert_with(|| (entry.person.clone(), entry.line));
            if *owner != entry.person {
                let message = format!(
                    "the key {print} belongs to `{}` in line {line} and to `{}` in line {}",
                    Untrusted::line(owner),
                    Untrusted::line(&entry.person),
                    entry.line
                );
                shared.insert(print, message);
            }
        }
        let problems = &mut self.problems;
        self.entries.retain(|entry| {
            let message = shared.get(&fingerprint(&entry.key));
            if let Some(message) = message {
                problems.push(LineProblem {
                    line: entry.line,
                    message: message.clone(),
                });
            }
            message.is_none()
        });
        self.problems.sort_by_key(|problem| problem.line);
    }
}

/// Returns the fingerprint of a key, as `ssh-keygen -l` prints it.
pub(crate) fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

fn read(line: &str, number: usize) -> Result<Entry, String> {
    let (names, rest) = word(line)?;
    let person = person(&names)?;
    let mut entry_options = Options::default();
    let mut rest = rest.trim_start();
    // What is no key is an option list; OpenSSH tells them apart the same way.
    let first = rest.split([' ', '\t']).next().unwrap_or_default();
    if !is_key_type(first) {
        let (options, after) = word(rest)?;
        entry_options = self::options(&options)?;
        rest = after.trim_start();
    }
    let key = PublicKey::from_openssh(rest)
        .map_err(|error| format!("its key cannot be read: {error}"))?;
    let key = key.key_data().clone();
    if let Some(why) = weak(&key) {
        return Err(why);
    }
    Ok(Entry {
        line: number,
        person,
        namespaces: entry_options.namespaces,
        after: entry_options.after,
        before: entry_options.before,
        key,
    })
}

fn is_key_type(word: &str) -> bool {
    word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-") || word.starts_with("sk-")
}

/// Returns why a key is too weak to decide anything.
pub(crate) fn weak(key: &KeyData) -> Option<String> {
    match key.algorithm() {
        Algorithm::Dsa => Some("DSA keys are too weak to sign with".to_owned()),
        Algorithm::Rsa { .. } => {
            let bits = key
                .rsa()
                .and_then(|key| key.n.as_positive_bytes())
                .map_or(0, |bytes| bytes.len() * 8);
            (bits < RSA_BITS).then(|| format!("an RSA key of {bits} bits is too weak to sign with"))
        }
        _ => None,
    }
}

/// Splits off the first word; blanks in quotes belong to it.
fn word(text: &str) -> Result<(String, &str), String> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, ch) in text.char_indices() {
        match ch {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => return Ok((text[..at].to_owned(), &text[at..])),
            _ => {}
        }
    }
    match quoted {
        true => Err("a quote is not closed".to_owned()),
        false => Err("a key is missing".to_owned()),
    }
}

/// The first of the names; a pattern is refused.
fn person(names: &str) -> Result<String, String> {
    let names = names.trim_matches('"');
    let odd = |name: &&str| name.is_empty() || name.contains(['*', '?', '!', '"']);
    let list: Vec<&str> = names.split(',').collect();
    if let Some(odd) = list.iter().find(|name| odd(name)) {
        return Err(format!(
            "`{}` is a pattern and names nobody; write the names out",
            Untrusted::line(odd)
        ));
    }
    Ok(list[0].to_owned())
}

#[derive(Default)]
struct Options {
    namespaces: Option<Vec<String>>,
    after: Option<Moment>,
    before: Option<Moment>,
}

fn options(text: &str) -> Result<Options, String> {
    let mut options = Options::default();
    for option in split_options(text) {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, value.trim_matches('"')),
            None => (option.as_str(), ""),
        };
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => {
                let list: Vec<String> = value.split(',').map(str::to_owned).collect();
                if list
                    .iter()
                    .any(|one| one.is_empty() || one.contains(['*', '?', '!']))
                {
                    return Err(format!(
                        "namespaces=\"{}\" is a pattern; write the names out",
                        Untrusted::line(value)
                    ));
                }
                options.namespaces = Some(list);
            }
            "valid-after" => options.after = Some(time(value)?),
            "valid-before" => options.before = Some(time(value)?),
            "cert-authority" => {
                return Err(
                    "`cert-authority` lets others make signers; list the keys themselves"
                        .to_owned(),
                );
            }
            _ => return Err(format!("there is no option `{}`", Untrusted::line(name))),
        }
    }
    Ok(options)
}

fn split_options(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for ch in text.chars() {
        match ch {
            ',' if !quoted => out.push(String::new()),
            _ => {
                quoted ^= ch == '"';
                if let Some(last) = out.last_mut() {
                    last.push(ch);
                }
            }
        }
    }
    out
}

/// Reads `YYYYMMDD[HHMM[SS]][Z]`. Where OpenSSH would take the machine's own time zone, UTC is
/// taken, so that the answer is the same everywhere.
fn time(text: &str) -> Result<Moment, String> {
    let wrong = || {
        format!(
            "`{}` is no time; write `20261231` or `20261231235959Z`",
            Untrusted::line(text)
        )
    };
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let padded = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        14 => digits.to_owned(),
        _ => return Err(wrong()),
    };
    let read = DateTime::strptime("%Y%m%d%H%M%S", &padded).map_err(|_| wrong())?;
    let zoned = read
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_err(|_| wrong())?;
    Ok(Moment(zoned.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADA: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const BOB: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJb8KTyKQIVLvBWIU0iCZbzoDTdIM4BhKAMZzmLGdvY8";

    fn problems(text: &str) -> Vec<String> {
        let list = AllowedSigners::parse(text);
        list.problems
            .into_iter()
            .map(|one| format!("{}: {}", one.line, one.message))
            .collect()
    }

    #[test]
    fn a_line_is_read_as_openssh_reads_it() {
        let text = format!(
            "# signers\n\nada@example.org,ada@home namespaces=\"git,approval@govkit\",valid-after=\"20260101\",valid-before=20270101120000Z {ADA} Ada's laptop\nbob@example.org {BOB}\r\n"
        );
        let list = AllowedSigners::parse(&text);
        assert_eq!(list.problems, []);
        assert_eq!(list.people(), ["ada@example.org", "bob@example.org"]);
        let ada = &list.entries[0];
        assert_eq!(
            ada.namespaces.as_deref(),
            Some(&["git".to_owned(), "approval@govkit".to_owned()][..])
        );
        assert_eq!(ada.after.unwrap().to_string(), "2026-01-01");
        assert!(ada.is_valid_at(Moment::parse("2026-06-01").unwrap()));
        assert!(!ada.is_valid_at(Moment::parse("2025-12-31").unwrap()));
        assert!(!ada.is_valid_at(Moment::parse("2027-01-02").unwrap()));
        assert_eq!(list.person_of(BOB), Some("bob@example.org"));
    }

    #[test]
    fn what_would_let_anybody_sign_is_left_out() {
        let lines = [
            format!("* {ADA}"),
            format!("*@example.org {ADA}"),
            format!("!eve,ada {ADA}"),
            format!("ada namespaces=\"*\" {ADA}"),
            format!("ada cert-authority {ADA}"),
            format!("ada valid-before=tomorrow {ADA}"),
            format!("ada no-touch-required {ADA}"),
            "ada ssh-ed25519 AAAA".to_owned(),
            "ada".to_owned(),
            format!("ada namespaces=\"git {ADA}"),
        ];
        for line in &lines {
            let list = AllowedSigners::parse(line);
            assert!(list.entries.is_empty(), "{line}");
            assert_eq!(list.problems.len(), 1, "{line}");
        }
        // One bad line costs itself alone.
        let list = AllowedSigners::parse(&format!("* {ADA}\nbob {BOB}\n"));
        assert_eq!(list.people(), ["bob"]);
    }

    #[test]
    fn a_key_two_people_have_is_nobodys() {
        let found = problems(&format!("ada {ADA}\nbob {ADA}\nada {BOB}\n"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("belongs to `ada` in line 1 and to `bob` in line 2"),
            "{found:?}"
        );
        // Two keys of one person, and one key in two windows, are fine.
        assert!(
            problems(&format!(
                "ada {ADA}\nada {BOB}\nada valid-before=20250101 {ADA}\n"
            ))
            .is_empty()
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}") {
            let _ = AllowedSigners::parse(&text);
        }

        #[test]
        fn every_line_counts_or_is_said(lines in proptest::collection::vec("[a-z*!,\" =#-]{0,30}", 0..20)) {
            let list = AllowedSigners::parse(&lines.join("\n"));
            let said = lines.iter().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')).count();
            prop_assert_eq!(list.entries.len() + list.problems.len(), said);
        }
    }
}
