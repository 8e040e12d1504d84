use govkit_sdk::{Artifact, Report};

govkit_sdk::rule!(warning "todo", "No TODO is left", no_todo);

fn no_todo(_artifact: &Artifact, body: &str, report: &mut Report) {
    for (at, word) in body.match_indices("TODO") {
        report.at("todo", at..at + word.len(), "this is not finished").help("finish it, or take it out");
    }
}
