// Only in the page of `serve`: news from the server, and sentences to try.
FACETS.change = { column: 'change', names: CHANGES, values: (change) => (change ? [change] : []), known: [] };
state.chosen.change = new Set();
opened.add('change');

/** A page as data: nothing of it runs or is loaded. */
const parsed = (page) => new DOMParser().parseFromString(page, 'text/html');

/** What `extract` says of each fact. Rules are left out: they name rows by line, and lines move when rows are added. */
function sayings() {
  const columns = ['kind', 'value', 'low', 'high', 'unit', 'bound', 'each', 'of', 'status', 'time', 'pairs', 'flags'].map((name) => facts[name]);
  return (fact) => columns.map((column) => column[fact]).join();
}

/** Puts newer data in place of the old, and marks what is new and what has changed. */
async function update(page) {
  const indexes = await Promise.all(blocks(page, 'index').map(inflate));
  const again = sentence && await read();
  // From here on nothing waits: nobody sees half of it.
  const before = new Map();
  let saying = sayings();
  for (let fact = 0; fact < facts.size; fact++) before.set(factId(fact), saying(fact));
  take(page);
  tried = null;
  indexes.forEach((index, part) => addPart(index, part));
  if (again) add(again);
  saying = sayings();
  const counted = [0, 0, 0];
  for (let fact = 0; fact < facts.size; fact++) {
    const id = factId(fact);
    facts.change[fact] = before.has(id) ? Number(before.get(id) !== saying(fact)) * 2 : 1;
    counted[facts.change[fact]]++;
    before.delete(id);
  }
  drawn.doc = -1;
  const top = $('article').scrollTop;
  await open(null);
  if (state.fact < 0) $('article').scrollTop = top;
  const time = new Date();
  document.body.dataset.version = run.live;
  tell(() => say('news', time.toLocaleTimeString(), counted[1], before.size, counted[2]));
}

/** What the server did last, in the language of the page. */
let news = () => '';
function tell(what) {
  news = what;
  $('news').textContent = news();
}

let sentence = '';
/** The sentence as a page of one article. */
async function read() {
  const answer = await fetch('/try', { method: 'POST', body: sentence });
  if (!answer.ok) throw new Error(await answer.text());
  const page = parsed(await answer.text());
  return { page, index: await inflate(blocks(page, 'index')[0]) };
}

/** Where the article of the tried sentence begins: it is the last one. */
let tried = null;
function add({ page, index }) {
  if (tried) {
    docs.length = tried.docs;
    facts.size = tried.facts;
    textBlocks.length = detailBlocks.length = tried.parts;
    for (const cache of [texts, details]) cache.delete(tried.parts);
  }
  tried = { docs: docs.length, facts: facts.size, parts: textBlocks.length };
  textBlocks.push(...blocks(page, 'texts'));
  detailBlocks.push(...blocks(page, 'details'));
  addPart(index, tried.parts);
  docs[tried.docs].title = say('tried');
  allTexts = null;
}

$('try').addEventListener('submit', async (event) => {
  event.preventDefault();
  sentence = $('sentence').value;
  if (!sentence.trim()) return;
  try {
    add(await read());
  } catch (error) {
    return gone(error);
  }
  drawn.doc = -1;
  if (state.query) await loadAllTexts();
  refresh();
  await select(docs[tried.docs].count ? tried.facts : -1, tried.docs);
});
$('sentence').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $('try').requestSubmit();
});

const gone = (error) => tell(() => say('gone', error instanceof TypeError ? '' : error.message));

/** The server answers when it has something newer than what was seen. A hidden page does not ask. */
async function watch() {
  let seen = run.live;
  for (;;) {
    if (document.hidden) await new Promise((shown) => { document.addEventListener('visibilitychange', shown, { once: true }); });
    const asking = new AbortController();
    const stop = () => asking.abort();
    document.addEventListener('visibilitychange', stop, { once: true });
    try {
      const answer = await (await fetch(`/state?seen=${seen}`, { signal: asking.signal })).json();
      if (answer.page !== run.live) await update(parsed(await (await fetch('/')).text()));
      else tell(() => (answer.faults.length ? say('faults') : ''));
      $('faults').textContent = answer.faults.join('\n');
      $('faults').hidden = !answer.faults.length;
      seen = answer.version;
    } catch (error) {
      if (error.name !== 'AbortError') { gone(error); await new Promise((later) => { setTimeout(later, 1000); }); }
    }
    document.removeEventListener('visibilitychange', stop);
  }
}

function speak() {
  $('sentence').placeholder = say('sentence');
  $('sentence').setAttribute('aria-label', say('sentence'));
  $('try').querySelector('button').textContent = say('try');
  tell(news);
}
spoken.push(speak);
speak();
opening.then(watch);
