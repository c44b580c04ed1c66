/* Two lists beside the map: districts by coverage, courtyards without money. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const PORTION = 20;

  function districtRow(page, needs, row, choose) {
    const { words } = page;
    const code = needs.districts.value('district_code', row);
    const chosen = page.state.district === code;
    const name = h('button', {
      type: 'button',
      'aria-pressed': String(chosen),
      'data-code': code,
      on: { click: () => choose(row, code) },
    });
    name.append(Abat.outer(needs.districtName(code)));
    const coverage = needs.coverage(row);
    const step = needs.coverageStep(row);
    return h(
      'tr',
      { class: chosen ? 'chosen' : null },
      h('th', { scope: 'row' }, name),
      h('td', {}, words.percent(needs.share('need', row))),
      h('td', {}, words.percent(needs.share('funding', row))),
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
      const held = document.activeElement && document.activeElement.dataset.code;
      Abat.replace(body, ...needs.ranking().map((row) => districtRow(page, needs, row, choose)));
      const again =
        held && [...body.querySelectorAll('button')].find((button) => button.dataset.code === held);
      if (again) again.focus({ preventScroll: true });
    }, ['lang', 'year', 'district']);
    return h(
      'div',
      { id: 'list-districts', role: 'tabpanel' },
      h('table', { class: 'ranking' }, h('thead', {}, h('tr', {}, ...cells)), body),
    );
  }

  function courtyardItem(page, needs, row, go) {
    const { words } = page;
    const address =
      needs.courtyards.value('address', row) || '№ ' + needs.courtyards.value('courtyard_id', row);
    const button = h('button', { type: 'button', 'data-row': row, on: { click: () => go(row) } });
    button.append(
      Abat.swatch(page.model.cells[needs.classes[row]]),
      h(
        'span',
        { class: 'what' },
        Abat.outer(address),
        h('small', {}, Abat.outer(needs.districtName(needs.courtyards.value('district_code', row)))),
      ),
      h('span', { class: 'number' }, words.times(needs.inMeans('need', row))),
    );
    return h('li', {}, button);
  }

  function courtyardList(page, needs, go) {
    const list = h('ol', { class: 'places' });
    const said = h('p', { class: 'note' });
    const more = page.text('button', 'show_more', {
      type: 'button',
      class: 'more',
      on: { click: () => page.set({ listed: page.state.listed + PORTION }) },
    });
    page.watch(
      ({ listed }) => {
        const rows = needs.withoutMoney;
        said.textContent = page.words.t('unfunded_line', {
          n: rows.length,
          shown: Math.min(listed, rows.length),
        });
        Abat.replace(list, ...rows.slice(0, listed).map((row) => courtyardItem(page, needs, row, go)));
        more.hidden = rows.length <= listed;
      },
      ['lang', 'year', 'district', 'listed'],
    );
    return h('div', { id: 'list-courtyards', role: 'tabpanel' }, said, list, more);
  }

  function chosenLine(page, needs) {
    const clear = h('button', {
      type: 'button',
      class: 'clear',
      on: { click: () => page.set({ district: null }) },
    });
    page.watch(({ district }) => {
      clear.hidden = district === null;
      Abat.replace(clear, Abat.outer(needs.districtName(district)), ' ✕');
      clear.setAttribute('aria-label', page.words.t('clear_district'));
    });
    return clear;
  }

  /** The two lists with their tabs. `choose(row, code)` takes a district, `go(row)` goes to a courtyard. */
  Abat.ranking = function (page, needs, choose, go) {
    page.state.listed = PORTION;
    const panels = {
      districts: districtTable(page, needs, choose),
      courtyards: courtyardList(page, needs, go),
    };
    const tabs = Object.keys(panels).map((name) => {
      const open = () => page.set({ tab: name });
      const tab = page.text('button', 'tab_' + name, {
        type: 'button',
        role: 'tab',
        id: 'tab-' + name,
        'aria-controls': 'list-' + name,
        on: { click: open },
      });
      page.watch(({ tab: chosen }) => {
        tab.setAttribute('aria-selected', String(chosen === name));
        panels[name].hidden = chosen !== name;
        panels[name].setAttribute('aria-labelledby', 'tab-' + name);
      });
      return tab;
    });
    return h(
      'section',
      { class: 'lists' },
      h('div', { class: 'tabs', role: 'tablist' }, ...tabs),
      chosenLine(page, needs),
      panels.districts,
      panels.courtyards,
    );
  };
})((window.Abat = window.Abat || {}));
