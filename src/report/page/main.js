// The page: panes, filters, keys, address, languages, exports.
const docList = new LongList($('doc-list'), 46, docRow, (doc) => select(-1, doc));
const factList = new LongList($('fact-list'), 50, factRow, (fact) => select(fact));
const COLUMN_NAMES = ['kind', 'text', 'value', 'pairs', 'time', 'doc'];
let ready = false;

/** Shows a fact, or a document without one. */
async function select(fact, doc = facts.doc[fact], pane = 'reader') {
  if (doc === undefined || !docs[doc]) return;
  state.fact = fact;
  state.doc = doc;
  if (fact < 0) state.fact = -1;
  docList.select(doc);
  factList.select(fact);
  writeAddress();
  if (pane) showPane(pane);
  await showArticle(doc, state.fact);
}

function showPane(pane) {
  const turned = document.body.dataset.pane !== pane;
  document.body.dataset.pane = pane;
  for (const tab of $('tabs').children) tab.setAttribute('aria-selected', String(tab.dataset.pane === pane));
  if (turned && pane === 'reader') {
    // What was hidden could not be scrolled.
    scrollToPiece($('text').querySelector('.current'));
    drawLines(state.fact);
  }
}

function choose(facet, value) {
  const chosen = state.chosen[facet];
  if (!chosen.delete(value)) chosen.add(value);
  refresh();
}

function clearFilters() {
  state.query = '';
  $('search').value = '';
  for (const chosen of Object.values(state.chosen)) chosen.clear();
  refresh();
}

function refresh() {
  applyFilters();
  $('summary').textContent = say('summary', shown.length.toLocaleString('en'), facts.size.toLocaleString('en'), docs.length.toLocaleString('en'))
    + run.dictionaries.map((folder) => ` · + ${folder}`).join('') + (run.failures ? say('failures', run.failures) : '') + (ready ? '' : ` · ${say('loading')}`);
  factList.show(shown);
  const filtered = state.query || Object.values(state.chosen).some((chosen) => chosen.size);
  const withFacts = new Set(filtered ? shown.map((fact) => facts.doc[fact]) : []);
  docList.show(docs.map((_, at) => at).filter((at) => !filtered || withFacts.has(at)));
  drawFacets();
  drawColumns();
  drawTotals();
  writeAddress();
}

const opened = new Set(['pair', 'kind']);
function drawFacets() {
  const boxes = Object.keys(FACETS).map((name) => {
    const chosen = state.chosen[name];
    for (const value of chosen) if (!counts[name].has(value)) counts[name].set(value, 0);
    const values = [...counts[name]].sort((a, b) => (name === 'year' ? (a[0] < b[0] ? 1 : -1) : b[1] - a[1])).slice(0, 200);
    const choices = values.map(([value, count]) => make('button', { type: 'button', className: 'choice', 'aria-pressed': String(chosen.has(value)), onclick: () => choose(name, value) },
      make('span', {}, value ? say(value).replace('>', ' → ') : say('none')), make('span', { className: 'number' }, count.toLocaleString('en'))));
    const box = make('details', { open: opened.has(name) || chosen.size > 0 }, make('summary', {}, say(name) + (chosen.size ? ` (${chosen.size})` : '')), make('div', { className: 'choices' }, ...choices));
    box.addEventListener('toggle', () => (box.open ? opened.add(name) : opened.delete(name)));
    return box;
  });
  $('facets').replaceChildren(make('button', { type: 'button', onclick: clearFilters }, say('clear')), ...boxes);
}

function drawColumns() {
  $('columns').replaceChildren(
    make('button', { type: 'button', 'aria-pressed': String(!$('totals').hidden), className: 'totals', onclick: toggleTotals }, `Σ ${say('totals')}`),
    ...COLUMN_NAMES.map((name) => {
      const sorted = state.sort === name || (name === 'doc' && !state.sort);
      return make('button', { type: 'button', 'aria-pressed': String(sorted), onclick: () => sortBy(name) }, say(name) + (sorted ? (state.down ? ' ▼' : ' ▲') : ''));
    }));
}

function sortBy(name) {
  state.down = (state.sort || 'doc') === name && !state.down;
  state.sort = name === 'doc' && !state.down ? '' : name;
  refresh();
}

function toggleTotals() {
  $('totals').hidden = !$('totals').hidden;
  showPane('facts');
  drawColumns();
  drawTotals();
}

function review(fact, mark) {
  if (fact < 0) return;
  setMark(fact, mark);
  drawDetail(fact);
  if (state.chosen.mark.size) refresh();
  else factList.draw(true);
}

