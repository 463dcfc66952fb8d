//! What `extract` writes: CSV and Parquet beside JSON lines, one row a document, errors, texts.

use crate::cli::{AID, folder, record, run_in};
use duikou::sink;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;

/// Rows of a Parquet file as lists of names and values.
fn rows(path: &Path) -> Vec<Vec<(String, Field)>> {
    let reader = SerializedFileReader::new(File::open(path).expect("a file")).expect("a Parquet file");
    reader
        .get_row_iter(None)
        .expect("rows")
        .map(|row| row.expect("a row").into_columns().into_iter().collect())
        .collect()
}

fn cells(path: &Path) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(path).expect("a CSV file").records().map(|row| row.expect("a row")).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn parquet_has_typed_columns() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("b.txt", "深圳帮扶河源，引进企业8至12家。".as_bytes())]);
    run_in(&path, &["extract", "a.txt", "b.txt", "-o", "facts.parquet"]).exits(0);
    let reader = SerializedFileReader::new(File::open(path.join("facts.parquet")).expect("a file")).expect("Parquet");
    let rows: Vec<_> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 3);
    let column = |name: &str| {
        rows[0].get_column_iter().position(|(other, _)| other == name).unwrap_or_else(|| panic!("no column {name}"))
    };
    assert_eq!(rows[0].get_double(column("value")).expect("a double"), 350_000_000.0);
    assert_eq!(rows[0].get_string(column("value_exact")).expect("text"), "350000000");
    assert_eq!(rows[0].get_double(column("si")).expect("a double"), 350_000_000.0);
    assert_eq!(
        rows[0].get_long(column("end")).expect("a number") - rows[0].get_long(column("start")).expect("a number"),
        5
    );
    assert_eq!(rows[0].get_string(column("pairs")).expect("text"), "深圳>河源");
    assert_eq!(rows[0].get_string(column("recipient_code")).expect("text"), "441600");
    assert!(rows[2].get_double(column("value")).is_err(), "a range has no value");
    assert_eq!(rows[2].get_double(column("low")).expect("a double"), 8.0);
    assert_eq!(rows[2].get_string(column("high_exact")).expect("text"), "12");
    assert_eq!(rows[2].get_string(column("each")).expect("text"), "", "no group is \"\", as in the JSON");
}

#[test]
fn every_form_holds_the_same_facts() {
    let text = fs::read_to_string(crate::support::root("corpora/text/s02.txt")).expect("an article");
    let (_folder, path) = folder(&[("a.txt", text.as_bytes())]);
    for name in ["f.jsonl", "f.csv", "f.parquet"] {
        run_in(&path, &["extract", "a.txt", "-o", name]).exits(0);
    }
    let ids = |name: &str| -> Vec<String> {
        match name {
            "f.jsonl" => fs::read_to_string(path.join(name))
                .expect("a file")
                .lines()
                .map(|line| {
                    serde_json::from_str::<Value>(line).expect("JSON")["id"].as_str().expect("an id").to_string()
                })
                .collect(),
            "f.csv" => cells(&path.join(name)).iter().map(|row| row[1].to_string()).collect(),
            _ => rows(&path.join(name)).iter().map(|row| row[1].1.to_string().trim_matches('"').to_string()).collect(),
        }
    };
    assert!(ids("f.jsonl").len() > 20);
    assert_eq!(ids("f.jsonl"), ids("f.csv"));
    assert_eq!(ids("f.jsonl"), ids("f.parquet"));
}

#[test]
fn parquet_goes_to_standard_output_too() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    let output = crate::cli::duikou()
        .current_dir(&path)
        .args(["extract", "a.txt", "--format", "parquet", "-q"])
        .output()
        .expect("the program starts");
    assert!(output.stdout.starts_with(b"PAR1") && output.stdout.ends_with(b"PAR1"));
}

