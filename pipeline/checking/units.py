"""Words and signs next to a number: pieces and weights. In lower case, without full stops."""

from decimal import Decimal

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
