//! The parts of the package beside the text.

use govkit_zip::{Effort, pack};

use crate::body::Body;
use crate::contents::field;
use crate::model::{Document, Style};
use crate::xml::{Attributes, Xml};

/// The names a part with text uses.
pub(crate) const NAMESPACES: Attributes<'static> = &[
    (
        "xmlns:w",
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        "xmlns:r",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
];

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

const STYLES: &str = include_str!("styles.xml");

/// The parts beside `document.xml` that it names: relationship, kind, file.
const BESIDE: [(&str, &str, &str); 6] = [
    ("rIdStyles", "styles", "styles.xml"),
    ("rIdSettings", "settings", "settings.xml"),
    ("rIdNumbering", "numbering", "numbering.xml"),
    ("rIdHeader", "header", "header1.xml"),
    ("rIdFirst", "header", "header2.xml"),
    ("rIdFooter", "footer", "footer1.xml"),
];

impl Document {
    /// Returns the document as the bytes of a `.docx` file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Body::new(self);
        let text = body.write();
        let parts = [
            ("[Content_Types].xml", types()),
            ("_rels/.rels", root()),
            ("docProps/core.xml", core(self)),
            ("docProps/app.xml", app()),
            ("word/document.xml", text),
            ("word/_rels/document.xml.rels", relationships(&body)),
            ("word/styles.xml", styles(self)),
            ("word/settings.xml", settings()),
            ("word/numbering.xml", numbering(self)),
            ("word/header1.xml", header(&self.header)),
            ("word/header2.xml", header("")),
            ("word/footer1.xml", footer(&self.footer)),
        ];
        let parts = parts.each_ref().map(|(name, bytes)| (*name, &bytes[..]));
        pack(parts, Effort::Usual).expect("memory takes every part, and each has a name of its own")
    }
}

/// The id of a style in `styles.xml`.
pub(crate) fn style_id(style: Style) -> String {
    match style {
        Style::Normal => "Normal",
        Style::Title => "Title",
        Style::Subtitle => "Subtitle",
        Style::Heading(level) => return format!("Heading{}", level.clamp(1, 4)),
        Style::List => "ListParagraph",
        Style::Quote => "Quote",
        Style::Code => "Code",
        Style::Cell => "TableText",
        Style::Caption => "Caption",
    }
    .to_owned()
}

/// The number of a list in `numbering.xml`: the first belongs to the headings, the second to all
/// bullets.
pub(crate) fn list_number(list: Option<usize>) -> String {
    list.map_or(2, |list| list + 3).to_string()
}

/// The page: A4, an inch around, nothing at the head of the first.
pub(crate) fn section(xml: &mut Xml) {
    xml.element("w:sectPr", &[], |xml| {
        for (name, kind, id) in [
            ("w:headerReference", "default", "rIdHeader"),
            ("w:headerReference", "first", "rIdFirst"),
            ("w:footerReference", "default", "rIdFooter"),
            ("w:footerReference", "first", "rIdFooter"),
        ] {
            xml.empty(name, &[("w:type", kind), ("r:id", id)]);
        }
        xml.empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")]);
        let sides = ["w:top", "w:right", "w:bottom", "w:left"];
        let margins = sides.map(|side| (side, "1440"));
        let all = [
            &margins[..],
            &[("w:header", "708"), ("w:footer", "708"), ("w:gutter", "0")],
        ];
        xml.empty("w:pgMar", &all.concat());
        xml.empty("w:titlePg", &[]);
    });
}

