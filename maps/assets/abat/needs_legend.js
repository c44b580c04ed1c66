/* The legend of the needs map: nine classes with their counts, need and money apart, or the classes of coverage.
   Pointing at a class leaves only its places on the map. */
(function (Abat) {
  'use strict';

  const { h } = Abat;

  /* While a class is pointed at or focused it alone stays; a press keeps it. */
  function filters(page, name, attributes) {
    const cell = Abat.toggle(
      page,
      attributes,
      () => page.state.kept === name,
      () => page.set({ kept: page.state.kept === name ? null : name }),
    );
    cell.addEventListener('mouseenter', () => page.set({ pointed: name }));
    cell.addEventListener('mouseleave', () => page.set({ pointed: null }));
    cell.addEventListener('focus', () => page.set({ pointed: name }));
    cell.addEventListener('blur', () => page.set({ pointed: null }));
    return cell;
  }

  /* Counts do not change while the pointer wanders over the legend. */
  const COUNTED = ['lang', 'year', 'district', 'mode'];

  function counted(page, places, count) {
    return page.words.t('n_' + places.kind.name, { n: count });
  }

  function classCell(page, needs, need, funding) {
    const number = 3 * need + funding;
    const colour = page.model.cells[number];
    const cell = filters(page, 'cell-' + number, {
      class: number === Abat.WORST ? 'cell worst' : 'cell',
      'data-class': number,
    });
    cell.style.background = colour;
    cell.style.color = Abat.inkOn(colour);
    page.watch(() => {
      const places = needs.shown();
      const count = places.count('cell-' + number);
      cell.textContent = page.words.number(count);
      cell.setAttribute('aria-label', places.className(number) + ': ' + counted(page, places, count));
      cell.title = places.className(number);
    }, COUNTED);
    return cell;
  }

  /* From and to of each class, the same in every year: 0–0,9 · 1–1,9 · 2–7. */
  function ranges(page, needs, column, { title, write }) {
    const line = h('p', { class: 'note' });
    page.watch(() => {
      const found = needs.shown().kind.ranges[column];
      line.hidden = !found;
      if (found)
        line.textContent =
          title() +
          ': ' +
          found
            .filter((range) => range)
            .map(([low, high]) => write(low, high))
            .join(' · ');
    }, ['lang', 'mode']);
    return line;
  }

  function bothRanges(page, needs) {
    const { words } = page;
    const ofDistricts = () => page.state.mode === 'districts';
    const one = (x) => words.number(x, { maximumFractionDigits: 1 });
    const times = (low, high) => (low === high ? one(low) : one(low) + Abat.TO + one(high));
    return [
      ranges(page, needs, 'need', {
        title: () => words.t(ofDistricts() ? 'legend_need_person' : 'legend_means'),
        write: times,
      }),
      ranges(page, needs, 'funding', {
        title: () =>
          ofDistricts() ? words.t('legend_money_person') : page.label('courtyard_needs', 'amount_kzt', true),
        write: (low, high) => (ofDistricts() ? times(low, high) : words.amounts(low, high)),
      }),
    ];
  }

  function heading(page, key) {
    const values = () => ({ kind: page.words.t('mode_' + page.state.mode), year: String(page.state.year) });
    return page.live(h('h2', {}), () => page.words.t(key, values()), ['lang', 'mode', 'year']);
  }

  function worstLine(page, needs) {
    return page.live(h('span', {}), () => needs.shown().worstName(), ['lang', 'mode']);
  }

  function byClasses(page, needs) {
    const grid = h('div', { class: 'cells' });
    for (const need of [2, 1, 0])
      for (const funding of [0, 1, 2]) grid.append(classCell(page, needs, need, funding));
    return h(
      'div',
      { class: 'classes' },
      heading(page, 'legend_classes'),
      h(
        'div',
        { class: 'axes' },
        page.text('span', 'axis_need', { class: 'up' }),
        grid,
        page.text('span', 'axis_money', { class: 'along' }),
      ),
      h('p', { class: 'worst-line' }, Abat.swatch(page.model.cells[Abat.WORST]), worstLine(page, needs)),
      ...bothRanges(page, needs),
      page.text('p', 'legend_hint', { class: 'note hint' }),
    );
  }

  /* A line of a list of classes: colour, words, count. */
  function step(page, name, attributes, { colour, words, count, keys }) {
    const row = filters(page, name, { class: 'step', ...attributes });
    page.watch(() => {
      Abat.replace(
        row,
        Abat.swatch(colour),
        h('span', {}, words()),
        h('b', {}, page.words.number(count())),
      );
    }, keys);
    return row;
  }

  function byHalves(page, needs) {
    const half = (what, colours) => {
      const lines = [2, 1, 0].map((level) =>
        step(page, what + '-' + level, {}, {
          colour: colours[level],
          words: () => needs.shown().stepName(what, level),
          count: () => needs.shown().count(what + '-' + level),
          keys: COUNTED,
        }),
      );
      return h('div', { class: 'steps' }, ...lines);
    };
    const { needs: byNeed, money } = page.model.halves;
    return h(
      'div',
      { class: 'halves' },
      heading(page, 'legend_halves'),
      page.text('h3', 'swipe_need'),
      half('need', byNeed),
      page.text('h3', 'swipe_money'),
      half('money', money),
      ...bothRanges(page, needs),
    );
  }

  function coverageLabel(page, i) {
    const { breaks } = page.model.coverage;
    if (i === 0) return '< ' + page.words.percent(breaks[0]);
    if (i === breaks.length) return '≥ ' + page.words.percent(breaks[i - 1]);
    return page.words.percents(breaks[i - 1], breaks[i]);
  }

  function byCoverage(page, needs) {
    const lines = page.model.coverage.colours.map((colour, i) =>
      step(page, 'coverage-' + i, { 'data-step': i }, {
        colour,
        words: () => coverageLabel(page, i),
        count: () => needs.districts.count('coverage-' + i),
        keys: COUNTED,
      }),
    );
    return h(
      'div',
      { class: 'coverage-classes' },
      heading(page, 'legend_coverage'),
      h('div', { class: 'steps' }, ...lines),
      page.text('p', 'coverage_meaning', { class: 'note' }),
    );
  }

  /** Fills the legend; it shows the part that belongs to what is drawn. */
  Abat.needsLegend = function (page, needs, host) {
    const parts = {
      together: byClasses(page, needs),
      swipe: byHalves(page, needs),
      coverage: byCoverage(page, needs),
    };
    host.append(...Object.values(parts));
    page.watch(() => {
      for (const look in parts) parts[look].hidden = look !== needs.look();
      host.setAttribute('aria-label', page.words.t('legend'));
    }, ['lang', 'look', 'mode']);
  };
})((window.Abat = window.Abat || {}));
