//! The program as a user calls it: streams, exit status, formats, broken input.

use crate::support::root;
use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

pub const AID: &str = "2014年，深圳对口帮扶河源，投入帮扶资金3.5亿元，引进企业25家。";

pub fn duikou() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duikou"));
    command.timeout(std::time::Duration::from_secs(120));
    command
}

/// Runs in a folder, with what follows `duikou` on the command line.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(duikou().current_dir(folder).args(arguments).output().expect("the program starts"))
}

pub fn run(arguments: &[&str]) -> Run {
    run_in(&root(""), arguments)
}

pub fn run_with_input(arguments: &[&str], input: impl Into<Vec<u8>>) -> Run {
    Run::of(duikou().args(arguments).write_stdin(input).output().expect("the program starts"))
}

/// What a run left behind.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            status: output.status.code().expect("the program was not killed"),
            out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stderr: {}", self.err);
        self
    }

    /// stdout as JSON lines; that it parses shows that nothing else is printed there.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }

    /// The closing line tells how many documents, facts and failures there were.
    #[track_caller]
    pub fn counts(self, documents: usize, facts: usize, failures: usize) -> Self {
        let number = |word: &str| {
            let last = self.err.lines().last()?;
            let part = last.split(", ").find(|part| part.contains(word))?;
            part.split(' ').find_map(|piece| piece.parse::<usize>().ok())
        };
        let found = (number(" document"), number(" fact"), number(" failure"));
        assert_eq!(found, (Some(documents), Some(facts), Some(failures)), "stderr: {}", self.err);
        self
    }

    #[track_caller]
    pub fn says(self, word: &str) -> Self {
        assert!(self.err.contains(word), "`{word}` is not on stderr: {}", self.err);
        self
    }
}

pub fn texts(facts: &[Value]) -> Vec<&str> {
    facts.iter().map(|fact| fact["text"].as_str().expect("a fact has a text")).collect()
}

pub fn docs(facts: &[Value]) -> BTreeSet<&str> {
    facts.iter().map(|fact| fact["doc"].as_str().expect("a fact has a doc")).collect()
}

/// A temporary folder with files.
pub fn folder(files: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_path_buf();
    for (name, bytes) in files {
        let file = path.join(name);
        fs::create_dir_all(file.parent().unwrap_or(&path)).expect("a temporary folder");
        fs::write(file, bytes).expect("a temporary file");
    }
    (folder, path)
}

pub fn record(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "text": text}).to_string()
}

mod extract {
    use super::*;

    #[test]
    fn a_file() {
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
        let run = run_in(&path, &["extract", "a.txt"]).exits(0);
        let facts = run.lines();
        assert_eq!(texts(&facts), ["3.5亿元", "25家"]);
        let first = &facts[0];
        assert_eq!(
            (first["doc"].as_str(), first["value"].as_str(), first["unit"].as_str()),
            (Some("a.txt"), Some("350000000"), Some("CNY"))
        );
        assert_eq!(
            (first["pairs"][0]["helper"].as_str(), first["pairs"][0]["recipient_code"].as_str()),
            (Some("深圳"), Some("441600"))
        );
    }

    #[test]
    fn a_fact_has_the_fields_of_the_contract() {
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
        let facts = run_in(&path, &["extract", "a.txt"]).exits(0).lines();
        for field in [
            "doc", "id", "kind", "text", "start", "end", "value", "low", "high", "unit", "si", "bound", "each", "of",
            "status", "time", "pairs", "sentence", "flags",
        ] {
            assert!(facts[0].get(field).is_some(), "no field `{field}`");
        }
        for field in ["helper", "recipient", "helper_code", "recipient_code", "fine", "confidence", "evidence"] {
            assert!(facts[0]["pairs"][0].get(field).is_some(), "no field `pairs.{field}`");
        }
        for field in ["rule", "text", "start", "end"] {
            assert!(facts[0]["pairs"][0]["evidence"][0].get(field).is_some(), "no field `evidence.{field}`");
        }
    }

