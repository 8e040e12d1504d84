//! `serve`: what a browser on this machine gets, and what one that was led here does not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use govkit_testkit::{Repo, itsm};

use crate::dom::Page;
use crate::govkit;

/// A preview that ends with the test.
struct Serving {
    child: Child,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Serving {
    fn start(repo: &Repo) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_govkit"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", repo.home())
            .env("XDG_CACHE_HOME", govkit_testkit::scratch("cache"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GOVKIT_NOW", "2026-11-23")
            .current_dir(repo.path())
            .args(["serve", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit_once(':');
        let port = port.expect("the address is the first line").1.parse();
        Self {
            child,
            port: port.unwrap(),
        }
    }

    /// Sends a request and returns the status and everything else.
    fn ask(&self, method: &str, path: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let host = host.replace("{port}", &self.port.to_string());
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path, "127.0.0.1:{port}")
    }

    fn version(&self) -> String {
        self.get("/.govkit/version")
            .1
            .trim()
            .rsplit_once('\n')
            .unwrap()
            .1
            .to_owned()
    }
}

#[test]
fn what_is_written_is_shown_with_what_is_not_committed() {
    let repo = itsm();
    drop(govkit().run(&repo, ["plugin", "add", "site"]).ok());
    let serving = Serving::start(&repo);
    let (status, home) = serving.get("/");
    assert_eq!(status, 200);
    assert!(home.contains("src=\"/.govkit/reload.js\""));
    assert!(home.contains("\r\nContent-Security-Policy: default-src 'none';"));
    let body = home.split_once("\r\n\r\n").unwrap().1;
    let page = Page::read(body);
    let metas = page.all("meta");
    assert_eq!(
        metas
            .filter(|meta| meta.get("http-equiv") == "Content-Security-Policy")
            .count(),
        0
    );
    // Every script and style is the preview's own.
    for element in &page.elements {
        for name in ["src", "href"] {
            let leads_out = element.get(name).contains("://") && element.name != "a";
            assert!(!leads_out, "{} {}", element.name, element.get(name));
        }
    }
    assert_eq!(serving.get("/.govkit/reload.js").0, 200);

    let before = serving.version();
    let policy = repo.git(["ls-files", "policies"]);
    let policy = policy.lines().next().unwrap();
    let text = repo.read(policy);
    repo.write(
        policy,
        text.clone() + "\nNobody MUST ever eat the blue cheese.\n",
    );
    let start = Instant::now();
    while serving.version() == before {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the change was not seen"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let (status, changes) = serving.get("/.govkit/changes.html");
    assert_eq!(status, 200);
    assert!(changes.contains("blue cheese"));
    assert!(
        !changes.contains("not committed yet"),
        "the page does not lead to itself"
    );

    // Something is broken: the old pages stay, and say what is wrong.
    let before = serving.version();
    repo.write("govkit.toml", repo.read("govkit.toml") + "\nbroken");
    while serving.version() == before {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the fault was not seen"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let (status, home) = serving.get("/");
    assert_eq!(status, 200);
    assert!(
        home.contains("role=\"alert\"") && home.contains("govkit.toml"),
        "{home}"
    );
    assert_eq!(
        repo.git(["status", "--porcelain", "--untracked-files=all"])
            .lines()
            .filter(|line| line.starts_with("??"))
            .count(),
        0,
        "nothing was written"
    );
}

#[test]
fn only_this_machine_and_only_reading_is_answered() {
    let repo = itsm();
    drop(govkit().run(&repo, ["plugin", "add", "site"]).ok());
    let serving = Serving::start(&repo);
    assert_eq!(serving.get("/index.html").0, 200);
    assert_eq!(serving.ask("GET", "/", "localhost:{port}").0, 200);
    for host in [
        "evil.example:{port}",
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
    ] {
        assert_eq!(serving.ask("GET", "/", host).0, 403, "{host}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(
            serving.ask(method, "/", "127.0.0.1:{port}").0,
            405,
            "{method}"
        );
    }
    for path in [
        "/../govkit.toml",
        "/%2e%2e/govkit.toml",
        "/.git/config",
        "//etc/passwd",
        "/%00",
        "/.govkit/allowed_signers",
    ] {
        assert_eq!(serving.get(path).0, 404, "{path}");
    }
    assert_eq!(serving.get("/%ff").0, 400);
}

#[test]
fn a_preview_without_its_exporter_says_how_to_get_one() {
    let repo = itsm();
    let output = govkit().run(&repo, ["serve", "pages"]).expect_code(2);
    assert!(
        output
            .errors()
            .contains("no exporter is called `pages` here")
    );
    let output = govkit()
        .run(&repo, ["serve", "--at", "HEAD"])
        .expect_code(2);
    assert!(output.errors().contains("leave `--at` out"));
}
