/* Opens what maps/payload.py packed: base64 of gzip, numbers as varints. */
(function (Abat) {
  'use strict';

  const PIECE = 1 << 20; // letters of base64, a multiple of four
  const WORK = 40; // milliseconds

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

  /* Piece by piece, so that no second copy of a large page lies in memory. */
  async function gunzip(text) {
    if (typeof DecompressionStream === 'undefined') return gunzipByHand(fromBase64(text));
    const stream = new DecompressionStream('gzip');
    const writer = stream.writable.getWriter();
    const opened = new Response(stream.readable).arrayBuffer();
    for (let at = 0; at < text.length; at += PIECE) {
      await writer.ready;
      writer.write(fromBase64(text.slice(at, at + PIECE)));
    }
    writer.close();
    return new Uint8Array(await opened);
  }

  /** The bytes that the data element `id` carries; the element is not needed any more. */
  Abat.unpack = function (id) {
    const element = document.getElementById(id);
    const text = element.textContent.trim();
    element.remove();
    return gunzip(text);
  };

  /** The JSON value that the data element `id` carries. */
  Abat.unpackJson = async function (id) {
    return JSON.parse(new TextDecoder().decode(await Abat.unpack(id)));
  };

  /** Long texts of rows, in chunks that are opened when a text is asked for. */
  Abat.Texts = class Texts {
    constructor(id, rowsInChunk) {
      this.chunks = document.getElementById(id).textContent.trim().split(' ');
      this.rowsInChunk = rowsInChunk;
      this.opened = new Map();
    }

    /** The text of a row: a promise of it. */
    async of(row) {
      const number = Math.floor(row / this.rowsInChunk);
      if (!this.opened.has(number)) this.opened.set(number, gunzip(this.chunks[number]));
      const texts = JSON.parse(new TextDecoder().decode(await this.opened.get(number)));
      return texts[row % this.rowsInChunk];
    }
  };

  Abat.ROWS_A_REST = 20000; // after so many rows a loop looks at the clock
  let rested = 0;

  /** Lets the page answer if it has been working for long. */
  Abat.rest = async function () {
    if (performance.now() - rested < WORK) return;
    await new Promise((done) => setTimeout(done));
    rested = performance.now();
  };

  /** Reads numbers one after another. */
  Abat.Reader = class Reader {
    constructor(bytes, at) {
      this.bytes = bytes;
      this.at = at;
    }

    /** Fills `out` with zigzag varints. Most are short, and those are read without multiplying. */
    numbers(out) {
      const bytes = this.bytes;
      let at = this.at;
      for (let i = 0; i < out.length; i++) {
        let byte = bytes[at++];
        let value = byte & 127;
        let shift = 7;
        while (byte > 127 && shift < 28) {
          byte = bytes[at++];
          value |= (byte & 127) << shift;
          shift += 7;
        }
        if (byte <= 127) {
          out[i] = (value >>> 1) ^ -(value & 1);
          continue;
        }
        for (let unit = 1 << 28; byte > 127; unit *= 128) {
          byte = bytes[at++];
          value += (byte & 127) * unit;
        }
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
