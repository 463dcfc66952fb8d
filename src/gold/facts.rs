//! Annotated documents to gold facts.
//!
//! A person's word stands: span, label, relations, status, and the fields of the note. What nobody said is read from the
//! text: the value of a new or moved span, the context of a new fact.

use super::{Annotated, GoldFact, GoldFile, Mark, Relation, Side};
use crate::error::ReadError;
use crate::eval::stem;
use crate::lexicon::PlaceId;
use crate::mention::{Mention, MentionKind};
use crate::output::{self, CodePoints, FactRecord};
use crate::pipeline::{Extraction, Extractor};
use crate::report::note::{self, Note};
use crate::span::{Span, inside};
use std::collections::BTreeSet;

/// A document's gold, and what the program itself says of the same text.
pub struct Made {
    /// The gold.
    pub gold: GoldFile,
    /// The program's facts.
    pub found: Vec<FactRecord>,
    /// The extraction that they come from.
    pub extraction: Extraction,
    /// What a person should look at: values that were read from the text or could not be.
    pub remarks: Vec<String>,
}

/// The kind that a label stands for: `MONEY` → money; None for names and labels of others.
pub(super) fn kind_of(label: &str) -> Option<&'static str> {
    ["money", "area", "count", "percent", "length"].into_iter().find(|kind| kind.eq_ignore_ascii_case(label))
}

/// Gold out of an annotated document.
///
/// # Errors
/// When a relation goes to what is no place, or has no other side; when a note says what cannot be.
pub fn make(extractor: &Extractor, annotated: &Annotated) -> Result<Made, ReadError> {
    let document = &annotated.document;
    let extraction = extractor.extract(document);
    let found = output::fact_records(extractor.lexicon(), document, &extraction.facts);
    let points = CodePoints::new(&document.text);
    let (cities, remarks) = (BTreeSet::new(), Vec::new());
    let mut maker = Maker { extractor, annotated, extraction: &extraction, found: &found, points, cities, remarks };
    maker.cities = maker.cities();
    let mut facts = Vec::new();
    for at in maker.facts() {
        facts.push(maker.fact(at).map_err(|reason| annotated.origin.fault(reason))?);
    }
    let date = extraction.layout.date.map(|date| date.to_string());
    let gold = GoldFile { doc: stem(&document.id), date, partial: false, facts };
    let remarks = maker.remarks;
    Ok(Made { gold, found, extraction, remarks })
}

/// The words around a stretch of a text, on its line, for people who read the gold.
pub(super) fn around(text: &str, start: usize, end: usize) -> String {
    let bytes = |walk: &mut dyn Iterator<Item = char>| -> usize {
        walk.take_while(|c| !matches!(c, '\n' | '\r')).take(6).map(char::len_utf8).sum()
    };
    let before = bytes(&mut text[..start].chars().rev());
    let behind = bytes(&mut text[end..].chars());
    text[start - before..end + behind].to_string()
}

/// A city as the output names it, and the place below city level, if it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    city: String,
    fine: Option<String>,
}

/// A pair of a fact with the pair below city level.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    helper: String,
    recipient: String,
    fine: Option<String>,
}

struct Maker<'m> {
    extractor: &'m Extractor,
    annotated: &'m Annotated,
    extraction: &'m Extraction,
    found: &'m [FactRecord],
    points: CodePoints<'m>,
    /// All cities that names of the document stand for, agencies aside.
    cities: BTreeSet<String>,
    remarks: Vec<String>,
}

