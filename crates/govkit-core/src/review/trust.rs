//! Changes of the files a review itself rests on: they are shown, and take effect once merged.

use std::collections::BTreeMap;

use super::acceptance::{ACCEPTED_FILE, Acceptances};
use crate::approval::{DIRECTORY as APPROVALS_DIRECTORY, REVOKED_FILE, SIGNERS_FILE};
use crate::config::{CONFIGURATION_KIND, FILE_NAME as CONFIG_FILE, Syntax};
use crate::diff::catalogue::TRUST_CHANGED;
use crate::diff::single::{Told, findings_of};
use crate::diff::{ChangeFinding, Place, Subject, field_changes};
use crate::front_matter::FrontMatter;
use crate::impact::REVIEWS_DIRECTORY;
use crate::limits::Limits;
use crate::lock::FILE_NAME as LOCK_FILE;
use crate::value::{Table, Value};

/// Keys of one file that are told one by one.
const MOST: usize = 40;

/// A file a review rests on, on both sides; text that is no UTF-8 is given lossily.
#[derive(Clone, Debug)]
pub struct TrustedFile {
    /// Its path.
    pub path: String,
    /// Its text before; absent where it is new.
    pub old: Option<String>,
    /// Its text after; absent where it is gone.
    pub new: Option<String>,
}

/// Whether a review rests on the file at this path.
pub fn is_trusted_file(path: &str) -> bool {
    let files = [
        CONFIG_FILE,
        LOCK_FILE,
        ACCEPTED_FILE,
        SIGNERS_FILE,
        REVOKED_FILE,
    ];
    files.contains(&path)
        || [REVIEWS_DIRECTORY, APPROVALS_DIRECTORY]
            .iter()
            .any(|directory| {
                let rest = path.strip_prefix(directory);
                rest.is_some_and(|rest| rest.starts_with('/'))
            })
}

/// Says what changed in the files a review rests on; new records of a re-review are no change.
pub fn trust_changes(files: &[TrustedFile]) -> Vec<ChangeFinding> {
    files
        .iter()
        .filter(|file| file.old != file.new)
        .flat_map(changes)
        .collect()
}

fn changes(file: &TrustedFile) -> Vec<ChangeFinding> {
    let subject = Subject {
        id: None,
        kind: Some(CONFIGURATION_KIND.to_owned()),
        path: file.path.clone(),
    };
    let told = match file.path.as_str() {
        ACCEPTED_FILE => accepted(file),
        CONFIG_FILE | LOCK_FILE => keys(file),
        SIGNERS_FILE | REVOKED_FILE => {
            let what = what(&file.path);
            whole(
                file,
                format!("{what} changed; the base decides until it is merged"),
            )
        }
        _ => record(file),
    };
    findings_of(&subject, told)
}

fn what(path: &str) -> &'static str {
    match path {
        CONFIG_FILE => "the configuration",
        LOCK_FILE => "the lock of plugins",
        ACCEPTED_FILE => "the list of accepted findings",
        SIGNERS_FILE => "the list of signers",
        REVOKED_FILE => "the list of revoked keys",
        path if path.starts_with(APPROVALS_DIRECTORY) => "the record of an approval",
        _ => "the record of a re-review",
    }
}

fn whole(file: &TrustedFile, message: String) -> Vec<Told> {
    let mut told = Told::new(&TRUST_CHANGED, Place::default(), message);
    let shown = |text: &Option<String>| {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(text.as_ref()?.as_bytes());
        let hex: String = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Some(Value::String(format!("sha256:{hex}…")))
    };
    (told.old, told.new) = (shown(&file.old), shown(&file.new));
    vec![told]
}

fn record(file: &TrustedFile) -> Vec<Told> {
    let word = match (&file.old, &file.new) {
        (None, _) => return Vec::new(),
        (_, None) => "was taken away",
        _ => "was changed",
    };
    let what = what(&file.path);
    whole(file, format!("{what} {word}; records are only ever added"))
}

fn table(text: &Option<String>) -> Option<Table> {
    match text {
        None => Some(Table::default()),
        Some(text) => {
            let read = FrontMatter::read(text, &[Syntax::TomlFile], &Limits::DEFAULT);
            read.ok().map(|front| front.fields)
        }
    }
}

fn keys(file: &TrustedFile) -> Vec<Told> {
    let what = what(&file.path);
    let (Some(old), Some(new)) = (table(&file.old), table(&file.new)) else {
        return whole(
            file,
            format!("{what} changed, and cannot be read on one side"),
        );
    };
    let changes = field_changes(Some(&old), Some(&new));
    if changes.is_empty() {
        return Vec::new();
    }
    if file.old.is_none() || file.new.is_none() || changes.len() > MOST {
        let word = match (&file.old, &file.new) {
            (None, _) => "is new".to_owned(),
            (_, None) => "is gone".to_owned(),
            _ => format!("changed in {} keys", changes.len()),
        };
        return whole(file, format!("{what} {word}"));
    }
    let lines = |table: &Table, text: &Option<String>, key: &str| {
        let field = table.field(key)?;
        let text = text.as_deref()?;
        Some(crate::position::Position::of(text, field.key_span.start).line)
    };
    let told = changes.into_iter().map(|change| {
        let at = Place {
            old_line: lines(&old, &file.old, &change.field),
            new_line: lines(&new, &file.new, &change.field),
            field: Some(change.field.clone()),
            ..Place::default()
        };
        let message = format!(
            "`{}` of {what} changed; the base decides until it is merged",
            change.field
        );
        let mut told = Told::new(&TRUST_CHANGED, at, message);
        (told.old, told.new) = (change.old, change.new);
        told
    });
    told.collect()
}

fn accepted(file: &TrustedFile) -> Vec<Told> {
    let read = |text: &Option<String>| match text {
        None => Some(Acceptances::default()),
        Some(text) => Acceptances::parse(text, &file.path).ok(),
    };
    let (Some(old), Some(new)) = (read(&file.old), read(&file.new)) else {
        return whole(
            file,
            "the list of accepted findings changed, and cannot be read on one side".to_owned(),
        );
    };
    let shown = |list: &Acceptances| -> BTreeMap<String, String> {
        let records = list.records.iter();
        records
            .map(|one| {
                let text = format!("by {} until {}: {}", one.by, one.until, one.reason);
                (one.fingerprint.clone(), text)
            })
            .collect()
    };
    let (before, after) = (shown(&old), shown(&new));
    let mut prints: Vec<&String> = before.keys().chain(after.keys()).collect();
    prints.sort();
    prints.dedup();
    let mut told = Vec::new();
    for print in prints {
        let (was, is) = (before.get(print), after.get(print));
        if was == is {
            continue;
        }
        let line = new
            .records
            .iter()
            .find(|one| one.fingerprint == *print)
            .map(|one| one.line);
        let at = Place {
            field: Some(format!("accept.{print}")),
            new_line: line,
            ..Place::default()
        };
        let message = match (was, is) {
            (None, Some(_)) => {
                "one more finding is to be accepted; the base decides until this is merged"
            }
            (Some(_), None) => "a finding is no longer to be accepted",
            _ => {
                "a finding is to be accepted on other terms; the base decides until this is merged"
            }
        };
        let mut one = Told::new(&TRUST_CHANGED, at, message.to_owned());
        let value = |text: Option<&String>| text.cloned().map(Value::String);
        (one.old, one.new) = (value(was), value(is));
        told.push(one);
    }
    told
}
