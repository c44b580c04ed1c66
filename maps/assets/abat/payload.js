/* Opens what maps/payload.py packed: base64 of gzip, numbers as varints. */
(function (Abat) {
  'use strict';

  function fromBase64(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    return bytes;
  }

  /* Only for browsers of before 2023. Our streams have the plain ten bytes of head; the size stands at the end. */
  function gunzipByHand(bytes) {
    const size = new DataView(bytes.buffer).getUint32(bytes.length - 4, true);
    const out = new Uint8Array(size);
    window.vendored['tiny-inflate'](bytes.subarray(10, bytes.length - 8), out);
    return out;
  }

  async function gunzip(bytes) {
    if (typeof DecompressionStream === 'undefined') return gunzipByHand(bytes);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** The bytes that the data element `id` carries. */
  Abat.unpack = function (id) {
    return gunzip(fromBase64(document.getElementById(id).textContent.trim()));
  };

  /** The JSON value that the data element `id` carries. */
  Abat.unpackJson = async function (id) {
    return JSON.parse(new TextDecoder().decode(await Abat.unpack(id)));
  };

  /** Reads numbers one after another. */
  Abat.Reader = class Reader {
    constructor(bytes, at) {
      this.bytes = bytes;
      this.at = at;
    }

    /** Fills `out` with zigzag varints. */
    numbers(out) {
      const bytes = this.bytes;
      let at = this.at;
      for (let i = 0; i < out.length; i++) {
        let value = 0;
        let unit = 1;
        let byte;
        do {
          byte = bytes[at++];
          value += (byte & 127) * unit;
          unit *= 128;
        } while (byte > 127);
        out[i] = value % 2 ? -(value + 1) / 2 : value / 2;
      }
      this.at = at;
      return out;
    }

    /** Fills `out` with running sums of varints, counted from `start`. */
    sums(out, start) {
      this.numbers(out);
      let sum = start;
      for (let i = 0; i < out.length; i++) out[i] = sum += out[i];
      return out;
    }

    doubles(count) {
      const end = this.at + 8 * count;
      const copy = this.bytes.slice(this.at, end);
      this.at = end;
      return new Float64Array(copy.buffer);
    }
  };
})((window.Abat = window.Abat || {}));
