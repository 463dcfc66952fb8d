//! What `extract` reads: forms and encodings beyond text and JSON lines, which files of a folder, limits.

use crate::cli::{AID, Run, folder, run_in};
use base64::Engine;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

fn ids(run: &Run) -> BTreeSet<String> {
    run.lines().iter().map(|fact| fact["doc"].as_str().expect("a doc").to_string()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        // Written by hand, since the builder refuses names that lead out.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *bytes).expect("memory takes it");
    }
    archive.into_inner().expect("memory takes it")
}

fn zip(path: &Path, members: &[(&str, &[u8])]) {
    fs::write(path, zipped(members)).expect("a file");
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(bytes).expect("a member");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn compressed_files_and_archives_are_read() {
    let (_folder, path) = folder(&[
        ("in/a.txt.gz", &gzip(AID.as_bytes())),
        ("in/b.jsonl.gz", &gzip(format!("{{\"id\": \"rec\", \"text\": \"{AID}\"}}").as_bytes())),
        ("in/c.txt.zst", &zstd::encode_all(AID.as_bytes(), 1).expect("memory takes it")),
        ("in/d.tar.gz", &gzip(&tar(&[("x/one.txt", AID.as_bytes()), ("x/.hidden.txt", b"x"), ("x/p.png", b"x")]))),
    ]);
    zip(&path.join("in/e.zip"), &[("文章/two.txt", AID.as_bytes())]);
    let run = run_in(&path, &["extract", "in"]).exits(0).counts(5, 10, 0);
    let names = ["in/a.txt.gz", "rec", "in/c.txt.zst", "in/d.tar.gz/x/one.txt", "in/e.zip/文章/two.txt"];
    assert_eq!(ids(&run), set(&names));
}

#[test]
fn members_that_lead_out_of_their_archive_are_named_and_not_read() {
    let (_folder, path) = folder(&[("a.tar", &tar(&[("../evil.txt", AID.as_bytes()), ("good.txt", AID.as_bytes())]))]);
    let run = run_in(&path, &["extract", "a.tar"]).exits(1).says("../evil.txt: a path that leads out");
    assert_eq!(ids(&run), set(&["a.tar/good.txt"]));
}

#[test]
fn tables_are_read_by_the_usual_names_of_columns_or_by_given_ones() {
    let (_folder, path) = folder(&[
        (
            "a.csv",
            "编号,标题,发布时间,正文\n7,东莞对口帮扶韶关,2014-08-22,\"今年引进企业41家，\n投入资金6亿元。\"\n"
                .as_bytes(),
        ),
        ("b.tsv", format!("x\ty\nrow\t{AID}\n").as_bytes()),
    ]);
    let facts = run_in(&path, &["extract", "a.csv"]).exits(0).lines();
    assert_eq!((facts[0]["doc"].as_str(), facts[0]["time"].as_str()), (Some("7"), Some("2014")));
    assert_eq!(facts[0]["pairs"][0]["recipient"], "韶关");
    run_in(&path, &["extract", "b.tsv"]).exits(1).says("the columns are x, y");
    let run = run_in(&path, &["extract", "b.tsv", "--text-field", "y", "--id-field", "x"]).exits(0);
    assert_eq!(ids(&run), set(&["row"]));
    run_in(&path, &["extract", "b.tsv", "--text-field", "z"]).exits(1).says("no field `z`");
}

#[test]
fn json_is_read_as_an_array_an_object_or_a_list_inside_one() {
    let record = |id: &str| format!("{{\n \"id\": \"{id}\", \"text\": \"{AID}\\n}}\"\n}}");
    let (_folder, path) = folder(&[
        ("a.json", format!("[{},\n{{\"text\": }},\n{}]", record("1"), record("2")).as_bytes()),
        ("b.json", record("3").as_bytes()),
        ("c.json", format!("{{\"code\": 0, \"data\": [{}, {}]}}", record("4"), record("5")).as_bytes()),
    ]);
    let run =
        run_in(&path, &["extract", "a.json", "b.json", "c.json"]).exits(1).says("a.json: record 2").counts(5, 10, 1);
    assert_eq!(ids(&run), set(&["1", "2", "3", "4", "5"]));
}

#[test]
fn parquet_that_was_written_here_is_read_here() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    run_in(&path, &["extract", "a.txt", "-o", "f.jsonl", "--emit-text", "t.parquet"]).exits(0);
    let again = run_in(&path, &["extract", "t.parquet"]).exits(0).out;
    assert_eq!(again, fs::read_to_string(path.join("f.jsonl")).expect("a file"));
}

