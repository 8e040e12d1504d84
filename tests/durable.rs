//! `commit` among other writers, killed at any moment, and on a disk that is full.
//!
//! A few seconds each; `GOVKIT_SOAK=1`, as `cargo xtask soak` sets it, runs the full counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use govkit_testkit::{Output, Repo, Run};

use crate::store::{handbook, policy};

const ACCESS: &str = "policies/POL-001-access.md";

fn soak() -> bool {
    std::env::var_os("GOVKIT_SOAK").is_some()
}

/// A repository that threads may share: every run is a program of its own.
#[derive(Clone)]
struct Place {
    root: PathBuf,
    home: PathBuf,
}

impl Place {
    fn of(repo: &Repo) -> Self {
        Self {
            root: repo.path().to_owned(),
            home: repo.home().to_owned(),
        }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HOME", self.home.display().to_string()),
            ("PATH", std::env::var("PATH").unwrap()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_AUTHOR_NAME", "Ada Example".to_owned()),
            ("GIT_AUTHOR_EMAIL", "ada@example.org".to_owned()),
            ("GIT_COMMITTER_NAME", "Ada Example".to_owned()),
            ("GIT_COMMITTER_EMAIL", "ada@example.org".to_owned()),
            ("GOVKIT_NOW", "2026-11-23".to_owned()),
        ]
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        let run = Run::new(program, &self.root).timeout(Duration::from_secs(120));
        let settings = self.settings();
        let run = settings
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        run.args(args).run()
    }

    fn govkit(&self, args: &[&str]) -> Output {
        self.run(program(), args)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .env_clear()
            .envs(self.settings())
            .current_dir(&self.root)
            .args(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root.join(path), text).unwrap();
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_govkit")
}

/// Counts a writer out, also one that failed.
struct Done<'a>(&'a AtomicUsize);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What git makes of the repository: objects, branch and index fit together.
#[track_caller]
fn sound(repo: &Repo) {
    repo.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
    assert_eq!(
        repo.git(["write-tree"]),
        repo.git(["rev-parse", "HEAD^{tree}"])
    );
    assert_eq!(repo.git(["status", "--porcelain"]), "");
}

#[test]
fn nothing_is_lost_among_other_writers() {
    let (rounds, writers, commits) = if soak() { (10, 8, 100) } else { (1, 8, 2) };
    for round in 0..rounds {
        among_other_writers(round, writers, commits);
    }
}

/// A commit on the branch that is checked out, made of git's smallest parts.
const PLUMBING: &str = r#"
set -e
head=$(git rev-parse refs/heads/main)
export GIT_INDEX_FILE=.git/plumbing-index
git read-tree "$head"
blob=$(echo "$0" | git hash-object -w --stdin)
git update-index --add --cacheinfo "100644,$blob,plumbed.txt"
commit=$(git commit-tree -p "$head" -m "plumbed $0" "$(git write-tree)")
git update-ref -m plumbed refs/heads/main "$commit" "$head"
"#;

