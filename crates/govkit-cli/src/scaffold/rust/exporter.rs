use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

struct Index;

impl Exporter for Index {
    fn about() -> About {
        About::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .description(env!("CARGO_PKG_DESCRIPTION"))
            .needs(Needs::empty())
    }

    fn configure(_json: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let line = |artifact: &Artifact| format!("- {}: {}\n", artifact.id, artifact.title);
        output.emit("index.md", artifacts.iter().map(line).collect::<String>())
    }
}

govkit_sdk::exporter!(Index);
