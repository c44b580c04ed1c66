/* The filters of the conflicts page, each choice with the number of conflicts it would leave. */
(function (Abat) {
  'use strict';

  const { h } = Abat;

  function chip(page, data, name, value) {
    const holds = () => page.state[name].includes(value);
    const press = () => {
      const chosen = page.state[name];
      page.set({ [name]: holds() ? chosen.filter((other) => other !== value) : [...chosen, value] });
    };
    const button = Abat.toggle(page, { class: 'chip', 'data-value': value }, holds, press);
    page.watch(() => {
      const count = data.counts(name).get(value) || 0;
      Abat.replace(
        button,
        Abat.outer(page.choice(Abat.choiceLayer(name), name, value)),
        h('b', {}, page.words.number(count)),
      );
    });
    return button;
  }

  function chips(page, data, name) {
    const label = h('h3', { id: 'filter-' + name });
    page.live(label, () => page.label(Abat.choiceLayer(name), name), ['lang']);
    const group = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'filter-' + name });
    group.append(...data.values(name).map((value) => chip(page, data, name, value)));
    return h('div', { class: 'field' }, label, group);
  }

  function options(page, data, name, write) {
    const counts = data.counts(name);
    const option = (value) => {
      const said = write(value) + ' (' + page.words.number(counts.get(value) || 0) + ')';
      return h('option', { value }, said);
    };
    return [h('option', { value: '' }, page.words.t('all_' + name)), ...data.values(name).map(option)];
  }

  function choice(page, data, name, write) {
    const select = h('select', { id: 'filter-' + name });
    const values = data.values(name);
    select.addEventListener('change', () =>
      page.set({ [name]: select.selectedIndex ? values[select.selectedIndex - 1] : null }),
    );
    page.watch(() => {
      Abat.replace(select, ...options(page, data, name, write));
      select.selectedIndex = 1 + values.indexOf(page.state[name]);
    });
    return h(
      'div',
      { class: 'field' },
      page.text('label', 'filter_' + name, { for: 'filter-' + name }),
      select,
    );
  }

  /** All filters, and the button that lifts them. */
  Abat.filters = function (page, data) {
    const none = { body: null, year: null, pair: null, rule: [], severity: [], certainty: [], verdict: [] };
    const clear = page.text('button', 'filter_clear', {
      type: 'button',
      class: 'more',
      on: { click: () => page.set(none) },
    });
    page.watch(() => (clear.hidden = data.isFree()));
    return h(
      'section',
      { class: 'filters' },
      page.text('h2', 'filters'),
      h(
        'div',
        { class: 'two' },
        choice(page, data, 'body', (code) => data.bodyName(code)),
        choice(page, data, 'year', (year) => year),
      ),
      ...Abat.CHOICES.map((name) => chips(page, data, name)),
      clear,
    );
  };
})((window.Abat = window.Abat || {}));
