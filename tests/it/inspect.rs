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
