"""What other programs call prices, stock and measures."""

AMOUNTS: dict[str, dict[str, str]] = {
    "price": {
        "en": "Selling price | Sales price | Sell price | Regular price | Base price | Product price | Item price"
        " | Variant price | Variant price USD | Current price | Start price | *StartPrice | Default price | Your price"
        " | Consumer price | Shop price | Store price | Web price | Online price | Final price | Gross price"
        " | Price gross | Price inc | Price incl | Price inc VAT | Price inc. VAT | Price incl VAT | Price incl. VAT"
        " | Price (inc VAT) | Price (inc. VAT) | Price (incl VAT) | Price (incl. VAT) | Price including VAT"
        " | Price with VAT | Price inc tax | Price inc. tax | Price incl tax | Price incl. tax | Price (inc. tax)"
        " | Price (incl. tax) | Price including tax | Price with tax | Price inc GST | Price tax included"
        " | Price tax incl. | Price (tax included) | Price tax excluded or Price tax included"
        " | Selling price incl. VAT | Selling price inc VAT | Price USD | Price EUR | Price GBP | Price CHF"
        " | Price PLN | Price AUD | Price CAD | Price € | Price $ | Price £ | Price in USD | Price in EUR"
        " | Price in GBP | price.DEFAULT.gross | v_products_price | Our price | Default sell price | Sales price/rate"
        " | Price [EUR] | Price [USD] | Price [GBP]",
        "de": "Preis | Verkaufspreis | VK-Preis | VK brutto | Brutto-VK | VK-Preis brutto | Verkaufspreis brutto"
        " | Verkaufspreis (brutto) | Bruttoverkaufspreis | Bruttopreis | Preis brutto | Preis (brutto) | Produktpreis"
        " | Artikelpreis | Ladenpreis | Shoppreis | Endkundenpreis | Regulärer Preis | Preis inkl. MwSt."
        " | Preis inkl. MwSt | Preis inkl MwSt | Preis (inkl. MwSt.) | Preis (inkl. MwSt) | Preis EUR | Preis in EUR"
        " | Preis € | Preis in € | Preis in Euro | Preis CHF | VKP brutto | VK-Preis inkl. MwSt. | VK inkl. MwSt."
        " | Verkaufspreis inkl. MwSt. | Verkaufspreis inkl. MwSt | Preis [EUR] | Preis [€] | Verkaufspreis €"
        " | VK-Preis (brutto)",
        "fr": "Prix | Prix TTC | Prix (TTC) | Prix de vente | Prix vente | Prix de vente TTC | Prix de vente (TTC)"
        " | Prix vente TTC | PV TTC | Prix produit | Prix du produit | Prix de base | Prix normal | Prix régulier"
        " | Tarif | Tarif TTC | Tarif régulier | Prix TTC EUR | Prix TTC € | Prix € TTC | Prix EUR | Prix €"
        " | Prix en € | Prix en euros | Prix taxes incluses",
        "es": "Precio | Precio de venta | Precio venta | Precio final | Precio normal | Precio regular | Precio base"
        " | Precio producto | Precio del producto | Precio con IVA | Precio (con IVA) | Precio IVA incluido"
        " | Precio (IVA incluido) | Precio IVA incl. | Precio con impuestos | Precio público | Precio venta público"
        " | Precio de venta público | Precio venta al público | Precio de venta al público | PVP | P.V.P. | P.V.P"
        " | PVP 1 | P.V.P 1 | PVP con IVA | PVP IVA incluido | Precio de venta con IVA | Precio EUR | Precio €"
        " | Precio USD | Precio en euros | Precio al público | Precio con IVA incluido | Precio impuestos incluidos"
        " | PVP (IVA incluido) | PVP (€)",
        "it": "Prezzo | Prezzo di vendita | Prezzo vendita | Prezzo al pubblico | Prezzo base | Prezzo regolare"
        " | Prezzo prodotto | Prezzo del prodotto | Prezzo IVA inclusa | Prezzo (IVA inclusa) | Prezzo IVA incl."
        " | Prezzo con IVA | Prezzo ivato | Prezzo lordo | Prezzo di vendita IVA inclusa | Prezzo vendita IVA inclusa"
        " | Prezzo EUR | Prezzo € | Prezzo finale | Prezzo al pubblico IVA inclusa",
        "nl": "Prijs | Verkoopprijs | Reguliere prijs | Normale prijs | Productprijs | Consumentenprijs | Winkelprijs"
        " | Prijs incl. btw | Prijs incl btw | Prijs (incl. btw) | Prijs inclusief btw | Verkoopprijs incl. btw"
        " | Verkoopprijs incl btw | Verkoopprijs (incl. btw) | Verkoopprijs inclusief btw | Brutoprijs | Prijs EUR"
        " | Prijs € | Prijs in euro",
        "pt": "Preço | Preço de venda | Preço venda | Preço final | Preço normal | Preço regular | Preço base"
        " | Preço do produto | Preço com IVA | Preço (com IVA) | Preço IVA incluído | Preço de venda ao público"
        " | Valor de venda",
        "pl": "Cena | Cena brutto | Cena (brutto) | Cena sprzedaży | Cena sprzedaży brutto | Cena detaliczna"
        " | Cena detaliczna brutto | Cena produktu | Cena podstawowa | Cena regularna | Cena z VAT | Cena PLN"
        " | Cena zł | Cena w PLN | Cena brutto PLN | Cena sprzedaży (brutto)",
        "ja": "価格 | 価格(税込) | 販売価格 | 販売価格(税込) | 税込価格 | 税込販売価格 | 商品価格 | 売価 | 値段"
        " | 商品価格(税込)",
        "sv": "Pris | Försäljningspris | Utpris | Pris inkl. moms | Pris inkl moms | Pris (inkl. moms)"
        " | Ordinarie pris",
        "da": "Pris | Salgspris | Udsalgspris | Normalpris | Pris inkl. moms | Pris med moms",
        "no": "Utsalgspris | Pris inkl. mva | Pris inkl mva",
        "cs": "Cena | Prodejní cena | Cena s DPH | Cena vč. DPH | Cena včetně DPH",
        "sk": "Predajná cena",
        "fi": "Hinta | Myyntihinta",
        "hu": "Bruttó ár | Eladási ár",
        "ro": "Preț | Preț de vânzare | Preț vânzare | Preț cu TVA",
        "ru": "Цена | Цена продажи | Цена товара | Розничная цена | Цена розничная | Цена, руб. | Цена, руб | Цена руб"
        " | Ваша цена",
        "uk": "Ціна | Ціна продажу | Ціна товару | Роздрібна ціна | Ціна, грн",
        "tr": "Fiyat | FİYAT | Fiyatı | Satış Fiyatı | SATIŞ FİYATI | Ürün Fiyatı",
        "zh": "价格 | 價格 | 售价 | 售價 | 销售价 | 銷售價 | 销售价格 | 銷售價格 | 商品价格",
        "ko": "가격 | 판매가 | 판매가격",
    },
    "compare_at_price": {
        "en": "RRP | R.R.P. | MSRP | SRP | Compare price | Compare to price | Product compare to price"
        " | Variant compare at price | Recommended retail price | Recommended retail price (RRP) | Recommended price"
        " | Suggested retail price | Manufacturer suggested retail price | Manufacturer's suggested retail price"
        " | Was price | Old price | Price old | Original price | Initial price | Previous price | Former price"
        " | Strikethrough price | Price before discount | Market price | RRP inc VAT | RRP incl. VAT | RRP (inc VAT)"
        " | RRP inc. VAT | Pseudo price | MRP",
        "de": "UVP | UVP brutto | UVP (brutto) | Unverbindliche Preisempfehlung | Empfohlener Verkaufspreis"
        " | Unverbindliche Preisempfehlung (UVP) | Streichpreis | Stattpreis | Vergleichspreis | Alter Preis"
        " | Bisheriger Preis | Früherer Preis | Ursprünglicher Preis | Originalpreis",
        "fr": "Prix barré | Prix conseillé | Prix de vente conseillé | Prix public conseillé | Ancien prix"
        " | Prix avant remise | Prix d'origine | Prix d’origine | Prix original | Prix initial | Prix comparatif"
        " | Prix de comparaison | PVC TTC",
        "es": "Precio anterior | Precio antiguo | Precio original | Precio tachado | Precio comparación"
        " | Precio de comparación | Precio recomendado | Precio de venta recomendado | PVP recomendado | PVPR"
        " | Precio antes del descuento | Precio sugerido",
        "it": "Prezzo precedente | Prezzo barrato | Prezzo consigliato | Prezzo originale | Prezzo di confronto"
        " | Vecchio prezzo | Prezzo di vendita consigliato | Prezzo al pubblico consigliato | Prezzo iniziale",
        "nl": "Adviesprijs | Adviesverkoopprijs | Adviesprijs incl. btw | Oude prijs | Vorige prijs | Van-prijs"
        " | Aanbevolen verkoopprijs | Vergelijkingsprijs | Vergelijkprijs | Oorspronkelijke prijs | Originele prijs"
        " | Doorgestreepte prijs",
        "pt": "Preço anterior | Preço antigo | Preço original | Preço comparativo | Preço de comparação"
        " | Preço recomendado | Preço sugerido",
        "pl": "Stara cena | Poprzednia cena | Cena poprzednia | Cena przed obniżką | Cena przed promocją"
        " | Cena przekreślona | Cena porównawcza | Cena sugerowana | Sugerowana cena detaliczna | Cena pierwotna",
        "ja": "通常価格 | 定価 | 参考価格 | 希望小売価格 | メーカー希望小売価格 | 元の価格 | 比較価格 | 旧価格"
        " | 表示価格 | 通常価格(税込) | 定価(税込)",
        "sv": "Tidigare pris | Rekommenderat pris | Rek. pris | Gammalt pris",
        "da": "Vejledende pris | Vejl. pris | Førpris | Tidligere pris",
        "no": "Veiledende pris | Førpris",
        "cs": "Původní cena | Doporučená cena | Cena před slevou",
        "sk": "Pôvodná cena | Odporúčaná cena",
        "fi": "Vanha hinta | Suositushinta",
        "hu": "Régi ár | Eredeti ár",
        "ro": "Preț vechi | Preț recomandat",
        "ru": "Старая цена | Цена до скидки | Зачёркнутая цена | РРЦ | Рекомендованная розничная цена"
        " | Цена до скидки, руб.",
        "uk": "Стара ціна | Ціна до знижки | РРЦ",
        "tr": "Eski Fiyat | ESKİ FİYAT | Piyasa Fiyatı | Piyasa Fiyat",
        "zh": "原价 | 原價 | 市场价 | 市場價 | 建议零售价 | 建議零售價 | 建議售價 | 划线价",
        "ko": "정가 | 소비자가",
    },
    "stock_quantity": {
        "en": "Stock | Quantity | *Quantity | Qty | Qty. | Inventory | Inventories | Stock level | Stock qty"
        " | Stock count | Stock balance | Stock on hand | On hand stock | On hand | Quantity on hand | Qty on hand"
        " | On hand qty | On hand quantity | SOH | Available quantity | Quantity available | Available qty"
        " | Qty available | Available stock | Stock available | Available inventory | Quantity in stock | Qty in stock"
        " | Units in stock | Stock in hand | Current stock | Current stock level | Current quantity"
        " | Current inventory | Inventory level | Inventory quantity | Inventory qty | Inventory count"
        " | Variant inventory | Variant inventory qty | Variant inventory quantity | Total stock | Total inventory"
        " | Total inventory qty | Free stock | Product quantity | Product stock | Item quantity | v_products_quantity"
        " | QOH | Avail qty | Qty avail | Available stock qty | In stock qty | In stock quantity | Inv qty"
        " | Inventory on hand",
        "de": "Bestand | Lagerbestand | Lagerstand | Warenbestand | Lagermenge | Menge | Anzahl | Stückzahl"
        " | Verfügbarer Bestand | Verfügbarer Lagerbestand | Verfügbare Menge | Verfügbare Stückzahl | Bestand gesamt"
        " | Lagerbestand gesamt | Gesamtbestand | Aktueller Bestand | Aktueller Lagerbestand | Bestandsmenge"
        " | Menge auf Lager | Anzahl auf Lager | Lagerbestand (verfügbar)",
        "fr": "Quantité | Quantité en stock | Quantité disponible | Quantité stock | Stock disponible | Stock actuel"
        " | Stock réel | Stock physique | Niveau de stock | Qté | Qté en stock | Qté stock | Qté disponible"
        " | Inventaire | Quantités | Unités en stock | Stock dispo | Qté dispo",
        "es": "Existencias | Existencia | Cantidad | Cantidad disponible | Cantidad en stock | Cantidad en inventario"
        " | Cantidad en existencia | Stock actual | Stock físico | Stock total | Inventario | Unidades en stock"
        " | Unidades disponibles | Nivel de stock | Cantidad de stock | Existencias actuales | Cantidad a mano"
        " | Cantidad de existencias",
        "it": "Giacenza | Giacenze | Giacenza magazzino | Giacenza di magazzino | Giacenza attuale | Quantità"
        " | Quantità disponibile | Quantità in magazzino | Quantità in stock | Quantità in giacenza"
        " | Stock disponibile | Q.tà | Qtà | Q.tà disponibile | Scorte | Esistenza | Giacenza totale",
        "nl": "Voorraad | Voorraadaantal | Voorraadniveau | Beschikbare voorraad | Huidige voorraad | Vrije voorraad"
        " | Technische voorraad | Totale voorraad | Aantal | Aantal op voorraad | Aantal beschikbaar"
        " | Beschikbaar aantal | Hoeveelheid | Voorraadhoeveelheid | Voorraad totaal",
        "pt": "Estoque | Estoque atual | Estoque disponível | Quantidade | Quantidade em estoque | Quantidade em stock"
        " | Quantidade disponível | Quantidade de estoque | Stock atual | Stock disponível | Existências | Qtd | Qtd."
        " | Qtde | Qtde. | Qtd em estoque | Qtd estoque | Saldo em estoque | Saldo de estoque | Inventário",
        "pl": "Ilość | Ilość sztuk | Ilość w magazynie | Ilość na stanie | Ilość dostępna | Dostępna ilość"
        " | Liczba sztuk | Stan magazynowy | Stan magazynu | Stany magazynowe | Stan na magazynie | Ilość produktu"
        " | Stan magazynowy (szt.)",
        "ja": "在庫 | 在庫数 | 在庫数量 | 在庫量 | 数量 | 現在庫 | 現在庫数 | 現在の在庫数 | 在庫数合計",
        "sv": "Lagersaldo | Lagerantal | Antal | Antal i lager | Kvantitet | Disponibelt saldo | Tillgängligt saldo"
        " | Lagersaldo totalt",
        "da": "Antal | Antal på lager | Lagerantal | Lagerbeholdning | Beholdning",
        "no": "Antall | Antall på lager | Lagerbeholdning | Lagerantall",
        "cs": "Množství | Množství skladem | Počet kusů | Počet kusů skladem | Stav skladu | Skladová zásoba | Zásoba"
        " | Zásoby",
        "sk": "Množstvo | Počet kusov | Stav skladu",
        "fi": "Varastosaldo | Varastomäärä | Määrä",
        "hu": "Készlet | Raktárkészlet | Mennyiség",
        "ro": "Stoc | Cantitate | Stoc disponibil",
        "ru": "Остаток | Остатки | Остаток на складе | Свободный остаток | Количество | Количество на складе"
        " | Количество товара | Доступное количество | Кол-во",
        "uk": "Кількість | Кількість на складі | Кількість товару | Залишок | Залишки | Залишок на складі",
        "tr": "Stok | Stok Adedi | STOK ADEDİ | Stok Miktarı | STOK MİKTARI | Miktar | Stok Adet | Ürün Stok Adedi",
        "zh": "库存 | 庫存 | 库存数量 | 庫存數量 | 库存量 | 庫存量 | 库存数 | 數量",
        "ko": "재고 | 재고수량 | 수량",
    },
    "unit": {
        "en": "Unit of measure | Unit of measurement | Measurement unit | Measure unit | UOM | U.O.M. | uom_id"
        " | Sales unit | Selling unit | Unit name | Unity | Unit of sale | Sales UOM | Base UOM | Usage unit",
        "de": "Einheit | Verkaufseinheit | Mengeneinheit | Maßeinheit | Basiseinheit",
        "fr": "Unité | Unité de mesure | Unité de vente",
        "es": "Unidad | Unidad de medida | Unidad de venta",
        "it": "Unità | Unità di misura | Unità di vendita | U.M. | Unità misura",
        "nl": "Eenheid | Verkoopeenheid | Meeteenheid | Maateenheid",
        "pt": "Unidade | Unidade de medida | Unidade de venda",
        "pl": "Jednostka | Jednostka miary | Jedn. miary | J.m. | Jednostka sprzedaży",
        "ja": "単位 | 販売単位 | 数量単位",
        "sv": "Enhet | Försäljningsenhet | Måttenhet",
        "da": "Enhed | Måleenhed | Salgsenhed",
        "cs": "Jednotka | Měrná jednotka",
        "sk": "Merná jednotka",
        "fi": "Yksikkö",
        "hu": "Mértékegység",
        "ro": "Unitate | Unitate de măsură",
        "ru": "Единица | Единица измерения | Ед. изм. | Ед. изм | Единицы измерения",
        "uk": "Одиниця виміру | Од. виміру | Одиниця",
        "tr": "Birim | BİRİM | Ölçü Birimi",
        "zh": "单位 | 單位 | 计量单位",
    },
    "weight_kg": {
        "en": "Weight | Weight in kg | Weight in kilograms | Product weight | Item weight | Unit weight | Weight, kg"
        " | Weight [kg] | Variant Grams",
        "de": "Gewicht | Gewicht kg | Gewicht in kg | Artikelgewicht | Produktgewicht | Gewicht [kg]",
        "fr": "Poids | Poids kg | Poids en kg | Poids du produit | Poids produit | Poids [kg]",
        "es": "Peso | Peso kg | Peso en kg | Peso del producto | Peso producto | Peso [kg]",
        "it": "Peso | Peso in kg | Peso prodotto | Peso del prodotto",
        "nl": "Gewicht | Productgewicht",
        "pt": "Peso | Peso em kg | Peso do produto",
        "pl": "Waga | Waga kg | Waga w kg | Waga produktu | Masa kg",
        "ja": "重量 | 重量kg | 重さ | 商品重量",
        "sv": "Vikt | Vikt kg | Vikt i kg",
        "da": "Vægt | Vægt kg | Vægt i kg",
        "no": "Vekt | Vekt kg",
        "cs": "Hmotnost | Hmotnost kg | Hmotnost v kg | Váha",
        "fi": "Paino | Paino kg",
        "hu": "Súly | Tömeg",
        "ro": "Greutate | Greutate kg",
        "ru": "Вес | Вес кг | Вес, кг | Вес в кг | Масса кг | Масса, кг",
        "uk": "Вага | Вага кг | Вага, кг",
        "tr": "Ağırlık | Ağırlık kg",
        "zh": "重量 | 产品重量",
    },
    "dimensions_cm": {
        "en": "Dimensions | Product dimensions | Item dimensions | Dimensions in cm | Dimensions LxWxH"
        " | Dimensions (LxWxH) | Dimensions LxWxH cm | Dimensions (LxWxH) cm | Dimension | LxWxH",
        "de": "Abmessungen | Abmessung | Produktabmessungen | Artikelabmessungen | Abmessungen cm | Abmessungen in cm"
        " | Abmessungen LxBxH | Abmessungen (LxBxH) | Produktmaße | Maße in cm | Maße LxBxH | Maße (LxBxH) | LxBxH"
        " | Maße (cm)",
        "fr": "Dimensions en cm | Dimensions du produit | Dimensions produit | Dimensions (LxlxH)",
        "es": "Dimensiones | Dimensiones cm | Dimensiones en cm | Dimensiones del producto | Medidas | Medidas en cm",
        "it": "Dimensioni | Dimensioni cm | Dimensioni in cm | Dimensioni prodotto | Dimensioni del prodotto | Misure",
        "nl": "Afmetingen | Afmeting | Afmetingen cm | Afmetingen in cm | Afmetingen LxBxH | Afmetingen (LxBxH)",
        "pt": "Dimensões | Dimensões do produto | Dimensões em cm | Medidas em cm",
        "pl": "Wymiary | Wymiary cm | Wymiary w cm | Wymiary produktu",
        "ja": "寸法 | 外形寸法 | 商品寸法",
        "sv": "Dimensioner | Produktmått",
        "da": "Dimensioner | Produktmål",
        "cs": "Rozměry | Rozměry cm",
        "fi": "Mitat",
        "hu": "Méretek",
        "ro": "Dimensiuni",
        "ru": "Габариты | Габариты, см",
        "uk": "Габарити | Габарити, см",
        "tr": "Boyutlar | Ölçüler",
    },
}
