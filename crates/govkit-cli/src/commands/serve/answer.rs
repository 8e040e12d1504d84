//! One request of a browser on this machine, answered.
//!
//! Pages of other sites can make a browser send requests here, also under a name of their own that
//! leads to this address. So only requests that name this address itself are answered, and only
//! ones that read.

use std::io::Cursor;

use tiny_http::{Header, Method, Request, Response, StatusCode};

use super::preview::{CHANGES, Preview};
use crate::report::html::Text;

/// Loads the page anew when the pages were made anew.
const RELOAD: &str = include_str!("reload.js");

/// Where the script lies.
const RELOAD_PATH: &str = ".govkit/reload.js";

/// Where the script asks how often the pages were made.
const VERSION_PATH: &str = ".govkit/version";

/// What a page here may do: what it may on disk, and ask whether it is still the newest.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type Answer = Response<Cursor<Vec<u8>>>;

/// Answers a request. That the browser has gone away is nobody's failure.
pub(super) fn answer(request: Request, preview: &Preview, port: u16) {
    let answer = match (names_us(&request, port), request.method()) {
        (false, _) => text(403, "this preview answers to http://127.0.0.1 alone"),
        (true, Method::Get | Method::Head) => page(request.url(), preview),
        (true, _) => text(405, "this preview can only be read"),
    };
    drop(request.respond(answer));
}

fn names_us(request: &Request, port: u16) -> bool {
    let host = request
        .headers()
        .iter()
        .find(|header| header.field.equiv("Host"))
        .map(|header| header.value.as_str());
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    host.is_some_and(|host| ours.iter().any(|one| one == host))
}

fn page(url: &str, preview: &Preview) -> Answer {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let Some(path) = decoded(path.trim_start_matches('/')) else {
        return text(400, "this is no path");
    };
    match path.as_str() {
        RELOAD_PATH => with_type(
            200,
            "text/javascript; charset=utf-8",
            RELOAD.as_bytes().to_vec(),
        ),
        VERSION_PATH => text(200, &preview.version().to_string()),
        path => match preview.find(path) {
            None => text(404, "there is no such page"),
            Some(found) if kind(path) == HTML => {
                let page = String::from_utf8_lossy(&found.bytes).into_owned();
                let with = with_reload(&page, path, found.version, found.fault.as_deref());
                with_type(200, HTML, with.into_bytes())
            }
            Some(found) => with_type(200, kind(path), found.bytes),
        },
    }
}

/// Puts the script, the way to the changes, and what is wrong into a page.
///
/// The page's own policy speaks of files; here the one of the answer counts, which is no wider but
/// for the question whether the page is the newest.
fn with_reload(page: &str, path: &str, version: u64, fault: Option<&str>) -> String {
    let mut bar = String::new();
    if let Some(fault) = fault {
        bar.push_str(&format!("<pre role=\"alert\">{}</pre>\n", Text(fault)));
    }
    if path != CHANGES {
        bar.push_str(&format!(
            "<p><a href=\"/{CHANGES}\">What is not committed yet</a></p>\n"
        ));
    }
    let script =
        format!("{bar}<script src=\"/{RELOAD_PATH}\" data-version=\"{version}\"></script>\n");
    let page = without_policy(page);
    match page.rfind("</body>") {
        Some(at) => format!("{}{script}{}", &page[..at], &page[at..]),
        None => page + &script,
    }
}

fn without_policy(page: &str) -> String {
    let start = page.find("<meta http-equiv=\"Content-Security-Policy\"");
    let found = start.and_then(|start| Some((start, start + page[start..].find('>')? + 1)));
    match found {
        Some((start, end)) => format!("{}{}", &page[..start], &page[end..]),
        None => page.to_owned(),
    }
}

/// Takes `%20` for what it stands for; nothing where it stands for no text.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

const HTML: &str = "text/html; charset=utf-8";

fn kind(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "" | "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "txt" | "csv" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn text(status: u16, words: &str) -> Answer {
    with_type(
        status,
        "text/plain; charset=utf-8",
        format!("{words}\n").into_bytes(),
    )
}

fn with_type(status: u16, kind: &str, bytes: Vec<u8>) -> Answer {
    let headers = [
        ("Content-Type", kind),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];
    let answer = Response::from_data(bytes).with_status_code(StatusCode(status));
    headers
        .into_iter()
        .filter_map(|(name, value)| Header::from_bytes(name, value).ok())
        .fold(answer, Response::with_header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_a_browser_writes_it() {
        assert_eq!(decoded("a%20b/%C3%A9.html").as_deref(), Some("a b/é.html"));
        for wrong in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_page_gets_the_script_and_loses_its_own_policy() {
        let page = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"x\"><title>t</title></head><body>b</body>";
        let made = with_reload(page, "index.html", 7, Some("<b>"));
        assert!(!made.contains("Content-Security-Policy"));
        assert!(made.contains("data-version=\"7\"></script>\n</body>"));
        assert!(made.contains("&lt;b&gt;"));
        assert!(with_reload("no end", "x.html", 1, None).ends_with("</script>\n"));
    }
}
