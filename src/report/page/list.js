// Long lists: only the rows in view exist.
class LongList {
  constructor(box, height, row, choose) {
    Object.assign(this, { box, height, row, choose, items: [], current: -1 });
    this.space = make('div', { className: 'space' });
    box.append(this.space);
    box.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw(true)).observe(box);
    box.addEventListener('click', (event) => {
      const row = event.target.closest('[data-at]');
      if (row) choose(this.items[Number(row.dataset.at)]);
    });
  }
  show(items) {
    this.items = items;
    this.space.style.height = `${Math.max(1, items.length) * this.height}px`;
    this.draw(true);
  }
  select(item) {
    this.current = item;
    const at = this.items.indexOf(item);
    if (at >= 0 && this.box.clientHeight) {
      const top = at * this.height;
      if (top < this.box.scrollTop) this.box.scrollTop = top;
      else if (top + this.height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + this.height - this.box.clientHeight;
    }
    this.draw(true);
  }
  draw(anew = false) {
    const from = Math.max(0, Math.floor(this.box.scrollTop / this.height) - 4);
    const until = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / this.height) + 4);
    if (!anew && from === this.from && until === this.until) return;
    Object.assign(this, { from, until });
    const rows = [];
    for (let at = from; at < until; at++) {
      const item = this.items[at];
      const row = this.row(item);
      row.dataset.at = at;
      row.style.transform = `translateY(${at * this.height}px)`;
      row.setAttribute('role', 'option');
      row.setAttribute('aria-posinset', at + 1);
      row.setAttribute('aria-setsize', this.items.length);
      row.setAttribute('aria-selected', item === this.current);
      if (item === this.current) { row.id = `${this.box.id}-current`; this.box.setAttribute('aria-activedescendant', row.id); }
      rows.push(row);
    }
    if (!rows.length) rows.push(make('p', { className: 'faint empty' }, say('no_facts')));
    this.space.replaceChildren(...rows);
  }
}

const UNITS = { m2: 'm²', km2: 'km²' };
const grouped = (decimal) => decimal.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, '\u202f'));
/** `200 000 000 CNY`, `8 000 – 10 000 个`. */
function amountOf(fact) {
  const value = cell('value', fact) || `${grouped(cell('low', fact))} – ${grouped(cell('high', fact))}`;
  return `${cell('value', fact) ? grouped(value) : value} ${UNITS[cell('unit', fact)] || cell('unit', fact)}`;
}
const pairText = (fact) => pairNames(pairsOf(fact)).map((name) => name.replace('>', ' → ')).join('; ') || say('no_pair');

/** A fact's review, else how it differs from what was there before the dictionaries were saved. */
function sign(fact) {
  const [mark, change] = [facts.mark[fact], facts.change[fact]];
  const name = MARKS[mark] || CHANGES[change];
  return make('span', { className: `review ${name}`, title: name && say(name) }, mark ? '✓✗?'[mark - 1] : ' +~'[change]);
}

function factRow(fact) {
  const doc = docs[facts.doc[fact]];
  const sentence = make('div', { className: 'sentence' });
  const kind = cell('kind', fact);
  const bound = cell('bound', fact);
  const row = make('div', { className: 'row' },
    make('span', { className: `badge ${kind}` }, say(kind)), make('b', { title: cell('text', fact) }, cell('text', fact)),
    make('span', { className: 'amount', title: cell('steps', fact) }, amountOf(fact) + (bound === 'exact' || bound === 'range' ? '' : ` (${say(bound)})`)),
    make('span', { className: 'pairs' }, pairText(fact)),
    make('span', { className: 'time' }, [cell('time', fact), cell('status', fact) === 'planned' ? say('planned') : ''].filter(Boolean).join(' · ')),
    sign(fact), sentence);
  textOf(doc).then((text) => {
    const slice = slicer(text);
    const [from, start, end, until] = [facts.sentence_start[fact], facts.start[fact], facts.end[fact], facts.sentence_end[fact]];
    const near = Math.max(from, start - 28);
    sentence.append(visible((near > from ? '…' : '') + slice(near, start)), make('b', {}, slice(start, end)), visible(slice(end, Math.min(until, end + 80))));
  });
  return row;
}

function docRow(at) {
  const doc = docs[at];
  return make('div', { className: 'row', title: doc.id },
    make('span', { className: 'name' }, doc.title || doc.id), make('span', { className: 'under' }, [doc.date, doc.id].filter(Boolean).join(' · ')), make('span', { className: 'number' }, String(doc.count)));
}
