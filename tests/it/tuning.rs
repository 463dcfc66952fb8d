//! The loop of a person who tends the tables: `dict suggest`, `dict explain`, `dict diff`.

use crate::cli::{Run, folder, run_in};
use crate::support::{articles, extractor, root};
use duikou::lexicon::{Lexicon, PlaceId, TABLES, TableRow};
use duikou::pipeline::Extractor;
use duikou::suggest::{Collector, Finder, Suggestion, header};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn write(folder: &Path, table: &str, rows: &[String]) {
    let text = format!("{}\n{}\n", header(table), rows.join("\n"));
    fs::write(folder.join(table), text).expect("a table can be written");
}

fn suggested(extractor: &Extractor) -> Vec<Suggestion> {
    let (finder, mut collector) = (Finder::new(extractor), Collector::default());
    for document in articles() {
        let sightings = finder.sightings(&document);
        collector.add(extractor.lexicon(), &document, sightings);
    }
    collector.suggestions(extractor.lexicon(), extractor.segmenter())
}

fn builtin_rows() -> Vec<TableRow> {
    Lexicon::load_with_rows(&[]).expect("the built-in tables are sound").1
}

mod suggest {
    use super::*;

    /// Codes of the places that the articles name three times or more, whose names no other place bears.
    fn named_places(rows: &[TableRow]) -> Vec<String> {
        let lexicon = extractor().lexicon();
        let mut counts: BTreeMap<PlaceId, usize> = BTreeMap::new();
        for document in articles() {
            for mention in extractor().extract(&document).mentions {
                if let (Some(place), "place") = (mention.place, mention.kind.name()) {
                    *counts.entry(place).or_default() += 1;
                }
            }
        }
        let mut bearers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.cell("name").is_empty()) {
            bearers.entry(row.cell("name")).or_default().insert(row.cell("code"));
        }
        let often = counts.into_iter().filter(|(_, count)| *count >= 3).map(|(id, _)| lexicon.place(id));
        let single = often.filter(|place| bearers.get(place.name.as_str()).is_some_and(|codes| codes.len() == 1));
        let codes: BTreeSet<String> = single.map(|place| place.code.clone()).collect();
        codes.into_iter().collect()
    }

    /// A folder that takes the names of these codes away: `-` rows, and a stand-in for each code, because rows of other
    /// tables bear it. Gives every removed name by code.
    fn without(folder: &Path, rows: &[TableRow], codes: &[String]) -> BTreeMap<String, BTreeSet<String>> {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let (mut places, mut divisions) = (Vec::new(), Vec::new());
        for row in rows.iter().filter(|row| codes.iter().any(|code| code == row.cell("code"))) {
            let [code, level, parent] = ["code", "level", "parent"].map(|column| row.cell(column));
            let first = !names.contains_key(code);
            names.entry(code.to_string()).or_default().extend(row.words().into_iter().map(str::to_string));
            let stand_in = format!("{code}\t占位{}\t\t{level}\t{parent}", names.len());
            if row.table.name == "divisions.tsv" {
                divisions.push(format!("{stand_in}\tthis test\t"));
                continue;
            }
            places.push(format!("-{code}\t{}{}", row.cell("name"), "\t".repeat(9)));
            if first {
                places.push(format!("{stand_in}\t\t\t\t\tthis test\t"));
            }
        }
        write(folder, "places.tsv", &places);
        write(folder, "divisions.tsv", &divisions);
        names
    }

    #[test]
    fn of_thirty_names_taken_away_most_come_back_among_sixty() {
        let rows = builtin_rows();
        let codes = named_places(&rows);
        let step = codes.len() / 30;
        assert!(step >= 3, "{} names", codes.len());
        for offset in 0..3 {
            let removed: Vec<String> = codes.iter().skip(offset).step_by(step).take(30).cloned().collect();
            let folder = tempfile::tempdir().expect("a folder");
            let names = without(folder.path(), &rows, &removed);
            assert_eq!(names.len(), 30);
            let lexicon = Lexicon::load(&[folder.path().to_path_buf()]).expect("the overlay is sound");
            let found = suggested(&Extractor::new(lexicon));
            let shown: BTreeSet<&str> =
                found.iter().take(60).flat_map(|found| [found.word.as_str(), found.short.as_str()]).collect();
            let back = |forms: &&BTreeSet<String>| forms.iter().any(|form| shown.contains(form.as_str()));
            let count = names.values().filter(back).count();
            println!("offset {offset}: {count} of 30 among the first 60 of {}", found.len());
            let missing: Vec<_> = names.values().filter(|forms| !back(forms)).collect();
            assert!(count >= 24, "{count} of 30 came back; not: {missing:?}");
        }
    }

    #[test]
    fn nothing_that_the_tables_have_is_suggested() {
        let lexicon = extractor().lexicon();
        for suggestion in suggested(extractor()) {
            assert!(!lexicon.is_name(&suggestion.word), "{} is a name of the gazetteer", suggestion.word);
            assert!(
                lexicon.measures.longest(&suggestion.word).is_none_or(|(length, _)| length < suggestion.word.len())
            );
        }
    }

    /// Words taken out of other tables come back as rows of these tables, and all rows together pass `dict check`.
    #[test]
    fn the_rows_are_accepted() {
        let (_keep, folder) = folder(&[]);
        let builtin = builtin_rows();
        let gone = |table: &str, words: &[&str]| -> Vec<String> {
            let rows = builtin.iter().filter(|row| row.table.name == table && words.contains(&row.cell("surface")));
            rows.map(|row| format!("-{}", row.cells.join("\t"))).collect()
        };
        fs::create_dir(folder.join("less")).expect("a folder");
        let words = ["家", "宗", "户", "场", "座"];
        write(&folder.join("less"), "measure_words.tsv", &gone("measure_words.tsv", &words));
        write(&folder.join("less"), "units.tsv", &gone("units.tsv", &["公里"]));
        write(&folder.join("less"), "agencies.tsv", &gone("agencies.tsv", &["扶贫办"]));
        let corpus = root("corpora/text").display().to_string();
        let run =
            run_in(&folder, &["dict", "suggest", "--dict", "less", "--format", "json", "--limit", "500", &corpus]);
        let lines = run.exits(0).lines();
        let found: BTreeSet<(&str, &str)> =
            lines.iter().map(|line| (text(line, "table"), text(line, "word"))).collect();
        for word in words {
            assert!(found.contains(&("measure_words.tsv", word)), "{word}");
        }
        assert!(found.contains(&("units.tsv", "公里")) && found.contains(&("agencies.tsv", "扶贫办")));
        fs::create_dir(folder.join("more")).expect("a folder");
        for spec in TABLES {
            let own = lines.iter().filter(|line| text(line, "table") == spec.name);
            let rows: Vec<String> = own.map(|line| text(line, "row").to_string()).collect();
            if !rows.is_empty() {
                write(&folder.join("more"), spec.name, &rows);
            }
        }
        run_in(&folder, &["dict", "check", "--write", "more"]);
        let check = run_in(&folder, &["dict", "check", "less", "more"]);
        assert_eq!(check.status, 0, "{}", check.out);
    }

    #[test]
    fn examples_and_counts_are_those_of_the_documents() {
        let text =
            "深圳市云端区对口帮扶河源。\n云端区投入资金300万元，选派干部到云端区人民政府。\n龍川縣新墟鎮引進企業25家。";
        let (_keep, folder) = folder(&[]);
        fs::write(folder.join("a.txt"), text).expect("a file");
        let run = run_in(&folder, &["dict", "suggest", "--format", "json", "a.txt"]).exits(0);
        let lines = run.lines();
        let of = |word: &str| {
            lines.iter().find(|line| text_of(line) == word).unwrap_or_else(|| panic!("{word}: {}", run.out))
        };
        let found = of("云端区");
        assert_eq!(
            (&found["count"], &found["documents"], text_at(found, 4)),
            (&Value::from(3), &Value::from(1), "440300")
        );
        assert_eq!(found["examples"][0]["text"], "深圳市云端区对口帮扶河源。");
        // Traditional text, canonical row, the example as written.
        let town = of("新墟镇");
        assert_eq!((text_at(town, 3), text_at(town, 4)), ("town", "441622"));
        assert!(town["examples"][0]["text"].as_str().is_some_and(|text| text.contains("新墟鎮")));
    }

    #[test]
    fn bodies_firms_parks_and_units_are_found_by_form() {
        let text = "河源源新集团投资3亿元建厂。源新集团引进企业5家，源新集团计划投入2亿元。\n\
            流转土地200垧，其中1.5垧种茶，另有2.5垧种果，30垧种粮。\n\
            深圳市低空办拨付300万元，市低空办选派干部5名，协作专班派出12人，协作专班人手不够。\n\
            中新产业园引进企业12家，中新产业园投产；全县有3家公司、5个专班，农业公司和农业公司。\n";
        let (_keep, folder) = folder(&[]);
        fs::write(folder.join("a.txt"), text).expect("a file");
        let lines = run_in(&folder, &["dict", "suggest", "--format", "json", "a.txt"]).exits(0).lines();
        let found: BTreeMap<&str, &str> = lines.iter().map(|line| (text_of(line), self::text(line, "row"))).collect();
        for (word, cells) in [
            ("源新集团", "源新集团\tcompany\tstrong\t"),
            ("低空办", "低空办\tbody\tstrong"),
            ("协作专班", "协作专班\tcooperation\tstrong"),
            ("中新产业园", "440000-S1\t中新产业园\t\tzone"),
            ("垧", "垧\tmeasure\t垧\t1"),
        ] {
            assert!(found.get(word).is_some_and(|row| row.starts_with(cells)), "{word}: {found:?}");
        }
        for word in ["全县", "农业公司", "专班", "集团", "公司"] {
            assert!(!found.contains_key(word), "{word}: {found:?}");
        }
    }

    fn text_of(line: &Value) -> &str {
        text(line, "word")
    }

    /// A cell of the suggested row.
    fn text_at(line: &Value, cell: usize) -> &str {
        text(line, "row").split('\t').nth(cell).unwrap_or_default()
    }

    #[test]
    fn forms_agree_and_runs_repeat() {
        let (_keep, folder) = folder(&[]);
        let corpus = root("corpora/text").display().to_string();
        let run =
            |format: &str| run_in(&folder, &["dict", "suggest", "--format", format, "--limit", "7", &corpus]).exits(0);
        let (tsv, json, listing) = (run("tsv"), run("json"), run("text"));
        assert_eq!(tsv.out, run("tsv").out);
        let cells: Vec<Vec<&str>> = tsv.out.lines().skip(1).map(|line| line.splitn(9, '\t').collect()).collect();
        assert_eq!(cells.len(), 7);
        for (cells, line) in cells.iter().zip(json.lines()) {
            assert_eq!((cells[1], cells[2], cells[8]), (text(&line, "table"), text(&line, "word"), text(&line, "row")));
            assert!(listing.out.lines().any(|shown| shown == cells[8]), "{}", cells[8]);
        }
        tsv.says(" documents, 7 of ");
    }

    #[test]
    fn wrong_usage_is_named() {
        let (_keep, folder) = folder(&[]);
        run_in(&folder, &["dict", "suggest"]).exits(2).says("nothing to read");
        run_in(&folder, &["dict", "suggest", "nowhere"]).exits(1).says("nowhere");
        run_in(&folder, &["dict", "suggest", "--table", "pairs", "x"]).exits(2).says("measure_words");
    }
}

