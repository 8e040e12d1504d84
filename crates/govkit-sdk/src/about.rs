//! What a plugin says about itself.

use crate::{About, Needs, Rule, Severity};

impl About {
    /// Starts a description: a plugin that needs links and bodies and has no rules.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            description: String::new(),
            needs: Needs::GRAPH | Needs::BODY,
            fields: Vec::new(),
            config_schema: None,
            rules: Vec::new(),
        }
    }

    /// Sets the one sentence people read.
    pub fn description(mut self, text: &str) -> Self {
        self.description = text.to_owned();
        self
    }

    /// Sets what the plugin is handed; less is faster. [`Needs::BODY`]: `check_artifact` is
    /// called. [`Needs::GRAPH`]: links are there and `check_corpus` is called.
    pub fn needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    /// Asks for a front-matter field, by its dotted path.
    pub fn field(mut self, name: &str) -> Self {
        self.fields.push(name.to_owned());
        self
    }

    /// Adds a rule.
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Sets the JSON Schema of the configuration.
    pub fn config_schema(mut self, json: &str) -> Self {
        self.config_schema = Some(json.to_owned());
        self
    }
}

impl Rule {
    /// Makes a rule whose findings must be mended.
    pub fn error(id: &str, summary: &str) -> Self {
        Self::new(id, summary, Severity::Error)
    }

    /// Makes a rule whose findings should be mended.
    pub fn warning(id: &str, summary: &str) -> Self {
        Self::new(id, summary, Severity::Warning)
    }

    /// Makes a rule whose findings are worth knowing.
    pub fn info(id: &str, summary: &str) -> Self {
        Self::new(id, summary, Severity::Info)
    }

    /// Sets the page `govkit explain` prints, as Markdown.
    pub fn page(mut self, markdown: &str) -> Self {
        self.page = markdown.to_owned();
        self
    }

    fn new(id: &str, summary: &str, severity: Severity) -> Self {
        Self {
            id: id.to_owned(),
            summary: summary.to_owned(),
            severity,
            page: String::new(),
        }
    }
}
