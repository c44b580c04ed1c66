/* The page of one district, or of the city: a sheet with map, figures, first needs (or districts), first conflicts. */
(function (Abat) {
  'use strict';

  const { h } = Abat;

  function figures(page) {
    const { words, model } = page;
    const one = ([key, form, value]) =>
      Abat.figure(page, { key, write: () => words[form](value), worst: key === 'district_worst' });
    return h('section', { class: 'figures' }, ...model.headline.map(one));
  }

  /* A numbered list: the number stands on the map too. */
  function list(page, key, rows, { start, write, name }) {
    const entries = h('ol', { class: 'numbered ' + name });
    page.watch(() => {
      const lines = rows.map((row, i) => h('li', {}, h('i', { class: name }, String(start + i)), ...write(row)));
      Abat.replace(entries, ...(lines.length ? lines : [h('li', {}, page.words.t('nothing_here'))]));
    }, ['lang']);
    return h('section', {}, page.text('h2', key), entries);
  }

  function need(page) {
    return (row) => [
      h(
        'span',
        {},
        Abat.outer(row.address || '№ ' + row.courtyard_id),
        h('small', {}, page.choice('courtyard_needs', 'condition', row.condition)),
      ),
      h('b', {}, page.words.times(row.means)),
    ];
  }

  /* A district on the sheet of the city: its shares, and how far the money goes. */
  function district(page) {
    const { words, model } = page;
    return (row) => {
      const said = {
        need: words.percent(row.need_share),
        money: words.percent(row.money_share),
        appeals: words.number(row.appeals),
      };
      return [
        h('span', {}, Abat.outer(page.name(model.districts, row.district_code)), h('small', {}, words.t('city_line', said))),
        h('b', {}, words.percent(row.coverage)),
      ];
    };
  }

  function conflict(page) {
    const name = (code) => page.name(page.model.bodies, code);
    const linked = page.model.context.pages.includes('conflicts');
    return (row) => {
      const title = Abat.outer(row.place_name || page.words.t('no_place_name'));
      const href = 'conflicts.html' + Abat.address(page.state.lang, row.id);
      const rules = row.rules.map((rule) => page.choice('conflicts', 'rule', rule)).join(', ');
      return [
        h(
          'span',
          {},
          linked ? h('a', { href }, title) : title,
          h('small', {}, rules, ' · ', Abat.outer(row.bodies.map(name).join(' × '))),
        ),
        h('b', {}, row.money_at_risk_kzt ? page.words.short(row.money_at_risk_kzt) : '–'),
      ];
    };
  }

  /* What the lists name, with the kind of its number. */
  function numbered({ needs, conflicts, by_district: districts }) {
    const each = (rows, kind) => rows.map((row) => [row, kind]);
    return [...each(districts || [], 'need'), ...each(needs, 'need'), ...each(conflicts, 'clash')];
  }

  /* Everything that has a number on the map lies in its first view. */
  function widen(page, map) {
    const home = L.latLngBounds(map.home);
    for (const [{ at }] of numbered(page.model)) if (at) home.extend(at);
    map.home = home;
  }

  /* The numbers of both lists on the map. */
  function numbers(page, map) {
    const pane = map.createPane('abat-numbers');
    pane.style.zIndex = 620;
    pane.style.pointerEvents = 'none';
    const all = numbered(page.model);
    const write = () => {
      pane.textContent = '';
      all.forEach(([row, name], i) => {
        if (!row.at) return;
        const node = h('div', { class: 'number-on-map ' + name }, String(i + 1));
        L.DomUtil.setPosition(node, map.latLngToLayerPoint(row.at));
        pane.append(node);
      });
    };
    map.on('zoomstart', () => (pane.textContent = ''));
    map.on('moveend zoomend', write);
    write();
  }

  function legend(page, host) {
    const grid = h('div', { class: 'cells' });
    for (const need of [2, 1, 0]) {
      for (const money of [0, 1, 2]) {
        const cell = h('span', { class: 'cell' });
        cell.style.background = page.model.cells[3 * need + money];
        grid.append(cell);
      }
    }
    const axis = (name, at) => page.text('span', name, { class: at });
    host.append(h('div', { class: 'axes' }, axis('axis_need', 'up'), grid, axis('axis_money', 'along')));
    host.append(
      h('p', { class: 'sign-line' }, h('span', { class: 'sign', 'aria-hidden': 'true' }), page.text('span', 'page_conflicts')),
    );
    page.watch(() => host.setAttribute('aria-label', page.words.t('legend')), ['lang']);
  }

  /** Starts the page on a Folium map with its packed layers. */
  Abat.district = async function (map, ...layers) {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    await Promise.all(layers.map((layer) => layer.ready));
    const { needs, conflicts, by_district: districts, year: told } = page.model;
    const before = districts ? districts.length : 0;
    if (districts) document.body.dataset.sheet = 'city';
    Abat.head(page, document.getElementById('head'));
    widen(page, map);
    new Abat.View(page, map);
    legend(page, document.getElementById('legend'));
    numbers(page, map);
    const panel = document.getElementById('panel');
    const year = page.live(h('p', { class: 'note' }), () =>
      told === null ? '' : page.words.t('district_year', { year: String(told) }),
    );
    panel.append(
      figures(page),
      year,
      h(
        'div',
        { class: 'both-lists' },
        h(
          'div',
          {},
          districts ? list(page, 'city_districts', districts, { start: 1, name: 'need', write: district(page) }) : null,
          list(page, 'first_needs', needs, { start: before + 1, name: 'need', write: need(page) }),
        ),
        list(page, 'first_conflicts', conflicts, { start: before + needs.length + 1, name: 'clash', write: conflict(page) }),
      ),
      Abat.notes(page, []),
    );
    document.body.dataset.ready = 'true';
  };
})((window.Abat = window.Abat || {}));