mod explain {
    use super::*;

    fn explained(word: &str) -> Value {
        let run = run_in(&root(""), &["dict", "explain", "--format", "json", word]);
        run.lines().into_iter().next().unwrap_or_else(|| panic!("{word}: {}", run.err))
    }

    fn roles(word: &str) -> Vec<String> {
        let found = explained(word);
        let rows = found["rows"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| text(row, "role").to_string()).collect()
    }

    #[test]
    fn a_word_is_told_by_what_it_is() {
        let cases = [
            ("河源", "place (short name)"),
            ("河源市", "place (full name)"),
            ("441600", "code of a place"),
            ("深汕", "word for two places (pair)"),
            ("家", "measure word"),
            ("平方公里", "unit (area)"),
            ("余", "hedge (inside)"),
            ("对口帮扶", "cue (relation)"),
            ("投资额", "what amounts measure (money)"),
            ("三通一平", "holds a numeral and counts nothing (slogan)"),
            ("教育局", "agency (body)"),
            ("万", "numeral (big)"),
            ("版权所有", "page furniture (strong)"),
            ("億", "character read as 亿"),
        ];
        for (word, role) in cases {
            assert!(roles(word).iter().any(|found| found == role), "{word}: {:?}", roles(word));
        }
    }

    #[test]
    fn a_place_comes_with_what_is_above_its_years_and_its_pairs() {
        let found = explained("龍川");
        assert_eq!(found["folded"], "龙川");
        let place = &found["places"][0];
        assert_eq!((text(place, "code"), text(place, "level")), ("441622", "county"));
        assert_eq!(place["within"], serde_json::json!(["441600 河源市", "440000 广东省"]));
        let pairs = found["pairs"].as_array().expect("pairs");
        assert!(pairs.iter().any(|pair| pair["helper"] == "宝安区" && text(pair, "at").starts_with("pairs.tsv:")));
        let longer = found["longer"].as_array().expect("longer words");
        assert!(longer.iter().any(|other| other["word"] == "龙川江"), "a river, and no county: {found}");
        assert!(
            explained("中山大学")["shorter"]
                .as_array()
                .is_some_and(|words| words.iter().any(|other| other["word"] == "中山"))
        );
        assert_eq!(explained("深汕")["compounds"][0], "深圳市 > 汕尾市 or 汕头市");
        assert_eq!(found["tokens"][0]["text"], "龙川");
    }

