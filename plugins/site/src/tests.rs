use std::collections::BTreeMap;

use serde_json::json;

use super::*;

fn input(id: &str, kind: &str, body: &str) -> Input {
    Input {
        id: id.to_owned(),
        kind: kind.to_owned(),
        path: format!("{kind}/{id}.md"),
        title: format!("Title of {id}"),
        body: body.to_owned(),
        ..Input::default()
    }
}

fn site(input: &[Input], assets: &[Asset]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    files(input, assets, &Options::default(), &mut |path, bytes| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        match all.insert(path.to_owned(), text) {
            None => Ok(()),
            Some(_) => Err(format!("{path} twice")),
        }
    })
    .unwrap();
    all
}

#[test]
fn parameters_terms_and_links_are_put_in() {
    let mut policy = input(
        "POL-1",
        "policy",
        "Tell within {{ limit }} of an [[incident]]. See [it](../term/T-1.md#x).\n",
    );
    policy
        .fields
        .insert("params".to_owned(), json!({"limit": "72 hours"}));
    let mut term = input("T-1", "term", "");
    term.title = "Incident".to_owned();
    term.fields
        .insert("business".to_owned(), json!("It hurts."));
    let page = &site(&[policy, term], &[])["a/POL-1.html"];
    assert!(page.contains(">72 hours</span>"), "{page}");
    assert!(
        page.contains("<b>In business words:</b> It hurts."),
        "{page}"
    );
    assert!(page.contains("<a href=\"T-1.html#x\">it</a>"), "{page}");
}

#[test]
fn hostile_text_is_text() {
    let body = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b>b</b> [x](javascript:alert(1)) ![y](data:text/html,z) [z](//evil.example) `{{ x }}`\n";
    let page = &site(&[input("P", "policy", body)], &[])["a/P.html"];
    assert!(!page.contains("<img"), "{page}");
    assert!(!page.contains("javascript:"), "{page}");
    assert!(!page.contains("data:text"), "{page}");
    assert!(!page.contains("evil.example"), "{page}");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
}

#[test]
fn names_of_pages_are_safe_and_stay_apart() {
    let all = site(
        &[
            input("../x", "a", ""),
            input("con", "a", ""),
            input("A", "a", ""),
            input("a", "a", ""),
        ],
        &[],
    );
    let names: Vec<&str> = all
        .keys()
        .filter_map(|name| name.strip_prefix("a/"))
        .collect();
    assert_eq!(names.len(), 4);
    assert!(
        names
            .iter()
            .all(|name| !name.contains('/') && *name != "con.html"),
        "{names:?}"
    );
    assert!(
        names.contains(&"A.html") && !names.contains(&"a.html"),
        "{names:?}"
    );
}

#[test]
fn duties_are_gathered_by_role_with_their_time() {
    let mut procedure = input("PRC-1", "procedure", "");
    procedure.fields.insert(
        "steps".to_owned(),
        json!([{"id": "a", "do": "Call.", "who": "ROLE-1", "within": "PT1H30M"}]),
    );
    let all = site(&[procedure, input("ROLE-1", "role", "")], &[]);
    for page in ["duties.html", "a/ROLE-1.html"] {
        assert!(
            all[page].contains(
                "<td data-head=\"How\">Does</td><td data-head=\"What\">Call.</td><td data-head=\"When\">within 1 hour 30 minutes</td>"
            ),
            "{}",
            all[page]
        );
    }
}

#[test]
fn the_navigation_has_the_pages_there_is_something_for() {
    let all = site(&[input("EIP-1", "eip", "")], &[]);
    let pages: Vec<&str> = all
        .keys()
        .map(String::as_str)
        .filter(|name| name.ends_with(".html"))
        .collect();
    assert_eq!(pages, ["a/EIP-1.html", "index.html", "search.html"]);
    let home = &all["index.html"];
    assert!(
        home.contains(
            "<nav aria-label=\"Main\"><a href=\"index.html\" aria-current=\"page\">Home</a></nav>"
        ),
        "{home}"
    );
    assert!(
        home.contains("<h1>All texts</h1>") && home.contains("<details open"),
        "{home}"
    );
}

#[test]
fn the_chains_are_drawn_with_what_belongs_together_side_by_side() {
    let named = |id: &str, kind: &str, link: &str, to: &str| {
        let mut one = input(id, kind, "");
        one.links = vec![(link.to_owned(), to.to_owned())];
        one
    };
    let all = [
        input("POL-1", "policy", ""),
        input("POL-2", "policy", ""),
        named("PRO-1", "process", "governed_by", "POL-2"),
        named("PRO-2", "process", "governed_by", "POL-1"),
        named("PRC-1", "procedure", "implements", "PRO-1"),
    ];
    let page = &site(&all, &[])["trace.html"];
    // PRO-2 stands beside POL-1 in the first row, PRO-1 beside POL-2 in the second; the one
    // procedure is the first of its column.
    for line in [
        "<path d=\"M221 56 C271 56 271 56 321 56\"/>",
        "<path d=\"M221 118 C271 118 271 118 321 118\"/>",
        "<path d=\"M541 118 C591 118 591 56 641 56\"/>",
    ] {
        assert!(page.contains(line), "{page}");
    }
}

#[test]
fn a_line_over_the_middle_layer_of_the_map_ends_at_no_box_there() {
    let service = |id: &str, layer: &str, on: &[&str]| {
        let mut service = input(id, "service", "");
        service.fields.insert("layer".to_owned(), json!(layer));
        let links = on
            .iter()
            .map(|on| ("depends_on".to_owned(), (*on).to_owned()));
        service.links = links.collect();
        service
    };
    let services = [
        service("SVC-1", "business", &["SVC-2", "SVC-3"]),
        service("SVC-2", "application", &[]),
        service("SVC-3", "infrastructure", &[]),
    ];
    let page = &site(&services, &[])["services.html"];
    // The one box of the middle layer is 34 to 78 high; the line passes at 87.
    for line in [
        "<path d=\"M221 56 C271 56 271 56 321 56\"/>",
        "<path d=\"M221 56 C271 56 271 87 321 87 L541 87 C591 87 591 56 641 56\"/>",
    ] {
        assert!(page.contains(line), "{page}");
    }
}

#[test]
fn a_theme_and_a_logo_come_from_the_repository() {
    let asset = |name: &str| Asset {
        name: name.to_owned(),
        bytes: b":root { --accent: red }".to_vec(),
    };
    let with = site(&[], &[asset("brand/colours.css"), asset("brand/logo.svg")]);
    assert!(
        with["index.html"].contains("href=\"theme.css\"")
            && with["index.html"].contains("src=\"logo.svg\"")
    );
    assert_eq!(with["theme.css"], ":root { --accent: red }");
    let without = site(&[], &[]);
    assert!(!without["index.html"].contains("theme.css") && !without.contains_key("theme.css"));
}

#[test]
fn an_empty_title_is_refused() {
    assert!(
        Options::from_json(r#"{"title": " "}"#)
            .unwrap_err()
            .contains("title")
    );
    assert!(Options::from_json("{}").is_ok());
}
