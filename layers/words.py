"""Values that several layers share, with their labels: kinds of place, conditions, money words."""

from __future__ import annotations

from gis_core.layer import Choices, Label

DISTRICT = Label("Район", "Аудан", "District")
YEAR = Label("Год", "Жыл", "Year")
H3_INDEX = Label("Индекс H3", "H3 индексі", "H3 index")
ADDRESS = Label("Адрес", "Мекенжай", "Address")
ADDRESS_MATCH = Label("Место по адресу", "Мекенжай бойынша орны", "Place by address")
CONDITION = Label("Состояние", "Жағдайы", "Condition")
STATUS = Label("Статус", "Мәртебесі", "Status")
SHAPE_FROM = Label("Откуда контур", "Контур қайдан", "Shape from")

PLACE_KINDS: Choices = {
    "courtyard": Label("дворовая территория", "аула аумағы", "courtyard"),
    "public_space": Label("общественное пространство", "қоғамдық кеңістік", "public space"),
    "parcel": Label("земельный участок", "жер телімі", "parcel"),
}

# How well an address was found where the file has no coordinates; nothing where it has
ADDRESS_MATCHES: Choices = {
    "exact": Label("дом", "үй", "house"),
    "street": Label("только улица", "тек көше", "street only"),
    "district": Label("только район", "тек аудан", "district only"),
    "none": Label("не найдено", "табылмады", "not found"),
}

CONDITIONS: Choices = {
    "satisfactory": Label("удовлетворительное", "қанағаттанарлық", "satisfactory"),
    "needs_repair": Label("требует ремонта", "жөндеуді қажет етеді", "needs repair"),
    "in_works": Label("ведутся работы", "жұмыс жүріп жатыр", "works under way"),
    "unknown": Label("не обследовано", "тексерілмеген", "not inspected"),
}

FUNDING_SOURCES: Choices = {
    "local": Label("местный бюджет", "жергілікті бюджет", "local budget"),
    "participatory": Label("бюджет участия", "қатысу бюджеті", "participatory budget"),
    "republican_transfer": Label(
        "республиканский трансферт", "республикалық трансферт", "republican transfer"
    ),
    "other": Label("прочее", "өзге", "other"),
}

FUNDING_STAGES: Choices = {
    "adopted": Label("утверждено", "бекітілген", "adopted"),
    "allocated": Label("выделено", "бөлінген", "allocated"),
    "committed": Label("законтрактовано", "келісімшарт жасалған", "committed"),
    "spent": Label("освоено", "игерілген", "spent"),
}
