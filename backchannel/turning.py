"""Words that turn a sentence over: who adds one to what another said says something else."""

from typing import Final

from backchannel.phrase import is_unspaced

_LANGUAGES: Final = {
    "en": "arent canceled cancelled cannot cant closed didnt disagree doesnt dont fake false hardly isnt neither never "
    "no nobody none nope nor not nothing postponed wasnt werent without wont wrong",
    "de": "abgesagt falsch kein keine keinem keinen keiner keines nein nicht nichts nie niemals niemand ohne",
    "fr": "aucun aucune faux jamais ne ni non pas personne rien sans",
    "es": "falso jamás nada nadie ni ninguna ninguno ningún no nunca sin",
    "it": "falso mai nessun nessuno niente non senza",
    "pt": "falso jamais nada nem nenhum nenhuma nunca não sem",
    "nl": "geen niemand niet niets nooit zonder",
    "da no sv": "aldri aldrig ei ej ikke ikkje ingen inget inte uden utan uten",
    "cs pl": "ani bez ne nejsou není nie nigdy nikdy",
    "ru": "без не нет ни никогда",
    "el": "δεν μην χωρίς όχι",
    "tr": "değil hayır yok",
    "ar": "بدون لا لم لن ليس",
    "he": "אין בלי לא",
    "hi": "नहीं मत",
    "vi": "không",
    "ja th zh": "ず な ぬ ん บ ไ 不 别 別 勿 否 无 未 沒 没 無 莫 非",  # characters: there are no spaces
}
SIGNS: Final = "👎❌🚫⛔"
TURNING: Final = frozenset(word for words in (*_LANGUAGES.values(), *SIGNS) for word in words.split())


def turns(word: str) -> bool:
    """Whether a word says no, or is a name of its own: a number, or a single letter (hall B)."""
    return word in TURNING or any(map(str.isnumeric, word)) or (len(word) == 1 and not is_unspaced(word))
