"""Dates with the month in words: Russian, Kazakh and English, as people and programs write them."""

from __future__ import annotations

import re

MONTHS = (
    "январь января янв қаңтар қаң january jan",
    "февраль февраля фев февр ақпан ақп february feb",
    "март марта мар наурыз нау march mar",
    "апрель апреля апр сәуір сәу april apr",
    "май мая мамыр мам may",
    "июнь июня июн маусым мау june jun",
    "июль июля июл шілде шіл july jul",
    "август августа авг тамыз там august aug",
    "сентябрь сентября сен сент қыркүйек қыр september sep sept",
    "октябрь октября окт қазан қаз october oct",
    "ноябрь ноября ноя нояб қараша қар november nov",
    "декабрь декабря дек желтоқсан жел december dec",
)
NUMBER_OF = {word: number for number, words in enumerate(MONTHS, start=1) for word in words.split()}
WORD = "([^\\W\\d_]+)"
YEAR = r"(\d{4}|\d{2})"
# 12 марта 2023 г., «12» марта 2023 года, 12-мар-23, 12 наурыз 2023 ж., 12 March 2023
DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ ./-]+{WORD}\.?,?[ /-]+{YEAR}(?:\s*(?:г|года?|ж|жыл\w*)\b\.?)?"
)
MONTH_FIRST = re.compile(rf"{WORD}\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})")  # March 12, 2023
YEAR_FIRST = re.compile(rf"(\d{{4}})\s*(?:ж\.?|жыл\w*) (\d{{1,2}}) {WORD}\.?")  # 2023 жылғы 12 наурыз
ORDERS = {DAY_FIRST: (1, 2, 3), MONTH_FIRST: (2, 1, 3), YEAR_FIRST: (2, 3, 1)}
QUOTES = re.compile('[«»"“”„]')
TIME = re.compile(r"[ ,T]+\d{1,2}:\d{2}(:\d{2})?$")


def in_words(text: str) -> tuple[str, str, str] | None:
    """Day, month and year as figures of a date whose month is a word; None for what is none.

    >>> in_words("«12» марта 2023 г."), in_words("2023 жылғы 12 наурыз"), in_words("March 12, 2023")
    (('12', '3', '2023'), ('12', '3', '2023'), ('12', '3', '2023'))
    """
    plain = TIME.sub("", " ".join(QUOTES.sub("", text).casefold().split()))
    for pattern, (day, month, year) in (
        (DAY_FIRST, (1, 2, 3)),
        (MONTH_FIRST, (2, 1, 3)),
        (YEAR_FIRST, (2, 3, 1)),
    ):
        found = pattern.fullmatch(plain)
        number = NUMBER_OF.get(found.group(month)) if found else None
        if found and number:
            return found.group(day), str(number), found.group(year)
    return None
