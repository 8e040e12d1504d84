//! Plugins that mean harm, or are broken: the host lives, says what happened, and goes on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod guest;

use govkit_core::corpus::Corpus;
use govkit_host::{LoadError, Validation};

use guest::{GUESTS, TIGHT, act, corpus, exporter, host, validator};

fn three(config: &str) -> Corpus {
    let bodies = [("BAD", "é is here\n"), ("GOOD-1", "a"), ("GOOD-2", "b")];
    corpus(&bodies, config)
}

fn run(name: &str) -> Validation {
    validator().validate(&three(""), &act(name)).unwrap()
}

/// Runs the act and returns what was incomplete; the two good artifacts were checked.
fn incomplete(name: &str) -> String {
    let validation = run(name);
    let good = validation
        .findings
        .iter()
        .filter(|finding| finding.message.ends_with("is fine"));
    assert_eq!(good.count(), 2, "{name}");
    let messages: Vec<String> = validation
        .incomplete
        .iter()
        .map(|one| format!("{}: {}", one.path.as_ref().unwrap(), one.message))
        .collect();
    messages.join("\n")
}

#[test]
fn an_endless_loop_runs_out_of_instructions() {
    assert_eq!(
        incomplete("loop"),
        "BAD.md: plugin `hostile` did not finish within its budget of instructions"
    );
}

#[test]
fn endless_recursion_is_stopped() {
    let message = incomplete("recurse");
    assert!(
        message.contains("called itself too deep") || message.contains("endless recursion"),
        "{message}"
    );
}

#[test]
fn memory_ends_at_the_limit() {
    assert_eq!(
        incomplete("grow"),
        "BAD.md: plugin `hostile` wanted more than 160 MiB of memory"
    );
}

#[test]
fn a_panic_is_reported_with_its_words() {
    let message = incomplete("panic");
    assert!(
        message.starts_with("BAD.md: plugin `hostile` stopped: panicked at ")
            && message.ends_with("cannot read BAD"),
        "{message}"
    );
}

#[test]
fn a_result_of_many_bytes_is_refused() {
    assert_eq!(
        incomplete("huge"),
        "BAD.md: plugin `hostile` handed over more than 32 MiB at once"
    );
}

#[test]
fn work_done_by_the_host_is_counted() {
    let wanted = "BAD.md: plugin `hostile` made the host read or copy more than 64 MiB";
    assert_eq!(incomplete("log"), wanted);
    assert_eq!(incomplete("fetch"), wanted);
}

#[test]
fn what_cannot_be_so_is_no_finding() {
    for (name, wanted) in [
        (
            "forged-rule",
            "reported the rule `other`, which it does not declare",
        ),
        (
            "forged-artifact",
            "reported `GOOD-1` while it was handed another artifact",
        ),
        (
            "outside",
            "reported `rule` at bytes 0 to 12, which are no text of the body",
        ),
        (
            "between",
            "reported `rule` at bytes 1 to 2, which are no text of the body",
        ),
        (
            "backwards",
            "reported `rule` at bytes 2 to 0, which are no text of the body",
        ),
        (
            "line",
            "reported `rule` at line 4000000000 of a file of 8 lines",
        ),
    ] {
        assert_eq!(
            incomplete(name),
            format!("BAD.md: plugin `hostile` {wanted}")
        );
        assert_eq!(run(name).findings.len(), 2, "{name}");
    }
}

#[test]
fn a_forged_artifact_of_the_corpus_is_no_finding() {
    let validation = run("corpus-forged");
    assert_eq!(
        validation.incomplete[0].message,
        "plugin `hostile` reported `NOBODY`, which is no artifact"
    );
}

#[test]
fn a_flood_of_findings_is_cut_and_says_so() {
    let validation = run("many");
    assert_eq!(validation.findings.len(), 1_000 + 2);
    assert_eq!(
        validation.incomplete[0].message,
        "plugin `hostile` reported more than 1000 findings for one artifact; the rest is left out"
    );
}

#[test]
fn a_long_message_is_cut_between_letters() {
    let validation = run("long");
    let longest = validation.findings.iter().map(|f| f.message.len()).max();
    assert!(longest.unwrap() <= TIGHT.message_bytes);
    assert!(validation.incomplete.is_empty());
}

#[test]
fn a_fix_outside_the_body_is_dropped_and_its_finding_stays() {
    let validation = run("fix");
    let of = |message: &str| {
        let found = validation.findings.iter().find(|f| f.message == message);
        found.unwrap().fix.clone()
    };
    let fix = of("e").unwrap();
    let text = &three("").at_path("BAD.md").unwrap().text.clone();
    assert_eq!(&text[fix.edits[0].start..fix.edits[0].end], "é");
    assert_eq!(of("far"), None);
}

#[test]
fn a_trap_in_one_call_does_not_end_the_others() {
    let validation = run("corpus-panic");
    assert_eq!(validation.incomplete.len(), 1);
    assert_eq!(validation.incomplete[0].artifact, None);
    assert!(validation.incomplete[0].message.ends_with("all of it"));
    assert_eq!(validation.findings.len(), 2);
}

#[test]
fn a_plugin_that_always_fails_is_given_up_at_the_same_place_on_any_number_of_threads() {
    let names: Vec<String> = (100..400).map(|n| format!("P-{n}")).collect();
    let artifacts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let corpus = corpus(&artifacts, "");
    let plugin = validator();
    let mut answers = Vec::new();
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let run = || plugin.validate(&corpus, &act("always")).unwrap();
        let validation = pool.build().unwrap().install(run);
        assert_eq!(validation.incomplete.len(), 11);
        let last = &validation.incomplete[9..];
        let given_up = last
            .iter()
            .any(|one| one.message.contains("failed 10 times"));
        assert!(given_up, "{last:?}");
        answers.push(validation.incomplete);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_plugin_with_a_memory_gives_the_same_answer_on_any_number_of_threads() {
    let names: Vec<String> = (100..500).map(|n| format!("P-{n}")).collect();
    let artifacts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let corpus = corpus(&artifacts, "");
    let plugin = validator();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let run = || plugin.validate(&corpus, &act("count")).unwrap();
        pool.build().unwrap().install(run).findings
    };
    let one = run(1);
    assert_eq!(one.len(), 400);
    assert_eq!(one, run(2));
    assert_eq!(one, run(5));
}

