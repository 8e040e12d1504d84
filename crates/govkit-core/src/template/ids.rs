//! Ids for new artifacts: the one asked for, the next number, or a random one.

use std::collections::BTreeSet;

use super::NewError;
use crate::config::Kind;

/// Base 32 in lower case without the letters people take for digits or for one another
/// (Crockford's alphabet).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// How often a random id may be taken before the hole counts as full.
const ATTEMPTS: usize = 100;

/// The widest hole.
const WIDEST: usize = 64;

/// A rule for new ids, read: text, a hole, text.
struct Rule<'a> {
    before: &'a str,
    hole: Hole,
    after: &'a str,
}

#[derive(Clone, Copy)]
enum Hole {
    /// The next number, padded with zeros to this many digits.
    Number(usize),
    /// This many random characters.
    Random(usize),
}

/// Returns the id of a new artifact, checked against the kind's pattern and the ids in use.
pub(super) fn choose(
    kind: &Kind,
    taken: &BTreeSet<String>,
    wanted: Option<&str>,
    random: &mut dyn FnMut() -> u32,
) -> Result<String, NewError> {
    let id = match wanted.map(str::trim) {
        // Somebody who types `20` for a kind of `EIP-{}` means `EIP-20`.
        Some(id) if kind.id.raw(id) == id => kind.id.shaped(id),
        Some(id) => id.to_owned(),
        None => make(kind, taken, random)?,
    };
    if let Some(pattern) = kind
        .id
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.is_match(&id))
    {
        let written = pattern.as_str();
        let inner = written
            .strip_prefix("^(?:")
            .and_then(|text| text.strip_suffix(")$"));
        return Err(NewError::Pattern {
            kind: kind.name.clone(),
            id,
            pattern: inner.unwrap_or(written).to_owned(),
        });
    }
    if taken.contains(&id) {
        return Err(NewError::Taken { id });
    }
    Ok(id)
}

fn make(
    kind: &Kind,
    taken: &BTreeSet<String>,
    random: &mut dyn FnMut() -> u32,
) -> Result<String, NewError> {
    let Some(written) = kind.id.new.as_deref() else {
        return Err(NewError::NoIdRule {
            kind: kind.name.clone(),
        });
    };
    let exhausted = || NewError::Exhausted {
        kind: kind.name.clone(),
        rule: written.to_owned(),
    };
    let rule = read(written).ok_or_else(|| NewError::BadIdRule {
        kind: kind.name.clone(),
        rule: written.to_owned(),
    })?;
    let with = |inside: &str| format!("{}{inside}{}", rule.before, rule.after);
    match rule.hole {
        Hole::Number(width) => {
            let numbers = taken.iter().filter_map(|id| number_in(id, &rule));
            let next = numbers
                .max()
                .unwrap_or(0)
                .checked_add(1)
                .ok_or_else(exhausted)?;
            Ok(with(&format!("{next:0width$}")))
        }
        Hole::Random(width) => {
            let mut one = || {
                let inside = (0..width).map(|_| char::from(ALPHABET[(random() >> 27) as usize]));
                with(&inside.collect::<String>())
            };
            let mut tries = (0..ATTEMPTS).map(|_| one());
            tries.find(|id| !taken.contains(id)).ok_or_else(exhausted)
        }
    }
}

fn read(written: &str) -> Option<Rule<'_>> {
    let (before, rest) = written.split_once('{')?;
    let (hole, after) = rest.split_once('}')?;
    let (name, width) = hole.split_once(':').unwrap_or((hole, "1"));
    let width: usize = width
        .parse()
        .ok()
        .filter(|width| (1..=WIDEST).contains(width))?;
    let hole = match name {
        "number" => Hole::Number(width),
        "random" => Hole::Random(width),
        _ => return None,
    };
    (!after.contains('{')).then_some(Rule {
        before,
        hole,
        after,
    })
}

/// The number an id has where the rule has its hole.
fn number_in(id: &str, rule: &Rule<'_>) -> Option<u64> {
    let inside = id.strip_prefix(rule.before)?.strip_suffix(rule.after)?;
    let digits = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| inside.parse().ok())?
}
