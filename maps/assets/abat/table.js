/* A table of columns, each a typed array; missing is NaN in numbers and null in words. */
(function (Abat) {
  'use strict';

  function readNumbers(reader, rows, spec) {
    const unit = Math.pow(10, spec.decimals);
    const out = reader.numbers(new Float64Array(rows));
    for (let i = 0; i < rows; i++) out[i] = out[i] === spec.missing ? NaN : out[i] / unit;
    return out;
  }

  /* Without written codes every word is another one: row i has word i. */
  function readWords(reader, rows, spec) {
    const codes = new Int32Array(rows);
    if (spec.bytes) return reader.numbers(codes);
    return codes.map((_, i) => i);
  }

  Abat.Table = class Table {
    constructor(reader, spec) {
      this.rows = spec.rows;
      this.columns = {};
      this.words = {};
      this.types = {};
      for (const column of spec.columns) {
        this.types[column.name] = column.type;
        this.columns[column.name] = this.read(reader, column);
      }
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