    #[test]
    fn a_folder_and_all_below_it_in_order() {
        let (_folder, path) = folder(&[
            ("in/b.txt", AID.as_bytes()),
            ("in/a.txt", AID.as_bytes()),
            ("in/below/c.txt", AID.as_bytes()),
            ("in/notes.md", AID.as_bytes()),
        ]);
        let run = run_in(&path, &["extract", "in"]).exits(0).counts(3, 6, 0);
        let facts = run.lines();
        let docs: Vec<&str> = facts.iter().step_by(2).map(|fact| fact["doc"].as_str().expect("a doc")).collect();
        assert_eq!(docs, ["in/a.txt", "in/b.txt", "in/below/c.txt"]);
    }

    #[test]
    fn text_from_standard_input() {
        let facts = run_with_input(&["extract", "-"], AID).exits(0).lines();
        assert_eq!(texts(&facts), ["3.5亿元", "25家"]);
        assert_eq!(facts[0]["doc"], "-");
    }

    #[test]
    fn records_from_standard_input() {
        let input = format!("{}\n\n{}\n", record("one", AID), record("two", AID));
        let facts = run_with_input(&["extract", "-"], input).exits(0).lines();
        assert_eq!(facts.len(), 4);
        assert_eq!(docs(&facts), BTreeSet::from(["one", "two"]));
    }

    #[test]
    fn title_and_date_of_a_record_are_used() {
        let line = serde_json::json!({"id": 7, "title": "东莞对口帮扶韶关", "date": "2014-08-22", "text": "截至今年6月，产业园引进企业41家，投入资金6亿元。"})
            .to_string();
        let facts = run_with_input(&["extract", "-"], line).exits(0).lines();
        assert_eq!((facts[0]["doc"].as_str(), facts[0]["time"].as_str()), (Some("7"), Some("../2014-06")));
    }