#[test]
fn csv_has_a_mark_on_request_and_no_formulas() {
    let line = record("=cmd|' /C calc'!A0", AID);
    let (_folder, path) = folder(&[("a.jsonl", line.as_bytes())]);
    run_in(&path, &["extract", "a.jsonl", "--bom", "-o", "f.csv"]).exits(0);
    let bytes = fs::read(path.join("f.csv")).expect("a file");
    assert!(bytes.starts_with(b"\xef\xbb\xbfdoc,"));
    assert_eq!(&cells(&path.join("f.csv"))[0][0], "'=cmd|' /C calc'!A0");
    run_in(&path, &["extract", "a.jsonl", "-o", "g.csv"]).exits(0);
    assert!(fs::read(path.join("g.csv")).expect("a file").starts_with(b"doc,"));
}

#[test]
fn a_file_gets_its_name_when_it_is_whole_and_nothing_else_is_left() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    for name in ["f.jsonl", "f.csv", "f.parquet"] {
        run_in(&path, &["extract", "a.txt", "-o", name]).exits(0);
    }
    assert_eq!(names(&path), ["a.txt", "f.csv", "f.jsonl", "f.parquet"]);
}

#[test]
fn a_run_that_stops_leaves_the_old_file_as_it_was() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("b.txt", b""), ("f.jsonl", b"old\n")]);
    run_in(&path, &["extract", "a.txt", "b.txt", "-o", "f.jsonl", "--max-errors", "0"]).exits(1).says("--max-errors");
    assert_eq!(fs::read_to_string(path.join("f.jsonl")).expect("a file"), "old\n");
}

#[test]
fn documents_errors_and_texts_are_tables_of_their_own() {
    let page = "汕头结对三年\n2016-07-21 来源：南方日报\n深圳对口帮扶汕头以来，投入帮扶资金3.5亿元，引进企业25家，成效明显，群众满意。";
    let lines = [record("one", AID), "{\"id\": 2}".to_string()].join("\n");
    let (_folder, path) = folder(&[("a.txt", page.as_bytes()), ("b.jsonl", lines.as_bytes()), ("c.txt", b"")]);
    let arguments = [
        "extract",
        "a.txt",
        "b.jsonl",
        "c.txt",
        "-o",
        "f.csv",
        "--documents",
        "d.csv",
        "--errors",
        "e.jsonl",
        "--emit-text",
        "t.jsonl",
    ];
    run_in(&path, &arguments).exits(1).counts(2, 4, 2);
    let documents = cells(&path.join("d.csv"));
    let column = |row: usize, at: usize| documents[row][at].to_string();
    assert_eq!((0..4).map(|row| column(row, 0)).collect::<Vec<_>>(), ["a.txt", "one", "b.jsonl:2", "c.txt"]);
    assert_eq!((column(0, 2), column(0, 3)), ("2016-07-21".to_string(), "南方日报".to_string()));
    assert_eq!((column(0, 5), column(0, 6)), ("2".to_string(), "深圳>汕头".to_string()));
    assert_eq!((column(3, 7), column(3, 5)), ("empty".to_string(), "0".to_string()));
    let json = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(path.join(name)).expect("a file");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let errors = json("e.jsonl");
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0]["record"], 2);
    assert_eq!(errors[0]["offset"], record("one", AID).len() + 1);
    let texts = json("t.jsonl");
    assert_eq!(texts[0]["text"], page, "a byte is not lost");
    assert_eq!(texts[1]["id"], "one");
}

#[test]
fn a_device_is_written_directly() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    run_in(&path, &["extract", "a.txt", "-o", "/dev/null", "--format", "csv"]).exits(0).counts(1, 2, 0);
}

#[test]
fn two_tables_do_not_go_to_one_file() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("x.csv", b"")]);
    run_in(&path, &["extract", "a.txt", "-o", "x.csv", "--documents", "x.csv"]).exits(2);
    run_in(&path, &["extract", "a.txt", "-o", "x.docx"]).exits(2).says(".docx");
}

#[test]
fn messages_can_be_json_and_progress_plain_lines() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes()), ("b.txt", b"")]);
    let run = run_in(&path, &["extract", "a.txt", "b.txt", "--log", "json"]).exits(1);
    let events: Vec<Value> = run.err.lines().map(|line| serde_json::from_str(line).expect("JSON on stderr")).collect();
    assert_eq!(events[0]["event"], "failure");
    assert_eq!(events[0]["input"], "b.txt");
    assert_eq!(events[1]["tally"]["facts"], 2);
}

