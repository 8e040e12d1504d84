//! How alike two passages are: the words they share.

use std::collections::HashMap;

use super::reading::GRAMMAR;
use super::tokens::words;

/// Words by number, so that passages compare fast.
#[derive(Default)]
pub(super) struct Words {
    numbers: HashMap<String, u32>,
}

/// The words of a passage with repetitions, sorted.
#[derive(Clone, Debug, Default)]
pub(super) struct Bag(Vec<u32>);

impl Words {
    /// Counts the words of a text that say something by themselves.
    pub(super) fn content(&mut self, text: &str) -> Bag {
        let said: Vec<String> = words(text)
            .filter(|word| !GRAMMAR.contains(&word.as_str()))
            .collect();
        self.bag(said.iter().map(String::as_str))
    }

    /// Counts the words of texts.
    pub(super) fn bag<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Bag {
        let mut out = Vec::new();
        for text in texts {
            for word in words(text) {
                let next = self.numbers.len() as u32;
                out.push(*self.numbers.entry(word).or_insert(next));
            }
        }
        out.sort_unstable();
        Bag(out)
    }
}

impl Bag {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many words two passages share, with repetitions.
    pub(super) fn shared(&self, other: &Self) -> usize {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = 0;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    a.next();
                    b.next();
                }
            }
        }
        shared
    }

    /// Twice the shared words over all words (Dice): 0 nothing in common, 1 the same words.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        let all = self.len() + other.len();
        if all == 0 {
            return 0.0;
        }
        2.0 * self.shared(other) as f64 / all as f64
    }
}
