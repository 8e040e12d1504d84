//! A page as a browser reads it, for tests: html5ever, and a list of elements.

use std::cell::RefCell;
use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element of a page.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Its place in the list of all elements.
    pub(crate) parent: Option<usize>,
    /// The text in it, elements inside included.
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").split(' ').any(|one| one == class)
    }

    /// Whether an element that could act is one the site itself puts there; any other may stay.
    fn is_ours(&self) -> bool {
        let here = |to: &str| to.strip_prefix("../").unwrap_or(to).to_owned();
        match self.name.as_str() {
            "script" => {
                let file = here(self.get("src"));
                let part = file
                    .strip_prefix("search-")
                    .and_then(|rest| rest.strip_suffix(".js"));
                let numbered = part.is_some_and(|part| part.parse::<u8>().is_ok());
                self.text.is_empty() && (file == "site.js" || numbered)
            }
            "link" => self.get("rel") == "stylesheet" && here(self.get("href")) == "style.css",
            "form" => here(self.get("action")) == "search.html",
            "input" => self.get("id") == "gk-q" || self.get("id").starts_with("gk-step-"),
            "meta" => match self.get("http-equiv") {
                "" => ["", "viewport", "referrer"].contains(&self.get("name")),
                policy => {
                    let strict = self.get("content").starts_with("default-src 'none'; ");
                    policy == "Content-Security-Policy" && strict
                }
            },
            _ => true,
        }
    }
}

/// Returns the path a link leads to, as a browser reads it, or nothing where it leads to the web or a
/// mailbox; fails where it leads anywhere else.
pub(crate) fn inside(path: &str, link: &str) -> Option<String> {
    // A browser takes away blanks around an address, and tabs and line ends anywhere.
    let read = link.trim_matches(|ch: char| ch <= ' ');
    let read = read.replace(['\t', '\n', '\r'], "");
    let end = read.find([':', '/', '?', '#', '\\']).unwrap_or(read.len());
    if read[end..].starts_with(':') {
        let (scheme, rest) = (read[..end].to_ascii_lowercase(), &read[end + 1..]);
        let host = rest
            .strip_prefix("//")
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        let known = ["http", "https"].contains(&scheme.as_str()) && host || scheme == "mailto";
        assert!(known, "{path}: {link:?}");
        return None;
    }
    let to = read.split(['?', '#']).next().unwrap_or_default();
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "-_./".contains(ch);
    let fits = !to.starts_with('/') && to.chars().all(plain);
    assert!(fits, "{path}: {link:?}");
    Some(to.to_owned())
}

/// What a page of the site is made of.
const SITE: &[&str] = &[
    "a",
    "article",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "input",
    "ins",
    "label",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "span",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];

/// What the map of the services is made of.
const MAP: &[&str] = &["svg", "g", "path", "rect", "text"];

const SITE_ATTRIBUTES: &[&str] = &[
    "action",
    "aria-current",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "autocomplete",
    "charset",
    "class",
    "content",
    "d",
    "data-due",
    "data-head",
    "datetime",
    "defer",
    "for",
    "height",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "placeholder",
    "rel",
    "role",
    "rx",
    "scope",
    "src",
    "start",
    "tabindex",
    "title",
    "type",
    "viewBox",
    "width",
    "x",
    "y",
];

/// The ids the pages of the site have for themselves, but for those of steps.
const OWN: &[&str] = &[
    "gk-due",
    "gk-found",
    "gk-history",
    "gk-main",
    "gk-policy",
    "gk-procedure",
    "gk-process",
    "gk-q",
    "gk-results",
    "gk-reviews",
];

