/* An even grid over the boxes of shapes, so that a click looks at a few of them and not at all. */
(function (Abat) {
  'use strict';

  const ROWS_A_CELL = 4;

  Abat.Grid = class Grid {
    constructor(shapes) {
      this.boxes = shapes.boxes;
      this.extent(shapes);
      this.fill(shapes);
    }

    extent(shapes) {
      let [left, top, right, bottom] = [shapes.steps, shapes.steps, 0, 0];
      for (let i = 0; i < this.boxes.length; i += 4) {
        left = Math.min(left, this.boxes[i]);
        top = Math.min(top, this.boxes[i + 1]);
        right = Math.max(right, this.boxes[i + 2]);
        bottom = Math.max(bottom, this.boxes[i + 3]);
      }
      this.left = left;
      this.top = top;
      const cells = Math.max(1, shapes.rows / ROWS_A_CELL);
      this.cell = Math.max(1, Math.sqrt((Math.max(1, right - left) * Math.max(1, bottom - top)) / cells));
      this.across = Math.max(1, Math.ceil((right - left + 1) / this.cell));
      this.down = Math.max(1, Math.ceil((bottom - top + 1) / this.cell));
    }

    /* Two passes: count the rows of each cell, then lay them end to end. */
    fill(shapes) {
      this.start = new Int32Array(this.across * this.down + 1);
      const each = (visit) => {
        for (let row = 0; row < shapes.rows; row++) {
          if (shapes.has(row))
            this.cells(...this.boxes.subarray(4 * row, 4 * row + 4), (cell) => visit(cell, row));
        }
      };
      each((cell) => this.start[cell + 1]++);
      for (let cell = 0; cell < this.start.length - 1; cell++) this.start[cell + 1] += this.start[cell];
      const next = this.start.slice();
      this.items = new Int32Array(this.start[this.start.length - 1]);
      each((cell, row) => (this.items[next[cell]++] = row));
    }

    cells(left, top, right, bottom, visit) {
      const column = (x) => Math.min(this.across - 1, Math.max(0, Math.floor((x - this.left) / this.cell)));
      const line = (y) => Math.min(this.down - 1, Math.max(0, Math.floor((y - this.top) / this.cell)));
      for (let v = line(top); v <= line(bottom); v++) {
        for (let u = column(left); u <= column(right); u++) visit(v * this.across + u);
      }
    }

    /** The rows whose box comes within `reach` of a point, each once, in row order. */
    near(x, y, reach) {
      const found = new Set();
      this.cells(x - reach, y - reach, x + reach, y + reach, (cell) => {
        for (let i = this.start[cell]; i < this.start[cell + 1]; i++) {
          const box = 4 * this.items[i];
          const beside = x + reach < this.boxes[box] || x - reach > this.boxes[box + 2];
          const above = y + reach < this.boxes[box + 1] || y - reach > this.boxes[box + 3];
          if (!beside && !above) found.add(this.items[i]);
        }
      });
      return [...found].sort((a, b) => a - b);
    }
  };
})((window.Abat = window.Abat || {}));
