//! The page of one artifact.

use std::collections::BTreeMap;

use govkit_reader::Version;
use govkit_reader::fields::{FACTS, by_when, strings};

use crate::duties::{self, Duties};
use crate::html::text;
use crate::markdown::{body, line};
use crate::model::{Finding, Site};
use crate::page::{Shell, badge, day, link, link_id};
use crate::table::Table;

pub(crate) fn page(site: &Site<'_>, all: &Duties, shell: &Shell, index: usize) -> String {
    let item = &site.items[index];
    let mut out = chain(site, index);
    out.push_str(&format!(
        "<p class=\"eyebrow\"><span class=\"kind\">{}</span> · <span class=\"id\">{}</span> {}</p>\n<h1>{}</h1>\n",
        text(&item.raw.kind),
        text(&item.raw.id),
        badge(&item.raw.status),
        text(&item.raw.title)
    ));
    let summary = item.raw.text("summary");
    if !summary.is_empty() {
        out.push_str(&format!(
            "<p class=\"lead\">{}</p>\n",
            line(site, index, &summary, "")
        ));
    }
    out.push_str("<div class=\"columns\"><div class=\"prose\">\n");
    out.push_str(&definitions(site, index));
    out.push_str(&steps(site, index));
    out.push_str(&activities(site, index));
    let duties = duties::table(site, all, index, "");
    if !duties.is_empty() {
        out.push_str(&format!("<h2>What is asked</h2>\n{duties}"));
    }
    out.push_str(&body(site, index));
    out.push_str(&history(site, index));
    out.push_str("</div>\n<aside aria-label=\"About this text\">\n");
    out.push_str(&facts(site, index));
    out.push_str(&connections(site, index));
    out.push_str("</aside></div>\n");
    shell.wrap("../", "", &item.raw.title, &out)
}

/// The place in the chain policy → process → procedure.
fn chain(site: &Site<'_>, index: usize) -> String {
    let processes = match site.items[index].raw.kind.as_str() {
        "procedure" => site.targets(index, "implements"),
        "process" => vec![index],
        "policy" => site.sources(index, "governed_by", "process"),
        _ => return String::new(),
    };
    let kind = site.items[index].raw.kind.as_str();
    let mut policies = match kind {
        "policy" => vec![index],
        _ => processes
            .iter()
            .flat_map(|&at| site.targets(at, "governed_by"))
            .collect(),
    };
    let mut procedures = match kind {
        "procedure" => vec![index],
        _ => processes
            .iter()
            .flat_map(|&at| site.sources(at, "implements", "procedure"))
            .collect(),
    };
    policies.sort_unstable();
    policies.dedup();
    procedures.sort_unstable();
    procedures.dedup();
    let mut out =
        String::from("<nav class=\"chain\" aria-label=\"From the reason to the work\"><ol>\n");
    for (question, list) in [("Why", policies), ("What", processes), ("How", procedures)] {
        let shown: Vec<String> = list
            .iter()
            .take(4)
            .map(|&at| match at == index {
                true => format!(
                    "<b aria-current=\"page\">{}</b>",
                    text(&site.items[at].raw.title)
                ),
                false => link(site, at, ""),
            })
            .collect();
        let more = match list.len() {
            0 => "<span class=\"gap\">nothing yet</span>".to_owned(),
            1..=4 => String::new(),
            many => format!(" and {} more", many - 4),
        };
        out.push_str(&format!(
            "<li><span class=\"question\">{question}</span> {}{more}</li>\n",
            shown.join("<br>")
        ));
    }
    out.push_str("</ol></nav>\n");
    out
}

/// The two definitions of a term.
fn definitions(site: &Site<'_>, index: usize) -> String {
    let mut out = String::new();
    for (field, label) in [
        ("business", "In business words"),
        ("technical", "In technical words"),
    ] {
        let words = site.items[index].raw.text(field);
        if !words.is_empty() {
            out.push_str(&format!(
                "<h2>{label}</h2><p>{}</p>\n",
                line(site, index, &words, "")
            ));
        }
    }
    out
}

/// The steps as a list to tick off; the ticks are the reader's and are kept nowhere.
fn steps(site: &Site<'_>, index: usize) -> String {
    let steps = site.items[index].raw.tables("steps");
    if steps.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2>Steps</h2>\n<ol class=\"steps\">\n");
    for (number, step) in steps.iter().enumerate() {
        let words = strings(step.get("do")).join(" ");
        let who: Vec<String> = strings(step.get("who"))
            .iter()
            .map(|id| link_id(site, id, ""))
            .collect();
        let mut notes = vec![format!("<b>{}</b>", who.join(", "))];
        let when = by_when(step);
        if !when.is_empty() {
            notes.push(line(site, index, &when, ""));
        }
        let evidence = strings(step.get("evidence")).join(", ");
        if !evidence.is_empty() {
            notes.push(format!("Evidence: {}", line(site, index, &evidence, "")));
        }
        out.push_str(&format!(
            "<li><input type=\"checkbox\" id=\"gk-step-{number}\"><label for=\"gk-step-{number}\"><span class=\"n\">Step {}.</span> {}</label><div class=\"quiet\">{}</div></li>\n",
            number + 1,
            line(site, index, &words, ""),
            notes.join(" · ")
        ));
    }
    out.push_str("</ol>\n");
    out
}

