//! Places, compounds, agencies and pairs out of their rows: the part of the loader that knows codes and dates.

use super::Registry;
use super::load::Builder;
use super::tables::{
    Agency, AgencyCategory, Compound, Confidence, Cue, CueKind, Danger, Form, Level, Month, PairLevel, PairRow, Place,
    PlaceId, Sense, Strength,
};
use super::tsv::Row;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, HashMap};

/// Places, and the place that answers for a code.
#[derive(Clone, Copy)]
pub(super) struct Gazetteer<'g> {
    pub places: &'g [Place],
    pub by_code: &'g HashMap<String, PlaceId>,
}

impl Gazetteer<'_> {
    /// What a person may have meant by a cell that is no code: the code of that name, or codes like it.
    fn hint(self, cell: &str) -> String {
        if let Some(place) = self.places.iter().find(|place| place.name == cell || place.short == cell) {
            return format!("{} is {}", place.name, place.code);
        }
        let like = |code: &str| {
            code.len() == cell.len() && code.bytes().zip(cell.bytes()).filter(|(a, b)| a != b).count() == 1
        };
        let mut near: Vec<&Place> = self.places.iter().filter(|place| !place.abolished && like(&place.code)).collect();
        near.sort_by(|a, b| a.code.cmp(&b.code));
        let near: Vec<String> = near.iter().take(3).map(|place| format!("{} {}", place.code, place.name)).collect();
        if near.is_empty() { "places.tsv has no such row".to_string() } else { format!("like it: {}", near.join(", ")) }
    }
}

/// Whether the parents of a place come back to it. Real chains are four long.
fn circular(parents: &[Option<PlaceId>], index: usize) -> bool {
    let up = |id: &PlaceId| parents[id.0 as usize];
    std::iter::successors(parents[index], up).take(8).any(|id| id.0 as usize == index)
}

impl Builder {
    /// The places of a cell with codes, separated by `|`.
    fn place_cell(&mut self, row: &Row, column: usize, gazetteer: Gazetteer<'_>) -> Vec<PlaceId> {
        let mut found = Vec::new();
        for code in row.cells[column].split('|').filter(|code| !code.is_empty()) {
            match gazetteer.by_code.get(code) {
                Some(id) => found.push(*id),
                None => {
                    let hint = gazetteer.hint(code);
                    self.fault(row.at, column as u32 + 1, format!("unknown code {code}; {hint}"));
                }
            }
        }
        found
    }

    /// The months of a `from` and a `to` cell.
    fn interval(&mut self, row: &Row, column: usize) -> (Option<Month>, Option<Month>) {
        let mut month = |column: usize| {
            let cell = row.cells[column].as_str();
            let month = Month::parse(cell);
            if month.is_none() && !cell.is_empty() {
                let fault = format!("`{cell}` must be a year or a month, such as 2013 or 2013-11");
                self.fault(row.at, column as u32 + 1, fault);
            }
            month
        };
        let (from, to) = (month(column), month(column + 1));
        if from.zip(to).is_some_and(|(from, to)| from.first() > to.last()) {
            let fault = format!("`to` {} lies before `from` {}", row.cells[column + 1], row.cells[column]);
            self.fault(row.at, column as u32 + 2, fault);
        }
        (from, to)
    }

    /// Rows of `places.tsv`, then those of `divisions.tsv` in the same shape.
    pub(super) fn place_rows(&mut self) -> Vec<Row> {
        let mut rows = self.rows("places.tsv");
        for row in self.rows("divisions.tsv") {
            let [code, name, short, level, parent, source, note] = &row.cells[..] else { continue };
            let danger = if level == "town" { "high" } else { "med" };
            let cells = [code, name, short, level, parent, "", "", danger, "", source, note];
            rows.push(Row { at: row.at, cells: cells.iter().map(ToString::to_string).collect() });
        }
        rows
    }

    pub(super) fn places(&mut self, rows: &[Row]) -> (Vec<Place>, HashMap<String, PlaceId>) {
        let mut places = Vec::with_capacity(rows.len());
        let mut by_code: HashMap<String, PlaceId> = HashMap::new();
        for row in rows {
            let levels = [
                ("province", Level::Province),
                ("prefecture", Level::Prefecture),
                ("county", Level::County),
                ("zone", Level::Zone),
                ("town", Level::Town),
            ];
            let dangers = [("", Danger::None), ("low", Danger::Low), ("med", Danger::Medium), ("high", Danger::High)];
            let level = self.choice(row, 3, &levels).unwrap_or(Level::Town);
            let danger = self.choice(row, 7, &dangers).unwrap_or(Danger::High);
            let abolished = !row.cells[6].is_empty();
            let index = places.len() as u32;
            // 阳东县 and 阳东区 share a code: the unit in force answers for it.
            if !abolished || !by_code.contains_key(&row.cells[0]) {
                by_code.insert(row.cells[0].clone(), PlaceId(index));
            }
            places.push(Place {
                code: row.cells[0].clone(),
                name: row.cells[1].clone(),
                short: row.cells[2].clone(),
                level,
                parent: None,
                danger,
                abolished,
                row: row.at,
            });
        }
        let mut parents = Vec::with_capacity(places.len());
        for row in rows {
            let gazetteer = Gazetteer { places: &places, by_code: &by_code };
            parents.push(self.place_cell(row, 4, gazetteer).first().copied());
            self.interval(row, 5);
        }
        for (index, (row, parent)) in rows.iter().zip(&parents).enumerate() {
            let too_low = parent.is_some_and(|parent| places[parent.0 as usize].level >= places[index].level);
            if too_low && places[index].level != Level::Zone {
                self.fault(row.at, 5, "the parent must be a place of a higher level");
            } else if circular(&parents, index) {
                self.fault(row.at, 5, "the parents run in a circle; a place cannot lie in itself");
            } else {
                places[index].parent = *parent;
            }
        }
        (places, by_code)
    }

