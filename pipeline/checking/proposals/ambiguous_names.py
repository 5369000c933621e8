"""Names of headers that are no synonyms, because they mean several things, or something that is no column of ours."""

from pipeline.checking.proposals.words import words_of

Likelihoods = dict[str, float]
"""Column → how likely it is meant, from 0 to 1, as far as the name goes."""


def _words(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


_ID = {"vendor_product_id": 0.8, "sku": 0.5}
_IDENTIFIER = {"vendor_product_id": 0.75, "sku": 0.45}
_CODE = {"sku": 0.7, "vendor_product_id": 0.55}
_BAR_CODE = {"sku": 0.3, "vendor_product_id": 0.25}
_AVAILABILITY = {"stock_quantity": 0.45}
_GROUP = {"category": 0.55, "subcategory": 0.4}
_PHRASES: dict[str, Likelihoods] = {
    "id": _ID,
    "uid uuid guid | external id | record id | row id | identifier | identifiant | identificador | identificativo"
    " | kennung | key": _IDENTIFIER,
    "code | kod | kód | código | codice | cod | nr | no | num | number | nummer | numero | número | ref | réf | item"
    " | art | art no | art nr | код | номер | κωδικός | رمز | コード | 番号 | 编号 | 编码": _CODE,
    "barcode | bar code | ean | ean code | gtin | upc | isbn | jan | strichcode | code barre | code barres"
    " | código de barras | codice a barre | streepjescode | kod kreskowy | штрихкод | variant barcode | jan コード"
    " | barcode ean | ean upc | upc ean | ean barcode | gtin ean | external product id": _BAR_CODE,
    "handle | slug | url key | url handle | parent": {"vendor_product_id": 0.3},
    "mpn | manufacturer part number | supplier reference | supplier sku": {"sku": 0.35},
    "type | product type | department | collection | group | gruppe | grupo | gruppo | grupa | sortiment | section"
    " | range | line": _GROUP,
    "list price": {"price": 0.6, "compare_at_price": 0.4},
    "retail price": {"compare_at_price": 0.5, "price": 0.35},
    "unit price": {"price": 0.45},
    "availability | available | in stock | disponibilità | disponibilité | disponibilidad | disponible | disponibile"
    " | verfügbar | verfügbarkeit | lieferbar | beschikbaar | dostępność | наличие": _AVAILABILITY,
    "item description | product description short | artikel | artículo | articolo | article | product line"
    " | popular name": {"product_name": 0.5, "description": 0.2},
    "media | thumbnail | assets | picture link": {"image_url": 0.55},
    "status | state | listing status | product status": {"listing_status": 0.4},
    "pack | vpe | gebinde": {"unit": 0.35},
    "size | größe | taille | talla": {"dimensions_cm": 0.25},
    "short description | kurzbeschreibung | description courte | descripción corta": {"description": 0.4},
}
AMBIGUOUS: dict[str, Likelihoods] = {
    " ".join(words_of(phrase)): meant for phrases, meant in _PHRASES.items() for phrase in phrases.split(" | ")
}
"""The words of a name → what it may mean."""

WITH_TAX = _words(
    "incl inc including included inkl inklusive gross brutto ttc ivato incluida incluido inclusa incluso inbegrepen"
)
"""What a price says of itself that is the one to pay."""

TAXES = _words("tax taxes vat mwst ust tva iva btw moms dph gst")

OTHERS = TAXES | _words(
    """
    cost costs costo coste purchase purchasing wholesale buy buying einkauf einkaufspreis ek achat compra acquisto
    inkoop inkoopprijs zakup zakupu kostpreis dealer trade standard себестоимость закупочная
    net netto nett excl ex excluding excluded exkl exc ht hors zzgl senza bez ohne sin pretax
    taxable duty excise
    sale special discount discounted promo promotion promotional rabatt sconto descuento remise tier bulk volume
    shipping delivery freight versand lieferung livraison envio spedizione deposit pfand surcharge margin markup
    ecotax percent percentage rate per grundpreis member loyalty msrp
    min minimum minimal minimale mindest mindestbestand mindestmenge max maximum low reorder alert threshold safety
    pack packs package packaging case box carton pallet moq order ordered orders increment increments step notify
    backorder backorders incoming inbound reserved sold committed forecasted forecast expected lead days out
    parent group groups supplier suppliers lieferant fournisseur proveedor fornitore tier
    position sort rank rating reviews review attribute attributes option options feature features property properties
    variation variante theme seo meta alt caption tag tags keyword keywords slug handle
    date dates created updated modified datum fecha data time year month day expiry expiration
    phone telephone tel telefon mobile fax email mail contact address street city zip postcode
    is has allow allowed enable enabled track tracker tracking continue policy requires required published visible
    visibility featured gift scope website websites channel channels store stores view shop shops site
    width height depth length breite höhe tiefe länge largeur hauteur longueur profondeur volume diameter
    gram grams gramm grammes lbs oz color colour farbe couleur material gender age season country origin currency
    language locale warranty condition customs tariff hs harmonized commodity
    video document attachment download downloads file files pdf note notes comment comments remark
    related upsell upsells cross sells bundle grouped children child template layout redirect custom customs
    bin location warehouse aisle shelf lagerplatz profile method service class classes
    ean upc gtin isbn barcode asin mpn jan han
    """
)
"""Words of headers that are for something else, whatever other words they have."""

OTHERS_IN_ONE_WORD = ("仕入", "原価", "税抜", "税別", "送料", "タグ", "発売", "登録日", "更新日", "バーコード", "条码")
"""The same in scripts without blanks between words."""

CODE_WORDS = _words("id ids code codes cod codigo codice kod key nr no num number nummer numero ref uuid type types")
"""What makes a name that of something else, if the other words do not name a key: `Category ID`."""

ADDRESS_WORDS = _words("url urls link links uri href page path")
"""What is for something else unless a picture is meant."""

OWNERS = _words("variant product products item article produkt produit producto prodotto artikel your our my")
"""What says no more than that a column is about the product."""
