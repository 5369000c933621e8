"""Files for the browser to send."""

from tests.stack import sound_rows, tag


def rows_of_every_kind() -> list[str]:
    """Forty good rows, and thirty-four bad ones: more errors than a page shows, and one of most kinds."""
    run = tag()
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 5
    return [
        *sound_rows(40, run),
        *(f"P{run}-c{n},Mouse {n},Elektronics,S{run}-c{n},19.99,5" for n in range(24)),
        f"P{run}-b1,,Electronics,S{run}-b1,19.99,5",
        f"P{run}-b2,Lamp,Electronics,S{run}-b2,“19.90”,5",
        f"P{run}-b3,Lamp,Electronics,S{run}-b3,-4,5 pieces",
        f"P{run}-b4,{long},Electronics,S{run}-b4,19.99,5",
        f"P{run}-b5,مصباح مكتب,إلكترونيات,S{run}-b5,19.99,5",
        f"P{run}-b6,Lamp,Electronics,S{run}-b1000,19.99,5",
        f"P{run}-b7,Lamp,Electronics,S{run}-b1000,19.99,5",
        f"P{run}-b8,Lamp,Electronics,S{run}-b8,19.99,5,too many,cells",
        f"P{run}-b9,<script>alert(1)</script>,<b>Toys</b>,S{run}-b9,19.99,5",
    ]


def rows_that_fill_a_page() -> list[str]:
    """Rows whose errors are as long as possible: ids, values and messages at their limits, in letters of few bytes."""
    run = tag()
    long = "שלום" * 60
    return [f"{run}{n:0>90},{long},{long},{run}{n:0>90}x,{long},{long}" for n in range(40)]
