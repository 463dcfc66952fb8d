//! What annotation tools give back, and `eval` in all its forms.

use crate::cli::{AID, folder, run, run_in};
use crate::support::{files, read, root};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const KINDS: [&str; 2] = ["--kinds", "money,area,count,percent,length"];

/// Characters beyond the basic plane, CRLF, two pairs, a planned amount.
const RARE: &str = "𠮷😀报：深圳市对口帮扶河源市，\r\n计划投入资金2亿\r\n元，援建项目25个。😀珠海市对口帮扶阳江市，投入资金3500万元。\r\n";

/// Texts of the project and, where it is there, of the sets beside it.
fn texts() -> Vec<PathBuf> {
    let sets = ["corpora/text", "../shared/gold/seeds/text", "../shared/gold/dev/text"];
    sets.iter().map(|set| root(set)).filter(|set| set.is_dir()).collect()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

fn values(file: &Path) -> Vec<Value> {
    read(file).lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect()
}

fn write_lines(file: &Path, lines: &[Value]) {
    fs::write(file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).expect("a file");
}

/// What doccano keeps of a line and exports again: spans and relations with new ids, what else there was as metadata, its own
/// `id` and `Comments`. It refuses what its importer refuses.
fn through_doccano(line: &Value, number: u64, relations: bool) -> Value {
    let text = line["text"].as_str().expect("a text");
    let length = text.chars().count() as u64;
    let mut line = line.as_object().expect("an object").clone();
    let (Some(Value::Array(spans)), Some(Value::Array(related))) = (line.remove("entities"), line.remove("relations"))
    else {
        panic!("two lists")
    };
    let new = |id: &Value| 5000 * number + id.as_u64().expect("ids are whole numbers");
    let mut ids: Vec<u64> = spans.iter().chain(&related).map(|one| new(&one["id"])).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), spans.len() + related.len(), "ids are unique in a line");
    for span in &spans {
        let (start, end) = (span["start_offset"].as_u64(), span["end_offset"].as_u64());
        assert!(start < end && end <= Some(length), "{span}");
        assert!(span["label"].as_str().is_some_and(|label| !label.is_empty()));
    }
    line.insert("id".into(), json!(number));
    line.insert("Comments".into(), json!([]));
    if relations {
        let entities = spans.iter().map(|span| {
            json!({"id": new(&span["id"]), "label": span["label"], "start_offset": span["start_offset"], "end_offset": span["end_offset"]})
        });
        line.insert("entities".into(), entities.collect());
        let relations = related.iter().map(|one| {
            assert!(one["type"].as_str().is_some_and(|name| !name.is_empty()));
            json!({"id": new(&one["id"]), "from_id": new(&one["from_id"]), "to_id": new(&one["to_id"]), "type": one["type"]})
        });
        line.insert("relations".into(), relations.collect());
    } else {
        let triples = spans.iter().map(|span| json!([span["start_offset"], span["end_offset"], span["label"]]));
        line.insert("label".into(), triples.collect());
    }
    Value::Object(line)
}

/// A task after a person accepted its prediction and submitted it.
fn through_label_studio(task: &Value, number: u64) -> Value {
    let data = task["data"].as_object().expect("data");
    assert!(data["text"].is_string());
    let prediction = &task["predictions"][0];
    let regions = prediction["result"].as_array().expect("results");
    for one in regions {
        match one["type"].as_str().expect("a type") {
            "labels" => assert_eq!((&one["from_name"], &one["to_name"]), (&json!("label"), &json!("text"))),
            "textarea" => assert!(one["from_name"] == "fields" && one["value"]["text"].is_array()),
            "choices" => assert!(one["from_name"] == "status" && one["value"]["choices"] == json!(["planned"])),
            "relation" => {
                assert_eq!(one["direction"], "right");
                continue;
            }
            other => panic!("the setup has no {other}"),
        }
        assert!(one["id"].is_string() && one["value"]["start"].as_u64() < one["value"]["end"].as_u64(), "{one}");
    }
    json!({"id": number, "data": data, "predictions": task["predictions"], "project": 1,
        "annotations": [{"id": 1000 + number, "completed_by": 1, "was_cancelled": false, "ground_truth": false,
            "updated_at": "2026-01-01T00:00:00Z", "lead_time": 3.5, "result": regions}]})
}

