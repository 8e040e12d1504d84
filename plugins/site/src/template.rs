//! The frame around every page: the site's own, or one the organisation brings.

/// The frame where none is brought.
const OWN: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n{{ head }}</head>\n<body>\n{{ top }}\
    <main id=\"gk-main\" tabindex=\"-1\">\n{{ content }}</main>\n{{ foot }}</body>\n</html>\n";

/// What a frame may ask for.
const NAMES: [&str; 6] = ["head", "top", "content", "foot", "root", "title"];

/// What a frame has to ask for: without `head` a page would have no policy and no style.
const NEEDED: [&str; 2] = ["head", "content"];

/// A frame, taken apart once.
#[derive(Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(String),
    Place(usize),
}

/// What a page puts into a frame, all of it HTML.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    /// The elements of the head.
    pub(crate) head: &'a str,
    /// The way to the content, the brand, the search and the navigation.
    pub(crate) top: &'a str,
    /// The page itself.
    pub(crate) content: &'a str,
    /// What stands under it.
    pub(crate) foot: &'a str,
    /// The way to the top directory: empty or `../`.
    pub(crate) root: &'a str,
    /// The page's title.
    pub(crate) title: &'a str,
}

impl Template {
    /// Returns the site's own frame.
    pub(crate) fn own() -> Self {
        Self::read(OWN).unwrap_or(Self(Vec::new()))
    }

    /// Takes a frame apart; the error is one sentence.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        let mut line = 1;
        while let Some((before, after)) = rest.split_once("{{") {
            line += before.matches('\n').count();
            let (name, after) = after
                .split_once("}}")
                .ok_or_else(|| format!("line {line}: `{{{{` is not closed by `}}}}`"))?;
            let name = name.trim();
            let place = NAMES.iter().position(|known| *known == name);
            let place = place.ok_or_else(|| {
                let known = NAMES.join(" }}`, `{{ ");
                format!("line {line}: `{{{{ {name} }}}}` is nothing a page has; there is `{{{{ {known} }}}}`")
            })?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(place));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let has = |wanted: &str| {
            pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Place(place) if NAMES[*place] == wanted))
        };
        match NEEDED.iter().find(|name| !has(name)) {
            Some(name) => Err(format!("`{{{{ {name} }}}}` is missing")),
            None => Ok(Self(pieces)),
        }
    }

    /// Puts a page into the frame. What is put in is not looked into for places.
    pub(crate) fn fill(&self, parts: Parts<'_>) -> String {
        let values = [
            parts.head,
            parts.top,
            parts.content,
            parts.foot,
            parts.root,
            parts.title,
        ];
        let mut out = String::with_capacity(parts.content.len() + 4096);
        for piece in &self.0 {
            out.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Place(place) => values[*place],
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: Parts<'static> = Parts {
        head: "<h>",
        top: "<t>",
        content: "{{ foot }}",
        foot: "<f>",
        root: "../",
        title: "T",
    };

    #[test]
    fn a_frame_is_filled_once() {
        let frame = Template::read("{{head}} {{ root }}x {{ content }} {{ title }}").unwrap();
        assert_eq!(frame.fill(PARTS), "<h> ../x {{ foot }} T");
        assert!(Template::own().fill(PARTS).contains("<t><main"));
    }

    #[test]
    fn a_frame_that_lacks_something_is_refused_with_the_line() {
        let wrong = [
            ("{{ content }}", "`{{ head }}` is missing"),
            ("{{ head }}", "`{{ content }}` is missing"),
            (
                "{{ head }}\n{{ body }}",
                "line 2: `{{ body }}` is nothing a page has",
            ),
            ("\n\n{{ head", "line 3: `{{` is not closed"),
        ];
        for (text, says) in wrong {
            let error = Template::read(text).unwrap_err();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
