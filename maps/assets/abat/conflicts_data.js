/* What the conflicts page asks of its rows: which pass the filters, how many a choice would leave, whose they are. */
(function (Abat) {
  'use strict';

  const CHOICES = ['rule', 'severity', 'certainty', 'verdict'];
  // Which layer declares what is chosen among.
  Abat.choiceLayer = (name) => (name === 'verdict' ? 'assessments' : 'conflicts');
  Abat.CHOICES = CHOICES;

  /** A key for two bodies in either order. */
  Abat.pairKey = (a, b) => JSON.stringify(a < b ? [a, b] : [b, a]);

  /* The values of a row in a field that is chosen by; a body that meets itself counts once. */
  function valuesIn(row, name) {
    if (name === 'year') return row.years;
    if (name !== 'body') return [row[name]];
    return row.body_a === row.body_b ? [row.body_a] : [row.body_a, row.body_b];
  }

  const ROWS_A_LOOK = 2000; // after so many rows the loops here look at the clock

  /* What `made(at)` gives for each number, with rests between. */
  async function each(count, made) {
    const found = [];
    for (let at = 0; at < count; at++) {
      if (at % ROWS_A_LOOK === 0) await Abat.rest();
      found.push(made(at));
    }
    return found;
  }

  /* A number for each row, the same where `keyOf` gives the same words, and the number of each of the words. */
  async function numbered(rows, keyOf) {
    const known = new Map();
    const at = await each(rows.length, (row) => {
      const key = keyOf(rows[row]);
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key);
    });
    return { at, known };
  }

  /* A pair of projects that meets on no recorded place is a place of its own. */
  function placeKey(row) {
    if (row.place_id === null) return JSON.stringify([row.project_a, row.project_b]);
    return JSON.stringify([row.place_kind, row.place_id]);
  }

  /** The rows of conflicts and contested places; `refresh` follows the state. */
  Abat.Conflicts = class Conflicts {
    constructor(page, contested, conflicts, works) {
      this.page = page;
      this.works = works;
      this.contested = contested;
      this.layer = conflicts;
      this.count = conflicts.shapes.rows;
    }

    /** Reads the rows: a promise, to be waited for before anything is asked. `at` of a row is its number. */
    async open() {
      const { rows, projects } = this.layer.tables;
      this.rows = await each(this.count, (at) => Object.assign(rows.row(at), { at }));
      this.projects = new Map(await each(projects.rows, (at) => [projects.value('id', at), at]));
      this.placed = await numbered(this.rows, placeKey);
      this.meetings = await numbered(this.rows, (row) => this.place(row) + '\n' + row.project_a + '\n' + row.project_b);
      this.paired = await each(this.count, (at) => Abat.pairKey(this.rows[at].body_a, this.rows[at].body_b));
      this.homes = await each(this.contested.shapes.rows, (at) => this.homeOf(at));
      this.ranked = this.rows
        .slice()
        .sort((a, b) => b.money_at_risk_kzt - a.money_at_risk_kzt || (a.id < b.id ? -1 : 1));
      await Abat.rest();
      this.weigh();
      this.refresh();
      return this;
    }

    /* The number of a contested place; undefined where nothing on the page is found on it. */
    homeOf(contested) {
      const value = (name) => this.contested.value(name, contested);
      return this.placed.known.get(placeKey({ place_kind: value('place_kind'), place_id: value('place_id') }));
    }

    /** The record of a project; undefined for one that is not on the page. */
    project(id) {
      return this.projects.has(id) ? this.layer.tables.projects.row(this.projects.get(id)) : undefined;
    }

    /* One test a filter, by name, so that a count can leave its own filter out. */
    tests() {
      const { body, year, pair } = this.page.state;
      const tests = {
        body: (row) => row.body_a === body || row.body_b === body,
        year: (row) => row.years.includes(year),
        pair: (row) => this.paired[row.at] === pair,
      };
      for (const name of Object.keys(tests)) if (this.page.state[name] === null) delete tests[name];
      for (const name of CHOICES) {
        const chosen = this.page.state[name];
        if (chosen.length) tests[name] = (row) => chosen.includes(row[name]);
      }
      return Object.entries(tests);
    }

    /** The rows that pass every filter but the one named. */
    passing(except) {
      return this.shown.concat(this.keptOutBy.get(except) || []);
    }

    /* Once through all rows: which pass every filter, and which one filter alone keeps out. */
    refresh() {
      const tests = this.tests();
      this.shown = [];
      this.keptOutBy = new Map(tests.map(([name]) => [name, []]));
      this.counted = new Map();
      this.isShown = new Uint8Array(this.count);
      for (const row of this.ranked) {
        const failed = tests.filter(([, test]) => !test(row));
        if (failed.length === 1) this.keptOutBy.get(failed[0][0]).push(row);
        if (failed.length) continue;
        this.shown.push(row);
        this.isShown[row.at] = 1;
      }
      this.places = new Set(this.shown.map((row) => this.place(row)));
    }

    /** The number of the place of a row. */
    place(row) {
      return this.placed.at[row.at];
    }

    placeName(row) {
      return row.place_name || this.page.words.t(row.place_id === null ? 'no_place' : 'no_address');
    }

    /** The greatest risk at the place of a row, as a share of the greatest in the city: one size a place. */
    weight(at) {
      return this.riskAt[this.placed.at[at]] / this.greatestRisk;
    }

    weigh() {
      this.riskAt = new Float64Array(this.placed.known.size);
      this.greatestRisk = 1;
      for (const row of this.rows) {
        const place = this.place(row);
        this.riskAt[place] = Math.max(this.riskAt[place], row.money_at_risk_kzt);
        this.greatestRisk = Math.max(this.greatestRisk, row.money_at_risk_kzt);
      }
    }

    /** Whether no filter holds. */
    isFree() {
      return !this.keptOutBy.size;
    }

    /** The rows of the contested place of a conflict. */
    contestedRows(row) {
      const at = row.place_id === null ? -1 : this.homes.indexOf(this.place(row));
      return at < 0 ? [] : [at];
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
        const meeting = this.meetings.at[row.at];
        greatest.set(meeting, Math.max(greatest.get(meeting) || 0, row.money_at_risk_kzt));
      }
      let sum = 0;
      for (const amount of greatest.values()) sum += amount;
      return sum;
    }

    /** How many rows each value of a field would leave, the other filters holding. */
    counts(name) {
      if (!this.counted.has(name)) this.counted.set(name, this.counting(name));
      return this.counted.get(name);
    }

    counting(name) {
      const counts = new Map();
      for (const row of this.passing(name)) {
        for (const value of valuesIn(row, name)) counts.set(value, (counts.get(value) || 0) + 1);
      }
      return counts;
    }

    /** All values of a field among all rows, in the order of the declared choices, then of the alphabet. */
    values(name) {
      const found = new Set();
      for (const row of this.rows) for (const value of valuesIn(row, name)) found.add(value);
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
        const key = this.paired[row.at];
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
