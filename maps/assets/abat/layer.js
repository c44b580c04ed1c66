/* A Leaflet layer of many shapes in typed arrays: recoloured and filtered by functions of a row number. */
(function (Abat) {
  'use strict';

  const FINGER = 6; // pixels by which a click may miss a shape
  Abat.ROWS_A_STEP = 100000; // looked at by one step of drawing

  Abat.Layer = L.Layer.extend({
    /* `look`: {style} or {by: column, styles: {value: style}}; a value without a style is not drawn. A layer that waits
       is opened when `open` is called. */
    initialize(dataId, sheetName, look, waits) {
      this.dataId = dataId;
      this.sheetName = sheetName;
      this.look = look;
      this.selected = -1;
      this.dense = null;
      this.isDense = false;
      this.above = null;
      this.sizeMarks((row) => this.styleOf(row).least || 0, FINGER);
      this.ready = null;
      if (!waits) this.open();
    },

    /** Reads the rows, once: a promise of the layer. */
    open() {
      this.ready = this.ready || this.load(this.dataId);
      return this.ready;
    },

    async load(dataId) {
      const bytes = await Abat.unpack(dataId);
      const length = new DataView(bytes.buffer).getUint32(0, true);
      const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
      const reader = new Abat.Reader(bytes, 4 + length);
      const shapes = await Abat.Shapes.from(reader, head);
      await Abat.rest();
      this.tables = {};
      for (const name in head.tables) this.tables[name] = await Abat.Table.from(reader, head.tables[name]);
      this.grid = await Abat.Grid.of(shapes);
      await Abat.rest();
      this.texts = {};
      for (const name of head.texts.names)
        this.texts[name] = new Abat.Texts(`${dataId}_${name}`, head.texts.rows);
      this.shown = new Uint8Array(head.rows).fill(1);
      this.classes = new Uint8Array(head.rows);
      this.shapes = shapes;
      this.dress();
      this.redraw();
      return this;
    },

    /* The first look, by values and never by their order. */
    dress() {
      if (this.look.style) return this.recolour([this.look.style], () => 0);
      const keys = Object.keys(this.look.styles);
      const values = keys.map((key) => this.look.styles[key]);
      this.recolour(values, (row) => keys.indexOf(this.value(this.look.by, row)));
    },

    onAdd(map) {
      this.sheet = Abat.sheet(map, this.sheetName);
      this.sheet.layersOn.push(this);
      this.redraw();
    },

    onRemove() {
      this.sheet.layersOn = this.sheet.layersOn.filter((other) => other !== this);
      this.redraw();
    },

    redraw() {
      if (this.sheet) this.sheet.later();
    },

    /** A value of the table `rows`. */
    value(name, row) {
      return this.tables.rows.value(name, row);
    },

    /** Gives each row the style number that `classOf` returns; a number without a style hides the row. */
    recolour(styles, classOf) {
      this.styles = styles;
      for (let row = 0; row < this.classes.length; row++) {
        const found = classOf(row);
        this.classes[row] = found >= 0 && found < styles.length ? found : 255;
      }
      this.redraw();
    },

    /** Leaves only the rows that `test` lets through. */
    filter(test) {
      for (let row = 0; row < this.shown.length; row++) this.shown[row] = test(row) ? 1 : 0;
      this.redraw();
    },

    /** How many rows pass the filter. */
    countShown() {
      return this.shown.reduce((count, shown) => count + shown, 0);
    },

    /** Draws points as a density, in a colour, where more than `most` of them are in the window. */
    condense(colour, most) {
      this.dense = { colour, most };
    },

    /** Draws nothing where another layer is drawn as a density. */
    giveWay(other) {
      this.above = other;
    },

    /** How many shown rows begin in the window; stops now and then for its caller to look at the clock. */
    *countIn(view) {
      const { boxes, rows } = this.shapes;
      let count = 0;
      for (let row = 0; row < rows; row++) {
        if (row % Abat.ROWS_A_STEP === 0) yield;
        const x = boxes[4 * row] * view.k + view.dx;
        const y = boxes[4 * row + 1] * view.k + view.dy;
        if (x >= 0 && y >= 0 && x <= view.width && y <= view.height && this.isShown(row)) count++;
      }
      return count;
    },

    /** The same rows, shown under the same filter, in other colours on another sheet. */
    twin(sheet) {
      const twin = Object.create(this);
      twin.classes = new Uint8Array(this.classes.length);
      twin.sheet = sheet;
      return twin;
    },

    /** How wide the mark of a row is, in pixels, and the widest there is. */
    sizeMarks(sizeOf, widest) {
      this.markSize = sizeOf;
      this.widestMark = widest;
    },

    isShown(row) {
      return this.shown[row] === 1 && this.classes[row] !== 255;
    },

    styleOf(row) {
      return this.styles[this.classes[row]] || this.styles[0];
    },

    select(row) {
      this.selected = row;
      this.redraw();
    },

    /** The shown rows at a place: those that contain it, small ones first; else the nearest mark. */
    hits(latlng) {
      const view = this.sheet.view(this.shapes);
      const { x, y } = this.shapes.point(latlng);
      const near = this.grid.near(x, y, this.widestMark / view.k).filter((row) => this.isShown(row));
      const inside = near.filter((row) => this.shapes.contains(row, x, y));
      if (inside.length) return inside.sort((a, b) => this.extent(a) - this.extent(b) || a - b);
      const marks = near.filter((row) => Abat.isMark(this.shapes, view, row, this.styleOf(row)));
      const away = (row) => this.distance(row, x, y) * view.k;
      const touched = marks.filter((row) => away(row) <= Math.max(FINGER, this.markSize(row) / 2));
      return touched.sort((a, b) => away(a) - away(b) || a - b);
    },

    extent(row) {
      const [left, top, right, bottom] = this.shapes.boxes.subarray(4 * row, 4 * row + 4);
      return (right - left) * (bottom - top);
    },

    distance(row, x, y) {
      const [left, top, right, bottom] = this.shapes.boxes.subarray(4 * row, 4 * row + 4);
      return Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y);
    },

    /** The bounds of one row, or null. */
    boundsOf(row) {
      if (!this.shapes.has(row)) return null;
      const [left, top, right, bottom] = this.shapes.boxes.subarray(4 * row, 4 * row + 4);
      return L.latLngBounds(this.shapes.latLng(left, bottom), this.shapes.latLng(right, top));
    },
  });
})((window.Abat = window.Abat || {}));
