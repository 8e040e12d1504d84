//! Runs the rules natively over the files named on standard input, one path a line, and prints
//! how many findings there are and how long the rules took: what the component is compared with.

#![expect(clippy::print_stdout, reason = "a measurement is for a terminal")]

use std::io::{self, BufRead};
use std::time::Instant;

use plain_language::{Options, check};

fn main() -> io::Result<()> {
    let mut bodies = Vec::new();
    for path in io::stdin().lock().lines() {
        let text = std::fs::read_to_string(path?)?;
        let body = body_of(&text);
        bodies.push(body.to_owned());
    }
    let options = Options::default();
    let mut best = f64::INFINITY;
    let mut count = 0;
    for _ in 0..9 {
        let start = Instant::now();
        count = bodies
            .iter()
            .map(|body| check("", body, &options).len())
            .sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let bytes: usize = bodies.iter().map(String::len).sum();
    println!(
        "{} bodies, {bytes} bytes, {count} findings, {best:.4} s",
        bodies.len()
    );
    Ok(())
}

/// Returns what follows a front matter between `---` or `+++` lines.
fn body_of(text: &str) -> &str {
    for fence in ["---\n", "+++\n"] {
        if let Some(rest) = text.strip_prefix(fence)
            && let Some(at) = rest.find(&format!("\n{fence}"))
        {
            return &rest[at + 1 + fence.len()..];
        }
    }
    text
}
