//! Measures what a plugin costs: `bench_plugin LINKS.wasm READ.wasm NOTHING.wasm`, the guests beside this file,
//! over ten thousand artifacts made here. `cargo xtask bench` builds the guests and runs this.
//!
//! Times are CPU time of the whole process, because others use the machine: the best of several.
//! Figures for one core are CPU per run; the gain on two is CPU per run over wall on two threads
//! where nobody else runs, so it is printed with the load.

#![expect(clippy::print_stdout, reason = "a measurement is for a terminal")]

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use govkit_core::config::{Config, PluginConfig};
use govkit_core::corpus::Corpus;
use govkit_core::limits::Limits;
use govkit_core::snapshot::Snapshot;
use govkit_host::{Host, Plugin, PluginLimits};

const CONFIG: &str = "[kinds.policy]\npaths = [\"*.md\"]\nopen = true\n\
    [kinds.policy.links]\nsee = { to = [] }\n";

const ARTIFACTS: usize = 10_000;

const WORDS: [&str; 8] = [
    "as appropriate",
    "if possible",
    "etcetera",
    "in due course",
    "as needed",
    "timely",
    "TODO",
    "FIXME",
];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [links, read, nothing] = args.as_slice() else {
        return Err("usage: bench_plugin LINKS.wasm READ.wasm NOTHING.wasm".into());
    };
    let links = loads(&std::fs::read(links)?)?;
    let read = loads(&std::fs::read(read)?)?;
    let nothing = loads(&std::fs::read(nothing)?)?;
    let corpus = corpus()?;
    let config = PluginConfig::default();
    let one = best(200, || links.accepts(&config).is_ok());
    println!("instantiate and configure: {:.3} ms (limit 0.1)", one.cpu);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let double = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let native = single.install(|| best(15, || native_links(&corpus)));
    let guest = single.install(|| best(15, || links.validate(&corpus, &config).is_ok()));
    ratio("links only", &native, &guest, 4.0);
    let native = single.install(|| best(15, || native_read(&corpus)));
    let guest = single.install(|| best(15, || read.validate(&corpus, &config).is_ok()));
    ratio("read everything", &native, &guest, 3.5);
    let two = double.install(|| best(15, || read.validate(&corpus, &config).is_ok()));
    println!(
        "two cores: {:.1} ms wall on one thread, {:.1} on two, {:.2}x (limit 1.8x, load {})",
        guest.wall,
        two.wall,
        guest.wall / two.wall,
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .split(' ')
            .next()
            .unwrap_or("?"),
    );
    let empty = empty_call(&nothing, &config)?;
    println!(
        "check-artifact of a plugin that does nothing, a small artifact handed over: {empty:.2} us (limit 1)"
    );
    Ok(())
}

fn ratio(what: &str, native: &Times, guest: &Times, limit: f64) {
    let ratio = guest.cpu / native.cpu;
    let verdict = if ratio <= limit { "kept" } else { "MISSED" };
    println!(
        "{what}: native {:.2} ms CPU, plugin {:.2} ms, {ratio:.2}x (limit {limit}x): {verdict}",
        native.cpu, guest.cpu
    );
}

fn loads(bytes: &[u8]) -> Result<Plugin, Box<dyn Error>> {
    let bare = Host::new(None, PluginLimits::DEFAULT)?;
    let cold = best(3, || bare.load("bench", bytes).is_ok());
    println!("compile {} bytes: {:.0} ms CPU", bytes.len(), cold.cpu);
    let cache = std::env::temp_dir().join(format!("govkit-bench-{}", std::process::id()));
    let cached = Host::new(Some(cache.clone()), PluginLimits::DEFAULT)?;
    cached.load("bench", bytes)?;
    // A new host each time, as in a new process: the key is read again.
    let load = best(20, || {
        let host = Host::new(Some(cache.clone()), PluginLimits::DEFAULT);
        host.is_ok_and(|host| host.load("bench", bytes).is_ok_and(|p| !p.was_compiled()))
    });
    println!(
        "load from the cache, with a new host: {:.2} ms CPU, {:.2} wall (limit 2)",
        load.cpu, load.wall
    );
    let plugin = cached.load("bench", bytes)?;
    std::fs::remove_dir_all(&cache)?;
    Ok(plugin)
}

/// Microseconds of one `check-artifact` of a small artifact, out of a run over ten thousand.
fn empty_call(plugin: &Plugin, config: &PluginConfig) -> Result<f64, Box<dyn Error>> {
    let file = |n: usize| (format!("E-{n}.md"), format!("+++\nid = \"E-{n}\"\n+++\n"));
    let files: Vec<(String, String)> = (0..ARTIFACTS).map(file).collect();
    let config_of = Arc::new(Config::parse(CONFIG, "bench")?);
    let corpus = Corpus::parse(Snapshot::of_files(files), config_of, &Limits::DEFAULT);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let times = single.install(|| best(9, || plugin.validate(&corpus, config).is_ok()));
    Ok(times.cpu * 1_000.0 / ARTIFACTS as f64)
}

fn corpus() -> Result<Corpus, Box<dyn Error>> {
    let sentence = "The service owner MUST review the access of every group once a quarter and keep a record. ";
    let body = sentence.repeat(45);
    let file = |n: usize| {
        let link = |step: usize| format!("\"P-{}\"", (n + step) % ARTIFACTS);
        let text = format!(
            "+++\nid = \"P-{n}\"\ntitle = \"Policy {n}\"\n[links]\nsee = [{}, {}, {}]\n+++\n{body}\n",
            link(1),
            link(7),
            link(5_001)
        );
        (format!("P-{n}.md"), text)
    };
    let files: Vec<(String, String)> = (0..ARTIFACTS).map(file).collect();
    let config = Arc::new(Config::parse(CONFIG, "bench")?);
    Ok(Corpus::parse(
        Snapshot::of_files(files),
        config,
        &Limits::DEFAULT,
    ))
}

fn native_links(corpus: &Corpus) -> bool {
    let ids: HashSet<&str> = corpus.artifacts().iter().map(|a| a.id.as_str()).collect();
    let links = corpus.artifacts().iter().flat_map(|a| &a.links);
    links
        .filter(|link| !ids.contains(link.target.as_str()))
        .count()
        == 0
}

fn native_read(corpus: &Corpus) -> bool {
    let bodies = corpus.artifacts().iter().map(|a| a.body_text().as_bytes());
    let hits = bodies.map(|body| {
        let found = WORDS
            .iter()
            .map(|word| memchr::memmem::find_iter(body, word).count());
        found.sum::<usize>()
    });
    hits.sum::<usize>() == 0
}

struct Times {
    cpu: f64,
    wall: f64,
}

/// Runs several times and keeps the best of each, in milliseconds.
fn best(times: usize, mut run: impl FnMut() -> bool) -> Times {
    let mut best = Times {
        cpu: f64::INFINITY,
        wall: f64::INFINITY,
    };
    for _ in 0..times {
        let (start, before) = (Instant::now(), cpu());
        assert!(std::hint::black_box(run()), "what is measured must work");
        best.wall = best.wall.min(start.elapsed().as_secs_f64() * 1_000.0);
        best.cpu = best.cpu.min(cpu() - before);
    }
    best
}

/// Milliseconds of processor time of this process, all threads.
fn cpu() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64() * 1_000.0
}