#[test]
fn a_summary_is_the_same_out_of_every_form_and_out_of_the_articles() {
    let text = fs::read_to_string(crate::support::root("corpora/text/s02.txt")).expect("an article");
    let (_folder, path) = folder(&[("a.txt", text.as_bytes())]);
    for name in ["f.jsonl", "f.csv", "f.parquet"] {
        run_in(&path, &["extract", "a.txt", "-o", name]).exits(0);
    }
    let direct = run_in(&path, &["summary", "a.txt", "--format", "csv"]).exits(0).out;
    assert!(direct.starts_with("pair,year,kind,of,unit,facts") && direct.contains("珠海>阳江"), "{direct}");
    for name in ["f.jsonl", "f.csv", "f.parquet"] {
        assert_eq!(run_in(&path, &["summary", name, "--format", "csv"]).exits(0).out, direct, "{name}");
    }
}

#[test]
fn a_summary_is_a_table_json_or_a_picture() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    let table = run_in(&path, &["summary", "a.txt", "--kinds", "money"]).exits(0).out;
    assert!(table.contains("深圳→河源") && table.contains("3.5亿") && !table.contains('家'), "{table}");
    let rows = run_in(&path, &["summary", "a.txt", "--format", "json"]).exits(0).lines();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["actual"]["low"], "350000000");
    assert_eq!(rows[1]["year"], "2014");
    run_in(&path, &["summary", "a.txt", "-o", "s.svg"]).exits(0);
    assert!(fs::read_to_string(path.join("s.svg")).expect("a file").contains("深圳→河源"));
    run_in(&path, &["summary", "a.txt", "-o", "s.pdf"]).exits(2);
    run_in(&path, &["summary", "nowhere.jsonl"]).exits(1).says("nowhere.jsonl");
}

/// Lines of good records with broken ones between them.
fn dump() -> String {
    (0..300)
        .map(
            |number| {
                if number % 100 == 50 { "{\n".to_string() } else { format!("{}\n", record(&number.to_string(), AID)) }
            },
        )
        .collect()
}

#[test]
fn a_run_that_was_stopped_goes_on_without_losing_or_doubling_a_fact() {
    let (_folder, path) = folder(&[("a.jsonl", dump().as_bytes()), ("b.txt", AID.as_bytes())]);
    for suffix in ["jsonl", "csv", "parquet"] {
        let names = ["f", "d", "e"].map(|name| format!("{name}.{suffix}"));
        let call = [
            "extract",
            "a.jsonl",
            "b.txt",
            "-o",
            &names[0],
            "--documents",
            &names[1],
            "--errors",
            &names[2],
            "--cluster",
        ];
        let read = || names.each_ref().map(|name| fs::read(path.join(name)).expect("a file"));
        run_in(&path, &call).exits(1).counts(298, 596, 3);
        let whole = read();
        names.iter().for_each(|name| fs::remove_file(path.join(name)).expect("a file"));
        run_in(&path, &[&call[..], &["--max-errors", "0"]].concat()).exits(1);
        assert!(path.join(format!("f.{suffix}.checkpoint")).exists() && !path.join(&names[0]).exists());
        run_in(&path, &[&call[..], &["--resume", "--max-errors", "1"]].concat()).exits(1);
        run_in(&path, &[&call[..], &["--resume"]].concat()).exits(1).counts(298, 596, 3);
        assert!(read() == whole, "{suffix}: the tables differ from those of an undisturbed run");
        names.iter().for_each(|name| fs::remove_file(path.join(name)).expect("a file"));
    }
    assert_eq!(super::outputs::names(&path), ["a.jsonl", "b.txt"], "nothing is left over");
}

/// All shards of a table, one behind the other, without the headers of all but the first.
fn joined(folder: &Path, name: &str, header: bool) -> String {
    let shards = names(folder).into_iter().filter(|shard| shard.starts_with(&format!("{name}-")));
    let mut all = String::new();
    for (at, shard) in shards.enumerate() {
        let text = fs::read_to_string(folder.join(shard)).expect("a shard");
        let skipped = if header && at > 0 { text.find('\n').map_or(0, |end| end + 1) } else { 0 };
        all += &text[skipped..];
    }
    all
}