fn types() -> Vec<u8> {
    let namespace = format!("{PACKAGE}/content-types");
    Xml::part("Types", &[("xmlns", &namespace)], |xml| {
        for (extension, kind) in [
            (
                "rels",
                "application/vnd.openxmlformats-package.relationships+xml",
            ),
            ("xml", "application/xml"),
        ] {
            xml.empty(
                "Default",
                &[("Extension", extension), ("ContentType", kind)],
            );
        }
        let mut part = |name: &str, kind: &str| {
            xml.empty("Override", &[("PartName", name), ("ContentType", kind)]);
        };
        part("/word/document.xml", &format!("{MAIN}.document.main+xml"));
        for (_, kind, file) in BESIDE {
            part(&format!("/word/{file}"), &format!("{MAIN}.{kind}+xml"));
        }
        part(
            "/docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml",
        );
        part(
            "/docProps/app.xml",
            "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        );
    })
}

fn root() -> Vec<u8> {
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    let office = |kind: &str| format!("{OFFICE}/{kind}");
    rels(&[
        (
            "rId1",
            &office("officeDocument"),
            "word/document.xml",
            false,
        ),
        ("rId2", &core, "docProps/core.xml", false),
        (
            "rId3",
            &office("extended-properties"),
            "docProps/app.xml",
            false,
        ),
    ])
}

fn relationships(body: &Body<'_>) -> Vec<u8> {
    let kinds = BESIDE.map(|(id, kind, file)| (id, format!("{OFFICE}/{kind}"), file));
    let link = format!("{OFFICE}/hyperlink");
    let beside = kinds
        .iter()
        .map(|(id, kind, file)| (*id, kind.as_str(), *file, false));
    let links = body
        .links()
        .map(|(address, id)| (id, link.as_str(), address, true));
    rels(&beside.chain(links).collect::<Vec<_>>())
}

/// Relationships: id, kind, target, and whether that is outside the package.
fn rels(all: &[(&str, &str, &str, bool)]) -> Vec<u8> {
    let namespace = format!("{PACKAGE}/relationships");
    Xml::part("Relationships", &[("xmlns", &namespace)], |xml| {
        for (id, kind, target, outside) in all {
            let attributes = [
                ("Id", *id),
                ("Type", *kind),
                ("Target", *target),
                ("TargetMode", "External"),
            ];
            let shown = if *outside { 4 } else { 3 };
            xml.empty("Relationship", &attributes[..shown]);
        }
    })
}

fn core(document: &Document) -> Vec<u8> {
    let namespace = format!("{PACKAGE}/metadata/core-properties");
    let names = [
        ("xmlns:cp", namespace.as_str()),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    Xml::part("cp:coreProperties", &names, |xml| {
        xml.element("dc:title", &[], |xml| xml.text(&document.title));
        xml.element("dc:creator", &[], |xml| xml.text(&document.author));
        if !document.day.is_empty() {
            let made = format!("{}T00:00:00Z", document.day);
            for name in ["dcterms:created", "dcterms:modified"] {
                xml.element(name, &[("xsi:type", "dcterms:W3CDTF")], |xml| {
                    xml.text(&made);
                });
            }
        }
    })
}

fn app() -> Vec<u8> {
    let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    Xml::part("Properties", &[("xmlns", namespace)], |xml| {
        xml.element("Application", &[], |xml| xml.text("govkit"));
    })
}

fn styles(document: &Document) -> Vec<u8> {
    let (first, second) = match document.chapters {
        true => (
            "<w:pageBreakBefore/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>",
            "<w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr>",
        ),
        false => ("", ""),
    };
    STYLES
        .replace("<!--chapter-->", first)
        .replace("<!--section-->", second)
        .into_bytes()
}

fn settings() -> Vec<u8> {
    Xml::part("w:settings", NAMESPACES, |xml| {
        xml.empty("w:zoom", &[("w:percent", "100")]);
        xml.value("w:defaultTabStop", "720");
        xml.value("w:characterSpacingControl", "doNotCompress");
        xml.element("w:compat", &[], |xml| {
            // The way Word lays out a page since 2013; without it a reader sees `compatibility mode`.
            xml.empty(
                "w:compatSetting",
                &[
                    ("w:name", "compatibilityMode"),
                    ("w:uri", "http://schemas.microsoft.com/office/word"),
                    ("w:val", "15"),
                ],
            );
        });
        xml.value("w:themeFontLang", "en-GB");
    })
}

/// The numbers of headings and lists.
fn numbering(document: &Document) -> Vec<u8> {
    Xml::part("w:numbering", NAMESPACES, |xml| {
        kind(xml, "0", |level| match level {
            0 => Level::new("decimal", "%1").heading("Heading1"),
            1 => Level::new("decimal", "%1.%2").heading("Heading2"),
            _ => Level::new("none", ""),
        });
        kind(xml, "1", |level| {
            Level::new("bullet", ["•", "–", "▪"][level % 3]).at(level)
        });
        kind(xml, "2", |level| {
            let format = ["decimal", "lowerLetter", "lowerRoman"][level % 3];
            Level::new(format, &format!("%{}.", level + 1)).at(level)
        });
        number(xml, "1", "0", None);
        number(xml, &list_number(None), "1", None);
        for (at, list) in document.lists.iter().enumerate() {
            number(xml, &list_number(Some(at)), "2", Some(*list));
        }
    })
}

/// How one level of a list looks.
struct Level {
    format: String,
    text: String,
    style: Option<&'static str>,
    left: usize,
}

impl Level {
    fn new(format: &str, text: &str) -> Self {
        Self {
            format: format.to_owned(),
            text: text.to_owned(),
            style: None,
            left: 0,
        }
    }

    fn heading(mut self, style: &'static str) -> Self {
        (self.style, self.left) = (Some(style), 720);
        self
    }

    fn at(mut self, level: usize) -> Self {
        self.left = 360 * (level + 1);
        self
    }
}

fn kind(xml: &mut Xml, id: &str, level: impl Fn(usize) -> Level) {
    xml.element("w:abstractNum", &[("w:abstractNumId", id)], |xml| {
        xml.value("w:multiLevelType", "multilevel");
        for at in 0..9 {
            let level = level(at);
            xml.element("w:lvl", &[("w:ilvl", &at.to_string())], |xml| {
                xml.value("w:start", "1");
                xml.value("w:numFmt", &level.format);
                if let Some(style) = level.style {
                    xml.value("w:pStyle", style);
                }
                xml.value("w:lvlText", &level.text);
                xml.value("w:lvlJc", "left");
                let left = level.left.to_string();
                let hanging = level
                    .left
                    .min(if level.style.is_some() { 720 } else { 360 });
                xml.element("w:pPr", &[], |xml| {
                    xml.empty(
                        "w:ind",
                        &[("w:left", &left), ("w:hanging", &hanging.to_string())],
                    );
                });
            });
        }
    });
}

/// A list of one kind; with a level and a number it counts on its own.
fn number(xml: &mut Xml, id: &str, kind: &str, start: Option<(u8, u64)>) {
    xml.element("w:num", &[("w:numId", id)], |xml| {
        xml.value("w:abstractNumId", kind);
        if let Some((level, start)) = start {
            xml.element("w:lvlOverride", &[("w:ilvl", &level.to_string())], |xml| {
                // Word counts up to 32767.
                xml.value("w:startOverride", &start.min(32_767).to_string());
            });
        }
    });
}

fn header(text: &str) -> Vec<u8> {
    Xml::part("w:hdr", NAMESPACES, |xml| {
        line(xml, "Header", text, |_| {});
    })
}

fn footer(text: &str) -> Vec<u8> {
    Xml::part("w:ftr", NAMESPACES, |xml| {
        line(xml, "Footer", text, |xml| {
            xml.element("w:r", &[], |xml| xml.empty("w:tab", &[]));
            field(" PAGE ", xml);
            xml.element("w:r", &[], |xml| {
                xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(" / "));
            });
            field(" NUMPAGES ", xml);
        });
    })
}

fn line(xml: &mut Xml, style: &str, text: &str, after: impl FnOnce(&mut Xml)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| xml.value("w:pStyle", style));
        if !text.is_empty() {
            let flat = text.replace(['\n', '\t'], " ");
            xml.element("w:r", &[], |xml| {
                xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(&flat));
            });
        }
        after(xml);
    });
}
