//! A hundred hostile components: each ends in a value with the right sentence, within its limits,
//! and the next plugin still runs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod guest;

use std::time::{Duration, Instant};

use govkit_host::{Host, LoadError, PluginLimits};

use guest::{GUESTS, TIGHT, act, corpus, exporter, host, validator};

/// Far above what a case takes; a case that hangs fails here and not in a timeout of the runner.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is said of the act, on the artifact BAD alone; GOOD-1 after it is checked all the same.
fn said(name: &str) -> String {
    let corpus = corpus(&[("BAD", "text\n"), ("GOOD-1", "a")], "");
    let plugin = host().load("raw", &GUESTS["raw"]).unwrap();
    let start = Instant::now();
    let validation = plugin.validate(&corpus, &act(name)).unwrap();
    assert!(start.elapsed() < PATIENCE, "{name}");
    if !name.starts_with("realloc") {
        let good = validation
            .findings
            .iter()
            .filter(|f| f.path.as_str() == "GOOD-1.md");
        assert_eq!(good.count(), 1, "{name}: {validation:?}");
    }
    let messages: Vec<&str> = validation
        .incomplete
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    for message in &messages {
        assert!(
            message.starts_with("plugin `raw` ") && !message.contains('\n'),
            "{name}: {message}"
        );
    }
    messages.join("; ")
}

/// The next plugin, in the same process, does what it always does.
fn the_next_plugin_runs() {
    let corpus = corpus(&[("A", "x")], "");
    let validation = validator().validate(&corpus, &act("none")).unwrap();
    assert_eq!(validation.findings.len(), 1);
    assert!(validation.incomplete.is_empty());
    let export = exporter().export(&corpus, &act("none")).unwrap();
    assert_eq!(export.files.len(), 1);
}

#[test]
fn the_hand_made_guest_works_when_it_means_well() {
    assert_eq!(said("none"), "");
}

#[test]
fn what_is_laid_out_wrong_is_stopped() {
    let acts = [
        "pointer-far",
        "pointer-odd",
        "tag",
        "length",
        "length-wraps",
        "list-far",
        "list-odd",
        "severity",
        "located",
        "location",
        "helped",
        "utf8",
        "utf8-rule",
        "utf8-artifact",
        "surrogate",
        "overlong",
        "string-far",
        "string-long",
        "string-wraps",
        "fixes-far",
        "fixes-many",
        "data-far",
        "data-many",
        "error-far",
        "error-utf8",
    ];
    for name in acts {
        let said = said(name);
        assert!(
            said.contains(" stopped: ") || said.contains("handed over more than"),
            "{name}: {said:?}"
        );
    }
    the_next_plugin_runs();
}

#[test]
fn what_is_laid_out_right_and_makes_no_sense_is_no_finding() {
    // An answer at address 0 is whatever lies there: an empty list, or an invalid one.
    let _ = said("pointer-null");
    assert!(said("zeros").contains("reported ``"), "{}", said("zeros"));
    assert!(
        said("far").contains("which are no text of the body"),
        "{}",
        said("far")
    );
}

#[test]
fn too_much_at_once_is_stopped_before_it_is_copied() {
    for name in ["string-50-mib", "overlap", "overlap-data", "error-long"] {
        let before = resident();
        let said = said(name);
        assert!(
            said.contains("handed over more than 32 MiB at once"),
            "{name}: {said:?}"
        );
        let grown = resident().saturating_sub(before);
        assert!(grown < 512 << 20, "{name}: {grown} bytes more");
    }
    let said = said("million");
    assert!(
        said.contains("handed over more than") || said.contains("more than 1000 findings"),
        "{said:?}"
    );
    the_next_plugin_runs();
}

#[test]
fn work_without_end_ends() {
    let fuel = "did not finish within its budget of instructions";
    let work = "made the host read or copy more than 64 MiB";
    for (name, wanted) in [
        ("fill", fuel),
        ("post-loop", fuel),
        // Small bodies: the guest pays more to take them than the host to hand them out.
        ("bodies", fuel),
        ("body-miss", work),
        ("log-empty", work),
        ("emit", work),
        ("grow", "wanted more than 160 MiB of memory"),
    ] {
        let said = said(name);
        assert!(said.contains(wanted), "{name}: {said:?}");
    }
    the_next_plugin_runs();
}

#[test]
fn every_trap_has_a_name() {
    for (name, wanted) in [
        ("unreachable", "`unreachable` was executed"),
        ("load-far", "out of bounds memory access"),
        ("indirect", "stopped: "),
        ("divide", "stopped: "),
        ("post-trap", "`unreachable` was executed"),
        ("post-call", "stopped: "),
    ] {
        let said = said(name);
        assert!(said.contains(wanted), "{name}: {said:?}");
    }
}

#[test]
fn memory_handed_out_wrong_is_stopped() {
    for name in ["far", "odd", "end", "trap", "loop", "call", "deep"] {
        let name = format!("realloc-{name}");
        assert_ne!(said(&name), "", "{name}");
    }
    the_next_plugin_runs();
}

