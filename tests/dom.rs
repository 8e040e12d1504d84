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
}

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
                let plain = href.starts_with("https://") || href.starts_with("http://");
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
        for table in self.all("table") {
            let at = self
                .elements
                .iter()
                .position(|one| std::ptr::eq(one, table));
            let caption = self
                .all("caption")
                .filter(|one| one.parent == at && !one.text.is_empty());
            assert_eq!(caption.count(), 1, "a table has a caption");
        }
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
