//! All names of the gazetteer in a text: leftmost, longest, not overlapping.
//!
//! Hardly any place of a text begins a name, and bits for its first character and its first two say so for nearly all
//! of them. These bits stay in the caches of the processor even with a million names. The other places walk a tree of
//! characters, in which names that begin alike lie together.

use super::NameHit;
use crate::span::Span;

/// A node at which no name ends.
const NONE: u32 = u32::MAX;
/// No character: behind the end of a text, and in a free slot.
const NO_CHAR: u32 = u32::MAX;
/// Bits for each pair of first characters: more of them, fewer walks for nothing.
const SPARSE: usize = 16;
/// Words for the pairs of one first character, at the least: a line of the cache.
const ROW: usize = 8;

/// A node of the tree of characters.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The character that leads here.
    c: u32,
    /// The name that ends here.
    name: u32,
    /// Nodes that lead on, by character.
    children: (u32, u32),
    /// A bit for each of their characters, so that most words end here without a look at them.
    on: u32,
}

/// The node of the first two characters.
#[derive(Debug, Clone, Copy)]
struct Root {
    first: u32,
    node: Node,
}

const NOWHERE: Node = Node { c: NO_CHAR, name: NONE, children: (0, 0), on: 0 };

/// Names, known by their places in a sorted list.
#[derive(Debug)]
pub(super) struct NameTable {
    /// A bit for each first character, or for the lower half of its code.
    firsts: Vec<u64>,
    /// Two bits for each two first characters, in one word.
    pairs: Vec<u64>,
    /// The pairs of one first character lie in `1 << row` words.
    row: u32,
    /// By hash, with free ones between.
    roots: Vec<Root>,
    nodes: Vec<Node>,
    /// Names of one character.
    singles: Vec<(u32, u32)>,
}

const fn bit(c: u32) -> u32 {
    1 << (c.wrapping_mul(0x9E37_79B1) >> 27)
}

/// The character at a depth of a name, if it has so many.
fn char_at(name: &str, depth: usize) -> Option<u32> {
    name.chars().nth(depth).map(u32::from)
}

impl NameTable {
    /// `names` are sorted, and none is empty.
    pub(super) fn new(names: &[String]) -> Self {
        let two = |name: &String| (char_at(name, 0), char_at(name, 1));
        let firsts = names.chunk_by(|a, b| char_at(a, 0) == char_at(b, 0)).count().max(1);
        let pairs = names.chunk_by(|a, b| two(a) == two(b)).count().max(1);
        let row = (pairs * SPARSE / firsts / 64).max(ROW).next_power_of_two();
        let mut table = Self {
            firsts: vec![0; 1024],
            pairs: vec![0; (pairs * SPARSE / 64).max(row).next_power_of_two()],
            row: row.ilog2(),
            roots: vec![Root { first: NO_CHAR, node: NOWHERE }; pairs * 8 / 5 + 1],
            nodes: Vec::new(),
            singles: Vec::new(),
        };
        let mut at = 0;
        for names in names.chunk_by(|a, b| two(a) == two(b)) {
            table.root(names, at as u32);
            at += names.len();
        }
        table
    }

    /// Adds names that begin with the same two characters, or one of a single character.
    fn root(&mut self, names: &[String], at: u32) {
        let Some(first) = char_at(&names[0], 0) else { return };
        let Some(second) = char_at(&names[0], 1) else {
            self.singles.push((first, at));
            return;
        };
        let low = first as usize & 0xffff;
        self.firsts[low / 64] |= 1 << (low % 64);
        let (word, bits) = self.pair(first, second);
        self.pairs[word] |= bits;
        let node = self.node(names, at, second, 2);
        let slot = self.slot(first, second);
        self.roots[slot] = Root { first, node };
    }

    /// The node of names that are the same up to a depth, and of all below it.
    fn node(&mut self, names: &[String], mut at: u32, c: u32, depth: usize) -> Node {
        let mut node = Node { c, ..NOWHERE };
        let mut rest = names;
        if char_at(&names[0], depth).is_none() {
            node.name = at;
            at += 1;
            rest = &names[1..];
        }
        let groups = || rest.chunk_by(|a, b| char_at(a, depth) == char_at(b, depth));
        let from = self.nodes.len();
        self.nodes.resize(from + groups().count(), NOWHERE);
        for (place, names) in (from..).zip(groups()) {
            let c = char_at(&names[0], depth).unwrap_or(NO_CHAR);
            node.on |= bit(c);
            self.nodes[place] = self.node(names, at, c, depth + 1);
            at += names.len() as u32;
        }
        node.children = (from as u32, (from + groups().count()) as u32);
        node
    }

