//! The rules a change can fall under. Ids are permanent: one that is retired is never used again.

use super::change_set::ChangeSeverity::{Breaking, Editorial, Minor, Substantive};
use super::change_set::Direction::{Neutral, Relaxes, Tightens};
use super::change_set::{ChangeSeverity, Direction, Fact};

/// A rule of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangeRule {
    /// Its id: `OBL-WEAKENED`.
    pub id: &'static str,
    /// The facts a finding of this rule may state.
    pub facts: &'static [Fact],
    /// How much such a change matters unless its finding says otherwise.
    pub severity: ChangeSeverity,
    /// Whom it presses on unless its finding says otherwise.
    pub direction: Direction,
    /// What it detects, in one sentence.
    pub detects: &'static str,
    /// Why anybody should care, in one sentence.
    pub why: &'static str,
    /// Whether this version of govkit reports it; the others are reserved.
    pub emitted: bool,
}

impl ChangeRule {
    /// Returns the page `govkit explain` shows, as Markdown.
    pub fn page(&self) -> String {
        let Self {
            id, detects, why, ..
        } = self;
        let (severity, direction) = (self.severity.name(), self.direction.name());
        let facts: Vec<String> = self
            .facts
            .iter()
            .map(|fact| format!("`{}`", fact.name()))
            .collect();
        let facts = facts.join(", ");
        let reserved = match self.emitted {
            true => "",
            false => "\n\nThis version of govkit does not report it yet; the id is reserved.",
        };
        format!(
            "# {id}\n\n{detects}\n\n## Why it matters\n\n{why}\n\n## How it is reported\n\nSeverity: \
             {severity}, unless the finding says otherwise. Direction: {direction}. Fact: {facts}.{reserved}\n"
        )
    }
}

/// Returns the rule with this id.
pub fn change_rule(id: &str) -> Option<&'static ChangeRule> {
    CHANGE_RULES.iter().copied().find(|rule| rule.id == id)
}

macro_rules! rules {
    ($($name:ident $id:literal $emitted:literal [$($fact:ident),+] $severity:ident $direction:ident $detects:literal $why:literal)+) => {
        $(
            #[doc = $detects]
            pub static $name: ChangeRule = ChangeRule {
                id: $id,
                facts: &[$(Fact::$fact),+],
                severity: $severity,
                direction: $direction,
                detects: $detects,
                why: $why,
                emitted: $emitted,
            };
        )+
        /// Every rule, grouped by what it is about.
        pub static CHANGE_RULES: &[&ChangeRule] = &[$(&$name),+];
    };
}

