/* Where a map looks: at some bounds, beside the legend and not under it. */
(function (Abat) {
  'use strict';

  const EDGE = 16; // pixels kept free on every side
  const MOST = 0.35; // of the width of the map that the legend may take before it is let lie on the bounds

  /* The pixels on the right of a map that its legend covers, or will once it is filled. */
  function legendRoom(map) {
    const legend = document.getElementById('legend');
    const style = legend && getComputedStyle(legend);
    if (!style || style.position !== 'absolute') return 0;
    const room = parseFloat(style.width) + parseFloat(style.right);
    return room < MOST * map.getSize().x ? room : 0;
  }

  /** Shows bounds as large as they fit. */
  Abat.fitBeside = function (map, bounds) {
    map.fitBounds(bounds, {
      animate: false,
      paddingTopLeft: [EDGE, EDGE],
      paddingBottomRight: [EDGE + legendRoom(map), EDGE],
    });
  };

  /** A map whose first view is `home`. The view is set a moment later: a map without one costs little, and the first makes
      the browser lay out the page. */
  Abat.home = function (map, home) {
    map.home = home;
    setTimeout(() => Abat.fitBeside(map, home));
  };
})((window.Abat = window.Abat || {}));
