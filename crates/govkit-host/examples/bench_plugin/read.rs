//! The guest that reads every byte. `main.rs` does the same natively.

use govkit_sdk::{Artifact, Report};

govkit_sdk::rule!(warning "word", "Some words are not there", words);

/// What is looked for: none of it is in the texts, so each is looked for to the end.
const WORDS: [&str; 8] = [
    "as appropriate", "if possible", "etcetera", "in due course", "as needed", "timely", "TODO", "FIXME",
];

fn words(_artifact: &Artifact, body: &str, report: &mut Report) {
    for word in WORDS {
        for at in memchr::memmem::find_iter(body.as_bytes(), word) {
            report.at("word", at..at + word.len(), "found");
        }
    }
}
