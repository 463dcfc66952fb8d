//! Documents for annotation tools: brat, doccano, Label Studio, CoNLL.
//!
//! Places, agencies, parks, compounds and facts are entities; a fact points to the mentions of its helpers and
//! recipients, and carries its fields as a [`note`]. All offsets are code points. `gold` reads these forms back.

use super::{Tagged, note};
use crate::fact::Fact;
use crate::lexicon::PlaceId;
use crate::mention::{Mention, MentionKind};
use crate::output::{self, CodePoints, FactRecord};
use crate::pairing::Pair;
use crate::span::Span;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Labels of entities, in the order in which they are listed.
pub const LABELS: [&str; 9] = ["PLACE", "AGENCY", "PARK", "COMPOUND", "MONEY", "AREA", "COUNT", "PERCENT", "LENGTH"];

/// The file in brat's folder that lists the documents.
pub const BRAT_DOCUMENTS: &str = "documents.jsonl";

/// An entity: a mention or a fact.
struct Entity<'e> {
    span: Span,
    label: String,
    fact: Option<(&'e Fact, FactRecord)>,
}

/// A relation from a fact to one of its sides, by place in the list of entities.
struct Relation {
    from: usize,
    to: usize,
    side: &'static str,
}

/// The entities of a document by start, and their relations.
struct Annotations<'a> {
    entities: Vec<Entity<'a>>,
    relations: Vec<Relation>,
}

impl<'a> Annotations<'a> {
    fn of(tagged: Tagged<'a>) -> Self {
        let mentions: Vec<&Mention> =
            tagged.extraction.mentions.iter().filter(|mention| tagged.referent(mention).is_some()).collect();
        let names = mentions.iter().map(|mention| Entity {
            span: mention.span,
            label: mention.kind.name().to_uppercase(),
            fact: None,
        });
        let facts = &tagged.extraction.facts;
        let records = output::fact_records(tagged.lexicon, tagged.document, facts);
        let facts = facts.iter().zip(records).map(|(fact, record)| Entity {
            span: fact.quantity.span,
            label: fact.quantity.kind.name().to_uppercase(),
            fact: Some((fact, record)),
        });
        let mut entities: Vec<Entity<'a>> = names.chain(facts).collect();
        entities.sort_by_key(|entity| (entity.span.start, std::cmp::Reverse(entity.span.end)));
        let relations = relations(tagged, &mentions, &entities);
        Self { entities, relations }
    }
}

fn relations(tagged: Tagged<'_>, mentions: &[&Mention], entities: &[Entity<'_>]) -> Vec<Relation> {
    // 深潮指挥部 is a park and an agency in one place; what stands for a side is never the agency.
    let agency = MentionKind::Agency.name().to_uppercase();
    let names = entities.iter().enumerate().filter(|(_, entity)| entity.fact.is_none() && entity.label != agency);
    let by_span: FxHashMap<Span, usize> = names.map(|(at, entity)| (entity.span, at)).collect();
    let mut relations: Vec<Relation> = Vec::new();
    for (from, fact) in entities.iter().enumerate().filter_map(|(at, entity)| Some((at, entity.fact.as_ref()?.0))) {
        for pair in &fact.decision.pairs {
            for (side, city) in [("helper", pair.cities.helper), ("recipient", pair.cities.recipient)] {
                let anchor = anchor(tagged, mentions, fact, pair, side, city);
                let Some(&to) = anchor.and_then(|span| by_span.get(&span)) else { continue };
                let mut own = relations.iter().rev().take_while(|other| other.from == from);
                if !own.any(|other| (other.to, other.side) == (to, side)) {
                    relations.push(Relation { from, to, side });
                }
            }
        }
    }
    relations
}

/// The mention that stands for a side: the last one inside its evidence (宝安区 of 深圳市宝安区), else the nearest mention
/// of the city before the fact, else behind it.
fn anchor(
    tagged: Tagged<'_>,
    mentions: &[&Mention],
    fact: &Fact,
    pair: &Pair,
    side: &str,
    city: PlaceId,
) -> Option<Span> {
    let of_city = |mention: &&&Mention| {
        mention.kind != MentionKind::Agency
            && refers(tagged, mention).any(|place| tagged.lexicon.city_of(place) == Some(city))
    };
    let evidence = pair.evidence.iter().filter(|piece| piece.rule == side).find_map(|piece| piece.span);
    let inside =
        evidence.and_then(|span| crate::span::inside(mentions, span, |mention| mention.span).iter().rfind(of_city));
    let (before, behind) =
        mentions.split_at(mentions.partition_point(|mention| mention.span.start < fact.quantity.span.start));
    let nearest = || before.iter().rfind(of_city).or_else(|| behind.iter().find(of_city));
    inside.or_else(nearest).map(|mention| mention.span)
}