#[test]
fn shards_are_the_table_in_pieces() {
    let (_folder, path) = folder(&[("a.jsonl", dump().as_bytes()), ("b.txt", AID.as_bytes())]);
    for (suffix, more) in [("jsonl", &[][..]), ("csv", &[]), ("csv", &["--cluster"]), ("jsonl", &["--dedupe"])] {
        let read = |name: &str| fs::read_to_string(path.join(format!("{name}.{suffix}"))).expect("a file");
        let call = |prefix: &str| -> Vec<String> {
            let table = |name: &str| format!("{prefix}{name}.{suffix}");
            let (facts, documents, errors) = (table("f"), table("d"), table("e"));
            let tables = ["extract", "a.jsonl", "b.txt", "-o", &facts, "--documents", &documents, "--errors", &errors];
            tables.iter().chain(more).map(ToString::to_string).collect()
        };
        let run = |prefix: &str, more: &[&str]| {
            let call = call(prefix);
            let call: Vec<&str> = call.iter().map(String::as_str).chain(more.iter().copied()).collect();
            run_in(&path, &call).exits(1)
        };
        run("one-", &[]);
        let whole = ["one-f", "one-d", "one-e"].map(read);
        // The first broken record is the 51st: three shards are full when the run stops there.
        run("x", &["--shard", "17", "--threads", "1", "--max-errors", "0"]);
        assert!(names(&path).contains(&format!("xf-00003.{suffix}.part")));
        let waits = !more.is_empty();
        assert_eq!(names(&path).contains(&format!("xf-00002.{suffix}.part")), waits, "a full shard gets its name");
        if !waits {
            // As a break leaves them that comes behind the checkpoint.
            for name in ["xf", "xd"] {
                let shard = path.join(format!("{name}-00003.{suffix}"));
                fs::rename(sink::part_of(&shard), shard).expect("a part");
            }
        }
        run("x", &["--shard", "17", "--threads", "2", "--resume"]);
        assert_eq!(names(&path).iter().filter(|name| name.starts_with("xf-")).count(), 301_usize.div_ceil(17));
        let header = suffix == "csv";
        let pieces = [joined(&path, "xf", header), joined(&path, "xd", header), read("xe")];
        assert!(pieces == whole, "{suffix} {more:?}: the shards differ from the table");
        names(&path).iter().filter(|name| name.starts_with('x')).for_each(|name| {
            fs::remove_file(path.join(name)).expect("a file");
        });
    }
}

#[test]
fn shards_of_an_earlier_run_are_not_mixed_with_new_ones() {
    let (_folder, path) = folder(&[("a.jsonl", dump().as_bytes())]);
    fs::write(path.join("f-00007.csv"), "old").expect("a file");
    fs::write(path.join("d-7.csv"), "no shard").expect("a file");
    let call = ["extract", "a.jsonl", "--documents", "d.csv", "--shard", "100", "-o"];
    run_in(&path, &[&call[..], &["f.csv"]].concat()).exits(2).says("f-00007.csv");
    run_in(&path, &[&call[..], &["g.csv"]].concat()).exits(1);
    assert!(path.join("g-00003.csv").exists() && path.join("d-00003.csv").exists());
    run_in(&path, &["extract", "a.jsonl", "--shard", "100"]).exits(2).says("-o");
}

#[test]
fn a_checkpoint_of_another_call_is_refused() {
    let (_folder, path) = folder(&[("a.jsonl", dump().as_bytes())]);
    let call = ["extract", "a.jsonl", "-o", "f.jsonl"];
    run_in(&path, &[&call[..], &["--max-errors", "0"]].concat()).exits(1);
    fs::write(path.join("a.jsonl"), dump() + "x").expect("a file");
    run_in(&path, &[&call[..], &["--resume"]].concat()).exits(2).says("f.jsonl.checkpoint");
    run_in(&path, &["extract", "-", "-o", "f.jsonl", "--resume"]).exits(2);
    run_in(&path, &["extract", "a.jsonl", "--resume"]).exits(2);
    run_in(&path, &["extract", "a.jsonl", "-o", "g.jsonl", "--resume"]).says("nothing to continue");
}