    pub(super) fn name_places(
        &mut self,
        rows: &[Row],
        places: &[Place],
        fold: &impl Fn(&str) -> String,
        senses: &mut BTreeMap<String, Vec<Sense>>,
    ) {
        for (index, (row, place)) in rows.iter().zip(places).enumerate() {
            let id = PlaceId(index as u32);
            let mut add = |surface: &str, form: Form| {
                if !surface.is_empty() {
                    let senses = senses.entry(fold(surface)).or_default();
                    if !senses.iter().any(|sense| matches!(sense, Sense::Place(other, _) if *other == id)) {
                        senses.push(Sense::Place(id, form));
                    }
                }
            };
            add(&place.name, Form::Full);
            for form in row.cells[8].split('|') {
                add(form, Form::Other);
            }
            add(&place.short, Form::Short);
            for (column, cell) in [(3, &row.cells[2]), (9, &row.cells[8])] {
                if cell.split('|').any(|form| form.chars().count() == 1) {
                    self.fault(row.at, column, "a form of one character would match everywhere; write two or more");
                }
            }
        }
    }

    pub(super) fn compounds(
        &mut self,
        gazetteer: Gazetteer<'_>,
        fold: &impl Fn(&str) -> String,
        senses: &mut BTreeMap<String, Vec<Sense>>,
    ) -> Vec<Compound> {
        let mut compounds = Vec::new();
        for row in self.rows("compounds.tsv") {
            let kinds = [("pair", ()), ("park", ()), ("zone", ()), ("body", ())];
            if self.choice(&row, 1, &kinds).is_none() {
                continue;
            }
            let helpers = self.place_cell(&row, 2, gazetteer);
            let recipients = self.place_cell(&row, 3, gazetteer);
            if helpers.is_empty() || recipients.is_empty() {
                self.fault(row.at, 3, "a compound needs a helper and a recipient");
                continue;
            }
            senses.entry(fold(&row.cells[0])).or_default().push(Sense::Compound(compounds.len() as u32));
            compounds.push(Compound { kind: row.cells[1].clone(), helpers, recipients, row: row.at });
        }
        compounds
    }

    pub(super) fn agencies(
        &mut self,
        gazetteer: Gazetteer<'_>,
        fold: &impl Fn(&str) -> String,
        cues: &mut BTreeMap<String, Vec<Cue>>,
    ) -> Vec<Agency> {
        let mut agencies = Vec::new();
        for row in self.rows("agencies.tsv") {
            let (Some(category), Some(strength)) =
                (self.choice(&row, 1, AgencyCategory::NAMES), self.choice(&row, 2, Strength::NAMES))
            else {
                continue;
            };
            let owner = self.place_cell(&row, 3, gazetteer).first().copied();
            let kind = CueKind::Agency(agencies.len() as u32);
            cues.entry(fold(&row.cells[0])).or_default().push(Cue { kind, row: row.at });
            agencies.push(Agency { category, strength, owner, row: row.at });
        }
        agencies
    }

    pub(super) fn registry(&mut self, gazetteer: Gazetteer<'_>) -> (Registry, FxHashSet<PlaceId>) {
        let mut registry = Registry::default();
        let mut helpers = FxHashSet::default();
        let places = gazetteer.places;
        let city = |mut id: PlaceId| {
            while places[id.0 as usize].level > Level::Prefecture {
                id = places[id.0 as usize].parent?;
            }
            Some(id)
        };
        let county = |id: PlaceId| {
            let above = places[id.0 as usize].parent.filter(|parent| places[parent.0 as usize].level == Level::County);
            above.filter(|_| places[id.0 as usize].level == Level::Town).unwrap_or(id)
        };
        for row in self.rows("pairs.tsv") {
            let helper = self.place_cell(&row, 0, gazetteer).first().copied();
            let recipient = self.place_cell(&row, 1, gazetteer).first().copied();
            let (from, to) = self.interval(&row, 2);
            let level = self.choice(&row, 5, PairLevel::NAMES);
            let confidence = self.choice(&row, 6, Confidence::NAMES);
            let (Some(helper), Some(recipient), Some(level), Some(confidence)) = (helper, recipient, level, confidence)
            else {
                continue;
            };
            if helper == recipient {
                self.fault(row.at, 2, "helper and recipient are the same place; nobody helps itself");
                continue;
            }
            let programme = row.cells[4].clone();
            let pair = PairRow { helper, recipient, from, to, programme, level, confidence, row: row.at };
            if let (Some(a), Some(b)) = (city(helper), city(recipient)) {
                if level == PairLevel::City {
                    helpers.insert(a);
                }
                if (a, b) != (helper, recipient) && a != b {
                    registry.entry((a, b)).or_default().push(pair.clone());
                }
            }
            // 张槎街道 helps 横山镇: 禅城 helps 廉江.
            let counties = (county(helper), county(recipient));
            if counties != (helper, recipient) && counties.0 != counties.1 {
                registry.entry(counties).or_default().push(pair.clone());
            }
            registry.entry((helper, recipient)).or_default().push(pair);
        }
        // What is sure stands last, where it is looked for first.
        registry.values_mut().for_each(|rows| rows.sort_by_key(PairRow::trusted));
        (registry, helpers)
    }
}