fn among_other_writers(round: usize, writers: usize, commits: usize) {
    let repo = handbook();
    let place = Place::of(&repo);
    // The first commit is older than what `git gc` keeps in a reflog.
    repo.git(["config", "gc.reflogExpire", "never"]);
    repo.git(["config", "gc.reflogExpireUnreachable", "never"]);
    let running = AtomicUsize::new(writers);
    let beside = repo.home().join("beside").display().to_string();
    repo.git(["worktree", "add", "--quiet", "-b", "beside", &beside]);
    let (plain, same) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for writer in 0..writers {
            let (place, running) = (&place, &running);
            scope.spawn(move || {
                let _done = Done(running);
                let id = format!("POL-1{writer:02}");
                let file = format!("policies/{id}.md");
                for commit in 0..commits {
                    place.write(
                        &file,
                        &policy(&id, "Text", &format!("Version {commit} MUST stay.")),
                    );
                    let output = place.govkit(&["commit", &id, "-m", &format!("{id} {commit}")]);
                    assert_eq!(output.code, 0, "round {round}: {output}");
                }
            });
        }
        let (place, running, plain, same) = (&place, &running, &plain, &same);
        for (args, pause) in [(["gc", "--quiet"], 20), (["pack-refs", "--all"], 5)] {
            scope.spawn(move || {
                while running.load(Ordering::SeqCst) > 0 {
                    drop(place.run("git", &args));
                    thread::sleep(Duration::from_millis(pause));
                }
            });
        }
        // Plain commits beside, in a working tree of their own: `git commit` reads the index before
        // it locks it and writes back what it read, so that it takes back what anybody else staged
        // in between, be it another `git commit`.
        scope.spawn(move || {
            let beside = Place {
                root: place.home.join("beside"),
                ..place.clone()
            };
            while running.load(Ordering::SeqCst) > 0 {
                let done = plain.load(Ordering::SeqCst);
                beside.write("plain.txt", &format!("{done}\n"));
                // Git gives up where `git gc` takes a directory away under it.
                let git = |args: &[&str]| beside.run("git", args).code == 0;
                let message = format!("plain {done}");
                if git(&["add", "plain.txt"]) && git(&["commit", "--quiet", "-m", &message]) {
                    plain.store(done + 1, Ordering::SeqCst);
                }
                thread::sleep(Duration::from_millis(10));
            }
        });
        // And on the same branch, with an index of their own.
        scope.spawn(move || {
            while running.load(Ordering::SeqCst) > 0 {
                let done = same.load(Ordering::SeqCst);
                let moved = place.run("bash", &["-c", PLUMBING, &done.to_string()]).code == 0;
                same.store(done + usize::from(moved), Ordering::SeqCst);
                thread::sleep(Duration::from_millis(10));
            }
        });
    });
    let (plain, same) = (plain.into_inner(), same.into_inner());
    let beside = repo.git(["log", "--format=%s", "main..beside"]);
    assert_eq!(beside.lines().count(), plain, "round {round}: {beside}");
    // What was committed without the index of this working tree comes into it now.
    if same > 0 {
        repo.git(["reset", "--quiet", "--", "plumbed.txt"]);
        repo.git(["checkout", "--quiet", "--", "plumbed.txt"]);
        assert_eq!(repo.read("plumbed.txt"), format!("{}\n", same - 1));
    }
    let log = repo.git(["log", "--format=%s"]);
    let subjects: Vec<&str> = log.lines().collect();
    let distinct: BTreeSet<&str> = subjects.iter().copied().collect();
    let expected = writers * commits + same + 1;
    assert_eq!(
        (subjects.len(), distinct.len()),
        (expected, expected),
        "round {round}"
    );
    for writer in 0..writers {
        let text = repo.git(["show", &format!("HEAD:policies/POL-1{writer:02}.md")]);
        assert!(text.contains(&format!("Version {}", commits - 1)), "{text}");
        // Each commit has its own file and no other.
        for commit in 0..commits {
            let subject = format!("^POL-1{writer:02} {commit}$");
            let files = repo.git(["log", "--format=", "--name-only", "--grep", &subject]);
            assert_eq!(files, format!("policies/POL-1{writer:02}.md\n"));
        }
    }
    assert_eq!(
        repo.git(["reflog", "show", "main"]).lines().count(),
        expected
    );
    assert!(!repo.path().join(".git/index.lock").exists());
    sound(&repo);
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// A repository with work of the user's own, staged and not.
fn with_own_work() -> Repo {
    let repo = handbook();
    repo.write("staged.txt", "staged\n");
    repo.git(["add", "staged.txt"]);
    repo.replace("policies/POL-002-leave.md", "a day off", "two days off");
    repo
}

const OWN_WORK: &str = " M policies/POL-002-leave.md\nA  staged.txt\n";

#[test]
fn a_commit_that_is_killed_leaves_the_old_or_the_new_state() {
    let kills = if soak() { 1000 } else { 25 };
    let repo = with_own_work();
    let place = Place::of(&repo);
    let mut numbers = Numbers(7);
    let (mut made, mut stopped) = (0, 0);
    let mut whole = Duration::from_millis(100);
    for kill in 0..kills {
        // A commit that was stopped may have staged its file.
        repo.git(["reset", "--quiet", "--", ACCESS]);
        let old = repo.rev("HEAD");
        let text = policy("POL-001", "Access", &format!("Version {kill} MUST stay."));
        repo.write(ACCESS, &text);
        let mut child = place
            .command(&["commit", "POL-001", "-m", "x"])
            .spawn()
            .unwrap();
        let start = Instant::now();
        if kill % 5 == 0 {
            assert!(child.wait().unwrap().success());
            whole = start.elapsed();
        } else {
            thread::sleep(Duration::from_micros(
                numbers.below(whole.as_micros() as u64),
            ));
            drop(child.kill());
            drop(child.wait());
        }
        repo.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
        // Whoever was killed cannot take its lock away; git leaves it just so.
        let lock = repo.path().join(".git/index.lock");
        if lock.exists() {
            let doctor = place.govkit(&["doctor"]).expect_code(1);
            assert!(doctor.text().contains("index.lock"), "{doctor}");
            std::fs::remove_file(&lock).unwrap();
        }
        for lock in ["HEAD.lock", "refs/heads/main.lock"] {
            drop(std::fs::remove_file(repo.path().join(".git").join(lock)));
        }
        assert_eq!(repo.read(ACCESS), text, "the work tree is the user's");
        let status = repo.git(["status", "--porcelain=v1"]);
        if repo.rev("HEAD") == old {
            stopped += 1;
            // Changed, or staged as it was to be committed; never as a step back.
            let forward = [
                format!(" M {ACCESS}\n{OWN_WORK}"),
                format!("M  {ACCESS}\n{OWN_WORK}"),
            ];
            assert!(forward.contains(&status), "kill {kill}:\n{status}");
        } else {
            made += 1;
            assert_eq!(repo.rev("HEAD^"), old);
            assert_eq!(status, OWN_WORK, "kill {kill}");
            assert_eq!(repo.git(["show", &format!("HEAD:{ACCESS}")]), text);
        }
    }
    assert!(
        made >= kills / 5 && stopped > 0,
        "{made} made, {stopped} stopped"
    );
    repo.write(ACCESS, policy("POL-001", "Access", "The end MUST be good."));
    drop(place.govkit(&["commit", "POL-001", "-m", "The end"]).ok());
    assert_eq!(repo.git(["status", "--porcelain=v1"]), OWN_WORK);
}