impl Maker<'_> {
    /// The marks that are facts, by place, each place and kind once.
    fn facts(&self) -> Vec<usize> {
        let marks = &self.annotated.marks;
        let mut facts: Vec<usize> = (0..marks.len()).filter(|at| kind_of(&marks[*at].label).is_some()).collect();
        facts.sort_by_key(|at| (marks[*at].span, *at));
        facts.dedup_by_key(|at| (marks[*at].span, kind_of(&marks[*at].label)));
        facts
    }

    fn text(&self, span: Span) -> &str {
        span.of(&self.annotated.document.text)
    }

    fn fact(&mut self, at: usize) -> Result<GoldFact, String> {
        let mark = &self.annotated.marks[at];
        let kind = kind_of(&mark.label).unwrap_or_default();
        let note = Note::parse(mark.note.as_deref().unwrap_or_default());
        let (start, end) = (self.points.at(mark.span.start), self.points.at(mark.span.end));
        let text = self.text(mark.span).to_string();
        let named = |reason: String| format!("{text} at {start}: {reason}");
        let own = self.found.iter().find(|fact| (fact.start, fact.end) == (start, end) && fact.kind == kind);
        let overlapping = || self.found.iter().find(|fact| fact.start < end && start < fact.end);
        let carried = note.get("text").is_some();
        let mut fact = match own.or_else(overlapping).filter(|_| !carried) {
            Some(near) => context_of(near),
            None => GoldFact::default(),
        };
        fact.text.clone_from(&text);
        fact.ctx = around(&self.annotated.document.text, mark.span.start, mark.span.end);
        fact.kind = kind.to_string();
        (fact.start, fact.end) = (start, end);
        let as_written = note.get("text") == Some(text.as_str()) && note.get("kind") == Some(kind);
        if !as_written && (!carried || self.untouched(&note)) {
            self.read_value(&mut fact, mark.span, own);
            // A value that a person wrote beside a new fact.
            if !carried {
                take_value(&mut fact, &note);
            }
        } else {
            take_value(&mut fact, &note);
        }
        take_context(&mut fact, &note);
        if let Some(planned) = mark.planned {
            fact.status = if planned { "planned" } else { "actual" }.to_string();
        }
        fact.optional = mark.optional;
        fact.note.clone_from(&note.remark);
        check(&fact).map_err(named)?;
        let pairs = self.pairs(at, &note, own).map_err(named)?;
        for pair in pairs {
            let city = format!("{}>{}", pair.helper, pair.recipient);
            if !fact.pairs.contains(&city) {
                fact.pairs.push(city);
            }
            fact.fine.extend(pair.fine.filter(|fine| !fact.fine.contains(fine)));
        }
        Ok(fact)
    }

    /// Whether the value of a note is still the one that the program wrote for the words that stand in it.
    fn untouched(&self, note: &Note) -> bool {
        let written = self.found.iter().filter(|fact| note.get("text") == Some(fact.text.as_str()));
        let keys = ["value", "low", "high", "unit", "bound"];
        written
            .map(|fact| Note::parse(&note::write(fact, false)))
            .any(|own| keys.iter().all(|key| own.get(key) == note.get(key)))
    }

    /// The value of a span from its words; says so.
    fn read_value(&mut self, fact: &mut GoldFact, span: Span, own: Option<&FactRecord>) {
        let text = &self.annotated.document.text;
        let here = self.extraction.quantities.iter().find(|quantity| quantity.span == span);
        let alone = self.extractor.quantities(self.text(span));
        let whole = |quantity: &&crate::quantity::Quantity| quantity.span == Span::new(0, span.len());
        let read = here.map(|quantity| (text.as_str(), quantity));
        let read = read.or_else(|| alone.iter().find(whole).map(|quantity| (self.text(span), quantity)));
        let read = read.filter(|(_, quantity)| quantity.valued && quantity.kind.name() == fact.kind);
        let record = read.and_then(|(text, quantity)| {
            output::quantity_records(text, std::slice::from_ref(quantity)).into_iter().next()
        });
        let at = format!("{} at {}", fact.text, fact.start);
        match record {
            Some(record) => {
                (fact.value, fact.low, fact.high) = (record.value, record.low, record.high);
                (fact.unit, fact.bound) = (record.unit, record.bound.to_string());
                if own.is_none() {
                    let value = fact.value.clone().unwrap_or_else(|| "a range".to_string());
                    self.remarks.push(format!("{at}: read from the text as {value} {}", fact.unit));
                }
            }
            None => self.remarks.push(format!("{at}: gives no value of this kind; fill it in")),
        }
    }

    /// The pairs: those of the relations; where the form has none, those of the note, else the program's own.
    fn pairs(&self, at: usize, note: &Note, own: Option<&FactRecord>) -> Result<Vec<Pair>, String> {
        let written = note.get("pairs").map(pairs_of).transpose()?;
        let Some(relations) = &self.annotated.relations else {
            let carried = note.get("text").is_some();
            let own = own.filter(|_| !carried).map(|fact| note::write(fact, false));
            let own = own.map(|line| Note::parse(&line).get("pairs").map_or(Ok(Vec::new()), pairs_of)).transpose()?;
            return Ok(written.or(own).unwrap_or_default());
        };
        let helpers = self.side(at, relations, Side::Helper)?;
        let recipients = self.side(at, relations, Side::Recipient)?;
        let has = |side: &[Vec<Named>], city: &String| side.iter().flatten().any(|named| named.city == *city);
        // A city that the article names nowhere cannot be related.
        let stands = |side: &[Vec<Named>], city: &String| has(side, city) || !self.cities.contains(city);
        let mut pairs = written.unwrap_or_default();
        pairs.retain(|pair| stands(&helpers, &pair.helper) && stands(&recipients, &pair.recipient));
        let fresh = |side: &[Vec<Named>], of: fn(&Pair) -> &String| -> Vec<bool> {
            side.iter().map(|one| !one.iter().any(|named| pairs.iter().any(|pair| *of(pair) == named.city))).collect()
        };
        let (new_helpers, new_recipients) =
            (fresh(&helpers, |pair| &pair.helper), fresh(&recipients, |pair| &pair.recipient));
        for (side, fresh, other) in [("helper", &new_helpers, &recipients), ("recipient", &new_recipients, &helpers)] {
            if fresh.contains(&true) && other.is_empty() {
                return Err(format!("it has a {side} and no other side"));
            }
        }
        for (h, helper) in helpers.iter().enumerate() {
            for (r, recipient) in recipients.iter().enumerate() {
                if new_helpers[h] || new_recipients[r] {
                    combine(&mut pairs, helper, recipient);
                }
            }
        }
        Ok(pairs)
    }

    /// What the relations of a fact name as one of its sides: for each relation the cities.
    fn side(&self, at: usize, relations: &[Relation], side: Side) -> Result<Vec<Vec<Named>>, String> {
        let marks = &self.annotated.marks;
        let same = |mark: &Mark| (mark.span, &mark.label) == (marks[at].span, &marks[at].label);
        let mut names: Vec<Vec<Named>> = Vec::new();
        for relation in relations.iter().filter(|relation| relation.side == side) {
            let fact_first = kind_of(&marks[relation.from].label).is_some();
            let (from, to) = if fact_first { (relation.from, relation.to) } else { (relation.to, relation.from) };
            if !same(&marks[from]) {
                continue;
            }
            let named = self.named(&marks[to], side);
            if named.is_empty() {
                return Err(format!("`{}` is no place of the dictionaries", self.text(marks[to].span)));
            }
            if !names.contains(&named) {
                names.push(named);
            }
        }
        Ok(names)
    }

    fn cities(&self) -> BTreeSet<String> {
        let names = self.annotated.marks.iter();
        let names = names.filter(|mark| kind_of(&mark.label).is_none() && !mark.label.eq_ignore_ascii_case("agency"));
        let both = names.flat_map(|mark| [Side::Helper, Side::Recipient].map(|side| self.named(mark, side)));
        both.flatten().map(|named| named.city).collect()
    }

    /// The cities that a name stands for as one of the sides: what it is in the article, else what it is by itself.
    fn named(&self, mark: &Mark, side: Side) -> Vec<Named> {
        let here = inside(&self.extraction.mentions, mark.span, |mention| mention.span);
        let agency = mark.label.eq_ignore_ascii_case("agency");
        let wanted =
            |mention: &&Mention, span: Span| mention.span == span && (mention.kind == MentionKind::Agency) == agency;
        let found = self.places(here.iter().filter(|mention| wanted(mention, mark.span)), side);
        if !found.is_empty() {
            return found;
        }
        let words = crate::document::Document::new("", self.text(mark.span));
        let alone = self.extractor.extract(&words).mentions;
        self.places(alone.iter().filter(|mention| wanted(mention, Span::new(0, words.text.len()))), side)
    }

    fn places<'a>(&self, mentions: impl Iterator<Item = &'a Mention>, side: Side) -> Vec<Named> {
        let lexicon = self.extractor.lexicon();
        let mut names: Vec<Named> = Vec::new();
        for mention in mentions {
            let compound = mention.compound.map(|index| &lexicon.compounds[index as usize]);
            let sides = compound.map(|compound| match side {
                Side::Helper => &compound.helpers,
                Side::Recipient => &compound.recipients,
            });
            let mut places: Vec<PlaceId> = sides.map_or_else(|| mention.place.into_iter().collect(), Clone::clone);
            // 和平 that nothing supports: what the words can mean, where that is one thing.
            if places.is_empty() && compound.is_none() {
                places = mention.candidates(lexicon).collect();
                if places.len() > 1 {
                    places.clear();
                }
            }
            for place in places {
                let Some(city) = lexicon.city_of(place) else { continue };
                let fine = (city != place).then(|| output::short(lexicon, place).to_string());
                let named = Named { city: output::short(lexicon, city).to_string(), fine };
                if !names.contains(&named) {
                    names.push(named);
                }
            }
        }
        names
    }
}

