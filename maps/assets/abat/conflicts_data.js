/* What the conflicts page asks of its rows: which pass the filters, how many a choice would leave, whose they are. */
(function (Abat) {
  'use strict';

  const CHOICES = ['rule', 'severity', 'certainty', 'verdict'];
  // Which layer declares what is chosen among.
  Abat.choiceLayer = (name) => (name === 'verdict' ? 'assessments' : 'conflicts');
  Abat.CHOICES = CHOICES;

  /** A key for two bodies in either order. */
  Abat.pairKey = (a, b) => JSON.stringify(a < b ? [a, b] : [b, a]);

  /** The rows of conflicts and contested places; `refresh` follows the state. */
  Abat.Conflicts = class Conflicts {
    constructor(page, contested, conflicts, works) {
      this.page = page;
      this.works = works;
      this.contested = contested;
      this.layer = conflicts;
      this.count = conflicts.shapes.rows;
      this.rows = Array.from({ length: this.count }, (_, row) => conflicts.tables.rows.row(row));
      this.projects = new Map();
      const table = conflicts.tables.projects;
      for (let i = 0; i < table.rows; i++) this.projects.set(table.value('id', i), table.row(i));
      this.weigh();
      this.refresh();
    }

    /* One test a filter, by name, so that a count can leave its own filter out. */
    tests() {
      const { body, year, pair } = this.page.state;
      const tests = {
        body: (row) => body === null || row.body_a === body || row.body_b === body,
        year: (row) => year === null || row.years.includes(year),
        pair: (row) => pair === null || Abat.pairKey(row.body_a, row.body_b) === pair,
      };
      for (const name of CHOICES) {
        const chosen = this.page.state[name];
        tests[name] = (row) => !chosen.length || chosen.includes(row[name]);
      }
      return tests;
    }

    /** The rows that pass every filter but the one named. */
    passing(except) {
      const tests = this.tests();
      const names = Object.keys(tests).filter((name) => name !== except);
      return this.rows.filter((row) => names.every((name) => tests[name](row)));
    }

    refresh() {
      this.shown = this.passing(null);
      this.isShown = new Set(this.shown);
      this.places = new Set(this.shown.map((row) => this.place(row)));
      this.byMoney = this.shown
        .slice()
        .sort((a, b) => b.money_at_risk_kzt - a.money_at_risk_kzt || (a.id < b.id ? -1 : 1));
    }

    /* A pair of projects that meets on no recorded place is a place of its own. */
    place(row) {
      if (row.place_id === null) return JSON.stringify([row.project_a, row.project_b]);
      return JSON.stringify([row.place_kind, row.place_id]);
    }

    placeName(row) {
      return row.place_name || this.page.words.t(row.place_id === null ? 'no_place' : 'no_address');
    }

    placeOf(contested) {
      return this.place(this.contested.tables.rows.row(contested));
    }

    /** The greatest risk at the place of a row, as a share of the greatest in the city: one size a place. */
    weight(row) {
      return this.riskAt.get(this.place(this.rows[row])) / this.greatestRisk;
    }

    weigh() {
      this.riskAt = new Map();
      for (const row of this.rows) {
        const place = this.place(row);
        this.riskAt.set(place, Math.max(this.riskAt.get(place) || 0, row.money_at_risk_kzt));
      }
      this.greatestRisk = Math.max(1, ...this.riskAt.values());
    }

    /** Whether no filter holds. */
    isFree() {
      const { body, year, pair } = this.page.state;
      return (
        body === null &&
        year === null &&
        pair === null &&
        CHOICES.every((name) => !this.page.state[name].length)
      );
    }

    /** The rows of the contested place of a conflict. */
    contestedRows(row) {
      const key = this.place(row);
      const rows = Array.from({ length: this.contested.shapes.rows }, (_, at) => at);
      return row.place_id === null ? [] : rows.filter((at) => this.placeOf(at) === key);
    }

    /** The rows of the areas of a project. */
    worksOf(project) {
      const table = this.works.tables.rows;
      const rows = Array.from({ length: table.rows }, (_, row) => row);
      return rows.filter((row) => table.value('project_id', row) === project);
    }

    /** What bodies said of a conflict. */
    verdicts(id) {
      const table = this.layer.tables.verdicts;
      const rows = Array.from({ length: table.rows }, (_, row) => row);
      return rows.filter((row) => table.value('conflict_id', row) === id).map((row) => table.row(row));
    }

    /** Money at risk of some rows. Two projects at one place count once, by their greatest risk, whatever the rules. */
    money(rows) {
      const greatest = new Map();
      for (const row of rows) {
        const key = JSON.stringify([this.place(row), row.project_a, row.project_b]);
        greatest.set(key, Math.max(greatest.get(key) || 0, row.money_at_risk_kzt));
      }
      return [...greatest.values()].reduce((sum, amount) => sum + amount, 0);
    }

    /** How many rows each value of a field would leave, the other filters holding. */
    counts(name) {
      const counts = new Map();
      for (const row of this.passing(name)) {
        const values =
          name === 'year' ? row.years : name === 'body' ? new Set([row.body_a, row.body_b]) : [row[name]];
        for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
      }
      return counts;
    }

    /** All values of a field among all rows, in the order of the declared choices, then of the alphabet. */
    values(name) {
      const found = new Set();
      for (const row of this.rows) {
        if (name === 'year') row.years.forEach((year) => found.add(year));
        else if (name === 'body') found.add(row.body_a).add(row.body_b);
        else found.add(row[name]);
      }
      const declared =
        name === 'year' || name === 'body'
          ? []
          : Object.keys(this.page.model.fields[Abat.choiceLayer(name)][name].choices);
      const rank = (value) => (declared.indexOf(value) < 0 ? declared.length : declared.indexOf(value));
      return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    }

    /** The pairs of bodies that meet in rows that pass the other filters: key to rows. */
    pairs() {
      const pairs = new Map();
      for (const row of this.passing('pair')) {
        const key = Abat.pairKey(row.body_a, row.body_b);
        if (!pairs.has(key)) pairs.set(key, []);
        pairs.get(key).push(row);
      }
      return pairs;
    }

    bodyName(code) {
      return this.page.name(this.page.model.bodies, code);
    }

    /** Both bodies; one that meets itself is said once. */
    pairName(a, b) {
      return a === b ? this.bodyName(a) : this.bodyName(a) + ' × ' + this.bodyName(b);
    }

    districtName(code) {
      return this.page.name(this.page.model.districts, code);
    }
  };
})((window.Abat = window.Abat || {}));