#[test]
fn a_page_gives_its_article_and_the_texts_show_it() {
    let page = format!(
        "<html><head><meta charset=gb2312><title>深圳帮扶河源_新浪新闻</title></head><body><ul><li><a href=1>投资318亿元</a></li></ul>\
         <p>发布时间：2014-08-22</p><div id=artibody><p>　　{AID}</p><p>　　截至今年6月，平整土地3200亩，两市干部群众都说，对口帮扶让老区变了样，日子有了新盼头。</p></div></body></html>"
    );
    let (bytes, ..) = encoding_rs::GB18030.encode(&page);
    let (_folder, path) = folder(&[("a.html", &bytes)]);
    run_in(&path, &["extract", "a.html", "-o", "f.jsonl", "--emit-text", "t.jsonl"]).exits(0).counts(1, 3, 0);
    let line = |name: &str| -> Value {
        let text = fs::read_to_string(path.join(name)).expect("a file");
        serde_json::from_str(text.lines().last().expect("a line")).expect("JSON")
    };
    let (fact, text) = (line("f.jsonl"), line("t.jsonl"));
    assert_eq!(fact["time"], "../2014-06", "the page's date is the article's");
    assert_eq!(text["title"], "深圳帮扶河源");
    let points: Vec<char> = text["text"].as_str().expect("a text").chars().collect();
    let at = |field: &str| usize::try_from(fact[field].as_u64().expect("a position")).expect("a position");
    assert_eq!(points[at("start")..at("end")].iter().collect::<String>(), "3200亩");
}

#[test]
fn globs_say_which_files_of_folders_and_archives_are_read() {
    let (_folder, path) = folder(&[
        ("in/a.txt", AID.as_bytes()),
        ("in/b.txt", AID.as_bytes()),
        ("in/c.dat", AID.as_bytes()),
        ("in/.d.txt", AID.as_bytes()),
        ("in/e.tar", &tar(&[("a.txt", AID.as_bytes()), ("b.txt", AID.as_bytes())])),
    ]);
    let read = |more: &[&str]| ids(&run_in(&path, &[&["extract", "in"], more].concat()).exits(0));
    assert_eq!(read(&["--exclude", "b.*"]), set(&["in/a.txt", "in/e.tar/a.txt"]));
    assert_eq!(read(&["--include", "*.dat"]), set(&["in/c.dat"]));
    assert_eq!(read(&["--hidden", "--exclude", "*.tar"]), set(&["in/a.txt", "in/b.txt", "in/.d.txt"]));
    run_in(&path, &["extract", "in", "--include", "[a"]).exits(2).says("[a");
}

#[test]
fn the_limit_of_a_record_can_be_set() {
    let (_folder, path) = folder(&[("a.txt", AID.as_bytes())]);
    run_in(&path, &["extract", "a.txt", "--max-record", "50"]).exits(1).says("larger than 50 bytes");
    run_in(&path, &["extract", "a.txt", "--max-record", "1k"]).exits(0);
    run_in(&path, &["extract", "a.txt", "--max-record", "much"]).exits(2);
}

#[cfg(unix)]
#[test]
fn pipes_and_loops_of_links_do_not_stop_a_run() {
    let (_folder, path) = folder(&[("in/a.txt", AID.as_bytes())]);
    std::os::unix::fs::symlink(path.join("in"), path.join("in/loop")).expect("a link");
    let status = std::process::Command::new("mkfifo").arg(path.join("in/b.txt")).status();
    let expected = if status.is_ok_and(|status| status.success()) { 1 } else { 0 };
    let run = run_in(&path, &["extract", "in"]).exits(expected);
    assert_eq!(ids(&run), set(&["in/a.txt"]));
    run_in(&path, &["extract", "in", "--follow"]).exits(1).says("loop");
}

