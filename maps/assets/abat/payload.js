/* Opens what maps/payload.py packed: base64 of gzip, numbers as varints. */
(function (Abat) {
  'use strict';

  const BLOCK = 1 << 17; // numbers read between two looks at the clock
  const WORK = 16; // milliseconds of work between two rests

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

  /* Room for a large whole is given page by page, when it is first written to. */
  async function joined(parts) {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
      await Abat.rest();
    }
    return out;
  }

  async function readAll(readable) {
    const reader = readable.getReader();
    const parts = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(parts);
      parts.push(value);
    }
  }

  /* Piece by piece, so that no second copy of a large page lies in memory and the page answers in between: the browser
     opens what is written at once, on this very thread. */
  async function gunzip(texts) {
    if (typeof DecompressionStream === 'undefined') return gunzipByHand(await joined(Array.from(texts, fromBase64)));
    const stream = new DecompressionStream('gzip');
    const writer = stream.writable.getWriter();
    const opened = readAll(stream.readable);
    for (const text of texts) {
      await Abat.rest();
      await writer.ready;
      writer.write(fromBase64(text));
    }
    writer.close();
    return opened;
  }

  /* The elements that carry the data of an id: the one with the id, and those without any that follow it. */
  function carriers(id) {
    const first = document.getElementById(id);
    const found = [first];
    for (let next = first.nextElementSibling; next && !next.id && next.type === first.type; ) {
      found.push(next);
      next = next.nextElementSibling;
    }
    return found;
  }

  /* The texts of elements that are not needed any more. */
  function* taken(elements) {
    for (const element of elements) {
      element.remove();
      yield element.textContent;
    }
  }

  /** The bytes that the data of `id` holds. */
  Abat.unpack = async function (id) {
    return gunzip(taken(carriers(id)));
  };

  /** The JSON value that the data of `id` holds. */
  Abat.unpackJson = async function (id) {
    return JSON.parse(new TextDecoder().decode(await Abat.unpack(id)));
  };

  /** Long texts of rows, in chunks that are opened when a text is asked for. */
  Abat.Texts = class Texts {
    constructor(id, rowsInChunk) {
      this.chunks = carriers(id);
      this.rowsInChunk = rowsInChunk;
      this.opened = new Map();
    }

    /** The text of a row: a promise of it. */
    async of(row) {
      const number = Math.floor(row / this.rowsInChunk);
      if (!this.opened.has(number)) this.opened.set(number, gunzip([this.chunks[number].textContent]));
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

    /** The same as `numbers`, with rests between. */
    async manyNumbers(out) {
      for (let from = 0; from < out.length; from += BLOCK) {
        this.numbers(out.subarray(from, from + BLOCK));
        await Abat.rest();
      }
      return out;
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

    /** Fills `out` with running sums of varints, counted from `start`, with rests between. */
    async sums(out, start) {
      let sum = start;
      for (let from = 0; from < out.length; from += BLOCK) {
        const block = this.numbers(out.subarray(from, from + BLOCK));
        for (let i = 0; i < block.length; i++) block[i] = sum += block[i];
        await Abat.rest();
      }
      return out;
    }

    /** The JSON value in so many bytes. */
    json(length) {
      this.at += length;
      return JSON.parse(new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at)));
    }

    doubles(count) {
      const end = this.at + 8 * count;
      const copy = this.bytes.slice(this.at, end);
      this.at = end;
      return new Float64Array(copy.buffer);
    }
  };
})((window.Abat = window.Abat || {}));
