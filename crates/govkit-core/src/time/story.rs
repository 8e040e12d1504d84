//! The versions of every artifact, told once for all of them, oldest first.
//!
//! A path is not an artifact: paths are reused by other documents, and documents move. A version
//! goes on from another where the id stays, and crosses a change of id only where git sees the
//! file renamed, or copied while the original was changed.

use std::collections::{HashMap, HashSet};

use crate::config::Config;
use crate::history::{Change, ReadBlob};
use crate::time::origin::{Changed, Pairs};
use crate::time::timeline::{LineChange, NONE, PathId, StepId, TextId, Timeline};

/// The place of a version in a story.
pub type NodeId = u32;

/// One version of one artifact: a commit and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The commit.
    pub step: StepId,
    /// What it did.
    pub change: Change,
    /// Where the artifact is after it; for a removal, where it was.
    pub path: PathId,
    /// Its text after it; `None` for a removal.
    pub text: Option<TextId>,
    /// Where it was before, where that is another path.
    pub old_path: Option<PathId>,
    /// Its text before; `None` for an addition.
    pub old_text: Option<TextId>,
    /// The version before; for an addition, the last one of an earlier life of the same id.
    pub parent: Option<NodeId>,
    /// Whether a removal only took the id away, and the text went on under another.
    pub moved_on: bool,
    id: u32,
}

/// The versions of every artifact.
#[derive(Debug, Default)]
pub struct Story {
    nodes: Vec<Node>,
    names: Vec<String>,
    name_ids: HashMap<String, u32>,
    now: HashMap<PathId, NodeId>,
    gone: HashMap<u32, NodeId>,
    has_next: Vec<bool>,
}

impl Story {
    /// Returns the texts whose facts have to be known before the story of the first `steps`
    /// commits can be told.
    pub fn needs(timeline: &Timeline, steps: usize, config: &Config) -> Vec<TextId> {
        let by_field = |text: &TextId| {
            let kind = config.kinds.get(timeline.kind(*text));
            kind.is_some_and(|kind| kind.id.field.is_some())
        };
        timeline.unread(timeline.texts_until(steps).filter(by_field))
    }

    /// Tells the story of the first `steps` commits.
    ///
    /// Where files were compared to find out where one came from, the timeline keeps the answer.
    pub fn tell(
        timeline: &mut Timeline,
        steps: usize,
        config: &Config,
        read: &mut ReadBlob<'_>,
    ) -> Self {
        let mut teller = Teller {
            story: Self::default(),
            config,
            by_path: HashMap::new(),
            by_text: HashMap::new(),
        };
        for step in (0u32..).take(steps) {
            teller.step(timeline, step, read);
        }
        teller.story
    }

    /// Returns a version.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// Returns all versions, oldest first, of one commit by path.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the id an artifact has in a version; for a removal, the one it had.
    pub fn id(&self, node: &Node) -> &str {
        &self.names[node.id as usize]
    }

    /// Returns a version and all before it, newest first. An earlier life counts only under the id
    /// of the first: a number that many drafts wait under makes them no versions of each other.
    pub fn back(&self, from: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        let id = self.node(from).id;
        let before = move |at: &NodeId| {
            let node = self.node(*at);
            let is_other = node.change == Change::Added && node.id != id;
            node.parent.filter(|_| !is_other)
        };
        std::iter::successors(Some(from), before).map(|at| (at, self.node(at)))
    }

    /// Returns the newest version of what is at a path in the end.
    pub fn at_path(&self, path: PathId) -> Option<NodeId> {
        self.now.get(&path).copied()
    }

    /// Returns the newest version of the artifact with this id: what is there in the end, of
    /// several the first by path, else the last removal.
    pub fn latest(&self, id: &str, timeline: &Timeline) -> Option<NodeId> {
        let id = *self.name_ids.get(id)?;
        let here = self
            .now
            .iter()
            .filter(|(_, node)| self.node(**node).id == id);
        let here = here.min_by(|a, b| timeline.path(*a.0).cmp(timeline.path(*b.0)));
        here.map(|(_, node)| *node)
            .or_else(|| self.gone.get(&id).copied())
    }

    /// Returns the newest version of every artifact there ever was, in the order of the commits.
    pub fn ends(&self) -> Vec<NodeId> {
        let is_end = |at: &NodeId| {
            let node = self.node(*at);
            match node.change {
                Change::Removed => !self.has_next[*at as usize],
                _ => self.now.get(&node.path) == Some(at),
            }
        };
        let count = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        (0..count).filter(is_end).collect()
    }
}

struct Teller<'c> {
    story: Story,
    config: &'c Config,
    by_path: HashMap<(PathId, usize), Option<u32>>,
    by_text: HashMap<TextId, Option<u32>>,
}