#[test]
fn archives_inside_archives_are_read_down_to_a_depth() {
    let inner = gzip(&tar(&[("in/a.txt", AID.as_bytes()), ("in/bad.txt", b"")]));
    let members: [(&str, &[u8]); 2] = [("2014/dump.tar.gz", &inner), ("b.txt", AID.as_bytes())];
    let (_folder, path) = folder(&[("a.tar", &tar(&[("x.zip", &zipped(&members))]))]);
    let run = run_in(&path, &["extract", "a.tar"]).exits(1).counts(2, 4, 1);
    assert_eq!(ids(&run), set(&["a.tar/x.zip/2014/dump.tar.gz/in/a.txt", "a.tar/x.zip/b.txt"]));
    run.says("a.tar/x.zip/2014/dump.tar.gz/in/bad.txt: empty");
    let deep = (0..6).fold(AID.as_bytes().to_vec(), |inner, level| match level {
        0 => zipped(&[("a.txt", &inner), ("next.txt", &inner)]),
        _ => zipped(&[("next.zip", &inner), ("b.txt", AID.as_bytes())]),
    });
    fs::write(path.join("deep.zip"), deep).expect("a file");
    let run = run_in(&path, &["extract", "deep.zip"]).exits(1).counts(4, 8, 1);
    run.says("deep.zip/next.zip/next.zip/next.zip/next.zip: an archive inside 4 others");
}

/// The tables of a run lie in the folder that the next run reads.
#[test]
fn tables_of_facts_are_no_articles() {
    let (_folder, path) = folder(&[("in/a.txt", AID.as_bytes())]);
    let names = ["in/f.csv", "in/d.csv", "in/t.csv"];
    let call = ["extract", "in", "-o", names[0], "--documents", names[1], "--emit-text", names[2]];
    for _ in 0..2 {
        run_in(&path, &call).exits(0).counts(1, 2, 0);
    }
    let shards = ["extract", "in", "--exclude", "*.csv", "-o", "in/s.jsonl", "--shard", "1"];
    run_in(&path, &shards).exits(0).counts(1, 2, 0);
    let run = run_in(&path, &["extract", "in", "-o", "g.csv"]).exits(1).counts(2, 4, 4);
    run.says("in/f.csv: a table of facts").says("in/d.csv: no field `text`").says("in/s-00001.jsonl: record 2");
    run_in(&path, &["extract", "in/a.txt", "in/../in/f.csv", "-o", "in/f.csv"]).exits(2).says("read and written");
}

#[test]
fn what_is_no_json_is_named_with_its_place() {
    let json = format!("[{{\"text\": \"深圳\"}}, 5, {{\"text\": \"{AID}\"}}, nonsense]");
    let at = json.find('5').expect("a byte");
    let (_folder, path) = folder(&[("a.json", json.as_bytes())]);
    let run = run_in(&path, &["extract", "a.json"]).exits(1).counts(2, 2, 1);
    run.says(&format!("a.json: record 2: not a JSON object (at byte {})", at));
}

#[test]
fn a_crawl_gives_its_pages() {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{AID}");
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/1\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let moved = record.replace("200 OK", "404 No").replace("/1", "/2");
    let (_folder, path) = folder(&[("a.warc.gz", &[gzip(record.as_bytes()), gzip(moved.as_bytes())].concat())]);
    assert_eq!(ids(&run_in(&path, &["extract", "a.warc.gz"]).exits(0)), set(&["http://a.example/1"]));
    // The same text, as a server packs it for browsers, behind a record that is no answer.
    let packed = "G1YA6B0JdqyF8Q2jlcAWh/4JYm2X/ds29o2iUQh1XM3oGlRIimC51IBDDvUA3EKMck6wJjlCWqIEgbwaFH/YQpt8srDnqr0GViQvfBjGUx+pBhi+D7eVEG+I";
    let packed = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
    let answer = |body: &[u8]| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Encoding: br\r\n\r\n";
        let length = head.len() + body.len();
        let warc = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/3\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n{head}"
        );
        [warc.as_bytes(), body, b"\r\n\r\n"].concat()
    };
    let first = moved.as_bytes();
    fs::write(path.join("b.warc"), [first, &answer(&packed), &answer(&packed[..20])].concat()).expect("a file");
    let offset = first.len() + answer(&packed).len();
    let run = run_in(&path, &["extract", "b.warc"]).exits(1).says("b.warc: record 3");
    assert_eq!(ids(&run), set(&["http://a.example/3"]));
    run.says(&format!("(at byte {offset})"));
}
