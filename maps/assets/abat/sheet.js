/* A canvas in a pane of the map on which layers are drawn in the order they were added.

   A picture is made aside, in slices short enough that the page answers between two of them, and shown when it is whole.
   Until then the old picture stays, moved and scaled by Leaflet. */
(function (Abat) {
  'use strict';

  // Leaflet's own panes: tiles 200, overlays 400, markers 600, popups 700
  const PANES = { base: 210, data: 400, other: 401 };
  const SLICE = 20; // milliseconds of drawing in one frame
  const PADDING = 0.15; // of the window on every side, so that a short pan shows no edge

  /* Until when the sheets, all together, may draw in a frame: two at once would take twice as long. */
  const turn = { frame: null, until: 0 };
  function untilOf(frame) {
    if (turn.frame !== frame) Object.assign(turn, { frame, until: performance.now() + SLICE });
    return turn.until;
  }

  const Sheet = L.Renderer.extend({
    options: { padding: PADDING },

    initialize(pane) {
      L.Renderer.prototype.initialize.call(this, { pane });
      this.layersOn = [];
      this.below = [];
      this.ground = null;
      this.part = null;
    },

    /** For paper: this sheet draws the ground and another sheet's layers too, since browsers print what is clear in a
        canvas as white over all that lies below it. With null it is itself again. */
    drawBelow(other, ground) {
      this.below = other ? other.layersOn : [];
      this.ground = ground;
      this.redraw();
    },

    /** Shows only the part of the window from one share of its width to another; null shows all. */
    cut(part) {
      this.part = part;
      this.clip();
    },

    clip() {
      if (!this._bounds) return;
      const style = this._container.style;
      if (!this.part) return void (style.clipPath = '');
      const left = this._map.layerPointToContainerPoint(this._bounds.min).x;
      const [from, to] = this.part.map((share) => share * this._map.getSize().x - left);
      style.clipPath = `inset(0 ${this._bounds.getSize().x - to}px 0 ${from}px)`;
    },

    getEvents() {
      return { ...L.Renderer.prototype.getEvents.call(this), move: this.clip };
    },

    _initContainer() {
      this._container = document.createElement('canvas');
      this._container.setAttribute('aria-hidden', 'true');
    },

    _destroyContainer() {
      this.stop();
      this._container.remove();
    },

    /* Leaflet calls this when the map has moved. */
    _update() {
      if (!this._bounds) this.show(this.blank());
      if (!this._map._animatingZoom) this.later(); // a map that moves twice in a task is drawn once
    },

    /* The picture that is still shown is the one to be moved. */
    _reset() {
      this._update();
      this._onZoom();
    },

    /** Grid steps to pixels of a picture whose corner is `origin`: pixel = step * k + d. */
    viewAt(shapes, origin, size) {
      const zoom = this._map.getZoom();
      const k = (256 * Math.pow(2, zoom)) / shapes.steps;
      const at = this._map.getPixelOrigin().add(origin);
      return { k, dx: -at.x, dy: -at.y, width: size.x, height: size.y, zoom };
    },

    /** The same for the picture that is shown. */
    view(shapes) {
      return this.viewAt(shapes, this._bounds.min, this._bounds.getSize());
    },

    /** Draws at the next frame, however often it is asked for. */
    later() {
      this._asked = this._asked || L.Util.requestAnimFrame((frame) => this.draw(frame));
    },

    /** Draws at once, without slices. */
    redraw() {
      this.draw(null);
    },

    stop() {
      L.Util.cancelAnimFrame(this._asked);
      L.Util.cancelAnimFrame(this._next);
      this._asked = this._next = null;
    },

    /* From this frame on in slices, or, where it is null, at once. */
    draw(frame) {
      this.stop();
      if (!this._map) return;
      const whole = frame === null;
      if (!whole && performance.now() > untilOf(frame)) return this.later();
      const picture = this.blank();
      const strokes = this.strokes(picture);
      const goOn = (now) => {
        const until = whole ? Infinity : untilOf(now);
        do {
          if (performance.now() > until) return void (this._next = L.Util.requestAnimFrame(goOn));
          // Browsers put strokes off until somebody looks; then all of them would come at once.
          if (!whole) picture.context.getImageData(0, 0, 1, 1);
        } while (!strokes.next().done);
        this.show(picture);
      };
      goOn(frame);
    },

    /* An empty picture of the window as it is now, with some room around. */
    blank() {
      const map = this._map;
      const size = map.getSize();
      const corner = map.containerPointToLayerPoint(size.multiplyBy(-PADDING)).round();
      const bounds = L.bounds(corner, corner.add(size.multiplyBy(1 + 2 * PADDING)).round());
      const density = Math.min(2, window.devicePixelRatio || 1);
      const canvas = this._container.cloneNode();
      const wide = bounds.getSize();
      canvas.width = density * wide.x;
      canvas.height = density * wide.y;
      canvas.style.width = wide.x + 'px';
      canvas.style.height = wide.y + 'px';
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.setTransform(density, 0, 0, density, 0, 0);
      return { canvas, context, bounds, size: wide, center: map.getCenter(), zoom: map.getZoom() };
    },

    *strokes({ context, bounds, size }) {
      if (this.ground) {
        context.fillStyle = this.ground;
        context.fillRect(0, 0, size.x, size.y);
      }
      const view = (layer) => this.viewAt(layer.shapes, bounds.min, size);
      for (const layer of [...this.below, ...this.layersOn]) {
        if (layer.shapes) yield* Abat.paint(context, layer, view(layer));
      }
      for (const layer of this.layersOn) {
        if (layer.shapes && layer.selected >= 0) {
          Abat.paintSelected(context, layer, view(layer), layer.selected);
        }
      }
    },

    /* Puts a picture in the place of the old one; from now on Leaflet moves this one. */
    show({ canvas, bounds, center, zoom }) {
      this._bounds = bounds;
      this._center = center;
      this._zoom = zoom;
      this._container.replaceWith(canvas);
      this._container = canvas;
      L.DomUtil.setPosition(canvas, bounds.min);
      this.clip();
      this.fire('update');
    },
  });

  /** The sheet of a map by name, made when first asked for. */
  Abat.sheet = function (map, name) {
    map.abatSheets = map.abatSheets || {};
    if (map.abatSheets[name]) return map.abatSheets[name];
    const pane = map.createPane('abat-' + name);
    pane.style.zIndex = PANES[name];
    pane.style.pointerEvents = 'none';
    map.abatSheets[name] = new Sheet('abat-' + name).addTo(map);
    return map.abatSheets[name];
  };
})((window.Abat = window.Abat || {}));