/// Documents in a form, as the tool gives them back: the file or folder.
fn exported(form: &str, inputs: &[String], folder: &Path) -> PathBuf {
    let out = folder.join(match form {
        "brat" => "brat",
        "label-studio" => "tasks.json",
        _ => "lines.jsonl",
    });
    let mut arguments =
        vec!["inspect", "--format", form.trim_end_matches("-triples"), "-o", out.to_str().expect("UTF-8")];
    arguments.extend(inputs.iter().map(String::as_str));
    run(&arguments).exits(0);
    match form {
        "brat" => {}
        "label-studio" => {
            let tasks: Vec<Value> = serde_json::from_str(&read(&out)).expect("an array");
            let done: Vec<Value> = tasks.iter().zip(1..).map(|(task, at)| through_label_studio(task, at)).collect();
            fs::write(&out, Value::Array(done).to_string()).expect("a file");
        }
        form => {
            let lines = values(&out);
            let kept = lines.iter().zip(1..).map(|(line, at)| through_doccano(line, at, form == "doccano"));
            write_lines(&out, &kept.collect::<Vec<_>>());
        }
    }
    out
}

const FORMS: [&str; 4] = ["brat", "doccano", "doccano-triples", "label-studio"];

/// Every figure of an evaluation that anything was counted for is 1.
#[track_caller]
fn perfect(evaluation: &Value, what: &str) {
    assert!(evaluation["all"]["counts"]["gold"].as_u64() > Some(0), "{what}: no facts");
    for (name, figure) in evaluation["all"]["figures"].as_object().expect("figures") {
        assert!(figure.is_null() || figure.as_f64() == Some(1.0), "{what}: {name} {figure}\n{}", evaluation["wrong"]);
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_field_of_every_article_comes_back() {
    for set in texts() {
        let inputs = [set.to_string_lossy().into_owned()];
        for form in FORMS {
            let folder = tempfile::tempdir().expect("a folder");
            let export = exported(form, &inputs, folder.path());
            let eval = run(&[&["eval", export.to_str().expect("UTF-8"), "--format", "json"], &KINDS[..]].concat());
            perfect(&json_of(&eval.exits(0).out), form);
        }
    }
}

#[test]
fn rare_characters_titles_and_dates_come_back_through_gold_files() {
    let record = json!({"id": "news/1", "title": "珠海帮扶阳江", "date": "2016-05-01", "text": "去年，𠮷珠海投入帮扶资金5亿元。"});
    let (_keep, work) = folder(&[
        ("a/rare.txt", RARE.as_bytes()),
        ("a/b.jsonl", record.to_string().as_bytes()),
        ("a/none.txt", "今天天气好。".as_bytes()),
    ]);
    let before = run_in(&work, &["extract", "a", "-q"]).lines();
    assert!(before.iter().any(|fact| fact["time"] == "2015"), "the date counts: {before:?}");
    for form in FORMS {
        let place = tempfile::tempdir().expect("a folder");
        let export = exported(form, &[path(&work, "a")], place.path());
        let mine = path(place.path(), "mine");
        let import = ["gold", "import", export.to_str().expect("UTF-8"), "-o", &mine];
        run(&import).exits(0).says("3 documents, 4 facts, 0 failures");
        let eval = run(&[&["eval", &mine, "--format", "json"], &KINDS[..]].concat()).exits(0);
        perfect(&json_of(&eval.out), form);
        let gold = json_of(&read(&place.path().join("mine/gold/rare.json")));
        let first = &gold["facts"][0];
        assert_eq!((&first["text"], &first["status"]), (&json!("2亿"), &json!("planned")), "{form}");
        assert_eq!(first["pairs"], json!(["深圳>河源"]));
        let slice = |fact: &Value, from: &str, to: &str| -> String {
            let (from, to) = (fact[from].as_u64().expect("a number"), fact[to].as_u64().expect("a number"));
            RARE.chars().skip(from as usize).take((to - from) as usize).collect()
        };
        for fact in gold["facts"].as_array().expect("facts") {
            assert_eq!(fact["text"], slice(fact, "start", "end"));
            assert!(RARE.contains(fact["ctx"].as_str().expect("ctx")));
        }
        run(&import).exits(2).says("--force");
        run(&[&import[..], &["--force"]].concat()).exits(0);
    }
}

#[test]
fn gold_files_have_the_fields_of_those_of_the_project() {
    let place = tempfile::tempdir().expect("a folder");
    let export = exported("doccano", &[path(&root("corpora/text"), "s01.txt")], place.path());
    let mine = path(place.path(), "mine");
    run(&["gold", "import", export.to_str().expect("UTF-8"), "-o", &mine]).exits(0);
    let keys = |file: &Value| -> (Vec<String>, Vec<String>) {
        let of = |value: &Value| value.as_object().expect("an object").keys().cloned().collect();
        (of(file), of(&file["facts"][0]))
    };
    let own = json_of(&read(&root("corpora/gold/s01.json")));
    let made = json_of(&read(&place.path().join("mine/gold/s01.json")));
    assert_eq!(keys(&made), keys(&own));
    assert_eq!(made["date"], own["date"]);
    assert_eq!(files(&place.path().join("mine/text"), "txt").len(), 1);
}

/// What a person does in a tool, and what gold has to say afterwards.
mod changes {
    use super::*;

    const ARTICLE: &str =
        "😀深圳市对口帮扶河源市，投入资金1100万元，援建项目25个，引进企业63家，另有20多万块。汕尾市今天晴。";

    fn gold_of(work: &Path, export: &str) -> Vec<Value> {
        run_in(work, &["gold", "import", export, "-o", "mine", "--force"]).exits(0);
        let gold = json_of(&read(&work.join("mine/gold/a.json")));
        gold["facts"].as_array().expect("facts").clone()
    }

    fn fact<'f>(facts: &'f [Value], text: &str) -> &'f Value {
        facts.iter().find(|fact| fact["text"] == text).unwrap_or_else(|| panic!("no {text} in {facts:?}"))
    }

    /// Code points before a piece of the article, and behind it.
    fn at(piece: &str) -> (usize, usize) {
        let start = ARTICLE[..ARTICLE.find(piece).expect("a piece")].chars().count();
        (start, start + piece.chars().count())
    }

    fn check(facts: &[Value], form: &str) {
        let texts: Vec<&str> = facts.iter().filter_map(|fact| fact["text"].as_str()).collect();
        assert_eq!(
            texts,
            ["100万元", "25个", "另有20多万块"].map(|text| text.trim_start_matches("另有")),
            "{form}: 63家 was deleted"
        );
        let moved = fact(facts, "100万元");
        assert_eq!((&moved["value"], &moved["pairs"]), (&json!("1000000"), &json!(["深圳>河源"])), "{form}");
        assert_eq!(fact(facts, "25个")["pairs"], json!(["深圳>汕尾"]), "{form}");
        let new = fact(facts, "20多万块");
        assert_eq!(
            (&new["value"], &new["unit"], &new["bound"]),
            (&json!("200000"), &json!("CNY"), &json!("over")),
            "{form}"
        );
        assert_eq!(new["pairs"], json!([]), "{form}");
    }

    #[test]
    fn of_brat() {
        let (_keep, work) = folder(&[("a.txt", ARTICLE.as_bytes())]);
        run_in(&work, &["inspect", "a.txt", "--format", "brat", "-o", "brat"]).exits(0);
        let file = work.join("brat/a.ann");
        let original = read(&file);
        let id = |text: &str| {
            let line = original.lines().find(|line| line.starts_with('T') && line.ends_with(&format!("\t{text}")));
            line.and_then(|line| line.split('\t').next()).unwrap_or_else(|| panic!("no {text}: {original}")).to_string()
        };
        let (moved, other, gone) = (id("1100万元"), id("25个"), [id("63家"), id("20多万块")]);
        let mentions = |line: &str, id: &str| line.split([' ', '\t', ':']).any(|word| word == id);
        let mut lines: Vec<String> = Vec::new();
        for line in original.lines().filter(|line| !gone.iter().any(|id| mentions(line, id))) {
            let (start, end) = at("100万元");
            if line.starts_with(&format!("{moved}\t")) {
                lines.push(format!("{moved}\tMONEY {start} {end}\t100万元"));
            } else if line.contains(&format!("recipient Arg1:{other} ")) {
                lines.push(line.replace(&id("河源市"), &id("汕尾市")));
            } else {
                lines.push(line.to_string());
            }
        }
        let (start, end) = at("20多万块");
        lines.push(format!("T99\tMONEY {start} {end}\t20多万块"));
        fs::write(&file, lines.join("\n") + "\n").expect("a file");
        check(&gold_of(&work, "brat"), "brat");

        // Fields of the note, attributes and remarks.
        let noted: Vec<String> = lines
            .iter()
            .map(|line| line.replace("text=25个; kind=count; value=25", "text=25个; kind=count; value=26"))
            .chain([
                format!("A98\tPlanned {other}"),
                format!("A99\tOptional {other}"),
                "#99\tAnnotatorNotes T99\t存疑; of=另有".into(),
            ])
            .collect();
        fs::write(&file, noted.join("\n") + "\n").expect("a file");
        let facts = gold_of(&work, "brat");
        let changed = fact(&facts, "25个");
        let found = (&changed["value"], &changed["status"], &changed["optional"]);
        assert_eq!(found, (&json!("26"), &json!("planned"), &json!(true)));
        let new = fact(&facts, "20多万块");
        assert_eq!((&new["note"], &new["of"], &new["value"]), (&json!("存疑"), &json!("另有"), &json!("200000")));
    }

    #[test]
    fn of_doccano() {
        let (_keep, work) = folder(&[("a.txt", ARTICLE.as_bytes())]);
        let export = exported("doccano", &[path(&work, "a.txt")], &work);
        let mut line = values(&export).remove(0);
        let entity = |line: &Value, text: &str| -> Value {
            let (start, _) = at(text);
            let all = line["entities"].as_array().expect("entities");
            all.iter().find(|one| one["start_offset"] == start).unwrap_or_else(|| panic!("no {text}"))["id"].clone()
        };
        let (moved, other, gone, city) =
            (entity(&line, "1100万元"), entity(&line, "25个"), entity(&line, "63家"), entity(&line, "汕尾市"));
        let entities = line["entities"].as_array_mut().expect("entities");
        let new_start = at("20多万块");
        entities.retain(|one| one["id"] != gone && one["start_offset"] != new_start.0);
        for one in entities.iter_mut().filter(|one| one["id"] == moved) {
            one["start_offset"] = json!(at("100万元").0);
        }
        entities.push(json!({"id": 77_777, "label": "MONEY", "start_offset": new_start.0, "end_offset": new_start.1}));
        let kept: Vec<Value> = entities.iter().map(|one| one["id"].clone()).collect();
        let relations = line["relations"].as_array_mut().expect("relations");
        relations.retain(|one| kept.contains(&one["from_id"]) && kept.contains(&one["to_id"]));
        for one in relations.iter_mut().filter(|one| one["from_id"] == other && one["type"] == "recipient") {
            one["to_id"] = city.clone();
        }
        let facts = line["facts"].as_array_mut().expect("facts");
        facts.retain(|one| one["start"] != new_start.0);
        write_lines(&export, &[line]);
        check(&gold_of(&work, "lines.jsonl"), "doccano");
    }

    #[test]
    fn of_label_studio() {
        let (_keep, work) = folder(&[("a.txt", ARTICLE.as_bytes())]);
        let export = exported("label-studio", &[path(&work, "a.txt")], &work);
        let mut tasks = json_of(&read(&export));
        let result = tasks[0]["annotations"][0]["result"].as_array_mut().expect("results");
        let region = |result: &[Value], text: &str| -> Value {
            let found = result.iter().find(|one| one["type"] == "labels" && one["value"]["text"] == text);
            found.unwrap_or_else(|| panic!("no {text}"))["id"].clone()
        };
        let (moved, other, city) = (region(result, "1100万元"), region(result, "25个"), region(result, "汕尾市"));
        let dropped: Vec<Value> = ["63家", "20多万块"]
            .iter()
            .filter_map(|text| Some(result.iter().find(|one| one["value"]["text"] == *text)?["id"].clone()))
            .collect();
        result.retain(|one| {
            ["id", "from_id", "to_id"].iter().all(|key| one[*key].is_null() || !dropped.contains(&one[*key]))
        });
        for one in result.iter_mut() {
            if one["id"] == moved {
                one["value"]["start"] = json!(at("100万元").0);
                if one["type"] == "labels" {
                    one["value"]["text"] = json!("100万元");
                }
            }
            if one["from_id"] == other && one["labels"][0] == "recipient" {
                // Drawn the other way round.
                (one["from_id"], one["to_id"], one["direction"]) = (city.clone(), other.clone(), json!("left"));
            }
        }
        let (start, end) = at("20多万块");
        // A script counted UTF-16 units: one more for the 😀.
        result.push(json!({"id": "new", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
            "value": {"start": start + 1, "end": end + 1, "text": "20多万块", "labels": ["MONEY"]}}));
        fs::write(&export, tasks.to_string()).expect("a file");
        check(&gold_of(&work, "tasks.json"), "label-studio");
    }
}

