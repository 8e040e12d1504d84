//! All artifacts, indexed once.

use std::collections::BTreeSet;

use crate::insert::{Piece, pieces, split_term};
use crate::{Input, Names};

/// All artifacts, by kind, id and path.
#[derive(Debug)]
pub struct Corpus<'a> {
    /// Every one of them.
    pub items: Vec<&'a Input>,
    input: &'a [Input],
    names: Names<'a>,
}

impl<'a> Corpus<'a> {
    /// Sorts and indexes the artifacts.
    pub fn new(input: &'a [Input]) -> Self {
        let mut items: Vec<&Input> = input.iter().collect();
        items.sort_by_key(|item| (&item.kind, &item.id, &item.path));
        Self {
            items,
            input,
            names: Names::new(input),
        }
    }

    /// Finds an artifact by its id, with or without `#section`.
    pub fn find(&self, id: &str) -> Option<&'a Input> {
        self.names.find(id).map(|at| &self.input[at])
    }

    /// Returns the title of the artifact of this id, or the id where there is none.
    pub fn name(&self, id: &str) -> String {
        self.find(id).map_or(id, |item| &item.title).to_owned()
    }

    /// Returns the artifacts of a kind, each id once.
    pub fn of_kind<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'a Input> + 's {
        let items = self.names.by_id().map(|at| &self.input[at]);
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
    ///
    /// A term loses its brackets even where nobody knows it: an exporter need not have asked for the
    /// aliases, and has no page to lead to.
    pub fn read(&self, item: &'a Input, raw: &str) -> String {
        let shown = |piece: &Piece<'_>| match *piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Parameter(written, name) => self
                .names
                .parameter(item, name)
                .map_or_else(|| written.to_owned(), |(.., value)| value),
            Piece::Term(_, inner) => split_term(inner).1.to_owned(),
        };
        pieces(raw).iter().map(shown).collect()
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
