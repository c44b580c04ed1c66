/* What the needs page asks of its rows: classes, counts, coverage, rankings. */
(function (Abat) {
  'use strict';

  Abat.WORST = 6; // great need, no money

  /** The rows of courtyards and districts; `refresh` follows the state. */
  Abat.Needs = class Needs {
    constructor(page, courtyards, districts) {
      this.page = page;
      this.courtyards = courtyards;
      this.districts = districts;
      this.ofCourtyards = new Abat.Yearly(courtyards, page.model.years);
      this.ofDistricts = new Abat.Yearly(districts, page.model.years);
    }

    /* All that depends on year and district, counted once for both and not for every shape drawn. */
    refresh() {
      const rows = Array.from({ length: this.ofCourtyards.rows }, (_, row) => row);
      this.classes = rows.map((row) => this.readClass(row));
      this.here = rows.map((row) => this.isIn(this.courtyards.value('district_code', row)));
      this.counts = new Array(9).fill(0);
      for (const row of rows) if (this.here[row] && this.classes[row] >= 0) this.counts[this.classes[row]]++;
      this.withoutMoney = this.sortedWithoutMoney(rows);
      this.meanNeed = this.mean(rows);
    }

    /* The mean need of a courtyard of the whole city in the year shown. */
    mean(rows) {
      const { year } = this.page.state;
      const counted = rows.filter((row) => this.ofCourtyards.value('need', row, year) !== null).length;
      return this.ofCourtyards.sum('need', year, () => true) / counted;
    }

    /** A courtyard's need, or a part of it, in means of the city; null if not known. */
    inMeans(name, row) {
      const value = this.ofCourtyards.value(name, row, this.page.state.year);
      return value === null || !(this.meanNeed > 0) ? null : value / this.meanNeed;
    }

    readClass(row) {
      const at = this.ofCourtyards.at(row, this.page.state.year);
      const { need_class: need, funding_class: funding } = this.ofCourtyards.columns;
      const found = 3 * need[at] + funding[at];
      return found >= 0 && found < 9 ? found : -1;
    }

    isIn(code) {
      return this.page.state.district === null || code === this.page.state.district;
    }

    /* Courtyards here without money, the neediest first. */
    sortedWithoutMoney(rows) {
      const need = (row) => this.ofCourtyards.columns.need[this.ofCourtyards.at(row, this.page.state.year)];
      const found = rows.filter(
        (row) => this.here[row] && this.classes[row] >= 0 && this.classes[row] % 3 === 0,
      );
      return found.sort((a, b) => need(b) - need(a) || a - b);
    }

    className(number) {
      const { words } = this.page;
      return words.t('need_' + Math.floor(number / 3)) + ', ' + words.t('money_' + (number % 3));
    }

    /** Whether a boundary version counts in the year shown. */
    isInYear(row) {
      return this.ofDistricts.value('need', row, this.page.state.year) !== null;
    }

    /** Whether its outline is drawn: it counts in the year, or no district does. */
    isDrawn(row) {
      return this.isInYear(row) || !this.districtRows().length;
    }

    /** The district's share of the city's need or funding in the year shown; null if the city has none. */
    share(name, row) {
      const { year } = this.page.state;
      const whole = this.ofDistricts.sum(name, year, () => true);
      const part = this.ofDistricts.value(name, row, year);
      return whole > 0 && part !== null ? part / whole : null;
    }

    /** Share of money by share of need: 1 is money in proportion to need. */
    coverage(row) {
      const [need, funding] = [this.share('need', row), this.share('funding', row)];
      return need && funding !== null ? funding / need : null;
    }

    coverageStep(row) {
      const coverage = this.coverage(row);
      if (coverage === null) return -1;
      return this.page.model.coverage.breaks.filter((edge) => coverage >= edge).length;
    }

    districtRows() {
      const rows = [];
      for (let row = 0; row < this.ofDistricts.rows; row++) if (this.isInYear(row)) rows.push(row);
      return rows;
    }

    countOfCoverage(step) {
      return this.districtRows().filter((row) => this.coverageStep(row) === step).length;
    }

    /** The districts of the year, the least covered first. */
    ranking() {
      const key = (row) => (this.coverage(row) === null ? Infinity : this.coverage(row));
      return this.districtRows().sort((a, b) => key(a) - key(b) || a - b);
    }

    districtName(code) {
      return this.page.name(this.page.model.districts, code);
    }
  };
})((window.Abat = window.Abat || {}));
