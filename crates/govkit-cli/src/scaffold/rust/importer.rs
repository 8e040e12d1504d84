use govkit_sdk::{About, Imported, Importer, Needs};

/// Makes a policy of each line `title: text`.
struct Lines;

impl Importer for Lines {
    fn about() -> About {
        About::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .description(env!("CARGO_PKG_DESCRIPTION"))
            .needs(Needs::empty())
    }

    fn configure(_json: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Vec<Imported>, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| format!("`{name}` is not UTF-8"))?;
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        let policy = |(title, body): (&str, &str)| {
            Imported::new("policy", title).text("status", "draft").body(format!("# {title}\n\n{body}\n"))
        };
        Ok(lines.map(policy).collect())
    }
}

govkit_sdk::importer!(Lines);
