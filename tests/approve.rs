//! `approve`, `verify` and whoever tries to get round them; `ssh-keygen` judges the signatures.

use std::fs;
use std::path::PathBuf;

use govkit_testkit::{Output, Repo, Run};

use crate::govkit;

/// Reads what a verb printed as JSON.
fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

const POLICY: &str = "policies/POL-001.md";

const CONFIG: &str = r#"[repository]
id = "5c1d0a4f3b2e4d6f8a9b0c1d2e3f4a5b"

[kinds.policy]
paths = ["policies/*.md"]
owner = "owner"
open = true
id = { field = "id" }
[kinds.policy.status]
values = ["draft", "effective"]
in_force = ["effective"]

[approvals]
version = 1
override = { of = ["ROLE-ceo"], owner_alone = true }

[[approvals.people]]
id = "ada@example.org"
roles = ["ROLE-ciso"]
[[approvals.people]]
id = "bob@example.org"
roles = ["ROLE-dpo"]
[[approvals.people]]
id = "cai@example.org"
roles = ["ROLE-ceo", "ROLE-dpo"]

[[approvals.rules]]
kinds = ["policy"]
of = ["ROLE-ciso", "ROLE-dpo", "ROLE-ceo"]
owner_alone = true
[[approvals.rules]]
kinds = ["policy"]
change = "substantive"
need = "all"
of = ["ROLE-ciso", "ROLE-dpo"]
"#;

const TEXT: &str = "+++\nid = \"POL-001\"\ntitle = \"Access\"\nstatus = \"effective\"\nowner = \"ROLE-ciso\"\n+++\n# Access\n\nStaff MUST lock their screens within 5 minutes.\n";

/// Makes sure that a run ended well.
#[track_caller]
fn done(output: Output) {
    drop(output.ok());
}

/// A repository whose main branch trusts Ada, Bob and Cai, and has one policy nobody approved.
pub(crate) struct Office(Repo);

impl std::ops::Deref for Office {
    type Target = Repo;

    fn deref(&self) -> &Repo {
        &self.0
    }
}

impl Office {
    /// Makes it; nothing where there is no `ssh-keygen`.
    pub(crate) fn open() -> Option<Self> {
        let has = std::process::Command::new("ssh-keygen").arg("-?").output();
        if has.is_err() {
            println!("skipped: approvals need ssh-keygen");
            return None;
        }
        let office = Self(Repo::new());
        for name in ["ada", "bob", "cai", "eve"] {
            office.keygen(name, "ed25519");
        }
        let signers: String = ["ada", "bob", "cai"]
            .map(|name| office.signer(name, name))
            .concat();
        office
            .write("govkit.toml", CONFIG)
            .write(".govkit/allowed_signers", signers)
            .write(POLICY, TEXT)
            .commit("The office opens");
        Some(office)
    }

