/* Draws shapes on a canvas, class by class, in steps between which the caller may stop.

   A style: {fill, opacity, line, width, grow, casing, dash, mark, least}. Shapes smaller than `least` pixels are
   drawn as a `mark` (square, circle, none) of that size, so that a courtyard is still seen on a map of the whole city.
   `grow` widens lines with each zoom step. */
(function (Abat) {
  'use strict';

  const WIDTH_ZOOM = 13; // a line has its declared width at this zoom
  const CASING = 1.5; // how far a casing shows on each side of its line, in pixels
  const FLUSH = 400; // shapes in one path: longer paths are slow to fill
  const LINES = 4000; // lines in one path
  const CROWD = 3000; // marks of one class from which they are drawn without paths
  const SPOT = 2; // pixels: marks nearer than that hide each other

  function onScreen(shapes, view, row) {
    const box = 4 * row;
    const b = shapes.boxes;
    if (b[box] > b[box + 2]) return false;
    const beside = b[box + 2] * view.k + view.dx < 0 || b[box] * view.k + view.dx > view.width;
    return !beside && b[box + 3] * view.k + view.dy >= 0 && b[box + 1] * view.k + view.dy <= view.height;
  }

  /** Whether a row is so small here that it is drawn as a mark. */
  function isMark(shapes, view, row, style) {
    const b = shapes.boxes;
    const wide = (b[4 * row + 2] - b[4 * row]) * view.k;
    const high = (b[4 * row + 3] - b[4 * row + 1]) * view.k;
    return Math.max(wide, high) < (style.least || 0);
  }

  /* Corners less than a pixel from the last drawn one are left out. */
  function trace(context, shapes, view, row) {
    const { x, y, ringStart, cornerStart } = shapes;
    for (let ring = ringStart[row]; ring < ringStart[row + 1]; ring++) {
      const end = cornerStart[ring + 1];
      let [lastX, lastY] = [NaN, NaN];
      for (let c = cornerStart[ring]; c < end; c++) {
        const px = x[c] * view.k + view.dx;
        const py = y[c] * view.k + view.dy;
        if (c < end - 1 && Math.abs(px - lastX) + Math.abs(py - lastY) < 1) continue;
        if (c === cornerStart[ring]) context.moveTo(px, py);
        else context.lineTo(px, py);
        [lastX, lastY] = [px, py];
      }
      if (shapes.kind === 'polygon') context.closePath();
    }
  }

  function lineWidth(style, view) {
    const width = (style.width || 0) * Math.pow(style.grow || 1, view.zoom - WIDTH_ZOOM);
    return Math.max(0.5, width);
  }

  function strokePath(context, style, view, pass) {
    if (!style.line || (pass === 'casing' && !style.casing)) return;
    const casing = pass === 'casing' ? 2 * Math.min(CASING, 0.6 * lineWidth(style, view)) : 0;
    context.setLineDash(pass === 'casing' ? [] : style.dash || []);
    context.lineWidth = lineWidth(style, view) + casing;
    context.strokeStyle = casing ? style.casing : style.line;
    context.stroke();
  }

  function fillPath(context, style) {
    if (!style.fill) return;
    context.globalAlpha = style.opacity === undefined ? 1 : style.opacity;
    context.fillStyle = style.fill;
    context.fill();
    context.globalAlpha = 1;
  }

  function* paintShapes(context, shapes, view, rows, style) {
    for (let from = 0; from < rows.length; from += FLUSH) {
      context.beginPath();
      for (const row of rows.slice(from, from + FLUSH)) trace(context, shapes, view, row);
      fillPath(context, style);
      strokePath(context, style, view, 'casing');
      strokePath(context, style, view, 'line');
      yield;
    }
  }

  /* All casings first: crossing streets then join instead of cutting each other. */
  function* paintLines(context, shapes, view, classes, styles) {
    for (const pass of ['casing', 'line']) {
      for (let c = 0; c < styles.length; c++) {
        for (let from = 0; from < classes[c].length; from += LINES) {
          context.lineJoin = 'round';
          context.lineCap = styles[c].dash ? 'butt' : 'round';
          context.beginPath();
          for (const row of classes[c].slice(from, from + LINES)) trace(context, shapes, view, row);
          strokePath(context, styles[c], view, pass);
          yield;
        }
      }
    }
  }

  function middle(shapes, view, row) {
    const b = shapes.boxes;
    return [
      ((b[4 * row] + b[4 * row + 2]) / 2) * view.k + view.dx,
      ((b[4 * row + 1] + b[4 * row + 3]) / 2) * view.k + view.dy,
    ];
  }

  function paintMark(context, shapes, view, row, style, size) {
    const [x, y] = middle(shapes, view, row);
    context.beginPath();
    if (style.mark === 'circle') context.arc(x, y, size / 2, 0, 2 * Math.PI);
    else context.rect(x - size / 2, y - size / 2, size, size);
    fillPath(context, style);
    strokePath(context, style, view, 'casing');
    strokePath(context, style, view, 'line');
  }

  /* Very many marks are squares without paths, and of those on one spot only the first is drawn. */
  function* paintCrowd(context, shapes, view, rows, style) {
    const across = Math.ceil(view.width / SPOT);
    const taken = new Uint8Array(across * Math.ceil(view.height / SPOT));
    const side = style.least - 1;
    for (let i = 0; i < rows.length; i++) {
      const [x, y] = middle(shapes, view, rows[i]);
      const spot = Math.floor(y / SPOT) * across + Math.floor(x / SPOT);
      if (taken[spot]) continue;
      taken[spot] = 1;
      context.fillStyle = style.line;
      context.fillRect(x - style.least / 2 - 0.25, y - style.least / 2 - 0.25, side + 1.5, side + 1.5);
      context.fillStyle = style.fill;
      context.fillRect(x - side / 2 - 0.25, y - side / 2 - 0.25, side + 0.5, side + 0.5);
      if (i % FLUSH === 0) yield;
    }
  }

  function* paintMarks(context, layer, view, rows, style) {
    if (style.mark === 'none') return;
    if (style.mark === 'square' && rows.length > CROWD) {
      yield* paintCrowd(context, layer.shapes, view, rows, style);
      return;
    }
    for (let i = 0; i < rows.length; i++) {
      paintMark(context, layer.shapes, view, rows[i], style, layer.markSize(rows[i]));
      if (i % FLUSH === 0) yield;
    }
  }

  /* The rows in the window, by class. Between two steps a layer may get more classes; then it is drawn anew anyway. */
  function* rowsByClass(layer, view) {
    const classes = layer.styles.map(() => []);
    for (let row = 0; row < layer.shapes.rows; row++) {
      if (row % Abat.ROWS_A_STEP === 0) yield;
      const same = classes[layer.classes[row]];
      if (same && layer.isShown(row) && onScreen(layer.shapes, view, row)) same.push(row);
    }
    return classes;
  }

  /* Of a layer that is not read yet nobody knows. */
  function* isDense(layer, view) {
    if (!layer.shapes) return true;
    return layer.dense !== null && (yield* layer.countIn(view)) > layer.dense.most;
  }

  /** Draws the shown rows of a layer, the classes in the order of its styles, and stops at every step for its caller
      to look at the clock. */
  Abat.paint = function* (context, layer, view) {
    const { shapes, styles } = layer;
    if (layer.above !== null && (yield* isDense(layer.above, view))) return;
    layer.isDense = yield* isDense(layer, view);
    if (layer.isDense) {
      yield* Abat.paintDensity(context, layer, view);
      return;
    }
    const classes = yield* rowsByClass(layer, view);
    yield;
    if (shapes.kind === 'line') {
      yield* paintLines(context, shapes, view, classes, styles);
      return;
    }
    for (let c = 0; c < styles.length; c++) {
      const whole = [];
      const marks = [];
      for (const row of classes[c]) (isMark(shapes, view, row, styles[c]) ? marks : whole).push(row);
      yield* paintShapes(context, shapes, view, whole, styles[c]);
      yield* paintMarks(context, layer, view, marks, styles[c]);
    }
  };

  /** Draws one row on top of all, as the one that is selected. */
  Abat.paintSelected = function (context, layer, view, row) {
    const style = {
      line: '#16181b',
      width: 2.5,
      casing: '#ffffff',
      least: (layer.styleOf(row).least || 0) + 6,
    };
    if (!onScreen(layer.shapes, view, row)) return;
    if (!isMark(layer.shapes, view, row, style)) {
      Array.from(paintShapes(context, layer.shapes, view, [row], style));
      return;
    }
    const ring = { ...style, mark: layer.styleOf(row).mark };
    paintMark(context, layer.shapes, view, row, ring, layer.markSize(row) + 7);
  };

  Abat.isMark = isMark;
})((window.Abat = window.Abat || {}));