    #[test]
    fn an_unknown_word_is_said_to_be_one_with_those_like_it() {
        let run = run_in(&root(""), &["dict", "explain", "龙州川县"]).exits(1);
        assert!(run.out.contains("in no table") && run.out.contains("龙川县"), "{}", run.out);
        assert_eq!(
            run_in(&root(""), &["dict", "explain", "河源", "河源市"]).exits(0).out.matches("may mean").count(),
            2
        );
    }

    #[test]
    fn rows_of_a_folder_are_told_with_their_file() {
        let (_keep, folder) = folder(&[]);
        write(&folder, "measure_words.tsv", &["钵\tseedlings\t盂\tmy notes\t".to_string()]);
        let run = run_in(&folder, &["dict", "explain", "钵", "--dict", "."]).exits(0);
        assert!(run.out.contains("measure_words.tsv:2") && run.out.contains("unless 盂"), "{}", run.out);
    }
}

mod diff {
    use super::*;

    /// What `dict diff` prints for rows over the sample articles, with and without looking for the changed words first.
    fn both(table: &str, rows: &[String]) -> [Run; 2] {
        let (_keep, folder) = folder(&[]);
        for name in ["rows", "texts"] {
            fs::create_dir(folder.join(name)).expect("a folder");
        }
        write(&folder.join("rows"), table, rows);
        for (number, document) in articles().into_iter().enumerate().filter(|(number, _)| number % 3 == 0) {
            fs::write(folder.join(format!("texts/{number:03}.txt")), document.text).expect("a file");
        }
        let diff =
            |more: &[&str]| run_in(&folder, &[&["dict", "diff", "--allow", "--with", "rows", "texts"], more].concat());
        [diff(&[]).exits(0), diff(&["--all"]).exits(0)]
    }