    fn key(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    fn keygen(&self, name: &str, kind: &str) {
        let made = self
            .0
            .run("ssh-keygen")
            .args(["-q", "-t", kind, "-N", "", "-C", name, "-f"])
            .args([self.key(name)]);
        assert_eq!(made.run().code, 0);
    }

    fn public(&self, name: &str) -> String {
        fs::read_to_string(self.key(name).with_extension("pub")).unwrap()
    }

    /// A line of the list of signers: the person `name` with the key `key`.
    fn signer(&self, name: &str, key: &str) -> String {
        format!(
            "{name}@example.org namespaces=\"approval@govkit\" {}",
            self.public(key)
        )
    }

    pub(crate) fn govkit(&self, args: &[&str]) -> Output {
        govkit().run(self, args)
    }

    fn approve(&self, name: &str, more: &[&str]) -> Output {
        let key = self.key(name);
        let args = ["approve", "--key", key.to_str().unwrap()];
        govkit().run(self, args.iter().chain(more))
    }

    /// Ada and Bob approve the policy, and the records are committed.
    pub(crate) fn approved() -> Option<Self> {
        let office = Self::open()?;
        done(office.approve("ada", &["POL-001"]));
        done(office.approve("bob", &["POL-001"]));
        office.commit("Ada and Bob agree");
        done(office.govkit(&["verify"]));
        Some(office)
    }

    /// The only item of `verify`.
    fn standing(&self, more: &[&str]) -> serde_json::Value {
        let args = ["verify", "POL-001", "--format", "json"];
        let output = govkit().run(self, args.iter().chain(more));
        json(&output.text())["items"][0].clone()
    }

    fn state(&self) -> String {
        self.standing(&[])["state"].as_str().unwrap().to_owned()
    }

    /// The directories of all records.
    pub(crate) fn records(&self) -> Vec<String> {
        let listed = self.git(["ls-files", "-co", ".govkit/approvals"]);
        let statements = listed
            .lines()
            .filter_map(|line| line.strip_suffix("/statement"));
        statements.map(str::to_owned).collect()
    }

    /// Whether plain `ssh-keygen` takes a record for a signature of somebody in the list.
    fn keygen_verifies(&self, record: &str, who: &str) -> bool {
        let statement = fs::read(self.path().join(record).join("statement")).unwrap();
        let run = self.0.run("ssh-keygen").args([
            "-Y",
            "verify",
            "-f",
            ".govkit/allowed_signers",
            "-n",
            "approval@govkit",
            "-I",
            who,
            "-s",
            &format!("{record}/signature"),
        ]);
        run.stdin(statement).run().code == 0
    }

    /// Runs with the clock at another time.
    fn at_time(&self, seconds: i64, args: &[&str]) -> Run {
        govkit()
            .prepare(self)
            .args(args)
            .env("SOURCE_DATE_EPOCH", seconds.to_string())
    }
}

#[test]
fn a_status_holds_only_once_enough_people_approved() {
    let Some(office) = Office::open() else { return };
    let unapproved = "effective (unapproved)";
    let listed = |office: &Office| office.govkit(&["list", "--fields", "id,status"]).ok();
    assert_eq!(listed(&office), format!("POL-001\t{unapproved}\n"));
    assert!(
        office
            .govkit(&["show", "POL-001"])
            .ok()
            .contains(unapproved)
    );
    assert!(
        office
            .govkit(&["show", "POL-001", "--format", "json"])
            .ok()
            .contains(unapproved)
    );
    assert!(
        office
            .govkit(&["status", "--format", "json"])
            .ok()
            .contains(unapproved)
    );
    assert!(
        office
            .govkit(&["check", "--format", "line"])
            .text()
            .contains("[unapproved]")
    );
    assert_eq!(office.govkit(&["in-force", "-q"]).ok(), "");
    drop(office.govkit(&["in-force", "POL-001"]).expect_code(1));
    let none = office
        .govkit(&["show", "POL-001", "--published"])
        .expect_code(1);
    assert!(
        none.errors()
            .contains("no version of `POL-001` is published")
    );
    assert_eq!(office.standing(&[])["missing"][0], "ROLE-ciso, ROLE-dpo");

    let before = office.git(["status", "--porcelain"]);
    done(office.approve("ada", &["POL-001"]));
    assert_eq!(office.state(), "partial");
    let again = office.approve("ada", &["POL-001"]);
    assert!(again.errors().contains("already"), "{again}");
    assert_eq!((again.ok().as_str(), office.records().len()), ("", 1));
    assert_eq!(office.standing(&[])["missing"][0], "ROLE-dpo");
    drop(office.govkit(&["verify"]).expect_code(1));
    done(office.approve("bob", &["POL-001", "--role", "ROLE-dpo"]));
    let changed = office.git(["status", "--porcelain", "--untracked-files=all"]);
    let new = changed.lines().filter(|line| !before.contains(*line));
    assert!(
        new.clone().count() == 4
            && new
                .clone()
                .all(|line| line.starts_with("?? .govkit/approvals/POL-001/")),
        "{changed}"
    );

    done(office.govkit(&["verify"]));
    office.commit("Ada and Bob agree");
    done(office.govkit(&["verify"]));
    assert_eq!(listed(&office), "POL-001\teffective\n");
    assert_eq!(office.govkit(&["in-force", "-q"]).ok(), "POL-001\n");
    assert_eq!(
        office
            .govkit(&["show", "POL-001", "--published", "--raw"])
            .ok(),
        TEXT
    );
    for record in office.records() {
        let statement = office.read(&format!("{record}/statement"));
        let who = statement
            .lines()
            .find_map(|line| line.strip_prefix("signer: "))
            .unwrap();
        assert!(office.keygen_verifies(&record, who), "{record}");
        assert!(!office.keygen_verifies(&record, "cai@example.org"));
    }
}

#[test]
fn a_signature_made_by_hand_is_accepted() {
    let Some(office) = Office::open() else { return };
    let payload = office
        .govkit(&["digest", "POL-001", "--payload", "--as", "ada@example.org"])
        .ok();
    let digest = office.govkit(&["digest", "POL-001"]).ok();
    let check = office.0.run("sha256sum").args(["-c", "-"]).stdin(digest);
    assert_eq!(check.run().code, 0);
    let sign = |namespace: &str| {
        let run = office
            .0
            .run("ssh-keygen")
            .args(["-Y", "sign", "-n", namespace, "-f"])
            .args([office.key("ada")]);
        let signed = run.args(["-"]).stdin(payload.clone()).run().ok();
        fs::write(office.home().join("p.sig"), signed).unwrap();
    };
    let file = office.home().join("p.sig");
    let approve = ["approve", "POL-001", "--signature", file.to_str().unwrap()];
    sign("git");
    let refused = office.govkit(&approve).expect_code(2);
    assert!(
        refused
            .errors()
            .contains("was made for `git`, not for `approval@govkit`"),
        "{}",
        refused.errors()
    );
    assert_eq!(office.records().len(), 0);
    sign("approval@govkit");
    done(office.govkit(&approve));
    assert_eq!(office.state(), "partial");
    assert!(office.keygen_verifies(&office.records()[0], "ada@example.org"));
    assert_eq!(
        office.read(&format!("{}/statement", office.records()[0])),
        payload
    );
}

#[test]
fn squash_rebase_and_rename_keep_an_approval_and_one_byte_ends_it() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.git(["switch", "-qc", "doors"]);
    office.replace(
        POLICY,
        "lock their screens within 5",
        "lock their doors within 3",
    );
    office.commit("Doors");
    assert_eq!(office.state(), "stale");
    let status = office.govkit(&["status", "--format", "json"]).ok();
    assert_eq!(json(&status)["unapproved"][0]["state"], "stale");
    done(office.approve("ada", &["POL-001"]));
    office.commit("Ada agrees");
    done(office.approve("bob", &["POL-001"]));
    office.commit("Bob agrees");
    assert_eq!(office.state(), "approved");

