/* The legend of the needs map: nine classes with their counts, or the classes of coverage. Pointing at one filters. */
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

  function classCell(page, needs, need, funding) {
    const colour = page.model.cells[3 * need + funding];
    const number = 3 * need + funding;
    const cell = filters(page, number, {
      class: number === Abat.WORST ? 'cell worst' : 'cell',
      'data-class': number,
    });
    cell.style.background = colour;
    cell.style.color = Abat.inkOn(colour);
    page.watch(() => {
      const count = needs.counts[number];
      cell.textContent = page.words.number(count);
      cell.setAttribute(
        'aria-label',
        needs.className(number) + ': ' + page.words.t('n_courtyards', { n: count }),
      );
      cell.title = needs.className(number);
    });
    return cell;
  }

  /* From and to of each class, the same in every year: 0–0,9 · 1–1,9 · 2–7. */
  function ranges(page, column, title, write) {
    const found = page.model.ranges[column];
    if (!found) return null;
    const said = ([low, high]) => (low === high ? write(low) : write(low) + Abat.TO + write(high));
    return page.live(
      h('p', { class: 'note' }),
      () =>
        title() +
        ': ' +
        found
          .filter((range) => range)
          .map(said)
          .join(' · '),
      ['lang'],
    );
  }

  function byClasses(page, needs) {
    const grid = h('div', { class: 'cells' });
    for (const need of [2, 1, 0])
      for (const funding of [0, 1, 2]) grid.append(classCell(page, needs, need, funding));
    const title = page.live(h('h2', {}), () =>
      page.words.t('legend_classes', { year: String(page.state.year) }),
    );
    return h(
      'div',
      { class: 'classes' },
      title,
      h(
        'div',
        { class: 'axes' },
        page.text('span', 'axis_need', { class: 'up' }),
        grid,
        page.text('span', 'axis_money', { class: 'along' }),
      ),
      h('p', { class: 'worst-line' }, Abat.swatch(page.model.cells[Abat.WORST]), page.text('span', 'worst')),
      ranges(
        page,
        'need',
        () => page.words.t('legend_means'),
        (x) => page.words.number(x, { maximumFractionDigits: 1 }),
      ),
      ranges(
        page,
        'amount_kzt',
        () => page.label('courtyard_needs', 'amount_kzt', true),
        (x) => page.words.short(x),
      ),
      page.text('p', 'legend_hint', { class: 'note hint' }),
    );
  }

  function coverageLabel(page, i) {
    const { breaks } = page.model.coverage;
    if (i === 0) return '< ' + page.words.percent(breaks[0]);
    if (i === breaks.length) return '≥ ' + page.words.percent(breaks[i - 1]);
    return page.words.percents(breaks[i - 1], breaks[i]);
  }

  function byCoverage(page, needs) {
    const box = h('div', { class: 'steps' });
    page.model.coverage.colours.forEach((colour, i) => {
      const row = filters(page, 'coverage-' + i, { class: 'step', 'data-step': i });
      page.watch(() => {
        const count = needs.countOfCoverage(i);
        Abat.replace(
          row,
          Abat.swatch(colour),
          h('span', {}, coverageLabel(page, i)),
          h('b', {}, page.words.number(count)),
        );
      });
      box.append(row);
    });
    const title = page.live(h('h2', {}), () =>
      page.words.t('legend_coverage', { year: String(page.state.year) }),
    );
    return h(
      'div',
      { class: 'coverage-classes' },
      title,
      box,
      page.text('p', 'coverage_meaning', { class: 'note' }),
    );
  }

  /** Fills the legend; it shows the part that belongs to the mode. */
  Abat.needsLegend = function (page, needs, host) {
    const [classes, coverage] = [byClasses(page, needs), byCoverage(page, needs)];
    host.append(classes, coverage);
    page.watch(({ mode }) => {
      classes.hidden = mode !== 'courtyards';
      coverage.hidden = mode !== 'districts';
      host.setAttribute('aria-label', page.words.t('legend'));
    });
  };
})((window.Abat = window.Abat || {}));
