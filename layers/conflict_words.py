"""Rules, severities and certainties with their labels, and the sentence that explains a finding."""

from __future__ import annotations

from gis_core.layer import Choices, Label, Language

RULES: Choices = {
    "clash": Label("накладка", "қабаттасу", "clash"),
    "near_clash": Label("накладка рядом", "жақын қабаттасу", "near clash"),
    "opportunity": Label("возможно совмещение", "біріктіру мүмкіндігі", "opportunity"),
    "duplicate_function": Label("дублирование функций", "функциялардың қайталануы", "duplicate function"),
    "double_funding": Label("двойное финансирование", "қосарланған қаржыландыру", "double funding"),
    "restriction_breach": Label("нарушение гарантийного срока", "кепілдік мерзімін бұзу", "guarantee breach"),
    "wrong_order": Label("неверный порядок работ", "жұмыстардың қате реті", "wrong order of works"),
    "outside_powers": Label("вне полномочий", "өкілеттіктен тыс", "outside powers"),
}
SEVERITIES: Choices = {
    "major": Label("существенное", "елеулі", "major"),
    "minor": Label("незначительное", "елеусіз", "minor"),
}
CERTAINTIES: Choices = {
    "certain": Label("точно", "анық", "certain"),
    "probable": Label("вероятно", "ықтимал", "probable"),
    "possible": Label("возможно", "мүмкін", "possible"),
}
# Rules that say one of two moves, or who should act; the others are major where works overlap for certain
MINOR_RULES = frozenset({"near_clash", "opportunity", "outside_powers"})

# {a} and {b} are «body (work, dates)» of the works that meet; where order matters {a} was there first
SENTENCES: dict[str, dict[Language, str]] = {
    "clash": {
        "ru": "{place}: {a} и {b} работают на одной земле, {m2} м², общих дней: {days}.",
        "kk": "{place}: {a} және {b} бір жерде жұмыс істейді, {m2} м², ортақ күндер: {days}.",
        "en": "{place}: {a} and {b} work on the same ground, {m2} m², days in common: {days}.",
    },
    "near_clash": {
        "ru": "{place}: {a} и {b} работают вплотную друг к другу, {m2} м² в зоне соседа, общих дней: {days}.",
        "kk": "{place}: {a} және {b} қатар жұмыс істейді, көршінің аймағында {m2} м², ортақ күндер: {days}.",
        "en": "{place}: {a} and {b} work side by side, {m2} m² within reach of the other, days in common: {days}.",
    },
    "opportunity": {
        "ru": "{place}: {a} и {b} работают на одной земле, {m2} м², в близкие сроки: сдвиг на {shift} дн. совместит их.",
        "kk": "{place}: {a} және {b} бір жерде жақын мерзімде жұмыс істейді, {m2} м²: {shift} күнге жылжытса, бірігеді.",
        "en": "{place}: {a} and {b} work on the same ground, {m2} m², at near dates: a shift of {shift} days joins them.",
    },
    "duplicate_function": {
        "ru": "{place}: {a} и {b} делают одно и то же в одном году, {m2} м², общих дней: {days}.",
        "kk": "{place}: {a} және {b} бір жылда бір жұмысты істейді, {m2} м², ортақ күндер: {days}.",
        "en": "{place}: {a} and {b} do the same in one year, {m2} m², days in common: {days}.",
    },
    "double_funding": {
        "ru": "{place}: одно и то же оплачено дважды: {a} и {b}, {m2} м², общих дней: {days}.",
        "kk": "{place}: бір жұмысқа екі рет ақша төленген: {a} және {b}, {m2} м², ортақ күндер: {days}.",
        "en": "{place}: the same is paid for twice: {a} and {b}, {m2} m², days in common: {days}.",
    },
    "restriction_breach": {
        "ru": "{place}: {b} вскрывает то, что сделал {a}, до конца гарантийного срока, {m2} м²; ждать {shift} дн.",
        "kk": "{place}: {b} {a} жасаған жерді кепілдік мерзімі бітпей қазады, {m2} м²; {shift} күн күту керек.",
        "en": "{place}: {b} opens what {a} made before the guarantee ends, {m2} m²; {shift} days too early.",
    },
    "wrong_order": {
        "ru": "{place}: {b} следовало закончить до того, как начал {a}, {m2} м²; сдвиг на {shift} дн. исправит порядок.",
        "kk": "{place}: {b} {a} бастағанға дейін бітуі керек еді, {m2} м²; {shift} күнге жылжытса, рет түзеледі.",
        "en": "{place}: {b} should have ended before {a} began, {m2} m²; a shift of {shift} days mends the order.",
    },
    "outside_powers": {
        "ru": "{place}: {a} делает то, на что нет полномочий, {m2} м²; полномочный орган: {competent}.",
        "kk": "{place}: {a} өкілеттігі жоқ жұмысты істейді, {m2} м²; өкілетті орган: {competent}.",
        "en": "{place}: {a} does what it has no power to do, {m2} m²; the power is with {competent}.",
    },
}
NOWHERE: dict[Language, str] = {
    "ru": "Вне мест учёта",
    "kk": "Есептегі орындардан тыс",
    "en": "On no recorded place",
}
UNKNOWN_POWER: dict[Language, str] = {
    "ru": "по профилю города не определить",
    "kk": "қала профилі бойынша анықталмайды",
    "en": "a body that the profile does not tell",
}
NOT_KNOWN = "?"
