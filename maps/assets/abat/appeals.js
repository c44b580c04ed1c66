/* Citizen appeals on the needs map, off until a reader wants them: points under the year, the district and the class
   that hold for their places. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const MANY = 8000; // points in the window, above which they are drawn as a density
  const KEYS = ['appeals', 'mode', 'look', 'year', 'district', 'kept', 'pointed'];
  const DAY = 86400000;
  const ELSEWHERE = ['id', 'category', 'text'];

  /* Which rows belong to the year, the district and the class that are shown. What holds for a place is found once a
     place and not once an appeal. */
  function tester(page, needs, columns) {
    const { year, district, kept, pointed } = page.state;
    const [first, next] = [Date.UTC(year, 0, 1) / DAY, Date.UTC(year + 1, 0, 1) / DAY];
    const shown = needs.shown();
    const only = pointed === null ? kept : pointed;
    const holds = (places, test) => Uint8Array.from({ length: places.rows }, (_, row) => (test(row) ? 1 : 0));
    const ofClass = only === null ? null : holds(shown, shown.tester(only));
    const here = district === null ? null : holds(needs.districts, (row) => needs.districts.districtCode(row) === district);
    const [at, home, days] = [columns[shown.kind.name], columns.districts, columns.requested_on];
    return (row) =>
      days[row] >= first &&
      days[row] < next &&
      (ofClass === null || ofClass[at[row]] === 1) &&
      (here === null || here[home[row]] === 1);
  }

  /* The place that an appeal counts for, as a courtyard or a space, if it counts for one. */
  function placeOf(needs, layer, row) {
    for (const name of ['courtyards', 'public_spaces']) {
      const places = needs.kinds[name];
      const at = places ? layer.tables.rows.value(name, row) : null;
      if (at !== null) return places.title(at) || places.number(at);
    }
    return null;
  }

  function card(page, needs, layer, { rows, at, turn, grown }) {
    const row = rows[at];
    const table = layer.tables.rows;
    const value = (name) => table.value(name, row);
    const home = value('districts');
    const below = [home === null ? null : needs.districts.districtName(home), '№ ' + value('id')];
    const names = page.columns('appeals', table, ELSEWHERE);
    const said = (name) => (value(name) === null ? null : page.say('appeals', table, name, value(name)));
    const text = h('p', { class: 'why', hidden: true });
    if (layer.texts.text)
      layer.texts.text.of(row).then((words) => {
        Abat.replace(text, Abat.outer(words || ''));
        text.hidden = !words;
        grown();
      });
    return h(
      'div',
      { class: 'card appeal' },
      Abat.pager(page, at, rows.length, turn),
      h('h2', {}, Abat.outer(page.say('appeals', table, 'category', value('category')))),
      h('p', { class: 'below' }, Abat.outer(below.filter((x) => x).join(' · '))),
      text,
      Abat.facts([
        ...names.map((name) => [page.label('appeals', name), said(name)]),
        [page.words.t('appeal_place'), placeOf(needs, layer, row)],
      ]),
    );
  }

  /** What is found at a place of the map: its appeals one by one; null if there is none or they are not told apart. */
  Abat.appealsAt = function (page, needs, view, layer, latlng) {
    if (!page.state.appeals || layer.isDense) return null;
    const rows = layer.hits(latlng);
    let at = 0;
    const turn = (next) => {
      at = next;
      layer.select(rows[at]);
      view.refresh();
    };
    const content = () => card(page, needs, layer, { rows, at, turn, grown: () => view.grow() });
    return rows.length ? { layer, row: rows[0], content } : null;
  };

  /* What the signs mean, how many appeals are drawn, and what is not on the page. */
  function explained(page, map, layer) {
    const { appeals } = page.model;
    const sign = (status) => h('i', { class: 'dot ' + status, 'aria-hidden': 'true' });
    const named = (status) => page.live(h('span', {}), () => page.choice('appeals', 'status', status), ['lang']);
    const count = h('p', { class: 'note', role: 'status' });
    const dense = page.text('p', 'appeals_dense', { class: 'note' });
    const cut = (key, most) =>
      most === null ? null : page.live(h('p', { class: 'note' }), () => page.words.t(key, { n: most }), ['lang']);
    const box = h(
      'div',
      { class: 'appeals' },
      h('p', { class: 'sign-line' }, sign('open'), named('open'), sign('closed'), named('closed')),
      count,
      dense,
      cut('appeals_cut', appeals.cut),
      cut('appeal_texts_cut', appeals.texts_cut),
    );
    page.watch(({ appeals: on }) => {
      box.hidden = !on;
      if (on) count.textContent = page.words.t('n_appeals', { n: layer.countShown() });
    }, ['lang', ...KEYS]);
    Abat.sheet(map, 'data').on('update', () => (dense.hidden = !layer.isDense));
    return box;
  }

  /** The switch of the appeals. `right` are the layers right of the line of two pictures; the appeals join them. */
  Abat.appealsSwitch = function (page, needs, { map, layer, right }) {
    let twin = null;
    const open = async () => {
      await layer.open();
      layer.condense('#1d2125', MANY);
      twin = twin || layer.twin(Abat.sheet(map, 'other'));
    };
    const put = (on) => {
      if (on) {
        right.push(twin);
        map.addLayer(layer);
      } else if (twin && right.includes(twin)) {
        right.splice(right.indexOf(twin), 1);
        map.removeLayer(layer);
      }
      Abat.sheet(map, 'other').later();
    };
    const choose = async ({ target }) => {
      target.disabled = true;
      if (target.checked) await open();
      target.disabled = false;
      target.focus({ preventScroll: true });
      page.set({ appeals: target.checked });
    };
    const box = h('input', { type: 'checkbox', id: 'appeals', on: { change: choose } });
    page.watch(({ appeals }) => put(appeals), ['appeals']);
    page.watch(({ appeals }) => {
      if (appeals) layer.filter(tester(page, needs, layer.tables.rows.columns));
    }, KEYS);
    return h(
      'section',
      { class: 'appeals-switch' },
      h('label', {}, box, page.text('span', 'appeals_switch')),
      explained(page, map, layer),
    );
  };
})((window.Abat = window.Abat || {}));
