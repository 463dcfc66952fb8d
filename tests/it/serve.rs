//! `serve`: who is answered, and what a saved table changes.

use crate::inspect::HOSTILE;
use crate::inspect::page::{parts, run};
use crate::support::{articles, extractor};
use duikou::document::Document;
use duikou::lexicon::change::{State, Touched};
use duikou::lexicon::{Lexicon, TABLES};
use duikou::output;
use duikou::pipeline::Extractor;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const UNITS: &str = "surface\tkind\tunit\tfactor\tsource\tnote\n";
const SHAN: &str = "垧\tarea\tmu\t15\tmy notes\tas in Heilongjiang\n";
const ARTICLE: &str = "深圳市对口帮扶河源市，建成茶园200垧，种树30万棵。\n";

/// A running program with its folder: `a.txt`, and `dict/units.tsv` without rows.
struct Server {
    folder: tempfile::TempDir,
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.txt"), ARTICLE).expect("a file");
        fs::create_dir(folder.path().join("dict")).expect("a folder");
        fs::write(folder.path().join("dict/units.tsv"), UNITS).expect("a file");
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("duikou"))
            .current_dir(folder.path())
            .args(["serve", "a.txt", "--port", "0", "--dict", "dict"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut said = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let port = said.find_map(|line| {
            let line = line.expect("UTF-8");
            line.split_once("http://127.0.0.1:")?.1.split('/').next()?.parse().ok()
        });
        // Somebody has to listen to what it says, or the pipe fills up.
        std::thread::spawn(move || said.for_each(drop));
        Self { folder, child, port: port.expect("it says where it listens") }
    }

    /// Status and body of an answer; `head` is the request line and further headers.
    fn ask(&self, head: &str, host: &str, body: &str) -> (u16, String) {
        let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
        let host = host.replace("PORT", &self.port.to_string());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        let headers = if headers.is_empty() { String::new() } else { format!("{headers}\r\n") };
        let length = body.len();
        write!(stream, "{line} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8(answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_string())
    }

    fn get(&self, path: &str) -> String {
        let (status, body) = self.ask(&format!("GET {path}"), OURS, "");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The state after `seen`; waits for it.
    fn state(&self, seen: &Value) -> Value {
        serde_json::from_str(&self.get(&format!("/state?seen={seen}"))).expect("JSON")
    }

    fn save(&self, rows: &str) {
        fs::write(self.folder.path().join("dict/units.tsv"), format!("{UNITS}{rows}")).expect("a file");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const OURS: &str = "Host: 127.0.0.1:PORT\r\n";

/// Expressions of all facts of a page with value and rule.
fn facts(page: &str) -> Vec<String> {
    let run = run(page);
    let names: Vec<&str> = run["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
    let mut found = Vec::new();
    for part in parts(page, "index") {
        let cell = |name: &str, row: usize| {
            let column = names.iter().position(|other| *other == name).expect("a column");
            let word = part["columns"][column][row].as_u64().expect("a word") as usize;
            part["words"][word].as_str().expect("a text").to_string()
        };
        let rows = part["start"].as_array().map_or(0, Vec::len);
        found.extend((0..rows).map(|row| {
            ["text", "value", "unit", "rule"].map(|name| cell(name, row)).join(" ").replace(['\\', '/'], "/")
        }));
    }
    found
}

#[test]
fn only_the_page_of_this_machine_is_answered() {
    let server = Server::start();
    let long = "深".repeat(30_000);
    let cases = [
        ("GET /", OURS, "", 200),
        ("GET /", "Host: localhost:PORT\r\n", "", 200),
        // A name that a foreign site made to mean this machine.
        ("GET /", "Host: evil.example:PORT\r\n", "", 403),
        ("GET /", "Host: evil.example\r\n", "", 403),
        ("GET /", "Host: 127.0.0.1:PORT.evil.example\r\n", "", 403),
        ("GET /", "Host: 127.0.0.1\r\n", "", 403),
        ("GET /", "Host: 127.0.0.1:PORT\r\nHost: evil.example\r\n", "", 403),
        ("GET /", "", "", 403),
        ("GET http://evil.example/", "Host: evil.example\r\n", "", 403),
        ("GET /state", "Host: evil.example:PORT\r\n", "", 403),
        ("POST /try", "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\n", ARTICLE, 200),
        // A foreign site that sends to this machine's own name.
        ("POST /try", "Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\n", ARTICLE, 403),
        ("POST /try", "Host: 127.0.0.1:PORT\r\nOrigin: null\r\n", ARTICLE, 403),
        ("POST /try", OURS, long.as_str(), 413),
        ("GET /try", OURS, "", 405),
        ("POST /", OURS, "", 405),
        ("GET /../a.txt", OURS, "", 404),
        ("GET /dict/units.tsv", OURS, "", 404),
    ];
    for (head, host, body, expected) in cases {
        let (status, said) = server.ask(head, host, body);
        assert_eq!(status, expected, "{head} {host:?}");
        assert!(status == 200 || !said.contains("深圳"), "{head} {host:?} gives nothing away");
    }
    let elsewhere = TcpStream::connect(("127.0.0.2", server.port));
    assert!(cfg!(not(target_os = "linux")) || elsewhere.is_err(), "it listens at one address alone");
}

#[test]
fn a_tried_text_is_data_alone() {
    let server = Server::start();
    let (status, page) = server.ask("POST /try", OURS, HOSTILE);
    assert_eq!(status, 200);
    assert_eq!(parts(&page, "texts"), [serde_json::json!([HOSTILE])]);
    assert!(!page.contains("<img") && !page.contains("<script>document"), "{page}");
    assert!(page.contains("connect-src 'self'") && page.contains("default-src 'none'"));
    assert_eq!(facts(&page).len(), 2, "{:?}", facts(&page));
}

#[test]
fn a_saved_table_changes_the_facts_and_a_faulty_one_does_not() {
    let server = Server::start();
    let page = server.get("/");
    let known = facts(&page);
    assert!(known.len() == 1 && known[0].starts_with("30万棵"), "{known:?}");
    let seen = run(&page)["live"].clone();
    assert_eq!(server.state(&Value::from(0))["version"], seen, "who has seen nothing need not wait");

    server.save(SHAN);
    let state = server.state(&seen);
    assert_eq!(state["faults"], serde_json::json!([]));
    let page = server.get("/");
    assert_eq!(run(&page)["live"], state["page"]);
    let changed = facts(&page);
    assert_eq!(changed, ["200垧 3000 mu area.unit dict/units.tsv:2".to_string(), known[0].clone()]);
    assert_eq!(facts(&server.ask("POST /try", OURS, ARTICLE).1), changed, "the new rows read what is tried, too");

    server.save(&format!("{SHAN}塅\tarea\tmu\ttwo\tnotes\t\n"));
    let faulty = server.state(&state["version"]);
    assert_eq!(faulty["page"], state["page"]);
    let faults = faulty["faults"].as_array().expect("faults");
    let first = faults[0].as_str().expect("a text").replace('\\', "/");
    assert!(faults.len() == 1 && first.starts_with("dict/units.tsv:3:4: "), "{faults:?}");
    assert_eq!(facts(&server.get("/")), changed, "the last good state stays");

    fs::remove_dir_all(server.folder.path().join("dict")).expect("the folder goes");
    let gone = server.state(&faulty["version"]);
    assert!(gone["faults"][0].as_str().is_some_and(|fault| fault.contains("cannot read")), "{gone}");
    fs::create_dir(server.folder.path().join("dict")).expect("the folder comes back");
    server.save("");
    let back = server.state(&gone["version"]);
    assert_eq!(back["faults"], serde_json::json!([]));
    assert_eq!(facts(&server.get("/")), known, "without the row the fact is gone");
}

#[test]
fn signals_stop_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let mut server = Server::start();
        // A page that waits for news does not hold it back.
        let seen = run(&server.get("/"))["live"].clone();
        let mut waiting = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
        let port = server.port;
        write!(waiting, "GET /state?seen={seen} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").expect("it reads");
        let pid = server.child.id().to_string();
        assert!(Command::new("kill").args([signal, pid.as_str()]).status().expect("kill runs").success());
        let begun = Instant::now();
        while server.child.try_wait().expect("the program is ours").is_none() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{signal} stops it");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(server.child.wait().expect("the program is ours").code(), Some(0), "{signal}");
    }
}

#[test]
fn wrong_usage_is_said() {
    let server = Server::start();
    let run = |arguments: &[&str], folder: &Path| {
        let mut command = assert_cmd::Command::cargo_bin("duikou").expect("the program is built");
        command.current_dir(folder).arg("serve").args(arguments).output().expect("the program runs")
    };
    let folder = server.folder.path();
    let taken = run(&["a.txt", "--port", &server.port.to_string()], folder);
    assert_eq!(taken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&taken.stderr).contains("--port 0"), "{taken:?}");
    fs::write(folder.join("dict/units.tsv"), "surface\n").expect("a file");
    let faulty = run(&["a.txt", "--port", "0", "--dict", "dict"], folder);
    assert_eq!(faulty.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&faulty.stderr).contains("units.tsv:1"), "{faulty:?}");
}

/// For nearly each table, some of its rows are taken away. What is then tagged again must be all that can change.
#[test]
fn documents_without_the_words_of_changed_rows_are_read_as_before() {
    let articles = articles();
    let inspected = |extractor: &Extractor, document: &Document| {
        output::inspection(extractor.lexicon(), document, &extractor.extract(document), &[]).to_string()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let folders = [folder.path().to_path_buf()];
    let (builtin, before) = Lexicon::load_with_rows(&[]).expect("the built-in tables are sound");
    let mut changed = Vec::new();
    // Others lean on most places; a character variant may stand in any word.
    for spec in TABLES.iter().filter(|spec| !["places.tsv", "variants.tsv"].contains(&spec.name)) {
        let rows = spec.builtin.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
        let rare = |row: &&str| {
            let cells: Vec<&str> = row.split('\t').collect();
            let word = match spec.name {
                "pairs.tsv" => return true,
                "divisions.tsv" if cells[3] == "town" => cells[2],
                "divisions.tsv" => return false,
                _ => cells[0],
            };
            !word.is_empty() && (1..12).contains(&articles.iter().filter(|article| article.text.contains(word)).count())
        };
        let rows: Vec<&str> = rows.filter(rare).collect();
        let some: String = rows.iter().step_by(rows.len() / 6 + 1).map(|row| format!("-{row}\n")).collect();
        let path = folder.path().join(spec.name);
        fs::write(&path, format!("{}\n{some}", spec.columns.join("\t"))).expect("a file");
        let loaded = Lexicon::load_with_rows(&folders);
        let (lexicon, after) = loaded.unwrap_or_else(|error| panic!("{}: {error}", spec.name));
        let states = [State { rows: &before, lexicon: &builtin }, State { rows: &after, lexicon: &lexicon }];
        let touched = Touched::between(states[0], states[1]);
        let other = Extractor::new(lexicon);
        for article in &articles {
            let same = inspected(extractor(), article) == inspected(&other, article);
            assert!(same || touched.has(other.lexicon(), article), "{}: {}", spec.name, article.id);
            if !same {
                changed.push(spec.name);
            }
        }
        fs::remove_file(path).expect("a file");
    }
    changed.dedup();
    assert!(changed.len() > 7, "rows of most tables make a difference: {changed:?}");
}
