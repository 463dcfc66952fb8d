//! How one fact came about, step by step, with what was rejected beside it.

use super::terminal::{self, Look, Screen};
use super::{Tagged, explain, listing};
use crate::fact::Fact;
use crate::output::{self, CodePoints};
use crate::pairing::CityPair;
use crate::span::inside;
use std::fmt::Write;

/// The fact with this id (`demo.txt#56-59`); its last part alone (`56-59`) or the number in the listing (`#3`, `3`) will do.
pub fn find<'t>(tagged: Tagged<'t>, id: &str) -> Option<&'t Fact> {
    let facts = &tagged.extraction.facts;
    let points = CodePoints::new(&tagged.document.text);
    let place = match id.rsplit_once('#') {
        Some((doc, _)) if !doc.is_empty() && doc != tagged.document.id => return None,
        Some((_, place)) => place,
        None => id,
    };
    if let Ok(number) = place.parse::<usize>() {
        return number.checked_sub(1).and_then(|at| facts.get(at));
    }
    facts.iter().find(|fact| {
        let span = fact.quantity.span;
        format!("{}-{}", points.at(span.start), points.at(span.end)) == place
    })
}

/// The story of one fact.
pub fn story(tagged: Tagged<'_>, fact: &Fact, screen: Screen) -> String {
    let mut story = Story { tagged, fact, screen, out: listing::head(tagged, screen), step: 0 };
    story.sentence();
    story.value();
    story.numbers_beside();
    story.context();
    story.places();
    story.pairs();
    story.out
}

struct Story<'s> {
    tagged: Tagged<'s>,
    fact: &'s Fact,
    screen: Screen,
    out: String,
    step: usize,
}

impl Story<'_> {
    fn step(&mut self, title: &str) {
        self.step += 1;
        let title = self.screen.tint(Look::Strong, &format!("{}. {title}", self.step));
        let _ = writeln!(self.out, "\n{title}");
    }

    fn line(&mut self, what: &str, text: &str) {
        let label = terminal::pad(what, 14);
        let room = Screen { colour: false, ..self.screen };
        let text = terminal::wrap(room, text, &[], 17);
        let _ = writeln!(self.out, "   {}{text}", self.screen.tint(Look::Faint, &label));
    }

    fn sentence(&mut self) {
        self.step("The sentence");
        let marks = listing::marks(self.tagged);
        let marked = listing::relative(&marks, self.fact.sentence);
        let text = terminal::wrap(self.screen, self.tagged.text(self.fact.sentence), &marked, 3);
        let _ = writeln!(self.out, "   {text}");
    }

    fn value(&mut self) {
        self.step("The expression and its value");
        let quantity = &self.fact.quantity;
        let (tagged, text) = (self.tagged, self.tagged.text(quantity.span));
        self.line("read", text);
        if quantity.outer != quantity.span {
            self.line("with hedges", tagged.text(quantity.outer));
        }
        self.line("kind", quantity.kind.name());
        self.line("value", &explain::value(&tagged.document.text, quantity));
        let steps = explain::arithmetic(tagged.lexicon, text, quantity);
        if !steps.is_empty() {
            self.line("arithmetic", &steps);
        }
        self.line("rule", &tagged.cited(quantity.rule, quantity.row));
        for flag in output::flags(&tagged.document.text, self.fact) {
            self.line("flag", &flag);
        }
    }

    fn numbers_beside(&mut self) {
        let tagged = self.tagged;
        let beside = inside(&tagged.extraction.quantities, self.fact.sentence, |quantity| quantity.span);
        self.step("Other numbers of the sentence");
        if beside.len() < 2 {
            self.line("none", "");
        }
        for quantity in beside.iter().filter(|quantity| quantity.span != self.fact.quantity.span) {
            let rule = tagged.cited(quantity.rule, quantity.row);
            let verdict = match tagged.fact_of(quantity) {
                Some((at, _)) => format!("fact #{}: {rule}", at + 1),
                None => format!("no fact: {} ({}): {rule}", explain::kind(quantity.kind), quantity.kind.name()),
            };
            self.line(tagged.text(quantity.span), &verdict);
        }
    }

    fn context(&mut self) {
        self.step("What it says");
        let (tagged, context) = (self.tagged, &self.fact.context);
        let or_dash = |span: Option<crate::span::Span>| span.map_or("–", |span| tagged.text(span));
        self.line("of", or_dash(context.of));
        self.line("each", or_dash(context.each));
        let status = if context.planned { "planned" } else { "actual" };
        let row = context.status_row.map_or_else(String::new, |row| format!(": {}", tagged.lexicon.cite(row)));
        self.line("status", &format!("{status}{row}"));
        self.line("time", if context.time.is_empty() { "– (the sentence names none)" } else { &context.time });
    }

    fn places(&mut self) {
        self.step("Places of the sentence");
        let tagged = self.tagged;
        let mentions = inside(&tagged.extraction.mentions, self.fact.sentence, |mention| mention.span);
        if mentions.is_empty() {
            self.line("none", "");
        }
        for mention in mentions {
            let rule = tagged.cited(mention.rule, mention.row);
            let verdict = match tagged.referent(mention) {
                Some((name, code)) => format!("{} {name} {code}: {rule}", mention.kind.name()),
                None => format!("rejected: {}: {rule}", said(mention.rule)),
            };
            self.line(tagged.text(mention.span), &verdict);
        }
    }

    fn pairs(&mut self) {
        self.step("Whose it is");
        let (tagged, decision) = (self.tagged, &self.fact.decision);
        self.line("rule", &format!("{}: {}", decision.rule, said(decision.rule)));
        if decision.pairs.is_empty() {
            self.line("answer", "no pair");
        }
        for pair in &decision.pairs {
            self.line("answer", &listing::pair(tagged, pair));
            for piece in &pair.evidence {
                let words = piece.span.map_or_else(String::new, |span| format!("{}: ", tagged.text(span)));
                if piece.row.is_some() || piece.span.is_some() {
                    self.line("  because", &format!("{words}{}", tagged.cited(piece.rule, piece.row)));
                }
            }
        }
        let own: Vec<String> = decision.pairs.iter().map(|pair| cities_named(tagged, pair.cities)).collect();
        for answer in losing(tagged, self.fact) {
            let pairs = if answer.same { "the same" } else { &answer.pairs };
            self.line("asked later", &format!("{pairs}: {}: {}", answer.rule, said(answer.rule)));
        }
        for (pair, count) in pair_counts(tagged).iter().filter(|(pair, _)| !own.contains(pair)) {
            self.line("not", &format!("{pair}, to which {count} facts of the article belong"));
        }
    }
}

