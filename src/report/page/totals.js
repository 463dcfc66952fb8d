// Sums by pair and by year, of one unit at a time, exact: amounts are decimal strings, added up as whole ten-thousandths.
const METRICS = {
  metric_facts: () => 1n,
  metric_money: (fact) => (cell('kind', fact) === 'money' && cell('unit', fact) === 'CNY' ? exactly(fact) : null),
  metric_area: (fact) => (cell('kind', fact) === 'area' ? exactly(fact) : null),
};
let metric = 'metric_money';

function exactly(fact) {
  const decimal = cell('si', fact);
  if (!decimal || cell('each', fact)) return null;
  const [whole, part = ''] = decimal.split('.');
  return BigInt(whole + part.slice(0, 4).padEnd(4, '0'));
}

function sums(facet) {
  const totals = new Map();
  let used = 0;
  for (const fact of shown) {
    const amount = METRICS[metric](fact);
    const values = amount === null ? [] : valuesOf(FACETS[facet], fact).filter(Boolean);
    if (values.length) used++;
    for (const value of values) totals.set(value, (totals.get(value) || 0n) + amount);
  }
  return { used, totals: [...totals] };
}

const readable = (sum) => {
  const whole = metric === 'metric_facts' ? sum : sum / 10000n;
  for (const [name, size] of [['亿', 100000000n], ['万', 10000n]]) {
    if (whole >= size) return `${(Number(whole * 100n / size) / 100).toLocaleString('en')} ${name}`;
  }
  return whole.toLocaleString('en');
};

function chart(facet, title, order) {
  const { used, totals } = sums(facet);
  const top = totals.sort(order).slice(0, 30);
  const most = top.reduce((most, [, sum]) => (sum > most ? sum : most), 1n);
  const bars = top.map(([value, sum]) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    rect.setAttribute('width', `${Number(sum * 1000n / most) / 10}%`);
    rect.setAttribute('height', '100%');
    bar.append(rect);
    return make('button', { type: 'button', className: 'bar', 'aria-pressed': String(state.chosen[facet].has(value)), onclick: () => choose(facet, value) },
      make('span', {}, value.replace('>', ' → ')), bar, make('span', { className: 'amount' }, readable(sum)));
  });
  return make('div', { className: 'chart' }, make('h3', {}, say(title)), ...bars, make('p', { className: 'faint' }, say('totals_note', used, shown.length - used)));
}

function drawTotals() {
  if ($('totals').hidden) return;
  const select = make('select', { 'aria-label': say('measure'), onchange: (event) => { metric = event.target.value; drawTotals(); } },
    ...Object.keys(METRICS).map((name) => make('option', { value: name, selected: name === metric }, say(name))));
  const larger = (a, b) => (a[1] < b[1] ? 1 : -1);
  $('totals').replaceChildren(select, chart('pair', 'by_pair', larger), chart('year', 'by_year', (a, b) => (a[0] < b[0] ? -1 : 1)));
}
