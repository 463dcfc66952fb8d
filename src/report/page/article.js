// One article with everything marked, the facts' details beside it, and lines from a fact to its evidence.
const LAYERS = ['money', 'area', 'count', 'percent', 'length', 'place', 'agency', 'park', 'number'];
const hidden = new Set();
let drawn = { doc: -1, detail: null, slice: null };

function toggleLayer(layer) {
  if (!hidden.delete(layer)) hidden.add(layer);
  $('text').classList.toggle(`no-${layer}`, hidden.has(layer));
  drawLegend();
}
function drawLegend() {
  $('legend').replaceChildren(...LAYERS.map((layer, at) => make('button', {
    type: 'button', className: `badge ${layer}`, title: String(at + 1), 'aria-pressed': String(!hidden.has(layer)), onclick: () => toggleLayer(layer),
  }, say(layer))));
}

/** Stretches `{start, end, layer, fact?, about}` of an article. */
function stretches(doc, detail) {
  const list = [];
  detail.mentions.forEach(([start, end, kind, name, code, rule]) => {
    const layer = kind === 'compound' ? 'park' : kind;
    if (name) list.push({ start, end, layer, about: [`${say(layer)}: ${name} ${code}`, rule] });
  });
  detail.numbers.forEach(([start, end, kind, rule]) => list.push({ start, end, layer: 'number', about: [`${say('number')}: ${kind}`, rule] }));
  for (let fact = doc.first; fact < doc.first + doc.count; fact++) {
    const about = [`${say(cell('kind', fact))}: ${amountOf(fact)}`, cell('steps', fact), pairText(fact), cell('rule', fact), cell('pair_rule', fact)];
    list.push({ start: facts.start[fact], end: facts.end[fact], layer: cell('kind', fact), fact, about });
  }
  return list;
}

/** Overlapping stretches are cut at each other's bounds, so that every piece carries all that hold there. */
function drawText(doc, text, detail) {
  const slice = slicer(text);
  const list = stretches(doc, detail).sort((a, b) => a.start - b.start || b.end - a.end);
  const cuts = [...new Set(list.flatMap((one) => [one.start, one.end]))].sort((a, b) => a - b);
  const pieces = document.createDocumentFragment();
  let next = 0;
  let open = [];
  let at = 0;
  for (const cut of cuts) {
    if (cut > at) pieces.append(piece(slice(at, cut), open, at, cut));
    at = cut;
    open = open.filter((one) => one.end > cut);
    while (next < list.length && list[next].start <= cut) open.push(list[next++]);
  }
  pieces.append(visible(slice(at, Infinity)));
  $('text').replaceChildren(pieces);
  drawn = { doc: docs.indexOf(doc), detail, slice };
}

function piece(text, open, start, end) {
  if (!open.length) return visible(text);
  const last = open.find((one) => one.fact !== undefined);
  const element = make(last ? 'mark' : 'span', { className: ['m', ...open.map((one) => one.layer)].join(' ') }, text);
  element.dataset.start = start;
  element.dataset.end = end;
  element.about = open.map((one) => one.about.filter(Boolean));
  if (last) {
    element.dataset.fact = last.fact;
    element.classList.toggle('ends', last.end === end);
    element.tabIndex = 0;
    element.setAttribute('role', 'button');
    element.setAttribute('aria-label', last.about.filter(Boolean).join(', '));
  }
  return element;
}

const piecesIn = (start, end) => [...$('text').querySelectorAll('.m')].filter((one) => Number(one.dataset.start) < end && start < Number(one.dataset.end));
const evidenceOf = (fact) => {
  const doc = docs[facts.doc[fact]];
  return drawn.doc === facts.doc[fact] && drawn.detail.evidence[fact - doc.first] || [];
};

/** Outlines the evidence of a fact and draws a line to each piece. */
function drawLines(fact) {
  for (const one of $('text').querySelectorAll('.evidence')) one.classList.remove('evidence');
  const svg = $('lines');
  svg.replaceChildren();
  if (fact < 0 || drawn.doc !== facts.doc[fact]) return;
  const area = $('article').getBoundingClientRect();
  svg.setAttribute('height', $('text').offsetHeight);
  const middle = (element) => {
    const box = element.getClientRects()[0];
    return box && [box.left + box.width / 2 - area.left + $('article').scrollLeft, box.top - area.top + $('article').scrollTop];
  };
  const from = $('text').querySelector(`[data-fact="${fact}"]`);
  const start = from && middle(from);
  const seen = new Set();
  for (const { rule, start: first, end } of evidenceOf(fact).flat()) {
    if (first === null || seen.has(first)) continue;
    seen.add(first);
    const targets = piecesIn(first, end);
    targets.forEach((one) => one.classList.add('evidence'));
    const to = targets[0] && middle(targets[0]);
    if (!start || !to) continue;
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    const lift = Math.min(start[1], to[1]) - 18;
    path.setAttribute('d', `M${start[0]},${start[1]} C${start[0]},${lift} ${to[0]},${lift} ${to[0]},${to[1]}`);
    path.setAttribute('class', rule.split(' ')[0]);
    svg.append(path);
  }
}