    // Something else happens on main meanwhile; the branch is rebased, then squashed.
    office.git(["switch", "-q", "main"]);
    office.write("README.md", "An office.\n").commit("A readme");
    office.git(["switch", "-q", "doors"]);
    office.git(["rebase", "-q", "main"]);
    done(office.govkit(&["verify"]));
    office.git(["switch", "-q", "main"]);
    office.git(["merge", "-q", "--squash", "doors"]);
    office.commit("Doors, squashed");
    office.git(["branch", "-qD", "doors"]);
    done(office.govkit(&["verify"]));
    office
        .rename(POLICY, "policies/access-and-doors.md")
        .commit("A better name");
    assert_eq!(office.state(), "approved");
    done(office.govkit(&["verify"]));

    let moved = "policies/access-and-doors.md";
    let approved = office.read(moved);
    for changed in [
        format!("{approved}\n"),
        approved.replace('\n', "\r\n"),
        format!("\u{feff}{approved}"),
    ] {
        office.write(moved, &changed);
        // Line ends of a checkout are no change, those git keeps are.
        office.git(["add", moved]);
        let item = office.standing(&[]);
        // The least change needs somebody, though not everybody.
        assert_ne!(item["holds"], true, "{changed:?} {item}");
    }
    office.write(moved, approved);
    office.git(["add", moved]);
    assert_eq!(office.state(), "approved");
}

#[test]
fn an_editorial_change_needs_less_than_a_substantive_one() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.write(POLICY, TEXT.replace("minutes.\n", "minutes.\n\n\n"));
    assert_eq!(office.state(), "stale");
    assert_eq!(office.standing(&[])["missing"].as_array().unwrap().len(), 1);
    done(office.approve("bob", &["POL-001"]));
    office.commit("One agrees to a blank line");
    assert_eq!(office.state(), "approved");
    office.replace(POLICY, "within 5 minutes", "within 60 minutes");
    done(office.approve("bob", &["POL-001"]));
    let item = office.standing(&[]);
    assert_eq!(
        (item["state"].as_str(), item["missing"][0].as_str()),
        (Some("partial"), Some("ROLE-ciso"))
    );
}

#[test]
fn the_approved_version_stays_while_a_draft_is_written() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.replace(POLICY, "status = \"effective\"", "status = \"draft\"");
    office.replace(POLICY, "5 minutes", "1 minute");
    office.commit("A draft");
    let published = |office: &Office| {
        office
            .govkit(&["show", "POL-001", "--published", "--raw"])
            .ok()
    };
    assert_eq!(published(&office), TEXT);
    office.replace(POLICY, "status = \"draft\"", "status = \"effective\"");
    office.commit("In force, says the author");
    assert_eq!(published(&office), TEXT);
    // What nobody approved takes nothing back: the approved text goes on to apply after the draft.
    let listed = office.govkit(&["list", "--fields", "status"]).ok();
    assert_eq!(listed, "effective (unapproved)\n");
    let first = office.git(["log", "--reverse", "--format=%H"]);
    let first = first.lines().next().unwrap();
    let shown = office.govkit(&["verify", "--at", first]).expect_code(1);
    assert!(shown.text().contains("missing"));
}

#[test]
fn an_old_version_does_not_come_back_with_its_old_approvals() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.replace(POLICY, "within 5 minutes", "within 2 minutes");
    done(office.approve("ada", &["POL-001"]));
    done(office.approve("cai", &["POL-001", "--role", "ROLE-dpo"]));
    office.commit("Two minutes");
    assert_eq!(office.state(), "approved");
    office.write(POLICY, TEXT).commit("Back to five");
    assert_eq!(office.state(), "rolled-back");
    drop(office.govkit(&["verify"]).expect_code(1));
    // Agreed to anew, it holds.
    done(office.approve("ada", &["POL-001"]));
    done(office.approve("bob", &["POL-001"]));
    assert_eq!(office.state(), "approved");
}

/// The reason the only refused record of the policy, or of the repository, is refused for.
fn refusal(office: &Office) -> String {
    let output = office
        .govkit(&["verify", "--format", "json"])
        .expect_code(1);
    let all = json(&output.text());
    let of_items = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["refused"].as_array().unwrap().clone());
    let of_all = all["problems"].as_array().unwrap().iter().cloned();
    let told: Vec<String> = of_items
        .chain(of_all)
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .collect();
    told.join("\n")
}