    #[test]
    fn csv_by_suffix_by_format_and_on_standard_output() {
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
        let quiet = run_in(&path, &["extract", "a.txt", "-o", "x.csv"]).exits(0);
        assert!(quiet.out.is_empty(), "with -o nothing goes to stdout");
        run_in(&path, &["extract", "a.txt", "--format", "csv", "-o", "x.dat"]).exits(0);
        let direct = run_in(&path, &["extract", "a.txt", "--format", "csv"]).exits(0);
        let file = fs::read_to_string(path.join("x.csv")).expect("x.csv is written");
        assert_eq!(file, fs::read_to_string(path.join("x.dat")).expect("x.dat is written"));
        assert_eq!(file, direct.out);
        let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().expect("a header").clone();
        let column =
            |name: &str| header.iter().position(|other| other == name).unwrap_or_else(|| panic!("no column {name}"));
        let rows: Vec<csv::StringRecord> =
            reader.records().collect::<Result<_, _>>().expect("every row has all columns");
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[0][column("text")], &rows[0][column("value")]), ("3.5亿元", "350000000"));
        assert_eq!((&rows[0][column("pairs")], &rows[0][column("helper_code")]), ("深圳>河源", "440300"));
    }

    #[test]
    fn csv_of_no_facts_has_its_header() {
        let run = run_with_input(&["extract", "-", "--format", "csv"], "今天下雨。").exits(0);
        assert!(run.out.trim_start_matches('\u{feff}').starts_with("doc,id,kind,text,"));
        assert_eq!(run.out.lines().count(), 1);
    }

    #[test]
    fn the_summary_goes_to_stderr_unless_quiet() {
        run_with_input(&["extract", "-"], AID).exits(0).counts(1, 2, 0);
        assert_eq!(run_with_input(&["extract", "-", "--quiet"], AID).exits(0).err, "");
    }

    #[test]
    fn the_number_of_threads_does_not_show() {
        let one = run(&["extract", "corpora/text", "--threads", "1"]).exits(0);
        let four = run(&["extract", "corpora/text", "--threads", "4"]).exits(0);
        assert!(one.out == four.out, "--threads 1 and --threads 4 differ");
        assert!(one.out.lines().count() > 500);
    }

    #[test]
    fn a_file_in_gb18030_gives_the_same_facts() {
        let text = fs::read_to_string(root("corpora/text/t09.txt")).expect("an article");
        let (bytes, _, broken) = encoding_rs::GB18030.encode(&text);
        assert!(!broken);
        let (_folder, path) = folder(&[
            ("utf8/a.txt", text.as_bytes()),
            ("gb/a.txt", &bytes),
            ("bom/a.txt", &[b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ]);
        let facts = |folder: &str| run_in(&path.join(folder), &["extract", "a.txt"]).exits(0).out;
        assert!(!facts("utf8").is_empty());
        assert_eq!(facts("utf8"), facts("gb"));
        assert_eq!(facts("utf8"), facts("bom"));
    }
}

mod broken_input {
    use super::*;

    #[test]
    fn a_missing_file_is_named_and_the_others_are_done() {
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("c.txt", AID.as_bytes())]);
        let run =
            run_in(&path, &["extract", "a.txt", "missing.txt", "c.txt"]).exits(1).says("missing.txt").counts(2, 4, 1);
        assert_eq!(docs(&run.lines()), BTreeSet::from(["a.txt", "c.txt"]));
    }

    #[test]
    fn a_folder_that_has_vanished_is_named() {
        let (folder, path) = folder(&[("a.txt", AID.as_bytes())]);
        let gone = path.join("gone");
        fs::create_dir(&gone).expect("a temporary folder");
        fs::remove_dir(&gone).expect("a temporary folder");
        let run = run_in(&path, &["extract", "a.txt", "gone"]).exits(1).says("gone");
        assert_eq!(run.lines().len(), 2);
        drop(folder);
    }

    #[test]
    fn a_folder_without_input_is_named() {
        let (_folder, path) = folder(&[("empty/notes.md", b"x")]);
        let run = run_in(&path, &["extract", "empty"]).exits(1).says("empty");
        assert!(run.out.is_empty());
    }

    #[test]
    fn an_empty_file_is_named() {
        let (_folder, path) =
            folder(&[("a.txt", AID.as_bytes()), ("b.txt", b""), ("c.txt", b" \n\n"), ("d.jsonl", b"")]);
        let run = run_in(&path, &["extract", "."]).exits(1).says("b.txt").says("c.txt").says("d.jsonl").counts(1, 2, 3);
        assert_eq!(run.lines().len(), 2);
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let noise: Vec<u8> = [b"a\xff\xff\xfe\x80".as_slice(), &[0xff; 64], b"\x81"].concat();
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("b.txt", &noise)]);
        let run = run_in(&path, &["extract", "a.txt", "b.txt"]).exits(1).says("b.txt");
        assert_eq!(docs(&run.lines()), BTreeSet::from(["a.txt"]));
    }

    #[test]
    fn broken_records_are_named_by_number_and_the_others_are_done() {
        let lines = [
            record("one", AID).into_bytes(),
            br#"{"id": "two", "text": "#.to_vec(),
            record("three", AID).into_bytes(),
            br#"{"id": "four"}"#.to_vec(),
            b"{\"id\": \"five\", \"text\": \"\xff\xfe\"}".to_vec(),
            br#"{"id": "six", "text": ""}"#.to_vec(),
            b"[1, 2]".to_vec(),
            record("eight", AID).into_bytes(),
        ];
        let (_folder, path) = folder(&[("a.jsonl", &lines.join(&b'\n'))]);
        let run = run_in(&path, &["extract", "a.jsonl"]).exits(1).counts(3, 6, 5);
        assert_eq!(docs(&run.lines()), BTreeSet::from(["one", "three", "eight"]));
        for number in [2, 4, 5, 6, 7] {
            assert!(
                run.err.contains(&format!("a.jsonl: record {number}:")),
                "record {number} is not named: {}",
                run.err
            );
        }
    }

    #[test]
    fn a_line_of_100_megabytes_is_refused_and_the_others_are_done() {
        let (_folder, path) = folder(&[]);
        let mut file = fs::File::create(path.join("a.jsonl")).expect("a temporary file");
        writeln!(file, "{}", record("one", AID)).expect("a temporary file");
        file.write_all(br#"{"id": "two", "text": ""#).expect("a temporary file");
        let block = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            file.write_all(&block).expect("a temporary file");
        }
        writeln!(file, "\"}}").expect("a temporary file");
        writeln!(file, "{}", record("three", AID)).expect("a temporary file");
        drop(file);
        let run = run_in(&path, &["extract", "a.jsonl"]).exits(1).says("a.jsonl: record 2: larger than");
        assert_eq!(docs(&run.lines()), BTreeSet::from(["one", "three"]));
    }

    #[test]
    fn a_text_file_beyond_the_limit_is_refused() {
        let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
        fs::write(path.join("b.txt"), vec![b'x'; (16 << 20) + 1]).expect("a temporary file");
        let run = run_in(&path, &["extract", "b.txt", "a.txt"]).exits(1).says("b.txt: larger than");
        assert_eq!(run.lines().len(), 2);
    }

    #[test]
    fn a_record_without_a_line_end_is_read() {
        let facts = run_with_input(&["extract", "-"], record("one", AID)).exits(0).lines();
        assert_eq!(facts.len(), 2);
    }

    #[test]
    fn output_that_cannot_be_written_is_named() {
        let run = run_with_input(&["extract", "-", "-o", "/no/such/folder/x.jsonl"], AID);
        assert_ne!(run.status, 0);
        assert!(run.err.contains("/no/such/folder/x.jsonl"), "{}", run.err);
    }
}

