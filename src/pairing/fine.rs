//! Sides below city level: which district helps which county.
//!
//! A fact's sentence seldom names both. What it leaves out is completed from the partners that the article states, and
//! from the county that the article is about.

use super::Input;
use super::relation::{CityPair, Reference, Relation, level};
use crate::lexicon::{Level, Lexicon, PlaceId};
use crate::span::Walk;
use std::collections::BTreeMap;

/// Helper and recipient, at least one of them below city level.
pub type Sides = (PlaceId, PlaceId);

/// What an article says of sides below city level.
#[derive(Debug, Clone, Default)]
pub struct Fines {
    /// Sides that are stated together, both below city level.
    stated: Vec<(CityPair, Sides)>,
    /// For each pair of cities the sides that the article is about, when it is about one of them.
    dominant: BTreeMap<CityPair, Sides>,
}

/// How often an article names a city itself, and each of its counties.
#[derive(Debug, Default)]
struct Named {
    whole: u32,
    below: BTreeMap<PlaceId, u32>,
}

impl Named {
    /// The county that half of the names below city level stand for or more, when it is named often enough to be what the
    /// article is about.
    fn leader(&self) -> Option<(PlaceId, u32)> {
        let all: u32 = self.below.values().sum();
        let (place, count) = self.below.iter().max_by_key(|(_, count)| **count)?;
        (count * 2 >= all).then_some((*place, *count))
    }
}

impl Fines {
    /// Reads references and relations of the sentences.
    pub fn of<'p>(
        input: &Input<'_>,
        references: &[Reference],
        relations: &[Relation],
        pairs: impl Iterator<Item = &'p CityPair>,
    ) -> Self {
        let lexicon = input.lexicon;
        let below = |id: PlaceId| !matches!(lexicon.place(id).level, Level::Prefecture | Level::Province);
        let mut stated: Vec<(CityPair, Sides)> = relations
            .iter()
            .filter_map(|relation| Some((relation.cities, relation.fine?)))
            .filter(|(_, (helper, recipient))| below(*helper) && below(*recipient))
            .collect();
        let mut named: BTreeMap<PlaceId, Named> = BTreeMap::new();
        let mut walk = Walk::new(references, |reference: &Reference| reference.span);
        for sentence in input.sentences {
            for reference in walk.inside(sentence.span) {
                let city = named.entry(reference.city).or_default();
                match reference.fine(lexicon) {
                    Some(place) => *city.below.entry(county_of(lexicon, place)).or_default() += 1,
                    None => city.whole += 1,
                }
            }
        }
        // Districts and counties that the article names in different sentences, and that the registry knows as partners.
        let year = input.layout.year;
        let mut dominants = BTreeMap::new();
        for pair in pairs {
            if let (Some(helpers), Some(recipients)) = (named.get(&pair.helper), named.get(&pair.recipient)) {
                let sides = helpers.below.keys().flat_map(|h| recipients.below.keys().map(move |r| (*h, *r)));
                stated.extend(sides.filter(|(h, r)| lexicon.in_force(*h, *r, year)).map(|sides| (*pair, sides)));
            }
            dominants.extend(dominant(lexicon, &named, *pair).map(|sides| (*pair, sides)));
        }
        stated.sort_unstable();
        stated.dedup();
        Self { stated, dominant: dominants }
    }

    /// The cities whose pairs a place below city level is stated to take part in: 罗湖 of 深圳, whose county is 都安.
    pub fn pairs_of(&self, place: PlaceId) -> Vec<CityPair> {
        let mut found: Vec<CityPair> = self
            .stated
            .iter()
            .filter(|(_, (helper, recipient))| *helper == place || *recipient == place)
            .map(|(cities, _)| *cities)
            .collect();
        found.dedup();
        found
    }

    /// The sides of a pair, with what its sentence left out. `whole` tells that the sentence speaks of the whole cities.
    pub fn complete(&self, lexicon: &Lexicon, cities: CityPair, said: Option<Sides>, whole: bool) -> Option<Sides> {
        let said = said.and_then(|sides| level(lexicon, sides));
        let Some((helper, recipient)) = said else {
            return if whole { None } else { self.dominant.get(&cities).copied() };
        };
        if helper != cities.helper && recipient != cities.recipient {
            return said;
        }
        let fits = |(h, r): &Sides| {
            (helper == cities.helper || helper == *h) && (recipient == cities.recipient || recipient == *r)
        };
        let mut partners = self.stated.iter().filter(|(pair, sides)| *pair == cities && fits(sides));
        match (partners.next(), partners.next()) {
            (Some((_, sides)), None) => Some(*sides),
            _ => self.dominant.get(&cities).copied().filter(fits).or(said),
        }
    }
}

/// Towns of a county speak for the county; towns right below a city (东莞, 中山) for themselves.
fn county_of(lexicon: &Lexicon, place: PlaceId) -> PlaceId {
    let parent = lexicon.place(place).parent.filter(|parent| lexicon.place(*parent).level == Level::County);
    if lexicon.place(place).level == Level::Town { parent.unwrap_or(place) } else { place }
}

fn dominant(lexicon: &Lexicon, named: &BTreeMap<PlaceId, Named>, pair: CityPair) -> Option<Sides> {
    let recipients = named.get(&pair.recipient)?;
    let (recipient, count) = recipients.leader()?;
    if count < 2 || count < recipients.whole {
        return None;
    }
    let helper = named.get(&pair.helper).and_then(Named::leader).map_or(pair.helper, |(helper, _)| helper);
    level(lexicon, (helper, recipient))
}