#[test]
fn an_approval_is_worth_nothing_anywhere_else() {
    let Some(office) = Office::approved() else {
        return;
    };
    let record = office.records()[0].clone();
    // Another artifact.
    office
        .write("policies/POL-002.md", TEXT.replace("POL-001", "POL-002"))
        .commit("Another policy");
    let name = record.rsplit('/').next().unwrap();
    for file in ["statement", "signature"] {
        let text = office.read(&format!("{record}/{file}"));
        office.write(&format!(".govkit/approvals/POL-002/{name}/{file}"), text);
    }
    let says = refusal(&office);
    assert!(
        says.contains("it speaks of `POL-001` and belongs in"),
        "{says}"
    );
    fs::remove_dir_all(office.path().join(".govkit/approvals/POL-002")).unwrap();

    // Another repository.
    let Some(other) = Office::open() else { return };
    other.write(
        ".govkit/allowed_signers",
        office.read(".govkit/allowed_signers"),
    );
    other.replace("govkit.toml", "5c1d0a4f", "00000000");
    for file in ["statement", "signature"] {
        let text = office.read(&format!("{record}/{file}"));
        other.write(&format!("{record}/{file}"), text);
    }
    other.git(["add", "-A"]);
    other.git(["commit", "-q", "--amend", "-m", "Another office"]);
    let says = refusal(&other);
    assert!(
        says.contains("it was made for another repository"),
        "{says}"
    );

    // Another role, another action, another day: the signature fits none of them.
    let statement = office.read(&format!("{record}/statement"));
    let signature = office.read(&format!("{record}/signature"));
    fs::remove_dir_all(office.path().join(".govkit/approvals")).unwrap();
    office.git(["reset", "-q", "--soft", "HEAD~2"]);
    office.git([
        "rm",
        "-rq",
        "--cached",
        "--ignore-unmatch",
        ".govkit/approvals",
    ]);
    let changes = [
        ("role: ROLE-ciso", "role: ROLE-dpo"),
        ("role: ROLE-dpo", "role: ROLE-ciso"),
        ("signer: ada", "signer: cai"),
        ("signer: bob", "signer: cai"),
        ("stated: 20", "stated: 19"),
        ("version: ", "version: 0"),
    ];
    for (old, new) in changes
        .into_iter()
        .filter(|(old, _)| statement.contains(old))
    {
        let forged = statement.replace(old, new);
        let digest = sha256(&office, forged.as_bytes());
        let directory = format!(".govkit/approvals/POL-001/{}", &digest[..20]);
        office.write(&format!("{directory}/statement"), &forged);
        office.write(&format!("{directory}/signature"), &signature);
        let says = refusal(&office);
        assert!(
            says.contains("the signature does not fit the statement"),
            "{new}: {says}"
        );
        fs::remove_dir_all(office.path().join(&directory)).unwrap();
    }
}

fn sha256(office: &Office, bytes: &[u8]) -> String {
    let sum = office.0.run("sha256sum").stdin(bytes).run().ok();
    sum.split(' ').next().unwrap().to_owned()
}

#[test]
fn a_branch_cannot_vouch_for_itself() {
    let Some(office) = Office::open() else { return };
    let base = office.rev("main");
    office.git(["switch", "-qc", "coup"]);
    let list = office.read(".govkit/allowed_signers") + &office.signer("eve", "eve");
    office.write(".govkit/allowed_signers", list);
    let people = "[[approvals.people]]\nid = \"eve@example.org\"\nroles = [\"ROLE-ciso\", \"ROLE-dpo\"]\n\n[[approvals.rules]]\nkinds = [\"policy\"]\nof = [\"ROLE-ciso\", \"ROLE-dpo\", \"ROLE-ceo\"]";
    office.replace("govkit.toml", "[[approvals.rules]]\nkinds = [\"policy\"]\nof = [\"ROLE-ciso\", \"ROLE-dpo\", \"ROLE-ceo\"]", people);
    office.replace("govkit.toml", "version = 1", "version = 2");
    office.commit("Eve trusts Eve");
    let refused = office.approve("eve", &["POL-001"]).expect_code(2);
    assert!(
        refused
            .errors()
            .contains(&format!("`.govkit/allowed_signers` of `{}`", &base[..12])),
        "{}",
        refused.errors()
    );
    let says = refusal(&office);
    assert!(
        says.contains("did not agree") && says.contains(&base[..12]),
        "{says}"
    );
    // Merged without those who were trusted, it changes nothing either.
    office.git(["switch", "-q", "main"]);
    office.git(["merge", "-q", "--no-ff", "-m", "Eve merges", "coup"]);
    let says = refusal(&office);
    assert!(
        says.contains("those trusted before did not agree"),
        "{says}"
    );
    drop(office.approve("eve", &["POL-001"]).expect_code(2));
}

