//! Measures what a plugin costs: `bench_plugin PLUGIN.wasm DIRECTORY`.
//!
//! Loads the component without and with a cache, instantiates it, and runs it over the Markdown
//! files directly in the directory (YAML front matter, id from the name), on one thread and on
//! two. Times are wall clock, the best of several. Compare with the plugin's native run.

#![expect(clippy::print_stdout, reason = "a measurement is for a terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use govkit_core::config::{Config, PluginConfig};
use govkit_core::corpus::Corpus;
use govkit_core::limits::Limits;
use govkit_core::snapshot::Snapshot;
use govkit_host::{Host, Plugin, PluginLimits};

const CONFIG: &str = r#"
[kinds.document]
paths = ["*.md"]
syntax = ["yaml", "toml", "none"]
id = { path = "{id}.md" }
open = true
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(component), Some(directory)) = (args.next(), args.next()) else {
        return Err("usage: bench_plugin PLUGIN.wasm DIRECTORY".into());
    };
    let bytes = std::fs::read(component)?;
    let plugin = loads(&bytes)?;
    let start = Instant::now();
    let corpus = corpus(&directory)?;
    let count = corpus.artifacts().len();
    let size: usize = corpus.artifacts().iter().map(|a| a.body_text().len()).sum();
    println!(
        "corpus: {count} artifacts, {size} bytes of bodies, read in {:.1} ms",
        ms(start)
    );
    let config = PluginConfig {
        enabled: true,
        config: serde_json::json!({}),
        ..PluginConfig::default()
    };
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let mut last = None;
        let best = best_ms(9, || {
            last = Some(pool.install(|| plugin.validate(&corpus, &config)));
        });
        if let Some(validation) = last.transpose()? {
            println!(
                "validate on {threads}: {best:.1} ms, {} findings, {} incomplete",
                validation.findings.len(),
                validation.incomplete.len()
            );
        }
    }
    Ok(())
}

fn loads(bytes: &[u8]) -> Result<Plugin, Box<dyn Error>> {
    let start = Instant::now();
    let bare = Host::new(None, PluginLimits::DEFAULT)?;
    println!("host: {:.2} ms", ms(start));
    let start = Instant::now();
    bare.load("bench", bytes)?;
    println!("load, compiled: {:.1} ms", ms(start));
    let cache = std::env::temp_dir().join(format!("govkit-bench-{}", std::process::id()));
    let cached = Host::new(Some(cache.clone()), PluginLimits::DEFAULT)?;
    cached.load("bench", bytes)?;
    let best = best_ms(20, || {
        // A new host each time, as in a new process: the key is read again.
        let host = Host::new(Some(cache.clone()), PluginLimits::DEFAULT);
        let plugin = host.expect("the first host was made").load("bench", bytes);
        assert!(!plugin.expect("it was loaded before").was_compiled());
    });
    println!("load, cached, with a new host: {best:.2} ms");
    let plugin = cached.load("bench", bytes)?;
    std::fs::remove_dir_all(&cache)?;
    Ok(plugin)
}

fn corpus(directory: &Path) -> Result<Corpus, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push((name.into_owned(), std::fs::read(&path)?));
        }
    }
    let config = Arc::new(Config::parse(CONFIG, "bench")?);
    let snapshot = Snapshot::of_files(files);
    Ok(Corpus::parse(snapshot, config, &Limits::DEFAULT))
}

fn best_ms(times: usize, mut run: impl FnMut()) -> f64 {
    let one = |_| {
        let start = Instant::now();
        run();
        ms(start)
    };
    (0..times).map(one).fold(f64::INFINITY, f64::min)
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}
