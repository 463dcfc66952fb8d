//! The documentation says what the code does: every rule of the quantity stage is in `docs/QUANTITIES.md`, with examples
//! that it decides.

use crate::support::{extractor, files, read, root};
use std::collections::{BTreeMap, BTreeSet};

/// Rules of the tables with their examples: rows whose first cell is one word in backquotes and whose last holds examples.
fn documented() -> BTreeMap<String, Vec<String>> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>();
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in read(&root("docs/QUANTITIES.md")).lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let rule = cells[0].trim();
        let name = rule.trim_matches('`');
        if rule.matches('`').count() == 2 && name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)) {
            rules.entry(name.to_string()).or_default().extend(cells.last().map_or(Vec::new(), |cell| quoted(cell)));
        }
    }
    rules
}

/// String literals of the stage's code that have the form of a rule: `money.unit`.
fn in_code() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut literals = BTreeSet::new();
    for path in files(&root("src/quantity"), "rs") {
        for literal in read(&path).split('"').skip(1).step_by(2) {
            literals.insert(literal.to_string());
        }
    }
    let dotted = |literal: &String| {
        let mut parts = literal.split('.');
        let word = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        };
        word(parts.next()) && word(parts.next()) && parts.next().is_none()
    };
    let rules = literals.iter().filter(|literal| dotted(literal)).cloned().collect();
    (literals, rules)
}

#[test]
fn every_rule_of_the_code_is_documented_and_every_documented_rule_exists() {
    let documented = documented();
    let (literals, rules) = in_code();
    assert!(rules.len() > 30, "the literals of the stage were read: {rules:?}");
    let missing: Vec<_> = rules.iter().filter(|rule| !documented.contains_key(*rule)).collect();
    assert!(missing.is_empty(), "in no table of docs/QUANTITIES.md: {missing:?}");
    let unknown: Vec<_> = documented.keys().filter(|rule| !literals.contains(*rule)).collect();
    assert!(unknown.is_empty(), "no code has these rules: {unknown:?}");
}

#[test]
fn every_example_is_decided_by_its_rule() {
    let mut faults = Vec::new();
    for (rule, examples) in documented() {
        assert!(!examples.is_empty(), "{rule} has no example");
        for example in examples {
            let mut decided: Vec<&str> = extractor().quantities(&example).iter().map(|found| found.rule).collect();
            decided.extend(extractor().numbers(&example).iter().map(|found| found.rule));
            if !decided.contains(&rule.as_str()) {
                faults.push(format!("{rule}: {example} is decided by {decided:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

mod walk_through {
    use super::*;
    use regex::Regex;
    use std::process::Command;

    /// The commands of the blocks marked `console`, each with the lines shown below it.
    fn commands(page: &str) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        let mut inside = false;
        for line in page.lines() {
            match (line, line.strip_prefix("$ ")) {
                ("```console", _) => inside = true,
                ("```", _) => inside = false,
                (_, Some(command)) if inside => found.push((command.to_string(), Vec::new())),
                _ if inside => found.last_mut().expect("a block begins with a command").1.push(line.to_string()),
                _ => {}
            }
        }
        found
    }

    /// Line numbers of the built-in tables move with every row that is added, numbers of articles and places grow.
    fn settled(line: &str) -> String {
        let numbers = Regex::new(r"(^|[ (])([a-z_]+\.tsv):\d+").expect("a pattern");
        let sizes = Regex::new(r"\d+( of \d+)? (documents|places|suggestions)\b").expect("a pattern");
        sizes.replace_all(&numbers.replace_all(line.trim_end(), "$1$2:N"), "N $2").into_owned()
    }

    /// Whether the printed lines are the shown ones; a line `…` stands for any number of lines.
    fn matches(shown: &[String], printed: &[String]) -> bool {
        match shown.split_first() {
            None => printed.is_empty(),
            Some((line, rest)) if line == "…" => (0..=printed.len()).any(|skip| matches(rest, &printed[skip..])),
            Some((line, rest)) => printed.first() == Some(line) && matches(rest, &printed[1..]),
        }
    }

    #[test]
    fn skipped_lines_match_any() {
        let lines = |text: &str| text.lines().map(str::to_string).collect::<Vec<_>>();
        assert!(matches(&lines("a\n…\nd"), &lines("a\nb\nc\nd")) && matches(&lines("…"), &[]));
        assert!(!matches(&lines("a\n…\nd"), &lines("a\nb\nc")) && !matches(&lines("a"), &lines("a\nb")));
        assert_eq!(settled("rule units.tsv:98, my-dict/units.tsv:2"), "rule units.tsv:N, my-dict/units.tsv:2");
    }

    /// Runs the page from top to bottom in one folder, as its reader does.
    #[test]
    #[cfg(unix)]
    fn every_command_prints_what_the_page_shows() {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root("corpora"), folder.path().join("corpora")).expect("a link");
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_duikou")).parent().expect("a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let commands = commands(&read(&root("docs/TUNING.md")));
        assert!(commands.len() >= 12, "{commands:?}");
        for (command, shown) in commands {
            let script = format!("{{ {command}\n}} 2>&1");
            let mut shell = Command::new("sh");
            let run = shell.arg("-c").arg(script).current_dir(folder.path()).env("PATH", &path).output();
            let printed = String::from_utf8(run.expect("a shell").stdout).expect("UTF-8");
            let printed: Vec<String> = printed.trim_end().lines().map(settled).collect();
            let shown: Vec<String> = shown.iter().map(|line| settled(line)).collect();
            assert!(
                matches(&shown, &printed),
                "$ {command}\nprinted:\n{}\nshown:\n{}",
                printed.join("\n"),
                shown.join("\n")
            );
        }
    }
}
