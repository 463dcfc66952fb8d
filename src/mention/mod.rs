//! Mentions: stretches of text that refer to a place, an agency, a park or a compound, linked to GB/T 2260 codes.
//!
//! Takes the folded text with its name and cue hits, gives mentions in order. A mention that turns out to be something
//! else (和平年代, 中山大学) stays in the list without a place, with the rule that said so.
//! Words come from `places.tsv`, `compounds.tsv`, `agencies.tsv`, `blocklist.tsv`.

mod agency;
mod owner;
mod place;

use crate::layout::Layout;
use crate::lexicon::{CueHit, Lexicon, NameHit, PlaceId, RowRef, Sense};
use crate::segment::Segmenter;
use crate::span::Span;

/// What kind of thing is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionKind {
    /// A place.
    Place,
    /// An agency or company; `place` is its owner.
    Agency,
    /// A park or zone, named by a compound.
    Park,
    /// A word for two places: 莞韶.
    Compound,
}

impl MentionKind {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Agency => "agency",
            Self::Park => "park",
            Self::Compound => "compound",
        }
    }
}

/// One mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: MentionKind,
    /// The place it refers to, or whose agency it is; None when unresolved or rejected.
    pub place: Option<PlaceId>,
    /// Index of the compound, when it is one.
    pub compound: Option<u32>,
    /// The name that was found, by index into the lexicon's senses: what else it may mean, accepted or not.
    pub entry: Option<u32>,
    /// The rule that decided.
    pub rule: &'static str,
    /// The dictionary row it rests on.
    pub row: Option<RowRef>,
}

impl Mention {
    /// Every place that the words may name, with the one that was chosen; empty for agencies and compounds.
    pub fn candidates<'l>(&self, lexicon: &'l Lexicon) -> impl Iterator<Item = PlaceId> + use<'l> {
        let senses = self.entry.map_or(&[][..], |entry| lexicon.senses(entry));
        senses.iter().filter_map(|sense| match sense {
            Sense::Place(id, _) => Some(*id),
            _ => None,
        })
    }
}

/// All mentions of a text, by start. `beside` are the names of what stands beside the text, a title or the text of one,
/// and supports short forms; the layout tells who published it; the segmenter knows which words a false name cuts through.
pub fn find(
    lexicon: &Lexicon,
    segmenter: &Segmenter,
    folded: &str,
    names: &[NameHit],
    cues: &[CueHit],
    layout: Option<&Layout>,
    beside: &[NameHit],
) -> Vec<Mention> {
    let mut mentions = place::find(place::Text { lexicon, segmenter, folded }, names, beside);
    let agencies = agency::find(&agency::Input { lexicon, folded, cues, places: &mentions, layout });
    mentions.extend(agencies);
    mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
    mentions
}
