"""What other programs call categories, descriptions and pictures."""

TEXTS: dict[str, dict[str, str]] = {
    "category": {
        "en": "Categories | Category name | Category path | Category 1 | Category level 1 | Main category"
        " | Primary category | Default category | Root category | Item category | Product category"
        " | Product category 1 | Product categories | Product category name | Product group | Item group"
        " | Google product category | Feed product type | Product cat | tax:product_cat | categ_id | categ_id/id"
        " | categ_id/name | *Category | Category L1 | eBay category 1 name",
        "de": "Kategorie | Kategorien | Kategorie 1 | Kategorie Ebene 1 | Kategoriename | Kategoriepfad | Warengruppe"
        " | Warengruppenbezeichnung | Hauptkategorie | Hauptwarengruppe | Produktkategorie | Produktkategorien"
        " | Produktgruppe | Artikelgruppe | Artikelkategorie | Kategorie Name",
        "fr": "Catégorie | Catégories | Catégorie 1 | Catégorie principale | Catégorie produit | Catégorie de produit"
        " | Catégorie du produit | Catégories de produits | Catégorie d'article | Famille | Famille produit"
        " | Famille de produits | Famille d'articles | Famille article | Rayon | Nom de la catégorie",
        "es": "Categoría | Categorías | Categoría 1 | Categoría principal | Categoría producto | Categoría de producto"
        " | Categoría del producto | Familia | Familia de productos | Grupo de productos | Rubro"
        " | Categoría del producto en la tienda | Nombre de la categoría",
        "it": "Categoria | Categorie | Categoria 1 | Categoria prodotto | Categoria del prodotto"
        " | Categoria principale | Categoria merceologica | Gruppo merceologico | Famiglia | Reparto | Nome categoria",
        "nl": "Categorie | Categorieën | Productcategorie | Productgroep | Artikelgroep | Hoofdcategorie | Hoofdgroep",
        "pt": "Categoria | Categorias | Categoria do produto | Categoria de produto | Categoria principal"
        " | Grupo de produtos | Família | Nome da categoria",
        "pl": "Kategoria | Kategorie | Kategoria produktu | Kategoria towaru | Kategoria główna | Grupa towarowa"
        " | Grupa produktów | Grupa produktowa | Kategoria 1 | Nazwa kategorii",
        "ja": "カテゴリ | カテゴリー | カテゴリ名 | カテゴリー名 | 商品カテゴリ | 商品カテゴリー | 商品カテゴリ(ID)"
        " | 商品カテゴリ(名称) | 商品分類 | 分類 | 大分類 | 大カテゴリ | 大カテゴリー",
        "sv": "Kategori | Kategorier | Huvudkategori | Produktkategori | Produktgrupp | Varugrupp | Artikelgrupp",
        "da": "Kategori | Kategorier | Hovedkategori | Produktkategori | Produktgruppe | Varegruppe",
        "cs": "Kategorie produktu | Hlavní kategorie | Výchozí kategorie",
        "sk": "Kategória | Kategórie | Hlavná kategória",
        "fi": "Kategoria | Kategoriat | Tuotekategoria | Tuoteryhmä",
        "hu": "Kategória | Kategóriák | Termékkategória",
        "ro": "Categorie | Categorii | Categorie produs",
        "ru": "Категория | Категории | Категория товара | Группа товаров | Название группы | Товарная группа"
        " | Категория продавца",
        "uk": "Категорія | Категорії | Категорія товару | Група товарів | Назва групи",
        "tr": "Kategori | KATEGORİ | Kategoriler | Ürün Kategorisi | Ana Kategori",
        "zh": "分类 | 分類 | 类别 | 類別 | 商品分类 | 商品分類 | 产品分类 | 產品分類 | 产品类别 | 產品類別 | 商品类别",
        "ko": "카테고리 | 분류",
    },
    "subcategory": {
        "en": "Subcategories | Subcategory name | Product subcategory | Secondary category | Child category"
        " | Category 2 | Category level 2 | Product category 2 | Subgroup | Product subgroup | Category L2"
        " | Subcategory 1 | Sub-categories",
        "de": "Unterkategorie | Unterkategorien | Subkategorie | Unterwarengruppe | Untergruppe | Kategorie 2"
        " | Kategorie Ebene 2 | Produktuntergruppe",
        "fr": "Sous-catégorie | Sous-catégories | Sous-famille | Sous-familles | Sous-rayon | Catégorie 2"
        " | Sous catégorie 1",
        "es": "Subcategoría | Subcategorías | Subfamilia | Subrubro | Subgrupo | Categoría 2",
        "it": "Sottocategoria | Sottocategorie | Sottofamiglia | Sottogruppo | Categoria 2",
        "nl": "Subcategorie | Subcategorieën | Subgroep",
        "pt": "Subcategoria | Subcategorias | Subfamília | Subgrupo",
        "pl": "Podkategoria | Podkategorie | Podgrupa",
        "ja": "サブカテゴリ | サブカテゴリー | 中分類 | 中カテゴリ | 小カテゴリ | 小カテゴリー",
        "sv": "Underkategori | Underkategorier | Undergrupp",
        "da": "Underkategori | Underkategorier | Undergruppe",
        "cs": "Podkategorie",
        "sk": "Podkategória",
        "fi": "Alakategoria",
        "hu": "Alkategória",
        "ro": "Subcategorie",
        "ru": "Подкатегория | Подкатегории | Подгруппа",
        "uk": "Підкатегорія | Підкатегорії | Підгрупа",
        "tr": "Alt Kategori | ALT KATEGORİ",
        "zh": "子分类 | 子分類 | 子类别 | 子類別 | 二级分类",
    },
    "description": {
        "en": "Body (HTML) | Body HTML | Body | Product description | Description (HTML) | HTML description"
        " | Description long | Long description | Full description | Detailed description | Extended description"
        " | Listing description | Product long description | Product full description | Long desc | Post content"
        " | *Description | translations.DEFAULT.description | Product desc | Product desc. | Product details",
        "de": "Beschreibung | Produktbeschreibung | Artikelbeschreibung | Langbeschreibung | Lange Beschreibung"
        " | Beschreibung lang | Ausführliche Beschreibung | Detailbeschreibung | Langtext | Artikellangtext"
        " | Produkttext | Beschreibungstext",
        "fr": "Description longue | Description détaillée | Description complète | Description du produit"
        " | Description produit | Description de l'article | Description de l’article | Descriptif"
        " | Descriptif produit | Descriptif long",
        "es": "Descripción | Descripción del producto | Descripción de producto | Descripción producto"
        " | Descripción larga | Descripción completa | Descripción detallada",
        "it": "Descrizione | Descrizione prodotto | Descrizione del prodotto | Descrizione lunga"
        " | Descrizione completa | Descrizione estesa | Descrizione dettagliata",
        "nl": "Omschrijving | Beschrijving | Productomschrijving | Productbeschrijving | Lange omschrijving"
        " | Lange beschrijving | Uitgebreide omschrijving | Uitgebreide beschrijving",
        "pt": "Descrição | Descrição do produto | Descrição produto | Descrição completa | Descrição detalhada"
        " | Descrição longa",
        "pl": "Opis | Opis produktu | Opis towaru | Opis oferty | Długi opis | Opis długi | Pełny opis"
        " | Opis szczegółowy",
        "ja": "商品説明 | 商品説明文 | 商品の説明 | 商品説明(詳細) | 商品詳細 | 商品詳細説明 | 説明 | 説明文"
        " | 詳細説明 | PC用商品説明文",
        "sv": "Beskrivning | Produktbeskrivning | Lång beskrivning",
        "da": "Beskrivelse | Produktbeskrivelse | Varebeskrivelse | Lang beskrivelse",
        "cs": "Popis | Popis produktu | Popis zboží | Dlouhý popis | Podrobný popis",
        "sk": "Podrobný popis",
        "fi": "Kuvaus | Tuotekuvaus | Tuotteen kuvaus",
        "hu": "Leírás | Termékleírás | Hosszú leírás",
        "ro": "Descriere | Descriere produs | Descrierea produsului",
        "ru": "Описание | Описание товара | Полное описание | Подробное описание | Описание полное",
        "uk": "Опис | Опис товару | Повний опис",
        "tr": "Açıklama | Ürün Açıklaması | Ürün Açıklama",
        "zh": "描述 | 商品描述 | 产品描述 | 產品描述 | 商品说明 | 商品說明 | 产品说明 | 產品說明 | 商品详情",
        "ko": "상품설명 | 상세설명",
    },
    "image_url": {
        "en": "Image | Images | Img | Image link | Image links | Image src | Image source | Image URLs | Image address"
        " | Image URL 1 | Image 1 | Image link 1 | Image URL (Import) | Link to image | Main image | Main image URL"
        " | Main image link | Base image | Primary image | Primary image URL | Featured image | Cover image"
        " | First image | Detailed image | Product image | Product images | Product image 1 | Product image URL"
        " | Product image URL 1 | Product image link | Product media main image URL | cover.media.url"
        " | Cover media URL | Picture | Pictures | Picture 1 | Picture URL | Picture link | PicURL | Photo | Photos"
        " | Photo 1 | Photo URL | Photo link | Product photo | Product picture | Item photo URL | Item image"
        " | Images URL | Picture URLs | Main picture | Main photo | Image (URL) | Img URL | Hosted image URLs",
        "de": "Bild | Bilder | Bild-URL | Bild-URLs | Bilder-URL | Bildlink | Bild-Link 1 | Bild 1 | Bild-URL 1"
        " | Bildadresse | Hauptbild | Hauptbild-URL | Produktbild | Produktbild 1 | Produktbild-URL | Produktbilder"
        " | Artikelbild | Artikelbild-URL | Artikelbilder | Link zum Bild | Foto | Fotos | URL Bild | Produktfoto",
        "fr": "URL image | URL images | URL de l'image | URL de l’image | URL des images | Image principale"
        " | Image du produit | Image produit | Images du produit | Images produit | Lien image | Lien de l'image"
        " | Lien de l’image | Photo produit | Photo du produit | Photo principale | URL photo | Lien photo | Visuel"
        " | Visuel produit | Lien vers l'image | Lien vers l’image | URL de la photo | Lien de la photo",
        "es": "Imagen | Imágenes | Imagen 1 | Imagen URL | Imagen principal | Imagen producto | Imagen del producto"
        " | Imágenes del producto | URL imagen | URL de imagen | URL de la imagen | URL imágenes | URL de imágenes"
        " | URL de las imágenes | Enlace imagen | Enlace de imagen | Enlace de la imagen | Link imagen | URL foto"
        " | Foto URL | URL de la foto",
        "it": "Immagine | Immagini | Immagine 1 | Immagine principale | Immagine prodotto | Immagine del prodotto"
        " | Immagini prodotto | URL immagine | URL immagini | URL dell'immagine | URL dell’immagine | Link immagine"
        " | Foto prodotto",
        "nl": "Afbeelding | Afbeeldingen | Afbeelding 1 | Afbeelding URL | Afbeeldings-URL | Afbeelding link"
        " | Afbeeldingslink | URL afbeelding | Link afbeelding | Hoofdafbeelding | Productafbeelding"
        " | Productafbeeldingen | Foto-URL",
        "pt": "Imagem | Imagens | Imagem 1 | Imagem principal | Imagem do produto | Imagens do produto | URL imagem"
        " | URL da imagem | URL das imagens | Link imagem | Link da imagem | URL imagens externas",
        "pl": "Zdjęcie | Zdjęcia | Zdjęcie 1 | Zdjęcie główne | Główne zdjęcie | Zdjęcie produktu | Zdjęcia produktu"
        " | URL zdjęcia | Adres zdjęcia | Adres URL zdjęcia | Link do zdjęcia | Obraz | Obrazy | Obrazek"
        " | Link do obrazka | Obrazki",
        "ja": "画像 | 画像1 | 画像URL | 画像リンク | 商品画像 | 商品画像1 | 商品画像URL | メイン画像 | メイン画像URL",
        "sv": "Bildlänk | Produktbild",
        "da": "Billede | Billeder | Billede URL | Billed-URL | Billedlink | Produktbillede",
        "no": "Bilde | Bilde-URL | Produktbilde",
        "cs": "Obrázek | Obrázky | URL obrázku | Hlavní obrázek | Fotografie",
        "sk": "Obrázok | Obrázky",
        "fi": "Kuva | Kuvat | Kuvan URL | Tuotekuva",
        "hu": "Kép | Képek | Kép URL | Termékkép",
        "ro": "Imagine | Imagini | URL imagine | Imagine principală",
        "ru": "Изображение | Изображения | Изображение товара | Ссылка изображения | Ссылка на изображение | Картинка"
        " | Картинки | Фото | Фото товара | Главное фото | Ссылка на фото | Ссылка на главное фото",
        "uk": "Зображення | Зображення товару | Посилання зображення | Посилання на зображення | Фото"
        " | Посилання на фото",
        "tr": "Resim | RESİM | Resim URL | Resim 1 | Görsel | Görsel URL | Ürün Resmi | Ürün Görseli | Görsel 1",
        "zh": "图片 | 圖片 | 图片链接 | 圖片連結 | 图片地址 | 图片URL | 圖片URL | 主图 | 主圖 | 商品图片 | 商品圖片"
        " | 产品图片",
        "ko": "이미지 | 상품이미지",
    },
}
