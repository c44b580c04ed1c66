/* A small drawing of shapes at one place, with a scale, as SVG. */
(function (Abat) {
  'use strict';

  const { s } = Abat;
  const EQUATOR = 40075016.686; // metres
  const [WIDE, HIGH, EDGE] = [400, 190, 0.35]; // pixels; room round the subject as a share of it
  const LEAST = 60; // metres shown across at least

  function path(shapes, row, { x, y, k }) {
    let out = '';
    for (let ring = shapes.ringStart[row]; ring < shapes.ringStart[row + 1]; ring++) {
      for (let c = shapes.cornerStart[ring]; c < shapes.cornerStart[ring + 1]; c++) {
        const at = [(shapes.x[c] - x) * k, (shapes.y[c] - y) * k].map((part) => part.toFixed(1)).join(' ');
        out += (c === shapes.cornerStart[ring] ? 'M' : 'L') + at;
      }
      out += 'Z';
    }
    return out;
  }

  /* The window: the box of the subject with room round it; k is pixels a grid step. */
  function windowOf(shapes, row) {
    const [left, top, right, bottom] = shapes.boxes.subarray(4 * row, 4 * row + 4);
    const middle = shapes.latLng((left + right) / 2, (top + bottom) / 2);
    const metre = shapes.steps / (EQUATOR * Math.cos((middle.lat * Math.PI) / 180)); // in grid steps
    const room = 1 + 2 * EDGE;
    const across = Math.max(room * (right - left), (room * (bottom - top) * WIDE) / HIGH, LEAST * metre);
    const k = WIDE / across;
    return { k, x: (left + right - WIDE / k) / 2, y: (top + bottom - HIGH / k) / 2, metre: metre * k };
  }

  /* A round length that takes about a quarter of the width. */
  function scale(page, metre) {
    const about = WIDE / 4 / metre;
    const unit = Math.pow(10, Math.floor(Math.log10(about)));
    const metres = unit * [5, 2, 1].find((step) => step * unit <= about);
    const from = 8;
    const to = from + metres * metre;
    const said = page.words.number(metres) + '\u00a0' + page.words.t('metres');
    return [
      s('path', { d: `M${from} ${HIGH - 13}V${HIGH - 8}H${to}V${HIGH - 13}`, class: 'scale-line' }),
      s('text', { x: to + 5, y: HIGH - 8 }, said),
    ];
  }

  /** Draws parts [{shapes, rows, style}], the window laid round row `subject.row` of `subject.shapes`. */
  Abat.sketch = function (page, subject, parts, label) {
    const window = windowOf(subject.shapes, subject.row);
    const drawn = parts.map(({ shapes, rows, style }) =>
      s('path', { ...style, d: rows.map((row) => path(shapes, row, window)).join('') }),
    );
    const frame = { class: 'sketch', viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', 'aria-label': label };
    return s('svg', frame, ...drawn, ...scale(page, window.metre));
  };
})((window.Abat = window.Abat || {}));
