//! Addresses and anchors.

use std::fmt::Write;

/// Bytes of the longest address: Word reads no longer one, and Typst refuses a document that has one four
/// times as long.
const LONGEST: usize = 2_000;

/// Returns an address fit for a link: `http` or `https` to a plain host, or `mailto`, with every
/// character that an address is not written with encoded. Nothing for any other.
///
/// What is doubtful is no link: Word refuses to open a file that has one it cannot read.
pub fn address(raw: &str) -> Option<String> {
    known(raw).filter(|address| address.len() <= LONGEST)
}

fn known(raw: &str) -> Option<String> {
    let (scheme, rest) = raw.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => {
            let rest = rest.strip_prefix("//")?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            is_host(host).then(|| format!("{scheme}://{host}{}", encoded(path)))
        }
        "mailto" => {
            let (to, query) = rest.split_once('?').unwrap_or((rest, ""));
            let plain = |ch: char| ch.is_ascii_alphanumeric() || "@.-_+,%".contains(ch);
            let mailbox = to.contains('@') && to.chars().all(plain);
            // A line end in a query would add a head to the letter.
            let lines = ["%0a", "%0d"];
            let query = query.to_ascii_lowercase();
            let one_line = !lines.iter().any(|end| query.contains(end));
            (mailbox && one_line).then(|| format!("mailto:{}", encoded(rest)))
        }
        _ => None,
    }
}

/// A name or number, and a port; a user before an `@` would pass itself off as the host.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let labels = || name.split('.');
    let plain = |ch: char| ch.is_ascii_alphanumeric() || ch == '-' || ch == '_';
    labels().all(|label| !label.is_empty() && label.chars().all(plain))
        && name.len() <= 253
        && (1..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn encoded(part: &str) -> String {
    let mut out = String::new();
    let bytes = part.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    // A second `#` is no part of an address.
    let mut fragment = false;
    for (at, byte) in bytes.iter().enumerate() {
        let plain = match byte {
            b'%' => hex(at + 1) && hex(at + 2),
            b'#' => !std::mem::replace(&mut fragment, true),
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(byte),
        };
        match plain {
            true => out.push(char::from(*byte)),
            // Writing to a string cannot fail.
            false => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

/// Makes an anchor of a heading, as GitHub does: small letters, `-` for a blank.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|ch| match ch {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            _ if ch.is_alphanumeric() => Some(ch),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Resolves a path against the file it is written in; `None` where it leaves the repository.
pub fn resolve(from: &str, to: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_link_leads_to_the_web_or_a_mailbox_and_nowhere_else() {
        for (raw, wanted) in [
            ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
            ("HTTPS://example.org", "https://example.org"),
            ("http://[::1]/", ""),
            ("http://example.org:8080/x", "http://example.org:8080/x"),
            (
                "https://a.example/Größe x",
                "https://a.example/Gr%C3%B6%C3%9Fe%20x",
            ),
            ("https://a.example/100%/%41", "https://a.example/100%25/%41"),
            ("https://a.example/#a#b", "https://a.example/#a%23b"),
            ("https://bank.example@evil.example/", ""),
            ("https://", ""),
            ("https:///x", ""),
            ("https:example.org", ""),
            (
                "mailto:a@b.example?subject=x y",
                "mailto:a@b.example?subject=x%20y",
            ),
            ("mailto:a@b.example?subject=x%0D%0Abcc:c@d", ""),
            ("mailto:nobody", ""),
            (
                format!("https://a.example/{}", "é".repeat(400)).as_str(),
                "",
            ),
            ("javascript:alert(1)", ""),
            ("java\nscript:alert(1)", ""),
            (" javascript:alert(1)", ""),
            ("data:text/html,x", ""),
            ("file:///etc/passwd", ""),
            ("\\\\server\\share", ""),
            ("//evil.example", ""),
            ("ms-word:ofe|u|https://evil.example", ""),
        ] {
            assert_eq!(address(raw).unwrap_or_default(), wanted, "{raw}");
        }
    }
}
