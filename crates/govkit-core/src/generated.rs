//! Made-up artifacts and edits of them, for tests that must hold for any text.

use proptest::prelude::*;
use proptest::sample::Index;

/// An artifact before it is written down.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    fields: Vec<(String, String)>,
    links: Vec<String>,
    steps: Vec<(String, String)>,
    sections: Vec<Section>,
}

#[derive(Clone, Debug)]
struct Section {
    heading: String,
    level: usize,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
enum Block {
    Paragraph(Vec<String>),
    List(Vec<String>),
    Table(Vec<String>),
    Code(Vec<String>),
}

/// One thing an author does.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Field(Index, String),
    AddLink(String),
    RemoveLink(Index),
    Step(Index, String),
    AddStep(Index, String, String),
    RemoveStep(Index),
    SwapSteps(Index, Index),
    Heading(Index, String),
    AddSection(Index, Section0),
    RemoveSection(Index),
    SwapSections(Index, Index),
    Text(Index, Index, Index, String),
    AddText(Index, Index, Index, String),
    RemoveText(Index, Index, Index),
}

/// A section as an edit brings it.
#[derive(Clone, Debug)]
pub(crate) struct Section0(Section);

fn word() -> impl Strategy<Value = String> {
    "[a-z]{1,6}"
}

/// A sentence of the kind policies are made of: duties, deadlines, conditions, plain words.
fn sentence() -> impl Strategy<Value = String> {
    let party = prop::sample::select(vec![
        "The owner",
        "Each manager",
        "The incident manager",
        "Staff",
    ]);
    let modal = prop::sample::select(vec!["MUST", "must not", "SHOULD", "may", "shall", "will"]);
    let unit = prop::sample::select(vec!["hours", "working days", "%", "EUR"]);
    prop_oneof![
        3 => (party, modal, word(), 1..400_u32, unit, word())
            .prop_map(|(party, modal, act, n, unit, end)| format!("{party} {modal} {act} within {n} {unit} of {end}.")),
        2 => prop::collection::vec(word(), 1..8).prop_map(|words| format!("X{}.", words.join(" "))),
        1 => (word(), word()).prop_map(|(a, b)| format!("Unless {a} applies, see [{b}](https://example.org/{a}) and `{b}`.")),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let some = |most| prop::collection::vec(sentence(), 1..most);
    prop_oneof![
        4 => some(4).prop_map(Block::Paragraph),
        2 => some(5).prop_map(Block::List),
        1 => prop::collection::vec(word(), 1..4).prop_map(Block::Table),
        1 => prop::collection::vec(word(), 1..3).prop_map(Block::Code),
    ]
}

fn section() -> impl Strategy<Value = Section> {
    let heading = prop_oneof![
        "[A-Z][a-z]{2,6}",
        prop::sample::select(vec!["Scope", "Rules", "Exceptions"]).prop_map(str::to_owned)
    ];
    (heading, 2..4_usize, prop::collection::vec(block(), 0..4)).prop_map(
        |(heading, level, blocks)| Section {
            heading,
            level,
            blocks,
        },
    )
}

/// Any artifact.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let fields = (word(), word(), 1..29_u32).prop_map(|(title, owner, day)| {
        vec![
            ("id".to_owned(), "\"POL-001\"".to_owned()),
            ("title".to_owned(), format!("\"{title}\"")),
            ("owner".to_owned(), format!("\"{owner}\"")),
            (
                "review_by".to_owned(),
                format!("2027-01-{day:02} # set by {owner}"),
            ),
        ]
    });
    let ids = prop::collection::btree_set("[A-Z]{2}-[1-9]", 0..5)
        .prop_map(|ids| ids.into_iter().collect());
    let steps = prop::collection::btree_map("[a-z]{3}", sentence(), 0..5)
        .prop_map(|steps| steps.into_iter().collect());
    (fields, ids, steps, prop::collection::vec(section(), 0..6)).prop_map(
        |(fields, links, steps, sections)| Draft {
            fields,
            links,
            steps,
            sections,
        },
    )
}

/// Any edit.
pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        (at(), word()).prop_map(|(at, value)| Edit::Field(at, value)),
        "[A-Z]{2}-[1-9]".prop_map(Edit::AddLink),
        at().prop_map(Edit::RemoveLink),
        (at(), sentence()).prop_map(|(at, text)| Edit::Step(at, text)),
        (at(), "[a-z]{4}", sentence()).prop_map(|(at, id, text)| Edit::AddStep(at, id, text)),
        at().prop_map(Edit::RemoveStep),
        (at(), at()).prop_map(|(a, b)| Edit::SwapSteps(a, b)),
        (at(), "[A-Z][a-z]{2,6}").prop_map(|(at, heading)| Edit::Heading(at, heading)),
        (at(), section()).prop_map(|(at, section)| Edit::AddSection(at, Section0(section))),
        at().prop_map(Edit::RemoveSection),
        (at(), at()).prop_map(|(a, b)| Edit::SwapSections(a, b)),
        (at(), at(), at(), sentence()).prop_map(|(s, b, at, text)| Edit::Text(s, b, at, text)),
        (at(), at(), at(), sentence()).prop_map(|(s, b, at, text)| Edit::AddText(s, b, at, text)),
        (at(), at(), at()).prop_map(|(s, b, at)| Edit::RemoveText(s, b, at)),
    ]
}

