"""The units in which a file may give weights, and their conversion to kilograms."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum


class WeightUnit(StrEnum):
    GRAM = "g"
    KILOGRAM = "kg"
    POUND = "lb"
    OUNCE = "oz"


KILOGRAMS: Mapping[WeightUnit, Decimal] = {
    WeightUnit.GRAM: Decimal("0.001"),
    WeightUnit.KILOGRAM: Decimal(1),
    WeightUnit.POUND: Decimal("0.45359237"),
    WeightUnit.OUNCE: Decimal("0.028349523125"),
}
"""The exact number of kilograms in each unit."""
MAX_KILOGRAMS = Decimal("9999999.999")

WORDS: Mapping[WeightUnit, str] = {
    WeightUnit.GRAM: "grams",
    WeightUnit.KILOGRAM: "kilograms",
    WeightUnit.POUND: "pounds",
    WeightUnit.OUNCE: "ounces",
}
"""The name of each unit in messages."""

NAMES: Mapping[WeightUnit, frozenset[str]] = {
    unit: frozenset(names.split())
    for unit, names in {
        WeightUnit.GRAM: "g g. gr gr. grs gm gms gram grams gramm gramme grammes gramos gramo gramas grama grammi"
        " grammo gramy gramów gramach gramech gramů grammaa grame г г. гр гр. грамм граммы граммах грам грами грамах"
        " グラム 克",
        WeightUnit.KILOGRAM: "kg kg. kgs kgs. kilogram kilograms kilo kilos kilogramm kilogramme kilogrammes"
        " kilogramos kilogramo quilogramas quilograma chilogrammi chilogrammo kilogramy kilogramach kilogramech кг кг."
        " キログラム 公斤 千克",
        WeightUnit.POUND: "lb lb. lbs lbs. pound pounds libra libras libbra libbre funty funtach ポンド 磅",
        WeightUnit.OUNCE: "oz oz. ozs ounce ounces unze unzen onza onzas onces oncia onça onças uncja uncje uncjach"
        " オンス 盎司",
    }.items()
}
"""What headers call each unit, in lower case."""

_DECIMALS = Decimal("0.001")
_EXACT = Context(prec=1000)  # a cell may have many digits; they are rounded once, at the end


def in_kilograms(number: str, unit: WeightUnit) -> str:
    """A plain number of the unit as kilograms, half up to three decimals: `250` g → `0.25`."""
    kilograms = _EXACT.multiply(Decimal(number), KILOGRAMS[unit])
    rounded = kilograms.quantize(_DECIMALS, ROUND_HALF_UP, _EXACT)
    return format(rounded.normalize(_EXACT), "f")


def most_of(unit: WeightUnit) -> Decimal:
    """The greatest weight in this unit, to three decimals."""
    most = (MAX_KILOGRAMS / KILOGRAMS[unit]).quantize(_DECIMALS, ROUND_DOWN)
    return most.to_integral_value() if most == most.to_integral_value() else most