/** The next shown fact; from a document without one chosen, its first. */
function step(by) {
  const at = shown.indexOf(state.fact);
  let next = at + by;
  if (at < 0) next = Math.max(0, shown.findIndex((fact) => facts.doc[fact] >= state.doc));
  if (shown[next] !== undefined) select(shown[next], undefined, document.body.dataset.pane);
}
function stepDocument(by) {
  const list = docList.items;
  const next = list[list.indexOf(state.doc) + by];
  if (next === undefined) return;
  const first = shown.find((fact) => facts.doc[fact] === next);
  select(first ?? -1, next, document.body.dataset.pane);
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input, select, textarea');
  if (event.key === 'Escape' && !$('keys').open) {
    if (typing) event.target.blur();
    else clearFilters();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
  const keys = {
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), '[': () => stepDocument(-1), ']': () => stepDocument(1),
    '/': () => { showPane('facts'); $('search').focus(); }, '?': () => $('keys').showModal(), t: toggleTotals,
    a: () => review(state.fact, 1), x: () => review(state.fact, 2), u: () => review(state.fact, 3),
  };
  const arrow = event.key.startsWith('Arrow') && !event.target.closest('.list');
  const act = /^[1-9]$/.test(event.key) ? () => toggleLayer(LAYERS[event.key - 1]) : keys[event.key];
  if (!act || arrow) return;
  event.preventDefault();
  act();
});

const article = $('article');
article.addEventListener('click', (event) => {
  const piece = event.target.closest('[data-fact]');
  if (piece) select(Number(piece.dataset.fact));
});
article.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.dataset.fact) select(Number(event.target.dataset.fact));
});
for (const type of ['mouseover', 'focusin']) {
  article.addEventListener(type, (event) => {
    showTip(event.target);
    const fact = event.target.closest('[data-fact]')?.dataset.fact;
    drawLines(fact === undefined ? state.fact : Number(fact));
  });
}
for (const type of ['mouseleave', 'focusout']) article.addEventListener(type, () => { showTip(null); drawLines(state.fact); });
addEventListener('resize', () => drawLines(state.fact));

let typing = 0;
$('search').addEventListener('input', (event) => {
  state.query = event.target.value;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    refresh();
    if (state.query && !allTexts) { await loadAllTexts(); refresh(); }
  }, 80);
});