#[test]
fn signers_change_by_the_quorum_of_those_before() {
    let Some(office) = Office::approved() else {
        return;
    };
    let old_list = office.read(".govkit/allowed_signers");
    office.write(
        ".govkit/allowed_signers",
        old_list.clone() + &office.signer("eve", "eve"),
    );
    office.replace(
        "govkit.toml",
        "id = \"bob@example.org\"\nroles = [\"ROLE-dpo\"]",
        "id = \"eve@example.org\"\nroles = [\"ROLE-dpo\"]",
    );
    let files = [".govkit/allowed_signers", "govkit.toml"];
    done(office.approve("ada", &files));
    assert!(refusal(&office).contains("is missing"));
    office.replace("govkit.toml", "version = 1", "version = 2");
    done(office.approve("ada", &["govkit.toml"]));
    done(office.approve("cai", &["--role", "ROLE-ceo", files[0], files[1]]));
    done(office.govkit(&["verify"]));
    office.commit("Eve follows Bob");
    let verified = json(&office.govkit(&["verify", "--format", "json"]).ok());
    assert_eq!(verified["policy_version"], 2);
    assert_eq!(verified["signers_from"], office.rev("HEAD"));
    // Bob is gone, and what he said when he was there still counts.
    assert_eq!(office.state(), "approved");
    office.replace(POLICY, "5 minutes", "4 minutes");
    drop(office.approve("bob", &["POL-001"]).expect_code(2));
    done(office.approve("eve", &["POL-001"]));
    office.git(["checkout", "-q", "."]);
    office.git(["clean", "-qfd"]);

    // The old list, once agreed to or not, does not come back by itself, nor does the old policy.
    office
        .write(".govkit/allowed_signers", old_list)
        .commit("The old list");
    assert!(refusal(&office).contains("those trusted before did not agree"));
    office.git(["revert", "--no-edit", "HEAD"]);
    done(office.govkit(&["verify"]));
    office
        .replace("govkit.toml", "version = 2", "version = 1")
        .commit("The old version");
    let says = refusal(&office);
    assert!(
        says.contains("version went from 2 to 1; it only rises"),
        "{says}"
    );
}

#[test]
fn people_count_once_however_many_keys_they_have() {
    let Some(office) = Office::open() else { return };
    office.keygen("ada2", "ecdsa");
    let list = office.read(".govkit/allowed_signers") + &office.signer("ada", "ada2");
    office.write(".govkit/allowed_signers", list);
    office.replace(
        "govkit.toml",
        "id = \"ada@example.org\"\nroles = [\"ROLE-ciso\"]",
        "id = \"ada@example.org\"\nroles = [\"ROLE-ciso\", \"ROLE-dpo\"]",
    );
    office.git(["add", "-A"]);
    office.git([
        "commit",
        "-q",
        "--amend",
        "-m",
        "Ada has two keys and two roles",
    ]);
    done(office.approve("ada", &["POL-001", "--role", "ROLE-ciso"]));
    done(office.approve("ada2", &["POL-001", "--role", "ROLE-dpo"]));
    assert_eq!(office.records().len(), 2);
    assert_eq!(office.state(), "partial");
    // The same statement with another signature of the same key is the same statement.
    let record = office.records()[0].clone();
    let copy = record.replace("POL-001/", "POL-001/0");
    for file in ["statement", "signature"] {
        office.write(
            &format!("{copy}/{file}"),
            office.read(&format!("{record}/{file}")),
        );
    }
    assert_eq!(office.state(), "partial");
    let says = refusal(&office);
    assert!(says.contains("it was moved or changed"), "{says}");
}

#[test]
fn a_key_counts_only_in_its_time_whatever_clock_a_commit_shows() {
    let Some(office) = Office::open() else { return };
    // Ada's key ends in 2025; it is 2026 in these tests.
    let list = office.read(".govkit/allowed_signers");
    let list = list.replacen(
        "namespaces=\"approval@govkit\"",
        "namespaces=\"approval@govkit\",valid-before=\"20250101\"",
        1,
    );
    office.write(".govkit/allowed_signers", list);
    office.git(["add", "-A"]);
    office.git(["commit", "-q", "--amend", "-m", "Ada leaves"]);
    let late = office.approve("ada", &["POL-001"]).expect_code(2);
    assert!(
        late.errors().contains("was not valid on"),
        "{}",
        late.errors()
    );
    // She sets her clock back, signs, and commits with a date of then.
    let key = office.key("ada");
    let then = 1_717_200_000;
    done(
        office
            .at_time(
                then,
                &["approve", "--key", key.to_str().unwrap(), "POL-001"],
            )
            .run(),
    );
    office.git(["add", "-A"]);
    let commit = office
        .0
        .run("git")
        .args(["commit", "-qm", "Agreed long ago"]);
    done(
        commit
            .env("GIT_COMMITTER_DATE", format!("{then} +0000"))
            .env("GIT_AUTHOR_DATE", format!("{then} +0000"))
            .run(),
    );
    let says = refusal(&office);
    assert!(says.contains("was not valid on"), "{says}");
}

