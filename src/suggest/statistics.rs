//! How often a word stands, beside what, and whether its characters belong together.

/// Neighbours of a word with their numbers, up to a bound.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbours {
    /// The edge of a sentence, a sign.
    edges: u32,
    seen: Vec<(char, u32)>,
    /// Those that came when the list was full; each counts as one of its own.
    others: u32,
}

impl Neighbours {
    const MOST: usize = 48;

    pub fn add(&mut self, neighbour: Option<char>) {
        let Some(c) = neighbour.filter(|c| crate::numeral::is_han(*c)) else {
            self.edges += 1;
            return;
        };
        match self.seen.iter().position(|(other, _)| *other == c) {
            Some(at) => self.seen[at].1 += 1,
            None if self.seen.len() < Self::MOST => self.seen.push((c, 1)),
            None => self.others += 1,
        }
    }

    /// Entropy in bits. An edge is a neighbour that no other occurrence has: nothing speaks for a longer word there.
    pub fn entropy(&self) -> f64 {
        let single = self.edges + self.others;
        let total = f64::from(single + self.seen.iter().map(|(_, count)| count).sum::<u32>());
        let part = |count: u32| {
            let share = f64::from(count) / total;
            -share * share.log2()
        };
        let known: f64 = self.seen.iter().map(|(_, count)| part(*count)).sum();
        known + f64::from(single) * part(1).max(0.0)
    }
}

/// Cohesion in bits a seam: how much more often the characters stand together than chance would have it. `counts` gives
/// the number of a character among `total`.
pub(super) fn cohesion(word: &str, count: u32, total: u64, counts: impl Fn(char) -> u64) -> f64 {
    let share = |number: u64| number.max(u64::from(count)).max(1) as f64 / total.max(1) as f64;
    let (mut chance, mut seams) = (0.0, -1.0);
    for c in word.chars() {
        chance += share(counts(c)).log2();
        seams += 1.0;
    }
    if seams < 1.0 { 0.0 } else { (share(u64::from(count)).log2() - chance) / seams }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_high_where_anything_may_stand() {
        let mut fixed = Neighbours::default();
        (0..8).for_each(|_| fixed.add(Some('龙')));
        assert!(fixed.entropy().abs() < 1e-9);
        let mut free = Neighbours::default();
        "在赴到驻往与和对".chars().for_each(|c| free.add(Some(c)));
        assert!((free.entropy() - 3.0).abs() < 1e-9);
        let mut edges = Neighbours::default();
        (0..4).for_each(|_| edges.add(None));
        assert!((edges.entropy() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn cohesion_is_high_for_characters_that_stand_together_alone() {
        let counts = |c: char| if "龙川".contains(c) { 10 } else { 1000 };
        assert!(cohesion("龙川", 10, 100_000, counts) > cohesion("的人", 10, 100_000, counts) + 5.0);
    }
}
