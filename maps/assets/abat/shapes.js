/* Shapes as typed arrays: rows have rings, rings have corners, all in grid steps of the Mercator square. */
(function (Abat) {
  'use strict';

  function starts(counts) {
    const out = new Int32Array(counts.length + 1);
    for (let i = 0; i < counts.length; i++) out[i + 1] = out[i] + counts[i];
    return out;
  }

  Abat.Shapes = class Shapes {
    /** Shapes read from a stream, with rests between. */
    static async from(reader, { rows, steps, shapes: spec }) {
      const shapes = new Shapes();
      Object.assign(shapes, { kind: spec.kind, rows, steps });
      shapes.ringStart = starts(await reader.manyNumbers(new Int32Array(rows)));
      shapes.cornerStart = starts(await reader.manyNumbers(new Int32Array(spec.rings)));
      shapes.x = await reader.sums(new Int32Array(spec.corners), spec.origin[0]);
      shapes.y = await reader.sums(new Int32Array(spec.corners), spec.origin[1]);
      shapes.boxes = new Int32Array(4 * rows);
      for (let row = 0; row < rows; row++) {
        if (row % Abat.ROWS_A_REST === 0) await Abat.rest();
        shapes.measureBox(row);
      }
      return shapes;
    }

    /* Left, top, right, bottom of a row; a row without a shape has left > right. */
    measureBox(row) {
      const { x, y, boxes } = this;
      let left = this.steps;
      let top = left;
      let right = 0;
      let bottom = 0;
      for (let c = this.firstCorner(row), end = this.firstCorner(row + 1); c < end; c++) {
        if (x[c] < left) left = x[c];
        if (x[c] > right) right = x[c];
        if (y[c] < top) top = y[c];
        if (y[c] > bottom) bottom = y[c];
      }
      boxes[4 * row] = left;
      boxes[4 * row + 1] = top;
      boxes[4 * row + 2] = right;
      boxes[4 * row + 3] = bottom;
    }

    firstCorner(row) {
      return this.cornerStart[this.ringStart[row]];
    }

    has(row) {
      return this.boxes[4 * row] <= this.boxes[4 * row + 2];
    }

    /** Whether a point in grid steps lies inside the polygon of a row, holes taken out. */
    contains(row, x, y) {
      let inside = false;
      for (let ring = this.ringStart[row]; ring < this.ringStart[row + 1]; ring++) {
        const end = this.cornerStart[ring + 1];
        for (let a = this.cornerStart[ring], b = end - 1; a < end; b = a++) {
          if (this.y[a] > y === this.y[b] > y) continue;
          const crossing = ((this.x[b] - this.x[a]) * (y - this.y[a])) / (this.y[b] - this.y[a]) + this.x[a];
          if (x < crossing) inside = !inside;
        }
      }
      return inside;
    }

    /** The place of a grid point on the globe. */
    latLng(x, y) {
      const north = Math.PI * (1 - (2 * y) / this.steps);
      return L.latLng((Math.atan(Math.sinh(north)) * 180) / Math.PI, (x / this.steps) * 360 - 180);
    }

    /** The grid point of a place. */
    point(latlng) {
      const sine = Math.sin((latlng.lat * Math.PI) / 180);
      const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      return { x: ((latlng.lng + 180) / 360) * this.steps, y: y * this.steps };
    }

    /** The bounds of the rows that `test` lets through, or null. */
    bounds(test) {
      const box = [this.steps, this.steps, 0, 0];
      for (let row = 0; row < this.rows; row++) {
        if (!this.has(row) || !test(row)) continue;
        const [left, top, right, bottom] = this.boxes.subarray(4 * row, 4 * row + 4);
        box[0] = Math.min(box[0], left);
        box[1] = Math.min(box[1], top);
        box[2] = Math.max(box[2], right);
        box[3] = Math.max(box[3], bottom);
      }
      if (box[0] > box[2]) return null;
      return L.latLngBounds(this.latLng(box[0], box[3]), this.latLng(box[2], box[1]));
    }
  };
})((window.Abat = window.Abat || {}));
