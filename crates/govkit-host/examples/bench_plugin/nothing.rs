//! The guest that is handed every artifact and does nothing with it.

use govkit_sdk::{Artifact, Report};

govkit_sdk::rule!(warning "nothing", "Nothing is asked for", nothing);

fn nothing(_artifact: &Artifact, _body: &str, _report: &mut Report) {}
