//! All artifacts, indexed once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Input, plain};

/// All artifacts, by kind, id and path.
#[derive(Debug)]
pub struct Corpus<'a> {
    /// Every one of them.
    pub items: Vec<&'a Input>,
    by_id: BTreeMap<&'a str, usize>,
}

impl<'a> Corpus<'a> {
    /// Sorts and indexes the artifacts. Where two share an id, the first is found by it.
    pub fn new(input: &'a [Input]) -> Self {
        let mut items: Vec<&Input> = input.iter().collect();
        items.sort_by_key(|item| (&item.kind, &item.id, &item.path));
        let mut by_id = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            by_id.entry(item.id.as_str()).or_insert(index);
        }
        Self { items, by_id }
    }

    /// Finds an artifact by its id, with or without `#section`.
    pub fn find(&self, id: &str) -> Option<&'a Input> {
        let id = id.split('#').next().unwrap_or(id);
        self.by_id.get(id).map(|index| self.items[*index])
    }

    /// Returns the title of the artifact of this id, or the id where there is none.
    pub fn name(&self, id: &str) -> String {
        self.find(id).map_or(id, |item| &item.title).to_owned()
    }

    /// Returns the artifacts of a kind, each id once.
    pub fn of_kind<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'a Input> + 's {
        let items = self.by_id.values().map(|index| self.items[*index]);
        items.filter(move |item| item.kind == kind)
    }

    /// Returns the artifacts of a kind that an artifact's links of this name lead to, each once.
    pub fn targets(&self, item: &Input, link: &str, kind: &str) -> Vec<&'a Input> {
        let mut seen = BTreeSet::new();
        let found = item.targets(link).filter_map(|target| self.find(target));
        found
            .filter(|to| to.kind == kind && seen.insert(to.id.as_str()))
            .collect()
    }

    /// Returns the artifacts of a kind whose links of this name lead here.
    pub fn sources(&self, item: &Input, link: &str, kind: &str) -> Vec<&'a Input> {
        let leads_here = |from: &&Input| {
            let mut targets = from.targets(link);
            targets.any(|target| target.split('#').next() == Some(item.id.as_str()))
        };
        self.of_kind(kind).filter(leads_here).collect()
    }

    /// Puts in what a reader of the text sees: the values of parameters, terms without brackets.
    pub fn read(&self, item: &Input, raw: &str) -> String {
        let mut out = String::new();
        let mut rest = raw;
        while let Some(at) = [rest.find("{{"), rest.find("[[")]
            .into_iter()
            .flatten()
            .min()
        {
            let (before, tail) = rest.split_at(at);
            out.push_str(before);
            rest = tail;
            let is_parameter = tail.starts_with("{{");
            let Some(length) = tail.find(if is_parameter { "}}" } else { "]]" }) else {
                break;
            };
            let inner = tail[2..length].trim();
            let shown = match is_parameter {
                true => self.parameter(item, inner),
                false => inner.rsplit('|').next().map(|word| word.trim().to_owned()),
            };
            out.push_str(&shown.unwrap_or_else(|| tail[..length + 2].to_owned()));
            rest = &tail[length + 2..];
        }
        out.push_str(rest);
        out
    }

    fn parameter(&self, item: &Input, name: &str) -> Option<String> {
        let (from, key) = match name.split_once('.') {
            Some((id, key)) => (self.find(id)?, key),
            None => (item, name),
        };
        from.fields.get("params")?.get(key).map(plain)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(id: &str, kind: &str, links: &[(&str, &str)]) -> Input {
        let links = links.iter();
        Input {
            id: id.to_owned(),
            kind: kind.to_owned(),
            links: links
                .map(|(name, to)| ((*name).to_owned(), (*to).to_owned()))
                .collect(),
            ..Input::default()
        }
    }

    #[test]
    fn parameters_and_terms_are_read_as_a_reader_sees_them() {
        let mut item = input("A", "policy", &[]);
        item.fields
            .insert("params".to_owned(), json!({"limit": "2 hours", "n": 3}));
        let all = [item];
        let corpus = Corpus::new(&all);
        let read = |raw: &str| corpus.read(&all[0], raw);
        assert_eq!(
            read("In {{ limit }}, {{A.n}} times, an [[incident|outage]]."),
            "In 2 hours, 3 times, an outage."
        );
        assert_eq!(read("{{ gone }} {{ open [[ x"), "{{ gone }} {{ open [[ x");
        assert_eq!(read("{{}} [[]] }} ]]"), "{{}}  }} ]]");
    }

    #[test]
    fn links_are_followed_both_ways() {
        let all = [
            input(
                "PRO",
                "process",
                &[("governed_by", "POL#rules"), ("governed_by", "POL")],
            ),
            input("POL", "policy", &[]),
            input("POL", "policy", &[]),
        ];
        let corpus = Corpus::new(&all);
        assert_eq!(corpus.targets(&all[0], "governed_by", "policy").len(), 1);
        assert_eq!(corpus.sources(&all[1], "governed_by", "process").len(), 1);
        assert_eq!(corpus.of_kind("policy").count(), 1);
        assert_eq!(corpus.items.len(), 3);
    }
}