/// The places that a mention refers to: one, or both sides of a compound.
fn refers<'t>(tagged: Tagged<'t>, mention: &Mention) -> impl Iterator<Item = PlaceId> + 't {
    let compound = mention.compound.map(|index| &tagged.lexicon.compounds[index as usize]);
    let sides = compound.into_iter().flat_map(|compound| compound.helpers.iter().chain(&compound.recipients).copied());
    mention.place.into_iter().chain(sides)
}

/// A line of doccano's JSON lines for projects with relations; what is not text and labels becomes metadata there.
pub fn doccano(tagged: Tagged<'_>) -> Value {
    let Annotations { entities, relations } = Annotations::of(tagged);
    let points = CodePoints::new(&tagged.document.text);
    let listed: Vec<Value> = entities
        .iter()
        .enumerate()
        .map(|(id, entity)| {
            json!({"id": id, "label": entity.label,
                "start_offset": points.at(entity.span.start), "end_offset": points.at(entity.span.end)})
        })
        .collect();
    let related: Vec<Value> = relations
        .iter()
        .enumerate()
        .map(|(id, one)| json!({"id": entities.len() + id, "from_id": one.from, "to_id": one.to, "type": one.side}))
        .collect();
    let facts: Vec<Value> = entities
        .iter()
        .filter_map(|entity| {
            let (_, record) = entity.fact.as_ref()?;
            Some(json!({"start": record.start, "end": record.end, "note": note::write(record, true)}))
        })
        .collect();
    let mut line = data(tagged);
    line.extend([("entities", json!(listed)), ("relations", json!(related)), ("facts", json!(facts))].map(named));
    Value::Object(line)
}

/// What a document is beside its annotations; title and date only where they stand beside the text.
fn data(tagged: Tagged<'_>) -> Map<String, Value> {
    let document = tagged.document;
    let mut data = Map::from_iter([("text", json!(document.text)), ("doc", json!(document.id))].map(named));
    data.extend(document.title.iter().map(|title| named(("title", json!(title)))));
    data.extend(document.date.iter().map(|date| named(("date", json!(date.to_string())))));
    data
}

fn named((name, value): (&str, Value)) -> (String, Value) {
    (name.to_string(), value)
}

/// The line for a document in the file that stands beside brat's, which have no place for its id, title and date.
pub fn brat_document(tagged: Tagged<'_>, file: &str) -> Value {
    let mut line = data(tagged);
    line.remove("text");
    line.insert("file".to_string(), json!(file));
    Value::Object(line)
}

/// A task of Label Studio with its predictions.
pub fn label_studio(tagged: Tagged<'_>) -> Value {
    let Annotations { entities, relations } = Annotations::of(tagged);
    let points = CodePoints::new(&tagged.document.text);
    let labelled = entities.iter().enumerate().map(|(id, entity)| {
        json!({"id": format!("e{id}"), "from_name": "label", "to_name": "text", "type": "labels",
            "value": {"start": points.at(entity.span.start), "end": points.at(entity.span.end),
                "text": tagged.text(entity.span), "labels": [entity.label]}})
    });
    let facts = entities.iter().enumerate().filter_map(|(id, entity)| Some((id, entity.fact.as_ref()?)));
    let fields = facts.flat_map(|(id, (fact, record))| {
        let of_region = |name: &str, kind: &str, what: &str, value: Value| {
            json!({"id": format!("e{id}"), "from_name": name, "to_name": "text", "type": kind,
                "value": {"start": record.start, "end": record.end, what: value}})
        };
        let planned = fact.context.planned.then(|| of_region("status", "choices", "choices", json!(["planned"])));
        let note = of_region("fields", "textarea", "text", json!([note::write(record, false)]));
        std::iter::once(note).chain(planned).collect::<Vec<_>>()
    });
    let related = relations.iter().map(|one| {
        json!({"from_id": format!("e{}", one.from), "to_id": format!("e{}", one.to), "type": "relation",
            "direction": "right", "labels": [one.side]})
    });
    let result: Vec<Value> = labelled.chain(fields).chain(related).collect();
    json!({"data": data(tagged),
        "predictions": [{"model_version": concat!("duikou ", env!("CARGO_PKG_VERSION")), "result": result}]})
}

