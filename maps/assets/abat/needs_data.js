/* What the needs page asks of its rows: classes, counts, coverage, rankings. */
(function (Abat) {
  'use strict';

  Abat.WORST = 6; // great need, no money

  function stepOfCell(what, cell) {
    if (what === 'cell' || cell < 0) return cell;
    return what === 'need' ? Math.floor(cell / 3) : cell % 3;
  }

  /* The rows with the greatest values, at most so many, the first of equal ones first. Few rows get among them, so
     that looking for their place costs less than sorting all. */
  function greatest(rows, values, most) {
    const first = [];
    for (const row of rows) {
      const value = values[row];
      if (first.length === most && value <= values[first[most - 1]]) continue;
      let at = first.length;
      while (at > 0 && values[first[at - 1]] < value) at--;
      first.splice(at, 0, row);
      if (first.length > most) first.pop();
    }
    return first;
  }

  /** The places of one kind; `refresh` follows year and district. */
  Abat.Places = class Places {
    constructor(page, kind, layer) {
      this.page = page;
      this.kind = kind;
      this.layer = layer;
      this.yearly = new Abat.Yearly(layer, page.model.years);
      this.rows = this.yearly.rows;
      this.classes = new Int8Array(this.rows);
      this.here = new Uint8Array(this.rows);
    }

    /* All that depends on year and district, counted once for both and not for every shape drawn. */
    refresh() {
      const { year, district } = this.page.state;
      const first = this.yearly.at(0, year);
      const { need_class: need, funding_class: funding } = this.yearly.columns;
      this.counts = new Array(9).fill(0);
      for (let row = 0; row < this.rows; row++) {
        const found = 3 * need[first + row] + funding[first + row];
        this.classes[row] = found >= 0 && found < 9 ? found : -1;
        this.here[row] = district === null || this.districtCode(row) === district ? 1 : 0;
        if (this.here[row] && this.classes[row] >= 0) this.counts[this.classes[row]]++;
      }
      this.meanNeed = this.mean(year);
    }

    /* The mean need of a place of the whole city in the year shown. */
    mean(year) {
      const first = this.yearly.at(0, year);
      const need = this.yearly.columns.need.subarray(first, first + this.rows);
      const counted = need.reduce((count, value) => count + !Number.isNaN(value), 0);
      return this.yearly.sum('need', year, () => true) / counted;
    }

    /** The need of a place, or a part of it, in means of the city; null if not known. */
    inMeans(name, row) {
      const value = this.now(name, row);
      return value === null || !(this.meanNeed > 0) ? null : value / this.meanNeed;
    }

    /** A value in the year shown. */
    now(name, row) {
      return this.yearly.value(name, row, this.page.state.year);
    }

    isCounted(row) {
      return this.now('need', row) !== null;
    }

    number(row) {
      return '№ ' + this.layer.value(this.kind.key, row);
    }

    /** The name of a place, or null. */
    title(row) {
      return this.kind.title && this.layer.value(this.kind.title, row);
    }

    districtCode(row) {
      return this.layer.value('district_code', row);
    }

    districtName(row) {
      return this.page.name(this.page.model.districts, this.districtCode(row));
    }

    /** What a step of need or money is called. */
    stepName(what, step) {
      return this.page.words.t(what + '_' + step);
    }

    className(number) {
      return this.stepName('need', Math.floor(number / 3)) + ', ' + this.stepName('money', number % 3);
    }

    /** What the class that matters is called. */
    worstName() {
      return this.page.words.t('worst');
    }

    /** A test whether a row belongs to a class of the legend: cell-6, need-2, money-0; null is any. */
    tester(name) {
      if (name === null) return () => true;
      const [what, step] = name.split('-');
      const wanted = Number(step);
      return (row) => this.stepOf(what, row) === wanted;
    }

    stepOf(what, row) {
      return stepOfCell(what, this.classes[row]);
    }

    /** How many places here belong to a class. */
    count(name) {
      const [what, step] = name.split('-');
      const belongs = (cell) => stepOfCell(what, cell) === Number(step);
      return this.counts.reduce((sum, count, cell) => sum + (belongs(cell) ? count : 0), 0);
    }

    /** The places in a box of grid steps that belong to a class, or have no money: how many, and the neediest `most`. */
    ranked(name, box, most) {
      const first = this.yearly.at(0, this.page.state.year);
      const need = this.yearly.columns.need.subarray(first, first + this.rows);
      const { boxes } = this.layer.shapes;
      const passes = this.tester(name || 'money-0');
      const found = [];
      for (let row = 0; row < this.rows; row++) {
        if (!this.here[row] || this.classes[row] < 0 || !passes(row)) continue;
        const b = 4 * row;
        const beside = boxes[b + 2] < box.left || boxes[b] > box.right;
        if (!beside && boxes[b + 3] >= box.top && boxes[b + 1] <= box.bottom) found.push(row);
      }
      return { count: found.length, rows: greatest(found, need, most) };
    }
  };

  /** Boundary versions of districts; `refresh` follows the year. */
  Abat.Districts = class Districts extends Abat.Places {
    title(row) {
      return this.districtName(row);
    }

    stepName(what, step) {
      return this.page.words.t('person_' + what + '_' + step);
    }

    worstName() {
      return this.className(Abat.WORST);
    }

    /** Whether its outline is drawn: it counts in the year, or no district does. */
    isDrawn(row) {
      return this.isCounted(row) || !this.counted().length;
    }

    /** The versions that count in the year shown. */
    counted() {
      const rows = [];
      for (let row = 0; row < this.rows; row++) if (this.isCounted(row)) rows.push(row);
      return rows;
    }

    /** The district's share of the city's need or funding in the year shown; null if the city has none. */
    share(name, row) {
      const whole = this.yearly.sum(name, this.page.state.year, () => true);
      const part = this.now(name, row);
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

    stepOf(what, row) {
      return what === 'coverage' ? this.coverageStep(row) : super.stepOf(what, row);
    }

    count(name) {
      return this.counted().filter(this.tester(name)).length;
    }

    /** The districts of the year, the least covered first. */
    ranking() {
      const key = (row) => (this.coverage(row) === null ? Infinity : this.coverage(row));
      return this.counted().sort((a, b) => key(a) - key(b) || a - b);
    }
  };

  /** All kinds of place of the page, and the one that is shown. */
  Abat.Needs = class Needs {
    constructor(page, layers) {
      this.page = page;
      this.kinds = {};
      page.model.kinds.forEach((kind, i) => {
        const Kind = kind.name === 'districts' ? Abat.Districts : Abat.Places;
        this.kinds[kind.name] = new Kind(page, kind, layers[i]);
      });
      this.districts = this.kinds.districts;
    }

    refresh() {
      for (const name in this.kinds) this.kinds[name].refresh();
    }

    /** The kind that the map shows. */
    shown() {
      return this.kinds[this.page.state.mode];
    }

    /** The kind that the list of places shows: the last kind of place that the map showed. */
    listed() {
      return this.kinds[this.page.state.places];
    }

    /** How the map is drawn: coverage (of districts only), together, swipe. */
    look() {
      const { look, mode } = this.page.state;
      if (mode !== 'districts') return look === 'swipe' ? look : 'together';
      return look;
    }
  };
})((window.Abat = window.Abat || {}));