mod usage {
    use super::*;

    /// The commands of the contract.
    const COMMANDS: &[&str] = &["extract", "inspect", "normalize", "dict", "eval", "summary"];
    #[test]
    fn wrong_usage_exits_with_2() {
        run(&[]).exits(2);
        run(&["extrakt"]).exits(2);
        run(&["extract", "corpora/text", "--no-such-flag"]).exits(2);
        run(&["extract", "corpora/text", "--format", "docx"]).exits(2).says("jsonl");
        run(&["extract", "corpora/text", "--threads", "many"]).exits(2);
        run(&["dict"]).exits(2);
    }

    #[test]
    fn help_names_every_command() {
        let help = run(&["--help"]).exits(0).out;
        let listed = |command: &str| help.lines().any(|line| line.trim_start().starts_with(&format!("{command} ")));
        for command in COMMANDS {
            assert!(listed(command), "duikou --help does not list `{command}`:\n{help}");
        }
        assert!(help.contains("Exit status"));
    }

    #[test]
    fn every_command_has_help_with_its_flags() {
        for command in COMMANDS {
            let help = run(&[command, "--help"]).exits(0).out;
            assert!(help.contains("Usage: duikou"), "{help}");
            if *command != "dict" {
                assert!(help.contains("--dict"), "{command} --help does not name --dict");
            }
        }
        for flag in ["--output", "--format", "--threads", "jsonl", "csv"] {
            assert!(run(&["extract", "--help"]).out.contains(flag), "extract --help does not name {flag}");
        }
        assert!(run(&["eval", "--help"]).out.contains("--min-f1"));
        assert!(run(&["--version"]).exits(0).out.contains(env!("CARGO_PKG_VERSION")));
    }
}

mod inspect_and_normalize {
    use super::*;