#[test]
fn retired_and_compromised_keys_differ() {
    let Some(office) = Office::approved() else {
        return;
    };
    let print = |office: &Office, name: &str| {
        let shown = office
            .0
            .run("ssh-keygen")
            .args(["-l", "-f"])
            .args([office.key(name)])
            .run()
            .ok();
        shown.split(' ').nth(1).unwrap().to_owned()
    };
    let revoke = |office: &Office, why: &str| {
        let text = format!(
            "[[revoked]]\nkey = \"{}\"\nwhy = \"{why}\"\nreason = \"laptop stolen\"\n",
            print(office, "ada")
        );
        office.write(".govkit/revoked.toml", text);
        done(office.approve("bob", &[".govkit/revoked.toml"]));
        done(office.approve("cai", &["--role", "ROLE-ceo", ".govkit/revoked.toml"]));
        office.commit("Ada's key is revoked");
    };
    revoke(&office, "retired");
    assert_eq!(office.state(), "approved");
    office.replace(POLICY, "5 minutes", "4 minutes");
    let refused = office.approve("ada", &["POL-001"]).expect_code(2);
    assert!(
        refused.errors().contains("is retired: laptop stolen"),
        "{}",
        refused.errors()
    );
    office.git(["checkout", "-q", "."]);
    revoke(&office, "compromised");
    let says = refusal(&office);
    assert!(says.contains("is compromised: laptop stolen"), "{says}");
    assert_eq!(office.state(), "partial");
}

#[test]
fn what_was_said_is_taken_back_only_by_who_may() {
    let Some(office) = Office::approved() else {
        return;
    };
    let key = |name: &str| office.key(name).to_str().unwrap().to_owned();
    let none = office
        .govkit(&["revoke", "POL-001", "--reason", "No", "--key", &key("eve")])
        .expect_code(2);
    assert!(none.errors().contains("not in `.govkit/allowed_signers`"));
    let bobs = office
        .records()
        .into_iter()
        .find(|record| {
            office
                .read(&format!("{record}/statement"))
                .contains("signer: bob")
        })
        .unwrap();
    let name = bobs.rsplit('/').next().unwrap();
    // Ada writes that she takes back what Bob said, and is not heard.
    done(office.govkit(&[
        "revoke",
        "POL-001",
        "--record",
        name,
        "--reason",
        "He erred",
        "--key",
        &key("ada"),
    ]));
    assert_eq!(office.state(), "approved");
    let item = office.standing(&[]);
    assert_eq!(
        item["refused"][0]["message"],
        "`ada@example.org` may not take back what `bob@example.org` said"
    );
    done(office.govkit(&[
        "revoke",
        "POL-001",
        "--reason",
        "The annex was missing",
        "--key",
        &key("bob"),
    ]));
    assert_eq!(office.state(), "partial");
    drop(office.govkit(&["verify"]).expect_code(1));
}

#[test]
fn an_override_has_a_reason_and_is_shown_for_ever() {
    let Some(office) = Office::open() else { return };
    drop(
        office
            .approve("cai", &["POL-001", "--override"])
            .expect_code(2),
    );
    done(office.approve(
        "ada",
        &[
            "POL-001",
            "--override",
            "--reason",
            "Now",
            "--role",
            "ROLE-ciso",
        ],
    ));
    assert_eq!(
        office.state(),
        "missing",
        "the rules let the CEO override, not the CISO"
    );
    done(office.approve(
        "cai",
        &[
            "POL-001",
            "--override",
            "--reason",
            "The breach cannot wait",
        ],
    ));
    office.commit("The CEO decides");
    assert_eq!(office.state(), "overridden");
    assert_eq!(
        office.govkit(&["list", "--fields", "status"]).ok(),
        "effective\n"
    );
    office.replace(POLICY, "5 minutes", "4 minutes");
    done(office.approve("ada", &["POL-001"]));
    done(office.approve("bob", &["POL-001"]));
    office.commit("Approved by all");
    let item = office.standing(&[]);
    assert_eq!(item["state"], "approved");
    let reasons: Vec<_> = item["overrides"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| said["reason"].clone())
        .collect();
    assert!(
        reasons.contains(&"The breach cannot wait".into()),
        "{reasons:?}"
    );
}

#[test]
fn records_are_only_ever_added() {
    let Some(office) = Office::approved() else {
        return;
    };
    let record = office.records()[0].clone();
    fs::remove_dir_all(office.path().join(&record)).unwrap();
    // It was merged, so it goes on to count; that it is gone is said.
    let says = refusal(&office);
    assert!(
        says.contains("was taken away; records are only ever added"),
        "{says}"
    );
    assert_eq!(office.state(), "approved");
    office.git(["checkout", "-q", "."]);
    let signature = office.read(&format!("{record}/signature"));
    office.write(&format!("{record}/signature"), signature + "\n");
    let says = refusal(&office);
    assert!(says.contains("it was changed since commit"), "{says}");
}

