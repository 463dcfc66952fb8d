//! Whole articles with their exact facts: `tests/golden/<doc>.jsonl` holds what `corpora/text/<doc>.txt` gives.
//!
//! A plain run only compares. `BLESS=1 cargo test golden` writes the files anew; the change is reviewed in `git diff`.

use crate::support::{facts, files, name, read, root};
use duikou::document::Document;

fn lines(article: &str) -> Vec<String> {
    let document = Document::new(format!("{article}.txt"), read(&root(&format!("corpora/text/{article}.txt"))));
    facts(&document).iter().map(|record| serde_json::to_string(record).expect("a record serialises")).collect()
}

#[test]
fn facts_of_whole_articles() {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let goldens = files(&root("tests/golden"), "jsonl");
    assert!(!goldens.is_empty(), "tests/golden holds no article");
    let mut faults = Vec::new();
    for path in goldens {
        let article = name(&path);
        let found = lines(&article);
        if bless {
            let text: String = found.iter().map(|line| format!("{line}\n")).collect();
            std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            continue;
        }
        let golden = read(&path);
        let expected: Vec<&str> = golden.lines().collect();
        for line in expected.iter().filter(|line| !found.iter().any(|other| other == *line)) {
            faults.push(format!("{article} - {line}"));
        }
        for line in found.iter().filter(|line| !expected.contains(&line.as_str())) {
            faults.push(format!("{article} + {line}"));
        }
        if faults.is_empty() {
            assert_eq!(expected, found, "{article}: the same facts in another order");
        }
    }
    assert!(faults.is_empty(), "facts differ; if that is meant: BLESS=1 cargo test golden\n{}", faults.join("\n"));
}