    #[test]
    fn inspect_prints_the_document_with_all_stages() {
        let run = run_with_input(&["inspect", "-", "--format", "json"], AID).exits(0);
        let [document] = run.lines().try_into().expect("one line a document");
        for field in
            ["doc", "title", "date", "source", "text", "sentences", "tokens", "mentions", "quantities", "facts"]
        {
            assert!(document.get(field).is_some(), "no field `{field}`");
        }
        assert_eq!(document["text"], AID);
        let points: Vec<char> = AID.chars().collect();
        for list in ["tokens", "mentions", "quantities", "facts"] {
            let items = document[list].as_array().expect("a list");
            assert!(!items.is_empty(), "no {list}");
            for item in items {
                let at = |field: &str| usize::try_from(item[field].as_u64().expect("an offset")).expect("an offset");
                assert_eq!(
                    points[at("start")..at("end")].iter().collect::<String>(),
                    item["text"].as_str().expect("a text"),
                    "{list}"
                );
            }
        }
        let tokens: String =
            document["tokens"].as_array().expect("tokens").iter().filter_map(|token| token["text"].as_str()).collect();
        assert_eq!(tokens, AID, "the tokens are the document");
        let codes: Vec<&str> = document["mentions"]
            .as_array()
            .expect("mentions")
            .iter()
            .filter_map(|mention| mention["code"].as_str())
            .collect();
        assert_eq!(codes, ["440300", "441600"]);
    }

    #[test]
    fn inspect_and_extract_give_the_same_facts() {
        let facts = run(&["extract", "corpora/text/t05.txt"]).exits(0).lines();
        let inspected = run(&["inspect", "corpora/text/t05.txt", "--format", "json"]).exits(0).lines();
        assert_eq!(inspected[0]["facts"], Value::Array(facts));
    }

    #[test]
    fn normalize_reads_arguments() {
        let lines = run(&["normalize", "近2亿元", "三百户", "2013"]).exits(0).lines();
        let first = |line: &Value, field: &str| line["quantities"][0][field].clone();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["input"], "近2亿元");
        assert_eq!(
            (first(&lines[0], "value"), first(&lines[0], "bound")),
            (Value::from("200000000"), Value::from("nearly"))
        );
        assert_eq!((first(&lines[1], "kind"), first(&lines[1], "value")), (Value::from("count"), Value::from("300")));
        assert_eq!((first(&lines[2], "kind"), first(&lines[2], "value")), (Value::from("number"), Value::from("2013")));
        for field in ["text", "start", "end", "kind", "value", "low", "high", "unit", "si", "bound"] {
            assert!(lines[0]["quantities"][0].get(field).is_some(), "no field `{field}`");
        }
    }

    #[test]
    fn normalize_reads_each_line_of_standard_input() {
        let lines = run_with_input(&["normalize"], "5亩\n\n什么也没有\n").exits(0).lines();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["quantities"][0]["si"], "3333.33", "a mu is 2000/3 m², rounded half-even to two places");
        assert_eq!(lines[2]["quantities"], Value::Array(Vec::new()));
    }
}

mod dictionaries {
    use super::*;

    const PLACES: &str = "code\tname\tshort\tlevel\tparent\tfrom\tto\tdanger\tforms\tsource\tnote\n";

    fn codes(run: &Run) -> Vec<String> {
        let mentions = run.lines()[0]["mentions"].as_array().expect("mentions").clone();
        mentions.iter().filter_map(|mention| mention["code"].as_str()).map(ToString::to_string).collect()
    }

    #[test]
    fn an_overlay_adds_a_place() {
        let table = format!("{PLACES}440300-F99\t云端新城\t云端新城\tzone\t440300\t\t\t\t\ttest\t\n");
        let (_folder, path) =
            folder(&[("dict/places.tsv", table.as_bytes()), ("a.txt", "云端新城对口帮扶河源，投入3亿元。".as_bytes())]);
        let without = run_in(&path, &["inspect", "a.txt", "--format", "json"]).exits(0);
        assert_eq!(codes(&without), ["441600"]);
        let with = run_in(&path, &["inspect", "a.txt", "--format", "json", "--dict", "dict"]).exits(0).says("+1 ~0 -0");
        assert_eq!(codes(&with), ["440300-F99", "441600"]);
        let facts = run_in(&path, &["extract", "a.txt", "--dict", "dict"]).exits(0).lines();
        assert_eq!(facts[0]["pairs"][0]["helper"], "深圳", "the new place belongs to its city");
    }

