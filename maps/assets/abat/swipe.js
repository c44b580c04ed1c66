/* Two pictures of one place: what lies left of a line is drawn one way, what lies right of it another. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const STEP = 2; // per cent that an arrow key moves the line

  function handle(page, map, moved) {
    const input = h('input', { type: 'range', class: 'swipe', min: 4, max: 96, step: STEP, value: 50 });
    const line = h('div', { class: 'swipe-line', 'aria-hidden': 'true' });
    const names = ['swipe_need', 'swipe_money'].map((key) => page.text('span', key, { class: key }));
    line.append(...names);
    const place = () => {
      line.style.left = input.value + '%';
      moved(Number(input.value) / 100);
    };
    input.addEventListener('input', place);
    L.DomEvent.disableClickPropagation(input);
    input.addEventListener('keydown', (event) => event.stopPropagation());
    page.watch(() => input.setAttribute('aria-label', page.words.t('swipe')), ['lang']);
    map.getContainer().append(line, input);
    return { nodes: [line, input], place };
  }

  /** A line over a map; `twins` are drawn right of it. `set(on)` shows and hides it. */
  Abat.swipe = function (page, map, twins) {
    const [left, right] = [Abat.sheet(map, 'data'), Abat.sheet(map, 'other')];
    const { nodes, place } = handle(page, map, (share) => {
      left.cut([-1, share]);
      right.cut([share, 2]);
    });
    return function set(on) {
      for (const node of nodes) node.hidden = !on;
      right.layersOn = on ? twins : [];
      right.later();
      if (on) place();
      else left.cut(null);
    };
  };
})((window.Abat = window.Abat || {}));
