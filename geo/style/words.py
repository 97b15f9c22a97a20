"""The fixed words of pictures in English, Russian and Ukrainian."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import Literal, get_args

Language = Literal["en", "ru", "uk"]
_LANGUAGES: tuple[Language, ...] = get_args(Language)

#: Each phrase in English, Russian and Ukrainian; `{}` is filled in.
_PHRASES = MappingProxyType(
    {
        "title": (
            "Who claims what ground in Kursk Oblast",
            "Кто что заявляет о территории Курской области",
            "Хто що заявляє про територію Курської області",
        ),
        "not_verified": (
            "Claims, not verified control",
            "Заявления, а не подтверждённый контроль",
            "Заяви, а не підтверджений контроль",
        ),
        "known_now": (
            "counting what was said later",
            "с учётом сказанного позже",
            "з урахуванням сказаного пізніше",
        ),
        "known_by": (
            "counting only what had been said by {}",
            "только сказанное по {}",
            "лише сказане по {}",
        ),
        "shown": ("Shown only: {}", "Показано только: {}", "Показано лише: {}"),
        "changes": ("{} against {}", "{} по сравнению с {}", "{} порівняно з {}"),
        "against": ("{} against {}", "Сравнение: {} и {}", "Порівняння: {} і {}"),
        "nothing": (
            "Nobody says anything of this kind about this ground on this day",
            "Об этой территории в этот день никто ничего подобного не говорит",
            "Про цю територію цього дня ніхто нічого подібного не каже",
        ),
        "nothing_ever": (
            "Nobody says anything of this kind about this ground on these days",
            "Об этой территории в эти дни никто ничего подобного не говорит",
            "Про цю територію цими днями ніхто нічого подібного не каже",
        ),
        "ukrainian": (
            "Ukrainian claims",
            "Заявления украинской стороны",
            "Заяви української сторони",
        ),
        "russian": ("Russian claims", "Заявления российской стороны", "Заяви російської сторони"),
        "third_party": (
            "Third-party assessments",
            "Оценки третьих сторон",
            "Оцінки третіх сторін",
        ),
        "claimed": (
            "What is claimed (in the colour of the side)",
            "Что заявляется (цветом стороны)",
            "Що заявляється (кольором сторони)",
        ),
        "ukrainian_control": (
            "Ukrainian control",
            "под контролем Украины",
            "під контролем України",
        ),
        "both_sides": (
            "Ukrainian control by both sides' claims",
            "под контролем Украины, по заявлениям обеих сторон",
            "під контролем України, за заявами обох сторін",
        ),
        "contested": ("contested or fought over", "спорно, идут бои", "спірно, точаться бої"),
        "russian_control": ("Russian control", "под контролем России", "під контролем Росії"),
        "implied": (
            "implied: conceded later as not held",
            "подразумевается: позже признано, что не удерживалось",
            "мається на увазі: пізніше визнано, що не утримувалося",
        ),
        "faded": (
            "fainter: last said more than {} days before",
            "бледнее: последний раз сказано более чем за {} дн. до этого",
            "блідіше: востаннє сказано більш ніж за {} дн. до цього",
        ),
        "contradictory": (
            "contradictory: one side says Ukrainian, another Russian control",
            "противоречие: одна сторона называет контроль украинским, другая российским",
            "суперечність: одна сторона називає контроль українським, інша російським",
        ),
        "gained": ("newly said: {}", "теперь заявляется: {}", "тепер заявляється: {}"),
        "lost": ("no longer said: {}", "больше не заявляется: {}", "більше не заявляється: {}"),
        "unchanged": ("nothing changed", "без изменений", "без змін"),
        "since": ("Change since {}", "Изменения с {}", "Зміни з {}"),
        "only_one": ("According to one alone", "По версии только одних", "За версією лише одних"),
        "only": ("{}: {} only", "{}: только {}", "{}: лише {}"),
        "count": (
            "{} settlements, {} km²",
            "населённых пунктов: {}, {} км²",
            "населених пунктів: {}, {} км²",
        ),
        "count_one": (
            "{} settlement, {} km²",
            "населённых пунктов: {}, {} км²",
            "населених пунктів: {}, {} км²",
        ),
        "said_today": ("said this day", "сказано в этот день", "сказано цього дня"),
        "said_ago": ("last said {} days ago", "сказано {} дн. назад", "сказано {} дн. тому"),
        "said_ago_one": ("last said 1 day ago", "сказано 1 дн. назад", "сказано 1 дн. тому"),
        "said_later_one": ("said 1 day later", "сказано 1 дн. спустя", "сказано 1 дн. по тому"),
        "said_later": ("said {} days later", "сказано {} дн. спустя", "сказано {} дн. по тому"),
        "map": ("Map", "Карта", "Мапа"),
        "state_border": (
            "Russia–Ukraine state border",
            "государственная граница России и Украины",
            "державний кордон України та Росії",
        ),
        "oblast_line": ("oblast line", "граница области", "межа області"),
        "raion_line": (
            "raion line (approximate)",
            "граница района (приблизительно)",
            "межа району (приблизно)",
        ),
        "known_then": (
            "counting only what had been said by then",
            "только сказанное к тому дню",
            "лише сказане до того дня",
        ),
        "known_each": (
            "counting of each day only what had been said by then",
            "для каждого дня только сказанное к тому дню",
            "для кожного дня лише сказане до того дня",
        ),
        "strikes": (
            "reports of strikes count as contested",
            "сообщения об ударах считаются как «спорно, идут бои»",
            "повідомлення про удари враховано як «спірно, точаться бої»",
        ),
        "counted": (
            "Areas: ground said to be “{}”.",
            "Площади: о чём сказано «{}».",
            "Площі: про що сказано «{}».",
        ),
        "km2": ("km²", "км²", "км²"),
        "km": ("km", "км", "км"),
        "m": ("m", "м", "м"),
        "north": ("N", "С", "Пн"),
        "projection": (
            "Lambert azimuthal equal-area projection, centre {}, WGS 84. A claim about a "
            "settlement stands for its cell, which is not a front line.",
            "Равновеликая азимутальная проекция Ламберта, центр {}, WGS 84. Заявление о "
            "населённом пункте показано его ячейкой; это не линия фронта.",
            "Рівновелика азимутальна проєкція Ламберта, центр {}, WGS 84. Заяву про "
            "населений пункт показано його коміркою; це не лінія фронту.",
        ),
        "sources": (
            "Sources: {}; other claims as named in the data.",
            "Источники: {}; прочие заявления названы в данных.",
            "Джерела: {}; інші заяви названо в даних.",
        ),
        "sources_all": ("Sources: {}.", "Источники: {}.", "Джерела: {}."),
        "sources_named": (
            "Sources: as named in the data.",
            "Источники названы в данных.",
            "Джерела названо в даних.",
        ),
        "terms": (
            "Borders and cells: © OpenStreetMap contributors, ODbL; lines between oblasts: "
            "GeoNames, CC BY 4.0; settlements: INID 2021. Rights in what is cited stay with its "
            "publishers.",
            "Границы и ячейки: © участники OpenStreetMap, ODbL; линии между областями: GeoNames, "
            "CC BY 4.0; населённые пункты: ИНИД 2021. Права на цитируемое принадлежат издателям.",
            "Кордони та комірки: © учасники OpenStreetMap, ODbL; лінії між областями: GeoNames, "
            "CC BY 4.0; населені пункти: INID 2021. Права на цитоване належать видавцям.",
        ),
        "version": (
            "Data version {}",
            "Версия данных {}",
            "Версія даних {}",
        ),
    }
)

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}

#: Names of the shipped sources and of the land; English comes from the data.
_NAMES = MappingProxyType(
    {
        "ua_general_staff": (
            "ВС Украины: Генеральный штаб и командующие",
            "ЗС України: Генеральний штаб і командувачі",
        ),
        "ua_government": (
            "Власти Украины: президент и министерства",
            "Влада України: президент і міністерства",
        ),
        "deepstate": ("Карта DeepState", "Мапа DeepState"),
        "uacontrolmap": ("UAControlMap", "UAControlMap"),
        "isw": ("Институт изучения войны (ISW)", "Інститут вивчення війни (ISW)"),
        "independent_osint": ("Независимые аналитики", "Незалежні аналітики"),
        "western_media": (
            "Международные СМИ и западные официальные лица",
            "Міжнародні ЗМІ та західні посадовці",
        ),
        "ru_milbloggers": (
            "Российские военные блогеры и корреспонденты",
            "Російські воєнні блогери та кореспонденти",
        ),
        "ru_state_media": (
            "Государственные СМИ России (ТАСС, РИА)",
            "Державні ЗМІ Росії (ТАСС, РИА)",
        ),
        "ru_officials": (
            "Российские официальные лица вне министерства",
            "Російські посадовці поза міністерством",
        ),
        "ru_mod": (
            "Министерство обороны и Генштаб России",
            "Міністерство оборони та Генштаб Росії",
        ),
        "Kursk Oblast": ("Курская область", "Курська область"),
        "Belgorod Oblast": ("Белгородская область", "Бєлгородська область"),
        "Bryansk Oblast": ("Брянская область", "Брянська область"),
        "Chernihiv Oblast": ("Черниговская область", "Чернігівська область"),
        "Kharkiv Oblast": ("Харьковская область", "Харківська область"),
        "Lipetsk Oblast": ("Липецкая область", "Липецька область"),
        "Oryol Oblast": ("Орловская область", "Орловська область"),
        "Poltava Oblast": ("Полтавская область", "Полтавська область"),
        "Sumy Oblast": ("Сумская область", "Сумська область"),
        "Tula Oblast": ("Тульская область", "Тульська область"),
        "Voronezh Oblast": ("Воронежская область", "Воронезька область"),
        "Belovsky": ("Беловский", "Бєловський"),
        "Bolshesoldatsky": ("Большесолдатский", "Большесолдатський"),
        "Cheremisinovsky": ("Черемисиновский", "Черемисиновський"),
        "Dmitriyevsky": ("Дмитриевский", "Дмитрієвський"),
        "Fatezhsky": ("Фатежский", "Фатезький"),
        "Glushkovsky": ("Глушковский", "Глушковський"),
        "Gorshechensky": ("Горшеченский", "Горшеченський"),
        "Kastorensky": ("Касторенский", "Касторенський"),
        "Khomutovsky": ("Хомутовский", "Хомутовський"),
        "Konyshyovsky": ("Конышёвский", "Конишовський"),
        "Korenevsky": ("Кореневский", "Коренєвський"),
        "Kurchatovsky": ("Курчатовский", "Курчатовський"),
        "Kursky": ("Курский", "Курський"),
        "Lgovsky": ("Льговский", "Льговський"),
        "Manturovsky": ("Мантуровский", "Мантуровський"),
        "Medvensky": ("Медвенский", "Медвенський"),
        "Oboyansky": ("Обоянский", "Обоянський"),
        "Oktyabrsky": ("Октябрьский", "Октябрський"),
        "Ponyrovsky": ("Поныровский", "Понирівський"),
        "Pristensky": ("Пристенский", "Пристенський"),
        "Rylsky": ("Рыльский", "Рильський"),
        "Shchigrovsky": ("Щигровский", "Щигровський"),
        "Solntsevsky": ("Солнцевский", "Сонцевський"),
        "Sovetsky": ("Советский", "Совєтський"),
        "Sudzhansky": ("Суджанский", "Суджанський"),
        "Timsky": ("Тимский", "Тимський"),
        "Zheleznogorsky": ("Железногорский", "Желєзногорський"),
        "Zolotukhinsky": ("Золотухинский", "Золотухинський"),
    }
)


def say(phrase: str, language: Language, *values: object) -> str:
    """A fixed phrase in a language, its gaps filled.

    Examples
    --------
    >>> say("said_ago", "ru", 12)
    'сказано 12 дн. назад'
    """
    return _PHRASES[phrase][_LANGUAGES.index(language)].format(*values)


def say_count(settlements: int, area: float, language: Language) -> str:
    """How much ground: settlements and km².

    Examples
    --------
    >>> say_count(1, 1048.4, "en"), say_count(21, 12, "ru")
    ('1 settlement, 1,048 km²', 'населённых пунктов: 21, 12 км²')
    """
    phrase = "count_one" if settlements == 1 else "count"
    return say(phrase, language, settlements, say_number(area, language))


def name_of(key: str, english: str, language: Language) -> str:
    """The name of a source (by its id), raion or oblast; English where no other is known.

    Examples
    --------
    >>> name_of("Sumy Oblast", "Sumy Oblast", "uk"), name_of("my_map", "My map", "uk")
    ('Сумська область', 'My map')
    """
    if language == "en" or key not in _NAMES:
        return english
    return _NAMES[key][_LANGUAGES.index(language) - 1]


def say_day(day: dt.date, language: Language) -> str:
    """A day in words.

    Examples
    --------
    >>> say_day(dt.date(2024, 8, 20), "uk")
    '20 серпня 2024'
    """
    return f"{day.day} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def say_number(number: float, language: Language) -> str:
    """A rounded number with its thousands set apart.

    Examples
    --------
    >>> say_number(1048.4, "en")
    '1,048'
    """
    return f"{number:,.0f}" if language == "en" else f"{number:,.0f}".replace(",", "\u00a0")
