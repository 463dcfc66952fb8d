//! Agencies: [place][core], owned by the place right in front; bare ones (市委) stay without a place here.

use super::{Mention, MentionKind};
use crate::lexicon::{CueHit, CueKind, Lexicon};
use crate::span::Span;

pub(super) fn find(lexicon: &Lexicon, cues: &[CueHit], places: &[Mention]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut end = 0;
    for cue in cues {
        let CueKind::Agency(index) = cue.kind else { continue };
        if cue.span.start < end {
            continue;
        }
        end = cue.span.end;
        let agency = &lexicon.agencies[index as usize];
        // 深圳市交委, and 深圳市委 where the 市 belongs to both.
        let before = places.partition_point(|place| place.span.start < cue.span.start);
        let prefix = places[..before].last().filter(|place| {
            place.place.is_some()
                && (place.span.end == cue.span.start
                    || (place.span.end > cue.span.start && place.span.end < cue.span.end))
        });
        let (start, place, rule) = match (prefix, agency.owner) {
            (Some(place), _) => (place.span.start, place.place, "agency.place_prefix"),
            (None, Some(owner)) => (cue.span.start, Some(owner), "agency.table"),
            (None, None) => (cue.span.start, None, "agency.bare"),
        };
        let span = Span::new(start, cue.span.end);
        found.push(Mention { span, kind: MentionKind::Agency, place, compound: None, rule, row: Some(cue.row) });
    }
    found
}
