/* Map tiles from a server: off until the reader switches them on, and off again if the server does not answer. */
(function (Abat) {
  'use strict';

  const { h } = Abat;
  const PATIENCE = 4; // tiles that may fail before the first one comes

  function tileLayer(url, failed) {
    const layer = L.tileLayer(url, { maxZoom: 22, maxNativeZoom: 19 });
    let [come, lost] = [0, 0];
    layer.on('tileload', () => come++);
    layer.on('tileerror', () => ++lost === PATIENCE && !come && failed());
    return layer;
  }

  /** Adds the switch to the map, if the page was made with a server of tiles. */
  Abat.tiles = function (page, map) {
    const { tiles } = page.model.context;
    if (!tiles) return;
    const { host } = new URL(tiles.url);
    let layer = null;
    const said = h('small', { role: 'status' });
    const turn = (on, failed) => {
      if (layer) layer.remove();
      layer = on ? tileLayer(tiles.url, () => turn(false, true)).addTo(map) : null;
      box.checked = on;
      page.set({ tiles: failed ? 'failed' : on });
    };
    const box = h('input', { type: 'checkbox', on: { change: () => turn(box.checked) } });
    const label = page.live(h('span', {}), () => page.words.t('tiles', { host }), ['lang']);
    page.watch(({ tiles: state }) => {
      const told = state === true ? Abat.outer(tiles.credit) : page.words.t('tiles_failed');
      Abat.replace(said, state ? told : '');
    }, ['lang', 'tiles']);
    const control = L.control({ position: 'bottomleft' });
    control.onAdd = () => {
      const node = h('div', { class: 'tiles-switch' }, h('label', {}, box, label), said);
      L.DomEvent.disableClickPropagation(node);
      return node;
    };
    control.addTo(map);
  };
})((window.Abat = window.Abat || {}));