/// A good plugin with a core module more, which is instantiated after it.
fn with_module(text: &str) -> Vec<u8> {
    let module = wat::parse_str(text).unwrap();
    let mut bytes = GUESTS["validator"].clone();
    let index = sections(&bytes).iter().filter(|id| **id == 1).count();
    section(&mut bytes, 1, &module);
    let mut instance = vec![1, 0];
    leb(&mut instance, index);
    instance.push(0);
    section(&mut bytes, 2, &instance);
    bytes
}

fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    leb(out, content.len());
    out.extend(content);
}

fn leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The ids of a component's sections.
fn sections(bytes: &[u8]) -> Vec<u8> {
    let mut ids = Vec::new();
    let mut at = 8;
    while at < bytes.len() {
        ids.push(bytes[at]);
        at += 1;
        let (mut size, mut shift) = (0usize, 0);
        loop {
            let byte = bytes[at];
            at += 1;
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        at += size;
    }
    ids
}

fn refused(name: &str, module: &str) -> String {
    let start = Instant::now();
    let error = host()
        .load("p", &with_module(module))
        .map(|_| ())
        .unwrap_err();
    assert!(start.elapsed() < PATIENCE, "{name}");
    let message = error.to_string();
    assert!(
        message.starts_with("plugin `p`: ") && !message.contains('\n'),
        "{name}: {message}"
    );
    message
}

#[test]
fn a_module_more_that_does_nothing_is_no_harm() {
    assert!(host().load("p", &with_module("(module)")).is_ok());
}

#[test]
fn a_start_function_is_held_to_the_same_limits() {
    let start = |body: &str| {
        format!(
            "(module (memory 1) (table 1 funcref) (type $t (func)) (func $s {body}) (start $s))"
        )
    };
    let fuel = "did not finish within its budget of instructions";
    for (name, body, wanted) in [
        ("loop", "(loop $l (br $l))", fuel),
        ("branch", "(loop $l (br_if $l (i32.const 1)))", fuel),
        (
            "table of branches",
            "(loop $l (br_table $l $l (i32.const 0)))",
            fuel,
        ),
        (
            "fill",
            "(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l))",
            fuel,
        ),
        (
            "copy",
            "(loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 65535)) (br $l))",
            fuel,
        ),
        ("trap", "unreachable", "`unreachable` was executed"),
        ("recursion", "(call $s)", "called itself too deep"),
        (
            "recursion by table",
            "(call_indirect (type $t) (i32.const 0))",
            "stopped: ",
        ),
        (
            "grow",
            "(loop $l (drop (memory.grow (i32.const 100))) (br $l))",
            "more than 160 MiB of memory",
        ),
        (
            "grow at once",
            "(drop (memory.grow (i32.const 65535)))",
            "more than 160 MiB of memory",
        ),
        (
            "table",
            "(loop $l (drop (table.grow (ref.null func) (i32.const 5000))) (br $l))",
            "a table of more than 100000 elements",
        ),
        (
            "table at once",
            "(drop (table.grow (ref.null func) (i32.const 200000)))",
            "a table of more than 100000 elements",
        ),
        (
            "table of the whole budget",
            "(drop (table.grow (ref.null func) (i32.const 0x7fffffff)))",
            "did not finish within its budget of instructions",
        ),
        (
            "load",
            "(drop (i32.load (i32.const -8)))",
            "out of bounds memory access",
        ),
        (
            "divide",
            "(drop (i32.div_s (i32.const 1) (i32.const 0)))",
            "stopped: ",
        ),
        (
            "overflow",
            "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
            "stopped: ",
        ),
        (
            "convert",
            "(drop (i32.trunc_f32_s (f32.const nan)))",
            "stopped: ",
        ),
    ] {
        let message = refused(name, &start(body));
        assert!(message.contains(wanted), "{name}: {message}");
        assert!(
            message.contains("when asked what it is"),
            "{name}: {message}"
        );
    }
    the_next_plugin_runs();
}

#[test]
fn what_is_declared_too_large_is_refused() {
    for (name, module, wanted) in [
        ("memory of 4 GiB", "(module (memory 65536))", "memory"),
        ("memory of 1 GiB", "(module (memory 16384))", "memory"),
        ("table", "(module (table 1000000 funcref))", "table"),
        (
            "table of references",
            "(module (table 4000000000 externref))",
            "",
        ),
        (
            "data far",
            "(module (memory 1) (data (i32.const 0x7fffffff) \"x\"))",
            "",
        ),
        (
            "elements far",
            "(module (table 1 funcref) (func $f) (elem (i32.const 99) $f))",
            "",
        ),
    ] {
        let message = refused(name, module);
        assert!(message.contains(wanted), "{name}: {message}");
    }
    the_next_plugin_runs();
}

#[test]
fn what_the_engine_leaves_out_is_refused() {
    for (name, module) in [
        ("64-bit memory", "(module (memory i64 1))"),
        ("several memories", "(module (memory 1) (memory 1))"),
        ("shared memory", "(module (memory 1 1 shared))"),
        (
            "an import nobody gives",
            "(module (import \"env\" \"system\" (func)))",
        ),
        (
            "relaxed vectors",
            "(module (func (result v128) (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0))))",
        ),
    ] {
        let message = refused(name, module);
        assert!(
            message.contains("not a valid component"),
            "{name}: {message}"
        );
    }
}

#[test]
fn a_bomb_for_the_compiler_is_refused_or_compiled_soon() {
    let adds = "i32.const 1 i32.add ".repeat(100_000);
    let locals = "(local i64 i32 f64 v128) ".repeat(10_000);
    let blocks = format!("{}{}", "(block ".repeat(900), ")".repeat(900));
    let branches = format!(
        "(block $l (br_table {} (i32.const 0)))",
        "$l ".repeat(100_000)
    );
    let functions = format!("(module {})", "(func)".repeat(TIGHT.functions + 1));
    let globals = format!(
        "(module {})",
        "(global (mut i64) (i64.const 1))".repeat(50_000)
    );
    let types = format!(
        "(module {})",
        "(type (func (param i32 i64 f32 f64)))".repeat(50_000)
    );
    let bombs = [
        (
            "adds",
            format!("(module (func (result i32) i32.const 0 {adds}))"),
        ),
        ("locals", format!("(module (func {locals}))")),
        ("blocks", format!("(module (func {blocks}))")),
        ("branches", format!("(module (func {branches}))")),
        ("functions", functions),
        ("globals", globals),
        ("types", types),
    ];
    for (name, module) in bombs {
        let start = Instant::now();
        let result = host().load("p", &with_module(&module));
        assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
        if let Err(error) = result {
            let message = error.to_string();
            assert!(
                message.contains("has more than") || message.contains("not a valid"),
                "{name}: {message}"
            );
        }
    }
    the_next_plugin_runs();
}

/// A component in a component, `depth` times: the text form is not allowed to nest that deep.
fn nested(depth: usize) -> Vec<u8> {
    const HEADER: [u8; 8] = *b"\0asm\x0d\0\x01\0";
    const COMPONENT_SECTION: u8 = 4;
    let mut bytes = HEADER.to_vec();
    for _ in 0..depth {
        let mut around = HEADER.to_vec();
        around.push(COMPONENT_SECTION);
        let mut rest = bytes.len();
        while rest >= 0x80 {
            around.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        around.push(rest as u8);
        around.extend(&bytes);
        bytes = around;
    }
    bytes
}

#[test]
fn many_modules_and_deep_nesting_are_refused() {
    let many = "(core module)".repeat(TIGHT.modules + 1);
    let instances = format!(
        "(core module $m (memory 1)) {}",
        "(core instance (instantiate $m))".repeat(1_000)
    );
    let many = wat::parse_str(format!("(component {many})")).unwrap();
    for (name, bytes) in [("many", many), ("deep", nested(200))] {
        let error = host().load("p", &bytes);
        let error = error.map(|_| ()).unwrap_err();
        assert!(
            matches!(error, LoadError::TooComplex { .. }),
            "{name}: {error}"
        );
    }
    let error = host().load(
        "p",
        &wat::parse_str(format!("(component {instances})")).unwrap(),
    );
    assert!(error.is_err());
}

#[test]
fn a_small_component_cut_at_every_byte_is_refused() {
    let whole = wat::parse_str(
        "(component (core module (memory 1) (func (export \"f\"))) (core instance (instantiate 0))
           (type (instance)) (instance $i) (export \"govkit:plugin/describe@0.1.0\" (instance $i)))",
    )
    .unwrap();
    let host = host();
    for end in 0..whole.len() {
        assert!(host.load("p", &whole[..end]).is_err(), "{end}");
    }
    for at in 8..whole.len() {
        for bit in 0..8 {
            let mut bad = whole.clone();
            bad[at] ^= 1 << bit;
            // It may be valid still; it is no plugin either way.
            assert!(host.load("p", &bad).is_err(), "{at}");
        }
    }
}

#[test]
fn a_plugin_with_one_wrong_byte_never_ends_the_host() {
    let host = Host::new(
        None,
        PluginLimits {
            fuel: 20_000_000,
            ..TIGHT
        },
    )
    .unwrap();
    let whole = &GUESTS["raw"];
    let mut seed = 7u32;
    for _ in 0..60 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut bad = whole.clone();
        let at = 8 + seed as usize % (bad.len() - 8);
        bad[at] ^= 1 << (seed >> 29);
        let corpus = corpus(&[("BAD", "text\n")], "");
        if let Ok(plugin) = host.load("p", &bad) {
            let _ = plugin.validate(&corpus, &act("none"));
        }
    }
    the_next_plugin_runs();
}

#[test]
fn the_same_hostile_run_twice_says_the_same() {
    for name in ["fill", "grow", "overlap", "utf8"] {
        assert_eq!(said(name), said(name), "{name}");
    }
}

/// Resident bytes of this process, where the system tells; 0 elsewhere.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok());
    kib.unwrap_or(0) << 10
}