/// The `.ann` file that stands beside the text in brat.
pub fn brat(tagged: Tagged<'_>) -> String {
    let Annotations { entities, relations } = Annotations::of(tagged);
    let points = CodePoints::new(&tagged.document.text);
    let mut out = String::new();
    for (id, entity) in entities.iter().enumerate() {
        let pieces = lines(tagged.text(entity.span), entity.span.start);
        let places: Vec<String> =
            pieces.iter().map(|piece| format!("{} {}", points.at(piece.start), points.at(piece.end))).collect();
        let texts: Vec<&str> = pieces.iter().map(|piece| tagged.text(*piece)).collect();
        let _ = writeln!(out, "T{}\t{} {}\t{}", id + 1, entity.label, places.join(";"), texts.join(" "));
    }
    for (id, one) in relations.iter().enumerate() {
        let _ = writeln!(out, "R{}\t{} Arg1:T{} Arg2:T{}", id + 1, one.side, one.from + 1, one.to + 1);
    }
    let facts = entities.iter().enumerate().filter_map(|(at, entity)| Some((at + 1, entity.fact.as_ref()?)));
    for (id, (at, (fact, record))) in facts.enumerate() {
        if fact.context.planned {
            let _ = writeln!(out, "A{}\tPlanned T{at}", id + 1);
        }
        let _ = writeln!(out, "#{}\tAnnotatorNotes T{at}\t{}", id + 1, note::write(record, false));
    }
    out
}

/// The pieces of an expression between its line breaks, which no span of brat may cross.
fn lines(text: &str, start: usize) -> Vec<Span> {
    let mut at = start;
    text.split('\n')
        .filter_map(|line| {
            let whole = Span::new(at, at + line.len());
            at = whole.end + 1;
            let trimmed = line.trim_end_matches('\r').len();
            (trimmed > 0).then(|| Span::new(whole.start, whole.start + trimmed))
        })
        .collect()
}

/// brat's `annotation.conf` for these labels.
pub fn brat_configuration() -> String {
    let names = LABELS[..4].join("|");
    let amounts = LABELS[4..].join("|");
    format!(
        "[entities]\n{}\n\n[relations]\nhelper\tArg1:{amounts}, Arg2:{names}\nrecipient\tArg1:{amounts}, Arg2:{names}\n\
         <OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n[events]\n\n[attributes]\nPlanned\tArg:{amounts}\n\
         Optional\tArg:{amounts}\n",
        LABELS.join("\n")
    )
}

/// The sentences in CoNLL's columns, a character a line: `深`, a tab, `B-PLACE`. White space is left out; of stretches that
/// overlap the facts win, then the longer ones; relations are lost.
pub fn conll(tagged: Tagged<'_>) -> String {
    let mut entities = Annotations::of(tagged).entities;
    entities.sort_by_key(|entity| (entity.fact.is_none(), std::cmp::Reverse(entity.span.len())));
    let mut kept: Vec<Entity<'_>> = Vec::new();
    let mut taken = std::collections::BTreeMap::new();
    for entity in entities {
        let before = taken.range(..entity.span.end).next_back();
        if before.is_none_or(|(_, end)| *end <= entity.span.start) {
            taken.insert(entity.span.start, entity.span.end);
            kept.push(entity);
        }
    }
    kept.sort_by_key(|entity| entity.span.start);
    let mut out = String::from("-DOCSTART-\tO\n\n");
    for sentence in &tagged.extraction.sentences {
        for (offset, c) in tagged.text(sentence.span).char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let at = sentence.span.start + offset;
            let entity = kept[..kept.partition_point(|entity| entity.span.start <= at)].last();
            let label = match entity.filter(|entity| at < entity.span.end) {
                Some(entity) if entity.span.start == at => format!("B-{}", entity.label),
                Some(entity) => format!("I-{}", entity.label),
                None => "O".to_string(),
            };
            let _ = writeln!(out, "{c}\t{label}");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_over_a_line_break_is_two_pieces() {
        assert_eq!(lines("2\r\n亿元", 10), [Span::new(10, 11), Span::new(13, 19)]);
        assert_eq!(lines("2亿元", 0), [Span::new(0, 7)]);
        assert_eq!(lines("2\n\n亿", 0), [Span::new(0, 1), Span::new(3, 6)]);
    }
}
