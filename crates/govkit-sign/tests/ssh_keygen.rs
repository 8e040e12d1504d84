//! Two judges of one signature: ours and `ssh-keygen`. They agree, but where ours is stricter.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic and says why it is skipped"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use govkit_core::approval::{Keys as _, NAMESPACE, Refusal};
use govkit_core::time::Moment;
use govkit_sign::{Signer, Signing, SshKeys};

/// Kinds of keys: its name, and the bits where it has several.
const KINDS: [(&str, &str); 5] = [
    ("ed25519", ""),
    ("ecdsa", "256"),
    ("ecdsa", "384"),
    ("ecdsa", "521"),
    ("rsa", "2048"),
];

fn has_ssh_keygen() -> bool {
    let has = Command::new("ssh-keygen").arg("-?").output().is_ok();
    if !has {
        println!("skipped: there is no ssh-keygen");
    }
    has
}

fn make_key(directory: &Path, kind: &str, bits: &str) -> String {
    let file = directory.join(format!("{kind}{bits}"));
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", "", "-t", kind, "-f"]);
    command.arg(&file);
    if !bits.is_empty() {
        command.args(["-b", bits]);
    }
    assert!(command.status().unwrap().success());
    fs::read_to_string(file.with_extension("pub")).unwrap()
}

fn sign(directory: &Path, kind: &str, bits: &str, namespace: &str, text: &[u8]) -> String {
    let signing = Signing {
        format: Some("ssh".to_owned()),
        key: Some(
            directory
                .join(format!("{kind}{bits}"))
                .display()
                .to_string(),
        ),
        ..Signing::default()
    };
    let signer = Signer::new(&signing, "").unwrap();
    signer.sign(namespace, text).unwrap() + "\n"
}

fn keygen_says(directory: &Path, text: &[u8], signature: &str, list: &str, at: &str) -> bool {
    fs::write(directory.join("list"), list).unwrap();
    fs::write(directory.join("sig"), signature).unwrap();
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f"])
        .arg(directory.join("list"))
        .args([
            "-I",
            "ada",
            "-n",
            NAMESPACE,
            &format!("-Overify-time={at}Z"),
            "-s",
        ])
        .arg(directory.join("sig"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn both_judges_agree_on_what_was_changed_and_what_was_not() {
    if !has_ssh_keygen() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let rounds = if std::env::var_os("GOVKIT_SOAK").is_some() {
        200
    } else {
        8
    };
    let keys = SshKeys::default();
    let text = b"govkit.approval/1\nartifact: POL-001\n".to_vec();
    let at = Moment::parse("2026-06-01").unwrap();
    let mut seed = 1_u64;
    for (kind, bits) in KINDS {
        let public = make_key(directory, kind, bits);
        let list = format!("ada namespaces=\"{NAMESPACE}\" {public}");
        let signature = sign(directory, kind, bits, NAMESPACE, &text);
        let ours = keys.signer(&text, &signature, &list, at);
        assert_eq!(
            ours.as_ref().map(|used| used.principal.as_str()),
            Ok("ada"),
            "{kind}{bits}"
        );
        assert!(keygen_says(directory, &text, &signature, &list, "20260601"));
        for _ in 0..rounds {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let (mut text, mut armored) = (text.clone(), signature.clone().into_bytes());
            let target = match seed >> 63 {
                0 => &mut text,
                _ => &mut armored,
            };
            let at_byte = (seed >> 20) as usize % target.len();
            target[at_byte] ^= 1 << ((seed >> 8) % 7);
            let armored = String::from_utf8_lossy(&armored).into_owned();
            let ours = keys.signer(&text, &armored, &list, at).is_ok();
            let theirs = keygen_says(directory, &text, &armored, &list, "20260601");
            // Ours may be the stricter one, never the other way round.
            assert!(!ours || theirs, "{kind}{bits} byte {at_byte}: {armored}");
            if text != b"govkit.approval/1\nartifact: POL-001\n" {
                assert!(!ours && !theirs);
            }
        }
    }
}

#[test]
fn windows_and_namespaces_mean_what_openssh_means_by_them() {
    if !has_ssh_keygen() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let keys = SshKeys::default();
    let public = make_key(directory, "ed25519", "");
    let signature = sign(directory, "ed25519", "", NAMESPACE, b"text");
    let options = [
        "",
        "namespaces=\"approval@govkit\" ",
        "namespaces=\"git,approval@govkit\" ",
        "namespaces=\"git\" ",
        "valid-after=\"20260601Z\" ",
        "valid-after=\"20260602Z\" ",
        "valid-before=\"20260602Z\" ",
        "valid-before=\"20260531Z\" ",
        "valid-after=\"20260101Z\",valid-before=\"20261231235959Z\" ",
        "valid-after=\"202605312359Z\",namespaces=\"approval@govkit\" ",
    ];
    for option in options {
        let list = format!("ada {option}{public}");
        for (day, stamp) in [
            ("2026-05-31", "20260531"),
            ("2026-06-01", "20260601120000"),
            ("2026-06-03", "20260603"),
        ] {
            let noon = if day == "2026-06-01" { 43_200 } else { 0 };
            let at = Moment(Moment::parse(day).unwrap().0 + noon);
            let ours = keys.signer(b"text", &signature, &list, at).is_ok();
            let theirs = keygen_says(directory, b"text", &signature, &list, stamp);
            assert_eq!(ours, theirs, "{option} {day}");
        }
    }
}

#[test]
fn ours_is_stricter_where_anybody_could_be_anybody() {
    if !has_ssh_keygen() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let keys = SshKeys::default();
    let at = Moment::parse("2026-06-01").unwrap();
    let public = make_key(directory, "ed25519", "");
    let signature = sign(directory, "ed25519", "", NAMESPACE, b"text");
    for names in ["*", "a*", "ada,*"] {
        let list = format!("{names} {public}");
        assert!(keygen_says(
            directory, b"text", &signature, &list, "20260601"
        ));
        let ours = keys.signer(b"text", &signature, &list, at);
        assert!(
            matches!(ours, Err(Refusal::UnknownKey { .. })),
            "{names}: {ours:?}"
        );
    }
    let weak = make_key(directory, "rsa", "1024");
    let signature = sign(directory, "rsa", "1024", NAMESPACE, b"text");
    let ours = keys.signer(b"text", &signature, &format!("ada {weak}"), at);
    assert!(matches!(ours, Err(Refusal::Unfit { .. })), "{ours:?}");
    let other = sign(directory, "ed25519", "", "git", b"text");
    let ours = keys.signer(b"text", &other, &format!("ada {public}"), at);
    assert_eq!(
        ours,
        Err(Refusal::Namespace {
            namespace: "git".to_owned()
        })
    );
}
