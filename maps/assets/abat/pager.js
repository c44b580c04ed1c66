/* Steps through several things that lie at one place. */
(function (Abat) {
  'use strict';

  const { h } = Abat;

  /** "2 of 5 here" between two buttons; `turn(at)` goes to another one. Nothing for one thing alone. */
  Abat.pager = function (page, at, count, turn) {
    if (count < 2) return null;
    const step = (by, sign, key) =>
      h(
        'button',
        {
          type: 'button',
          'data-step': key,
          'aria-label': page.words.t(key),
          on: { click: () => turn((at + by + count) % count) },
        },
        sign,
      );
    const here = page.words.t('one_of', { at: at + 1, count });
    return h('p', { class: 'pager' }, step(-1, '‹', 'previous'), here, step(1, '›', 'next'));
  };
})((window.Abat = window.Abat || {}));
