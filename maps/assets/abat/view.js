/* The map itself: controls in the language chosen, what a click opens, going to a place. */
(function (Abat) {
  'use strict';

  const POPUP_EDGE = 32; // pixels between a popup's text and what is beside it
  const CLOSEST = 16.5; // near enough to know the place, far enough to see its neighbours

  function nameControls(page, map) {
    const say = (selector, text) => {
      for (const node of document.querySelectorAll(selector)) {
        node.setAttribute('title', text);
        node.setAttribute('aria-label', text);
      }
    };
    page.watch(() => {
      map.getContainer().setAttribute('aria-label', page.words.t('map'));
      say('.leaflet-control-zoom-in', page.words.t('zoom_in'));
      say('.leaflet-control-zoom-out', page.words.t('zoom_out'));
    });
    map.on('popupopen', () => say('.leaflet-popup-close-button', page.words.t('close')));
  }

  /* A printed map has the room of the paper, not of the screen. */
  function keepInPrint(map) {
    let screen = null;
    const upper = () =>
      ['data', 'other'].map((name) => Abat.sheet(map, name)).filter((sheet) => sheet.layersOn.length);
    const fit = () => map.invalidateSize({ animate: false, pan: false });
    window.addEventListener('beforeprint', () => {
      screen = map.getBounds();
      document.body.classList.add('printing');
      map.options.zoomSnap = 0;
      fit();
      map.fitBounds(screen, { animate: false });
      const ground = getComputedStyle(map.getContainer()).backgroundColor;
      for (const sheet of upper()) sheet.drawBelow(Abat.sheet(map, 'base'), ground);
    });
    window.addEventListener('afterprint', () => {
      document.body.classList.remove('printing');
      map.options.zoomSnap = 0.5;
      for (const sheet of upper()) sheet.drawBelow(null, null);
      fit();
      map.fitBounds(screen, { animate: false });
    });
  }

  // Leaflet writes metres in Latin letters only.
  const Scale = L.Control.Scale.extend({
    _updateScale(box, text, ratio) {
      const told = this.options.latin() ? text : text.replace('km', 'км').replace(/m$/, 'м');
      L.Control.Scale.prototype._updateScale.call(this, box, told, ratio);
    },
  });

  function scaled(page, map) {
    const latin = () => page.state.lang === 'en';
    const scale = new Scale({ imperial: false, position: 'bottomleft', latin }).addTo(map);
    page.watch(() => map.whenReady(scale._update, scale), ['lang']);
  }

  Abat.View = class View {
    constructor(page, map) {
      this.page = page;
      this.map = map;
      this.opened = null;
      map.attributionControl.setPrefix(false);
      scaled(page, map);
      Abat.tiles(page, map);
      nameControls(page, map);
      map.invalidateSize({ pan: false }); // the head has been filled since
      Abat.fitBeside(map, map.home);
      keepInPrint(map);
      map.on('popupclose', () => this.forget());
      map.getContainer().addEventListener('keydown', (event) => event.key === 'Escape' && map.closePopup());
      page.watch(() => this.refresh(), ['lang', 'year']);
    }

    /** Opens what `find(latlng)` returns, {layer, row, content}, when the map is clicked. */
    pick(find) {
      this.map.on('click', (event) => {
        const found = find(event.latlng);
        if (found) this.open(event.latlng, found);
        else this.map.closePopup();
      });
      const container = this.map.getContainer();
      this.map.on(
        'mousemove',
        L.Util.throttle((event) => {
          container.classList.toggle('over-shape', Boolean(find(event.latlng)));
        }, 60),
      );
    }

    /** A popup at a place; `content()` is asked again whenever the state changes. */
    open(latlng, { layer, row, content }) {
      this.map.closePopup(); // before anything of the new one is set
      const size = this.map.getSize();
      const width = Math.min(this.page.model.popup_width, size.x - 64);
      const options = { maxWidth: width, minWidth: width, maxHeight: Math.round(0.72 * size.y) };
      const padding = {
        autoPanPaddingTopLeft: [12, 12],
        autoPanPaddingBottomRight: [this.besideLegend(width, size.x), 60],
      };
      const popup = L.popup({ ...options, ...padding })
        .setLatLng(latlng)
        .setContent(content());
      popup.openOn(this.map);
      // Leaflet takes a click on a button that its own press redraws for a click on the map.
      popup.getElement().addEventListener('click', (event) => event.stopPropagation());
      popup.getElement().querySelector('.leaflet-popup-content').tabIndex = 0; // it may scroll
      layer.select(row);
      this.opened = { popup, layer, content };
    }

    /* The room to keep free on the right, so that a popup does not slip under the legend; where there is no room for
       both, the legend steps back. */
    besideLegend(popup, map) {
      const cover = Abat.covered(this.map, document.getElementById('legend'));
      const taken = cover && cover.right > cover.left ? map - cover.left + 12 : 12;
      const fits = popup + 2 * POPUP_EDGE + taken < map;
      document.body.classList.toggle('crowded', !fits);
      return fits ? taken : 12;
    }

    /** Goes to a row of a layer and opens its popup there, as from a list. */
    goTo({ layer, row, content }) {
      const bounds = layer.boundsOf(row);
      if (!bounds) return;
      const from = document.activeElement;
      this.map.closePopup();
      this.map.fitBounds(bounds, { maxZoom: CLOSEST, animate: false, padding: [40, 40] });
      this.open(bounds.getCenter(), { layer, row, content });
      this.returnTo = from;
      const node = this.opened.popup.getElement();
      if (node) node.querySelector('.leaflet-popup-close-button').focus({ preventScroll: true });
      this.map.getContainer().scrollIntoView({ block: 'nearest' });
    }

    /** Makes room for what came into the popup after it was opened. */
    grow() {
      if (this.opened) this.keepStep(() => this.opened.popup.update());
    }

    /* Leaflet puts the content in anew: the button that was in focus is to be so again. */
    keepStep(change) {
      const held = document.activeElement && document.activeElement.dataset.step;
      change();
      const again = held && this.opened.popup.getElement().querySelector(`[data-step="${held}"]`);
      if (again) again.focus({ preventScroll: true });
    }

    refresh() {
      if (!this.opened) return;
      const content = this.opened.content();
      if (!content) return this.map.closePopup();
      this.keepStep(() => this.opened.popup.setContent(content));
    }

    forget() {
      document.body.classList.remove('crowded');
      if (this.opened) this.opened.layer.select(-1);
      this.opened = null;
      if (this.returnTo && document.contains(this.returnTo)) this.returnTo.focus({ preventScroll: true });
      this.returnTo = null;
    }

    /** Shows the rows of a layer that `test` lets through. */
    fit(layer, test) {
      const bounds = layer.shapes.bounds(test);
      if (bounds) Abat.fitBeside(this.map, bounds);
    }
  };
})((window.Abat = window.Abat || {}));
