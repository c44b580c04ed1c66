/* The conflicts that pass the filters, by money at risk. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const PORTION = 20;

  /** The sign of a severity: a full ring or an empty one, as on the map. */
  Abat.severitySign = function (severity) {
    return h('span', { class: severity === 'major' ? 'sign major' : 'sign', 'aria-hidden': 'true' });
  };

  function item(page, data, row, go) {
    const { words } = page;
    const bodies = h('small', {}, Abat.outer(data.pairName(row.body_a, row.body_b)));
    const what = h(
      'span',
      { class: 'what' },
      Abat.outer(data.placeName(row)),
      h('small', {}, page.choice('conflicts', 'rule', row.rule)),
      bodies,
    );
    const amount = row.money_at_risk_kzt ? words.short(row.money_at_risk_kzt) : '–';
    const button = h('button', { type: 'button', 'data-id': row.id, on: { click: () => go(row) } });
    button.append(Abat.severitySign(row.severity), what, h('span', { class: 'number' }, amount));
    return h('li', {}, button);
  }

  /** The list; `go(row)` goes to a conflict. */
  Abat.conflictList = function (page, data, go) {
    page.state.listed = PORTION;
    const list = h('ol', { class: 'places' });
    const said = h('p', { class: 'note' });
    const more = page.text('button', 'show_more', {
      type: 'button',
      class: 'more',
      on: { click: () => page.set({ listed: page.state.listed + PORTION }) },
    });
    page.watch(
      ({ listed }) => {
        const rows = data.shown;
        said.textContent = rows.length
          ? page.label('conflicts', 'money_at_risk_kzt', true)
          : page.words.t('nothing_passes');
        Abat.replace(list, ...rows.slice(0, listed).map((row) => item(page, data, row, go)));
        more.hidden = rows.length <= listed;
      },
      ['lang', 'listed', 'body', 'year', 'pair', ...Abat.CHOICES],
    );
    return h('section', { class: 'lists' }, page.text('h2', 'list_by_money'), said, list, more);
  };
})((window.Abat = window.Abat || {}));