/// The activities with who does, answers, is asked and is told.
fn activities(site: &Site<'_>, index: usize) -> String {
    let activities = site.items[index].raw.tables("activities");
    if activities.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        "Activity",
        "Does it",
        "Answers for it",
        "Is asked",
        "Is told",
    ])
    .with_row_heads();
    for activity in activities {
        let words = strings(activity.get("do")).join(" ");
        let who = |column: &str| {
            let who = strings(activity.get(column));
            let who: Vec<String> = who.iter().map(|id| link_id(site, id, "")).collect();
            who.join("<br>")
        };
        table.row([
            line(site, index, &words, ""),
            who("r"),
            who("a"),
            who("c"),
            who("i"),
        ]);
    }
    format!("<h2>Who does what</h2>\n{}", table.html(""))
}

/// Owner, dates and the other short facts.
fn facts(site: &Site<'_>, index: usize) -> String {
    let item = &site.items[index];
    let mut out = String::from("<section class=\"card\"><h2>Facts</h2><dl>\n");
    let owners: Vec<String> = item.raw.owners().map(|id| link_id(site, id, "")).collect();
    if !owners.is_empty() {
        out.push_str(&format!("<dt>Owner</dt><dd>{}</dd>\n", owners.join(", ")));
    }
    for (field, label) in FACTS {
        let value = item.raw.fields.get(field);
        let shown: Vec<String> = strings(value)
            .iter()
            .map(|word| match field {
                "effective" | "expires" | "review_by" => day(word),
                "approver" => link_id(site, word, ""),
                _ => line(site, index, word, ""),
            })
            .collect();
        if !shown.is_empty() {
            out.push_str(&format!(
                "<dt>{label}</dt><dd>{}</dd>\n",
                shown.join("<br>")
            ));
        }
    }
    for (table, label) in [("params", "Figures"), ("service_level", "Service level")] {
        if let Some(values) = item
            .raw
            .fields
            .get(table)
            .and_then(serde_json::Value::as_object)
        {
            for (name, value) in values {
                let value = strings(Some(value)).join(", ");
                out.push_str(&format!(
                    "<dt><span class=\"hidden\">{label}: </span>{}</dt><dd>{}</dd>\n",
                    text(&name.replace('_', " ")),
                    text(&value)
                ));
            }
        }
    }
    out.push_str(&format!(
        "<dt>File</dt><dd class=\"id\">{}</dd>\n</dl></section>\n",
        text(&item.raw.path)
    ));
    out
}

/// Links both ways, by their name.
fn connections(site: &Site<'_>, index: usize) -> String {
    let item = &site.items[index];
    let mut outgoing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, target) in &item.raw.links {
        if name.len() > 1 && name != "owner" && name != "who" {
            outgoing
                .entry(name)
                .or_default()
                .push(link_id(site, target, ""));
        }
    }
    let mut incoming: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, from) in &item.incoming {
        if name.len() > 1 && *name != "who" {
            incoming
                .entry(name)
                .or_default()
                .push(link(site, *from, ""));
        }
    }
    let mut out = String::new();
    for (heading, groups) in [("Leads to", outgoing), ("Named by", incoming)] {
        if groups.is_empty() {
            continue;
        }
        out.push_str(&format!("<section class=\"card\"><h2>{heading}</h2><dl>\n"));
        for (name, mut links) in groups {
            links.dedup();
            out.push_str(&format!(
                "<dt>{}</dt><dd>{}</dd>\n",
                text(&name.replace('_', " ")),
                links.join("<br>")
            ));
        }
        out.push_str("</dl></section>\n");
    }
    out
}

/// What a version changed, folded away.
fn redlines(version: &Version) -> String {
    let findings: Vec<Finding> = version
        .named("finding")
        .filter_map(|json| serde_json::from_str(json).ok())
        .collect();
    if findings.is_empty() {
        return String::new();
    }
    let mut out = String::from("<details><summary>What changed</summary><ul>");
    for finding in &findings {
        out.push_str(&format!("<li>{}", text(&finding.message)));
        if let Some(parts) = &finding.text {
            out.push_str("<p class=\"redline\">");
            for (mark, words) in parts {
                match mark.as_str() {
                    "-" => out.push_str(&format!("<del>{}</del>", text(words))),
                    "+" => out.push_str(&format!("<ins>{}</ins>", text(words))),
                    _ => out.push_str(&text(words)),
                }
            }
            out.push_str("</p>");
        }
        out.push_str("</li>");
    }
    out + "</ul></details>"
}

/// The versions, newest first.
fn history(site: &Site<'_>, index: usize) -> String {
    let versions = &site.items[index].raw.versions;
    if versions.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("<h2 id=\"gk-history\">History</h2>\n<ol class=\"plain history\">\n");
    for version in versions {
        out.push_str(&format!(
            "<li>{} <b>{}</b> {}<br><span class=\"quiet\">{}, <span class=\"id\">{}</span></span>",
            day(&version.date),
            text(&version.change),
            text(&version.subject),
            text(&version.author),
            text(&version.commit)
        ));
        let who: Vec<String> = version.named("approval").map(text).collect();
        if !who.is_empty() {
            out.push_str(&format!("<br>Approved by {}", who.join("; ")));
        }
        out.push_str(&redlines(version));
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
    out
}
