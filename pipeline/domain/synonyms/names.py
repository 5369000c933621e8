"""What other programs call the keys, the name and the brand."""

NAMES: dict[str, dict[str, str]] = {
    "vendor_product_id": {
        "en": "Product ID | Products ID | Item ID | Article ID | Variant ID | Variation ID | Seller product ID"
        " | Merchant product ID | Internal product ID | Product internal ID | Product identifier | Unique product ID"
        " | Uniq ID | Unique ID | Entity ID | System ID | Offer ID | Prod ID | Product ID [Non Editable]"
        " | Your product ID | Item identifier",
        "de": "Produkt-ID | Artikel-ID | Varianten-ID | Variations-ID | Interne Artikel-ID | Interne Produkt-ID",
        "fr": "ID produit | ID du produit | ID article | ID de l'article | ID de l’article | Identifiant produit"
        " | Identifiant du produit | Identifiant article | ID variante",
        "es": "ID producto | ID de producto | ID del producto | ID artículo | ID de artículo | ID del artículo"
        " | Identificador de producto | Identificador del producto",
        "it": "ID prodotto | ID del prodotto | ID articolo | Identificativo prodotto | Identificatore prodotto",
        "nl": "Artikel-ID | Productidentificatie",
        "pt": "ID produto | ID do produto | ID do artigo | Identificador do produto",
        "pl": "ID produktu | ID towaru | ID wariantu | Identyfikator produktu | Identyfikator towaru",
        "ja": "商品ID | 製品ID | アイテムID | 商品管理番号 | 商品管理番号(商品URL) | システム商品コード",
        "sv": "Varu-ID",
        "da": "Vare-ID",
        "cs": "ID zboží | ID produktu",
        "ru": "ID товара | ID продукта | Идентификатор товара",
        "uk": "ID товару | Ідентифікатор товару",
        "tr": "Ürün ID | Ürün No | Ürün Kimliği",
        "zh": "产品ID | 產品ID",
    },
    "product_name": {
        "en": "Name | Title | *Title | Product | Product title | Item name | Item title | Article name"
        " | Name of product | Name of the product | Full product name | Listing title | Product heading | Post title"
        " | translations.DEFAULT.name | v_products_name_1 | Prod name | Product/Service name | Auction title",
        "de": "Produktname | Artikelname | Artikelbezeichnung | Produktbezeichnung | Bezeichnung | Produkttitel"
        " | Artikeltitel | Titel | Produkt | Name des Produkts | Name des Artikels | Produktbenennung | Bezeichnung 1"
        " | Artikelbezeichnung 1",
        "fr": "Nom | Nom du produit | Nom de produit | Nom produit | Nom de l'article | Nom de l’article | Nom article"
        " | Désignation | Désignation produit | Désignation du produit | Désignation article | Titre | Produit"
        " | Titre du produit | Titre produit | Intitulé | Libellé | Libellé produit | Libellé article | Dénomination"
        " | Désignation 1",
        "es": "Nombre | Nombre del producto | Nombre de producto | Nombre producto | Nombre del artículo"
        " | Nombre artículo | Título | Título del producto | Título de producto | Producto | Denominación",
        "it": "Nome | Nome prodotto | Nome del prodotto | Nome articolo | Nome dell'articolo | Titolo"
        " | Titolo prodotto | Titolo del prodotto | Prodotto | Denominazione | Denominazione prodotto",
        "nl": "Naam | Productnaam | Artikelnaam | Producttitel | Titel | Naam product | Naam van het product"
        " | Benaming",
        "pt": "Nome | Nome do produto | Nome produto | Nome do artigo | Título | Título do produto | Produto"
        " | Designação | Designação do produto",
        "pl": "Nazwa | Nazwa produktu | Nazwa towaru | Nazwa artykułu | Tytuł | Tytuł produktu | Tytuł oferty"
        " | Nazwa oferty | Produkt",
        "ja": "商品名 | 商品名称 | 商品タイトル | 製品名 | 品名 | アイテム名 | タイトル | 名称",
        "sv": "Namn | Produktnamn | Artikelnamn | Benämning | Artikelbenämning | Produkttitel",
        "da": "Navn | Produktnavn | Varenavn | Varebetegnelse | Produkttitel",
        "no": "Varenavn | Tittel | Produkttittel",
        "cs": "Název | Název produktu | Název zboží",
        "sk": "Názov | Názov produktu | Názov tovaru",
        "fi": "Nimi | Tuotenimi | Tuotteen nimi",
        "hu": "Terméknév | Termék neve | Megnevezés",
        "ro": "Nume produs | Numele produsului | Denumire | Denumire produs",
        "ru": "Название | Наименование | Название товара | Наименование товара | Название позиции | Номенклатура"
        " | Товар",
        "uk": "Назва | Найменування | Назва товару | Назва позиції | Товар",
        "tr": "Ürün Adı | ÜRÜN ADI | Ürün İsmi | Ürün Başlığı",
        "zh": "品名 | 中文品名 | 产品名 | 产品名称 | 產品名稱 | 商品名称 | 商品名稱 | 商品标题",
        "ko": "상품명 | 제품명",
    },
    "sku": {
        "en": "SKU code | SKU number | SKU no | SKU no. | Product SKU | Item SKU | Item SKU number | Variant SKU"
        " | Variation SKU | Seller SKU | Merchant SKU | MSKU | Vendor SKU | Custom SKU | Shop SKU | Stock keeping unit"
        " | Stock keeping unit (SKU) | SKU (Stock keeping unit) | Stock code | Item code | Item number | Item no"
        " | Item no. | Item reference | Item lookup code | Product code | Product code/SKU | SKU/Product code"
        " | Product number | Product no | Product no. | Product reference | Article number | Article no | Article no."
        " | Article code | Art. no. | Art no | Part number | Part no | Part no. | Part code | Reference"
        " | Reference code | Internal reference | Default code | Custom label | Custom label (SKU) | Catalog number"
        " | Catalogue number | Catalog no. | Cat. no. | SKU/Item number | Product # | Item # | Stock # | Part #"
        " | Article # | Catalog # | Prod code | Prod. code | Item nr | Item nr. | Article nr | Article nr."
        " | Inventory number | Offer SKU",
        "de": "Artikelnummer | Artikel-Nr. | Artikel-Nr | Art.-Nr. | Art.-Nr | Art-Nr. | Art-Nr | Artikelcode"
        " | Artikelkennung | Interne Artikelnummer | Eigene Artikelnummer | Artikelnummer (SKU) | SKU (Artikelnummer)"
        " | Produktnummer | Produkt-Nr. | Produkt-Nr | Produktcode | Variantennummer | Variationsnummer"
        " | Variantenartikelnummer | Materialnummer | Teilenummer | Interne Referenz | Artikel Nummer",
        "fr": "UGS | Référence | Référence produit | Référence du produit | Référence article | Référence de l'article"
        " | Référence interne | Réf. produit | Réf produit | Réf. article | Réf article | Code article | Code produit"
        " | Code de l'article | Code du produit | Code SKU | Numéro d'article | Numéro d’article | Numéro article"
        " | N° article | N° d'article | N° d’article | Numéro de produit | Référence vendeur",
        "es": "Referencia | Referencia producto | Referencia de producto | Referencia del producto"
        " | Referencia interna | Referencia artículo | Referencia del artículo | Ref. producto | Ref. artículo"
        " | Código producto | Código de producto | Código del producto | Código artículo | Código de artículo"
        " | Código del artículo | Cód. artículo | Cód. producto | Código SKU | Número de artículo | Nº artículo"
        " | Nº de artículo | Número de producto | Clave del producto | Código interno del producto",
        "it": "Codice articolo | Codice prodotto | Codice del prodotto | Codice SKU | Cod. articolo | Cod. art."
        " | Cod. prodotto | Numero articolo | N. articolo | Riferimento | Riferimento prodotto | Riferimento articolo"
        " | Riferimento interno | Codice art.",
        "nl": "Artikelnr. | Artikelnr | Productcode | Productnummer | Productnr. | Referentie | Productreferentie"
        " | Artikelreferentie | SKU-code | Interne referentie | Artnr | Artikelnummer (SKU)",
        "pt": "Referência | Referência do produto | Referência interna | Código do produto | Código produto"
        " | Código do artigo | Código SKU | Código (SKU) | Ref. produto | Número do artigo | Cód. produto",
        "pl": "Kod produktu | Kod towaru | Kod SKU | Kod artykułu | Numer katalogowy | Nr katalogowy | Numer artykułu"
        " | Nr artykułu | Numer produktu | Indeks produktu | Indeks towaru | Symbol produktu | Symbol towaru"
        " | Sygnatura/SKU Sprzedającego | Wewnętrzne odniesienie | Kod produktu (SKU)",
        "ja": "商品コード | 商品番号 | 製品コード | 製品番号 | 品番 | 独自商品コード | SKUコード | SKU番号 | 商品SKU"
        " | 商品コード(SKU)",
        "sv": "Art.nr | Artikelkod | Produktkod | Varunummer",
        "da": "Varenummer | Varenr. | Varenr | Varekode | Produktkode",
        "no": "Artikkelnummer | Artikkelnr | Artikkelnr. | Produktkode",
        "cs": "Kód produktu | Kód zboží | Katalogové číslo | Číslo produktu",
        "sk": "Kód tovaru",
        "fi": "Tuotekoodi | Tuotenumero",
        "hu": "Cikkszám | Termékkód",
        "ro": "Cod produs | Codul produsului",
        "ru": "Артикул | Артикул товара | Код товара | Код номенклатуры | Артикул продавца | Ваш SKU",
        "uk": "Артикул | Артикул товару | Код товару",
        "tr": "Stok Kodu | STOK KODU | Ürün Kodu | ÜRÜN KODU",
        "zh": "产品编号 | 產品編號 | 商品编号 | 商品編號 | 商品编码 | 商品編碼 | 产品编码 | 货号 | 貨號",
        "ko": "상품코드 | 품번",
    },
    "brand": {
        "en": "Brands | Brand name | Product brand | Item brand | Brand/Manufacturer | Manufacturer/Brand"
        " | Manufacturer | Manufacturers | Manufacturer name | Product manufacturer | Producer | Producer name"
        " | Vendor | Maker | manufacturer.name | manufacturer.translations.DEFAULT.name | Mfr name | Mfr",
        "de": "Marke | Markenname | Produktmarke | Hersteller | Herstellername | Hersteller/Marke | Marke/Hersteller"
        " | Fabrikat | Produzent",
        "fr": "Marque | Marques | Marque du produit | Marque produit | Nom de la marque | Fabricant | Nom du fabricant"
        " | Marque/Fabricant | Fabricant/Marque | Producteur",
        "es": "Marca | Marcas | Marca del producto | Nombre de la marca | Fabricante | Fabricante/Marca"
        " | Marca/Fabricante | Productor | Nombre del fabricante",
        "it": "Marca | Marche | Marchio | Produttore | Fabbricante | Marca/Produttore | Produttore/Marca"
        " | Nome produttore | Casa produttrice",
        "nl": "Merk | Merken | Merknaam | Fabrikant | Producent | Merk/Fabrikant | Naam fabrikant",
        "pt": "Marca | Marca do produto | Nome da marca | Fabricante | Produtor",
        "pl": "Marka | Producent | Nazwa producenta | Nazwa marki | Wytwórca | Marka/Producent",
        "ja": "ブランド | ブランド名 | メーカー | メーカー名 | 製造元 | 製造メーカー",
        "sv": "Märke | Varumärke | Tillverkare | Producent",
        "da": "Mærke | Varemærke | Producent | Fabrikant",
        "no": "Merke | Varemerke | Produsent",
        "cs": "Značka | Výrobce",
        "sk": "Výrobca",
        "fi": "Merkki | Brändi | Tuotemerkki | Valmistaja",
        "hu": "Márka | Gyártó",
        "ro": "Marcă | Producător",
        "ru": "Бренд | Производитель | Торговая марка | Изготовитель",
        "uk": "Бренд | Виробник | Торгова марка",
        "tr": "Marka | Üretici",
        "zh": "品牌 | 品牌名称 | 品牌名稱 | 制造商 | 製造商 | 厂商",
        "ko": "브랜드 | 제조사",
    },
}
