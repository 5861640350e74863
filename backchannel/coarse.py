"""Coarse words: what hardly any conference wants on its wall before a person looked.

Chosen by hand, and short on purpose: insults and slurs that are nothing else in any language of the list. “slut” ends a
talk in Swedish, “retard” is a delay in French, “Kike” is a name in Spanish, and tits are birds. Criticism needs none of
them.
"""

from typing import Final

_LANGUAGES: Final = {
    "en": (
        "arsehole, arseholes, asshole, assholes, bitch, bitches, blowjob, blowjobs, bollocks, bullshit, "
        "cocksucker, cocksuckers, cumshot, cunt, cunts, dickhead, dickheads, dumbass, faggot, faggots, fuck, fucked, "
        "fucker, fuckers, fuckface, fuckhead, fuckin, fucking, fucks, fuckwit, gangbang, handjob, horseshit, "
        "kill yourself, mindfuck, motherfucker, motherfuckers, motherfucking, piece of shit, raghead, "
        "retarded, shit, shitface, shithead, shits, shitty, shut the fuck up, son of a bitch, suck my cock, "
        "suck my dick, towelhead, tranny, trannies, twat, twats, wanker, wankers, whore, whores"
    ),
    "slurs": "gooks, heil hitler, kikes, nigga, niggas, nigger, niggers, sieg heil, white power",
    "de": (
        "arschgesicht, arschloch, arschlöcher, drecksau, fick dich, ficken, ficker, fotze, fotzen, hurensohn, "
        "hurensöhne, kanake, kanaken, leck mich am arsch, missgeburt, neger, nutte, scheiß, scheiße, scheißer, "
        "schlampe, schlampen, schwuchtel, verpiss dich, wichser"
    ),
    "fr": (
        "bougnoule, connard, connards, connasse, enculé, enculés, fils de pute, merde, nique ta mère, putain, pute, "
        "putes, salope, salopes, ta gueule"
    ),
    "es": (
        "cabrón, cabrones, chinga tu madre, gilipollas, hijo de puta, hijoputa, hijos de puta, joder, maricón, "
        "maricones, mierda, pendejo, pendejos, puta, putas, que te jodan, vete a la mierda"
    ),
    "it": "cazzo, coglione, coglioni, figlio di puttana, frocio, merda, puttana, puttane, stronza, stronzo, vaffanculo",
    "pt": "buceta, caralho, filho da puta, foda-se, porra, puta que pariu, vai tomar no cu",
    "nl": "godverdomme, hoeren, kankerhoer, kankerlijer, klootzak, klootzakken, neuken, teringlijer",
    "sv no da": "fitta, fitte, fittor, jävla hora, kukhuvud, luder, rövhål, røvhul",
    "pl cs": "chuj, jebać, kurva, kurwa, kurwy, pierdolić, skurwysyn, spierdalaj, zkurvysyn",
    "ru": "блядь, бляди, ебать, ёбаный, мудак, нахуй, пидор, пидорас, пизда, пиздец, сука, хуй, хуйня",
    "tr": "amına koyayım, ibne, orospu, orospu çocuğu, siktir",
    "ar hi": "شرموطة, كس امك, bhenchod, madarchod, चूतिया, भोसड़ी",
    "zh ja ko": "傻逼, 操你妈, 肏, くたばれ, 좆",
}
COARSE: Final = tuple(dict.fromkeys(word for words in _LANGUAGES.values() for word in words.split(", ")))
