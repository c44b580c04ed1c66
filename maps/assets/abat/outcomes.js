/* A page whose shapes have one outcome each (a regime's conflicts, a programme's places): what became of them, how
   many, for how much, in which district, and why. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const KEYS = ['district', 'outcome', 'second'];
  const PORTION = 20;

  function figures(page, data) {
    const { words } = page;
    const box = h('section', { class: 'figures of-outcomes' });
    page.watch(() => {
      const totals = data.totals(data.rows(data.plan.by));
      const one = (value) =>
        h(
          'div',
          {},
          h('b', {}, words.number(totals[value].count)),
          h('span', {}, Abat.swatch(data.plan.colours[value]), ' ' + data.outcomeName(value)),
          h('small', {}, words.money(totals[value].money)),
        );
      Abat.replace(box, ...data.values.map(one));
    }, ['lang', ...KEYS]);
    return box;
  }

  function chips(page, data) {
    const { plan } = data;
    const label = h('h2', { id: 'filter-second' });
    page.live(label, () => page.label(plan.layer, plan.second), ['lang']);
    const group = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'filter-second' });
    for (const value of data.secondValues()) {
      const holds = () => page.state.second.includes(value);
      const press = () => {
        const { second } = page.state;
        page.set({ second: holds() ? second.filter((other) => other !== value) : [...second, value] });
      };
      const chip = Abat.toggle(page, { class: 'chip', 'data-value': value }, holds, press);
      page.watch(() => {
        const count = h('b', {}, page.words.number(data.secondCounts().get(value) || 0));
        Abat.replace(chip, page.choice(plan.layer, plan.second, value), count);
      }, ['lang', ...KEYS]);
      group.append(chip);
    }
    return h('section', { class: 'filters' }, label, group);
  }

  function districtRow(page, data, { code, rows }) {
    const totals = data.totals(rows);
    const chosen = page.state.district === code && code !== null;
    const name = h('button', {
      type: 'button',
      'aria-pressed': String(chosen),
      'data-code': code,
      on: { click: () => page.set({ district: chosen ? null : code }) },
    });
    name.append(code === null ? page.words.t('no_district') : Abat.outer(data.districtName(code)));
    name.disabled = code === null;
    const count = (value) => h('td', {}, page.words.number(totals[value].count));
    return h('tr', { class: chosen ? 'chosen' : null }, h('th', { scope: 'row' }, name), ...data.values.map(count));
  }

  function districtTable(page, data) {
    const head = h('tr', {});
    const body = h('tbody', {});
    page.watch(() => {
      Abat.replace(head, h('td', {}), ...data.values.map((value) => h('th', { scope: 'col' }, data.outcomeName(value))));
      Abat.keepFocus(body, 'code', () =>
        Abat.replace(body, ...data.byDistrict().map((found) => districtRow(page, data, found))),
      );
    }, ['lang', ...KEYS]);
    return h(
      'section',
      {},
      page.text('h2', 'by_district'),
      h('table', { class: 'ranking' }, h('thead', {}, head), body),
    );
  }

  function item(page, data, row, go) {
    const button = h('button', { type: 'button', 'data-row': row, on: { click: () => go(row) } });
    const below = [
      page.choice(data.plan.layer, data.plan.second, data.value(data.plan.second, row)),
      data.value('district_code', row) === null ? '' : data.districtName(data.value('district_code', row)),
    ];
    const amount = data.value(data.plan.money, row);
    button.append(
      Abat.swatch(data.plan.colours[data.value(data.plan.by, row)]),
      h(
        'span',
        { class: 'what' },
        Abat.outer(data.title(row)),
        h('small', {}, Abat.outer(below.filter((x) => x).join(' · '))),
      ),
      h('span', { class: 'number' }, amount ? page.words.short(amount) : '–'),
    );
    return h('li', {}, button);
  }

  function list(page, data, go) {
    page.state.listed = PORTION;
    const entries = h('ol', { class: 'places' });
    const said = h('p', { class: 'note', role: 'status' });
    const more = page.text('button', 'show_more', {
      type: 'button',
      class: 'more',
      on: { click: () => page.set({ listed: page.state.listed + PORTION }) },
    });
    page.watch(({ listed }) => {
      const money = page.label(data.plan.layer, data.plan.money, true);
      said.textContent = data.sorted.length ? money : page.words.t('nothing_passes');
      Abat.replace(entries, ...data.sorted.slice(0, listed).map((row) => item(page, data, row, go)));
      more.hidden = data.sorted.length <= listed;
    }, ['lang', 'listed', ...KEYS]);
    return h('section', { class: 'lists' }, page.text('h2', 'list_' + page.model.page), said, entries, more);
  }

  /* Everything the layer declares, except what the heading says. */
  function card(page, data, row) {
    const { plan, table } = data;
    const said = [plan.title, plan.by, 'district_code', 'why_ru', 'why_kk', 'why_en'];
    const names = page.columns(plan.layer, table, said).filter((name) => data.value(name, row) !== null);
    const why = 'why_ru' in table.columns ? data.value('why_' + page.state.lang, row) : null;
    const outcome = data.value(plan.by, row);
    const district = data.value('district_code', row);
    return h(
      'div',
      { class: 'card' },
      h('h2', {}, Abat.outer(data.title(row))),
      h('p', { class: 'below' }, district === null ? '' : Abat.outer(data.districtName(district))),
      h('p', { class: 'class-line' }, Abat.swatch(plan.colours[outcome]), data.outcomeName(outcome)),
      why ? h('p', { class: 'why' }, Abat.outer(why)) : null,
      Abat.facts(
        names.map((name) => [page.label(plan.layer, name), page.say(plan.layer, table, name, data.value(name, row))]),
      ),
    );
  }

  function legend(page, data, host) {
    const { plan } = data;
    const title = page.live(h('h2', {}), () => page.label(plan.layer, plan.by), ['lang']);
    const steps = data.values.map((value) => {
      const holds = () => page.state.outcome === value;
      const press = () => page.set({ outcome: holds() ? null : value });
      const step = Abat.toggle(page, { class: 'step', 'data-outcome': value }, holds, press);
      page.watch(() => {
        const count = data.totals(data.rows(plan.by))[value].count;
        const number = h('b', {}, page.words.number(count));
        Abat.replace(step, Abat.swatch(plan.colours[value]), h('span', {}, data.outcomeName(value)), number);
      }, ['lang', ...KEYS]);
      return step;
    });
    host.append(title, h('div', { class: 'steps' }, ...steps), page.text('p', 'outcome_hint', { class: 'note hint' }));
    page.watch(() => host.setAttribute('aria-label', page.words.t('legend')), ['lang']);
  }

  /* What passes from one payer to another: from, to, projects, money. */
  function transfers(page, table) {
    if (!table || !table.rows) return null;
    const body = h('tbody', {});
    const name = (code) => Abat.outer(page.name(page.model.bodies, code));
    page.watch(() => {
      const rows = Array.from({ length: table.rows }, (_, row) => table.row(row));
      const line = (row) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name(row.payer_current), ' ', h('span', {}, '→ ', name(row.payer_proposed))),
          h('td', {}, page.words.number(row.projects)),
          h('td', {}, page.words.short(row.amount_kzt)),
        );
      Abat.replace(body, ...rows.map(line));
    }, ['lang']);
    const heads = ['transfer_from', 'transfer_projects', 'transfer_money'];
    const head = h('tr', {}, ...heads.map((key) => page.text('th', key, { scope: 'col' })));
    return h(
      'section',
      { class: 'transfers' },
      page.text('h2', 'transfers'),
      h('table', { class: 'ranking' }, h('thead', {}, head), body),
    );
  }

  function colour(page, data) {
    const { colours, look, quiet, by } = data.plan;
    const totals = data.totals(data.rows(null));
    // what is rare lies on top
    const order = data.values.slice().sort((a, b) => totals[b].count - totals[a].count);
    const styles = order.map((value) => ({
      ...look,
      ...(quiet.values.includes(value) ? quiet.look : {}),
      fill: colours[value],
      line: Abat.darker(colours[value]),
    }));
    data.layer.recolour(styles, (row) => order.indexOf(data.value(by, row)));
    page.watch(() => data.layer.filter((row) => data.passes(row, null)), KEYS);
  }

  /** Starts a page of outcomes on a Folium map: districts, then the layer with the outcomes. */
  Abat.outcomes = async function (map, districts, layer) {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    await Promise.all([districts.ready, layer.ready]);
    Object.assign(page.state, { district: null, outcome: null, second: [] });
    const data = new Abat.Outcomes(page, layer);
    page.watch(() => data.refresh(), KEYS);
    const [panel, host] = [document.getElementById('panel'), document.getElementById('legend')];
    Abat.head(page, document.getElementById('head'));
    const view = new Abat.View(page, map);
    const write = Abat.labels(map, districts, host, (row) => [
      h('span', {}, Abat.outer(data.districtName(districts.value('code', row)))),
    ]);
    page.watch(write, ['lang']);
    if (!layer.shapes.rows) return Abat.empty(page, panel, page.model.page + '_empty');
    colour(page, data);
    legend(page, data, host);
    const found = (row) => ({ layer, row, content: () => card(page, data, row) });
    const parts = [
      figures(page, data),
      chips(page, data),
      districtTable(page, data),
      transfers(page, layer.tables.transfers),
      list(page, data, (row) => view.goTo(found(row))),
    ];
    panel.append(...parts.filter((part) => part), Abat.coverage(page), Abat.notes(page, [page.model.page + '_how']));
    view.pick((latlng) => {
      const [row] = layer.hits(latlng);
      return row === undefined ? null : found(row);
    });
    document.body.dataset.ready = 'true';
  };
  Abat.regimes = Abat.programme = Abat.outcomes;
})((window.Abat = window.Abat || {}));
