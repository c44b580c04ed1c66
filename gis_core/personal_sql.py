"""The masking of `personal` as functions of the database, for what other programs read there: its views.

The patterns are those of Python, said in PostgreSQL's words; what letters, digits and blanks are is spelled
out, so that no locale of a server decides it.
"""

from __future__ import annotations

import re

from gis_core import personal

DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19"
LETTERS = "A-Za-z_\u00aa-\u02af\u0370-\u058f"
BLANKS = " \t-\r\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
PLAIN_DIGITS = "0123456789"
WORDS = (
    ("[^\\W\\d]", f"[{LETTERS}]"), ("[^\\w]", f"[^{DIGITS}{LETTERS}]"), ("[^\\d", f"[^{DIGITS}"),
    ("[\\s", f"[{BLANKS}"), ("[\\d", f"[{DIGITS}"), ("\\d", f"[{DIGITS}]"), ("\\s", f"[{BLANKS}]"),
    ("\\W", f"[^{DIGITS}{LETTERS}]"), ("\\b", f"(?![{DIGITS}{LETTERS}])"),
)  # fmt: skip
FUNCTIONS = """
CREATE OR REPLACE FUNCTION abat_is_iin(digits text) RETURNS boolean LANGUAGE plpgsql
    IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $iin$
DECLARE
    born text := CASE substr(digits, 7, 1) WHEN '1' THEN '18' WHEN '2' THEN '18' WHEN '5' THEN '20'
                 WHEN '6' THEN '20' ELSE '19' END || left(digits, 6);
    weights int[];
    rest int;
BEGIN
    IF length(digits) <> 12 OR substr(digits, 7, 1) > '6' OR substr(born, 5, 2) NOT BETWEEN '01' AND '12'
        OR to_char(to_date(left(born, 6), 'YYYYMM') + substr(born, 7, 2)::int - 1, 'YYYYMMDD') <> born THEN
        RETURN false;
    END IF;
    FOREACH weights SLICE 1 IN ARRAY ARRAY[{first}, {second}] LOOP
        rest := (SELECT sum(substr(digits, n, 1)::int * weights[n]) FROM generate_series(1, 11) AS n) % 11;
        IF rest <> 10 THEN
            RETURN rest = right(digits, 1)::int;
        END IF;
    END LOOP;
    RETURN false;
END $iin$;

-- A text in which what was found stands between the signs 1 and 2, masked there; way: phone, number or named
CREATE OR REPLACE FUNCTION abat_hidden(marked text, way text) RETURNS text LANGUAGE plpgsql
    IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $hidden$
DECLARE
    pieces text[] := string_to_array(marked, chr(1)) || ''::text;
    before text := pieces[1];
    made text := pieces[1];
    found text;
    rest text;
BEGIN
    FOR place IN 2 .. cardinality(pieces) - 1 LOOP
        found := split_part(pieces[place], chr(2), 1);
        rest := split_part(pieces[place], chr(2), 2);
        made := made || CASE
            WHEN way <> 'named' AND (found ~ '^(?:{decimal})$' OR right(before, 8) ~ '{prefix}'
                OR rest || split_part(pieces[place + 1], chr(2), 1) ~ '^(?:{money})') THEN found
            WHEN way = 'phone' THEN '{phone_mask}'
            WHEN abat_is_iin(translate(regexp_replace(found, '[^{digits}]', '', 'g'), '{signs}', '{values}'))
                THEN '{number_mask}'
            ELSE found END || rest;
        before := before || found || rest;
    END LOOP;
    RETURN made;
END $hidden$;

-- A text as gis_core/personal.py masks it
CREATE OR REPLACE FUNCTION abat_masked(said text) RETURNS text LANGUAGE plpgsql
    IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $masked$
BEGIN
    IF length(regexp_replace(said, '[^{digits}]', '', 'g')) < 10 THEN
        RETURN said;
    END IF;
    said := translate(said, chr(1) || chr(2), '');
    said := abat_hidden(regexp_replace(said, '{named}', '\\1' || chr(1) || '\\2' || chr(2), 'g'), 'named');
    said := abat_hidden(regexp_replace(said, '{number}', chr(1) || '\\&' || chr(2), 'g'), 'number');
    said := abat_hidden(regexp_replace(said, '{phone}', chr(1) || '\\&' || chr(2), 'g'), 'phone');
    RETURN abat_hidden(regexp_replace(said, '{short}', chr(1) || '\\&' || chr(2), 'g'), 'phone');
END $masked$;
"""


def functions() -> str:
    """Statements that make `abat_masked(text)` or bring it up to date."""
    others = ("\u0660", "\u06f0", "\uff10")
    return FUNCTIONS.format(
        first=[*personal.FIRST_WEIGHTS], second=[*personal.SECOND_WEIGHTS], digits=DIGITS,
        signs="".join(chr(ord(zero) + value) for zero in others for value in range(10)),
        values=PLAIN_DIGITS * len(others),
        phone_mask=personal.PHONE_MASK, number_mask=personal.NUMBER_MASK,
        decimal=_said(personal.DECIMAL), money=_said(personal.MONEY), prefix=_said(personal.PREFIX),
        named=_said(personal.NAMED_NUMBER), number=_said(personal.NUMBER),
        phone=_said(personal.PHONE), short=_said(personal.SHORT_PHONE),
    )  # fmt: skip


def _said(pattern: re.Pattern[str]) -> str:
    """A pattern as PostgreSQL reads it; letters of either case spelled out where case does not count."""
    words = pattern.pattern
    if pattern.flags & re.IGNORECASE:
        words = re.sub(r"(?<!\\)[^\W\d_]", lambda found: f"[{found[0].lower()}{found[0].upper()}]", words)
    for ours, theirs in WORDS:
        words = words.replace(ours, theirs)
    return words