impl Teller<'_> {
    fn step(&mut self, timeline: &mut Timeline, step: StepId, read: &mut ReadBlob<'_>) {
        let first = timeline.first_change(step);
        let origins = self.origins(timeline, step, read);
        for (at, origin) in origins {
            let path = origin.map_or(NONE, |from| timeline.changes[first + from].path);
            let known = &mut timeline.changes[first + at].origin;
            if *known != path {
                *known = path;
                timeline.grown = true;
            }
        }
    }

    /// Adds the versions a commit made; returns where the files came from that it had to look for.
    fn origins(
        &mut self,
        timeline: &Timeline,
        step: StepId,
        read: &mut ReadBlob<'_>,
    ) -> Vec<(usize, Option<usize>)> {
        let changes = timeline.changes(step);
        let mut ids = |side: fn(&LineChange) -> Option<TextId>| -> Vec<Option<u32>> {
            let ids = changes
                .iter()
                .map(|change| self.known_id(timeline, change.path, side(change)?));
            ids.collect()
        };
        let (old_ids, new_ids) = (ids(LineChange::old), ids(LineChange::new_text));
        let changed = Changed {
            timeline,
            changes,
            old_ids: &old_ids,
            new_ids: &new_ids,
        };
        let mut pairs = Pairs::default();
        let mut found = Vec::new();
        let mut added: Vec<(PathId, NodeId)> = Vec::new();
        for (at, change) in changes.iter().enumerate() {
            let Some(text) = change.new_text() else {
                continue;
            };
            let stays = change.old().is_some()
                && (old_ids[at].is_none() || new_ids[at].is_none() || old_ids[at] == new_ids[at]);
            let from = if stays {
                Some(at)
            } else {
                let origin = changed.origin(at, &mut pairs, read);
                found.push((at, origin));
                origin
            };
            let node = self.version(
                timeline,
                step,
                (change, text, new_ids[at]),
                from.map(|from| &changes[from]),
            );
            added.push((change.path, node));
        }
        let gone = self.removals(timeline, step, &changed, &added);
        for change in changes {
            self.story.now.remove(&change.path);
        }
        self.story.now.extend(added);
        self.story.gone.extend(gone);
        found
    }

    /// Adds the version a file is after the commit.
    fn version(
        &mut self,
        timeline: &Timeline,
        step: StepId,
        (change, text, id): (&LineChange, TextId, Option<u32>),
        from: Option<&LineChange>,
    ) -> NodeId {
        let before = from.and_then(|from| self.story.now.get(&from.path).copied());
        let carried = before.map(|before| self.story.node(before).id);
        let id = id.or(carried);
        let id = id.unwrap_or_else(|| self.shown_id(timeline, change.path, text));
        let (what, parent) = match from {
            Some(from) if from.path == change.path => (Change::Changed, before),
            Some(_) => (Change::Renamed, before),
            None => (Change::Added, self.story.gone.get(&id).copied()),
        };
        self.add(Node {
            step,
            change: what,
            path: change.path,
            text: Some(text),
            old_path: from
                .map(|from| from.path)
                .filter(|path| *path != change.path),
            old_text: from.and_then(LineChange::old),
            parent,
            moved_on: false,
            id,
        })
    }

    /// Adds a removal for each id the commit gives up and no file of it takes over.
    fn removals(
        &mut self,
        timeline: &Timeline,
        step: StepId,
        changed: &Changed<'_>,
        added: &[(PathId, NodeId)],
    ) -> Vec<(u32, NodeId)> {
        let parents = added
            .iter()
            .filter_map(|(_, node)| self.story.node(*node).parent);
        let gone_on: HashSet<NodeId> = parents.collect();
        let mut gone = Vec::new();
        for (at, change) in changed.changes.iter().enumerate() {
            let Some(text) = change.old() else { continue };
            let before = self.story.now.get(&change.path).copied();
            let unreadable_goes = change.new_text().is_none() && changed.old_ids[at].is_none();
            let id = match changed.gives_up(at) {
                Some(id) => id,
                None if unreadable_goes => match before {
                    Some(before) => self.story.node(before).id,
                    None => self.shown_id(timeline, change.path, text),
                },
                None => continue,
            };
            // An unreadable text goes on as what it was.
            let goes_on = change.new_text().is_some() && changed.new_ids[at].is_none();
            if goes_on || changed.new_ids.contains(&Some(id)) {
                continue;
            }
            let moved_on = before.is_some_and(|before| gone_on.contains(&before));
            let node = self.add(Node {
                step,
                change: Change::Removed,
                path: change.path,
                text: None,
                old_path: None,
                old_text: Some(text),
                parent: before,
                moved_on,
                id,
            });
            gone.push((id, node));
        }
        gone
    }

    fn add(&mut self, node: Node) -> NodeId {
        let id = u32::try_from(self.story.nodes.len()).unwrap_or(NONE);
        if let Some(parent) = node.parent {
            self.story.has_next[parent as usize] = true;
        }
        self.story.nodes.push(node);
        self.story.has_next.push(false);
        id
    }

    /// The id a text has at a path; `None` where it cannot be read.
    fn known_id(&mut self, timeline: &Timeline, path: PathId, text: TextId) -> Option<u32> {
        let kind = self.config.kinds.get(timeline.kind(text))?;
        if kind.id.field.is_none() {
            return self.path_id(timeline, path, text);
        }
        let facts = timeline.facts(text).filter(|facts| !facts.damaged)?;
        let Some(id) = &facts.id else {
            return self.path_id(timeline, path, text);
        };
        if let Some(known) = self.by_text.get(&text) {
            return *known;
        }
        let id = Some(self.name(id));
        self.by_text.insert(text, id);
        id
    }

    fn path_id(&mut self, timeline: &Timeline, path: PathId, text: TextId) -> Option<u32> {
        let key = (path, timeline.kind(text));
        if let Some(known) = self.by_path.get(&key) {
            return *known;
        }
        let kind = self.config.kinds.get(key.1)?;
        let id = kind.id.from_path(timeline.path(path).as_str());
        let id = id.map(|id| self.name(&id));
        self.by_path.insert(key, id);
        id
    }

    /// What to call a text that has no id to read and goes on from none.
    fn shown_id(&mut self, timeline: &Timeline, path: PathId, text: TextId) -> u32 {
        match self.path_id(timeline, path, text) {
            Some(id) => id,
            None => self.name(timeline.path(path).as_str()),
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(id) = self.story.name_ids.get(name) {
            return *id;
        }
        let id = u32::try_from(self.story.names.len()).unwrap_or(NONE);
        self.story.names.push(name.to_owned());
        self.story.name_ids.insert(name.to_owned(), id);
        id
    }
}
