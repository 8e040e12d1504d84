//! The corpus as the pages need it: indexed once, so that every page takes time for itself alone.

use std::collections::BTreeSet;

use govkit_reader::{Input, Names};

use crate::markdown::OWN;

/// One thing a version changed.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct Finding {
    /// One sentence.
    pub message: String,
    /// The words before and after: `=`, `-` or `+`, and the words.
    #[serde(default)]
    pub text: Option<Vec<(String, String)>>,
}

/// A file the repository lists for the site.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its path in the repository.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// An artifact with the name of its page.
#[derive(Debug)]
pub struct Item<'a> {
    /// What came.
    pub raw: &'a Input,
    /// The name of its page, without `a/` and `.html`: safe in a path and in an address.
    pub name: String,
    /// Links to it: their name, and whence.
    pub incoming: Vec<(&'a str, usize)>,
}

/// All artifacts, indexed.
#[derive(Debug)]
pub struct Site<'a> {
    /// In the order they came.
    pub items: Vec<Item<'a>>,
    /// Who is meant by what a text says.
    pub names: Names<'a>,
}

impl<'a> Site<'a> {
    /// Indexes the artifacts.
    pub fn new(input: &'a [Input]) -> Self {
        let mut taken = BTreeSet::new();
        let mut items: Vec<Item<'a>> = input
            .iter()
            .map(|raw| Item {
                raw,
                name: page_name(&raw.id, &raw.path, &mut taken),
                incoming: Vec::new(),
            })
            .collect();
        let names = Names::new(input);
        for (index, raw) in input.iter().enumerate() {
            for (name, target) in &raw.links {
                if let Some(to) = names.find(target) {
                    items[to].incoming.push((name.as_str(), index));
                }
            }
        }
        for item in &mut items {
            item.incoming.sort_unstable();
            item.incoming.dedup();
        }
        Self { items, names }
    }

    /// Finds an artifact by its id, with or without `#section`.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.names.find(id)
    }

    /// The artifacts of a kind, in order.
    pub(crate) fn of_kind<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = usize> + 's {
        (0..self.items.len()).filter(move |&index| self.items[index].raw.kind == kind)
    }

    /// The targets of an artifact's links of this name that exist, each once.
    pub(crate) fn targets(&self, index: usize, link: &str) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let links = self.items[index].raw.links.iter();
        links
            .filter(|(name, _)| name == link)
            .filter_map(|(_, target)| self.find(target))
            .filter(|to| seen.insert(*to))
            .collect()
    }

    /// The artifacts of a kind that name this one by a link.
    pub(crate) fn sources(&self, index: usize, link: &str, kind: &str) -> Vec<usize> {
        let incoming = self.items[index].incoming.iter();
        incoming
            .filter(|(name, from)| *name == link && self.items[*from].raw.kind == kind)
            .map(|(_, from)| *from)
            .collect()
    }
}

/// Makes a file name that every system can write and that no other page has, whatever the
/// capitals. The same id gets the same name in every export.
fn page_name(id: &str, path: &str, taken: &mut BTreeSet<String>) -> String {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let mut name: String = id
        .chars()
        .take(80)
        .map(|ch| {
            if ch.is_ascii_alphanumeric() || ch == '-' || ch == '_' {
                ch
            } else {
                '-'
            }
        })
        .collect();
    let lower = name.to_ascii_lowercase();
    let device = DEVICES.contains(&lower.as_str())
        || ((lower.starts_with("com") || lower.starts_with("lpt")) && lower.len() == 4);
    // The page of duties has these names as ids, beside its own.
    let own = lower.starts_with(OWN);
    let plain = name == id && !device && !own && !name.starts_with('-') && !name.is_empty();
    let stem = name.clone();
    let mut hash = fnv(id.bytes().chain([0]).chain(path.bytes()));
    if !plain {
        name = format!("x-{stem}-{hash:016x}");
    }
    // Somebody may have chosen as an id what another page was given as a name.
    while !taken.insert(name.to_ascii_lowercase()) {
        name = format!("x-{stem}-{hash:016x}");
        hash = fnv(hash.to_le_bytes().into_iter());
    }
    name
}

/// FNV-1a, 64 bits: a name, no secret.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