rules! {
OBL_ADDED "OBL-ADDED" true [ObligationAdded] Breaking Tightens
    "A new duty: MUST, SHALL, REQUIRED or MUST NOT (SHOULD is substantive, MAY minor)."
    "Somebody who complied yesterday may not comply tomorrow."
OBL_REMOVED "OBL-REMOVED" true [ObligationRemoved] Substantive Relaxes
    "A duty disappears and no similar sentence takes its place."
    "A protection others rely on is gone."
OBL_STRENGTHENED "OBL-STRENGTHENED" true [ObligationStrengthened] Breaking Tightens
    "The same duty with a stronger word: MAY to SHOULD, SHOULD to MUST, SHOULD NOT to MUST NOT."
    "What was good practice is now required."
OBL_WEAKENED "OBL-WEAKENED" true [ObligationWeakened] Substantive Relaxes
    "The same duty with a weaker word, or with soft wording in place of one."
    "Those who rely on the duty can rely on it less."
OBL_POLARITY "OBL-POLARITY" true [ObligationChanged] Breaking Neutral
    "A duty is turned round: MUST to MUST NOT, or a negation comes or goes."
    "The sentence now asks for the opposite."
OBL_REWORDED "OBL-REWORDED" true [ObligationChanged] Substantive Neutral
    "A duty keeps its force and asks for something else."
    "The word MUST did not move, but what must be done did."
OBL_NOTATION "OBL-NOTATION" true [ModalNotationChanged] Minor Neutral
    "A duty's word changed and its force did not: must to MUST, shall to must."
    "Where RFC 8174 is followed, capitals carry the force; an organisation decides."
ACTOR_CHANGED "ACTOR-CHANGED" true [PartyChanged] Substantive Neutral
    "Who acts changed: the actor of a step, a role in an activity, the subject of a duty."
    "Somebody else has to act now, and has to know."
TIME_TIGHTENED "TIME-TIGHTENED" true [QuantityChanged] Breaking Tightens
    "A deadline got shorter, or a period that must at least pass got longer."
    "What people do today may miss it."
TIME_RELAXED "TIME-RELAXED" true [QuantityChanged] Substantive Relaxes
    "A deadline got longer, or a period that must at least pass got shorter."
    "Others wait longer, or keep less."
TIME_EQUIVALENT "TIME-EQUIVALENT" true [QuantityChanged] Minor Neutral
    "The same length in another unit, such as 24 hours to 1 day; months and years never equal days."
    "It says so instead of leaving the reader to guess."
QTY_CHANGED "QTY-CHANGED" true [QuantityChanged] Substantive Neutral
    "A number, share, amount or count changed, in digits or in words."
    "A threshold moved."
QTY_ADDED "QTY-ADDED" true [QuantityAdded] Substantive Tightens
    "A number, limit or deadline stands where there was none."
    "A vague duty became one that can be measured."
QTY_REMOVED "QTY-REMOVED" true [QuantityRemoved] Substantive Relaxes
    "A number, limit or deadline is gone and the duty stays."
    "A duty that could be measured became vague."
DATE_CHANGED "DATE-CHANGED" true [DateChanged] Substantive Neutral
    "A date of compliance or application inside the text changed."
    "It says when a duty begins."
COND_ADDED "COND-ADDED" true [ConditionAdded] Substantive Neutral
    "A duty gets a condition or an exception: if, unless, except."
    "It now applies to other cases."
COND_REMOVED "COND-REMOVED" true [ConditionRemoved] Substantive Neutral
    "A duty loses a condition or an exception, or a list of triggers one of its items."
    "It now applies to other cases."
COND_CHANGED "COND-CHANGED" true [ConditionChanged] Substantive Neutral
    "A condition, exception or trigger keeps its place and says something else."
    "Who or what the duty applies to changed."
TERM_DEFINITION "TERM-DEFINITION" true [TextChanged] Substantive Neutral
    "The text of a glossary term changed."
    "One edit changes every duty that uses the term."
TERM_REPLACED "TERM-REPLACED" true [TermReplaced] Minor Neutral
    "The same words were replaced by the same words three times or more; told once, with the count."
    "One decision should be read once."
STEP_ADDED "STEP-ADDED" true [StepAdded] Substantive Tightens
    "A procedure has a new step."
    "There is more to do."
STEP_REMOVED "STEP-REMOVED" true [StepRemoved] Substantive Relaxes
    "A step of a procedure is gone."
    "It may have been a safeguard."
STEP_MOVED "STEP-MOVED" true [StepMoved] Minor Neutral
    "A step stands at another place among the steps that stayed in order."
    "Order can matter."
STEP_REWORDED "STEP-REWORDED" true [StepChanged] Minor Neutral
    "A step says something else; its actor and its time are told apart."
    "People carry out what it says."
STEP_TIME "STEP-TIME" true [QuantityChanged] Substantive Neutral
    "When a step is due or what sets it off changed."
    "Those who carry it out, and those who wait for it, plan by it."
STEP_RENUMBERED "STEP-RENUMBERED" true [Editorial] Editorial Neutral
    "Only the numbers in front of list items changed."
    "Numbers follow from the order; nothing else moved."
META_STATUS "META-STATUS" true [FieldChanged] Substantive Neutral
    "The status changed; a step the kind does not allow is breaking."
    "The status says whether the text binds anybody, and who must approve."
META_OWNER "META-OWNER" true [FieldChanged] Minor Neutral
    "The owner changed."
    "Somebody else answers for the text; both should know."
META_EFFECTIVE "META-EFFECTIVE" true [FieldChanged] Substantive Neutral
    "The date from which the text is in force changed."
    "A duty begins earlier or later than people planned for."
META_REVIEW "META-REVIEW" true [FieldChanged] Minor Relaxes
    "The date of the next review changed; later relaxes, earlier tightens."
    "A review put off hides that it is overdue."
META_CLASS "META-CLASS" true [FieldChanged] Substantive Neutral
    "Scope, applicability or classification changed."
    "It says who is bound."
META_PARAM "META-PARAM" true [ParameterChanged] Substantive Neutral
    "A parameter has another value."
    "Every sentence that shows the parameter says something else now."
META_OTHER "META-OTHER" true [FieldChanged] Minor Neutral
    "Any other front-matter field changed."
    "Nothing changes silently."
ART_ADDED "ART-ADDED" true [ArtifactAdded] Substantive Neutral
    "An artifact is new; breaking if it is in force at once."
    "There is a new text to know."
ART_REMOVED "ART-REMOVED" true [ArtifactRemoved] Breaking Relaxes
    "An artifact is gone; only substantive if it was not in force."
    "A text that bound people should be retired, not deleted."
ART_RENAMED "ART-RENAMED" true [ArtifactRenamed] Minor Neutral
    "The same id stands at another path."
    "Links to the file need to follow."
ART_REID "ART-REID" true [ArtifactRenamed] Breaking Neutral
    "Much the same text has another id."
    "Ids are how others cite it."
ART_KIND "ART-KIND" true [FieldChanged] Breaking Neutral
    "An artifact is of another kind now."
    "Other rules apply to it."
LINK_ADDED "LINK-ADDED" true [LinkAdded] Minor Neutral
    "A link is new."
    "Two texts now depend on each other."
LINK_REMOVED "LINK-REMOVED" true [LinkRemoved, DependencyRemoved] Minor Neutral
    "A link is gone."
    "Two texts no longer depend on each other."
LINK_ORPHAN "LINK-ORPHAN" true [LinkRemoved] Substantive Neutral
    "The last of the links a kind requires is gone."
    "Nobody answers for the artifact any more."
LINK_DANGLING "LINK-DANGLING" true [LinkRemoved] Breaking Neutral
    "What a link leads to, an id or a section, no longer exists."
    "The chain of reasons is broken."
LINK_RETARGETED "LINK-RETARGETED" true [LinkRetargeted] Substantive Neutral
    "A link leads somewhere else; a plain web or file link is minor."
    "The text stands on another reason now."
REF_VERSION "REF-VERSION" true [ReferenceChanged] Substantive Neutral
    "Another outside document, or another version of it, is referred to."
    "It may bring duties of its own."
REF_CHANGED "REF-CHANGED" true [ReferenceChanged] Minor Neutral
    "A reference by number leads to another place: another section, clause or item."
    "A reader who follows it arrives somewhere else."
PARAM_DRIFT "PARAM-DRIFT" true [ParameterChanged] Substantive Neutral
    "An artifact nobody touched still states a parameter's old value."
    "It is what people forget most often."
TRUST_CHANGED "TRUST-CHANGED" true [FieldChanged] Substantive Neutral
    "A file that reviews and checks rest on changed: the configuration, the lock, the accepted findings."
    "It takes effect once it is merged; until then the base decides."
EXC_EXTENDED "EXC-EXTENDED" true [FieldChanged] Substantive Relaxes
    "An exception runs longer than before."
    "An accepted risk grows."
SEC_ADDED "SEC-ADDED" true [SectionAdded] Minor Neutral
    "A section is new."
    "There is more to read; duties inside it are findings of their own."
SEC_REMOVED "SEC-REMOVED" true [SectionRemoved] Minor Neutral
    "A section is gone."
    "What it said no longer holds."
SEC_MOVED "SEC-MOVED" true [SectionMoved, SectionLevelChanged] Minor Neutral
    "A section stands elsewhere, or at another level."
    "References by number may point to something else."
SEC_RENAMED "SEC-RENAMED" true [SectionRenamed] Minor Neutral
    "A section has another heading; editorial when only its number, case or typography differs."
    "Links to the heading may break."
ITEM_ADDED "ITEM-ADDED" true [ItemAdded] Minor Neutral
    "A list has a new item."
    "Lists enumerate scope, rights and examples."
ITEM_REMOVED "ITEM-REMOVED" true [ItemRemoved] Minor Neutral
    "An item of a list is gone."
    "Lists enumerate scope, rights and examples."
ITEM_CHANGED "ITEM-CHANGED" true [ItemChanged] Minor Neutral
    "An item of a list says something else."
    "Lists enumerate scope, rights and examples."
ITEM_MOVED "ITEM-MOVED" true [ItemMoved] Minor Neutral
    "An item of a list stands elsewhere, with the same text."
    "Order may carry priority."
TEXT_CHANGED "TEXT-CHANGED" true [TextChanged] Minor Neutral
    "Text changed, and it cannot be proved that only its look did."
    "Anything that is not provably editorial should be read."
TEXT_ADDED "TEXT-ADDED" true [TextAdded] Minor Neutral
    "A sentence or a passage is new."
    "It gives context readers rely on."
TEXT_REMOVED "TEXT-REMOVED" true [TextRemoved] Minor Neutral
    "A sentence or a passage is gone."
    "It gave context readers relied on."
TEXT_MOVED "TEXT-MOVED" true [TextMoved] Minor Neutral
    "A passage stands elsewhere, with the same text."
    "Shown as a deletion and an insertion, a move hides from the reader that nothing was edited."
TEXT_EDITORIAL "TEXT-EDITORIAL" true [Editorial] Editorial Neutral
    "Only blanks, wrapping, markup, typography, the case of letters, or a slip of spelling or grammar changed."
    "It is provable, so nobody has to read it."
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_every_rule_says_why() {
        let ids: BTreeSet<_> = CHANGE_RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), CHANGE_RULES.len());
        for rule in CHANGE_RULES {
            assert!(
                rule.detects.ends_with('.') && rule.why.ends_with('.'),
                "{}",
                rule.id
            );
        }
        assert_eq!(change_rule("TEXT-MOVED"), Some(&TEXT_MOVED));
        assert_eq!(change_rule("NONE"), None);
    }
}
