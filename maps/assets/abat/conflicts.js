/* The page of contested places and conflicts: one state behind map, filters, matrix, list and popups. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const KEYS = ['body', 'year', 'pair', ...Abat.CHOICES];
  const MANY = 8000; // conflicts in the window, above which they are drawn as a density
  const MARK = { smallest: 10, widest: 30, farZoom: 11.5, farScale: 0.65 }; // pixels across, smaller from afar

  function figures(page, data) {
    const { words } = page;
    const all = () => ({ n: page.model.whole === null ? data.count : page.model.whole });
    const risk = () => words.short(data.money(data.shown));
    return h(
      'section',
      { class: 'figures' },
      Abat.figure(page, {
        key: 'figure_conflicts',
        write: () => words.number(data.shown.length),
        values: all,
      }),
      Abat.figure(page, { key: 'figure_places', write: () => words.number(data.places.size) }),
      Abat.figure(page, { key: 'figure_risk', write: risk, worst: true }),
    );
  }

  /* Four looks: empty or full by severity, broken or whole line by certainty. */
  function looks(page) {
    const { minor, major, unsure } = page.model.looks;
    return [{ ...minor, ...unsure }, minor, { ...major, ...unsure }, major];
  }

  function colour(page, data, map) {
    data.layer.recolour(
      looks(page),
      (row) => 2 * (data.rows[row].severity === 'major') + (data.rows[row].certainty !== 'possible'),
    );
    const far = () => (map.getZoom() < MARK.farZoom ? MARK.farScale : 1);
    const size = (row) =>
      far() * (MARK.smallest + (MARK.widest - MARK.smallest) * Math.sqrt(data.weight(row)));
    data.layer.sizeMarks(size, MARK.widest);
    const { place: seen, lonely } = page.model.looks;
    data.contested.recolour([seen, lonely], (row) => (data.contested.value('met', row) ? 0 : 1));
    page.watch(() => {
      data.layer.filter((row) => data.isShown[row]);
      data.contested.filter((row) => data.isFree() || data.places.has(data.homes[row]));
    }, KEYS);
  }

  function legend(page, data, map, host) {
    const line = (sign, key) => h('p', { class: 'sign-line' }, sign, page.text('span', key));
    const dense = page.text('p', 'conflicts_dense', { class: 'note', hidden: true });
    const circle = (name) => h('span', { class: 'sign ' + name, 'aria-hidden': 'true' });
    const choice = (column, value, sign) => {
      const said = () => page.label('conflicts', column) + ': ' + page.choice('conflicts', column, value);
      return h('p', { class: 'sign-line' }, sign, page.live(h('span', {}), said, ['lang']));
    };
    host.append(
      page.text('h2', 'legend'),
      choice('severity', 'major', circle('major')),
      choice('severity', 'minor', circle('')),
      choice('certainty', 'possible', circle('unsure')),
      line(circle('place'), 'legend_place'),
      h(
        'p',
        { class: 'sign-line' },
        h('span', { class: 'sizes', 'aria-hidden': 'true' }, circle('s'), circle('m'), circle('l')),
        page.text('span', 'legend_size'),
      ),
      dense,
    );
    Abat.sheet(map, 'data').on('update', () => (dense.hidden = !data.layer.isDense));
    page.watch(() => host.setAttribute('aria-label', page.words.t('legend')), ['lang']);
  }

  function labels(page, districts, map, host) {
    const write = Abat.labels(map, districts, host, (row) => {
      return [h('span', {}, Abat.outer(page.name(page.model.districts, districts.value('code', row))))];
    });
    page.watch(write, ['lang']);
  }

  /* What is found at a place: its conflicts one by one, else the contested place. */
  function found(page, data, view, indexes) {
    let at = 0;
    const rows = indexes.map((index) => data.rows[index]);
    const turn = (next) => {
      at = next;
      data.layer.select(indexes[at]);
      view.refresh();
    };
    return {
      layer: data.layer,
      row: indexes[0],
      content: () => Abat.conflictCard(page, data, { rows, at, turn, grown: () => view.grow() }),
    };
  }

  function foundAt(page, data, view, latlng) {
    if (data.layer.isDense) return null;
    const hits = data.layer.hits(latlng);
    if (hits.length) return found(page, data, view, hits);
    const place = data.contested.hits(latlng)[0];
    if (place === undefined) return null;
    return { layer: data.contested, row: place, content: () => Abat.placeCard(page, data, place) };
  }

  /* Opens the card of the conflict that the address asks for: conflicts.html#ID. */
  function openAsked(page, data, go) {
    const asked = Abat.asked();
    const row = data.rows.find(({ id }) => id === asked);
    const missing = asked && !row ? asked : null;
    if (missing !== page.state.missing) page.set({ missing });
    if (row) go(row);
  }

  /* Of a city with too many conflicts for one page: how many are here, and where the others are. */
  function part(page, data) {
    const { whole, links } = page.model;
    if (!links.length) return null;
    const cut = page.live(h('p', { class: 'note' }), () => page.words.t('conflicts_cut', { here: data.count, whole }));
    cut.hidden = whole === null;
    const missing = h('p', { class: 'note', role: 'status' });
    page.watch(({ missing: id }) => {
      missing.hidden = id === null;
      missing.textContent = id === null ? '' : page.words.t('conflict_missing', { id });
    }, ['lang', 'missing']);
    const anchors = links.map(([file, name]) => {
      const anchor = page.live(h('a', {}), () => page.words.of(name), ['lang']);
      page.watch(({ lang }) => anchor.setAttribute('href', file + '.html' + Abat.address(lang, null)), ['lang']);
      return h('li', {}, anchor);
    });
    return h('section', { class: 'part' }, cut, missing, page.text('h2', 'district_pages'), h('ul', {}, ...anchors));
  }

  /** Starts the page on a Folium map with its packed layers. */
  Abat.conflicts = async function (map, works, districts, contested, conflicts) {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    // Before any is drawn: very many would be drawn one by one first
    conflicts.condense(page.model.looks.major.line, MANY);
    contested.giveWay(conflicts); // their outlines would hide how many conflicts are where
    await Promise.all([works, districts, contested, conflicts].map((layer) => layer.ready));
    Object.assign(page.state, {
      body: null,
      year: null,
      pair: null,
      rule: [],
      severity: [],
      certainty: [],
      verdict: [],
      measure: 'count',
      missing: null,
    });
    const data = await new Abat.Conflicts(page, contested, conflicts, works).open();
    page.watch(() => data.refresh(), KEYS);
    const [panel, host] = [document.getElementById('panel'), document.getElementById('legend')];
    Abat.head(page, document.getElementById('head'));
    const view = new Abat.View(page, map);
    labels(page, districts, map, host);
    if (!data.count && !contested.shapes.rows) return Abat.empty(page, panel, 'conflicts_empty');
    colour(page, data, map);
    legend(page, data, map, host);
    const go = (row) => view.goTo(found(page, data, view, [row.at]));
    const parts = [
      () => figures(page, data),
      () => part(page, data) || '',
      () => Abat.filters(page, data),
      () => Abat.matrix(page, data),
      () => Abat.conflictList(page, data, go),
    ];
    for (const made of parts) {
      await Abat.rest();
      panel.append(made());
    }
    panel.append(Abat.coverage(page), Abat.notes(page, ['conflicts_how']));
    view.pick((latlng) => foundAt(page, data, view, latlng));
    openAsked(page, data, go);
    window.addEventListener('hashchange', () => openAsked(page, data, go));
    document.body.dataset.ready = 'true';
  };
})((window.Abat = window.Abat || {}));
