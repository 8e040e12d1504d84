//! An exporter that misbehaves as its configuration says.

use govkit_sdk::{About, Artifact, Exporter, Output, corpus};

struct Hostile(String);

impl Exporter for Hostile {
    fn about() -> About {
        About::new("hostile", "0.1.0").field("level").field("absent")
    }

    fn configure(json: &str) -> Result<Self, String> {
        match json.split('"').nth(3).unwrap_or("none") {
            "escape" => Err("\u{1b}[2J\ngone".to_owned()),
            act => Ok(Self(act.to_owned())),
        }
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        match self.0.as_str() {
            "emit" => output.emit("../escaped", "x"),
            "twin" => output.emit("a.md", "").and_then(|()| output.emit("A.md", "")),
            "big" => output.emit("big", vec![0; 17 << 20]),
            "many" => (0..40_000).try_for_each(|n| output.emit(&n.to_string(), "")),
            "stubborn" => {
                let _ = output.emit("/etc/passwd", "x");
                output.emit("good", "x")
            }
            "escape-late" => Err("\u{1b}[2J\ngone".to_owned()),
            "half" => {
                output.emit("first", "x")?;
                panic!("half way")
            }
            _ => {
                for (index, artifact) in artifacts.iter().enumerate() {
                    let body = corpus::body(index).unwrap_or_default();
                    let text = format!("{artifact:?}\n{body}");
                    output.emit(&format!("out/{}.txt", artifact.id), text)?;
                }
                Ok(())
            }
        }
    }
}

govkit_sdk::exporter!(Hostile);
