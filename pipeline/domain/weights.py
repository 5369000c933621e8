"""The units in which a file may give weights."""

from enum import StrEnum


class WeightUnit(StrEnum):
    GRAM = "g"
    KILOGRAM = "kg"
    POUND = "lb"
    OUNCE = "oz"
