/* Very many points as squares of colour: the more points in a square of the window, the stronger. */
(function (Abat) {
  'use strict';

  const CELL = 4; // pixels
  const STEPS = 6; // strengths of colour

  /* How many shown points each square of the window holds. */
  function* counted(layer, view) {
    const across = Math.ceil(view.width / CELL);
    const counts = new Int32Array(across * Math.ceil(view.height / CELL));
    const { boxes, rows } = layer.shapes;
    for (let row = 0; row < rows; row++) {
      if (row % Abat.ROWS_A_STEP === 0) yield;
      const px = boxes[4 * row] * view.k + view.dx;
      const py = boxes[4 * row + 1] * view.k + view.dy;
      if (px < 0 || py < 0 || px >= view.width || py >= view.height || !layer.isShown(row)) continue;
      counts[Math.floor(py / CELL) * across + Math.floor(px / CELL)]++;
    }
    return { counts, across };
  }

  /** Draws points by density; each step doubles the count several times over, so that one crowded place does not
      make all others pale. */
  Abat.paintDensity = function* (context, layer, view) {
    const { counts, across } = yield* counted(layer, view);
    yield;
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    const rank = (count) => Math.min(STEPS - 1, Math.floor((STEPS * Math.log(count)) / Math.log(most + 1)));
    context.fillStyle = layer.dense.colour;
    for (let step = 0; step < STEPS; step++) {
      context.globalAlpha = 0.15 + (0.75 * step) / (STEPS - 1);
      for (let i = 0; i < counts.length; i++) {
        if (counts[i] && rank(counts[i]) === step)
          context.fillRect(CELL * (i % across), CELL * Math.floor(i / across), CELL, CELL);
      }
      context.globalAlpha = 1;
      yield;
    }
  };
})((window.Abat = window.Abat || {}));
