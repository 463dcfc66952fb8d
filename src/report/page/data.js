// The data of the page: compressed blocks, read one after another; columns of all facts; texts and details on demand.
const $ = (id) => document.getElementById(id);

/** A text as it is shown. Signs stand for controls, some of which turn the rest of a line around; positions stay. */
const visible = (text) => text.replace(/[\0-\x08\v\f\x0e-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt()))
  .replace(/[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** An element with properties and children; children that are texts stay texts, whatever they hold. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && !name.includes('-')) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.map((child) => (typeof child === 'string' ? visible(child) : child)));
  return element;
}

const stored = {
  get: (key) => { try { return localStorage.getItem(`duikou:${key}`); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(`duikou:${key}`, value); } catch { /* private windows keep nothing */ } },
};

async function inflate(block) {
  const letters = atob(block.textContent);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}

// Texts of a few parts at a time; once searched through, all of them.
const texts = new Map();
const details = new Map();
let allTexts = null;

let run;
let textBlocks;
let detailBlocks;
const docs = [];
// Words are never forgotten: what is known of a word holds when documents are read anew.
const words = [];
const wordAt = new Map();
const facts = { size: 0 };
const blocks = (page, name) => [...page.querySelectorAll(`script[data-part="${name}"]`)];

/** Takes the data of a page, this one or a newer one, in place of those that were here. */
function take(page) {
  run = JSON.parse(page.getElementById('run').textContent);
  textBlocks = blocks(page, 'texts');
  detailBlocks = blocks(page, 'details');
  docs.length = facts.size = 0;
  for (const name of ['doc', 'start', 'end', 'sentence_start', 'sentence_end', 'mark', 'change', ...run.columns]) facts[name] = new Int32Array(run.facts);
  texts.clear();
  details.clear();
  allTexts = null;
}

/** Room for more facts than the page came with. */
function fit(size) {
  for (const [name, column] of Object.entries(facts)) {
    if (column.length >= size || name === 'size') continue;
    facts[name] = new Int32Array(size);
    facts[name].set(column);
  }
}
const cell = (name, fact) => words[facts[name][fact]];
const factId = (fact) => `${docs[facts.doc[fact]].id}#${facts.start[fact]}-${facts.end[fact]}`;

const MARKS = ['', 'right', 'wrong', 'unsure'];
const CHANGES = ['', 'added', 'changed'];
const markKey = `marks:${location.pathname}`;
const marks = new Map(Object.entries(JSON.parse(stored.get(markKey) || '{}')));
function setMark(fact, mark) {
  facts.mark[fact] = facts.mark[fact] === mark ? 0 : mark;
  if (facts.mark[fact]) marks.set(factId(fact), MARKS[facts.mark[fact]]);
  else marks.delete(factId(fact));
  stored.set(markKey, JSON.stringify(Object.fromEntries(marks)));
}

function addPart(index, part) {
  const places = index.words.map((word) => {
    let at = wordAt.get(word);
    if (at === undefined) { at = words.push(word) - 1; wordAt.set(word, at); }
    return at;
  });
  const base = facts.size;
  fit(base + index.start.length);
  for (const name of ['start', 'end', 'sentence_start', 'sentence_end']) facts[name].set(index[name], base);
  run.columns.forEach((name, at) => (index.columns[at] || []).forEach((word, row) => { facts[name][base + row] = places[word]; }));
  index.documents.forEach(([id, title, date, source, count], inside) => {
    const doc = docs.push({ id, title, date, source, count, first: facts.size, part, inside }) - 1;
    facts.doc.fill(doc, facts.size, facts.size + count);
    facts.size += count;
  });
  if (marks.size) for (let fact = base; fact < facts.size; fact++) facts.mark[fact] = Math.max(0, MARKS.indexOf(marks.get(factId(fact)) || ''));
}

async function loadIndex(progress) {
  let part = 0;
  for (const block of blocks(document, 'index')) {
    addPart(await inflate(block), part++);
    block.remove();
    progress();
  }
}

const keep = (cache, limit) => { while (cache.size > limit) cache.delete(cache.keys().next().value); };
let keepTexts = 12;
async function textsOf(part) {
  if (!texts.has(part)) { texts.set(part, inflate(textBlocks[part])); keep(texts, keepTexts); }
  return texts.get(part);
}
async function detailsOf(part) {
  if (!details.has(part)) { details.set(part, inflate(detailBlocks[part])); keep(details, 4); }
  return details.get(part);
}
const textOf = async (doc) => (await textsOf(doc.part))[doc.inside];
const detailOf = async (doc) => (await detailsOf(doc.part))[doc.inside];

async function loadAllTexts() {
  if (allTexts) return;
  keepTexts = Infinity;
  const of = run;
  const loaded = [];
  for (let part = 0; part < textBlocks.length; part++) loaded.push(await textsOf(part));
  if (of === run) allTexts = loaded;
}

take(document);

/** Positions in the data count code points, strings count UTF-16 units: they differ behind 𠮷 and 😀. */
function slicer(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (start, end) => text.slice(start, end);
  const letters = Array.from(text);
  return (start, end) => letters.slice(start, end).join('');
}

const pairLists = new Map();
/** The pairs of a fact, without evidence. */
function pairsOf(fact) {
  const word = facts.pairs[fact];
  if (!pairLists.has(word)) pairLists.set(word, JSON.parse(words[word]));
  return pairLists.get(word);
}
const pairName = (pair) => `${pair.helper}>${pair.recipient}`;
const pairNames = (list) => [...new Set(list.map(pairName))];