/// Runs a commit under `wrapper` and makes sure that it was made whole, or not at all with a clear
/// error; says which.
fn whole_or_nothing(repo: &Repo, place: &Place, wrapper: &str, what: &str) -> bool {
    let old = repo.rev("HEAD");
    let before = repo.git(["status", "--porcelain=v1"]);
    let staged = repo.git(["ls-files", "--stage"]);
    let script = format!("{wrapper} \"$0\" commit POL-001 -m x");
    let output = place.run("bash", &["-c", &script, program()]);
    repo.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
    assert!(
        !repo.path().join(".git/index.lock").exists(),
        "{what}: {output}"
    );
    if repo.rev("HEAD") != old {
        assert_eq!(
            repo.git(["status", "--porcelain=v1"]),
            OWN_WORK,
            "{what}: {output}"
        );
        return true;
    }
    assert_eq!(output.code, 2, "{what}: {output}");
    // Where the message itself could not be written, there is none.
    let says = output.errors();
    assert!(
        says.is_empty() || says.contains("error: "),
        "{what}: {output}"
    );
    assert_eq!(
        repo.git(["status", "--porcelain=v1"]),
        before,
        "{what}: {output}"
    );
    assert_eq!(
        repo.git(["ls-files", "--stage"]),
        staged,
        "{what}: {output}"
    );
    let rest = left_behind(&repo.path().join(".git"));
    assert!(rest.is_empty(), "{what}: {rest:?}");
    false
}

fn left_behind(git: &Path) -> Vec<String> {
    let names = git
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names
        .filter(|name| name.starts_with("index.govkit-") || name.ends_with(".lock"))
        .collect()
}

#[test]
fn a_file_that_may_not_grow_stops_the_commit_and_nothing_is_half_written() {
    let repo = with_own_work();
    // So many files that the index is larger than the objects.
    for file in 0..200 {
        repo.write(&format!("many/{file:03}.txt"), "x\n");
    }
    repo.git(["add", "many"]);
    repo.git(["commit", "--quiet", "-m", "Many", "--", "many"]);
    let place = Place::of(&repo);
    let mut outcomes = Vec::new();
    for blocks in [0, 1, 4, 8, 12, 100] {
        repo.write(
            ACCESS,
            policy("POL-001", "Access", &format!("Up to {blocks} MUST do.")),
        );
        let wrapper = format!("trap '' XFSZ; ulimit -f {blocks};");
        outcomes.push(whole_or_nothing(
            &repo,
            &place,
            &wrapper,
            &format!("{blocks} blocks"),
        ));
    }
    assert_eq!(
        (outcomes.first(), outcomes.last()),
        (Some(&false), Some(&true))
    );
    assert!(
        !outcomes[1],
        "objects fit into one block, the index does not"
    );
}

