"""Words and signs for currencies next to a price. In lower case, without a full stop at the end."""

_CODES = """
    usd eur gbp jpy cny inr chf cad aud nzd hkd sgd twd krw thb myr idr php vnd brl mxn ars clp cop pen uyu
    zar ngn kes ghs egp mad tnd try ils aed sar qar kwd bhd omr jod pln czk huf ron bgn sek nok dkk isk rub uah byn kzt
    rsd hrk gel amd azn pkr bdt lkr npr mmk khr lak mop mnt uzs xof xaf crc dop gtq pyg bob
"""
_DOLLARS = """
    usd cad aud nzd hkd sgd twd brl mxn ars clp cop uyu dop nio bob mop xcd bbd bsd bzd bmd kyd fjd jmd ttd nad lrd bnd
    gyd srd sbd top wst zwl cup cve
"""
_MEANINGS: dict[str, frozenset[str]] = {
    sign: frozenset(codes.split())
    for signs, codes in {
        "$": _DOLLARS,
        "us$ usd$ u$s": "usd",
        "a$ au$ aud$": "aud",
        "c$ ca$ cad$ can$": "cad nio",
        "nz$": "nzd",
        "hk$ hkd$": "hkd",
        "s$ sg$": "sgd sbd",
        "nt$": "twd",
        "r$": "brl",
        "mx$ mex$": "mxn",
        "cop$": "cop",
        "ar$": "ars",
        "clp$": "clp",
        "€ euro euros": "eur",
        "£": "gbp egp gip fkp shp lbp syp sdg ssp",
        "£e": "egp",
        "¥": "jpy cny",
        "円": "jpy",
        "rmb": "cny",
        "₹": "inr",
        "₨": "inr pkr lkr npr mur scr",
        "₩ 원": "krw kpw",
        "₽": "rub",
        "₺": "try",
        "₴": "uah",
        "₪": "ils",
        "₫": "vnd",
        "₱": "php cup",
        "₦": "ngn",
        "₡": "crc svc",
        "₲": "pyg",
        "₵": "ghs",
        "฿": "thb",
        "₸": "kzt",
        "₾": "gel",
        "₼": "azn",
        "₮": "mnt",
        "៛": "khr",
        "₭": "lak",
        "zł złotych": "pln",
        "kč": "czk",
    }.items()
    for sign in signs.split()
}
_MEANINGS |= {code: frozenset({code}) for code in _CODES.split()}
"""The currencies that each sign or code can mean."""
_OF_SEVERAL_COUNTRIES = """
    eu dollar dollars pound pounds yen yuan rupee rupees franken francs
    rs re rm rp r ft lei leu ron лв лева руб р рублей грн тг zl kc kr kn fr sfr tl din dh dhs nis bs s/ b/
    元 圆 บาท درهم ريال ر.س د.إ
"""
CURRENCIES = frozenset({*_MEANINGS, *_OF_SEVERAL_COUNTRIES.split()})


def is_other_currency(word: str, own: str) -> bool:
    """Whether a word or sign can only mean a currency other than `own`, a code such as EUR; False without one."""
    meanings = _MEANINGS.get(word)
    return bool(own) and meanings is not None and own.casefold() not in meanings
