//! `.govkit/revoked.toml`: keys that may no longer sign, and from when on.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::time::Moment;

/// Why a key may no longer sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// Its owner put it away: what it signed before still counts.
    Retired,
    /// Somebody else may have had it: what it signed from `since` on never counts.
    Compromised,
}

/// One key that may no longer sign.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Its fingerprint, as `ssh-keygen -l` prints it: `SHA256:…`.
    pub key: String,
    /// Why.
    pub why: Why,
    /// The first day on which somebody else may have had it; without it, always.
    #[serde(default, deserialize_with = "day")]
    pub since: Option<Date>,
    /// What happened.
    pub reason: String,
}

/// Keys that may no longer sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revocations(pub Vec<Revocation>);

/// Why the file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RevocationError(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    revoked: Vec<Revocation>,
}

/// A day, as TOML writes one or as text.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let text = match &value {
        toml::Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let day = text.parse();
    day.map(Some).map_err(|_| {
        D::Error::custom(format!(
            "`since = {text}` is no day; write `since = 2026-05-31`"
        ))
    })
}

impl Revocations {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, RevocationError> {
        let raw: RawFile = toml::from_str(text)
            .map_err(|error| RevocationError(error.message().trim().replace('\n', " ")))?;
        let odd = raw
            .revoked
            .iter()
            .find(|one| !one.key.starts_with("SHA256:"));
        if let Some(odd) = odd {
            let shown = crate::untrusted::Untrusted::line(&odd.key);
            let message = format!(
                "`{shown}` is no fingerprint; `ssh-keygen -l -f KEY.pub` prints `SHA256:…`"
            );
            return Err(RevocationError(message));
        }
        Ok(Self(raw.revoked))
    }

    /// Returns what takes away a signature of a key that became known at `known`; `retired_before`
    /// says whether the key was retired before that.
    pub fn against(
        &self,
        key: &str,
        known: Moment,
        retired_before: impl Fn(&Revocation) -> bool,
    ) -> Option<&Revocation> {
        let about = self.0.iter().filter(|one| one.key == key);
        let mut counting = about.filter(|one| match (one.why, one.since) {
            (Why::Retired, _) => retired_before(one),
            (Why::Compromised, None) => true,
            (Why::Compromised, Some(since)) => known >= Moment::of_date(since),
        });
        counting.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retired_and_compromised_differ() {
        let text = "
[[revoked]]
key = 'SHA256:old'
why = 'retired'
reason = 'new laptop'
[[revoked]]
key = 'SHA256:stolen'
why = 'compromised'
since = 2026-06-01
reason = 'laptop stolen'
[[revoked]]
key = 'SHA256:weak'
why = 'compromised'
reason = 'bad generator'
";
        let list = Revocations::parse(text).unwrap();
        let day = |month| Moment::of_date(jiff::civil::date(2026, month, 1));
        let taken =
            |key: &str, month, retired: bool| list.against(key, day(month), |_| retired).is_some();
        // key, month it became known, retired before that, taken away
        let table = [
            ("SHA256:old", 5, false, false),
            ("SHA256:old", 7, true, true),
            ("SHA256:stolen", 5, false, false),
            ("SHA256:stolen", 5, true, false),
            ("SHA256:stolen", 6, false, true),
            ("SHA256:stolen", 7, true, true),
            ("SHA256:weak", 5, false, true),
            ("SHA256:other", 5, true, false),
        ];
        for (key, month, retired, expected) in table {
            assert_eq!(
                taken(key, month, retired),
                expected,
                "{key} {month} {retired}"
            );
        }
    }

    #[test]
    fn a_list_with_anything_unknown_is_refused() {
        let texts = [
            "[[revoked]]\nkey = 'AAAA'\nwhy = 'retired'\nreason = 'x'\n",
            "[[revoked]]\nkey = 'SHA256:a'\nwhy = 'lost'\nreason = 'x'\n",
            "[[revoked]]\nkey = 'SHA256:a'\nwhy = 'retired'\n",
            "[[revoked]]\nkey = 'SHA256:a'\nwhy = 'retired'\nreason = 'x'\nuntil = 2027-01-01\n",
        ];
        for text in texts {
            assert!(Revocations::parse(text).is_err(), "{text}");
        }
        assert_eq!(Revocations::parse(""), Ok(Revocations::default()));
    }
}
