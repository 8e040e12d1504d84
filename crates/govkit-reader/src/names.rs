//! Who is meant: artifacts by the names that texts call them.

use std::collections::BTreeMap;

use crate::Input;
use crate::address::resolve;
use crate::fields::strings;

/// The artifacts by id, by file and, for terms, by word. All places are those in the list it was
/// made of.
#[derive(Debug)]
pub struct Names<'a> {
    input: &'a [Input],
    by_id: BTreeMap<&'a str, usize>,
    by_path: BTreeMap<&'a str, usize>,
    terms: BTreeMap<String, usize>,
}

impl<'a> Names<'a> {
    /// Indexes the artifacts. Where two share an id, the first is found by it.
    pub fn new(input: &'a [Input]) -> Self {
        let mut names = Self {
            input,
            by_id: BTreeMap::new(),
            by_path: BTreeMap::new(),
            terms: BTreeMap::new(),
        };
        for (at, one) in input.iter().enumerate() {
            names.by_id.entry(&one.id).or_insert(at);
            names.by_path.insert(&one.path, at);
            if one.kind == "term" {
                let aliases = strings(one.fields.get("aliases"));
                for word in aliases.iter().chain([&one.title]) {
                    names.terms.entry(word.to_lowercase()).or_insert(at);
                }
            }
        }
        names
    }

    /// Returns the artifacts by id, each id once.
    pub fn by_id(&self) -> impl Iterator<Item = usize> + '_ {
        self.by_id.values().copied()
    }

    /// Finds an artifact by its id, with or without `#section`.
    pub fn find(&self, id: &str) -> Option<usize> {
        let whole = id.split('#').next().unwrap_or(id);
        self.by_id.get(whole).copied()
    }

    /// Finds what a word between double brackets stands for: a term, or an artifact of this id.
    pub fn term(&self, word: &str) -> Option<usize> {
        let term = self.terms.get(&word.to_lowercase()).copied();
        term.or_else(|| self.find(word))
    }

    /// Finds the artifact a link in the text of another leads to, by id or by file; and the section
    /// it names, empty for none.
    pub fn follow<'t>(&self, from: usize, to: &'t str) -> (Option<usize>, &'t str) {
        let (path, section) = to.split_once('#').unwrap_or((to, ""));
        let by_path = || {
            let path = resolve(&self.input[from].path, path)?;
            self.by_path.get(path.as_str()).copied()
        };
        let found = match path {
            "" => Some(from),
            _ => self.find(path).or_else(by_path),
        };
        (found, section)
    }

    /// Finds a parameter that a text names, `key` or `ID.key`: the artifact it stands in, its key and
    /// its value.
    pub fn parameter<'n>(
        &self,
        from: &'a Input,
        name: &'n str,
    ) -> Option<(&'a Input, &'n str, String)> {
        let (at, key) = match name.split_once('.') {
            Some((id, key)) => (&self.input[self.find(id)?], key),
            None => (from, name),
        };
        let value = at.fields.get("params")?.get(key)?;
        Some((at, key, strings(Some(value)).join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(id: &str, kind: &str, path: &str) -> Input {
        Input {
            id: id.to_owned(),
            kind: kind.to_owned(),
            path: path.to_owned(),
            title: format!("Title of {id}"),
            ..Input::default()
        }
    }

    #[test]
    fn a_link_leads_by_id_by_file_or_inside_its_own_text() {
        let all = [
            input("A", "policy", "policies/a.md"),
            input("B", "process", "processes/b.md"),
        ];
        let names = Names::new(&all);
        assert_eq!(names.follow(0, "B"), (Some(1), ""));
        assert_eq!(names.follow(0, "B#scope"), (Some(1), "scope"));
        assert_eq!(names.follow(0, "../processes/b.md#x"), (Some(1), "x"));
        assert_eq!(names.follow(1, "#x"), (Some(1), "x"));
        assert_eq!(names.follow(0, "../../processes/b.md"), (None, ""));
        assert_eq!(names.follow(0, "https://a.example/"), (None, ""));
    }

    #[test]
    fn a_term_is_found_by_its_title_an_alias_or_its_id() {
        let mut term = input("T", "term", "t.md");
        let aliases = json!(["Outage", "break"]);
        term.fields.insert("aliases".to_owned(), aliases);
        let all = [input("A", "policy", "a.md"), term];
        let names = Names::new(&all);
        for word in ["title of t", "outage", "BREAK", "T"] {
            assert_eq!(names.term(word), Some(1), "{word}");
        }
        assert_eq!(names.term("A"), Some(0));
        assert_eq!(names.term("Title of A"), None);
    }

    #[test]
    fn a_parameter_that_is_a_list_is_read_with_commas() {
        let mut item = input("A", "policy", "a.md");
        let values = json!({"days": ["Monday", "Friday"], "n": 3});
        item.fields.insert("params".to_owned(), values);
        let all = [item];
        let names = Names::new(&all);
        let value = |name| names.parameter(&all[0], name).map(|(.., value)| value);
        assert_eq!(value("days").as_deref(), Some("Monday, Friday"));
        assert_eq!(value("A.n").as_deref(), Some("3"));
        assert_eq!(value("B.n"), None);
    }

    #[test]
    fn of_two_with_the_same_id_the_first_is_found() {
        let all = [input("A", "policy", "a.md"), input("A", "role", "b.md")];
        assert_eq!(Names::new(&all).find("A"), Some(0));
    }
}