    #[test]
    fn a_malformed_row_is_named_by_file_line_and_column() {
        let table = format!("{PLACES}440300-F99\t云端新城\t云端新城\tcastle\t440300\t\t\t\t\ttest\t\nbroken\trow\n");
        let (_folder, path) = folder(&[("dict/places.tsv", table.as_bytes()), ("a.txt", AID.as_bytes())]);
        let run = run_in(&path, &["extract", "a.txt", "--dict", "dict"])
            .exits(2)
            .says("dict/places.tsv:2:4: ")
            .says("dict/places.tsv:3:3: ");
        assert!(run.out.is_empty(), "nothing is done with faulty dictionaries");
        let check = run_in(&path, &["dict", "check", "dict"]).exits(1);
        assert!(
            check.out.contains("dict/places.tsv:2:4: ") && check.out.contains("dict/places.tsv:3:3: "),
            "{}",
            check.out
        );
    }

    #[test]
    fn an_unknown_table_and_a_missing_folder_are_named() {
        let (_folder, path) = folder(&[("dict/place.tsv", b"x\n"), ("a.txt", AID.as_bytes())]);
        run_in(&path, &["extract", "a.txt", "--dict", "dict"]).exits(2).says("dict/place.tsv");
        run_in(&path, &["extract", "a.txt", "--dict", "nowhere"]).exits(2).says("nowhere");
    }

    #[test]
    fn a_check_names_every_fault_of_every_file_and_what_would_be_right() {
        let places = format!(
            "{PLACES}440300-F91\t乙区\t帮扶\tzone\t440300-F90\t2020\t2019\tlow\t\ttest\t\n\
             440300-F90\t甲区\t河源\tzone\t440300-F91\t\t\t\t穗\t\t\n\
             440300-F92\t丙区\t\tzone\t44030\t\t\t\t\ttest\t\n\
             440300-F92\t丙区\t\tzone\t深圳市\t\t\t\t\ttest\t\n"
        );
        let pairs = "helper\trecipient\tfrom\tto\tprogramme\tlevel\tconfidence\tsource\tnote\n\
                     440300\t440300\t2013\t\t双到\tcity\tsure\ttest\t\n\
                     440300\t441600\t2013-11\t2013-02\t双到\tcity\tsure\ttest\t\n";
        let block = "surface\ttable\treason\tsource\tnote\n河源市\tplaces\tno reason\ttest\t\n";
        let (_folder, path) = folder(&[
            ("dict/places.tsv", places.as_bytes()),
            ("dict/pairs.tsv", pairs.as_bytes()),
            ("dict/blocklist.tsv", block.as_bytes()),
        ]);
        let run = run_in(&path, &["dict", "check", "dict"]).exits(1);
        for fault in [
            "places.tsv:2:3: 帮扶 is also a word",
            "places.tsv:2:5: the parents run in a circle",
            "places.tsv:2:7: `to` 2019 lies before",
            "places.tsv:3:1: not in order",
            "places.tsv:3:3: 河源 is also 441600",
            "places.tsv:3:9: a form of one character",
            "places.tsv:3:10: no source",
            "places.tsv:5:1: a row with this key stands in line 4",
            "places.tsv:5:5: unknown code 深圳市; 深圳市 is 440300",
            "pairs.tsv:2:2: helper and recipient are the same",
            "pairs.tsv:3:4: `to` 2013-02 lies before",
            "blocklist.tsv:2:1: 河源市 blocks the full name of 441600",
        ] {
            assert!(run.out.contains(&format!("dict/{fault}")), "`{fault}` is not in\n{}", run.out);
        }
    }

    #[test]
    fn a_check_puts_files_in_order_and_says_so() {
        let rows = [
            "440300-F98\t北城\t\tzone\t440300\t\t\t\t\ttest\t\n",
            "440300-F99\t南城\t\tzone\t440300\t\t\t\t\ttest\t\n",
        ];
        let unsorted = format!("\u{feff}# mine\r\n{PLACES}# the second\n{}{}", rows[1], rows[0]);
        let (_folder, path) = folder(&[("dict/places.tsv", unsorted.as_bytes())]);
        run_in(&path, &["dict", "check", "dict"]).exits(1);
        run_in(&path, &["dict", "check", "dict", "--write"]).exits(0).says("written in order").says("+2 ~0 -0 rows");
        let sorted = std::fs::read_to_string(path.join("dict/places.tsv")).expect("the file is there");
        assert_eq!(sorted, format!("# mine\n{PLACES}{}# the second\n{}", rows[0], rows[1]));
        run_in(&path, &["dict", "check", "--write"]).exits(2);
    }