/// The elements of a page in document order.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) elements: Vec<Element>,
    /// What the parser had to put right.
    pub(crate) faults: Vec<String>,
    comments: usize,
    /// How often each id is given.
    ids: BTreeMap<String, usize>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(html: &str) -> Page {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        let mut page = Page {
            faults: dom
                .errors
                .borrow()
                .iter()
                .map(ToString::to_string)
                .collect(),
            ..Page::default()
        };
        let elements = RefCell::new(Vec::new());
        page.comments = walk(&dom.document, None, &elements);
        page.elements = elements.into_inner();
        for element in page.elements.iter().filter(|one| !one.get("id").is_empty()) {
            *page.ids.entry(element.get("id").to_owned()).or_default() += 1;
        }
        page
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |one| one.name == name)
    }

    pub(crate) fn with_class<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |one| one.has_class(class))
    }

    pub(crate) fn by_id(&self, id: &str) -> Vec<&Element> {
        self.elements
            .iter()
            .filter(|one| one.get("id") == id)
            .collect()
    }

    /// The elements inside the one with this id.
    pub(crate) fn inside(&self, id: &str) -> Vec<&Element> {
        let within = |element: &Element| {
            let mut at = element.parent;
            while let Some(parent) = at {
                if self.elements[parent].get("id") == id {
                    return true;
                }
                at = self.elements[parent].parent;
            }
            false
        };
        self.elements.iter().filter(|one| within(one)).collect()
    }

    /// Fails if anything on a page of the site runs, loads from elsewhere, or leads where no link
    /// should, or if a text took a name that the page has for itself.
    pub(crate) fn must_be_inert(&self, path: &str) {
        assert!(self.faults.is_empty(), "{path}: {:?}", self.faults);
        assert_eq!(self.comments, 0, "{path}");
        for (id, count) in &self.ids {
            let own = id.starts_with("gk-step-") || OWN.contains(&id.as_str());
            let fits = *count == 1 && (own || !id.starts_with("gk-"));
            assert!(fits, "{path}: id {id:?}, {count} times");
        }
        let mut policies = 0;
        for element in &self.elements {
            let name = element.name.as_str();
            let has_map = ["/services.html", "/trace.html"]
                .iter()
                .any(|page| path.ends_with(page));
            let drawn = has_map && MAP.contains(&name);
            assert!(SITE.contains(&name) || drawn, "{path}: <{name}>");
            for (name, value) in &element.attributes {
                let known = SITE_ATTRIBUTES.contains(&name.as_str());
                assert!(known, "{path}: {name}={value:?}");
            }
            assert!(element.is_ours(), "{path}: {element:?}");
            policies += usize::from(element.get("http-equiv") == "Content-Security-Policy");
            if let Some(href) = element.attributes.get("href") {
                drop(inside(path, href));
            }
        }
        assert_eq!(policies, 1, "{path}");
    }

    /// Fails if the page is not what every page of ours has to be, whatever stands in the repository:
    /// sound HTML without anything active, that fetches nothing, and that can be walked by keyboard.
    pub(crate) fn must_be_sound(&self) {
        assert!(self.faults.is_empty(), "{:?}", self.faults);
        assert_eq!(self.comments, 0);
        const NAMES: &[&str] = &[
            "a", "b", "body", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt",
            "em", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
            "ins", "li", "main", "meta", "nav", "ol", "p", "pre", "section", "span", "strong",
            "style", "summary", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
        ];
        const ATTRIBUTES: &[&str] = &[
            "aria-hidden",
            "aria-label",
            "aria-labelledby",
            "charset",
            "class",
            "content",
            "dir",
            "href",
            "http-equiv",
            "id",
            "lang",
            "name",
            "rel",
            "role",
            "scope",
            "start",
            "tabindex",
        ];
        for element in &self.elements {
            let known = NAMES.contains(&element.name.as_str()) || element.name == "blockquote";
            assert!(known, "<{}>", element.name);
            for (name, value) in &element.attributes {
                assert!(ATTRIBUTES.contains(&name.as_str()), "{name}={value:?}");
            }
            if let Some(href) = element.attributes.get("href") {
                assert_eq!(element.name, "a");
                self.must_lead_somewhere(href);
            }
            let id = element.get("id");
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            assert!(id.bytes().all(plain), "id {id:?}");
            assert!(id.is_empty() || self.ids[id] == 1, "id {id} twice");
            let label = element.get("aria-labelledby");
            assert!(
                label.is_empty() || self.ids.get(label) == Some(&1),
                "label {label}"
            );
        }
        self.must_read_in_order();
    }

    fn must_lead_somewhere(&self, href: &str) {
        match href.strip_prefix('#') {
            Some(id) => assert_eq!(self.ids.get(id), Some(&1), "#{id} leads nowhere"),
            None => {
                let plain = ["https://", "http://", "mailto:"];
                let plain = plain.iter().any(|start| href.starts_with(start));
                assert!(plain, "a link to {href:?}");
            }
        }
    }

    fn must_read_in_order(&self) {
        for landmark in ["header", "main", "footer", "h1", "title"] {
            assert_eq!(self.all(landmark).count(), 1, "<{landmark}>");
        }
        let mut level = 0;
        for element in &self.elements {
            let heading = element
                .name
                .strip_prefix('h')
                .and_then(|rest| rest.parse::<u8>().ok());
            if let Some(next) = heading {
                assert!(
                    next <= level + 1,
                    "<h{next}> after <h{level}>: {}",
                    element.text
                );
                level = next;
            }
        }
        let captions = self.all("caption").filter(|one| !one.text.is_empty());
        let captioned: Vec<usize> = captions.filter_map(|one| one.parent).collect();
        let all = self.elements.iter().enumerate();
        let tables: Vec<usize> = all
            .filter(|(_, one)| one.name == "table")
            .map(|(at, _)| at)
            .collect();
        let mut sorted = captioned;
        sorted.sort_unstable();
        assert_eq!(sorted, tables, "a table has a caption");
        assert_eq!(
            self.all("html").next().map(|one| one.get("lang")),
            Some("en")
        );
    }
}

/// Lists the elements; returns how many comments there are.
fn walk(node: &Handle, parent: Option<usize>, elements: &RefCell<Vec<Element>>) -> usize {
    let mut comments = 0;
    let mut here = parent;
    match &node.data {
        NodeData::Comment { .. } => comments += 1,
        NodeData::Text { contents } => {
            let text = contents.borrow();
            let mut at = parent;
            while let Some(place) = at {
                let element = &mut elements.borrow_mut()[place];
                element.text.push_str(&text);
                at = element.parent;
            }
        }
        NodeData::Element { name, attrs, .. } => {
            let attributes = attrs.borrow();
            let attributes = attributes
                .iter()
                .map(|one| (one.name.local.to_string(), one.value.to_string()));
            here = Some(elements.borrow().len());
            elements.borrow_mut().push(Element {
                name: name.local.to_string(),
                attributes: attributes.collect(),
                parent,
                text: String::new(),
            });
        }
        _ => {}
    }
    for child in node.children.borrow().iter() {
        comments += walk(child, here, elements);
    }
    comments
}

#[test]
fn the_reader_of_pages_sees_what_a_browser_sees() {
    let page = Page::read("<!doctype html><p id=a>x<b>y</b><script>z</script>");
    assert_eq!(page.by_id("a")[0].text, "xyz");
    assert_eq!(page.all("script").count(), 1);
    assert_eq!(page.inside("a").len(), 2);
}
