//! Who has to do what, and by when: steps, activities, controls and reviews by role and group.

use std::collections::BTreeMap;

use govkit_reader::fields::{by_when, strings};
use serde_json::Value;

use crate::html::text;
use crate::markdown::line;
use crate::model::Site;
use crate::page::{Shell, day, link};
use crate::table::Table;

/// One thing somebody has to do.
#[derive(Debug)]
pub(crate) struct Duty {
    /// The artifact that asks for it.
    from: usize,
    /// How it is asked for: `Does`, `Answers for` …
    role: &'static str,
    /// What, in the words of the artifact.
    what: String,
    /// By when, in the words of the artifact.
    when: String,
}

/// The duties of each role and group, in the order of the corpus.
pub(crate) type Duties = BTreeMap<usize, Vec<Duty>>;

/// Collects everybody's duties.
pub(crate) fn all(site: &Site<'_>) -> Duties {
    let mut duties = Duties::new();
    for (from, item) in site.items.iter().enumerate() {
        let mut add = |id: &str, role, what: String, when: String| {
            if let Some(who) = site.find(id) {
                duties.entry(who).or_default().push(Duty {
                    from,
                    role,
                    what,
                    when,
                });
            }
        };
        for step in item.raw.tables("steps") {
            for who in strings(step.get("who")) {
                add(&who, "Does", words(step), by_when(step));
            }
        }
        for activity in item.raw.tables("activities") {
            let columns = [
                ("r", "Does"),
                ("a", "Answers for"),
                ("c", "Is asked about"),
                ("i", "Is told about"),
            ];
            for (column, role) in columns {
                for who in strings(activity.get(column)) {
                    add(&who, role, words(activity), String::new());
                }
            }
        }
        for (name, target) in &item.raw.links {
            if name == "performed_by" {
                let every = item.raw.text("every");
                let when = if every.is_empty() {
                    every
                } else {
                    format!("every {every}")
                };
                add(target, "Checks", item.raw.title.clone(), when);
            }
        }
        let review = item.raw.text("review_by");
        if !review.is_empty() {
            for owner in item.raw.owners() {
                add(
                    owner,
                    "Reviews",
                    item.raw.title.clone(),
                    format!("by {review}"),
                );
            }
        }
    }
    duties
}

fn words(table: &Value) -> String {
    strings(table.get("do")).join(" ")
}

/// The table of one role's duties; empty where there are none.
pub(crate) fn table(site: &Site<'_>, duties: &Duties, who: usize, base: &str) -> String {
    let Some(duties) = duties.get(&who) else {
        return String::new();
    };
    let mut table = Table::new(["How", "What", "When", "Where it stands"]);
    for duty in duties {
        let when = match duty.when.strip_prefix("by ") {
            Some(date) => format!("by {}", day(date)),
            None => line(site, duty.from, &duty.when, base),
        };
        table.row([
            duty.role.to_owned(),
            line(site, duty.from, &duty.what, base),
            when,
            link(site, duty.from, base),
        ]);
    }
    table.html(" class=\"duties\"")
}

/// The page `My duties`.
pub(crate) fn page(site: &Site<'_>, duties: &Duties, shell: &Shell) -> String {
    let mut out = String::from(
        "<h1>My duties</h1>\n<p class=\"lead\">What do I have to do, and by when? Choose your role or group.</p>\n",
    );
    for (&who, list) in duties {
        let item = &site.items[who];
        out.push_str(&format!(
            "<details class=\"card\" id=\"{}\"><summary><b>{}</b> <span class=\"count\">{} duties</span><br><span class=\"quiet\">{}</span></summary>\n<p>{}</p>\n{}</details>\n",
            item.name,
            text(&item.raw.title),
            list.len(),
            text(&item.raw.text("summary")),
            link(site, who, "a/"),
            table(site, duties, who, "a/"),
        ));
    }
    shell.wrap("", "duties.html", "My duties", &out)
}