#[test]
fn no_flipped_byte_of_text_statement_or_signature_verifies() {
    let Some(office) = Office::open() else { return };
    done(office.approve("ada", &["POL-001"]));
    done(office.approve("bob", &["POL-001"]));
    done(office.govkit(&["verify"]));
    let record = office.records()[0].clone();
    let files = [
        POLICY.to_owned(),
        format!("{record}/statement"),
        format!("{record}/signature"),
    ];
    let rounds = if std::env::var_os("GOVKIT_SOAK").is_some() {
        3000
    } else {
        12
    };
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for file in &files {
        let good = fs::read(office.path().join(file)).unwrap();
        for _ in 0..rounds {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % good.len();
            let bit = 1_u8 << ((seed >> 20) % 8);
            let mut bad = good.clone();
            bad[at] ^= bit;
            fs::write(office.path().join(file), &bad).unwrap();
            let output = office.govkit(&["verify", "--format", "json"]);
            // Another status may need no approval: then nothing holds that would.
            let holds = json(&output.text())["items"]
                .as_array()
                .is_some_and(|items| items.iter().any(|item| item["holds"] == true));
            if file == POLICY && output.code == 0 {
                assert!(!holds, "{file} byte {at} bit {bit}");
                continue;
            }
            // White space in the armour is no part of the signature.
            let same = file.ends_with("signature") && output.code == 0;
            if same {
                assert!(
                    office.keygen_verifies(&record, "ada@example.org")
                        || office.keygen_verifies(&record, "bob@example.org"),
                    "{file} byte {at} bit {bit}"
                );
            } else {
                assert_eq!(
                    output.code,
                    1,
                    "{file} byte {at} bit {bit}: {}",
                    output.errors()
                );
            }
        }
        fs::write(office.path().join(file), good).unwrap();
    }
    done(office.govkit(&["verify"]));
}

