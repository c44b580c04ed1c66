/* A canvas in a pane of the map on which layers are drawn in the order they were added. */
(function (Abat) {
  'use strict';

  const PANES = { base: 210, data: 400 }; // Leaflet's own panes: tiles 200, overlays 400, markers 600, popups 700

  const Sheet = L.Renderer.extend({
    options: { padding: 0.15 },

    initialize(pane) {
      L.Renderer.prototype.initialize.call(this, { pane });
      this.layersOn = [];
      this.below = [];
      this.ground = null;
    },

    /** For paper: this sheet draws the ground and another sheet's layers too, since browsers print what is clear in a
        canvas as white over all that lies below it. With null it is itself again. */
    drawBelow(other, ground) {
      this.below = other ? other.layersOn : [];
      this.ground = ground;
      this.redraw();
    },

    _initContainer() {
      this._container = document.createElement('canvas');
      this._container.setAttribute('aria-hidden', 'true');
      this._context = this._container.getContext('2d');
    },

    _destroyContainer() {
      this._container.remove();
    },

    /* Leaflet calls this when the map has moved. */
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const density = Math.min(2, window.devicePixelRatio || 1);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = density * size.x;
      this._container.height = density * size.y;
      this._container.style.width = size.x + 'px';
      this._container.style.height = size.y + 'px';
      this._context.setTransform(density, 0, 0, density, 0, 0);
      this.redraw();
    },

    /** Grid steps to pixels of this canvas: pixel = step * k + d. */
    view(shapes) {
      const zoom = this._map.getZoom();
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const size = this._bounds.getSize();
      const k = (256 * Math.pow(2, zoom)) / shapes.steps;
      return { k, dx: -origin.x, dy: -origin.y, width: size.x, height: size.y, zoom };
    },

    /** Draws at the next frame, however often it is asked for. */
    later() {
      this._asked = this._asked || L.Util.requestAnimFrame(() => this.redraw());
    },

    redraw() {
      L.Util.cancelAnimFrame(this._asked);
      this._asked = null;
      if (!this._map || !this._bounds) return;
      const size = this._bounds.getSize();
      this._context.clearRect(0, 0, size.x, size.y);
      if (this.ground) {
        this._context.fillStyle = this.ground;
        this._context.fillRect(0, 0, size.x, size.y);
      }
      for (const layer of [...this.below, ...this.layersOn]) {
        if (layer.shapes) Abat.paint(this._context, layer, this.view(layer.shapes));
      }
      for (const layer of this.layersOn) {
        if (layer.shapes && layer.selected >= 0) {
          Abat.paintSelected(this._context, layer, this.view(layer.shapes), layer.selected);
        }
      }
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
