use super::*;

#[test]
fn base64_is_that_of_the_standard() {
    // RFC 4648, section 10.
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
}

/// The colours of one scheme by name.
fn colours(style: &str) -> std::collections::BTreeMap<String, [f64; 3]> {
    let pairs = style.split(';').filter_map(|part| {
        let (name, value) = part.rsplit('{').next()?.trim().split_once(':')?;
        let name = name.strip_prefix("--")?.to_owned();
        let hex = value
            .trim()
            .strip_prefix('#')
            .filter(|hex| hex.len() == 6)?;
        let channel = |at: usize| {
            let value = u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        Some((name, [channel(0), channel(2), channel(4)]))
    });
    pairs.collect()
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let light = |c: [f64; 3]| 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_told_from_its_ground_in_both_schemes() {
    assert_eq!(contrast([0.0; 3], [1.0; 3]).round(), 21.0, "black on white");
    let dark_at = STYLE.find("prefers-color-scheme: dark").unwrap();
    let print_at = STYLE.find("@media print").unwrap();
    let schemes = [
        &STYLE[..dark_at],
        &STYLE[dark_at..print_at],
        &STYLE[print_at..],
    ];
    for style in schemes {
        let colours = colours(style);
        let inks = [
            "text",
            "quiet",
            "link",
            "old",
            "new",
            "move",
            "breaking",
            "substantive",
            "minor",
            "editorial",
        ];
        let own = [
            ("old", "old-on"),
            ("new", "new-on"),
            ("move", "move-on"),
            ("text", "old-on"),
            ("text", "new-on"),
            ("text", "move-on"),
            ("quiet", "old-on"),
            ("quiet", "new-on"),
            ("quiet", "move-on"),
        ];
        let grounds = ["page", "panel"];
        let all = inks
            .iter()
            .flat_map(|ink| grounds.map(|ground| (*ink, ground)))
            .chain(own);
        for (ink, ground) in all {
            let ratio = contrast(colours[ink], colours[ground]);
            assert!(ratio >= 4.5, "{ink} on {ground}: {ratio:.2}");
        }
    }
}
