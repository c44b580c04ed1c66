/* Values of rows by year: a layer's table `by_year` holds all rows of the first year, then all of the next. */
(function (Abat) {
  'use strict';

  Abat.Yearly = class Yearly {
    constructor(layer, years) {
      this.years = years;
      this.rows = layer.shapes.rows;
      this.table = layer.tables.by_year;
      this.columns = this.table.columns;
    }

    /** Where a row of a year stands in the columns. */
    at(row, year) {
      return this.years.indexOf(year) * this.rows + row;
    }

    value(name, row, year) {
      return this.table.value(name, this.at(row, year));
    }

    /** The values of a row by year; missing years are null. */
    series(name, row) {
      return this.years.map((year) => this.value(name, row, year));
    }

    /** The sum over the rows of a year that `test` lets through, missing values left out. */
    sum(name, year, test) {
      const column = this.columns[name];
      const first = this.at(0, year);
      let sum = 0;
      for (let row = 0; row < this.rows; row++) {
        if (test(row) && !Number.isNaN(column[first + row])) sum += column[first + row];
      }
      return sum;
    }
  };

  /** The slider of years, with every year under it. */
  Abat.yearSlider = function (page, years) {
    const { h } = Abat;
    if (years.length < 2) return null;
    const choose = (event) => page.set({ year: years[Number(event.target.value)] });
    const input = h('input', {
      type: 'range',
      id: 'year',
      min: 0,
      max: years.length - 1,
      step: 1,
      on: { input: choose },
    });
    const marks = years.map((year) => h('span', { 'data-year': year }, String(year)));
    const scale = h('div', { class: 'scale', 'aria-hidden': 'true' }, ...marks);
    page.watch(({ year }) => {
      input.value = String(years.indexOf(year));
      input.setAttribute('aria-valuetext', String(year));
      for (const mark of marks) mark.classList.toggle('now', Number(mark.dataset.year) === year);
    });
    return h('section', { class: 'years' }, page.text('label', 'year', { for: 'year' }), input, scale);
  };
})((window.Abat = window.Abat || {}));