#[test]
fn every_write_that_fails_stops_the_commit_and_nothing_is_half_written() {
    let repo = with_own_work();
    let place = Place::of(&repo);
    if place
        .run("bash", &["-c", "strace -f -o /dev/null true"])
        .code
        != 0
    {
        println!("skipped: failing writes need strace, and leave to use it");
        return;
    }
    let calls = "write,rename,renameat,renameat2,link,linkat";
    let step = if soak() { 1 } else { 5 };
    // One call that fails may be made up for; five in a row are not.
    for burst in [1, 5] {
        let (mut nth, mut stopped) = (1, 0);
        loop {
            repo.write(
                ACCESS,
                policy(
                    "POL-001",
                    "Access",
                    &format!("Call {nth} of {burst} MUST do."),
                ),
            );
            let last = nth + burst - 1;
            let trace = place.home.join("trace");
            let wrapper = format!(
                "strace -f -qq -o {} -e trace={calls} -e inject={calls}:error=ENOSPC:when={nth}..{last}",
                trace.display()
            );
            let made = whole_or_nothing(&repo, &place, &wrapper, &format!("call {nth}..{last}"));
            stopped += usize::from(!made);
            if !std::fs::read_to_string(trace)
                .unwrap()
                .contains("(INJECTED)")
            {
                break;
            }
            nth += step;
        }
        assert!(nth > 1 && (stopped > 0 || burst == 1), "{stopped} stopped");
    }
}

#[test]
fn what_git_is_told_to_bring_to_the_disk_is_brought_there() {
    let repo = handbook();
    let place = Place::of(&repo);
    if place
        .run("bash", &["-c", "strace -f -o /dev/null true"])
        .code
        != 0
    {
        println!("skipped: counting system calls needs strace, and leave to use it");
        return;
    }
    let synced = |setting: &str| {
        repo.git(["config", "core.fsync", setting]);
        repo.write(
            ACCESS,
            policy("POL-001", "Access", &format!("It MUST be {setting}.")),
        );
        let script =
            "strace -f -y -qq -o ../trace -e trace=fsync,fdatasync \"$0\" commit POL-001 -m x"
                .replace("../", &format!("{}/", place.home.display()));
        drop(place.run("bash", &["-c", &script, program()]).ok());
        std::fs::read_to_string(place.home.join("trace")).unwrap()
    };
    assert!(!synced("none").contains("/.git/"));
    let committed = synced("committed");
    // A blob, two trees, a commit, and the branch.
    assert_eq!(
        committed.matches("/.git/objects/").count(),
        4,
        "{committed}"
    );
    assert!(committed.contains("/.git/refs/heads/main"), "{committed}");
    assert!(!committed.contains("/.git/index"), "{committed}");
    assert!(synced("all").contains("/.git/index"));
}

#[test]
fn a_disk_that_is_full_stops_the_commit_and_nothing_is_half_written() {
    let keep = Repo::new();
    let disk = keep.home().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount = |args: &[&str]| {
        let run = keep.run("mount").args(args).args([&disk]);
        run.run().code == 0
    };
    if !mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"]) {
        println!("skipped: a small disk of its own needs leave to mount one");
        return;
    }
    let unmounted = Unmount(disk.clone());
    let repo = Repo::at(&disk);
    repo.git(["init", "--quiet", "--initial-branch=main"]);
    crate::store::fill(&repo);
    let place = Place::of(&repo);
    let step = if soak() { 1 } else { 7 };
    let (mut made, mut stopped) = (0, 0);
    // So many pages of the disk are left free.
    for free in (0..60).step_by(step) {
        let text = policy("POL-001", "Access", &format!("{free} pages MUST do."));
        repo.write(ACCESS, &text);
        let old = repo.rev("HEAD");
        let ballast = disk.join("ballast");
        let fill = format!(
            "dd if=/dev/zero of=\"$0\" bs=4096 2>/dev/null; size=$(stat -c %s \"$0\"); truncate -s $((size - {free} * 4096)) \"$0\""
        );
        let filled = keep.run("bash").args(["-c", &fill]).args([&ballast]);
        drop(filled.run());
        let output = place.govkit(&["commit", "POL-001", "-m", "x"]);
        std::fs::remove_file(&ballast).unwrap();
        repo.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
        assert_eq!(repo.read(ACCESS), text);
        let status = repo.git(["status", "--porcelain=v1"]);
        if repo.rev("HEAD") == old {
            stopped += 1;
            assert_eq!(output.code, 2, "{free}: {output}");
            assert!(output.errors().contains("error: "), "{free}: {output}");
            assert_eq!(status, format!(" M {ACCESS}\n"), "{free}: {output}");
            assert!(left_behind(&repo.path().join(".git")).is_empty(), "{free}");
        } else {
            made += 1;
            assert_eq!(status, "", "{free}: {output}");
        }
    }
    drop(unmounted);
    assert!(made > 0 && stopped > 0, "{made} made, {stopped} stopped");
}

/// Takes a disk away when the test ends, however it ends.
struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}