function scrollToPiece(element) {
  if (element) element.scrollIntoView({ block: 'center', behavior: 'instant' });
}

let wanted = 0;
async function showArticle(at, fact) {
  const ticket = ++wanted;
  const doc = docs[at];
  if (drawn.doc !== at) {
    const [text, detail] = await Promise.all([textOf(doc), detailOf(doc)]);
    if (ticket !== wanted) return;
    drawText(doc, text, detail);
    $('title').textContent = visible(doc.title || doc.id);
    $('meta').textContent = visible([doc.date, doc.source, doc.id].filter(Boolean).join(' · '));
    $('article').scrollTop = 0;
  }
  for (const one of $('text').querySelectorAll('.current')) one.classList.remove('current');
  if (fact >= 0) {
    const own = [...$('text').querySelectorAll(`[data-fact="${fact}"]`)];
    own.forEach((one) => one.classList.add('current'));
    scrollToPiece(own[0]);
  }
  drawDetail(fact);
  drawLines(fact);
}

function drawDetail(fact) {
  const box = $('detail');
  if (fact < 0) return box.replaceChildren(make('p', { className: 'faint' }, say(docs[state.doc]?.count ? 'choose' : 'no_facts')));
  const rows = [];
  const row = (name, ...values) => values[0] && rows.push(make('dt', {}, say(name)), make('dd', {}, ...values));
  row('value', `${amountOf(fact)} · ${say(cell('kind', fact))}`);
  row('steps', cell('steps', fact));
  row('bound', cell('bound', fact) === 'exact' ? '' : `${say(cell('bound', fact))}: ${cell('outer', fact)}`);
  row('of', cell('of', fact));
  row('each', cell('each', fact));
  row('status', [say(cell('status', fact)), cell('status_row', fact)].filter(Boolean).join(' · '));
  row('time', cell('time', fact));
  row('flags', cell('flags', fact));
  row('rule', make('code', {}, cell('rule', fact)));
  row('pair_rule', make('code', {}, cell('pair_rule', fact)));
  const pairs = pairsOf(fact);
  row('pairs', pairs.length ? '' : say('no_pair'));
  pairs.slice(0, 12).forEach((pair, at) => {
    const fine = pair.fine ? ` (${pair.fine.helper} → ${pair.fine.recipient})` : '';
    row('pairs', make('b', {}, `${pair.helper} → ${pair.recipient}`), `${fine} ${pair.confidence}`);
    const evidence = (evidenceOf(fact)[at] || []).slice(1).map((one) => make('li', {},
      one.start === null ? '' : make('button', { type: 'button', className: 'link', onclick: () => scrollToPiece(piecesIn(one.start, one.end)[0]) }, one.text), ' ', make('code', {}, one.rule)));
    if (evidence.length) row('evidence', make('ul', {}, ...evidence));
  });
  if (pairs.length > 12) row('fine', `… ${pairs.length} ${say('county_pairs')}`);
  const own = pairNames(pairs);
  const losers = drawn.detail.pairs.filter(([name]) => !own.includes(name)).map(([name, count]) => `${name.replace('>', ' → ')} (${count})`);
  const later = ((drawn.doc === facts.doc[fact] && drawn.detail.losing[fact - docs[drawn.doc].first]) || []).map(([rule, answer]) => make('li', {},
    answer === '=' ? say('same') : answer === 'no pair' ? say('no_pair') : answer.replaceAll('>', ' → '), ' ', make('code', {}, rule)));
  if (later.length) row('later', make('ul', {}, ...later));
  row('losers', losers.join('; '));
  row('range', `${facts.start[fact]}–${facts.end[fact]}`);
  const reviews = [1, 2, 3].map((mark) => make('button', {
    type: 'button', className: `review ${MARKS[mark]}`, 'aria-pressed': String(facts.mark[fact] === mark), onclick: () => review(fact, mark),
  }, `${'✓✗?'[mark - 1]} ${say(MARKS[mark])}`));
  const copy = make('button', { type: 'button', onclick: () => navigator.clipboard?.writeText(location.href) }, say('copy'));
  box.replaceChildren(make('h3', {}, cell('outer', fact)), make('div', { className: 'reviews' }, ...reviews, copy), make('dl', {}, ...rows));
}

function showTip(target) {
  const element = target?.closest?.('.m');
  const tip = $('tip');
  tip.hidden = !element;
  if (!element) return;
  tip.replaceChildren(...element.about.map((lines) => make('div', {}, ...lines.map((line, at) => make(at ? 'span' : 'b', {}, line)))));
  const box = element.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${box.bottom + tip.offsetHeight + 8 > innerHeight ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
}
