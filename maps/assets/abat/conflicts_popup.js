/* The evidence of a conflict: both project records, what they share, and the sentence that explains it. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  // Said in the heading, in the sentence or in the two records.
  const ELSEWHERE = [
    ...['id', 'rule', 'severity', 'place_kind', 'place_id', 'place_name', 'district_code'],
    ...['project_a', 'project_b', 'body_a', 'body_b'],
  ];

  function period(page, project) {
    if (project.starts === null && project.ends === null) return page.words.t('no_dates');
    return page.words.day(project.starts) + ' – ' + page.words.day(project.ends);
  }

  /* One row of the two records: what it is, of A, of B. */
  function both(label, a, b) {
    return h('tr', {}, h('th', { scope: 'row' }, label), h('td', {}, a), h('td', {}, b));
  }

  /* Both project records side by side; a project that is not in the frame shows its number only. */
  function records(page, data, row) {
    const { words } = page;
    const [a, b] = [data.project(row.project_a), data.project(row.project_b)];
    const label = (column) => page.label('projects', column);
    const pair = (title, write) =>
      both(title, a ? Abat.outer(write(a)) : '–', b ? Abat.outer(write(b)) : '–');
    const heads = ['project_a', 'project_b'].map((column) =>
      h('th', { scope: 'col' }, page.label('conflicts', column)),
    );
    return h(
      'table',
      { class: 'records' },
      h('thead', {}, h('tr', {}, h('td', {}), ...heads)),
      h(
        'tbody',
        {},
        both(
          label('executing_body'),
          Abat.outer(data.bodyName(row.body_a)),
          Abat.outer(data.bodyName(row.body_b)),
        ),
        pair(label('name'), (project) => project.name || words.t('unknown')),
        pair(label('work_type'), (project) => page.name(page.model.work_types, project.work_type)),
        pair(words.t('dates'), (project) => period(page, project)),
        pair(words.t('budget'), (project) => words.money(project.budget_kzt)),
        pair(label('status'), (project) => page.choice('projects', 'status', project.status)),
        both(label('id'), Abat.outer(row.project_a), Abat.outer(row.project_b)),
      ),
    );
  }

  /* What the layer declares beyond the names of place, projects and bodies; days that are not there are left out. */
  function shared(page, data, row) {
    const table = data.layer.tables.rows;
    const said = (name) => (row[name] === null ? null : page.say('conflicts', table, name, row[name]));
    const names = page.columns('conflicts', table, ELSEWHERE);
    return Abat.facts(names.map((name) => [page.label('conflicts', name), said(name)]));
  }

  /* The shared ground, the place, and the areas of both projects, where they are known. */
  function drawing(page, data, row) {
    const { at } = row;
    const shared = { shapes: data.layer.shapes, row: at };
    if (!data.layer.shapes.has(at)) return null;
    const place = data.contestedRows(row);
    const area = (project, line, dash) => ({
      shapes: data.works.shapes,
      rows: data.worksOf(project),
      style: { fill: line, 'fill-opacity': 0.1, stroke: line, 'stroke-width': 2, 'stroke-dasharray': dash },
    });
    const parts = [
      { shapes: data.contested.shapes, rows: place, style: { fill: '#efece6', stroke: '#8a8375' } },
      area(row.project_a, '#1f5f8b', null),
      area(row.project_b, '#3a3d42', '7 4'),
      {
        shapes: shared.shapes,
        rows: [at],
        style: { fill: '#c51b8a', 'fill-opacity': 0.55, stroke: '#a3126f', 'stroke-width': 1.5 },
      },
    ];
    const sign = (name, text) => h('span', {}, h('i', { class: 'line ' + name, 'aria-hidden': 'true' }), text);
    const key = h(
      'p',
      { class: 'key' },
      sign('a', page.label('conflicts', 'project_a')),
      sign('b', page.label('conflicts', 'project_b')),
      sign('shared', page.label('conflicts', 'shared_m2')),
    );
    return h('figure', {}, Abat.sketch(page, shared, parts, page.words.t('drawing')), key);
  }

  /* What each body said, where any has said something; else that none has. */
  function verdicts(page, data, id) {
    const label = (name, value) => page.choice('assessments', name, value);
    const said = data.verdicts(id).map((row) => {
      const lead = row.lead_body
        ? page.label('assessments', 'lead_body') + ': ' + data.bodyName(row.lead_body)
        : null;
      const more = [lead, row.note].filter((part) => part);
      return h(
        'li',
        {},
        Abat.outer(data.bodyName(row.body)),
        ': ',
        h('b', {}, label('verdict', row.verdict)),
        more.length ? h('small', {}, Abat.outer(more.join(' · '))) : null,
      );
    });
    const none = said.length ? [] : [h('li', {}, label('verdict', 'not_assessed'))];
    return [
      h('h3', {}, page.label('assessments', 'verdict')),
      h('ul', { class: 'projects' }, ...said, ...none),
    ];
  }

  /* The sentence that explains a conflict, which is opened when it is asked for. */
  function sentence(page, data, row, grown) {
    const why = h('p', { class: 'why', hidden: true });
    data.layer.texts['why_' + page.state.lang].of(row.at).then((words) => {
      Abat.replace(why, Abat.outer(words || page.words.t('unknown')));
      why.hidden = false;
      grown();
    });
    return why;
  }

  /** The card of the conflict `rows[at]`; `turn(at)` shows another one at the same place, `grown()` is told when the
      card has got longer. */
  Abat.conflictCard = function (page, data, { rows, at, turn, grown }) {
    const row = rows[at];
    const below = h(
      'p',
      { class: 'below' },
      Abat.outer(data.districtName(row.district_code)),
      ' · № ',
      h('a', { href: Abat.address(page.state.lang, row.id) }, Abat.outer(row.id)),
    );
    const kind =
      page.choice('conflicts', 'rule', row.rule) + ', ' + page.choice('conflicts', 'severity', row.severity);
    return h(
      'div',
      { class: 'card conflict' },
      Abat.pager(page, at, rows.length, turn),
      h('h2', {}, Abat.outer(data.placeName(row))),
      below,
      h('p', { class: 'class-line' }, Abat.severitySign(row.severity), kind),
      sentence(page, data, row, grown),
      drawing(page, data, row),
      shared(page, data, row),
      records(page, data, row),
      ...verdicts(page, data, row.id),
    );
  };

  function projectLine(page, data, id) {
    const project = data.project(id);
    if (!project) return h('li', {}, Abat.outer(id));
    const facts = [
      data.bodyName(project.executing_body),
      period(page, project),
      page.words.money(project.budget_kzt),
    ];
    return h('li', {}, Abat.outer(project.name || id), h('small', {}, Abat.outer(facts.join(' · '))));
  }

  /** The card of a contested place with its projects. */
  Abat.placeCard = function (page, data, row) {
    const place = data.contested.tables.rows.row(row);
    const { words } = page;
    const label = (column) => page.label('contested_parcels', column);
    const kind = page.choice('contested_parcels', 'place_kind', place.place_kind);
    return h(
      'div',
      { class: 'card' },
      h('h2', {}, Abat.outer(place.place_name || words.t('no_address'))),
      h(
        'p',
        { class: 'below' },
        kind + ' · ',
        Abat.outer(data.districtName(place.district_code)),
        ' · № ',
        Abat.outer(place.place_id),
      ),
      Abat.facts([
        [label('body_count'), words.number(place.body_count)],
        [label('project_count'), words.number(place.project_count)],
        [label('amount_kzt'), words.exactMoney(place.amount_kzt)],
        [words.t('dates'), period(page, { starts: place.first_start, ends: place.last_end })],
        [
          label('area_m2'),
          words.number(place.area_m2, { maximumFractionDigits: 0 }) +
            ' ' +
            words.of(page.model.fields.contested_parcels.area_m2.unit),
        ],
      ]),
      h('h3', {}, label('projects')),
      h('ul', { class: 'projects' }, ...(place.projects || []).map((id) => projectLine(page, data, id))),
    );
  };
})((window.Abat = window.Abat || {}));
