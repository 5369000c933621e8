"""Workbooks (`.xlsx`, `.xlsm`): their sheets, and the rows of a sheet, in bounded memory and linear time."""
