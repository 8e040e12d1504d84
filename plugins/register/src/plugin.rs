//! The component: what govkit calls.

use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Entry, Options, Table, register, traceability};

/// JSON Schema of [`Options`].
const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "chain": { "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 6,
      "default": ["policy", "process", "procedure"],
      "description": "The kinds of a chain, from the reason down to the steps." },
    "links": { "type": "array", "items": { "type": "string" },
      "default": ["governed_by", "implements"],
      "description": "The links that make a chain, whichever end they are written at." }
  }
}"#;

struct Register(Options);

impl Exporter for Register {
    fn about() -> About {
        About::new("register", env!("CARGO_PKG_VERSION"))
            .description("Writes a register of all artifacts, and which follows from which.")
            .needs(Needs::GRAPH)
            .field("effective")
            .field("review_by")
            .config_schema(SCHEMA)
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let entries: Vec<Entry> = artifacts.iter().map(entry).collect();
        let all = register(&entries);
        let chains = traceability(&entries, &self.0).map_err(|error| error.to_string())?;
        output.emit("register.csv", all.csv())?;
        output.emit("register.md", page("Register", &all))?;
        output.emit("traceability.csv", chains.csv())?;
        output.emit("traceability.md", page("Traceability", &chains))
    }
}

govkit_sdk::exporter!(Register);

fn entry(artifact: &Artifact) -> Entry {
    let link = |link: &govkit_sdk::Link| (link.name.clone(), link.target.clone());
    Entry {
        id: artifact.id.clone(),
        kind: artifact.kind.clone(),
        title: artifact.title.clone(),
        status: artifact.status.clone().unwrap_or_default(),
        owner: artifact.owner.clone().unwrap_or_default(),
        effective: artifact.text("effective").unwrap_or_default(),
        review_by: artifact.text("review_by").unwrap_or_default(),
        path: artifact.path.clone(),
        links: artifact.links.iter().map(link).collect(),
    }
}

fn page(title: &str, table: &Table) -> String {
    if table.rows.is_empty() {
        return format!("# {title}\n\nThere is nothing to show.\n");
    }
    format!("# {title}\n\n{}", table.markdown())
}

#[cfg(test)]
mod tests {
    use super::*;
    use govkit_sdk::testing;

    #[test]
    fn four_files_are_written() {
        let mut policy = testing::artifact("POL-1");
        policy.title = "=1+1".to_owned();
        policy.status = Some("draft".to_owned());
        policy
            .fields
            .push(("effective".to_owned(), "\"2026-01-15\"".to_owned()));
        let files = testing::export::<Register>("{}", &[(policy, "")]).unwrap();
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        assert_eq!(
            text("register.csv"),
            "id,kind,title,status,owner,effective,review_by,path\n\
             POL-1,policy,'=1+1,draft,,2026-01-15,,policies/POL-1.md\n"
        );
        assert_eq!(
            text("traceability.csv"),
            "policy,policy title,process,process title,procedure,procedure title,gap\n\
             POL-1,'=1+1,,,,,no process\n"
        );
        assert!(text("register.md").starts_with("# Register\n\n| id | kind |"));
        assert!(text("traceability.md").contains("| no process |"));
    }

    #[test]
    fn a_corpus_without_the_kinds_has_no_chains() {
        let mut role = testing::artifact("ROLE-1");
        role.kind = "role".to_owned();
        let files = testing::export::<Register>("{}", &[(role, "")]).unwrap();
        let page = String::from_utf8(files["traceability.md"].clone()).unwrap();
        assert_eq!(page, "# Traceability\n\nThere is nothing to show.\n");
    }
}
