/* The state of a page and everything that follows from it: one state, many watchers. */
(function (Abat) {
  'use strict';

  /** What an object itself holds under a key from outside; a code may be called `constructor`. */
  Abat.own = function (object, key) {
    return object && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
  };

  /** What the address asks for beside a language: of `#ID` and of `#lang=kk&ID` the ID; null for nothing. */
  Abat.asked = function () {
    const parts = window.location.hash.slice(1).split('&');
    const word = parts.find((part) => part && !part.startsWith('lang='));
    try {
      return word ? decodeURIComponent(word) : null;
    } catch {
      return null;
    }
  };

  /** The end of an address that keeps the language and asks for an id, if there is one. */
  Abat.address = function (lang, id) {
    return '#lang=' + lang + (id === null ? '' : '&' + encodeURIComponent(id));
  };

  Abat.Page = class Page {
    constructor(model) {
      this.model = model;
      this.words = new Abat.Words(model.texts, model.context.currency);
      this.state = { lang: this.firstLanguage() };
      this.watchers = [];
      this.words.speak(this.state.lang);
    }

    /* The language of the address (#lang=kk), so that it goes along from page to page; else the page's own. */
    firstLanguage() {
      const asked = (/lang=(ru|kk|en)/.exec(window.location.hash) || [])[1];
      return asked || this.model.context.lang;
    }

    /** Changes the state and tells the watchers of what changed. */
    set(change) {
      const changed = Object.keys(change).filter((key) => this.state[key] !== change[key]);
      Object.assign(this.state, change);
      this.words.speak(this.state.lang);
      for (const { watcher, keys } of this.watchers) {
        if (!keys || changed.some((key) => keys.includes(key))) watcher(this.state);
      }
    }

    /** Calls `watcher` now and after each change; with `keys` only after a change of one of them. */
    watch(watcher, keys) {
      this.watchers.push({ watcher, keys });
      watcher(this.state);
    }

    /** Keeps the text of a node true in every language. */
    live(node, text, keys) {
      this.watch(() => (node.textContent = text()), keys);
      return node;
    }

    /** An element that holds a text of the page. */
    text(tag, key, attributes) {
      return this.live(Abat.h(tag, attributes || {}), () => this.words.t(key), ['lang']);
    }

    /** The label of a declared field, with its unit if asked. */
    label(layer, column, withUnit) {
      const field = this.model.fields[layer][column];
      const unit = withUnit && field.unit ? ', ' + this.words.of(field.unit) : '';
      return this.words.of(field.label) + unit;
    }

    /** The label of a value of a declared field; the value itself if it is not among the declared ones. */
    choice(layer, column, value) {
      return this.name(this.model.fields[layer][column].choices, value);
    }

    /** The declared columns of a layer that a table holds, in their order, without those named. */
    columns(layer, table, without) {
      return Object.keys(this.model.fields[layer]).filter(
        (name) => name in table.columns && !without.includes(name),
      );
    }

    /** A value of a declared field as it is read: label of a choice, day, share, money, number with unit, or text. */
    say(layer, table, column, value) {
      const { choices, form, unit, names, logical } = this.model.fields[layer][column];
      const { words } = this;
      if (value === null) return words.t('unknown');
      if (table.types[column] === 'date') return words.day(value);
      if (names) return this.name(this.model[names], value);
      if (logical) return words.t(value ? 'yes' : 'no');
      if (Object.keys(choices).length) return this.choice(layer, column, value);
      if (form === 'share') return words.percent(value);
      if (form === 'money') return words.exactMoney(value);
      if (form === 'year') return String(value);
      if (typeof value !== 'number') return Array.isArray(value) ? value.join(', ') : value;
      const digits = { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 };
      return words.number(value, digits) + (unit ? '\u00a0' + words.of(unit) : '');
    }

    /** A name from a list of triples by code; the code itself if the list lacks it. */
    name(list, code) {
      if (code === null) return this.words.t('unknown');
      const triple = Abat.own(list, code);
      return triple ? this.words.of(triple) : code;
    }
  };

  /** Says in words that there is nothing to show, and ends the page with what is always said. */
  Abat.empty = function (page, host, key) {
    host.append(page.text('p', key, { class: 'empty' }), Abat.coverage(page), Abat.notes(page, []));
    document.body.dataset.ready = 'true';
  };

  /** A figure with what it counts below: `write()` gives the figure, `values()` fill the text `key`. */
  Abat.figure = function (page, { key, write, values, worst, below }) {
    const { h } = Abat;
    const said = () =>
      page.words.t(key, { currency: page.words.of(page.model.context.currency), ...(values ? values() : {}) });
    return h(
      'div',
      { class: worst ? 'worst' : null },
      page.live(h('b', {}), write),
      page.live(h('span', {}), said),
      below ? page.live(h('small', {}), below, ['lang']) : null,
    );
  };

  /** A button that sets part of the state and shows by aria-pressed whether it holds. */
  Abat.toggle = function (page, attributes, holds, press) {
    const button = Abat.h('button', { type: 'button', ...attributes, on: { click: press } });
    page.watch(() => button.setAttribute('aria-pressed', String(holds())));
    return button;
  };
})((window.Abat = window.Abat || {}));