    /// The word of two characters that begin a name, and its bits for them.
    #[inline]
    fn pair(&self, first: u32, second: u32) -> (usize, u64) {
        let first = first.wrapping_mul(0x9E37_79B1);
        let row = (first >> 8) as usize;
        let mixed = (second ^ first).wrapping_mul(0x85EB_CA6B);
        let column = (mixed >> 4) as usize & ((1 << self.row) - 1);
        ((row << self.row | column) & (self.pairs.len() - 1), 1 << (mixed >> 26) | 1 << (mixed >> 20 & 63))
    }

    /// Where the root of two characters lies, or would.
    #[inline]
    fn slot(&self, first: u32, second: u32) -> usize {
        let both = u64::from(first) << 32 | u64::from(second);
        let mixed = both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let mut slot = ((mixed * self.roots.len() as u64) >> 32) as usize;
        loop {
            let root = &self.roots[slot];
            if root.first == NO_CHAR || (root.first, root.node.c) == (first, second) {
                return slot;
            }
            slot = if slot + 1 == self.roots.len() { 0 } else { slot + 1 };
        }
    }

    /// The names in a text: leftmost, longest, not overlapping.
    pub(super) fn scan(&self, text: &str) -> Vec<NameHit> {
        let mut hits = Vec::new();
        let mut chars = text.chars();
        let mut at = 0;
        let Some(mut first) = chars.next().map(u32::from) else { return hits };
        loop {
            let behind = chars.as_str();
            let second = chars.next().map_or(NO_CHAR, u32::from);
            let low = first as usize & 0xffff;
            // No branch on the first bit: it is as good as random, and a wrong guess costs more than the other two.
            let starts = (self.firsts[low / 64] >> (low % 64) & 1) as usize;
            let (word, bits) = self.pair(first, second);
            let mut found = None;
            if self.pairs[word & starts.wrapping_neg()] & bits == bits {
                found = self.longest(first, second, chars.as_str());
            }
            if found.is_none() && !self.singles.is_empty() {
                found = self.single(first).map(|name| (behind, name));
            }
            let rest = match found {
                Some((rest, name)) => {
                    let end = text.len() - rest.len();
                    hits.push(NameHit { span: Span::new(at, end), entry: name });
                    chars = rest.chars();
                    let Some(c) = chars.next() else { return hits };
                    first = u32::from(c);
                    rest
                }
                None if behind.is_empty() => return hits,
                None => {
                    first = second;
                    behind
                }
            };
            at = text.len() - rest.len();
        }
    }

    fn single(&self, c: u32) -> Option<u32> {
        self.singles.iter().find(|(single, _)| *single == c).map(|(_, name)| *name)
    }

    /// The longest name that begins with two characters and goes on as `behind`: what stands behind it, and its number.
    #[inline(never)]
    fn longest<'t>(&self, first: u32, second: u32, behind: &'t str) -> Option<(&'t str, u32)> {
        let mut node = &self.roots[self.slot(first, second)].node;
        let mut found = None;
        let mut rest = behind.chars();
        loop {
            if node.name != NONE {
                found = Some((rest.as_str(), node.name));
            }
            let c = match rest.next().map(u32::from) {
                Some(c) if node.on & bit(c) != 0 => c,
                _ => return found,
            };
            let children = &self.nodes[node.children.0 as usize..node.children.1 as usize];
            match children.binary_search_by_key(&c, |child| child.c) {
                Ok(at) => node = &children[at],
                Err(_) => return found,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition: at each place the longest name that begins there, and on behind it.
    fn plain(names: &[String], text: &str) -> Vec<(usize, usize, u32)> {
        let mut hits = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let here = (0..).zip(names).filter(|(_, name)| text[at..].starts_with(name.as_str()));
            let longest = here.max_by_key(|(_, name)| name.len());
            hits.extend(longest.map(|(index, name)| (at, at + name.len(), index)));
            at += longest.map_or(c.len_utf8(), |(_, name)| name.len());
        }
        hits
    }

    proptest! {
        /// Few characters make many collisions; they take one to four bytes, and two of them share their lower half.
        #[test]
        fn finds_what_the_definition_says(
            names in prop::collection::btree_set("[山南新丰A\u{0}é\u{20C37}\u{30C37}]{1,5}", 0..60),
            text in "[山南新丰A\u{0}é\u{20C37}\u{30C37}中]{0,60}",
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let hits = NameTable::new(&names).scan(&text);
            let hits: Vec<_> = hits.iter().map(|hit| (hit.span.start, hit.span.end, hit.entry)).collect();
            prop_assert_eq!(hits, plain(&names, &text));
        }
    }
}