    #[test]
    fn the_built_in_tables_pass_their_check() {
        run(&["dict", "check"]).exits(0).says("no faults");
    }
}

mod eval {
    use super::*;

    #[test]
    fn it_prints_figures_and_each_wrong_fact() {
        let run = run(&["eval", "corpora"]).exits(0);
        assert!(run.out.lines().any(|line| line.starts_with("all: gold ")), "{}", run.out);
        for word in ["precision ", "recall ", "detect_f1 ", "end2end_f1 ", "pairs "] {
            assert!(run.out.contains(word), "no figure `{word}`");
        }
        let short = super::run(&["eval", "corpora", "--no-errors"]).exits(0);
        assert!(short.out.lines().count() < run.out.lines().count() || !run.out.contains('\t'));
    }

    #[test]
    fn facts_that_were_extracted_before_score_the_same() {
        let (_folder, path) = folder(&[]);
        let facts = path.join("facts.jsonl");
        let facts = facts.to_str().expect("a path");
        run(&["extract", "corpora/text", "-o", facts]).exits(0);
        let fresh = run(&["eval", "corpora", "--no-errors"]).exits(0);
        let stored = run(&["eval", "corpora", facts, "--no-errors"]).exits(0);
        assert_eq!(fresh.out, stored.out);
    }

    #[test]
    fn a_score_below_the_floor_exits_with_1() {
        run(&["eval", "corpora", "--no-errors", "--min-f1", "0.01"]).exits(0);
        run(&["eval", "corpora", "--no-errors", "--min-f1", "1.01"]).exits(1).says("floor");
    }

    #[test]
    fn gold_that_cannot_be_read_is_named() {
        let (_folder, path) = folder(&[("gold/a.json", b"{")]);
        run_in(&path, &["eval", "gold"]).exits(2).says("a.json");
        run_in(&path, &["eval", "nowhere"]).exits(2).says("nowhere");
    }
}

mod dictionary_diff {
    use super::*;

    const UNITS: &[u8] = "surface\tkind\tunit\tfactor\tsource\tnote\n垧\tarea\tmu\t15\tmy notes\t\n".as_bytes();

    #[test]
    fn diff_shows_what_a_row_changes() {
        let text = "2014年，深圳对口帮扶河源，流转土地200垧，引进企业25家。";
        let (_keep, folder) =
            folder(&[("mine/units.tsv", UNITS), ("a.txt", text.as_bytes()), ("b.txt", AID.as_bytes())]);
        let run_diff =
            |more: &[&str]| run_in(&folder, &[&["dict", "diff", "--with", "mine", "a.txt", "b.txt"], more].concat());
        let run = run_diff(&[])
            .exits(1)
            .says("2 documents, 1 with the changed words, 1 touched: 1 facts more, 0 gone, 0 changed");
        assert!(run.out.starts_with("a.txt\n+ area 200垧 [深圳>河源]"), "{}", run.out);
        run_diff(&["--allow"]).exits(0);
    }

    #[test]
    fn diff_of_nothing_is_silent() {
        let (_keep, folder) = folder(&[("mine/units.tsv", UNITS), ("b.txt", AID.as_bytes())]);
        let run = run_in(&folder, &["dict", "diff", "--with", "mine", "b.txt"]).exits(0);
        assert_eq!(run.out, "");
    }

    #[test]
    fn diff_refuses_broken_rows_before_it_reads_anything() {
        let (_keep, folder) = folder(&[("b.txt", AID.as_bytes()), ("mine/units.tsv", b"surface\n")]);
        run_in(&folder, &["dict", "diff", "--with", "mine", "b.txt"]).exits(2);
    }
}
