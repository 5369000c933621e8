"""Words and signs next to a number: currencies, pieces, weights. In lower case, without full stops."""

from decimal import Decimal

_CURRENCIES = """
    $ € £ ¥ ₹ ₨ ₩ ₽ ₺ ₴ ₪ ₫ ₱ ₦ ₡ ₲ ₵ ฿ ₸ ₾ ₼ ₮ ៛ ₭
    us$ usd$ u$s a$ au$ aud$ c$ ca$ cad$ can$ nz$ hk$ hkd$ s$ sg$ nt$ r$ mx$ mex$ cop$ ar$ clp$ s/ b/ £e
    usd eur gbp jpy cny rmb inr chf cad aud nzd hkd sgd twd ntd krw thb myr idr php vnd brl mxn ars clp cop pen uyu
    zar ngn kes ghs egp mad tnd try ils aed sar qar kwd bhd omr jod pln czk huf ron bgn sek nok dkk isk rub uah byn kzt
    rsd hrk gel amd azn pkr bdt lkr npr mmk khr lak mop mnt uzs xof xaf crc dop gtq pyg bob
    euro euros eu dollar dollars pound pounds yen yuan rupee rupees franken francs
    rs re rm rp r ft lei leu ron лв лева руб р рублей грн тг zł zl złotych kč kc kr kn fr sfr tl din dh dhs nis bs
    円 元 圆 원 บาท درهم ريال ر.س د.إ
"""
CURRENCIES = frozenset(_CURRENCIES.split())
_PIECES = """
    pc pcs piece pieces unit units ea each x stk stück stuck st stuks szt pz pezzi ks db uds ud unidades pièces pièce
    шт 個 个 件 点
"""
PIECES = frozenset(_PIECES.split())
KILOGRAMS: dict[str, Decimal] = {
    unit: Decimal(factor)
    for factor, units in {
        "1": "kg kgs kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes кг",
        "0.001": "g gr grs gram grams gramm gramme grammes г гр",
        "0.000001": "mg milligram milligrams milligramm мг",
        "0.45359237": "lb lbs pound pounds",
        "0.028349523125": "oz ounce ounces",
    }.items()
    for unit in units.split()
}
"""The exact number of kilograms in each unit."""
