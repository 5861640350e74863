"""Glyphs: which letters a character may be taken for.

The look-alikes are those of Unicode's confusables (UTS 39, version 15.1) that pass for a Latin letter and that no
normalization turns into one, and besides them small capitals, letters with strokes and hooks, letters in boxes and
circles, the Cyrillic and Greek letters that look like a small capital, and others that are written for fun (яussia).

Made from the Unicode Character Database, © 1991-2026 Unicode, Inc., under the Unicode License V3: permission to use,
copy, modify and distribute it is granted under https://www.unicode.org/license.txt. Some of the others are from
rustrict's table, © Finn Bear, under the MIT licence.
"""

import unicodedata
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from re import compile as pattern
from typing import Final

from backchannel.phrase import is_unspaced

EITHER: Final = "|"  # what may be an i as well as an l
_LOOK_ALIKES: Final[Mapping[str, str]] = {
    "a": "ɑαаᎪᗅᴀᶏ⍺⒜ⱥꓮ𐊠𖽀🄐🅐🅰🇦ѧѫꜭ",
    "b": "ƀƃƄɓьъҍѣʙβЬвᏏᏴᑲᖯᗷᵬᶀ⒝ꓐꞗꞴ𐊂𐊡𐌁🄑🅑🅱🇧ɮʖʚᏸᴃᶚꝧ",
    "c": "ƈȼɕϲϹсᏟᴄ⒞ⲥꓚꞓꞔ𐊢𐌂𐐽𐔜𑣩𑣲𝼝🄒🅒🅲🇨🝌ƾͻͽϛҫֆꜿꞇ",
    "d": "đƌȡɖɗԁᎠᏧᑯᗞᗪᴅᵭᶁᶑ⒟ꓒꓓꟈ🄓🅓🅳🇩ժ",
    "e": "ɇɛΕеҽᎬᴇᶒᶓ℮⋿⒠ⱸⴹꓰꬲꬳꬴ𐊆𑢦𑢮🄔🅔🅴🇪ƹƺǝȝɘəɚɜɝʒʓεξзэєѯҙҿәჰᶔᶕⱻꜣꜫ",
    "f": "ƒϜքᖴᵮᶂẝ⒡ꓝꜰꞙꬵ𐊇𐊥𐔥𑣂𝈓🄕🅕🅵🇫ϝғբ",
    "g": "ƍǥɠɡɢʛԌցᏀᏳᶃ⒢ꓖꞡꬶ🄖🅖🅶🇬",
    "h": "ħɦʜΗнһհᎻᏂᕼ⒣ⱨⲎꓧꞕ𐋏🄗🅗🅷🇭ҕңҥӈӊꚕꜧ",
    "i": "ıɨɩɪ˛ͺιіӏᎥᶖᶧ⍳⒤ꙇ𑣃𝼚🄘🅘🅸🇮ᴉ",
    "j": "ȷɉɟʄʝϳјᎫᒍᴊ⒥ꓙ🄙🅙🅹🇯",
    "k": "ƙκкᏦᛕᴋᶄ⒦ⱪⲔꓗꝁꝃꝅꞣ𐔘🄚🅚🅺🇰ĸʞқҝҟҡӄⳤ",
    "l": "łƚȴɫɬɭʟᏞᒪᴌᶅ⒧ⱡⳐꓡꝉꞎꬷꬸꬹ𐐛𐔦𑢣𑢲𖼖𝼄𝼑𝼓🄛🅛🅻🇱",
    "m": "ɱΜϺмᎷᗰᛖᴍᵯᶆ⒨Ⲙꓟꬺ𐊰𐌑🄜🅜🅼🇲ϻҧӎ",
    "n": "ƞȵɲɳɴΝηոռᵰᶇ⒩Ⲛꓠꞑꞥꬻ𐔓🄝🅝🅽🇳ͷπипђҋդխղտრფიᴎⱊⴚ",
    "o": "øɔɵοσоօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴏᴑᶗ⒪ⱺⲟⵔ〇ꓳꝋꝍꬽꬾꬿ𐊒𐊫𐐬𐓪𐔖𑓐𑢵𑣈𑣗𑣠𝼛🄞🅞🅾🇴ƣɷʘθϙѳѻծბოტᴐᴒᴓⱚⱟꚛꝏꝺ",
    "p": "ƥρрᏢᑭᴘᵱᵽᶈ⍴⒫ⲣꓑꝑꝓꝕ𐊕🄟🅟🅿🇵ƿϸҏթꝥꝩ",
    "q": "ɋʠԛգզ⒬ⵕꝗꝙꞯ🄠🅠🆀🇶",
    "r": "ɍɼɽɾʀгᎡᏒᖇᴦᵲᵳᶉ⒭ⲅꓣꞧꭆꭇꭈꭉꭋꭌꮁ𐒴𖼵𝈖𝼖🄡🅡🆁🇷ɺяґӷӻᴙꝵ",
    "s": "ƽȿʂѕՏᏕᏚᵴᶊẜ⒮ꓢꜱꞩꟊ𐊖𐑈𑣁𖼺𝼞🄢🅢🆂🇸",
    "t": "ŧƫƭȶʈτтᎢᴛᵵ⊤⒯⟙ⱦⲦꓔ𐊗𐊱𐌕𑢼𖼊𝼉🄣🅣🆃🇹🝨ͳϯҭէꚑ",
    "u": "ʋμυսሀᑌᴜᶙ∪⋃⒰ꓴꞟꞹꭎꭒ𐓶𑣘𖽂🄤🅤🆄🇺ʉʮʯцчџҷҹӌկմꭏ",
    "v": "Ʋνѵ۷Ꮩᐯᴠ∨⋁⒱ⱱⱴⴸꓦꛟꝟ𐔝𑜆𑣀𖼈𝈍🄥🅥🆅🇻",
    "w": "ɯωѡԝաᎳᏔᴡ⒲ⱳꓪ𑜊𑜎𑜏𑣦𑣯🄦🅦🆆🇼ʬшщѱѽѿⱷꝡ",
    "x": "×Χхᕁᕽ᙭᙮ᚷᶍ⒳╳⤫⤬⨯ⲬⵝꓫꞳꭖꭗꭘꭙ𐊐𐊴𐌗𐌢𐔧𑣬🄧🅧🆇🇽χϫжҗҳӽӿ",
    "y": "ƴɏɣʏΥγуүყᎩᎽᶌỿ⒴Ⲩꓬꭚ𐊲𑢤𑣜𖽃🄨🅨🆈🇾",
    "z": "ƶȥɀʐʑΖᏃᴢᵶᶎ⒵ⱬꓜ𐋵𑢩𑣄𑣥🄩🅩🆉🇿ʫշչ",
    EITHER: "ƖǀΙІӀ۱ᛁ∣⏽Ⲓⵏꓲ￨𐊊𐌉𐌠𖼨𝈪",
}
_LETTERS: Final = {char: letter for letter, chars in _LOOK_ALIKES.items() for char in chars} | {"æ": "ae", "œ": "oe"}
# What digits and signs are written for.
LEET: Final[Mapping[str, str]] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "^": "a", "∆": "a", "(": "c", "<": "c", "{": "c", "¢": "c", "©": "c", "€": "e", "£": "l", "!": "il",
    "¡": "il", EITHER: "il", "$": "s", "§": "s", "+": "t", "†": "t", "¥": "y", "®": "r",
}  # fmt: skip
_MASKS: Final = frozenset("*#%&•●■█◼⬛")  # what stands in the place of letters that everybody can guess

