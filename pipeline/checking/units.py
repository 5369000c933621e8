"""Words and signs next to a number: pieces and weights. In lower case, without full stops."""

from decimal import Decimal

from pipeline.domain.weights import KILOGRAMS, WeightUnit

_PIECES = """
    pc pcs piece pieces unit units ea each x stk stück stuck st stuks szt pz pezzi ks db uds ud unidades pièces pièce
    шт 個 个 件 点
"""
PIECES = frozenset(_PIECES.split())
_GRAM = KILOGRAMS[WeightUnit.GRAM]
WEIGHTS: dict[str, Decimal] = {
    word: factor
    for factor, words in {
        KILOGRAMS[WeightUnit.KILOGRAM]: "kg kgs kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes кг",
        _GRAM: "g gr grs gram grams gramm gramme grammes г гр",
        _GRAM / 1000: "mg milligram milligrams milligramm мг",
        KILOGRAMS[WeightUnit.POUND]: "lb lbs pound pounds",
        KILOGRAMS[WeightUnit.OUNCE]: "oz ounce ounces",
    }.items()
    for word in words.split()
}
"""The exact number of kilograms that each word stands for."""
