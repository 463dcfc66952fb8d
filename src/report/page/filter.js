// Which facts are shown, in which order, and how many each choice of a facet would leave.
const FACETS = {
  pair: { column: 'pairs', values: (word) => pairNames(JSON.parse(word)) },
  kind: { column: 'kind', values: (word) => [word] },
  year: { column: 'time', values: (word) => { const years = word.match(/\d{4}/g); return years ? [years.at(-1)] : []; } },
  status: { column: 'status', values: (word) => [word] },
  flag: { column: 'flags', values: (word) => (word ? word.split(';') : []) },
  mark: { column: 'mark', names: MARKS, values: (mark) => (mark ? [mark] : []) },
};
for (const facet of Object.values(FACETS)) facet.known = [];
/** The values of a fact in a facet; '' stands for none. */
function valuesOf(facet, fact) {
  const code = facts[facet.column][fact];
  return (facet.known[code] ??= (() => {
    const values = facet.values((facet.names || words)[code]);
    return values.length ? values : [''];
  })());
}

const state = { query: '', chosen: Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Set()])), sort: '', down: false, fact: -1, doc: -1 };
let shown = [];
const counts = {};

/** Facts whose columns, document or sentence hold the query. */
function matcher(query) {
  const needle = query.trim().toLowerCase();
  if (!needle) return () => true;
  const hits = new Uint8Array(words.length);
  words.forEach((word, at) => { hits[at] = word.toLowerCase().includes(needle) ? 1 : 0; });
  const columns = ['text', 'outer', 'value', 'of', 'each', 'pairs', 'time', 'rule', 'pair_rule'].map((name) => facts[name]);
  const docHits = docs.map((doc) => `${doc.id}\n${doc.title}`.toLowerCase().includes(needle));
  let last = -1;
  let text = '';
  let slice = null;
  return (fact) => {
    if (docHits[facts.doc[fact]] || columns.some((column) => hits[column[fact]])) return true;
    if (!allTexts) return false;
    if (facts.doc[fact] !== last) {
      last = facts.doc[fact];
      const doc = docs[last];
      text = allTexts[doc.part][doc.inside].toLowerCase();
      slice = text.includes(needle) ? slicer(text) : null;
    }
    return slice !== null && slice(facts.sentence_start[fact], facts.sentence_end[fact]).includes(needle);
  };
}

/** One pass: a fact that fails no facet is shown; one that fails a single facet counts for that facet's choices alone. */
function applyFilters() {
  const names = Object.keys(FACETS);
  const matches = matcher(state.query);
  for (const name of names) counts[name] = new Map();
  shown = [];
  for (let fact = 0; fact < facts.size; fact++) {
    if (!matches(fact)) continue;
    let failed = '';
    let fails = 0;
    for (const name of names) {
      const chosen = state.chosen[name];
      if (chosen.size && !valuesOf(FACETS[name], fact).some((value) => chosen.has(value))) { failed = name; fails++; }
    }
    if (fails === 0) shown.push(fact);
    if (fails > 1) continue;
    for (const name of fails ? [failed] : names) {
      const map = counts[name];
      for (const value of valuesOf(FACETS[name], fact)) map.set(value, (map.get(value) || 0) + 1);
    }
  }
  sortShown();
}

/** Amounts by size in their base unit, a range by its low end; other columns by their characters. */
function sortShown() {
  if (!state.sort) return;
  const column = facts[state.sort];
  const sizes = [];
  const size = (word) => (sizes[word] ??= Number(words[word]));
  const amount = (fact) => size([facts.si, facts.value, facts.low].map((one) => one[fact]).find((word) => words[word] !== ''));
  let rank;
  if (state.sort === 'value') rank = amount;
  else if (state.sort === 'doc') rank = (fact) => fact;
  else {
    const used = [...new Set(shown.map((fact) => column[fact]))].sort((a, b) => (words[a] < words[b] ? -1 : 1));
    const ranks = new Map(used.map((word, at) => [word, at]));
    rank = (fact) => ranks.get(column[fact]);
  }
  const sign = state.down ? -1 : 1;
  const ranked = new Float64Array(facts.size);
  for (const fact of shown) ranked[fact] = sign * rank(fact);
  shown.sort((a, b) => ranked[a] - ranked[b] || a - b);
}

/** The state as the address keeps it, and back. */
function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  state.query = address.get('q') || '';
  state.sort = address.get('sort') || '';
  state.down = address.get('down') === '1';
  for (const name of Object.keys(FACETS)) state.chosen[name] = new Set(address.getAll(name));
  return { doc: address.get('doc'), fact: address.get('fact') };
}
function writeAddress() {
  const address = new URLSearchParams();
  if (state.query) address.set('q', state.query);
  if (state.sort) address.set('sort', state.sort);
  if (state.down) address.set('down', '1');
  for (const [name, chosen] of Object.entries(state.chosen)) for (const value of chosen) address.append(name, value);
  if (state.doc >= 0) address.set('doc', docs[state.doc].id);
  if (state.fact >= 0) address.set('fact', `${facts.start[state.fact]}-${facts.end[state.fact]}`);
  history.replaceState(null, '', `#${address}`);
}