fn combine(pairs: &mut Vec<Pair>, helpers: &[Named], recipients: &[Named]) {
    for helper in helpers {
        for recipient in recipients {
            let name = |named: &Named| named.fine.clone().unwrap_or_else(|| named.city.clone());
            let fine = helper.fine.is_some() || recipient.fine.is_some();
            let fine = fine.then(|| format!("{}>{}", name(helper), name(recipient)));
            let pair = Pair { helper: helper.city.clone(), recipient: recipient.city.clone(), fine };
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
}

/// Pairs of a note: `深圳>河源 (宝安>龙川), 深圳>汕尾`.
fn pairs_of(text: &str) -> Result<Vec<Pair>, String> {
    let one = |text: &str| {
        let (city, fine) = match text.split_once('(') {
            Some((city, fine)) => (city, Some(fine.trim().trim_end_matches(')'))),
            None => (text, None),
        };
        let fault = || format!("`{text}` is no pair; write 深圳>河源 or 深圳>河源 (宝安>龙川)");
        let (helper, recipient) = city.trim().split_once('>').ok_or_else(fault)?;
        let filled = !helper.is_empty() && !recipient.is_empty() && fine.is_none_or(|fine| fine.contains('>'));
        let pair =
            Pair { helper: helper.to_string(), recipient: recipient.to_string(), fine: fine.map(str::to_string) };
        if filled { Ok(pair) } else { Err(fault()) }
    };
    text.split(',').map(str::trim).filter(|piece| !piece.is_empty()).map(one).collect()
}

/// What a fact of the program says beside value and pairs.
fn context_of(fact: &FactRecord) -> GoldFact {
    GoldFact {
        each: fact.each.clone(),
        of: fact.of.clone(),
        status: fact.status.to_string(),
        time: fact.time.clone(),
        ..GoldFact::default()
    }
}

fn take_value(fact: &mut GoldFact, note: &Note) {
    let carried = note.get("text").is_some();
    let given = |key: &str| note.get(key).filter(|value| !value.is_empty()).map(str::to_string);
    if carried || note.get("value").is_some() || note.get("low").is_some() || note.get("high").is_some() {
        (fact.value, fact.low, fact.high) = (given("value"), given("low"), given("high"));
    }
    for (key, field) in [("unit", &mut fact.unit), ("bound", &mut fact.bound)] {
        match note.get(key) {
            Some(value) => *field = value.to_string(),
            None if carried => field.clear(),
            None => {}
        }
    }
}

fn take_context(fact: &mut GoldFact, note: &Note) {
    let fields =
        [("each", &mut fact.each), ("of", &mut fact.of), ("status", &mut fact.status), ("time", &mut fact.time)];
    for (key, field) in fields {
        if let Some(value) = note.get(key) {
            *field = value.to_string();
        }
    }
    if fact.bound.is_empty() {
        fact.bound = if fact.low.is_some() { "range" } else { "exact" }.to_string();
    }
    if fact.status.is_empty() {
        fact.status = "actual".to_string();
    }
}

/// That a note holds what the fields can be.
fn check(fact: &GoldFact) -> Result<(), String> {
    const BOUNDS: [&str; 8] = ["exact", "about", "over", "at_least", "nearly", "under", "at_most", "range"];
    for number in [&fact.value, &fact.low, &fact.high].into_iter().flatten() {
        if number.parse::<rust_decimal::Decimal>().is_err() {
            return Err(format!("`{number}` is no number"));
        }
    }
    if !BOUNDS.contains(&fact.bound.as_str()) {
        return Err(format!("`{}` is no bound: {}", fact.bound, BOUNDS.join(", ")));
    }
    if !["actual", "planned"].contains(&fact.status.as_str()) {
        return Err(format!("`{}` is no status: actual, planned", fact.status));
    }
    Ok(())
}
