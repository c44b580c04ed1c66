/* Who meets whom: a triangle of bodies whose names stand beside the diagonal; a cell is the pair of its row and
   column. Bodies that break a rule alone, such as a guarantee period of their own works, stand on the diagonal. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const [WIDTH, CELL, NARROWEST] = [400, 23, 76]; // pixels: of the panel, of a cell, of the shortest name
  const PALE = [253, 238, 246];
  const FULL = [165, 20, 112];

  function tint(share) {
    const mixed = PALE.map((from, i) => Math.round(from + (FULL[i] - from) * Math.sqrt(share)));
    return '#' + mixed.map((part) => part.toString(16).padStart(2, '0')).join('');
  }

  /* The bodies that meet anybody, those that meet most first. */
  function bodies(data) {
    const meetings = new Map();
    for (const row of data.rows) {
      for (const code of [row.body_a, row.body_b]) meetings.set(code, (meetings.get(code) || 0) + 1);
    }
    return [...meetings.keys()].sort((a, b) => meetings.get(b) - meetings.get(a) || (a < b ? -1 : 1));
  }

  function sentence(page, data, a, b, rows) {
    const count = page.words.t('n_conflicts', { n: rows.length });
    return data.pairName(a, b) + ': ' + count + ', ' + page.words.money(data.money(rows));
  }

  function cell(page, a, b, tell) {
    const key = Abat.pairKey(a, b);
    const press = () => page.set({ pair: page.state.pair === key ? null : key });
    const button = Abat.toggle(page, { 'data-pair': key }, () => page.state.pair === key, press);
    for (const event of ['mouseenter', 'focus']) button.addEventListener(event, () => tell(button));
    for (const event of ['mouseleave', 'blur']) button.addEventListener(event, () => tell(null));
    return { key, a, b, button, holder: h('td', {}, button) };
  }

  /* What the cells show now: the rows of each pair, how a pair is valued, and in which unit. */
  function measured(page, data) {
    const byMoney = page.state.measure === 'money';
    const pairs = data.pairs();
    const value = (rows) => (byMoney ? data.money(rows) : rows.length);
    const most = Math.max(1, ...[...pairs.values()].map(value));
    const [size, unit] = byMoney ? page.words.unit(most) : [1, ''];
    const write = (rows) => short(page, value(rows) / size);
    return { pairs, share: (rows) => value(rows) / most, write, unit };
  }

  /* Three characters at most; what is too little for them is a dot. */
  function short(page, value) {
    if (value > 0 && value < 0.05) return '·';
    return page.words.number(value, { maximumFractionDigits: value < 9.95 ? 1 : 0 });
  }

  function paint(page, data, cells, { pairs, share, write }) {
    for (const { key, a, b, button } of cells) {
      const rows = pairs.get(key) || [];
      const colour = tint(share(rows));
      button.hidden = !rows.length;
      button.textContent = write(rows);
      button.style.background = colour;
      button.style.color = Abat.inkOn(colour);
      button.setAttribute('aria-label', sentence(page, data, a, b, rows));
    }
  }

  function measures(page) {
    const buttons = ['count', 'money'].map((measure) => {
      const button = Abat.toggle(
        page,
        {},
        () => page.state.measure === measure,
        () => page.set({ measure }),
      );
      return page.live(button, () => page.words.t('measure_' + measure), ['lang']);
    });
    return h('div', { class: 'segments small', role: 'group' }, ...buttons);
  }

  function nameCell(page, data, code, at, span) {
    const name = h('span', { class: 'clamp' });
    name.style.maxWidth = Math.max(NARROWEST, WIDTH - CELL * at) + 'px';
    page.watch(() => {
      Abat.replace(name, Abat.outer(data.bodyName(code)));
      name.title = data.bodyName(code);
    }, ['lang']);
    return h('th', { scope: 'row', colspan: span }, name);
  }

  /** The matrix with its measure and a line that says what is pointed at, else what is chosen, else how to read. */
  Abat.matrix = function (page, data) {
    const codes = bodies(data);
    const alone = data.rows.some((row) => row.body_a === row.body_b) ? 1 : 0;
    const cells = [];
    const said = h('p', { class: 'note said', role: 'status' });
    let now = null;
    const tell = (pointed) => {
      const { measure, pair } = page.state;
      const kept = cells.find((made) => made.key === pair);
      const button = pointed || (kept && kept.button);
      const unit = (now.unit + ' ' + page.words.of(page.model.context.currency)).trim();
      said.textContent = button
        ? button.getAttribute('aria-label')
        : page.words.t('matrix_' + measure, { unit });
    };
    const lines = codes.map((code, i) => {
      const line = codes.slice(0, i + alone).map((other) => cell(page, other, code, tell));
      cells.push(...line);
      const name = nameCell(page, data, code, line.length, codes.length + 1 - line.length);
      return h('tr', {}, ...line.map((made) => made.holder), name);
    });
    page.watch(() => {
      now = measured(page, data);
      paint(page, data, cells, now);
      tell(null);
    }, ['lang', 'measure', 'body', 'year', 'pair', ...Abat.CHOICES]);
    const scroll = h('div', { class: 'matrix' }, h('table', {}, h('tbody', {}, ...lines)));
    return h('section', { class: 'bodies' }, page.text('h2', 'matrix'), measures(page), scroll, said);
  };
})((window.Abat = window.Abat || {}));
