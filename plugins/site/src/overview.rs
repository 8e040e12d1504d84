//! Pages about all artifacts: traceability, reviews, glossary.

use crate::diagram;
use crate::html::text;
use crate::model::Site;
use crate::page::{Shell, badge, day, link, link_id};
use crate::table::Table;

/// The traceability matrix: from each policy to the work, and to what checks it.
pub(crate) fn trace(site: &Site<'_>, shell: &Shell) -> String {
    let mut table = Table::new([
        "Why: policy",
        "What: process",
        "How: procedures",
        "Checked by",
    ]);
    for policy in site.of_kind("policy") {
        let processes = site.sources(policy, "governed_by", "process");
        let controls = list(
            site,
            &site.sources(policy, "verifies", "control"),
            "no control",
        );
        let first = link(site, policy, "a/");
        if processes.is_empty() {
            let gap = "<span class=\"gap\">no process</span>".to_owned();
            table.row([first.clone(), gap, String::new(), controls.clone()]);
        }
        for process in processes {
            let procedures = site.sources(process, "implements", "procedure");
            let work = list(site, &procedures, "no procedure");
            let process = link(site, process, "a/");
            table.row([first.clone(), process, work, controls.clone()]);
        }
    }
    for process in site.of_kind("process") {
        if site.targets(process, "governed_by").is_empty() {
            let work = list(
                site,
                &site.sources(process, "implements", "procedure"),
                "no procedure",
            );
            let gap = "<span class=\"gap\">no policy</span>".to_owned();
            table.row([gap, link(site, process, "a/"), work, String::new()]);
        }
    }
    let out = format!(
        "<h1>Traceability</h1>\n<p class=\"lead\">From the reason to the work, and to what shows that it works. A gap is marked.</p>\n{}{}",
        chains(site),
        table.html("")
    );
    shell.wrap("", "trace.html", "Traceability", &out)
}

/// The chains as a picture. What belongs together stands at about the same height, so that few
/// lines cross.
fn chains(site: &Site<'_>) -> String {
    let kinds = ["policy", "process", "procedure"].into_iter();
    let count: usize = kinds.map(|kind| site.of_kind(kind).count()).sum();
    // To find out what belongs together takes the square of this.
    if count > diagram::BOXES {
        return String::new();
    }
    let mut lines = Vec::new();
    let mut column = |before: &[usize], link: &str, kind: &str| {
        let mut found: Vec<usize> = Vec::new();
        for &above in before {
            for index in site.sources(above, link, kind) {
                lines.push((above, index));
                if !found.contains(&index) {
                    found.push(index);
                }
            }
        }
        // What hangs on nothing comes last.
        let rest = site.of_kind(kind).filter(|index| !found.contains(index));
        let rest: Vec<usize> = rest.collect();
        found.extend(rest);
        found
    };
    let policies: Vec<usize> = site.of_kind("policy").collect();
    let processes = column(&policies, "governed_by", "process");
    let procedures = column(&processes, "implements", "procedure");
    diagram::draw(
        site,
        "Policies, processes and procedures, with lines from the reason to the work",
        [
            ("Why: policies", policies),
            ("What: processes", processes),
            ("How: procedures", procedures),
        ],
        &lines,
    )
}

fn list(site: &Site<'_>, indices: &[usize], gap: &str) -> String {
    if indices.is_empty() {
        return format!("<span class=\"gap\">{gap}</span>");
    }
    let links: Vec<String> = indices
        .iter()
        .map(|&index| link(site, index, "a/"))
        .collect();
    links.join("<br>")
}

/// Reviews by day. A plugin has no clock, so the script of the page marks what is overdue on the
/// day the page is read.
pub(crate) fn reviews(site: &Site<'_>, shell: &Shell) -> String {
    let mut due: Vec<(String, usize)> = (0..site.items.len())
        .map(|index| (site.items[index].raw.text("review_by"), index))
        .filter(|(date, _)| !date.is_empty())
        .collect();
    due.sort();
    let mut table = Table::new(["By", "Text", "Status", "Owner"]);
    for (date, index) in due {
        let raw = site.items[index].raw;
        let owner: Vec<String> = raw.owners().map(|id| link_id(site, id, "a/")).collect();
        table.row_with(
            &format!(" data-due=\"{}\"", text(&date)),
            [
                day(&date),
                link(site, index, "a/"),
                badge(&raw.status),
                owner.join(", "),
            ],
        );
    }
    let out = format!(
        "<h1>Reviews</h1>\n<p class=\"lead\">When each text has to be read again, soonest first.</p>\n<p id=\"gk-due\" role=\"status\"></p>\n{}",
        table.html(" id=\"gk-reviews\"")
    );
    shell.wrap("", "reviews.html", "Reviews", &out)
}

/// The glossary, by title.
pub(crate) fn glossary(site: &Site<'_>, shell: &Shell) -> String {
    let mut terms: Vec<usize> = site.of_kind("term").collect();
    terms.sort_by_key(|&index| site.items[index].raw.title.to_lowercase());
    let mut out = String::from(
        "<h1>Glossary</h1>\n<p class=\"lead\">One word for one thing, in business and in technical words.</p>\n<dl class=\"glossary\">\n",
    );
    for index in terms {
        let item = &site.items[index];
        out.push_str(&format!("<dt>{}</dt>\n", link(site, index, "a/")));
        for (field, label) in [("business", "Business"), ("technical", "Technical")] {
            let words = item.raw.text(field);
            if !words.is_empty() {
                out.push_str(&format!("<dd><b>{label}</b> {}</dd>\n", text(&words)));
            }
        }
    }
    out.push_str("</dl>\n");
    shell.wrap("", "glossary.html", "Glossary", &out)
}