#[test]
fn reading_and_knowing_are_signed_too() {
    let Some(office) = Office::approved() else {
        return;
    };
    let key = office.key("cai");
    let key = key.to_str().unwrap();
    done(office.govkit(&["attest", "reviewed", "POL-001", "--key", key]));
    done(office.govkit(&["attest", "acknowledged", "POL-001", "--key", key]));
    let item = office.standing(&[]);
    let said: Vec<_> = item["attested"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| said["action"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["reviewed", "acknowledged"]);
    for record in office.records() {
        let statement = office.read(&format!("{record}/statement"));
        let who = statement
            .lines()
            .find_map(|line| line.strip_prefix("signer: "))
            .unwrap();
        assert!(office.keygen_verifies(&record, who), "{record}");
    }
}

#[test]
fn verify_answers_for_a_day_in_the_past() {
    let Some(office) = Office::open() else { return };
    done(office.approve("ada", &["POL-001"]));
    done(office.approve("bob", &["POL-001"]));
    office.git(["add", "-A"]);
    let day = "2026-12-24T12:00:00Z";
    done(
        office
            .0
            .run("git")
            .args(["commit", "-qm", "Agreed"])
            .env("GIT_COMMITTER_DATE", day)
            .env("GIT_AUTHOR_DATE", day)
            .run(),
    );
    done(office.govkit(&["verify"]));
    done(office.govkit(&["verify", "--on", "2026-12-25"]));
    drop(
        office
            .govkit(&["verify", "--on", "2026-12-24"])
            .expect_code(1),
    );
    let early = office
        .govkit(&["verify", "--on", "1999-01-01"])
        .expect_code(2);
    assert!(
        early.errors().contains("nothing was known"),
        "{}",
        early.errors()
    );
}

#[test]
fn review_shows_what_was_given_and_what_is_stale() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.git(["switch", "-qc", "two"]);
    office.replace(POLICY, "5 minutes", "2 minutes");
    office.commit("Two minutes");
    let status = |office: &Office| {
        let output = office.govkit(&[
            "review",
            "main",
            "--format",
            "json",
            "--fail-change",
            "never",
        ]);
        let review = json(&output.text());
        let approvals = review["approvals"].as_array().unwrap().clone();
        let ciso = approvals
            .into_iter()
            .find(|approval| approval["who"] == "ROLE-ciso");
        ciso.expect("the owner is asked")["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status(&office), "missing");
    let shown = office.govkit(&["review", "main", "--fail-change", "never"]);
    assert!(shown.text().contains("effective (unapproved)"), "{shown}");
    let got = office.govkit(&["get", "POL-001", "status"]);
    assert_eq!(got.ok(), "effective (unapproved)\n");
    done(office.approve("ada", &["POL-001"]));
    office.commit("Ada agrees");
    assert_eq!(status(&office), "given");
    office.replace(POLICY, "2 minutes", "3 minutes");
    office.commit("Three minutes");
    assert_eq!(status(&office), "stale");
}

#[test]
fn without_rules_nothing_needs_approval() {
    let Some(office) = Office::open() else { return };
    let config = CONFIG.split("[approvals]").next().unwrap();
    office.write("govkit.toml", config);
    office.git(["add", "-A"]);
    office.git(["commit", "-q", "--amend", "-m", "No rules"]);
    assert_eq!(
        office.govkit(&["list", "--fields", "status"]).ok(),
        "effective\n"
    );
    let none = office.govkit(&["verify"]).expect_code(2);
    assert!(
        none.errors().contains("nobody may decide here yet"),
        "{}",
        none.errors()
    );
    drop(office.approve("ada", &["POL-001"]).expect_code(2));
    assert_eq!(
        office
            .govkit(&["show", "POL-001", "--published", "--raw"])
            .ok(),
        TEXT
    );
}

#[test]
fn an_approval_that_is_killed_is_there_whole_or_not_at_all() {
    let Some(office) = Office::open() else { return };
    let kills = if std::env::var_os("GOVKIT_SOAK").is_some() {
        1000
    } else {
        20
    };
    let key = office.key("ada");
    let approve = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_govkit"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", office.home())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GOVKIT_NOW", "2026-11-23")
            .current_dir(office.path())
            .args(["approve", "POL-001", "--key"])
            .arg(&key)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    office
        .write("mine.txt", "mine\n")
        .write("staged.txt", "x\n");
    office.git(["add", "staged.txt"]);
    let (mut made, mut stopped) = (0, 0);
    let mut whole = std::time::Duration::from_millis(100);
    let mut seed = 7_u64;
    for kill in 0..kills {
        office.write(
            POLICY,
            TEXT.replace("5 minutes", &format!("{kill} minutes")),
        );
        let before = office.records();
        let start = std::time::Instant::now();
        let mut child = approve();
        if kill % 5 == 0 {
            assert!(child.wait().unwrap().success());
            whole = start.elapsed();
        } else {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let pause = (seed >> 33) % whole.as_micros() as u64;
            std::thread::sleep(std::time::Duration::from_micros(pause));
            drop(child.kill());
            drop(child.wait());
        }
        let after = office.records();
        let new: Vec<&String> = after.iter().filter(|one| !before.contains(one)).collect();
        made += new.len();
        stopped += usize::from(new.is_empty());
        for record in &new {
            assert!(
                office.keygen_verifies(record, "ada@example.org"),
                "kill {kill}"
            );
        }
        // Nothing is there but the records, each with both its files, and what was there before.
        let listed = office.git(["status", "--porcelain=v1", "--untracked-files=all"]);
        let rest: Vec<&str> = listed
            .lines()
            .filter(|line| !line.contains(".govkit/approvals/POL-001/"))
            .collect();
        let all: Vec<String> = [" M policies/POL-001.md", "A  staged.txt", "?? mine.txt"]
            .map(str::to_owned)
            .to_vec();
        let rest: Vec<&str> = rest
            .into_iter()
            .filter(|line| !all.iter().any(|one| one == line))
            .collect();
        assert!(rest.is_empty(), "kill {kill}: {rest:?}");
        assert_eq!(
            listed.matches(".govkit/approvals/").count(),
            2 * after.len(),
            "kill {kill}"
        );
    }
    office.git(["fsck", "--strict", "--no-dangling"]);
    assert!(
        made >= kills / 5 && stopped > 0,
        "{made} made, {stopped} stopped"
    );
}

#[test]
fn the_site_shows_who_agreed_to_what_and_what_changed() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.replace(POLICY, "5 minutes", "4 minutes");
    done(office.approve("ada", &["POL-001"]));
    office.commit("Four <b>minutes</b>");
    done(office.govkit(&["plugin", "add", "site"]));
    done(office.govkit(&["export", "site", "-o", "public"]));
    let pages = office.git(["ls-files", "-o", "public"]);
    let page = pages.lines().find(|path| path.contains("POL-001"));
    let page = office.read(page.expect("the policy has a page"));
    let read = crate::dom::Page::read(&page);
    let texts = |name| -> Vec<String> { read.all(name).map(|one| one.text.clone()).collect() };
    assert!(
        texts("del").iter().any(|text| text.contains('5')),
        "{:?}",
        texts("del")
    );
    assert!(
        texts("ins").iter().any(|text| text.contains('4')),
        "{:?}",
        texts("ins")
    );
    let history: Vec<String> = texts("li");
    let with = |words: &str| history.iter().any(|line| line.contains(words));
    assert!(with("Approved by ada@example.org (ROLE-ciso), 2026-11-23"));
    assert!(with("bob@example.org (ROLE-dpo), 2026-11-23"));
    assert!(page.contains("effective (unapproved)"));
}

#[test]
fn a_clone_without_its_beginning_knows_nobody_to_trust() {
    let Some(office) = Office::approved() else {
        return;
    };
    office.write("README.md", "An office.\n").commit("A readme");
    let from = format!("file://{}", office.path().display());
    office.git(["clone", "--quiet", "--depth=1", &from, "shallow"]);
    let shallow = Repo::at(&office.path().join("shallow"));
    let verified = govkit().run(&shallow, ["verify"]).expect_code(3);
    assert!(
        verified.errors().contains("git fetch --unshallow"),
        "{verified}"
    );
    let listed = govkit().run(&shallow, ["list", "--fields", "status"]);
    assert!(
        listed.errors().contains("no approval can be judged"),
        "{listed}"
    );
    assert_eq!(listed.ok(), "effective (unapproved)\n");
    office.git(["clone", "--quiet", &from, "whole"]);
    let whole = Repo::at(&office.path().join("whole"));
    drop(govkit().run(&whole, ["verify"]).ok());
}