#[test]
fn what_is_broken_is_named_with_file_record_and_reason() {
    let line =
        |entities: &str| format!("{{\"text\": \"深圳2亿元😀\", \"entities\": [{entities}], \"relations\": []}}\n");
    let good = line(r#"{"id": 1, "label": "MONEY", "start_offset": 2, "end_offset": 5}"#);
    let task = |result: &str| {
        format!(r#"[{{"id": 7, "data": {{"text": "深圳2亿元"}}, "annotations": [{{"result": [{result}]}}]}}]"#)
    };
    let region = |end: usize, text: &str| {
        format!(
            r#"{{"id": "r1", "type": "labels", "value": {{"start": 2, "end": {end}, "text": "{text}", "labels": ["MONEY"]}}}}"#
        )
    };
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("a.jsonl", good.clone() + "{\"text\": \n", &["a.jsonl: record 2:", "JSON"]),
        (
            "a.jsonl",
            good.clone() + &line(r#"{"id": 1, "label": "MONEY", "start_offset": 2, "end_offset": 9}"#),
            &["record 2:", "2–9", "6 characters"],
        ),
        (
            "a.jsonl",
            good.clone() + &line(r#"{"id": 1, "label": "MONEY", "start_offset": 5, "end_offset": 2}"#),
            &["record 2:", "5–2"],
        ),
        (
            "a.jsonl",
            good.clone() + &line(r#"{"id": 1, "label": 5, "start_offset": 2, "end_offset": 5}"#),
            &["record 2:", "`entities`"],
        ),
        (
            "a.jsonl",
            good.clone().replace(
                "\"relations\": []",
                r#""relations": [{"id": 3, "from_id": 1, "to_id": 9, "type": "helper"}]"#,
            ),
            &["record 1:", "no entity 9"],
        ),
        ("a.jsonl", good.replace("\"text\"", "\"body\""), &["a.jsonl", "known"]),
        ("a.json", task(&region(5, "2亿元")).replace(']', ""), &["a.json", "JSON"]),
        ("a.json", task(&region(5, "3亿元")), &["a.json: record 1:", "r1", "`2亿元`", "`3亿元`"]),
        ("a.json", task(&region(50, "2亿元")), &["record 1:", "2–50"]),
        (
            "a.json",
            task(
                &(region(5, "2亿元")
                    + r#", {"type": "relation", "from_id": "r1", "to_id": "r9", "labels": ["helper"]}"#),
            ),
            &["record 1:", "r9"],
        ),
        ("a.json", task("").replace("\"annotations\"", "\"predictions\""), &["a.json", "predictions"]),
        ("a.json", r#"[{"id": 1, "text": "深圳", "label": []}]"#.to_string(), &["record 1:", "JSON-MIN"]),
        ("a.jsonl", r#"{"doc": "a", "start": 1, "end": 2, "mark": "maybe"}"#.to_string(), &["record 1:", "mark"]),
        ("a.jsonl", String::new(), &["a.jsonl", "nothing"]),
        ("a.ann", "T1\tMONEY 2 5\t3亿元\n".to_string(), &["a.ann: record 1:", "T1", "`2亿元`"]),
        ("a.ann", "T1\tMONEY 2 5\t2亿元\nR1\thelper Arg1:T1 Arg2:T2\n".to_string(), &["record 2:", "no T2"]),
        ("a.ann", "T1\tMONEY 2 x\t2亿元\n".to_string(), &["record 1:", "`x`"]),
        (
            "a.ann",
            "T1\tMONEY 2 5\t2亿元\nT2\tPLACE 0 2\t深圳\nR1\thelper Arg1:T1 Arg2:T2\n".to_string(),
            &["2亿元", "no other side"],
        ),
        ("a.ann", "T1\tMONEY 2 5\t2亿元\n#1\tAnnotatorNotes T1\tvalue=两\n".to_string(), &["2亿元", "`两`"]),
        ("a.ann", "T1\tMONEY 2 5\t2亿元\n#1\tAnnotatorNotes T1\tbound=ish\n".to_string(), &["`ish`", "nearly"]),
    ];
    for (name, content, words) in cases {
        let (_keep, work) = folder(&[(name, content.as_bytes()), ("a.txt", "深圳2亿元".as_bytes())]);
        let run = run_in(&work, &["gold", "import", name, "-o", "mine"]);
        assert!(run.status > 0, "{name}: {content}");
        for word in words {
            assert!(run.err.contains(word), "`{word}` is not in: {}\n{content}", run.err);
        }
        if content.starts_with(&good) && content.len() > good.len() {
            assert_eq!(run.status, 1);
            assert!(run.err.contains("1 document, 1 fact, 1 failure"), "the others are done: {}", run.err);
        }
    }
    let (_keep, work) = folder(&[("a.ann", b"")]);
    run_in(&work, &["gold", "import", "a.ann", "-o", "mine"]).exits(1).says("a.txt");
    run_in(&work, &["gold", "import", "nowhere", "-o", "mine"]).exits(2).says("nowhere");
}

#[test]
fn two_documents_of_one_name_are_no_gold() {
    let (_keep, work) = folder(&[("a/x.txt", AID.as_bytes()), ("b/x.txt", AID.as_bytes())]);
    let export = exported("doccano", &[path(&work, "a"), path(&work, "b")], &work);
    let import = ["gold", "import", export.to_str().expect("UTF-8"), "-o", "mine"];
    run_in(&work, &import).exits(1).says("`x`").says("1 document,");
}

#[test]
fn review_marks_say_what_they_say_and_no_more() {
    let (_keep, work) = folder(&[("a.txt", AID.as_bytes())]);
    let facts = run_in(&work, &["extract", "a.txt", "-q"]).lines();
    let [money, count] = &facts[..] else { panic!("two facts: {facts:?}") };
    let marked = |fact: &Value, mark: &str| {
        let mut fact = fact.clone();
        fact["mark"] = json!(mark);
        fact
    };
    let figures = |lines: &[Value]| {
        write_lines(&work.join("marks.jsonl"), lines);
        let evaluation = json_of(&run_in(&work, &["eval", "marks.jsonl", "--format", "json"]).exits(0).out);
        let counts = &evaluation["all"]["counts"];
        ["gold", "optional", "hit", "spurious"].map(|name| counts[name].as_u64().expect("a count"))
    };
    assert_eq!(figures(&[marked(money, "right")]), [1, 0, 1, 0], "the other fact was not looked at");
    assert_eq!(figures(&[marked(money, "right"), marked(count, "unsure")]), [1, 1, 1, 0]);
    assert_eq!(figures(&[marked(money, "wrong"), marked(count, "right")]), [1, 0, 1, 1], "the wrong one is still said");
    let mut mended = marked(money, "wrong");
    mended["pairs"] = json!([]);
    assert_eq!(figures(&[mended]), [0, 0, 0, 0], "it was wrong otherwise than it is now");

    write_lines(&work.join("marks.jsonl"), &[marked(money, "right"), marked(count, "wrong")]);
    run_in(&work, &["gold", "import", "marks.jsonl", "-o", "mine"]).exits(0).says("1 document, 2 facts");
    let gold = json_of(&read(&work.join("mine/gold/a.json")));
    assert_eq!(gold["partial"], true);
    assert_eq!(gold["facts"][1]["wrong"], true);
    assert!(AID.contains(gold["facts"][0]["ctx"].as_str().expect("ctx")));
    let again = json_of(&run_in(&work, &["eval", "mine", "a.txt", "--format", "json"]).exits(0).out);
    assert_eq!(again["all"]["counts"]["spurious"], 1);
}

mod evaluation {
    use super::*;

    /// A corpus of two articles whose gold is what the program says, with facts as they were extracted before.
    fn corpus() -> (tempfile::TempDir, PathBuf, Vec<Value>) {
        let second = "2014年，珠海对口帮扶阳江，投入帮扶资金5亿元。";
        let (keep, work) = folder(&[("c/text/a.txt", AID.as_bytes()), ("c/text/b.txt", second.as_bytes())]);
        let facts = run_in(&work, &["extract", "c/text", "-q"]).lines();
        fs::create_dir(work.join("c/gold")).expect("a folder");
        for doc in ["a", "b"] {
            let own = facts.iter().filter(|fact| fact["doc"] == format!("c/text/{doc}.txt"));
            let gold = json!({"doc": doc, "date": null, "facts": own.collect::<Vec<_>>()});
            fs::write(work.join(format!("c/gold/{doc}.json")), gold.to_string()).expect("a file");
        }
        (keep, work, facts)
    }

    #[test]
    fn figures_come_by_kind_document_pair_and_rule() {
        let (_keep, work, _) = corpus();
        let text = run_in(&work, &["eval", "c", "--by", "kind,document,pair,rule"]).exits(0).out;
        for line in ["a: gold 2", "b: gold 1", "money: gold 2", "count: gold 1", "all: gold 3"] {
            assert!(text.lines().any(|other| other.starts_with(line)), "{line} in {text}");
        }
        for words in [["深圳>河源", "2", "1.000"], ["珠海>阳江", "1", "1.000"], ["pair.sides_named", "3", "1.000"]]
        {
            let row =
                text.lines().find(|line| line.contains(words[0])).unwrap_or_else(|| panic!("{} in {text}", words[0]));
            assert_eq!(row.split_whitespace().take(3).collect::<Vec<_>>(), words, "{row}");
        }
        let counts = json_of(&run_in(&work, &["eval", "c", "--format", "json"]).exits(0).out);
        assert_eq!(counts["by_rule"]["pair.sides_named"]["counts"]["pairs"], 3);
        assert_eq!(counts["by_document"]["b"]["figures"]["end2end_f1"], 1.0);
        assert!(counts.get("since_baseline").is_none());
    }

    #[test]
    fn groups_add_up_to_the_whole() {
        let evaluation = json_of(&run(&["eval", "corpora", "--format", "json"]).exits(0).out);
        let sum = |group: &str, count: &str| -> u64 {
            let groups = evaluation[group].as_object().expect("groups").values();
            groups.map(|group| group["counts"][count].as_u64().expect("a count")).sum()
        };
        let all = &evaluation["all"]["counts"];
        for group in ["by_kind", "by_document"] {
            for count in ["gold", "hit", "spurious", "pairs", "end2end"] {
                assert_eq!(sum(group, count), all[count].as_u64().expect("a count"), "{group} {count}");
            }
        }
        for count in ["hit", "spurious", "pairs"] {
            assert_eq!(sum("by_rule", count), all[count].as_u64().expect("a count"), "every fact has a rule: {count}");
        }
        let confused: u64 = evaluation["confusion"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["facts"].as_u64().expect("a count"))
            .sum();
        assert_eq!(confused, all["hit"].as_u64().expect("a count") - all["pairs"].as_u64().expect("a count"));
    }

    #[test]
    fn a_baseline_shows_what_got_better_and_worse() {
        let (_keep, work, facts) = corpus();
        let lines = |facts: &[Value]| write_lines(&work.join("before.jsonl"), facts);
        let eval = || run_in(&work, &["eval", "c", "--baseline", "before.jsonl", "--no-errors"]);
        lines(&facts);
        assert!(eval().exits(0).out.ends_with("since the baseline: 0 facts better, 0 worse\n"));

        // Before: one fact was missing, one had no pair, one was spurious.
        let mut worse = facts[1..].to_vec();
        worse[0]["pairs"] = json!([]);
        let mut spurious = facts[0].clone();
        (spurious["start"], spurious["end"]) = (json!(0), json!(4));
        worse.push(spurious);
        lines(&worse);
        let better = eval().exits(0).out;
        for line in [
            "better missed\ta\t\tgold money",
            "better spurious\ta\tspurious\tfound money",
            "better pairs: – → 深圳>河源\ta\t\tgold count",
        ] {
            assert!(better.lines().any(|other| other.starts_with(line)), "{line:?} in {better}");
        }
        assert!(better.ends_with("3 facts better, 0 worse\n"), "{better}");

        // Before: gold was met; now the gold wants another pair for one fact.
        lines(&facts);
        let mut gold = json_of(&read(&work.join("c/gold/b.json")));
        gold["facts"][0]["status"] = json!("planned");
        fs::write(work.join("c/gold/b.json"), gold.to_string()).expect("a file");
        eval().exits(0);
        let mut planned = facts.clone();
        planned[2]["status"] = json!("planned");
        lines(&planned);
        let run = eval().exits(1).says("1 facts are worse");
        assert!(run.out.contains("worse status: planned → actual\tb\tstatus"), "{}", run.out);
        let since =
            json_of(&run_in(&work, &["eval", "c", "--baseline", "before.jsonl", "--format", "json"]).exits(1).out);
        assert_eq!(
            (&since["since_baseline"][0]["worse"], &since["since_baseline"][0]["doc"]),
            (&json!(["status"]), &json!("b"))
        );
    }

    #[test]
    fn the_page_needs_no_script_and_no_network() {
        let (_keep, work, facts) = corpus();
        let mut before = facts.clone();
        before[0]["pairs"] = json!([]);
        let mut gold = json_of(&read(&work.join("c/gold/b.json")));
        gold["facts"][0]["pairs"] = json!(["<script>alert(1)</script>>阳江"]);
        fs::write(work.join("c/gold/b.json"), gold.to_string()).expect("a file");
        write_lines(&work.join("before.jsonl"), &before);
        run_in(&work, &["eval", "c", "--baseline", "before.jsonl", "--html", "e.html"]).exits(0);
        let page = read(&work.join("e.html"));
        assert!(page.contains("default-src 'none'; style-src 'sha256-"), "{page}");
        for word in ["<script", "http://", "https://", " style=\"", " onclick", "<iframe"] {
            assert!(!page.contains(word), "{word}");
        }
        for word in ["1 better", "0 worse", "pair.sides_named", "<mark>5亿元</mark>", "&#60;script&#62;"] {
            assert!(page.contains(word), "{word} in {page}");
        }
    }
}
