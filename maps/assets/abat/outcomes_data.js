/* What a page of outcomes asks of its rows: each row has one outcome, and may be filtered by others of its columns. */
(function (Abat) {
  'use strict';

  /** The rows of the layer that the model names; `refresh` follows the state. */
  Abat.Outcomes = class Outcomes {
    constructor(page, layer) {
      this.page = page;
      this.layer = layer;
      this.plan = page.model.outcomes;
      this.values = Object.keys(this.plan.colours);
      this.table = layer.tables.rows;
      this.refresh();
    }

    value(name, row) {
      return this.table.value(name, row);
    }

    /** Whether a row passes every filter but the one named. */
    passes(row, except) {
      const { district, outcome, second } = this.page.state;
      const is = (name, asked) => name === except || asked === null || this.value(name, row) === asked;
      return (
        is('district_code', district) &&
        is(this.plan.by, outcome) &&
        (except === this.plan.second || !second.length || second.includes(this.value(this.plan.second, row)))
      );
    }

    rows(except) {
      const found = [];
      for (let row = 0; row < this.table.rows; row++) if (this.passes(row, except)) found.push(row);
      return found;
    }

    refresh() {
      this.shown = this.rows(null);
      const key = (row) => this.value(this.plan.sort, row) || 0;
      this.sorted = this.shown.slice().sort((a, b) => key(b) - key(a) || a - b);
    }

    /** Count and money of some rows by outcome: {value: {count, money}}. */
    totals(rows) {
      const totals = {};
      for (const value of this.values) totals[value] = { count: 0, money: 0 };
      for (const row of rows) {
        const total = totals[this.value(this.plan.by, row)];
        if (!total) continue;
        total.count++;
        total.money += this.value(this.plan.money, row) || 0;
      }
      return totals;
    }

    /** Totals of each district that has rows, by its name. */
    byDistrict() {
      const groups = new Map();
      for (const row of this.rows('district_code')) {
        const code = this.value('district_code', row);
        if (!groups.has(code)) groups.set(code, []);
        groups.get(code).push(row);
      }
      const name = (code) => (code === null ? '' : this.districtName(code));
      return [...groups].sort(([a], [b]) => (name(a) < name(b) ? -1 : 1)).map(([code, rows]) => ({ code, rows }));
    }

    /** How many rows each value of the second filter would leave. */
    secondCounts() {
      const counts = new Map();
      for (const row of this.rows(this.plan.second)) {
        const value = this.value(this.plan.second, row);
        counts.set(value, (counts.get(value) || 0) + 1);
      }
      return counts;
    }

    secondValues() {
      const declared = Object.keys(this.page.model.fields[this.plan.layer][this.plan.second].choices);
      const there = new Set();
      for (let row = 0; row < this.table.rows; row++) there.add(this.value(this.plan.second, row));
      return declared.filter((value) => there.has(value));
    }

    title(row) {
      const named = this.value(this.plan.title, row);
      return named || this.page.words.t(this.value('place_id', row) === null ? 'no_place' : 'no_address');
    }

    outcomeName(value) {
      return this.page.choice(this.plan.layer, this.plan.by, value);
    }

    districtName(code) {
      return this.page.name(this.page.model.districts, code);
    }
  };
})((window.Abat = window.Abat || {}));
