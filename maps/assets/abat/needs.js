/* The page "needs against funding": one state behind map, legend, slider, lists, search and popups. */
(function (Abat) {
  'use strict';

  const { h } = Abat;

  function figures(page, needs) {
    const here = (row) => needs.isIn(needs.districts.value('district_code', row));
    const total = (name) => needs.ofDistricts.sum(name, page.state.year, here);
    const { words } = page;
    return h(
      'section',
      { class: 'figures' },
      Abat.figure(page, { key: 'figure_appeals', write: () => words.number(total('appeals')) }),
      Abat.figure(page, { key: 'figure_money', write: () => words.short(total('amount_kzt')) }),
      Abat.figure(page, {
        key: 'figure_worst',
        write: () => words.number(needs.counts[Abat.WORST]),
        worst: true,
      }),
    );
  }

  function modes(page) {
    const buttons = ['courtyards', 'districts'].map((mode) => {
      const choose = () => page.set({ mode, kept: null, pointed: null });
      const button = Abat.toggle(page, { 'data-mode': mode }, () => page.state.mode === mode, choose);
      return page.live(button, () => page.words.t('mode_' + mode));
    });
    return h('section', { class: 'segments', role: 'group' }, ...buttons);
  }

  /* The colours of the map follow the state. */
  function colour(page, needs) {
    const { cells, coverage, outline } = page.model;
    const courtyard = cells.map((fill) => ({ ...page.model.courtyard, fill }));
    const filled = coverage.colours.map((fill) => ({ ...outline, fill, opacity: 0.8, dash: [] }));
    page.watch(({ mode, kept, pointed }) => {
      const only = pointed === null ? kept : pointed;
      const byDistrict = mode === 'districts';
      document.body.classList.toggle('areas-filled', byDistrict);
      needs.courtyards.recolour(courtyard, (row) => needs.classes[row]);
      needs.courtyards.filter(
        (row) => !byDistrict && needs.here[row] && (only === null || needs.classes[row] === only),
      );
      needs.districts.recolour([...filled, outline], (row) =>
        byDistrict && needs.coverageStep(row) >= 0 ? needs.coverageStep(row) : filled.length,
      );
      const asked = (row) => !byDistrict || only === null || 'coverage-' + needs.coverageStep(row) === only;
      needs.districts.filter((row) => needs.isDrawn(row) && asked(row));
    });
  }

  function labels(page, needs, map, legend) {
    const write = Abat.labels(map, needs.districts, legend, (row) => {
      const name = h('span', {}, Abat.outer(needs.districtName(needs.districts.value('district_code', row))));
      return page.state.mode === 'districts'
        ? [name, h('b', {}, page.words.percent(needs.coverage(row)))]
        : [name];
    });
    page.watch(write);
  }

  function found(page, needs, kind, row) {
    const layer = needs[kind];
    const content =
      kind === 'courtyards'
        ? () => Abat.courtyardPopup(page, needs, row)
        : () => Abat.districtPopup(page, needs, row);
    return { layer, row, content };
  }

  function entries(page, needs, view) {
    const out = [];
    for (let row = 0; row < needs.ofCourtyards.rows; row++) {
      const text = needs.courtyards.value('address', row) || needs.courtyards.value('courtyard_id', row);
      const note = () => needs.districtName(needs.courtyards.value('district_code', row));
      out.push({ text, note, go: () => show(page, needs, view, row) });
    }
    return out;
  }

  /* A courtyard that is asked for is shown whatever filter held before. */
  function show(page, needs, view, row) {
    const district = page.state.district;
    const elsewhere = district !== null && needs.courtyards.value('district_code', row) !== district;
    page.set({ mode: 'courtyards', kept: null, pointed: null, district: elsewhere ? null : district });
    view.goTo(found(page, needs, 'courtyards', row));
  }

  function choose(page, needs, view, row, code) {
    const district = page.state.district === code ? null : code;
    page.set({ district });
    if (district) view.fit(needs.districts, (other) => other === row);
    else view.fit(needs.courtyards, () => true);
  }

  /** Starts the page on a Folium map with its two packed layers. */
  Abat.needs = async function (map, districts, courtyards) {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    await Promise.all([courtyards.ready, districts.ready]);
    const needs = new Abat.Needs(page, courtyards, districts);
    const { years } = page.model;
    page.set({
      year: years[years.length - 1],
      mode: 'courtyards',
      kept: null,
      pointed: null,
      district: null,
      tab: 'districts',
    });
    if (years.length) page.watch(() => needs.refresh(), ['year', 'district']);
    const legend = document.getElementById('legend');
    const panel = document.getElementById('panel');
    Abat.head(page, document.getElementById('head'));
    const view = new Abat.View(page, map);
    if (!years.length) return Abat.empty(page, panel, 'needs_empty');
    colour(page, needs);
    Abat.needsLegend(page, needs, legend);
    labels(page, needs, map, legend);
    panel.append(
      figures(page, needs),
      modes(page),
      Abat.yearSlider(page, years) || '',
      Abat.search(page, entries(page, needs, view)),
    );
    panel.append(
      Abat.ranking(
        page,
        needs,
        (row, code) => choose(page, needs, view, row, code),
        (row) => show(page, needs, view, row),
      ),
    );
    panel.append(Abat.coverage(page), Abat.notes(page, ['needs_how']));
    view.pick((latlng) => {
      const kind = page.state.mode;
      const hit = needs[kind].hits(latlng)[0];
      return hit === undefined ? null : found(page, needs, kind, hit);
    });
    document.body.dataset.ready = 'true';
  };
})((window.Abat = window.Abat || {}));
