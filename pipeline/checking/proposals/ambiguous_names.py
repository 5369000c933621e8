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
STANDARD_PRICE = {"price": 0.55}
_GROUP = {"category": 0.5, "subcategory": 0.4}
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
    "standard price": STANDARD_PRICE,
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

_COSTS = _words(
    """
    cost costs costo coste purchase purchasing wholesale buy buying einkauf einkaufspreis ek achat compra acquisto
    inkoop inkoopprijs zakup zakupu kostpreis dealer trade standard supply koszt custo mayorista inkopspris indkobspris
    kostpris innpris ostohinta nakup nakupni beszerzesi achizitie alış maliyet
    себестоимость закупочная закупки закупка оптовая опт входная
    """
)
_NET = _words(
    "net netto nett excl ex excluding excluded exkl ekskl exc ht hors zzgl senza bez ohne sin uden haric без fara"
)
_OTHER_AMOUNTS = _words(
    """
    sale special discount discounted promo promotion promotional rabatt sconto descuento remise tier bulk volume
    shipping delivery freight versand lieferung livraison envio spedizione deposit pfand surcharge margin markup pricing
    ecotax duty excise taxable percent percentage rate per grundpreis member loyalty msrp vip
    händler reseller revendeur distribuidor rivenditore distributor staffel staffelpreis
    """
)
_OTHER_QUANTITIES = _words(
    """
    min minimum minimal minimale mini minimo minima minimalny minimalna минимальный мин mindest mindestbestand
    mindestmenge max maximum maximo low reorder alert alerte threshold safety securite moq order ordered orders
    increment increments step notify pack packs package packaging case box carton pallet
    backorder backorders incoming inbound reserved reserviert reservado резерв bestellt sold committed
    forecasted forecast expected lead days out
    """
)
_OTHER_CODES = _words("ean upc gtin isbn barcode barkod barras barre kreskowy штрихкод asin mpn jan han")
_RELATIONS = _words(
    """
    parent group groups supplier suppliers lieferant fournisseur proveedor fornitore
    related upsell upsells cross sells bundle grouped children child variation variante
    attribute attributes option options feature features property properties custom
    """
)
_MEASURES = _words(
    """
    width height depth length breite höhe tiefe länge largeur hauteur longueur profondeur diameter
    gram grams gramm grammes lbs oz color colour farbe couleur material gender age season country origin currency
    """
)
_TIMES_AND_CONTACTS = _words(
    """
    date dates created updated modified datum fecha data time year month day expiry expiration
    phone telephone tel telefon mobile fax email mail contact address street city zip postcode
    """
)
_SHOP_SETTINGS = _words(
    """
    is has allow allowed enable enabled track tracker tracking continue policy requires required published visible
    visibility featured gift scope website websites channel channels store stores view shop shops site theme template
    layout redirect seo meta alt caption tag tags keyword keywords slug handle position sort rank rating review reviews
    language locale warranty condition customs tariff hs harmonized commodity profile method service class classes
    video document attachment download downloads file files pdf note notes comment comments remark
    bin location warehouse aisle shelf lagerplatz
    """
)
OTHERS = (
    TAXES | _COSTS | _NET | _OTHER_AMOUNTS | _OTHER_QUANTITIES | _OTHER_CODES | _RELATIONS | _MEASURES
    | _TIMES_AND_CONTACTS | _SHOP_SETTINGS
)  # fmt: skip
"""Words of headers that are for something else, whatever other words they have."""

OTHERS_IN_ONE_WORD = tuple(
    words_of(
        "仕入 原価 税抜 税別 送料 タグ 発売 登録日 更新日 バーコード 条码 条形码 成本 进价 进货 不含税 원가 바코드"
    )
)
"""The same in scripts without blanks between words."""

CODE_WORDS = _words("id ids code codes cod codigo codice kod key nr no num number nummer numero ref uuid type types")
"""What makes a name that of something else, if the other words do not name a key: `Category ID`."""

ODOO_NAMES = frozenset({"default code", "categ id", "categ id id", "uom id", "uom id id", "qty available", "sale ok"})
"""Technical names of one platform, where `list_price` is the price and `standard_price` the cost. On another one it is
the other way around."""

ADDRESS_WORDS = _words("url urls link links uri href page path")
"""What is for something else unless a picture is meant."""

OWNERS = _words("variant product products item article produkt produit producto prodotto artikel your our my")
"""What says no more than that a column is about the product."""
