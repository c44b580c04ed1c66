/* Makes elements. Text goes in as text only: nothing from outside is ever parsed as markup. */
(function (Abat) {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';

  function fill(node, attributes, children) {
    for (const name in attributes) {
      const value = attributes[name];
      if (name === 'on') for (const event in value) node.addEventListener(event, value[event]);
      else if (value !== null && value !== undefined && value !== false)
        node.setAttribute(name, String(value));
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  /** An element with attributes ({on: {event: handler}} among them) and children: nodes or text. */
  Abat.h = function (tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  };

  /** The same in SVG. */
  Abat.s = function (tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  };

  /** Text that came from outside, kept from turning the direction of its neighbours. */
  Abat.outer = function (text) {
    return Abat.h('bdi', {}, text);
  };

  Abat.replace = function (node, ...children) {
    node.textContent = '';
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  /** Writes the children of a node anew; the button in focus among them keeps it, known by a data attribute. */
  Abat.keepFocus = function (node, name, write) {
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset[name] : undefined;
    write();
    const again =
      focused !== undefined &&
      [...node.querySelectorAll('button')].find((button) => button.dataset[name] === focused);
    if (again) again.focus({ preventScroll: true });
  };

  /** A box of one colour. */
  Abat.swatch = function (colour, attributes) {
    const node = Abat.h('span', { class: 'swatch', 'aria-hidden': 'true', ...attributes });
    node.style.background = colour;
    return node;
  };

  /** A level bar that fills `share` (0 to 1) of its width. */
  Abat.bar = function (share, colour) {
    const inside = Abat.h('span', {});
    inside.style.width = 100 * Math.min(1, Math.max(0, share)) + '%';
    if (colour) inside.style.background = colour;
    return Abat.h('span', { class: 'bar', 'aria-hidden': 'true' }, inside);
  };

  /** Terms and what they are: [[label, value], …]; a value that is null is left out. */
  Abat.facts = function (pairs) {
    const list = Abat.h('dl', { class: 'facts' });
    for (const [label, value] of pairs) {
      if (value !== null) list.append(Abat.h('dt', {}, label), Abat.h('dd', {}, Abat.outer(value)));
    }
    return list;
  };

  function light(colour) {
    const part = (at) => {
      const level = parseInt(colour.slice(at, at + 2), 16) / 255;
      return level <= 0.03928 ? level / 12.92 : Math.pow((level + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  }

  /** A colour at six tenths of its light, for outlines. */
  Abat.darker = function (colour) {
    const part = (at) => Math.round(0.6 * parseInt(colour.slice(at, at + 2), 16));
    return `rgb(${part(1)}, ${part(3)}, ${part(5)})`;
  };

  /** Black or white, whichever is read better on a colour (WCAG contrast). */
  Abat.inkOn = function (colour) {
    return light(colour) > 0.18 ? '#16181b' : '#ffffff';
  };
})((window.Abat = window.Abat || {}));
