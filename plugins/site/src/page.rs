//! What every page has: head, navigation, foot; and the files beside the pages.

use crate::about::About;
use crate::html::text;
use crate::model::{Asset, Site};
use crate::template::{Parts, Template};
use crate::{Emit, Options};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("site.js");

/// No inline script or style, nothing from elsewhere. `file:` is what `'self'` means on a page
/// opened from a directory in some browsers.
const POLICY: &str = "default-src 'none'; style-src 'self' file:; img-src 'self' file:; script-src 'self' file:; form-action 'self' file:; base-uri 'none'";

const FOOT: &str = "<footer>Made by <code>govkit export site</code> from the texts as they stand in the repository.</footer>\n";

/// The frame of the pages.
#[derive(Debug)]
pub(crate) struct Shell {
    title: String,
    logo: Option<&'static str>,
    theme: bool,
    template: Template,
    /// Addresses and names.
    navigation: Vec<(&'static str, &'static str)>,
}

impl Shell {
    /// Makes the frame; the error says what is wrong with the one the organisation brings.
    pub(crate) fn new(
        options: &Options,
        assets: &[Asset],
        about: &[About],
    ) -> Result<Self, String> {
        let brought = assets.iter().find(|asset| is_template(asset));
        let template = match brought {
            None => Template::own(),
            Some(asset) => {
                let text = std::str::from_utf8(&asset.bytes);
                let text = text.map_err(|_| format!("`{}` is not UTF-8", asset.name))?;
                Template::read(text).map_err(|why| format!("`{}`: {why}", asset.name))?
            }
        };
        let about = about.iter().map(|page| (page.address(), page.name()));
        Ok(Self {
            navigation: std::iter::once(("index.html", "Home"))
                .chain(about)
                .collect(),
            title: options.title.clone(),
            logo: assets.iter().find_map(logo_name),
            theme: assets.iter().any(is_theme),
            template,
        })
    }

    /// Writes style sheet, script, and the organisation's own theme and logo.
    pub(crate) fn emit_files(&self, assets: &[Asset], emit: &mut Emit<'_>) -> Result<(), String> {
        emit("style.css", STYLE.as_bytes())?;
        emit("site.js", SCRIPT.as_bytes())?;
        if let Some(theme) = assets.iter().find(|asset| is_theme(asset)) {
            emit("theme.css", &theme.bytes)?;
        }
        if let Some((name, logo)) = assets
            .iter()
            .find_map(|asset| Some((logo_name(asset)?, asset)))
        {
            emit(name, &logo.bytes)?;
        }
        Ok(())
    }

    /// Puts the frame around a page's content. `root` leads to the top directory: empty or `../`.
    pub(crate) fn wrap(&self, root: &str, here: &str, title: &str, content: &str) -> String {
        self.wrap_with(root, here, title, content, "")
    }

    /// As [`Self::wrap`], with more elements in the head.
    pub(crate) fn wrap_with(
        &self,
        root: &str,
        here: &str,
        title: &str,
        content: &str,
        head: &str,
    ) -> String {
        let mut navigation = String::new();
        for &(address, name) in &self.navigation {
            let current = if address == here {
                " aria-current=\"page\""
            } else {
                ""
            };
            navigation.push_str(&format!("<a href=\"{root}{address}\"{current}>{name}</a>"));
        }
        let theme = match self.theme {
            true => format!("<link rel=\"stylesheet\" href=\"{root}theme.css\">\n"),
            false => String::new(),
        };
        let logo = self.logo.map_or_else(String::new, |logo| {
            format!("<img src=\"{root}{logo}\" alt=\"\" height=\"32\">")
        });
        let name = text(&self.title);
        let title = text(title);
        let head = format!(
            "<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title} · {name}</title>\n\
             <link rel=\"stylesheet\" href=\"{root}style.css\">\n{theme}{head}\
             <script src=\"{root}site.js\" defer></script>\n"
        );
        let top = format!(
            "<a class=\"skip\" href=\"#gk-main\">To the content</a>\n\
             <header class=\"top\"><a class=\"brand\" href=\"{root}index.html\">{logo}<span>{name}</span></a>\n\
             <form role=\"search\" action=\"{root}search.html\"><label for=\"gk-q\" class=\"hidden\">Search</label>\
             <input id=\"gk-q\" name=\"q\" type=\"search\" placeholder=\"Search\" title=\"Press / to come here\" autocomplete=\"off\"></form>\n\
             <nav aria-label=\"Main\">{navigation}</nav></header>\n"
        );
        self.template.fill(Parts {
            head: &head,
            top: &top,
            content,
            foot: FOOT,
            root,
            title: &title,
        })
    }
}

fn is_template(asset: &Asset) -> bool {
    asset.name.rsplit('/').next() == Some("page.html")
}

fn is_theme(asset: &Asset) -> bool {
    asset.name.ends_with(".css")
}

fn logo_name(asset: &Asset) -> Option<&'static str> {
    match asset.name.rsplit('/').next() {
        Some("logo.svg") => Some("logo.svg"),
        Some("logo.png") => Some("logo.png"),
        _ => None,
    }
}

/// A link to an artifact's page; `base` leads to the directory of these pages.
pub(crate) fn link(site: &Site<'_>, index: usize, base: &str) -> String {
    let item = &site.items[index];
    format!(
        "<a href=\"{base}{}.html\">{}</a>",
        item.name,
        text(&item.raw.title)
    )
}

/// A link to the artifact of an id, or the id alone where there is none.
pub(crate) fn link_id(site: &Site<'_>, id: &str, base: &str) -> String {
    match site.find(id) {
        Some(index) => link(site, index, base),
        None => format!("<span class=\"id\">{}</span>", text(id)),
    }
}

/// The status as a badge; empty where there is none.
pub(crate) fn badge(status: &str) -> String {
    let tone = match status {
        "effective" | "active" | "live" | "approved" | "accepted" | "treated" => "good",
        "draft" | "review" | "planned" | "proposed" => "open",
        waiting if waiting.ends_with("(unapproved)") => "open",
        "" => return String::new(),
        _ => "past",
    };
    format!("<span class=\"badge {tone}\">{}</span>", text(status))
}

/// A day a person can read and a program too; empty where there is none.
pub(crate) fn day(raw: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<&str> = raw.split('-').collect();
    let read = || -> Option<String> {
        let [year, month, day] = parts[..] else {
            return None;
        };
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let day: u8 = day.parse().ok()?;
        let year: u16 = year.parse().ok()?;
        Some(format!(
            "<time datetime=\"{}\">{day} {month} {year}</time>",
            text(raw)
        ))
    };
    read().unwrap_or_else(|| text(raw))
}
