/* Search by address or number: a text field with a list of what it finds, as WAI-ARIA describes a combobox. */
(function (Abat) {
  'use strict';

  const MOST = 8;
  const { h } = Abat;
  // What is typed on a keyboard without Kazakh letters must find Kazakh names too.
  const FOLD = { ё: 'е', қ: 'к', ғ: 'г', ң: 'н', ә: 'а', ө: 'о', ұ: 'у', ү: 'у', һ: 'х', і: 'и' };

  /** Letters by which texts are compared. */
  Abat.fold = function (text) {
    return text.toLowerCase().replace(/[ёқғңәөұүһі]/g, (letter) => FOLD[letter]);
  };

  const ENTRIES = 2000; // taken up between two looks at the clock

  /* Very many entries are taken up with rests; until then those are found that are. */
  async function takeUp(source, entries, folded) {
    for (const entry of source) {
      entries.push(entry);
      folded.push(Abat.fold(entry.text));
      if (entries.length % ENTRIES === 0) await Abat.rest();
    }
  }

  function finder(source) {
    const entries = [];
    const folded = [];
    takeUp(source, entries, folded);
    return (typed) => {
      const words = Abat.fold(typed)
        .split(/[\s,]+/)
        .filter((word) => word);
      if (!words.length || typed.trim().length < 2) return [];
      const found = [];
      for (let i = 0; i < folded.length && found.length < MOST; i++) {
        if (words.every((word) => folded[i].includes(word))) found.push(entries[i]);
      }
      return found;
    };
  }

  /** A search field over entries {text, note(), go()}. */
  Abat.search = function (page, entries) {
    const find = finder(entries);
    let found = [];
    let at = -1;
    const input = h('input', {
      type: 'search',
      id: 'search',
      role: 'combobox',
      autocomplete: 'off',
      'aria-expanded': 'false',
    });
    const list = h('ul', { id: 'search-list', role: 'listbox' });
    const said = h('p', { class: 'note', role: 'status' });

    const mark = (index) => {
      at = index;
      [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
      if (at >= 0) input.setAttribute('aria-activedescendant', list.children[at].id);
      else input.removeAttribute('aria-activedescendant');
    };
    const item = (entry, i) => {
      const attributes = {
        role: 'option',
        id: 'found-' + i,
        on: { mousedown: (event) => event.preventDefault(), click: () => go(i) },
      };
      return h('li', attributes, Abat.outer(entry.text), h('small', {}, entry.note()));
    };
    const show = () => {
      found = find(input.value);
      Abat.replace(list, ...found.map(item));
      list.hidden = !found.length;
      input.setAttribute('aria-expanded', String(found.length > 0));
      said.textContent = !found.length && input.value.trim().length > 1 ? page.words.t('search_none') : '';
      mark(-1);
    };
    const hide = () => {
      list.hidden = true;
      input.setAttribute('aria-expanded', 'false');
    };
    const go = (i) => {
      hide();
      found[i].go();
    };
    const keys = {
      ArrowDown: () => found.length && mark((at + 1) % found.length),
      ArrowUp: () => found.length && mark((at + found.length - 1) % found.length),
      Enter: () => found.length && go(Math.max(0, at)),
      Escape: hide,
    };
    input.addEventListener('input', show);
    input.addEventListener('blur', hide);
    input.addEventListener('keydown', (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    input.setAttribute('aria-controls', 'search-list');
    page.watch(() => {
      input.setAttribute('placeholder', page.words.t('search_hint'));
      list.setAttribute('aria-label', page.words.t('search'));
    });
    list.hidden = true;
    return h(
      'section',
      { class: 'search' },
      page.text('label', 'search', { for: 'search' }),
      input,
      list,
      said,
    );
  };
})((window.Abat = window.Abat || {}));