#[test]
fn reprints_are_marked_or_dropped() {
    let text = fs::read_to_string(crate::support::root("corpora/text/s02.txt")).expect("an article");
    let copy = format!("转自：阳江发布\n{text}\n责任编辑：李四");
    let (_folder, path) =
        folder(&[("a.txt", copy.as_bytes()), ("b.txt", AID.as_bytes()), ("c.txt", text.as_bytes()), ("d.txt", b"")]);
    run_in(&path, &["extract", ".", "--exclude", "f.*", "-o", "f.csv", "--documents", "d.csv", "--cluster"])
        .exits(1)
        .says("1 of them reprints");
    let column = |name: &str, at: usize| -> Vec<String> {
        cells(&path.join(name)).iter().map(|row| row[at].rsplit('/').next().unwrap_or_default().to_string()).collect()
    };
    assert_eq!(column("d.csv", 8), ["a.txt", "b.txt", "a.txt", ""]);
    let facts = column("f.csv", 26);
    run_in(&path, &["extract", "a.txt", "b.txt", "c.txt", "-o", "f.jsonl", "--dedupe"]).exits(0);
    let kept = fs::read_to_string(path.join("f.jsonl")).expect("a file");
    assert!(kept.lines().all(|line| !line.contains("\"doc\":\"c.txt\"") && line.contains("\"cluster\":\"")));
    assert_eq!(2 * (kept.lines().count() - 2) + 2, facts.len());
    let total = |name: &str| run_in(&path, &["summary", name, "--format", "csv", "--by", "pair"]).exits(0).out;
    let marked = total("f.csv");
    assert!(marked.contains("珠海>阳江"));
    let sums = |text: &str| -> Vec<Vec<String>> {
        let rows = text.lines().map(|line| line.split(',').map(str::to_string).collect::<Vec<_>>());
        rows.map(|row| [&row[..6], &row[8..]].concat()).collect()
    };
    assert_eq!(sums(&marked), sums(&total("f.jsonl")), "totals do not double");
    let direct = run_in(&path, &["summary", "a.txt", "b.txt", "c.txt", "--format", "csv", "--by", "pair"]).exits(0).out;
    assert_eq!(direct, marked, "articles are held against each other as files of facts with clusters are");
    run_in(&path, &["extract", "a.txt", "--dedupe"]).exits(2).says("-o");
}

#[test]
fn settings_of_a_project_are_found_upwards_and_yield_to_flags() {
    let config = "[extract]\nformat = \"csv\"\nquiet = true\nexclude = [\"b.*\"]\n";
    let (_folder, path) = folder(&[
        ("duikou.toml", config.as_bytes()),
        ("in/a.txt", AID.as_bytes()),
        ("in/b.txt", AID.as_bytes()),
        ("bad/duikou.toml", b"[extract]\nfromat = 1\n"),
    ]);
    let inner = path.join("in");
    let run = run_in(&inner, &["extract", "."]).exits(0);
    assert!(run.out.starts_with("doc,id,") && run.out.lines().count() == 3 && run.err.is_empty(), "{}", run.out);
    assert_eq!(run_in(&inner, &["extract", ".", "--format", "jsonl"]).exits(0).lines().len(), 2);
    assert_eq!(run_in(&inner, &["extract", ".", "--no-config"]).exits(0).lines().len(), 4);
    assert!(
        run_in(&inner, &["--show-config"]).exits(0).out.contains("duikou extract --exclude=b.* --format=csv --quiet")
    );
    run_in(&path.join("bad"), &["extract", "x"]).exits(2).says("`extract.fromat`");
}

#[test]
fn completions_and_manual_pages_know_the_flags() {
    let (_folder, path) = folder(&[]);
    assert!(run_in(&path, &["completions", "bash"]).exits(0).out.contains("--emit-text"));
    assert!(run_in(&path, &["man"]).exits(0).out.contains(".TH duikou"));
    run_in(&path, &["man", "--dir", "."]).exits(0);
    assert!(names(&path).iter().any(|name| name == "duikou-extract.1"), "{:?}", names(&path));
}
