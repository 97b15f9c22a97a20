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
        "headline_of": ("{} say", "{}", "{}"),
        "headline_source": ("According to {}", "{}", "{}"),
        "compared": ("The two compared", "Сравнение", "Порівняння"),
        "compared_belligerents": (
            "Ukrainian and Russian sources compared",
            "Сравнение украинских и российских источников",
            "Порівняння українських і російських джерел",
        ),
        "places_title": (
            "What is said of the main places (14 d: 14 days ago; none: within a week)",
            "Что говорят о главных местах (14 дн.: 14 дней назад; без числа: за неделю)",
            "Що кажуть про головні місця (14 дн.: 14 днів тому; без числа: за тиждень)",
        ),
        "places_caption": (
            "What is said of the main places, and when it was last said",
            "Что говорят о главных местах и когда сказали в последний раз",
            "Що кажуть про головні місця і коли сказали востаннє",
        ),
        "age": ("{} days ago", "{} дн. назад", "{} дн. тому"),
        "age_short": ("{} d", "{} дн.", "{} дн."),
        "age_today": ("today", "сегодня", "сьогодні"),
        "age_later": ("later", "позже", "пізніше"),
        "key_title": (
            "Colour is who is said to hold the ground",
            "Цвет: кто, как говорят, удерживает землю",
            "Колір: хто, як кажуть, утримує землю",
        ),
        "key_compared": ("Where the two are compared", "На карте сравнения", "На мапі порівняння"),
        "ukrainian_control": ("Ukrainian-held", "под контролем Украины", "під контролем України"),
        "contested": ("fought over or unclear", "идут бои или неясно", "тривають бої або неясно"),
        "russian_control": ("Russian-held", "под контролем России", "під контролем Росії"),
        "implied": (
            "later announced as retaken",
            "позже объявлено отбитым",
            "пізніше оголошено відбитим",
        ),
        "withdrawn": ("nothing any more", "больше ничего", "більше нічого"),
        "split": (
            "sources of this side differ",
            "источники этой стороны расходятся",
            "джерела цієї сторони розходяться",
        ),
        "silent": (
            "this side says nothing, which does not mean Russian-held",
            "эта сторона молчит, что не значит: под контролем России",
            "ця сторона мовчить, що не означає: під контролем Росії",
        ),
        "outside": (
            "no source ever said anything but Russian-held",
            "все источники всегда говорили о контроле России",
            "усі джерела завжди казали про контроль Росії",
        ),
        "in_table_ukrainian": ("Ukrainian", "украинские", "українські"),
        "in_table_russian": ("Russian", "российские", "російські"),
        "in_table_third_party": ("third parties", "третьи", "треті"),
        "in_table_relation": ("agree?", "согласны?", "згодні?"),
        "only_they": (
            "only {} say {}; {} are silent",
            "только {} говорят: {}; {} молчат",
            "лише {} кажуть: {}; {} мовчать",
        ),
        "they_differ": ("{} say {}, {} {}", "{} говорят: {}; {}: {}", "{} кажуть: {}; {}: {}"),
        "they_contradict": (
            "contradiction: {} say {}, {} {}",
            "противоречие: {} говорят: {}; {}: {}",
            "суперечність: {} кажуть: {}; {}: {}",
        ),
        "of_which": ("{} ({} {}, {} {} km²)", "{} ({} {}, {} {} км²)", "{} ({} {}, {} {} км²)"),
        "share": (
            "km², and share of the ground that is spoken of",
            "км² и доля земли, о которой говорят",
            "км² і частка землі, про яку кажуть",
        ),
        "clashes": ("Contradiction at {}.", "Противоречие: {}.", "Суперечність: {}."),
        "clashes_none": (
            "They contradict each other nowhere.",
            "Нигде не противоречат друг другу.",
            "Ніде не суперечать одне одному.",
        ),
        "place": ("a place", "место", "місце"),
        "said_anew": ("newly said to be {}", "стали говорить: {}", "почали казати: {}"),
        "said_no_more": (
            "no longer said to be {}",
            "больше не говорят: {}",
            "більше не кажуть: {}",
        ),
        "more": ("{} and {} more", "{} и ещё {}", "{} і ще {}"),
        "to_border": ("Place (from border)", "Место (от границы)", "Місце (від кордону)"),
        "from_border": (
            "{} lies {} km from the state border.",
            "{}: {} км от государственной границы.",
            "{}: {} км від державного кордону.",
        ),
        "changed_key": (
            "Change from {} to {}, on each map",
            "Что изменилось с {} по {} на каждой карте",
            "Що змінилося з {} по {} на кожній мапі",
        ),
        "short_ukrainian_control": ("Ukrainian-held", "у Украины", "в України"),
        "short_contested": ("fought over", "идут бои", "тривають бої"),
        "short_russian_control": ("Russian-held", "у России", "у Росії"),
        "short_split": ("sources differ", "расходятся", "розходяться"),
        "short_silent": ("nothing said", "молчат", "мовчать"),
        "both_ukrainian_control": (
            "both say Ukrainian-held",
            "обе говорят: под контролем Украины",
            "обидві кажуть: під контролем України",
        ),
        "both_contested": (
            "both say fought over or unclear, or one does and the other is silent",
            "идут бои или неясно: говорят обе, или одна, а другая молчит",
            "тривають бої або неясно: кажуть обидві, або одна, а інша мовчить",
        ),
        "one_contested": (
            "only one says fought over, the other is silent",
            "только одна говорит: идут бои, другая молчит",
            "лише одна каже: тривають бої, інша мовчить",
        ),
        "both_russian_control": (
            "both say Russian-held",
            "обе говорят: под контролем России",
            "обидві кажуть: під контролем Росії",
        ),
        "one_ukrainian_control": (
            "only one says Ukrainian-held, the other is silent",
            "только одна говорит: под контролем Украины, другая молчит",
            "лише одна каже: під контролем України, інша мовчить",
        ),
        "one_russian_control": (
            "only one says Russian-held, the other is silent",
            "только одна говорит: под контролем России, другая молчит",
            "лише одна каже: під контролем Росії, інша мовчить",
        ),
        "ukrainian_control_or_contested": (
            "one says Ukrainian-held, the other fought over",
            "одна говорит: под контролем Украины, другая: идут бои",
            "одна каже: під контролем України, інша: тривають бої",
        ),
        "russian_control_or_contested": (
            "one says Russian-held, the other fought over",
            "одна говорит: под контролем России, другая: идут бои",
            "одна каже: під контролем Росії, інша: тривають бої",
        ),
        "contradictory": (
            "contradiction: one says Ukrainian-held, the other Russian-held",
            "противоречие: одна говорит о контроле Украины, другая о контроле России",
            "суперечність: одна каже про контроль України, інша про контроль Росії",
        ),
        "silent_both": (
            "nobody says anything, which does not mean Russian-held",
            "никто ничего не говорит, что не значит: под контролем России",
            "ніхто нічого не каже, що не означає: під контролем Росії",
        ),
        "disc": (
            "a place: left half {}, right half {}; empty: silent",
            "место: слева {}, справа {}; пусто: молчат",
            "місце: ліворуч {}, праворуч {}; порожньо: мовчать",
        ),
        "disc_alone": (
            "a place, in the colour of what is said of it; empty: silent",
            "место в цвете того, что о нём говорят; пусто: молчат",
            "місце в кольорі того, що про нього кажуть; порожньо: мовчать",
        ),
        "concession": (
            "A side may say that the other holds a place.",
            "Сторона может говорить, что место удерживает другая.",
            "Сторона може казати, що місце утримує інша.",
        ),
        "current": (
            "Counted: maps and claims of control of the last {} days, "
            "reports of fighting of the last {}.",
            "Учтены карты и заявления о контроле за последние {} дн., "
            "сообщения о боях за последние {}.",
            "Враховано мапи й заяви про контроль за останні {} дн., "
            "повідомлення про бої за останні {}.",
        ),
        "current_ever": (
            "Claims never lapse here.",
            "Заявления здесь не устаревают.",
            "Заяви тут не застарівають.",
        ),
        "lapsed": (
            "outline: said too long ago to count",
            "контур: сказано слишком давно, чтобы учитывать",
            "контур: сказано надто давно, щоб враховувати",
        ),
        "gained": (
            "newly Ukrainian-held",
            "теперь под контролем Украины",
            "тепер під контролем України",
        ),
        "lost": (
            "no longer Ukrainian-held",
            "больше не под контролем Украины",
            "більше не під контролем України",
        ),
        "relation_silent": ("both silent", "молчат", "мовчать"),
        "relation_both": ("agree", "согласны", "згодні"),
        "relation_one": ("one silent", "одна молчит", "одна мовчить"),
        "relation_contested": ("differ", "расходятся", "розходяться"),
        "relation_contradictory": ("contradict", "противоречат", "суперечать"),
        "country_ukraine": ("UKRAINE", "УКРАИНА", "УКРАЇНА"),
        "country_russia": ("RUSSIA", "РОССИЯ", "РОСІЯ"),
        "ukrainian_sources": ("Ukrainian sources", "украинские источники", "українські джерела"),
        "russian_sources": ("Russian sources", "российские источники", "російські джерела"),
        "third_party_sources": ("third parties", "третьи стороны", "треті сторони"),
        "news_new": ("New on {}: ", "Новое: {}: ", "Нове: {}: "),
        "news_nothing_new": (
            "No change since the day before. {}: ",
            "Без изменений за день. {}: ",
            "Без змін за день. {}: ",
        ),
        "news_now": ("now {}", "теперь {}", "тепер {}"),
        "news_both": ("both {} and {}", "и {}, и {}", "і {}, і {}"),
        "news_ukrainian_control": (
            "Ukrainian-held according to {}",
            "под контролем Украины, как говорят {}",
            "під контролем України, як кажуть {}",
        ),
        "news_contested": (
            "fought over or unclear according to {}",
            "идут бои или неясно, как говорят {}",
            "тривають бої або неясно, як кажуть {}",
        ),
        "news_russian_control": (
            "Russian-held according to {}",
            "под контролем России, как говорят {}",
            "під контролем Росії, як кажуть {}",
        ),
        "news_split": (
            "{} differ among themselves",
            "{} расходятся между собой",
            "{} розходяться між собою",
        ),
        "news_silent": ("no word from {}", "{} молчат", "{} мовчать"),
        "news_fell_silent": (
            "nothing current any more from {}",
            "{} больше ничего не говорят",
            "{} більше нічого не кажуть",
        ),
        "news_neither": (
            "neither {} nor {} say anything any more",
            "ни {}, ни {} больше ничего не говорят",
            "ні {}, ні {} більше нічого не кажуть",
        ),
        "news_all_opposed": (
            "{} and {} contradict each other on all the ground that both speak of.",
            "{} и {} противоречат друг другу обо всей земле, о которой говорят и те, и другие.",
            "{} і {} суперечать одне одному щодо всієї землі, про яку говорять і ті, й інші.",
        ),
        "news_nobody": (
            "None of the sources shown says anything of these places on this day.",
            "Ни один из показанных источников в этот день об этих местах не говорит.",
            "Жодне з показаних джерел цього дня про ці місця не каже.",
        ),
        "known_now": (
            "Later statements about this day are counted too",
            "Учтены и более поздние заявления об этом дне",
            "Враховано й пізніші заяви про цей день",
        ),
        "known_by": (
            "Only what had been said by {} is counted",
            "Учтено только сказанное по {}",
            "Враховано лише сказане по {}",
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
        "third_party": ("Third-party assessments", "Оценки третьих сторон", "Оцінки третіх сторін"),
        "unchanged": ("nothing changed", "без изменений", "без змін"),
        "said_today": ("said this day", "сказано в этот день", "сказано цього дня"),
        "said_ago_one": ("last said 1 day ago", "сказано 1 дн. назад", "сказано 1 дн. тому"),
        "said_later_one": (
            "said 1 day after this day",
            "сказано через 1 дн. после этого дня",
            "сказано через 1 дн. після цього дня",
        ),
        "said_ago": ("last said {} days ago", "сказано {} дн. назад", "сказано {} дн. тому"),
        "said_later": (
            "said {} days after this day",
            "сказано через {} дн. после этого дня",
            "сказано через {} дн. після цього дня",
        ),
        "state_border": (
            "Russia–Ukraine state border",
            "государственная граница России и Украины",
            "державний кордон України та Росії",
        ),
        "river": ("rivers", "реки", "річки"),
        "railway": ("railways", "железные дороги", "залізниці"),
        "road": ("main roads", "основные дороги", "головні дороги"),
        "schematic": (
            "Rivers, railways and roads are schematic, but for the Seim.",
            "Реки и дороги показаны схематично, кроме Сейма.",
            "Річки й дороги показано схематично, крім Сейму.",
        ),
        "raion_line": (
            "raion line (approximate)",
            "граница района (приблизительно)",
            "межа району (приблизно)",
        ),
        "known_each": (
            "Of each day only what had been said by then is counted",
            "Для каждого дня учтено только сказанное к тому дню",
            "Для кожного дня враховано лише сказане до того дня",
        ),
        "strikes": (
            "reports of strikes count as contested",
            "сообщения об ударах считаются как «спорно, идут бои»",
            "повідомлення про удари враховано як «спірно, точаться бої»",
        ),
        "km2": ("km²", "км²", "км²"),
        "km": ("km", "км", "км"),
        "m": ("m", "м", "м"),
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
            "Borders and cells: © OpenStreetMap contributors, ODbL; settlements: INID 2021. Rights "
            "in what is cited stay with its publishers.",
            "Границы и ячейки: © участники OpenStreetMap, ODbL; населённые пункты: ИНИД 2021. "
            "Права на цитируемое принадлежат издателям.",
            "Кордони та комірки: © учасники OpenStreetMap, ODbL; населені пункти: INID 2021. "
            "Права на цитоване належать видавцям.",
        ),
        "terms_context": (
            "The Seim: GSHHG, LGPL; other rivers, roads, railways: schematic, sources in the data.",
            "Сейм: GSHHG, LGPL; прочие реки, дороги: схематично, источники указаны в данных.",
            "Сейм: GSHHG, LGPL; інші річки, дороги: схематично, джерела вказано в даних.",
        ),
        "shapes_of": ("Shapes: {}.", "Контуры: {}.", "Контури: {}."),
        "imported": (
            "Shapes of imported maps: check the terms of their owners before you pass this on.",
            "Контуры загруженных карт: перед передачей проверьте условия их владельцев.",
            "Контури завантажених карт: перед передаванням перевірте умови їхніх власників.",
        ),
        "version": ("Data version {}", "Версия данных {}", "Версія даних {}"),
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
        "ua_observers": ("Украинские наблюдатели", "Українські спостерігачі"),
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
            "Государственные и другие СМИ России (ТАСС, РИА, ВГТРК)",
            "Державні та інші ЗМІ Росії (ТАСС, РИА, ВГТРК)",
        ),
        "tsaryov": ("Олег Царёв", "Олег Царьов"),
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


def phrases(language: Language) -> dict[str, str]:
    """All fixed phrases of a language by name, with `{}` for each gap."""
    return {name: texts[_LANGUAGES.index(language)] for name, texts in _PHRASES.items()}


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
