//! Names and lines as OSCAL wants them: tokens, single lines, UUIDs.

use govkit_reader::clean;
use uuid::Uuid;

/// The namespace of all UUIDs made here; a random one, chosen once.
const ROOT: Uuid = Uuid::from_u128(0x6f0d_51c4_9b1e_4c39_8a57_2d6e_90c3_b7f4);

/// Makes UUIDs of names: the same name, the same UUID.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names(Uuid);

impl Names {
    /// Starts from what makes them the organisation's own.
    pub(crate) fn new(namespace: &str) -> Self {
        Self(Uuid::new_v5(&ROOT, namespace.as_bytes()))
    }

    /// Returns the UUID of a thing of this sort, known by these parts.
    pub(crate) fn uuid(self, sort: &str, parts: &[&str]) -> String {
        let name = format!("{sort}\0{}", parts.join("\0"));
        Uuid::new_v5(&self.0, name.as_bytes()).to_string()
    }
}

/// Returns an id as a token; one that is none gets a name that no other id has.
pub(crate) fn token(id: &str) -> String {
    let mut name: String = id
        .chars()
        .take(80)
        .map(|ch| match ch {
            _ if ch.is_ascii_alphanumeric() => ch,
            '-' | '_' | '.' => ch,
            _ => '-',
        })
        .collect();
    if name == id && name.starts_with(|ch: char| ch.is_ascii_alphabetic() || ch == '_') {
        return name;
    }
    let mark = Uuid::new_v5(&ROOT, id.as_bytes()).simple().to_string();
    name.insert_str(0, "x-");
    name.push('-');
    name.push_str(&mark[..12]);
    name
}

/// Returns a text as one line without blanks at its ends; `-` where nothing is left.
pub(crate) fn line(raw: &str) -> String {
    let text = clean(raw);
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.is_empty() {
        true => "-".to_owned(),
        false => words.join(" "),
    }
}

/// Returns a path as a reference that no reader takes for an address elsewhere.
pub(crate) fn reference(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stays_and_anything_else_gets_a_name_of_its_own() {
        assert_eq!(token("CTL-001"), "CTL-001");
        assert_eq!(token("_a.b"), "_a.b");
        let odd = [
            token("1a"),
            token("a b"),
            token("a/b"),
            token(""),
            token("ä"),
        ];
        for one in &odd {
            assert!(one.starts_with("x-"), "{one}");
        }
        assert_ne!(odd[1], odd[2]);
    }

    #[test]
    fn the_same_name_has_the_same_uuid_and_another_namespace_another() {
        let ours = Names::new("a.example");
        // Held against Python: uuid5(uuid5(ROOT, "a.example"), "component\0PRC-001").
        assert_eq!(
            ours.uuid("component", &["PRC-001"]),
            "d94b493a-7577-54ed-ba1e-09a20483c6e4"
        );
        assert_ne!(
            ours.uuid("component", &["PRC-001"]),
            Names::new("b.example").uuid("component", &["PRC-001"])
        );
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(
            line(" a\r\n\u{2028}b\u{1b}[31m\u{202e} "),
            "a b\u{fffd}[31m\u{fffd}"
        );
        assert_eq!(line("\n\t"), "-");
    }

    #[test]
    fn a_path_is_a_relative_reference() {
        assert_eq!(reference("a b/c:d?ä#e.md"), "a%20b/c%3Ad%3F%C3%A4%23e.md");
    }
}