    #[test]
    fn documents_without_the_changed_words_need_not_be_read() {
        let rows = builtin_rows();
        let row = |table: &str, key: &[&str]| -> Vec<String> {
            let found = rows.iter().find(|row| row.table.name == table && row.key() == key);
            found.unwrap_or_else(|| panic!("{table} {key:?}")).cells.clone()
        };
        let removed = |table: &str, key: &[&str]| format!("-{}", row(table, key).join("\t"));
        let mut dangerous = row("places.tsv", &["441622", "龙川县"]);
        dangerous[7] = "high".to_string();
        let mut elsewhere = row("places.tsv", &["441622", "龙川县"]);
        elsewhere[4] = "441400".to_string();
        // (table, row, whether words tell which documents to read)
        let cases = [
            ("measure_words.tsv", removed("measure_words.tsv", &["宗"]), true),
            ("hedges.tsv", removed("hedges.tsv", &["余", "inside"]), true),
            ("cues.tsv", removed("cues.tsv", &["力争", "planned"]), true),
            ("idioms.tsv", "三班倒\tword\tthis test\t".to_string(), true),
            ("compounds.tsv", removed("compounds.tsv", &["莞韶园", "park"]), true),
            ("numerals.tsv", removed("numerals.tsv", &["半"]), true),
            ("agencies.tsv", removed("agencies.tsv", &["工作队"]), true),
            ("blocklist.tsv", removed("blocklist.tsv", &["其中", "places"]), true),
            ("places.tsv", dangerous.join("\t"), true),
            ("places.tsv", "440300-F99\t前海深港\t\tzone\t440300\t\t\t\t\tthis test\t".to_string(), true),
            ("places.tsv", elsewhere.join("\t"), false),
            ("pairs.tsv", "440700\t441200\t2013\t\tthis test\tcity\tsure\tthis test\t".to_string(), true),
            ("variants.tsv", "囯\t国\tthis test\t".to_string(), false),
        ];
        let mut changed = 0;
        for (table, row, by_words) in cases {
            let [some, all] = both(table, std::slice::from_ref(&row));
            assert_eq!(some.out, all.out, "{table}: {row}");
            assert_eq!(some.err.contains("with the changed words"), by_words, "{table}: {row}: {}", some.err);
            changed += usize::from(!all.out.is_empty());
        }
        assert!(changed >= 5, "only {changed} rows change anything");
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}: {value}"))
}
