/* Words, numbers, money and dates in the language chosen. Labels come as triples: ru, kk, en. */
(function (Abat) {
  'use strict';

  const LANGUAGES = ['ru', 'kk', 'en'];
  const MONTHS = 'қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан'.split(
    ' ',
  );
  const UNITS = [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
    [1, ''],
  ];
  // Browsers say they know Kazakh and write English figures; Kazakh figures are written as the Russian ones are.
  const LOCALES = { ru: 'ru', kk: 'ru', en: 'en' };
  const PLURALS = { ru: ['one', 'few', 'many'], kk: ['other'], en: ['one', 'other'] };
  const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

  Abat.TO = '\u2060\u2013\u2060'; // a dash at which no line is broken

  Abat.Words = class Words {
    constructor(texts, currency) {
      this.texts = texts;
      this.currency = currency;
      this.made = {};
    }

    speak(language) {
      this.language = language;
    }

    /** The text of a triple; the first that is there if this language has none. */
    of(triple) {
      if (!triple) return '';
      return triple[LANGUAGES.indexOf(this.language)] || triple.find((text) => text) || '';
    }

    /** A text of the page by its key. `{name}` is filled from `values`; of several forms that of {n} is taken. */
    t(key, values) {
      const said = this.of(this.texts[key]);
      const form = Array.isArray(said) ? this.plural(said, values && values.n) : said;
      return form.replace(/\{(\w+)\}/g, (hole, name) => {
        const value = values && name in values ? values[name] : hole;
        return typeof value === 'number' ? this.number(value) : value;
      });
    }

    plural(forms, count) {
      if (forms.length === 1) return forms[0];
      const place = PLURALS[this.language].indexOf(this.format(Intl.PluralRules, {}).select(count));
      return forms[place < 0 ? forms.length - 1 : Math.min(place, forms.length - 1)];
    }

    /* Formats are dear to make, so each is made once a language. */
    format(Kind, options) {
      const locale = LOCALES[this.language];
      const key = Kind.name + locale + JSON.stringify(options);
      this.made[key] = this.made[key] || new Kind(locale, options);
      return this.made[key];
    }

    number(value, options) {
      if (value === null) return this.t('unknown');
      return this.format(Intl.NumberFormat, { maximumFractionDigits: 2, ...options }).format(value);
    }

    /** A share of one as per cent; small ones keep two significant digits. */
    percent(share, options) {
      if (share === null || !Number.isFinite(share)) return this.t('unknown');
      const small = Math.abs(share) < 0.1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 };
      return this.number(share, { style: 'percent', ...small, ...options });
    }

    /** The unit in which a large number is best written: [1000000, "млн"]. */
    unit(value) {
      const [size, key] = UNITS.find(([size]) => Math.abs(value) >= size) || [1, ''];
      return [size, key ? this.t(key) : ''];
    }

    /** Three significant digits of a number, in a unit. */
    digits(value, size) {
      return this.number(value === null ? null : value / size, {
        maximumFractionDigits: undefined,
        maximumSignificantDigits: 3,
      });
    }

    /** A large number in short: 1,23 млрд. */
    short(value) {
      const [size, unit] = this.unit(value);
      return this.digits(value, size) + (unit ? '\u00a0' + unit : '');
    }

    /** How many times a mean: 2,4×. */
    times(value) {
      return value === null ? this.t('unknown') : this.number(value, { maximumFractionDigits: 1 }) + '×';
    }

    /** From and to as per cent: 50–80 %. */
    percents(low, high) {
      return (
        this.number(100 * low, { maximumSignificantDigits: 3, maximumFractionDigits: undefined }) +
        Abat.TO +
        this.percent(high)
      );
    }

    /** Money in short: 1,23 млрд тенге. */
    money(amount) {
      return amount === null ? this.t('unknown') : this.short(amount) + '\u00a0' + this.of(this.currency);
    }

    /** From and to of money: 5–20 млн; where the units differ each end has its own: 411 тенге – 20 млн тенге. */
    amounts(low, high) {
      const [size] = this.unit(high);
      if (low && this.unit(low)[0] !== size) return this.money(low) + '\u00a0– ' + this.money(high);
      return (low === high ? '' : this.digits(low, size) + Abat.TO) + this.short(high);
    }

    /** Money to the last unit. */
    exactMoney(amount) {
      if (amount === null) return this.t('unknown');
      return this.number(amount) + '\u00a0' + this.of(this.currency);
    }

    /** A day: days since 1970, or text as 2026-11-24; any other text stays as it is. */
    day(value) {
      if (value === null || value === '') return this.t('unknown');
      if (typeof value === 'string' && !ISO_DAY.test(value)) return value;
      const moment = typeof value === 'string' ? new Date(value) : new Date(value * 86400000);
      if (this.language === 'kk')
        return `${moment.getUTCFullYear()} ж. ${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}`;
      return this.format(Intl.DateTimeFormat, { dateStyle: 'medium', timeZone: 'UTC' }).format(moment);
    }
  };
})((window.Abat = window.Abat || {}));