#[test]
fn a_refused_configuration_is_the_users_to_mend() {
    let error = validator()
        .validate(&three(""), &act("refuse"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "plugin `hostile` does not accept its configuration: I do not like it; \
         see `[plugins.hostile] config` in govkit.toml"
    );
    let validation = run("panic-early");
    assert!(
        validation.incomplete[0]
            .message
            .ends_with("no configuration will do")
    );
    assert!(validation.findings.is_empty());
}

#[test]
fn a_bad_path_is_refused_at_the_call() {
    for (name, wanted) in [
        (
            "emit",
            "gave up: `../escaped` is no path to write to: it has a `.` or `..` part",
        ),
        (
            "twin",
            "gave up: `A.md` and `a.md` are one file where capitals do not count",
        ),
        (
            "big",
            "gave up: `big` has 17825792 bytes, more than the 16777216 a file may have",
        ),
        ("many", "gave up: more than 20000 files"),
        ("half", "half way"),
    ] {
        let error = exporter().export(&three(""), &act(name)).unwrap_err();
        assert!(error.to_string().contains(wanted), "{name}: {error}");
    }
    let export = exporter().export(&three(""), &act("stubborn")).unwrap();
    let paths: Vec<&str> = export.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["good"]);
}

#[test]
fn words_of_a_plugin_cannot_drive_a_terminal() {
    for name in ["escape", "escape-late"] {
        let error = exporter()
            .export(&three(""), &act(name))
            .unwrap_err()
            .to_string();
        assert!(error.contains("\\u{1b}[2J"), "{error:?}");
        assert!(!error.contains(['\u{1b}', '\n']), "{error:?}");
    }
}

#[test]
fn a_plugin_is_not_asked_for_what_it_cannot_do() {
    let error = validator().export(&three(""), &act("none")).unwrap_err();
    assert_eq!(error.to_string(), "plugin `hostile` is no exporter");
    let error = exporter().validate(&three(""), &act("none")).unwrap_err();
    assert_eq!(error.to_string(), "plugin `hostile` is no validator");
}

fn refused(bytes: &[u8]) -> LoadError {
    host().load("p", bytes).unwrap_err()
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn what_is_no_component_is_refused_by_what_it_is() {
    assert!(matches!(refused(b""), LoadError::NotWasm { .. }));
    assert!(matches!(refused(b"<html>"), LoadError::NotWasm { .. }));
    assert!(matches!(
        refused(&wat("(module)")),
        LoadError::CoreModule { .. }
    ));
    assert!(matches!(
        refused(&wat("(component)")),
        LoadError::NotAPlugin { .. }
    ));
    let big = vec![0; TIGHT.component_bytes + 1];
    assert!(matches!(refused(&big), LoadError::TooBig { .. }));
}

#[test]
fn a_foreign_import_is_refused_by_name() {
    let clock = r#"(component
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64)))))
        (instance $i) (export "govkit:plugin/describe@0.1.0" (instance $i)))"#;
    let message = refused(&wat(clock)).to_string();
    assert!(
        message.contains("wants `wasi:clocks/monotonic-clock@0.2.0`"),
        "{message}"
    );
    assert!(
        message.contains("`govkit plugin add --allow wasi`"),
        "{message}"
    );
    let sockets = clock.replace("wasi:clocks/monotonic-clock@0.2.0", "other:clock/now@0.2.0");
    let message = refused(&wat(&sockets)).to_string();
    assert!(message.contains("gives to no plugin"), "{message}");
}

#[test]
fn another_version_and_another_shape_are_told_apart() {
    let exporting = |name: &str| {
        wat(&format!(
            "(component (instance $i) (export \"govkit:plugin/{name}\" (instance $i)))"
        ))
    };
    let message = refused(&exporting("describe@0.2.0")).to_string();
    assert_eq!(
        message,
        "plugin `p`: built for govkit:plugin 0.2.0; this govkit speaks 0.1; rebuild it with govkit-sdk 0.1"
    );
    assert!(matches!(
        refused(&exporting("describe@0.1.0")),
        LoadError::Idle { .. }
    ));
    let validator = wat("(component (instance $i)
        (export \"govkit:plugin/describe@0.1.0\" (instance $i))
        (export \"govkit:plugin/validator@0.1.0\" (instance $i)))");
    assert!(matches!(refused(&validator), LoadError::Shape { .. }));
}

#[test]
fn a_component_cut_anywhere_is_refused() {
    let whole = &GUESTS["exporter"];
    let host = host();
    for end in (0..whole.len()).step_by(whole.len() / 97 + 1) {
        let error = host.load("p", &whole[..end]).unwrap_err();
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[test]
fn a_component_too_complex_to_compile_is_refused_before() {
    let functions = "(func)".repeat(TIGHT.functions + 1);
    let many = wat(&format!("(component (core module {functions}))"));
    assert!(matches!(refused(&many), LoadError::TooComplex { .. }));
    let body = "i32.const 1 drop ".repeat(400_000);
    let big = wat(&format!("(component (core module (func {body})))"));
    assert!(matches!(refused(&big), LoadError::TooComplex { .. }));
}