/// What a rule would have answered, had those before it been silent.
pub(super) struct Losing {
    pub(super) rule: &'static str,
    /// `深圳>汕尾; 深圳>河源`, or that there is none.
    pub(super) pairs: String,
    /// Whether the cities are those of the decision.
    pub(super) same: bool,
}

/// The answers of the rules that stand behind the one that decided, in the order in which they would have been asked; none
/// unless the extraction was explained.
pub(super) fn losing(tagged: Tagged<'_>, fact: &Fact) -> Vec<Losing> {
    let facts = &tagged.extraction.facts;
    let at = facts.partition_point(|other| other.quantity.span.start < fact.quantity.span.start);
    let answers = tagged.extraction.answers.get(at).map_or(&[][..], |answers| answers.get(1..).unwrap_or_default());
    let named = |cities: &mut dyn Iterator<Item = CityPair>| {
        let mut names: Vec<String> = cities.map(|cities| cities_named(tagged, cities)).collect();
        names.sort();
        names.dedup();
        names
    };
    let own = named(&mut fact.decision.pairs.iter().map(|pair| pair.cities));
    let losing = answers.iter().map(|answer| {
        let names = named(&mut answer.pairs.iter().copied());
        let pairs = if names.is_empty() { "no pair".to_string() } else { names.join("; ") };
        Losing { rule: answer.rule, pairs, same: names == own }
    });
    losing.collect()
}

/// The words for a rule, else what its name says.
fn said(rule: &str) -> String {
    let words = explain::rule(rule);
    if words.is_empty() { rule.rsplit('.').next().unwrap_or(rule).replace('_', " ") } else { words.to_string() }
}

/// The pairs that facts of the article belong to, as `深圳>汕尾`, with the number of facts.
pub(super) fn pair_counts(tagged: Tagged<'_>) -> Vec<(String, usize)> {
    let mut counts: Vec<(CityPair, usize)> = Vec::new();
    for pair in tagged.extraction.facts.iter().flat_map(|fact| &fact.decision.pairs) {
        match counts.iter_mut().find(|(cities, _)| *cities == pair.cities) {
            Some((_, count)) => *count += 1,
            None => counts.push((pair.cities, 1)),
        }
    }
    counts.into_iter().map(|(cities, count)| (cities_named(tagged, cities), count)).collect()
}

fn cities_named(tagged: Tagged<'_>, cities: CityPair) -> String {
    let short = |id| crate::output::short(tagged.lexicon, id);
    format!("{}>{}", short(cities.helper), short(cities.recipient))
}
