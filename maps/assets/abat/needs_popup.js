/* What a courtyard or a district says of itself when pointed at. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  // Said in the heading, drawn as parts of the score, or no use to a reader.
  const ELSEWHERE = ['need_class', 'funding_class', 'need', 'gap'];

  function heading(title, below) {
    return [h('h2', {}, Abat.outer(title)), h('p', { class: 'below' }, Abat.outer(below))];
  }

  function parts(page, layer, table) {
    return page
      .columns(layer, table, [])
      .filter((name) => name.startsWith('need_') && isShare(page, layer, name));
  }

  function isShare(page, layer, name) {
    return page.model.fields[layer][name].form === 'share';
  }

  /* Bars on the scale of the whole score, so that parts and sum can be compared. */
  function score(page, layer, table, { read, write, caption }) {
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
    const rows = parts(page, layer, table).map((part) => row(part));
    return h(
      'table',
      { class: 'score' },
      h('caption', {}, caption),
      h('tbody', {}, ...rows, row('need', true)),
    );
  }

  /* Names of weighed facts, each as the part of the score it belongs to. */
  function factNames(page, layer, names) {
    const label = (name) =>
      Abat.own(page.model.fields[layer], 'need_' + name) ? page.label(layer, 'need_' + name) : name;
    return names.split(', ').map(label).join('; ');
  }

  /* Everything else that the layer declares, in its order. */
  function rest(page, layer, table, read) {
    const names = page.columns(layer, table, [...ELSEWHERE, ...parts(page, layer, table)]);
    const said = (name) => {
      if (name === 'missing') return read(name) === null ? null : factNames(page, layer, read(name));
      return page.say(layer, table, name, read(name));
    };
    return names.map((name) => [page.label(layer, name), said(name)]);
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

  /* What can be said of a place before any figure: name, district, number, year. */
  function ofPlace(page, places, row) {
    const named = places.title(row);
    const number = places.number(row);
    const title = named || (places.kind.title ? page.words.t('no_address') : number);
    const known = [places.districtName(row), ...(title === number ? [] : [number]), page.state.year];
    return heading(title, known.join(' · '));
  }

  /** The popup of a place in the year shown. */
  Abat.placePopup = function (page, places, row) {
    const { words } = page;
    const { layer } = places.kind;
    const read = (column) => places.now(column, row);
    if (!places.isCounted(row))
      return h('div', { class: 'card' }, ...ofPlace(page, places, row), h('p', {}, words.t('no_row_in_year')));
    const write = (x) => words.times(x);
    const means = { read: (column) => places.inMeans(column, row), write, caption: words.t('score_means') };
    const { table } = places.yearly;
    const number = places.classes[row];
    return h(
      'div',
      { class: 'card' },
      ...ofPlace(page, places, row),
      h('p', { class: 'class-line' }, Abat.swatch(page.model.cells[number]), places.className(number)),
      score(page, layer, table, means),
      charts(page, layer, places.yearly, row),
      Abat.facts([
        [words.t('share_need'), words.percent(read('need'))],
        gap(page, layer, read('gap')),
        ...rest(page, layer, table, read),
      ]),
    );
  };

  /** The popup of a district in the year shown. */
  Abat.districtPopup = function (page, needs, row) {
    const { words, state } = page;
    const { districts } = needs;
    if (!districts.isCounted(row)) return null;
    const read = (column) => districts.now(column, row);
    const write = (x) => words.percent(x);
    const { table } = districts.yearly;
    const covered = words.t('coverage_word', { share: words.percent(districts.coverage(row)) });
    return h(
      'div',
      { class: 'card' },
      ...heading(districts.districtName(row), String(state.year)),
      h('p', { class: 'class-line' }, covered),
      score(page, 'district_needs', table, { read, write, caption: words.t('score') }),
      charts(page, 'district_needs', districts.yearly, row),
      Abat.facts([gap(page, 'district_needs', read('gap')), ...rest(page, 'district_needs', table, read)]),
    );
  };
})((window.Abat = window.Abat || {}));
