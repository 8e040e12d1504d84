//! A validator that misbehaves as its configuration says, on the artifact `BAD` alone.

use std::cell::Cell;

use govkit_sdk::{About, Artifact, Report, Rule, Validator, corpus, log};

struct Hostile {
    act: String,
    seen: Cell<usize>,
}

impl Validator for Hostile {
    fn about() -> About {
        About::new("hostile", "0.1.0").rule(Rule::warning("rule", "Does harm"))
    }

    fn configure(json: &str) -> Result<Self, String> {
        let act = json.split('"').nth(3).unwrap_or("none").to_owned();
        match act.as_str() {
            "refuse" => Err("I do not like it".to_owned()),
            "panic-early" => panic!("no configuration will do"),
            _ => Ok(Self { act, seen: Cell::new(0) }),
        }
    }

    fn check_artifact(&self, artifact: &Artifact, body: &str, report: &mut Report) {
        self.seen.set(self.seen.get() + 1);
        match self.act.as_str() {
            "count" => drop(report.whole("rule", format!("number {}", self.seen.get()))),
            "always" => panic!("as always"),
            _ if artifact.id == "BAD" => self.misbehave(artifact, body, report),
            _ => drop(report.whole("rule", format!("{} is fine", artifact.id))),
        }
    }

    fn check_corpus(&self, artifacts: &[Artifact], report: &mut Report) {
        match self.act.as_str() {
            "corpus-panic" => panic!("all of it"),
            "corpus-forged" => {
                let mut other = artifacts[0].clone();
                other.id = "NOBODY".to_owned();
                report.about(&other).whole("rule", "nobody");
            }
            "corpus-links" => {
                for artifact in artifacts {
                    for link in &artifact.links {
                        report.about(artifact).line("rule", link.line, link.target.as_str());
                    }
                }
            }
            "corpus-bodies" => {
                let bodies = corpus::bodies(0, 1_000);
                let message = format!("{} bodies, {:?}", bodies.len(), corpus::body(9_999));
                report.about(&artifacts[0]).whole("rule", message);
            }
            _ => {}
        }
    }
}

impl Hostile {
    fn misbehave(&self, artifact: &Artifact, body: &str, report: &mut Report) {
        match self.act.as_str() {
            "loop" => spin(),
            "recurse" => drop(report.whole("rule", format!("{}", deep(1)))),
            "grow" => hoard(),
            "panic" => panic!("cannot read {}", artifact.id),
            "huge" => drop(report.whole("rule", "x".repeat(100 << 20))),
            "long" => drop(report.whole("rule", "é".repeat(4_000))),
            "many" => (0..5_000).for_each(|n| drop(report.whole("rule", n.to_string()))),
            "forged-rule" => drop(report.whole("other", "not mine")),
            "forged-artifact" => {
                let mut other = artifact.clone();
                other.id = "GOOD-1".to_owned();
                report.about(&other).whole("rule", "not at hand");
            }
            "outside" => drop(report.at("rule", 0..body.len() + 1, "too far")),
            "between" => drop(report.at("rule", 1..2, "half a letter")),
            "backwards" => {
                let (start, end) = (2, 0);
                report.at("rule", start..end, "backwards");
            }
            "line" => drop(report.line("rule", 4_000_000_000, "too far")),
            "control" => drop(report.whole("rule", "\u{1b}[2Jgone")),
            "log" => (0..).for_each(|n| log::info(&format!("{n} {}", "x".repeat(1 << 20)))),
            "fetch" => (0..).for_each(|_| drop(corpus::sections(0))),
            "fix" => {
                report.at("rule", 0..2, "e").replace("write e", 0..2, "e", true);
                report.at("rule", 0..2, "far").replace("far", 0..2_000, "e", true);
            }
            "sections" => {
                for section in corpus::sections(0).unwrap_or_default() {
                    let text = &body[section.start as usize..section.end as usize];
                    report.line("rule", section.line, format!("{} {text:?}", section.anchor));
                }
            }
            _ => {}
        }
    }
}

fn spin() {
    let mut number = 1u64;
    while number != 0 {
        number = std::hint::black_box(number | 1);
    }
}

fn deep(depth: u64) -> u64 {
    let ballast = std::hint::black_box([depth; 64]);
    deep(depth + 1) + ballast[depth as usize % 64]
}

fn hoard() {
    let mut hoard = Vec::new();
    loop {
        hoard.push(std::hint::black_box(vec![1u8; 1 << 20]));
    }
}

govkit_sdk::validator!(Hostile);
