/* An even grid over the boxes of shapes, so that a click looks at a few of them and not at all. */
(function (Abat) {
  'use strict';

  const ROWS_A_CELL = 4;

  Abat.Grid = class Grid {
    /** The grid of some shapes, made with rests. */
    static async of(shapes) {
      const grid = new Grid();
      grid.boxes = shapes.boxes;
      grid.extent(shapes);
      await Abat.rest();
      await grid.fill(shapes);
      return grid;
    }

    extent(shapes) {
      const b = this.boxes;
      let [left, top, right, bottom] = [shapes.steps, shapes.steps, 0, 0];
      for (let i = 0; i < b.length; i += 4) {
        if (b[i] < left) left = b[i];
        if (b[i + 1] < top) top = b[i + 1];
        if (b[i + 2] > right) right = b[i + 2];
        if (b[i + 3] > bottom) bottom = b[i + 3];
      }
      this.left = left;
      this.top = top;
      const cells = Math.max(1, shapes.rows / ROWS_A_CELL);
      this.cell = Math.max(1, Math.sqrt((Math.max(1, right - left) * Math.max(1, bottom - top)) / cells));
      this.across = Math.max(1, Math.ceil((right - left + 1) / this.cell));
      this.down = Math.max(1, Math.ceil((bottom - top + 1) / this.cell));
    }

    /* Two passes: count the rows of each cell, then lay them end to end. */
    async fill(shapes) {
      this.start = new Int32Array(this.across * this.down + 1);
      const each = async (visit) => {
        const b = this.boxes;
        let row = 0;
        const visitRow = (cell) => visit(cell, row);
        for (; row < shapes.rows; row++) {
          if (row % Abat.ROWS_A_REST === 0) await Abat.rest();
          const i = 4 * row;
          if (b[i] <= b[i + 2]) this.cells(b[i], b[i + 1], b[i + 2], b[i + 3], visitRow);
        }
      };
      await each((cell) => this.start[cell + 1]++);
      for (let cell = 0; cell < this.start.length - 1; cell++) this.start[cell + 1] += this.start[cell];
      const next = this.start.slice();
      this.items = new Int32Array(this.start[this.start.length - 1]);
      await each((cell, row) => (this.items[next[cell]++] = row));
    }

    column(x) {
      return Math.min(this.across - 1, Math.max(0, Math.floor((x - this.left) / this.cell)));
    }

    line(y) {
      return Math.min(this.down - 1, Math.max(0, Math.floor((y - this.top) / this.cell)));
    }

    cells(left, top, right, bottom, visit) {
      const [from, to, last] = [this.column(left), this.column(right), this.line(bottom)];
      for (let v = this.line(top); v <= last; v++) {
        for (let u = from; u <= to; u++) visit(v * this.across + u);
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
