/* Small bar charts of the years, as SVG. */
(function (Abat) {
  'use strict';

  const { s } = Abat;

  /** What stands above a chart and how its figures are written; money and large numbers get a unit. */
  Abat.chartWords = function (words, { label, values, currency }) {
    const [size, unit] = words.unit(Math.max(...values.map((value) => value || 0)));
    const scaled = currency || size >= 1e6;
    const units = [scaled ? unit : '', currency ? words.of(currency) : ''].filter((part) => part).join(' ');
    const figure = (value) => (scaled ? words.digits(value, size) : words.number(value));
    return {
      title: units ? label + ', ' + units : label,
      write: (value) => (value === null ? '–' : figure(value)),
    };
  };

  /** Two small charts with their captions, side by side: [{label, values, colour, currency}]. */
  Abat.chartPair = function (page, pairs) {
    const years = page.model.years;
    if (years.length < 2) return null;
    const { words, state } = page;
    const charts = pairs.map((pair) => {
      const { title, write } = Abat.chartWords(words, pair);
      const bars = Abat.bars({ ...pair, title, years, write, now: state.year, width: 156, height: 78 });
      return Abat.h('figure', {}, Abat.h('figcaption', {}, title), bars);
    });
    return Abat.h('div', { class: 'pair' }, ...charts);
  };

  /** Bars of `values` by year; `write` makes the figures, `now` is the year that stands out. */
  Abat.bars = function ({ title, years, values, write, colour, now, width = 300, height = 92 }) {
    const most = Math.max(...values.map((value) => value || 0), Number.MIN_VALUE);
    const step = width / years.length;
    const [base, room] = [height - 18, height - 36];
    const said = title + ': ' + years.map((year, i) => year + ' – ' + write(values[i])).join('; ');
    const chart = s('svg', {
      class: 'bars',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': said,
    });
    years.forEach((year, i) => {
      const tall = values[i] ? Math.max(1, (values[i] / most) * room) : 0;
      const middle = step * (i + 0.5);
      const wide = Math.min(56, step * 0.62);
      const faint = now !== undefined && year !== now;
      const box = { x: middle - wide / 2, y: base - tall, width: wide, height: tall, fill: colour };
      chart.append(
        s('rect', { ...box, opacity: faint ? 0.5 : 1 }),
        s('text', { x: middle, y: base - tall - 5, class: faint ? '' : 'now' }, write(values[i])),
        s('text', { x: middle, y: height - 4, class: faint ? 'year' : 'year now' }, String(year)),
      );
    });
    chart.append(s('line', { x1: 0, x2: width, y1: base + 0.5, y2: base + 0.5 }));
    return chart;
  };
})((window.Abat = window.Abat || {}));
