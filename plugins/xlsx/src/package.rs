//! The parts of a workbook that say what it consists of.

use crate::book::{HEADER, MAIN, letters};
use crate::table::Table;
use crate::xml;

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Names the sheets, with what their filters cover and which row every printed page repeats.
pub(crate) fn workbook(tables: &[Table]) -> String {
    let mut sheets = String::new();
    let mut filters = String::new();
    let mut titles = String::new();
    for (at, table) in tables.iter().enumerate() {
        let (name, number) = (table.name, at + 1);
        sheets.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"
        ));
        filters.push_str(&format!(
            "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{at}\" hidden=\"1\">{name}!$A$1:${}${}</definedName>",
            letters(table.columns.len() - 1),
            table.rows.len() + 1
        ));
        titles.push_str(&format!(
            "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{at}\">{name}!$1:$1</definedName>"
        ));
    }
    format!(
        "{HEADER}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><bookViews><workbookView/></bookViews>\
         <sheets>{sheets}</sheets><definedNames>{filters}{titles}</definedNames></workbook>"
    )
}

/// Says what each part is.
pub(crate) fn content_types(sheets: usize) -> String {
    const FORMAT: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut out = format!(
        "{HEADER}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{FORMAT}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{FORMAT}.styles+xml\"/>\
         <Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"{FORMAT}.sharedStrings+xml\"/>"
    );
    for number in 1..=sheets {
        out.push_str(&format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{FORMAT}.worksheet+xml\"/>"
        ));
    }
    out.push_str("</Types>");
    out
}

/// Leads to the workbook and its properties.
pub(crate) fn relations() -> String {
    format!(
        "{HEADER}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
         </Relationships>"
    )
}

/// Leads from the workbook to its parts.
pub(crate) fn workbook_relations(sheets: usize) -> String {
    let mut out = format!("{HEADER}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    let mut add = |number: usize, kind: &str, target: &str| {
        out.push_str(&format!(
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>"
        ));
    };
    for number in 1..=sheets {
        add(
            number,
            "worksheet",
            &format!("worksheets/sheet{number}.xml"),
        );
    }
    add(sheets + 1, "styles", "styles.xml");
    add(sheets + 2, "sharedStrings", "sharedStrings.xml");
    out.push_str("</Relationships>");
    out
}

/// No date: a plugin has no clock.
pub(crate) fn properties(title: &str) -> String {
    format!(
        "{HEADER}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title>\
         <dc:creator>govkit</dc:creator></cp:coreProperties>",
        xml::text(title)
    )
}
