//! `inspect` for people: the terminal, the page, annotation tools.

use crate::support::{articles, extractor, root};
use duikou::document::Document;
use duikou::report::terminal::{Screen, width};
use duikou::report::{self, Stage, Tagged};
use std::process::Output;

const DEMO: &str = "宝安龙川结对两年见成效\n发布时间：2015-08-20\n深圳市宝安区对口帮扶河源市龙川县以来，累计投入帮扶资金近2亿元，援建项目25个。\n截至今年6月，深河产业园已平整土地3200余亩，引进企业63家，其中41家投产。\n";

/// Markup, script, terminal controls and text that turns around, in an article with facts.
pub const HOSTILE: &str = "深圳对口帮扶河源</script><script>document.title='HIT'</script>\n深圳市对口帮扶河源市，<img src=x onerror=\"document.title='HIT'\">投入资金2亿元，&lt;b&gt; \u{202e}援建项目25个<!-- ]]> {{7*7}} \u{1b}]0;HIT\u{7}。\n";

fn with<T>(id: &str, text: &str, then: impl FnOnce(Tagged<'_>) -> T) -> T {
    let document = Document::new(id, text);
    let extraction = extractor().extract(&document);
    then(Tagged { lexicon: extractor().lexicon(), document: &document, extraction: &extraction })
}

fn duikou(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("duikou").expect("the program is built");
    command.current_dir(root(".")).args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.envs(variables.iter().copied()).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

mod terminal {
    use super::*;

    const PLAIN: Screen = Screen { colour: false, width: 80 };

    #[test]
    fn marks_stand_for_colours() {
        let shown = with("demo.txt", DEMO, |tagged| report::article(tagged, PLAIN));
        assert!(shown.contains("[深圳市][宝安区]对口帮扶[河源市][龙川县]以来"), "{shown}");
        assert!(shown.contains("截至今年~6月~，<深河产业园>已平整土地*3200余亩*#3"), "{shown}");
        assert!(shown.contains("深圳>河源 (宝安>龙川) 0.95"), "{shown}");
        assert!(shown.contains("2 × 10^8 = 200000000"), "{shown}");
        for piece in ["money.unit units.tsv:", "pair.sides_named", "registry pairs.tsv:"] {
            assert!(shown.replace("\n    ", " ").contains(piece), "{piece} in {shown}");
        }
    }

    #[test]
    fn colours_say_the_same() {
        let shown = with("demo.txt", DEMO, |tagged| report::article(tagged, Screen { colour: true, width: 80 }));
        assert!(shown.contains("\u{1b}[1m\u{1b}[34m深圳市宝安区\u{1b}[0m对口帮扶"), "{shown:?}");
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for columns in [30, 80] {
            let screen = Screen { colour: false, width: columns };
            for article in articles() {
                with(&article.id, &article.text, |tagged| {
                    for line in report::article(tagged, screen).lines().skip(1) {
                        // A row of a fact is as wide as its widest cells.
                        let cells = line.starts_with('#') && line[1..].starts_with(|c: char| c.is_ascii_digit());
                        assert!(width(line) <= columns || cells, "{}: {line}", article.id);
                    }
                });
            }
        }
    }

    #[test]
    fn a_document_does_not_steer_the_terminal() {
        let shown = with("hostile", HOSTILE, |tagged| {
            let facts = tagged.extraction.facts.iter().map(|fact| report::story(tagged, fact, PLAIN));
            report::article(tagged, PLAIN) + &facts.collect::<String>()
        });
        assert!(shown.contains("␛]") && shown.contains("HIT␇"), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }

    #[test]
    fn each_stage_can_be_seen_alone() {
        let shown = |stage| {
            with("demo.txt", DEMO, |tagged| {
                let tokens = extractor().tokens(tagged.document, &tagged.extraction.sentences);
                report::stage(tagged, stage, &tokens, Screen { colour: false, width: 200 })
            })
        };
        assert!(shown(Stage::Tokens).contains("深圳市 | 宝安区 | 对口"));
        assert!(shown(Stage::Mentions).contains("深圳市      place  深圳市  440300  place.full_name"));
        assert!(shown(Stage::Quantities).contains("no fact  noise.date"));
        assert!(shown(Stage::Pairs).contains("#1  56-59  2亿元  pair.sides_named"));
    }

    #[test]
    fn a_story_tells_what_was_rejected_and_why() {
        let story = |id: &str| {
            with("demo.txt", DEMO, |tagged| {
                report::find(tagged, id).map(|fact| report::story(tagged, fact, Screen { colour: false, width: 200 }))
            })
        };
        let told = story("demo.txt#86-92").expect("the fact is found by its id");
        assert!(told.contains("6月           no fact: a date or a time of day (date): noise.date"), "{told}");
        assert!(told.contains("3200 mu = 2133333.33 m2"), "{told}");
        assert!(told.contains("其中          rejected: a longer word that only contains a name"), "{told}");
        assert_eq!(story("86-92").as_deref(), Some(told.as_str()));
        assert_eq!(story("#3").as_deref(), Some(told.as_str()));
        for id in ["other.txt#86-92", "0", "99", "86-93", "#", ""] {
            assert_eq!(story(id), None, "{id}");
        }
    }

    #[test]
    fn a_story_names_the_answers_that_came_too_late() {
        // 清远 is named in the clause; that the paragraph was about 河源, and the article is, is asked later.
        let article =
            "深圳对口帮扶河源\n深圳市对口帮扶河源市，广州市对口帮扶清远市。\n在清远市，广州市投入帮扶资金2亿元。\n";
        let document = Document::new("d", article);
        let mut extraction = extractor().extract(&document);
        let told = |extraction: &_| {
            let tagged = Tagged { lexicon: extractor().lexicon(), document: &document, extraction };
            report::story(tagged, &tagged.extraction.facts[0], Screen { colour: false, width: 200 })
        };
        assert!(!told(&extraction).contains("asked later"), "extraction itself does not ask them");
        extractor().explain(&document, &mut extraction);
        let shown = told(&extraction);
        assert!(shown.contains("answer        广州>清远"), "{shown}");
        assert!(
            shown.contains("asked later   the same: pair.recipient_named: the sentence names the recipient"),
            "{shown}"
        );
        assert!(
            shown.contains("asked later   深圳>河源: pair.frame: the article as a whole is about the pair"),
            "{shown}"
        );
    }

    #[test]
    fn the_first_answer_is_the_decision() {
        for article in articles() {
            let mut extraction = extractor().extract(&article);
            extractor().explain(&article, &mut extraction);
            assert_eq!(extraction.answers.len(), extraction.facts.len(), "{}", article.id);
            for (fact, answers) in extraction.facts.iter().zip(&extraction.answers) {
                let decided: Vec<_> = fact.decision.pairs.iter().map(|pair| pair.cities).collect();
                match answers.first() {
                    Some(first) => {
                        assert_eq!((first.rule, &first.pairs), (fact.decision.rule, &decided), "{}", article.id)
                    }
                    None => assert!(decided.is_empty(), "{}", article.id),
                }
            }
        }
    }

    #[test]
    fn colours_follow_the_environment_and_json_stays_the_form_for_pipes() {
        let article = "corpora/text/s01.txt";
        let plain = duikou(&["inspect", article, "--format", "ansi"], &[]);
        assert!(!text(&plain.stdout).contains('\u{1b}'));
        let forced = duikou(&["inspect", article, "--format", "ansi"], &[("CLICOLOR_FORCE", "1")]);
        assert!(text(&forced.stdout).contains("\u{1b}[1m\u{1b}[34m"));
        let piped = duikou(&["inspect", article], &[]);
        assert!(text(&piped.stdout).starts_with(r#"{"doc":"corpora/text/s01.txt""#));
    }

    #[test]
    fn wrong_usage_is_said() {
        let unknown = duikou(&["inspect", "corpora/text/s01.txt", "--fact", "1-2"], &[]);
        assert_eq!(unknown.status.code(), Some(1));
        assert!(text(&unknown.stderr).contains("no fact `1-2`"));
        let clash = duikou(&["inspect", "corpora/text/s01.txt", "--stage", "pairs", "--format", "json"], &[]);
        assert_eq!(clash.status.code(), Some(2));
    }
}

pub mod page {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use duikou::report::{Page, Run};
    use serde_json::Value;
    use sha2::{Digest, Sha256};
    use std::io::Read;
    use std::path::Path;
    use std::process::Command;

    const HOSTILE_ID: &str = "\"><svg onload=\"document.title='HIT'\">.txt";

    fn page(documents: &[(&str, &str)]) -> String {
        let mut page = Page::new(Vec::new()).expect("memory can be written");
        for (id, text) in documents {
            let document = Document::new(*id, *text);
            let mut extraction = extractor().extract(&document);
            extractor().explain(&document, &mut extraction);
            let tagged = Tagged { lexicon: extractor().lexicon(), document: &document, extraction: &extraction };
            page.add(tagged).expect("memory can be written");
        }
        let about = Run { failures: 0, dictionaries: &["</script><b>".to_string()], version: 0 };
        let bytes = page.finish(&about).expect("memory can be written");
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Attributes and content of every script element, as a browser cuts them.
    fn scripts(page: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut rest = page;
        while let Some(at) = rest.find("<script") {
            let (attributes, behind) = rest[at + "<script".len()..].split_once('>').expect("the tag ends");
            let (content, after) = behind.split_once("</script").expect("the element ends");
            found.push((attributes.trim(), content));
            rest = after;
        }
        found
    }

    /// The blocks of a page that have this name.
    pub fn parts(page: &str, name: &str) -> Vec<Value> {
        let attribute = format!("type=\"text/plain\" data-part=\"{name}\"");
        let decode = |content: &str| {
            let bytes = STANDARD.decode(content).expect("base64");
            let mut json = String::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut json).expect("gzip");
            serde_json::from_str(&json).expect("JSON")
        };
        scripts(page).iter().filter(|(found, _)| *found == attribute).map(|(_, content)| decode(content)).collect()
    }

    /// What a page says of the run that made it.
    pub fn run(page: &str) -> Value {
        scripts(page)
            .iter()
            .find(|(attributes, _)| attributes.contains("id=\"run\""))
            .map(|(_, content)| serde_json::from_str(content).expect("JSON"))
            .expect("the run")
    }

    #[test]
    fn only_the_scripts_of_the_page_may_run() {
        let page = page(&[("demo.txt", DEMO)]);
        let running: Vec<_> = scripts(&page).into_iter().filter(|(attributes, _)| attributes.is_empty()).collect();
        assert_eq!(running.len(), 1, "one script runs; the others are data");
        let hash = |content: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content)));
        let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
        let policy = format!(
            "content=\"default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'\"",
            hash(running[0].1),
            hash(style)
        );
        let at = page.find(&policy).expect("the policy names the hashes of script and style");
        assert!(at < page.find("<style>").unwrap_or(0), "the policy stands before what it rules");
        assert_eq!(page.matches("<style").count(), 1);
        for attribute in
            [" src=", " onload=", " onerror=", " onclick=", " style=\"", "<link rel=\"style", "<iframe", "@import"]
        {
            assert!(!page.contains(attribute), "{attribute}");
        }
        let addresses: Vec<&str> =
            page.split("http").skip(1).map(|rest| rest.split(['"', '\'']).next().unwrap_or("")).collect();
        assert!(
            addresses.iter().all(|address| ["://www.w3.org/2000/svg", "-equiv="].contains(address)),
            "{addresses:?}"
        );
    }

    #[test]
    fn text_of_documents_is_data_alone() {
        let page = page(&[(HOSTILE_ID, HOSTILE)]);
        assert_eq!(parts(&page, "texts"), [serde_json::json!([HOSTILE])]);
        for markup in ["<img", "<svg onload", "<script>document", "</script><b>", "<!-- ]]>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        let plain =
            page.split_once("<noscript>").and_then(|(_, rest)| rest.split_once("</noscript>")).expect("noscript").0;
        assert!(plain.contains("2亿元") && plain.contains("&#60;img src=x"), "{plain}");
    }

    #[test]
    fn the_page_holds_every_fact_once() {
        let articles = articles();
        let documents: Vec<_> = articles.iter().map(|article| (article.id.as_str(), article.text.as_str())).collect();
        let many: Vec<_> = documents.iter().cycle().take(300).copied().collect();
        let page = page(&many);
        let index = parts(&page, "index");
        assert!(index.len() > 1, "300 articles make more than one part");
        let run = run(&page);
        assert_eq!(run["documents"], 300);
        let names: Vec<&str> = run["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
        let column = |part: &Value, name: &str, row: usize| {
            let at = names.iter().position(|other| *other == name).expect("a column");
            let word = part["columns"][at][row].as_u64().expect("a word") as usize;
            part["words"][word].as_str().expect("a text").to_string()
        };
        let found: Vec<String> = index
            .iter()
            .flat_map(|part| (0..part["start"].as_array().map_or(0, Vec::len)).map(move |row| (part, row)))
            .map(|(part, row)| {
                format!("{} {} {}", part["start"][row], column(part, "text", row), column(part, "of", row))
            })
            .collect();
        let expected: Vec<String> = many
            .iter()
            .flat_map(|(id, text)| crate::support::facts(&Document::new(*id, *text)))
            .map(|fact| format!("{} {} {}", fact.start, fact.text, fact.of))
            .collect();
        assert_eq!(found, expected);
        assert_eq!(run["facts"], expected.len());
    }

    #[test]
    fn a_suffix_chooses_the_page() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.html");
        let ran = duikou(&["inspect", "corpora/text/s01.txt", "missing.txt", "-o", &path.to_string_lossy()], &[]);
        assert_eq!(ran.status.code(), Some(1));
        let page = crate::support::read(&path);
        assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
        assert!(page.contains("\"failures\":1"));
    }

    /// A browser, if there is one here.
    fn browser() -> Option<&'static str> {
        ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find(|name| Command::new(name).arg("--version").output().is_ok_and(|out| out.status.success()))
    }

    /// The document as the browser has it after its scripts ran, and what it said on its console.
    fn opened(browser: &str, folder: &Path, page: &Path, address: &str, language: &str) -> (String, String) {
        let profile = folder.join("profile");
        let out = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
            .args(["--virtual-time-budget=15000", "--window-size=1280,900", "--enable-logging=stderr", "--dump-dom"])
            .arg(format!("--lang={language}"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("file://{}#{address}", page.display()))
            .output()
            .expect("the browser runs");
        (text(&out.stdout).to_string(), String::from_utf8_lossy(&out.stderr).into_owned())
    }

    #[test]
    fn a_browser_shows_filters_sorts_and_jumps() {
        let Some(browser) = browser() else {
            eprintln!("no browser here: the page was not opened");
            return;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.html");
        std::fs::write(&path, page(&[("demo.txt", DEMO), (HOSTILE_ID, HOSTILE)])).expect("a file");

        let (shown, said) = opened(browser, folder.path(), &path, "doc=demo.txt&fact=86-92", "en-US");
        assert!(shown.contains("data-ready=\"yes\""), "the page was read to its end: {said}");
        assert!(shown.contains("7 of 7 facts · 2 documents"), "both documents are there");
        let marked = shown
            .split("<mark")
            .skip(1)
            .find(|piece| piece.contains("current"))
            .expect("the fact of the address is marked");
        assert!(marked.contains(">3200余亩</mark>"), "{marked}");
        assert!(shown.contains("3200 mu = 2133333.33 m2"), "its arithmetic is shown");
        assert!(
            shown.contains("<li>the same <code>pair.frame</code></li>"),
            "what later rules would have said is shown"
        );

        let amounts = |shown: &str| -> Vec<String> {
            let rows = shown.split("<b title=\"").skip(1);
            rows.map(|rest| rest.split('"').next().unwrap_or_default().to_string()).collect()
        };
        let (sorted, said_sorted) = opened(browser, folder.path(), &path, "sort=value&down=1", "en-US");
        assert_eq!(amounts(&sorted)[..3], ["2亿元", "2亿元", "3200余亩"], "by size, areas in m²");

        let (shown, more) = opened(browser, folder.path(), &path, "kind=money&q=ONERROR", "zh-CN");
        assert_eq!(amounts(&shown), ["2亿元"], "one sum of money stands in a sentence with these letters");
        assert!(shown.contains("<title>duikou</title>"), "no script of a document ran");
        assert!(shown.contains("&lt;img src=x onerror="), "the article is shown as it is written");
        for line in said.lines().chain(said_sorted.lines()).chain(more.lines()) {
            assert!(!line.contains("CONSOLE"), "{line}");
        }
    }
}

mod exchange {
    use super::*;
    use duikou::report::exchange;
    use serde_json::Value;

    const RARE: &str = "𠮷😀报：深圳市对口帮扶河源市，计划投入资金2亿\n元，援建项目25个。\n";

    const PLANNED: &str = "深圳市对口帮扶河源市，\r\n计划投入资金2亿元，援建项目25个。";

    /// What Python's `text[start:end]` gives.
    fn slice(text: &str, start: usize, end: usize) -> String {
        text.chars().skip(start).take(end - start).collect()
    }

    fn number(value: &Value) -> usize {
        value.as_u64().expect("a number") as usize
    }

    #[test]
    fn doccano_counts_code_points_and_points_to_both_sides() {
        for text in [RARE, DEMO, HOSTILE] {
            let record = with("d", text, exchange::doccano);
            assert_eq!(record["text"], text);
            let entities = record["entities"].as_array().expect("entities");
            let mut ids: Vec<&Value> = entities.iter().map(|entity| &entity["id"]).collect();
            let words = |id: &Value| {
                let entity = entities.iter().find(|entity| entity["id"] == *id).expect("the id is an entity's");
                assert!(entity["start_offset"].as_u64() < entity["end_offset"].as_u64());
                slice(text, number(&entity["start_offset"]), number(&entity["end_offset"]))
            };
            for relation in record["relations"].as_array().expect("relations") {
                ids.push(&relation["id"]);
                let side = words(&relation["to_id"]);
                let expected: &[&str] = match relation["type"].as_str() {
                    Some("helper") => &["深圳", "深圳市", "宝安区", "深河产业园"],
                    _ => &["河源", "河源市", "龙川县", "深河产业园"],
                };
                assert!(expected.contains(&side.as_str()), "{side} as {}", relation["type"]);
            }
            let all = ids.len();
            ids.sort_by_key(|id| id.as_u64());
            ids.dedup();
            assert_eq!(ids.len(), all, "ids are unique");
        }
        let record = with("d", DEMO, exchange::doccano);
        let sides = record["relations"].as_array().map_or(0, Vec::len);
        assert_eq!(sides, 10, "five facts of one pair");
    }

    #[test]
    fn label_studio_gets_tasks_with_texts_that_are_slices() {
        let task = with("d", RARE, exchange::label_studio);
        let result = task["predictions"][0]["result"].as_array().expect("results");
        let labelled: Vec<&Value> = result.iter().filter(|one| one["type"] == "labels").collect();
        for one in &labelled {
            let value = &one["value"];
            assert_eq!(value["text"], slice(RARE, number(&value["start"]), number(&value["end"])));
            assert!(exchange::LABELS.contains(&value["labels"][0].as_str().expect("a label")));
        }
        for relation in result.iter().filter(|one| one["type"] == "relation") {
            for end in ["from_id", "to_id"] {
                assert!(labelled.iter().any(|one| one["id"] == relation[end]), "{relation}");
            }
        }
        assert!(result.iter().any(|one| one["labels"][0] == "recipient"));
    }

    #[test]
    fn no_span_of_brat_crosses_a_line() {
        let annotations = with("d", PLANNED, exchange::brat);
        let text = PLANNED;
        for line in annotations.lines().filter(|line| line.starts_with('T')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (label, places) = cells[1].split_once(' ').expect("a label and places");
            assert!(exchange::LABELS.contains(&label), "{line}");
            let pieces: Vec<String> = places
                .split(';')
                .map(|place| {
                    let (start, end) = place.split_once(' ').expect("start and end");
                    slice(text, start.parse().expect("a number"), end.parse().expect("a number"))
                })
                .collect();
            assert_eq!(pieces.join(" "), cells[2]);
            assert!(!line.contains('\r') && pieces.iter().all(|piece| !piece.contains('\n')), "{line}");
        }
        assert!(annotations.contains("\tPlanned T"), "{annotations}");
        assert!(annotations.lines().any(|line| line.contains("\thelper Arg1:T")), "{annotations}");
    }

    #[test]
    fn conll_labels_each_character_once() {
        let columns = with("d", DEMO, exchange::conll);
        assert!(columns.contains("深\tB-PLACE\n圳\tI-PLACE\n市\tI-PLACE\n宝\tB-PLACE\n"), "{columns}");
        assert!(columns.contains("2\tB-MONEY\n亿\tI-MONEY\n元\tI-MONEY\n，\tO\n"), "{columns}");
        let mut before = "O".to_string();
        for line in columns.lines() {
            let label = line.split_once('\t').map_or("O", |(_, label)| label);
            if let Some(inside) = label.strip_prefix("I-") {
                assert_eq!(before.get(2..), Some(inside), "{line}");
            }
            before = label.to_string();
        }
    }

    #[test]
    fn the_program_writes_what_the_tools_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let inputs = ["inspect", "corpora/text/s01.txt", "corpora/text/s10.txt"];
        let run = |rest: &[&str]| duikou(&[&inputs[..], rest].concat(), &[]);

        assert_eq!(run(&["--format", "brat"]).status.code(), Some(2), "brat needs a folder");
        assert_eq!(run(&["--format", "brat", "-o", &file("brat")]).status.code(), Some(0));
        let annotated = crate::support::read(&folder.path().join("brat/corpora_text_s01.txt"));
        assert_eq!(annotated, crate::support::read(&root("corpora/text/s01.txt")));
        assert!(folder.path().join("brat/corpora_text_s10.ann").is_file());
        assert!(crate::support::read(&folder.path().join("brat/annotation.conf")).contains("[relations]"));

        let tasks: Value = serde_json::from_slice(&run(&["--format", "label-studio"]).stdout).expect("one JSON array");
        assert_eq!(tasks.as_array().map(Vec::len), Some(2));
        let lines = run(&["--format", "doccano"]).stdout;
        let lines: Vec<Value> = text(&lines).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(text(&run(&["--format", "conll"]).stdout).matches("-DOCSTART-").count(), 2);
        let none = duikou(&["inspect", "missing.txt", "--format", "label-studio"], &[]);
        assert_eq!(text(&none.stdout).split_whitespace().collect::<String>(), "[]");
    }
}