/// An artifact and what an author made of it.
pub(crate) fn edited() -> impl Strategy<Value = (String, String)> {
    (draft(), prop::collection::vec(edit(), 0..6)).prop_map(|(draft, edits)| {
        let old = draft.to_string();
        (old, draft.after(&edits).to_string())
    })
}

/// An artifact and what two authors made of it.
pub(crate) fn forked() -> impl Strategy<Value = (String, String, String)> {
    let edits = || prop::collection::vec(edit(), 0..4);
    (draft(), edits(), edits()).prop_map(|(draft, ours, theirs)| {
        let sides = (draft.after(&ours), draft.after(&theirs));
        (draft.to_string(), sides.0.to_string(), sides.1.to_string())
    })
}

impl Draft {
    /// Returns the artifact after these edits; one that fits nothing does nothing.
    pub(crate) fn after(&self, edits: &[Edit]) -> Self {
        let mut draft = self.clone();
        for edit in edits {
            draft.apply(edit);
        }
        draft
    }

    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Field(at, value) => {
                let at = 1 + at.index(self.fields.len() - 2);
                self.fields[at].1 = format!("\"{value}\"");
            }
            Edit::AddLink(id) if !self.links.contains(id) => self.links.push(id.clone()),
            Edit::RemoveLink(at) => drop(remove(&mut self.links, at)),
            Edit::Step(at, text) => {
                if let Some(step) = pick(&mut self.steps, at) {
                    step.1.clone_from(text);
                }
            }
            Edit::AddStep(at, id, text) if self.steps.iter().all(|step| step.0 != *id) => {
                self.steps
                    .insert(at.index(self.steps.len() + 1), (id.clone(), text.clone()));
            }
            Edit::RemoveStep(at) => drop(remove(&mut self.steps, at)),
            Edit::SwapSteps(a, b) => swap(&mut self.steps, a, b),
            Edit::Heading(at, heading) => {
                if let Some(section) = pick(&mut self.sections, at) {
                    section.heading.clone_from(heading);
                }
            }
            Edit::AddSection(at, section) => {
                self.sections
                    .insert(at.index(self.sections.len() + 1), section.0.clone());
            }
            Edit::RemoveSection(at) => drop(remove(&mut self.sections, at)),
            Edit::SwapSections(a, b) => swap(&mut self.sections, a, b),
            Edit::Text(section, block, at, text) => {
                if let Some(texts) = self.texts(section, block)
                    && let Some(old) = pick(texts, at)
                {
                    old.clone_from(text);
                }
            }
            Edit::AddText(section, block, at, text) => {
                if let Some(texts) = self.texts(section, block) {
                    texts.insert(at.index(texts.len() + 1), text.clone());
                }
            }
            Edit::RemoveText(section, block, at) => {
                if let Some(texts) = self.texts(section, block).filter(|texts| texts.len() > 1) {
                    drop(remove(texts, at));
                }
            }
            Edit::AddLink(_) | Edit::AddStep(..) => {}
        }
    }

    fn texts(&mut self, section: &Index, block: &Index) -> Option<&mut Vec<String>> {
        let section = pick(&mut self.sections, section)?;
        match pick(&mut section.blocks, block)? {
            Block::Paragraph(texts) | Block::List(texts) => Some(texts),
            Block::Table(_) | Block::Code(_) => None,
        }
    }
}

fn pick<'l, T>(list: &'l mut [T], at: &Index) -> Option<&'l mut T> {
    let at = (!list.is_empty()).then(|| at.index(list.len()))?;
    list.get_mut(at)
}

fn remove<T>(list: &mut Vec<T>, at: &Index) -> Option<T> {
    (!list.is_empty()).then(|| list.remove(at.index(list.len())))
}

fn swap<T>(list: &mut [T], a: &Index, b: &Index) {
    if !list.is_empty() {
        list.swap(a.index(list.len()), b.index(list.len()));
    }
}

impl std::fmt::Display for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "+++")?;
        for (key, value) in &self.fields {
            writeln!(f, "{key} = {value}")?;
        }
        let links: Vec<String> = self.links.iter().map(|id| format!("\"{id}\"")).collect();
        writeln!(f, "\n[links]\ngoverned_by = [{}]", links.join(", "))?;
        for (id, text) in &self.steps {
            writeln!(
                f,
                "\n[[steps]]\nid = \"{id}\"\ndo = \"{text}\"\nwho = \"desk\""
            )?;
        }
        writeln!(f, "+++\n# Title\n\nIt says so.")?;
        for section in &self.sections {
            writeln!(f, "\n{} {}", "#".repeat(section.level), section.heading)?;
            for block in &section.blocks {
                writeln!(f, "\n{block}")?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = |texts: &[String], before: &str, after: &str| {
            let rows: Vec<String> = texts
                .iter()
                .map(|text| format!("{before}{text}{after}"))
                .collect();
            rows.join("\n")
        };
        f.write_str(&match self {
            Self::Paragraph(texts) => texts.join(" "),
            Self::List(texts) => rows(texts, "- ", ""),
            Self::Table(texts) => format!("| a | b |\n|---|---|\n{}", rows(texts, "| ", " | x |")),
            Self::Code(texts) => format!("```\n{}\n```", rows(texts, "", "")),
        })
    }
}
