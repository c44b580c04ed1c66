/* A table of columns, each a typed array; missing is NaN in numbers and null in words. */
(function (Abat) {
  'use strict';

  const EXACT = 1 << 24; // whole numbers below are exact in four bytes

  function readNumbers(reader, rows, spec) {
    const unit = Math.pow(10, spec.decimals);
    const small = unit === 1 && spec.most < EXACT;
    const out = reader.numbers(small ? new Float32Array(rows) : new Float64Array(rows));
    for (let i = 0; i < rows; i++) out[i] = out[i] === spec.missing ? NaN : out[i] / unit;
    return out;
  }

  /* Without written codes every word is another one: row i has word i. */
  function readWords(reader, rows, spec) {
    const Codes = spec.values.length <= 1 << 16 ? Uint16Array : Int32Array;
    const codes = new Codes(rows);
    if (spec.bytes) return reader.numbers(codes);
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
        table.columns[column.name] = table.read(reader, column);
        await Abat.rest();
      }
      return table;
    }

    read(reader, column) {
      if (column.type === 'float') return reader.doubles(this.rows);
      if (column.type !== 'word') return readNumbers(reader, this.rows, column);
      this.words[column.name] = column.values;
      return readWords(reader, this.rows, column);
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
