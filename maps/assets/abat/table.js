/* A table of columns, each a typed array; missing is NaN in numbers and null in words. */
(function (Abat) {
  'use strict';

  const EXACT = 1 << 24; // whole numbers below are exact in four bytes

  async function readNumbers(reader, rows, spec) {
    const unit = Math.pow(10, spec.decimals);
    const small = unit === 1 && spec.most < EXACT;
    const out = await reader.manyNumbers(small ? new Float32Array(rows) : new Float64Array(rows));
    for (let i = 0; i < rows; i++) {
      if (i % Abat.ROWS_A_REST === 0) await Abat.rest();
      out[i] = out[i] === spec.missing ? NaN : out[i] / unit;
    }
    return out;
  }

  /* Long lists of words come in parts. */
  async function wordsOf(reader, spec) {
    const words = spec.values;
    for (const length of spec.words || []) {
      for (const word of reader.json(length)) words.push(word);
      await Abat.rest();
    }
    return words;
  }

  /* Without written codes every word is another one: row i has word i. */
  async function readWords(reader, rows, spec, count) {
    const Codes = count <= 1 << 16 ? Uint16Array : Int32Array;
    const codes = new Codes(rows);
    if (spec.bytes) return reader.manyNumbers(codes);
    return codes.map((_, i) => i);
  }

  Abat.Table = class Table {
    constructor(spec) {
      this.rows = spec.rows;
      this.columns = {};
      this.words = {};
      this.types = {};
    }

    /** A table read from a stream, with rests between its columns. */
    static async from(reader, spec) {
      const table = new Table(spec);
      for (const column of spec.columns) {
        table.types[column.name] = column.type;
        table.columns[column.name] = await table.read(reader, column);
        await Abat.rest();
      }
      return table;
    }

    async read(reader, column) {
      if (column.type === 'float') return reader.doubles(this.rows);
      if (column.type !== 'word') return readNumbers(reader, this.rows, column);
      const words = await wordsOf(reader, column);
      this.words[column.name] = words;
      return readWords(reader, this.rows, column, words.length);
    }

    /** The value of a cell: a number (a date in days since 1970), a word, a list of words, or null. */
    value(name, row) {
      const value = this.columns[name][row];
      if (this.types[name] === 'word') return this.words[name][value];
      return Number.isNaN(value) ? null : value;
    }

    /** The row as an object. */
    row(row) {
      const out = {};
      for (const name in this.columns) out[name] = this.value(name, row);
      return out;
    }
  };
})((window.Abat = window.Abat || {}));
