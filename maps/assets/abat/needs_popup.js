/* What a courtyard or a district says of itself when pointed at. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const PARTS = ['need_appeals', 'need_open', 'need_condition'];

  function heading(title, below) {
    return [h('h2', {}, Abat.outer(title)), h('p', { class: 'below' }, Abat.outer(below))];
  }

  /* Bars on the scale of the whole score, so that parts and sum can be compared. */
  function score(page, layer, { read, write, caption }) {
    const whole = read('need');
    const row = (column, strong) => {
      const value = read(column);
      return h(
        'tr',
        { class: strong ? 'sum' : null },
        h('th', { scope: 'row' }, page.label(layer, column)),
        h('td', { class: 'level' }, Abat.bar(whole ? value / whole : 0, strong ? '' : page.model.accent)),
        h('td', { class: 'number' }, write(value)),
      );
    };
    return h(
      'table',
      { class: 'score' },
      h('caption', {}, caption),
      h('tbody', {}, ...PARTS.map((part) => row(part)), row('need', true)),
    );
  }

  /* The gap and, in words, which way it goes. */
  function gap(page, layer, value) {
    const { words } = page;
    if (value === null) return [page.label(layer, 'gap'), null];
    const way = words.t(value > 0 ? 'gap_short' : value < 0 ? 'gap_over' : 'gap_none');
    return [page.label(layer, 'gap') + ': ' + way, words.percent(value, { signDisplay: 'exceptZero' })];
  }

  function charts(page, layer, yearly, row) {
    const { currency } = page.model.context;
    return Abat.chartPair(page, [
      {
        label: page.label(layer, 'appeals'),
        values: yearly.series('appeals', row),
        colour: page.model.accent,
      },
      {
        label: page.label(layer, 'amount_kzt'),
        currency,
        values: yearly.series('amount_kzt', row),
        colour: page.model.second,
      },
    ]);
  }

  /** The popup of a courtyard in the year shown. */
  Abat.courtyardPopup = function (page, needs, row) {
    const { words, state } = page;
    const read = (column) => needs.ofCourtyards.value(column, row, state.year);
    const place = needs.courtyards.value('address', row) || words.t('no_address');
    const number = '№ ' + needs.courtyards.value('courtyard_id', row);
    const below =
      needs.districtName(needs.courtyards.value('district_code', row)) + ' · ' + number + ' · ' + state.year;
    if (read('need') === null)
      return h('div', { class: 'card' }, ...heading(place, below), h('p', {}, words.t('no_row_in_year')));
    const label = (column, unit) => page.label('courtyard_needs', column, unit);
    const number2 = (column) => words.number(read(column));
    return h(
      'div',
      { class: 'card' },
      ...heading(place, below),
      h(
        'p',
        { class: 'class-line' },
        Abat.swatch(page.model.cells[needs.classes[row]]),
        needs.className(needs.classes[row]),
      ),
      score(page, 'courtyard_needs', {
        read: (column) => needs.inMeans(column, row),
        write: (x) => words.times(x),
        caption: words.t('score_means'),
      }),
      Abat.facts([
        [label('amount_kzt'), words.exactMoney(read('amount_kzt'))],
        [words.t('share_need'), words.percent(read('need'))],
        [words.t('share_money'), words.percent(read('funding'))],
        gap(page, 'courtyard_needs', read('gap')),
        [label('condition'), page.choice('courtyard_needs', 'condition', read('condition'))],
        [label('residents'), number2('residents')],
        [label('appeals'), number2('appeals')],
        [label('appeals_open'), number2('appeals_open')],
      ]),
      charts(page, 'courtyard_needs', needs.ofCourtyards, row),
    );
  };

  /** The popup of a district in the year shown. */
  Abat.districtPopup = function (page, needs, row) {
    const { words, state } = page;
    if (!needs.isInYear(row)) return null;
    const read = (column) => needs.ofDistricts.value(column, row, state.year);
    const label = (column) => page.label('district_needs', column);
    const counted = ['courtyards', 'courtyards_repair', 'residents', 'appeals', 'appeals_open'];
    return h(
      'div',
      { class: 'card' },
      ...heading(needs.districtName(needs.districts.value('district_code', row)), String(state.year)),
      h(
        'p',
        { class: 'class-line' },
        h('b', {}, words.percent(needs.coverage(row))),
        ' ',
        words.t('coverage_word'),
      ),
      score(page, 'district_needs', { read, write: (x) => words.percent(x), caption: words.t('score') }),
      Abat.facts([
        [label('amount_kzt'), words.money(read('amount_kzt'))],
        [words.t('share_need'), words.percent(needs.share('need', row))],
        [words.t('share_money'), words.percent(needs.share('funding', row))],
        gap(page, 'district_needs', read('gap')),
        ...counted.map((column) => [label(column), words.number(read(column))]),
      ]),
      charts(page, 'district_needs', needs.ofDistricts, row),
    );
  };
})((window.Abat = window.Abat || {}));
