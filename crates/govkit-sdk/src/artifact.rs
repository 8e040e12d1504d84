//! An artifact's front matter.

use crate::Artifact;

impl Artifact {
    /// Returns a field the plugin asked for, as JSON.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, json)| json.as_str())
    }

    /// Returns a field as text: a string without its quotes, anything else as JSON.
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name).map(text_of)
    }
}

fn text_of(json: &str) -> String {
    let inner = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) => unescaped(inner).unwrap_or_else(|| json.to_owned()),
        None => json.to_owned(),
    }
}

/// Undoes JSON's escapes; `None` where they make no sense.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next()?;
        rest = &rest[at + 1 + escape.len_utf8()..];
        out.push(match escape {
            '"' | '\\' | '/' => escape,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => unicode(&mut rest)?,
            _ => return None,
        });
    }
    out.push_str(rest);
    Some(out)
}

fn unicode(rest: &mut &str) -> Option<char> {
    let unit = hex4(rest)?;
    if !(0xd800..0xdc00).contains(&unit) {
        return char::from_u32(unit);
    }
    *rest = rest.strip_prefix("\\u")?;
    let low = hex4(rest)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low)
}

fn hex4(rest: &mut &str) -> Option<u32> {
    let digits = rest.get(..4)?;
    *rest = &rest[4..];
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[test]
    fn a_field_is_read_as_text() {
        let mut artifact = testing::artifact("A");
        let mut set = |name: &str, json: &str| {
            artifact.fields.push((name.to_owned(), json.to_owned()));
        };
        set("plain", r#""a b""#);
        set("escaped", r#""\"q\" \n \u00e9 \ud83d\ude00""#);
        set("number", "12");
        set("list", r#"["a","b"]"#);
        set("broken", r#""\ud83d""#);
        assert_eq!(artifact.text("plain").as_deref(), Some("a b"));
        assert_eq!(artifact.text("escaped").as_deref(), Some("\"q\" \n é 😀"));
        assert_eq!(artifact.text("number").as_deref(), Some("12"));
        assert_eq!(artifact.text("list").as_deref(), Some(r#"["a","b"]"#));
        assert_eq!(artifact.text("broken").as_deref(), Some(r#""\ud83d""#));
        assert_eq!(artifact.text("absent"), None);
    }
}
