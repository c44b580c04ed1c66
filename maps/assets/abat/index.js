/* The index page: headline figures, links to the maps, charts of the years. */
(function (Abat) {
  'use strict';

  const { h, s } = Abat;

  function headlines(page) {
    const { model, words } = page;
    const last = model.years.length - 1;
    const blocks = [];
    if (last >= 0) {
      const year = () => words.t('in_year', { year: String(model.years[last]) });
      const below = () => words.t('of_courtyards', { n: model.courtyards }) + ', ' + year();
      const count = model.worst[last];
      const values = () => ({ n: count });
      blocks.push({ key: 'headline_worst', write: () => words.number(count), values, below, worst: true });
    }
    const contested = () => ({ n: model.contested });
    blocks.push({
      key: 'headline_contested',
      write: () => words.number(model.contested),
      values: contested,
      below: () => words.t('of_projects', { n: model.projects }),
    });
    blocks.push({
      key: 'headline_risk',
      write: () => words.short(model.money_at_risk_kzt),
      below: () => words.t('headline_conflicts', { n: model.conflicts }),
    });
    return h('section', { class: 'headlines' }, ...blocks.map((block) => Abat.figure(page, block)));
  }

  /* A small picture of what a map shows: the nine classes, or rings that meet. */
  function emblem(name, cells) {
    const picture = s('svg', { viewBox: '0 0 66 66', 'aria-hidden': 'true', class: 'emblem' });
    if (name === 'needs') {
      cells.forEach((fill, i) =>
        picture.append(
          s('rect', { x: 3 + 20 * (i % 3), y: 43 - 20 * Math.floor(i / 3), width: 19, height: 19, fill }),
        ),
      );
    } else if (name === 'regimes') {
      const bar = (x, height, fill) => s('rect', { x, y: 60 - height, width: 16, height, fill });
      picture.append(bar(4, 50, '#9e9e9e'), bar(25, 34, '#1b9e77'), bar(46, 16, '#d95f02'));
    } else if (name === 'programme') {
      const row = (y, fill) => s('rect', { x: 4, y, width: 58, height: 12, rx: 2, fill });
      picture.append(row(8, '#2f7d4f'), row(27, '#2f7d4f'), row(46, '#d8d3c6'));
    } else {
      const ring = { r: 18, fill: '#c51b8a', 'fill-opacity': 0.22, stroke: '#c51b8a', 'stroke-width': 3 };
      picture.append(s('circle', { cx: 24, cy: 33, ...ring }), s('circle', { cx: 42, cy: 33, ...ring }));
    }
    return picture;
  }

  function mapLink(page, name) {
    const anchor = h('a', { class: 'map-link' }, emblem(name, page.model.cells));
    anchor.append(
      h(
        'span',
        {},
        page.text('b', 'page_' + name),
        page.text('span', 'about_' + name),
        page.text('i', 'open_map'),
      ),
    );
    page.watch(() => anchor.setAttribute('href', name + '.html#lang=' + page.state.lang), ['lang']);
    return anchor;
  }

  function maps(page) {
    const names = page.model.context.pages.filter((name) => name !== 'index');
    if (!names.length) return null;
    return h(
      'section',
      {},
      page.text('h2', 'maps'),
      h('div', { class: 'map-links' }, ...names.map((name) => mapLink(page, name))),
    );
  }

  function chart(page, label, { values, colour, currency }) {
    const figure = h('figure', {});
    page.watch(() => {
      const { title, write } = Abat.chartWords(page.words, { label: label(), values, currency });
      const bars = Abat.bars({
        title,
        years: page.model.years,
        values,
        write,
        colour,
        width: 300,
        height: 130,
      });
      Abat.replace(figure, h('figcaption', {}, title), bars);
    }, ['lang']);
    return figure;
  }

  function years(page) {
    const { model } = page;
    if (!model.years.length) return null;
    const { currency } = model.context;
    const charts = [
      chart(page, () => page.label('district_needs', 'appeals'), {
        values: model.appeals,
        colour: '#8a8375',
      }),
      chart(page, () => page.label('district_needs', 'amount_kzt'), {
        values: model.amount_kzt,
        colour: model.second,
        currency,
      }),
      chart(page, () => page.words.t('chart_worst'), { values: model.worst, colour: model.accent }),
    ];
    return h('section', {}, page.text('h2', 'years_title'), h('div', { class: 'charts' }, ...charts));
  }

  /* Links to the sheets of districts, and to exported files that lie beside the pages. */
  function links(page, key, entries) {
    if (!entries.length) return null;
    const items = entries.map(([href, write]) => {
      const anchor = h('a', {});
      page.watch(() => {
        Abat.replace(anchor, Abat.outer(write()));
        anchor.setAttribute('href', href());
      }, ['lang']);
      return h('li', {}, anchor);
    });
    return h('section', {}, page.text('h2', key), h('ul', { class: 'links' }, ...items));
  }

  function districts(page) {
    const entry = ([file, names]) => [
      () => file + '.html#lang=' + page.state.lang,
      () => page.words.of(names),
    ];
    return links(page, 'district_pages', page.model.districts.map(entry));
  }

  function files(page) {
    const name = (path) => path.replace(/^(\.\.\/)+/, '');
    const address = (path) => path.split('/').map(encodeURIComponent).join('/');
    const entry = (path) => [() => address(path), () => name(path)];
    return links(page, 'files', page.model.context.downloads.map(entry));
  }

  /** Starts the page. */
  Abat.index = async function () {
    const page = new Abat.Page(await Abat.unpackJson('page-model'));
    Abat.head(page, document.getElementById('head'));
    const panel = document.getElementById('panel');
    const { model } = page;
    if (!model.years.length && !model.contested && !model.conflicts)
      return Abat.empty(page, panel, 'index_empty');
    panel.append(
      ...[
        headlines(page),
        maps(page),
        districts(page),
        years(page),
        files(page),
        Abat.coverage(page),
        Abat.notes(page, []),
      ].filter((part) => part),
    );
    document.body.dataset.ready = 'true';
  };
})((window.Abat = window.Abat || {}));
