/* Two lists beside the map: districts by coverage, and the neediest of the places that the map shows. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const PORTION = 20;

  function districtRow(page, needs, row, choose) {
    const { words } = page;
    const { districts } = needs;
    const code = districts.districtCode(row);
    const chosen = page.state.district === code;
    const name = h('button', {
      type: 'button',
      'aria-pressed': String(chosen),
      'data-code': code,
      on: { click: () => choose(row, code) },
    });
    name.append(Abat.outer(districts.districtName(row)));
    const coverage = districts.coverage(row);
    const step = districts.coverageStep(row);
    return h(
      'tr',
      { class: chosen ? 'chosen' : null },
      h('th', { scope: 'row' }, name),
      h('td', {}, words.percent(districts.share('need', row))),
      h('td', {}, words.percent(districts.share('funding', row))),
      h(
        'td',
        { class: 'coverage-cell' },
        step < 0 ? '' : Abat.swatch(page.model.coverage.colours[step]),
        coverage === null ? '–' : words.percent(coverage),
      ),
    );
  }

  function districtTable(page, needs, choose) {
    const head = ['', 'share_need_short', 'share_money_short', 'coverage_short'];
    const cells = head.map((key) => (key ? page.text('th', key, { scope: 'col' }) : h('td', {})));
    const body = h('tbody', {});
    page.watch(() => {
      Abat.keepFocus(body, 'code', () =>
        Abat.replace(body, ...needs.districts.ranking().map((row) => districtRow(page, needs, row, choose))),
      );
    }, ['lang', 'year', 'district']);
    return h(
      'div',
      { id: 'list-districts', role: 'tabpanel' },
      h('table', { class: 'ranking' }, h('thead', {}, h('tr', {}, ...cells)), body),
    );
  }

  function placeItem(page, places, row, go) {
    const { words } = page;
    const title = places.title(row) || places.number(row);
    const button = h('button', { type: 'button', 'data-row': row, on: { click: () => go(row) } });
    button.append(
      Abat.swatch(page.model.cells[places.classes[row]]),
      h(
        'span',
        { class: 'what' },
        Abat.outer(title),
        h('small', {}, Abat.outer(places.districtName(row))),
      ),
      h('span', { class: 'number' }, words.times(places.inMeans('need', row))),
    );
    return h('li', {}, button);
  }

  /* What of the map is seen, in grid steps; a panel above it hides nothing. */
  function seen(map, shapes) {
    const bounds = map.getBounds();
    const [from, to] = [shapes.point(bounds.getNorthWest()), shapes.point(bounds.getSouthEast())];
    return { left: from.x, top: from.y, right: to.x, bottom: to.y };
  }

  /* The words of a class of the legend. */
  function classWords(places, name) {
    const [what, step] = (name || 'money-0').split('-');
    return what === 'cell' ? places.className(Number(step)) : places.stepName(what, step);
  }

  /* The list moves with the map, but stays as it was while its own entries move the map. */
  function follow(map, list, write) {
    let still = false;
    list.addEventListener('click', () => (still = true), true);
    const free = (event) => event.key !== 'Escape' && (still = false);
    for (const event of ['pointerdown', 'wheel', 'keydown'])
      map.getContainer().addEventListener(event, free, { passive: true });
    map.on('moveend', () => still || write());
  }

  function placeList(page, needs, map, go) {
    const list = h('ol', { class: 'places' });
    const said = h('p', { class: 'note', role: 'status' });
    const more = page.text('button', 'show_more', {
      type: 'button',
      class: 'more',
      on: { click: () => page.set({ listed: page.state.listed + PORTION }) },
    });
    const write = () => {
      const { kept, listed, mode } = page.state;
      const places = needs.listed();
      const asked = mode === 'districts' ? null : kept;
      const { count, rows } = places.ranked(asked, seen(map, places.layer.shapes), listed);
      said.textContent = page.words.t('listed_line', {
        what: classWords(places, asked),
        count: page.words.t('n_' + places.kind.name, { n: count }),
      });
      Abat.keepFocus(list, 'row', () =>
        Abat.replace(list, ...rows.map((row) => placeItem(page, places, row, go))),
      );
      more.hidden = count <= listed;
    };
    page.watch(write, ['lang', 'year', 'district', 'listed', 'kept', 'places', 'mode']);
    follow(map, list, write);
    return h('div', { id: 'list-places', role: 'tabpanel' }, said, list, more);
  }

  function chosenLine(page) {
    const clear = h('button', {
      type: 'button',
      class: 'clear',
      on: { click: () => page.set({ district: null }) },
    });
    page.watch(({ district }) => {
      clear.hidden = district === null;
      Abat.replace(clear, Abat.outer(page.name(page.model.districts, district)), ' ✕');
      clear.setAttribute('aria-label', page.words.t('clear_district'));
    });
    return clear;
  }

  function tabs(page, needs, panels) {
    const words = { districts: () => page.words.t('mode_districts'), places: () => page.words.t('tab_places') };
    return Object.keys(panels).map((name) => {
      const tab = h('button', {
        type: 'button',
        role: 'tab',
        id: 'tab-' + name,
        'aria-controls': 'list-' + name,
        on: { click: () => page.set({ tab: name }) },
      });
      page.live(tab, words[name], ['lang']);
      page.watch(({ tab: chosen }) => {
        tab.setAttribute('aria-selected', String(chosen === name));
        panels[name].hidden = chosen !== name;
        panels[name].setAttribute('aria-labelledby', 'tab-' + name);
      }, ['tab']);
      tab.hidden = name === 'places' && needs.listed() === needs.districts;
      return tab;
    });
  }

  /** The two lists with their tabs. `choose(row, code)` takes a district, `go(row)` goes to a place. */
  Abat.ranking = function (page, needs, map, { choose, go }) {
    page.state.listed = PORTION;
    const panels = {
      districts: districtTable(page, needs, choose),
      places: placeList(page, needs, map, go),
    };
    return h(
      'section',
      { class: 'lists' },
      h('div', { class: 'tabs', role: 'tablist' }, ...tabs(page, needs, panels)),
      chosenLine(page),
      ...Object.values(panels),
    );
  };
})((window.Abat = window.Abat || {}));