# Marks that may stand on a letter of any script; those of one script are a part of its words.
_MARK: Final = pattern("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]")
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class Kind(Enum):
    """What a character is to the word that it stands in."""

    LETTER = "letter"
    FOREIGN = "foreign"  # a letter of another script that passes for a Latin one
    DIGIT = "digit"
    SIGN = "sign"  # no letter, but may be written for one
    MASK = "mask"  # hides a letter
    OTHER = "other"  # stands between words; so does every character of a script that has no spaces
    NOTHING = "nothing"  # is not seen, or belongs to the character before


Glyph = tuple[str, Kind]


@lru_cache(maxsize=8192)
def glyph(char: str) -> Glyph:
    """What is compared of a character, and its kind. A ligature is compared as its letters."""
    if char.isascii():
        return _ascii(char)
    category = unicodedata.category(char)
    if _MARK.match(char) or category in {"Cf", "Cc", "Cs"} or char in _FILLERS:
        return "", Kind.NOTHING
    if char in LEET or char in _MASKS:
        return char, Kind.SIGN if char in LEET else Kind.MASK
    if is_unspaced(char):
        return char, Kind.OTHER
    plain = _plain(char)
    if letter := _LETTERS.get(char) or _LETTERS.get(plain):
        return letter, _kind_of_look_alike(char, letter, category)
    return _of_other_script(char, plain, category)


def passes(char: str, letter: str) -> bool:
    """Whether a character may be meant for a letter."""
    return char == letter or letter in LEET.get(char, "") or (char, letter) == ("v", "u")


def _ascii(char: str) -> Glyph:
    if char.isalpha():
        return char.lower(), Kind.LETTER
    if char.isdigit():
        return char, Kind.DIGIT
    if char in LEET:
        return char, Kind.SIGN
    return char, Kind.MASK if char in _MASKS else Kind.OTHER


def _kind_of_look_alike(char: str, letter: str, category: str) -> Kind:
    if category[0] == "L":
        return Kind.LETTER if "LATIN" in unicodedata.name(char, "LATIN") else Kind.FOREIGN
    if category == "Nd":
        return Kind.DIGIT
    return Kind.SIGN if letter == EITHER else Kind.LETTER


def _of_other_script(char: str, plain: str, category: str) -> Glyph:
    if category == "Nd":
        return str(unicodedata.decimal(char)), Kind.DIGIT
    if plain.isascii() and len(plain) == 1:
        return _ascii(plain)
    is_letter = plain != "" and all(piece.isalnum() or unicodedata.category(piece)[0] == "M" for piece in plain)
    return (plain, Kind.LETTER) if is_letter else (char, Kind.OTHER)


def _plain(char: str) -> str:
    """Without width, font, case and the marks that any letter may carry."""
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(piece for piece in taken_apart if not _MARK.match(piece))
