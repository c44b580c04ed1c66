/* The page "needs against funding": one state behind map, legend, slider, lists, search and popups. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const MODES = ['courtyards', 'public_spaces', 'hexagons', 'districts'];
  const EMPTY = 0.3;
  const LOOKS = ['together', 'swipe', 'coverage'];

  function figures(page, needs) {
    const { districts } = needs;
    const here = (row) => page.state.district === null || districts.districtCode(row) === page.state.district;
    const total = (name) => districts.yearly.sum(name, page.state.year, here);
    const { words } = page;
    const worst = () => needs.listed().count('cell-' + Abat.WORST);
    return h(
      'section',
      { class: 'figures' },
      Abat.figure(page, { key: 'figure_appeals', write: () => words.number(total('appeals')) }),
      Abat.figure(page, { key: 'figure_money', write: () => words.short(total('amount_kzt')) }),
      Abat.figure(page, {
        key: 'figure_worst',
        write: () => words.number(worst()),
        values: () => ({ kind: words.t('of_' + page.state.places) }),
        worst: true,
      }),
    );
  }

  function segments(page, names, { prefix, holds, press, attributes }) {
    const buttons = names.map((name) => {
      const button = Abat.toggle(page, attributes(name), () => holds(name), () => press(name));
      return page.live(button, () => page.words.t(prefix + name), ['lang']);
    });
    return h('div', { class: 'segments', role: 'group' }, ...buttons);
  }

  /* What is drawn, and how. */
  function modes(page, needs) {
    const kinds = segments(page, MODES.filter((name) => name in needs.kinds), {
      prefix: 'mode_',
      attributes: (mode) => ({ 'data-mode': mode }),
      holds: (mode) => page.state.mode === mode,
      press: (mode) => choose(page, mode),
    });
    const looks = segments(page, LOOKS, {
      prefix: 'look_',
      attributes: (look) => ({ 'data-look': look }),
      holds: (look) => needs.look() === look,
      press: (look) => page.set({ look, kept: null, pointed: null }),
    });
    looks.classList.add('small');
    const coverage = looks.querySelector("[data-look='coverage']");
    page.watch(({ mode }) => (coverage.hidden = mode !== 'districts'), ['mode']);
    page.watch(() => {
      kinds.setAttribute('aria-label', page.words.t('modes'));
      looks.setAttribute('aria-label', page.words.t('looks'));
    }, ['lang']);
    return h('section', { class: 'modes' }, kinds, looks);
  }

  function choose(page, mode) {
    const list = mode === 'districts' ? { tab: 'districts' } : { places: mode };
    const look = page.state.look === 'swipe' ? 'swipe' : mode === 'districts' ? 'coverage' : 'together';
    page.set({ mode, look, kept: null, pointed: null, ...list });
  }

  /* The colours of the map follow the state. */
  function colour(page, needs, map, right) {
    const { cells, coverage, halves } = page.model;
    const twins = new Map();
    for (const name in needs.kinds) {
      const places = needs.kinds[name];
      twins.set(places, places.layer.twin(Abat.sheet(map, 'other')));
    }
    right.push(...twins.values());
    const swipe = Abat.swipe(page, map, right);
    const styles = (places, fills) => {
      const filled = places === needs.districts ? { opacity: 0.8, dash: [] } : {};
      const outline = { ...places.kind.look, fill: null };
      const classed = fills.map((fill) => ({ ...places.kind.look, ...filled, fill }));
      if (places.kind.name === 'hexagons') classed[0].opacity = EMPTY; // there are many, and the city lies below
      return [...classed, outline];
    };
    const dress = (layer, places, what, fills) => {
      const shown = places === needs.shown();
      const isOutlined = places === needs.districts ? fills.length : 255;
      layer.recolour(styles(places, fills), (row) => {
        const step = shown ? places.stepOf(what, row) : -1;
        return step < 0 ? isOutlined : step;
      });
    };
    page.watch(() => {
      const look = needs.look();
      for (const [places, twin] of twins) {
        if (look === 'coverage') dress(places.layer, places, 'coverage', coverage.colours);
        else if (look === 'together') dress(places.layer, places, 'cell', cells);
        else {
          dress(places.layer, places, 'need', halves.needs);
          dress(twin, places, 'money', halves.money);
        }
      }
      document.body.classList.toggle('areas-filled', page.state.mode === 'districts');
      swipe(look === 'swipe');
    }, ['mode', 'look', 'year', 'district']);
    page.watch(({ kept, pointed }) => {
      const only = pointed === null ? kept : pointed;
      for (const [places, twin] of twins) {
        const shown = places === needs.shown();
        const among = places.tester(only);
        const passes = (row) => !shown || among(row);
        if (places === needs.districts) places.layer.filter((row) => places.isDrawn(row) && passes(row));
        else places.layer.filter((row) => shown && places.here[row] === 1 && passes(row));
        twin.redraw();
      }
    }, ['mode', 'look', 'year', 'district', 'kept', 'pointed']);
  }

  function labels(page, needs, map, legend) {
    const write = Abat.labels(map, needs.districts.layer, legend, (row) => {
      const name = h('span', {}, Abat.outer(needs.districts.districtName(row)));
      return needs.look() === 'coverage'
        ? [name, h('b', {}, page.words.percent(needs.districts.coverage(row)))]
        : [name];
    });
    page.watch(write, ['lang', 'mode', 'look', 'year', 'kept', 'pointed']);
  }

  function found(page, needs, places, row) {
    const content =
      places === needs.districts
        ? () => Abat.districtPopup(page, needs, row)
        : () => Abat.placePopup(page, places, row);
    return { layer: places.layer, row, content };
  }

  /* Every place that has a name. */
  function* entries(page, needs, view) {
    for (const name of ['courtyards', 'public_spaces']) {
      const places = needs.kinds[name];
      for (let row = 0; places && row < places.rows; row++) {
        const text = places.title(row) || places.layer.value(places.kind.key, row);
        const note = () => places.districtName(row);
        yield { text, note, go: () => show(page, needs, view, { places, row }) };
      }
    }
  }

  /* A place that is asked for is shown whatever filter held before. */
  function show(page, needs, view, { places, row }) {
    const { district } = page.state;
    const elsewhere = district !== null && places.districtCode(row) !== district;
    choose(page, places.kind.name);
    page.set({ district: elsewhere ? null : district });
    view.goTo(found(page, needs, places, row));
  }

  function chooseDistrict(page, needs, view, row, code) {
    const district = page.state.district === code ? null : code;
    page.set({ district });
    if (district) view.fit(needs.districts.layer, (other) => other === row);
    else view.fit(needs.listed().layer, () => true);
  }

  /** Starts the page on a Folium map with its packed layers, in the order of `model.kinds`, then the appeals if there are
      any. */
  Abat.needs = async function (map, ...layers) {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    const appeals = page.model.appeals ? layers.pop() : null;
    await Promise.all(layers.map((layer) => layer.ready));
    await Abat.rest();
    const needs = new Abat.Needs(page, layers);
    const { years } = page.model;
    const first = MODES.find((name) => name in needs.kinds);
    page.set({
      year: years[years.length - 1],
      mode: first,
      places: first,
      look: first === 'districts' ? 'coverage' : 'together',
      kept: null,
      pointed: null,
      district: null,
      tab: 'districts',
      appeals: false,
    });
    if (years.length) page.watch(() => needs.refresh(), ['year', 'district']);
    await Abat.rest();
    const legend = document.getElementById('legend');
    const panel = document.getElementById('panel');
    Abat.head(page, document.getElementById('head'));
    await Abat.rest();
    const view = new Abat.View(page, map);
    if (!years.length) return Abat.empty(page, panel, 'needs_empty');
    await Abat.rest();
    const right = []; // drawn right of the line of two pictures
    colour(page, needs, map, right);
    await Abat.rest();
    page.watch(() => map.closePopup(), ['mode', 'appeals']);
    Abat.needsLegend(page, needs, legend);
    await Abat.rest();
    labels(page, needs, map, legend);
    await Abat.rest();
    panel.append(
      figures(page, needs),
      modes(page, needs),
      appeals ? Abat.appealsSwitch(page, needs, { map, layer: appeals, right }) : '',
      Abat.yearSlider(page, years) || '',
      Abat.search(page, entries(page, needs, view)),
    );
    await Abat.rest();
    panel.append(
      Abat.ranking(page, needs, map, {
        choose: (row, code) => chooseDistrict(page, needs, view, row, code),
        go: (row) => show(page, needs, view, { places: needs.listed(), row }),
      }),
    );
    panel.append(Abat.coverage(page), Abat.notes(page, ['needs_how']));
    view.pick((latlng) => {
      const asked = appeals && Abat.appealsAt(page, needs, view, appeals, latlng);
      if (asked) return asked;
      const places = needs.shown();
      const hit = places.layer.hits(latlng)[0];
      return hit === undefined ? null : found(page, needs, places, hit);
    });
    document.body.dataset.ready = 'true';
  };
})((window.Abat = window.Abat || {}));
