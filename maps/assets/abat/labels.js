/* Names of areas, each at the place inside its shape, and inside the window, that is farthest from any edge. */
(function (Abat) {
  'use strict';

  const TRIES = 22; // points tried across and down
  const ROOM = 26; // pixels a label needs to every side of it

  /* The square of the distance from a point to the nearest edge of a row. */
  function clearance(shapes, row, x, y) {
    let least = Infinity;
    for (let ring = shapes.ringStart[row]; ring < shapes.ringStart[row + 1]; ring++) {
      const end = shapes.cornerStart[ring + 1];
      for (let a = shapes.cornerStart[ring], b = end - 1; a < end; b = a++) {
        const [dx, dy] = [shapes.x[a] - shapes.x[b], shapes.y[a] - shapes.y[b]];
        const along = ((x - shapes.x[b]) * dx + (y - shapes.y[b]) * dy) / (dx * dx + dy * dy || 1);
        const t = Math.min(1, Math.max(0, along));
        const [ex, ey] = [shapes.x[b] + t * dx - x, shapes.y[b] + t * dy - y];
        least = Math.min(least, ex * ex + ey * ey);
      }
    }
    return least;
  }

  /* The pixels of the map that a panel above it covers. */
  Abat.covered = function (map, cover) {
    if (!cover || getComputedStyle(cover).position !== 'absolute') return null;
    const [box, frame] = [cover.getBoundingClientRect(), map.getContainer().getBoundingClientRect()];
    return {
      left: box.left - frame.left,
      top: box.top - frame.top,
      right: box.right - frame.left,
      bottom: box.bottom - frame.top,
    };
  };

  function free(px, py, size, cover) {
    const margin = Math.min(px - 1.6 * ROOM, size.x - 1.6 * ROOM - px, py - ROOM, size.y - ROOM - py);
    if (!cover) return margin;
    const beside = Math.max(cover.left - px, px - cover.right) - 1.6 * ROOM;
    return Math.min(margin, Math.max(beside, Math.max(cover.top - py, py - cover.bottom) - ROOM));
  }

  /* Best of a raster of points over what is seen of the row, in pixels of the window. */
  function bestPlace(layer, row, map, cover) {
    const { shapes } = layer;
    const size = map.getSize();
    const corner = shapes.point(map.containerPointToLatLng([0, 0]));
    const step = shapes.point(map.containerPointToLatLng([1, 0])).x - corner.x;
    const [left, top, right, bottom] = shapes.boxes.subarray(4 * row, 4 * row + 4);
    const from = [Math.max(0, (left - corner.x) / step), Math.max(0, (top - corner.y) / step)];
    const to = [Math.min(size.x, (right - corner.x) / step), Math.min(size.y, (bottom - corner.y) / step)];
    let best = { room: 0 };
    for (let i = 1; i < TRIES * TRIES; i++) {
      const px = from[0] + ((to[0] - from[0]) * (i % TRIES)) / TRIES;
      const py = from[1] + ((to[1] - from[1]) * Math.floor(i / TRIES)) / TRIES;
      const room = free(px, py, size, cover);
      const [x, y] = [corner.x + px * step, corner.y + py * step];
      if (room <= best.room || !shapes.contains(row, x, y)) continue;
      const least = Math.min(room, Math.sqrt(clearance(shapes, row, x, y)) / step);
      if (least > best.room) best = { room: least, x, y };
    }
    return best.room > 8 ? best : null;
  }

  /** Writes `content(row)` on each shown row of a layer; returns the function that writes anew. */
  Abat.labels = function (map, layer, cover, content) {
    const pane = map.createPane('abat-labels');
    pane.style.zIndex = 620;
    pane.style.pointerEvents = 'none';
    const write = () => {
      pane.textContent = '';
      const box = Abat.covered(map, cover);
      for (let row = 0; row < layer.shapes.rows; row++) {
        const place = layer.shown[row] ? bestPlace(layer, row, map, box) : null;
        if (!place) continue;
        const node = Abat.h('div', { class: 'area-label' }, ...content(row));
        L.DomUtil.setPosition(node, map.latLngToLayerPoint(layer.shapes.latLng(place.x, place.y)));
        pane.append(node);
      }
    };
    map.on('zoomstart', () => (pane.textContent = ''));
    map.on('moveend', write);
    return write;
  };
})((window.Abat = window.Abat || {}));
