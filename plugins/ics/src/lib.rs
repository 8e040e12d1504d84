//! Ics: when something has to be read again, begins or ends, as a calendar.
//!
//! [`entries`] is the whole logic, a pure function; `govkit-calendar` writes, here and in `govkit due`.

mod plugin;

use std::collections::BTreeMap;

use govkit_calendar::{Entry, What};
use govkit_reader::Input;
use serde::Deserialize;
use serde_json::Value;

/// What is put into the calendar.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The day by which a text is read again.
    Review,
    /// The last day.
    Expiry,
    /// The first day.
    Effective,
}

impl Event {
    /// The field its day stands in.
    const fn field(self) -> &'static str {
        match self {
            Self::Review => "review_by",
            Self::Expiry => "expires",
            Self::Effective => "effective",
        }
    }

    const fn what(self) -> What {
        match self {
            Self::Review => What::Review,
            Self::Expiry => What::Expiry,
            Self::Effective => What::Effective,
        }
    }
}

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The calendar's name.
    pub name: String,
    /// What is put in.
    pub events: Vec<Event>,
    /// By kind, the statuses in which its dates count.
    pub in_force: BTreeMap<String, Vec<String>>,
    /// Whether an event says when its artifact was last changed.
    pub history: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "Reviews".to_owned(),
            events: vec![Event::Review, Event::Expiry, Event::Effective],
            in_force: BTreeMap::new(),
            history: true,
        }
    }
}

/// The statuses in force in the profile `itsm`; a test holds them against it.
const IN_FORCE: [(&str, &[&str]); 11] = [
    ("policy", &["effective"]),
    ("process", &["effective"]),
    ("procedure", &["effective"]),
    ("role", &["active"]),
    ("group", &["active"]),
    ("service", &["live", "retiring"]),
    ("control", &["effective"]),
    ("risk", &["open", "treated", "accepted"]),
    ("exception", &["approved"]),
    ("term", &["effective"]),
    ("decision", &["accepted"]),
];

/// A text that has this status has its first day ahead.
const COMING: &str = "approved";

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.name.trim().is_empty() {
            return Err("`name` is empty; write the name of the calendar".to_owned());
        }
        if options.events.is_empty() {
            return Err("`events` is empty; write `review`, `expiry` or `effective`".to_owned());
        }
        Ok(options)
    }

    /// Whether the dates of an artifact count, as `govkit due` sees it.
    fn counts(&self, kind: &str, status: &str) -> bool {
        match self.in_force.get(kind) {
            Some(statuses) => statuses.is_empty() || statuses.iter().any(|one| one == status),
            None => {
                let known = IN_FORCE.iter().find(|(name, _)| *name == kind);
                known.is_none_or(|(_, statuses)| statuses.contains(&status))
            }
        }
    }
}

/// Returns what falls on which day, the soonest first. What is no day is left out.
pub fn entries(input: &[Input], options: &Options) -> Vec<Entry> {
    let mut entries = Vec::new();
    for item in input {
        for event in &options.events {
            let coming = *event == Event::Effective && item.status == COMING;
            if coming || options.counts(&item.kind, &item.status) {
                entries.extend(entry(item, *event));
            }
        }
    }
    entries
        .sort_by(|a, b| (a.day, &a.id, &a.field, &a.path).cmp(&(b.day, &b.id, &b.field, &b.path)));
    entries
}

fn entry(item: &Input, event: Event) -> Option<Entry> {
    let day = |field: &str| {
        let text = item.fields.get(field).and_then(Value::as_str);
        text.and_then(|text| text.parse::<jiff::civil::Date>().ok())
    };
    let first = || {
        // There is no clock to ask: the text is as old as it says, or older than anything.
        let first = day("effective").unwrap_or(jiff::civil::date(1970, 1, 1));
        format!("{first}T00:00:00Z")
    };
    Some(Entry {
        day: day(event.field())?,
        what: event.what(),
        id: item.id.clone(),
        field: event.field().to_owned(),
        title: item.title.clone(),
        owner: (!item.owner.is_empty()).then(|| item.owner.clone()),
        path: item.path.clone(),
        stamp: match item.changed.is_empty() {
            true => first(),
            false => item.changed.clone(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(id: &str, kind: &str, status: &str, days: &[(&str, &str)]) -> Input {
        let days = days.iter();
        Input {
            id: id.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            fields: days
                .map(|(name, day)| ((*name).to_owned(), Value::from(*day)))
                .collect(),
            ..Input::default()
        }
    }

    fn found(input: &[Input], json: &str) -> Vec<String> {
        let entries = entries(input, &Options::from_json(json).unwrap());
        let shown = entries
            .iter()
            .map(|one| format!("{} {} {:?}", one.day, one.id, one.what));
        shown.collect()
    }

    #[test]
    fn days_come_soonest_first_and_what_is_no_day_is_left_out() {
        let all = [
            input(
                "B",
                "policy",
                "effective",
                &[("review_by", "2027-01-01"), ("effective", "soon")],
            ),
            input("A", "exception", "approved", &[("expires", "2026-05-01")]),
        ];
        assert_eq!(
            found(&all, "{}"),
            ["2026-05-01 A Expiry", "2027-01-01 B Review"]
        );
        assert_eq!(
            found(&all, r#"{"events": ["review"]}"#),
            ["2027-01-01 B Review"]
        );
    }

    #[test]
    fn what_is_not_in_force_does_not_count_but_a_first_day_ahead_does() {
        let days = [("review_by", "2027-01-01"), ("effective", "2026-01-01")];
        let all = [
            input("A", "policy", "retired", &days),
            input("B", "policy", "approved", &days),
            input("C", "house rule", "anything", &days[..1]),
        ];
        assert_eq!(
            found(&all, "{}"),
            ["2026-01-01 B Effective", "2027-01-01 C Review"]
        );
        assert_eq!(
            found(
                &all,
                r#"{"in_force": {"policy": ["retired"], "house rule": ["x"]}}"#
            ),
            [
                "2026-01-01 A Effective",
                "2026-01-01 B Effective",
                "2027-01-01 A Review"
            ]
        );
    }

    #[test]
    fn without_a_history_a_text_is_as_old_as_its_first_day() {
        let all = [
            input(
                "A",
                "policy",
                "effective",
                &[("review_by", "2027-01-01"), ("effective", "2026-01-01")],
            ),
            input("B", "policy", "effective", &[("review_by", "2027-01-02")]),
        ];
        let stamps: Vec<String> = entries(&all, &Options::default())
            .into_iter()
            .map(|one| one.stamp)
            .collect();
        assert_eq!(
            stamps,
            [
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z",
                "1970-01-01T00:00:00Z"
            ]
        );
    }

    #[test]
    fn a_configuration_that_makes_no_sense_is_refused() {
        assert!(Options::from_json(r#"{"name": ""}"#).is_err());
        assert!(Options::from_json(r#"{"events": []}"#).is_err());
        assert!(Options::from_json(r#"{"alarm": true}"#).is_err());
    }
}