function save(name, type, parts) {
  const link = make('a', { download: name, href: URL.createObjectURL(new Blob(parts, { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Whole records, in the order of the documents, so that each part is opened once. */
async function* records(list) {
  for (const fact of [...list].sort((a, b) => a - b)) {
    const doc = docs[facts.doc[fact]];
    const slice = slicer(await textOf(doc));
    const evidence = (await detailOf(doc)).evidence[fact - doc.first];
    const or = (name) => cell(name, fact) || null;
    yield {
      doc: doc.id, id: factId(fact), kind: cell('kind', fact), text: cell('text', fact), start: facts.start[fact], end: facts.end[fact],
      value: or('value'), low: or('low'), high: or('high'), unit: cell('unit', fact), si: or('si'), bound: cell('bound', fact), each: cell('each', fact),
      of: cell('of', fact), status: cell('status', fact), time: cell('time', fact), pairs: pairsOf(fact).map((pair, at) => ({ ...pair, evidence: evidence[at] })),
      sentence: slice(facts.sentence_start[fact], facts.sentence_end[fact]), flags: cell('flags', fact) ? cell('flags', fact).split(';') : [],
    };
  }
}

const CSV_COLUMNS = ['doc', 'id', 'kind', 'text', 'start', 'end', 'value', 'low', 'high', 'unit', 'si', 'bound', 'each', 'of', 'status', 'time', 'pairs', 'helper', 'recipient', 'helper_code', 'recipient_code', 'fine', 'confidence', 'evidence', 'sentence', 'flags'];
/** A cell; one that a spreadsheet would run as a formula gets an apostrophe. */
function csvCell(value) {
  let text = String(value ?? '');
  if (/^[=+@\t\r-]/.test(text) && Number.isNaN(Number(text))) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
async function saveCsv() {
  const lines = [`\ufeff${CSV_COLUMNS.join(',')}\r\n`];
  for await (const record of records(shown)) {
    const first = record.pairs[0] || { evidence: [] };
    const flat = {
      ...record, ...first, pairs: pairNames(record.pairs).join(';'), flags: record.flags.join(';'), evidence: first.evidence.map((one) => one.rule).join(';'),
      fine: record.pairs.filter((pair) => pair.fine).map((pair) => pairName(pair.fine)).join(';'),
    };
    lines.push(`${CSV_COLUMNS.map((name) => csvCell(flat[name])).join(',')}\r\n`);
  }
  save('facts.csv', 'text/csv', lines);
}
async function saveMarks() {
  const marked = [];
  for (let fact = 0; fact < facts.size; fact++) if (facts.mark[fact]) marked.push(fact);
  const lines = [];
  for await (const record of records(marked)) lines.push(`${JSON.stringify({ ...record, mark: marks.get(record.id) })}\n`);
  save('marks.jsonl', 'application/jsonl', lines);
}

/** What else changes with the language. */
const spoken = [];
function setLanguage(next) {
  language = next;
  stored.set('language', next);
  document.documentElement.lang = next === 'zh' ? 'zh-Hans' : 'en';
  $('search').placeholder = say('search');
  $('search').setAttribute('aria-label', say('search'));
  for (const name of ['csv', 'marks', 'language']) $(name).textContent = say(name);
  $('csv').title = say('csv_title');
  $('marks').title = say('marks_title');
  for (const name of ['help', 'theme']) { $(name).title = say(name); $(name).setAttribute('aria-label', say(name)); }
  $('documents').querySelector('h2').textContent = say('documents');
  $('facets-title').textContent = say('filters');
  $('doc-list').setAttribute('aria-label', say('documents'));
  $('fact-list').setAttribute('aria-label', say('facts'));
  $('tabs').replaceChildren(...['documents', 'facts', 'reader'].map((pane) => make('button', { type: 'button', role: 'tab', 'data-pane': pane, onclick: () => showPane(pane) }, say(pane))));
  showPane(document.body.dataset.pane || 'facts');
  $('keys').querySelector('h2').textContent = say('help');
  $('keys').querySelector('button').textContent = say('close');
  $('keys').querySelector('dl').replaceChildren(...WORDS[next].keys.flatMap(([key, what]) => [make('dt', {}, make('kbd', {}, key)), make('dd', {}, what)]));
  for (const speak of spoken) speak();
  drawLegend();
  if (facts.size || docs.length) refresh();
  if (drawn.doc >= 0) { drawn.doc = -1; showArticle(state.doc, state.fact); }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  stored.set('theme', theme);
}

/** On paper: the shown article and its facts. */
addEventListener('beforeprint', () => {
  const own = shown.filter((fact) => facts.doc[fact] === state.doc).slice(0, 2000);
  const row = (fact) => make('tr', {}, ...[cell('text', fact), amountOf(fact), cell('of', fact), say(cell('status', fact)), cell('time', fact), pairText(fact)].map((text) => make('td', {}, text)));
  const names = ['text', 'value', 'of', 'status', 'time', 'pairs'];
  $('print').replaceChildren(make('table', {}, make('tr', {}, ...names.map((name) => make('th', {}, say(name)))), ...own.map(row)));
});

async function open(pane = 'reader') {
  const wish = readAddress();
  const doc = wish.doc === null ? -1 : docs.findIndex((one) => one.id === wish.doc);
  $('search').value = state.query;
  if (state.query) await loadAllTexts();
  refresh();
  const place = (fact) => `${facts.start[fact]}-${facts.end[fact]}`;
  let fact = -1;
  if (doc >= 0) for (let at = docs[doc].first; at < docs[doc].first + docs[doc].count; at++) if (place(at) === wish.fact) fact = at;
  if (doc >= 0) await select(fact, doc, pane);
  else if (shown.length) await select(shown[0], undefined, null);
  else if (docs.length) await select(-1, 0, null);
}

$('csv').onclick = saveCsv;
$('marks').onclick = saveMarks;
$('help').onclick = () => $('keys').showModal();
$('language').onclick = () => setLanguage(language === 'zh' ? 'en' : 'zh');
$('theme').onclick = () => {
  const dark = (document.documentElement.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  setTheme(dark ? 'light' : 'dark');
};
addEventListener('hashchange', () => open());

const opening = (async () => {
  document.querySelector('h1').title = `duikou ${run.version}`;
  if (stored.get('theme')) setTheme(stored.get('theme'));
  setLanguage(stored.get('language') || language);
  let drawnAt = 0;
  const wish = location.hash;
  await loadIndex(() => {
    if (!drawnAt && docs.length && wish.length < 2) { drawnAt = performance.now(); open(); }
  });
  ready = true;
  if (drawnAt) refresh();
  else await open();
  document.body.dataset.ready = 'yes';
})();
