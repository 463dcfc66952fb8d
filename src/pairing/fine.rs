//! Sides below city level: which district helps which county.
//!
//! A fact's sentence seldom names both. What it leaves out is completed from the partners that the article states, and
//! from the county that the article is about.

use super::Input;
use super::relation::{CityPair, Reference, Relation, level};
use crate::lexicon::{Level, Lexicon, PlaceId};

/// Helper and recipient, at least one of them below city level.
pub type Sides = (PlaceId, PlaceId);

/// What an article says of sides below city level.
#[derive(Debug, Clone, Default)]
pub struct Fines {
    /// Sides that are stated together, both below city level.
    stated: Vec<(CityPair, Sides)>,
    /// For each pair of cities the sides that the article is about, when it is about one of them.
    dominant: Vec<(CityPair, Sides)>,
}

/// How often the sentences of an article name a city itself, and each of its counties.
#[derive(Debug)]
pub struct Named {
    /// The city.
    pub city: PlaceId,
    whole: u32,
    /// By place.
    below: Vec<(PlaceId, u32)>,
}

impl Named {
    /// Counts what references name, by city.
    pub fn count(lexicon: &Lexicon, references: &[Reference]) -> Vec<Self> {
        let mut named: Vec<Self> = Vec::new();
        for reference in references.iter().filter(|reference| reference.sentence.is_some()) {
            let city = reference.city;
            let at = named.binary_search_by_key(&city, |named| named.city).unwrap_or_else(|at| {
                named.insert(at, Self { city, whole: 0, below: Vec::new() });
                at
            });
            match reference.fine(lexicon) {
                Some(place) => named[at].add(county_of(lexicon, place)),
                None => named[at].whole += 1,
            }
        }
        named
    }

    fn add(&mut self, place: PlaceId) {
        match self.below.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) => self.below[at].1 += 1,
            Err(at) => self.below.insert(at, (place, 1)),
        }
    }

    /// A city among those that are named.
    pub fn find(named: &[Self], city: PlaceId) -> Option<&Self> {
        named.binary_search_by_key(&city, |named| named.city).ok().map(|at| &named[at])
    }

    /// How often the city is named, itself or by a county.
    pub fn times(&self) -> u32 {
        self.whole + self.times_below()
    }

    fn times_below(&self) -> u32 {
        self.below.iter().map(|(_, count)| count).sum()
    }

    /// The county that half of the names below city level stand for or more, when it is named often enough to be what the
    /// article is about.
    fn leader(&self) -> Option<(PlaceId, u32)> {
        let (place, count) = *self.below.iter().max_by_key(|(_, count)| *count)?;
        (count * 2 >= self.times_below()).then_some((place, count))
    }
}

impl Fines {
    /// Reads what the sentences name, and the relations that they state.
    pub fn of(
        input: &Input<'_>,
        named: &[Named],
        relations: &[Relation],
        pairs: impl Iterator<Item = CityPair>,
    ) -> Self {
        let lexicon = input.lexicon;
        let below = |id: PlaceId| !matches!(lexicon.place(id).level, Level::Prefecture | Level::Province);
        let mut stated: Vec<(CityPair, Sides)> = relations
            .iter()
            .filter_map(|relation| Some((relation.cities, relation.fine?)))
            .filter(|(_, (helper, recipient))| below(*helper) && below(*recipient))
            .collect();
        // Districts and counties that the article names in different sentences, and that the registry knows as partners.
        let year = input.layout.year;
        let mut dominants = Vec::new();
        for pair in pairs {
            let Some(recipients) = Named::find(named, pair.recipient) else { continue };
            let helpers = Named::find(named, pair.helper);
            if let Some(helpers) = helpers {
                let sides = helpers.below.iter().flat_map(|(h, _)| recipients.below.iter().map(move |(r, _)| (*h, *r)));
                stated.extend(sides.filter(|(h, r)| lexicon.in_force(*h, *r, year)).map(|sides| (pair, sides)));
            }
            dominants.extend(dominant(lexicon, helpers, recipients, pair).map(|sides| (pair, sides)));
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
            return if whole { None } else { self.dominant(cities) };
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
            _ => self.dominant(cities).filter(fits).or(said),
        }
    }

    fn dominant(&self, cities: CityPair) -> Option<Sides> {
        self.dominant.iter().find(|(pair, _)| *pair == cities).map(|(_, sides)| *sides)
    }
}

/// Towns of a county speak for the county; towns right below a city (东莞, 中山) for themselves.
fn county_of(lexicon: &Lexicon, place: PlaceId) -> PlaceId {
    let parent = lexicon.place(place).parent.filter(|parent| lexicon.place(*parent).level == Level::County);
    if lexicon.place(place).level == Level::Town { parent.unwrap_or(place) } else { place }
}

fn dominant(lexicon: &Lexicon, helpers: Option<&Named>, recipients: &Named, pair: CityPair) -> Option<Sides> {
    let (recipient, count) = recipients.leader()?;
    if count < 2 || count < recipients.whole {
        return None;
    }
    let helper = helpers.and_then(Named::leader).map_or(pair.helper, |(helper, _)| helper);
    level(lexicon, (helper, recipient))
}
