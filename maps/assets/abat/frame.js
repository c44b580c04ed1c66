/* The frame that all pages share: title, date, marks, languages, links, coverage, sources. */
(function (Abat) {
  'use strict';

  const NAMES = { kk: 'ҚАЗ', ru: 'РУС', en: 'ENG' };
  const { h } = Abat;

  function languages(page) {
    const buttons = ['kk', 'ru', 'en'].map((lang) => {
      const choose = () => {
        page.set({ lang });
        window.history.replaceState(null, '', Abat.address(lang, Abat.asked()));
      };
      const button = Abat.toggle(page, { lang, 'data-lang': lang }, () => page.state.lang === lang, choose);
      button.textContent = NAMES[lang];
      return button;
    });
    const group = h('div', { class: 'languages', role: 'group' }, ...buttons);
    page.watch(() => group.setAttribute('aria-label', page.words.t('language')));
    return group;
  }

  function links(page) {
    const names = [...page.model.context.pages].sort((a, b) => (b === 'index') - (a === 'index'));
    const anchors = names.map((name) => {
      const here = name === page.model.page;
      const anchor = page.text('a', 'page_' + name, { 'aria-current': here ? 'page' : null });
      page.watch(() => anchor.setAttribute('href', name + '.html#lang=' + page.state.lang));
      return anchor;
    });
    if (anchors.length < 2) return null;
    const nav = h('nav', {}, ...anchors);
    page.watch(() => nav.setAttribute('aria-label', page.words.t('pages')));
    return nav;
  }

  function heading(page) {
    const { context } = page.model;
    const named = () => ({ name: page.words.of(page.model.title) });
    const title = () => page.words.t(page.model.title_key || 'title_' + page.model.page, named());
    const day = () => ' · ' + page.words.t('as_of', { date: page.words.day(context.date) });
    const about = () => page.words.of(context.city) + (context.date ? day() : '');
    page.watch(() => (document.title = title() + ' · ' + page.words.of(context.city)));
    const below = h('p', {}, page.live(h('bdi', {}), about));
    if (context.sample) below.prepend(page.text('strong', 'sample', { class: 'mark' }));
    return h('div', { class: 'heading' }, page.live(h('h1', {}), title), below);
  }

  function printButton(page) {
    return page.text('button', 'print', {
      type: 'button',
      class: 'print',
      on: { click: () => window.print() },
    });
  }

  /** Fills the head of the page. */
  Abat.head = function (page, host) {
    const tools = h('div', { class: 'tools' }, printButton(page), languages(page));
    host.append(heading(page), h('div', { class: 'beside' }, tools, links(page) || ''));
    const panel = document.getElementById('panel');
    page.watch(() => {
      document.documentElement.setAttribute('lang', page.state.lang);
      panel.setAttribute('aria-label', page.words.t('panel'));
    }, ['lang']);
  };

  function share(page, key, value) {
    const row = h('p', { class: 'share' });
    page.watch(() => {
      const said = value === null ? page.words.t('unknown') : page.words.percent(value);
      Abat.replace(row, h('span', {}, page.words.t(key)), h('b', {}, said), Abat.bar(value || 0));
    });
    return row;
  }

  /** How much of the money and of the appeals is on the map. */
  Abat.coverage = function (page) {
    const { context } = page.model;
    const rows = [
      share(page, 'coverage_money', context.money_on_map),
      share(page, 'coverage_appeals', context.appeals_on_map),
    ];
    return h(
      'section',
      { class: 'coverage' },
      page.text('h2', 'coverage'),
      ...rows,
      page.text('p', 'coverage_rest', { class: 'note' }),
    );
  };

  /** What must be said below: sample data, schematic outlines, how to read, sources. `notes` are text keys. */
  Abat.notes = function (page, notes) {
    const { context } = page.model;
    const keys = [
      ...(context.sample ? ['sample_long'] : []),
      ...(context.schematic ? ['schematic'] : []),
      ...notes,
    ];
    const box = h('section', { class: 'notes' }, page.text('h2', 'about'));
    for (const key of keys) box.append(page.text('p', key));
    if (context.sources.length) {
      box.append(
        page.text('h3', 'sources'),
        h('ul', {}, ...context.sources.map((source) => h('li', {}, Abat.outer(source)))),
      );
    }
    return box;
  };
})((window.Abat = window.Abat || {}));
