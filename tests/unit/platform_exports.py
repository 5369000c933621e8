"""Small exports in the documented formats of shop platforms, with products of our own, and what their headers mean."""

import csv
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

Meant = Mapping[str, str]


class Export(NamedTuple):
    """`meant` is our column → the header for it, of columns that no header names; `doubles` are headers that serve a
    second column, too."""

    header: str
    rows: Sequence[str]
    meant: Meant
    doubles: Meant = MappingProxyType({})
    delimiter: str = ","

    @property
    def content(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter)
        writer.writerow(self.header.split("|"))
        writer.writerows(row.split("|") for row in self.rows)
        return text.getvalue()


SHOPIFY = Export(
    "Handle|Title|Body (HTML)|Vendor|Product Category|Type|Tags|Published|Option1 Name|Option1 Value|Variant SKU"
    "|Variant Grams|Variant Inventory Tracker|Variant Inventory Qty|Variant Inventory Policy"
    "|Variant Fulfillment Service|Variant Price|Variant Compare At Price|Variant Requires Shipping|Variant Taxable"
    "|Variant Barcode|Image Src|Image Position|Image Alt Text|Gift Card|SEO Title|SEO Description"
    "|Google Shopping / Google Product Category|Google Shopping / Gender|Variant Image|Variant Weight Unit"
    "|Variant Tax Code|Cost per item|Price / International|Compare At Price / International|Status",
    [
        f"cap-{name}|Cap {name.title()} soft|<p>A soft cap.</p>|Nordwood|Clothing|Caps|wool, warm|TRUE|Size|{size}"
        f"|CAP-{number}|{120 + number}|shopify|{number % 7 + 3}|deny|manual|{19 + number}.90|29.90|TRUE|TRUE"
        f"|40063813339{number}{check}|https://shop.example/{name}.jpg|{at}|A cap|FALSE|Cap|Soft cap|Clothing|unisex"
        f"|https://shop.example/{name}-{size}.jpg|g||8.10|||active"
        for name, size, number, check, at in [
            ("alba", "S", 10, "", 1), ("alba", "M", 11, "", 2), ("bora", "S", 12, "", 1), ("cosi", "L", 13, "", 1),
        ]
    ],
    {},
    {"vendor_product_id": "Variant SKU"},
)  # fmt: skip

SHOPIFY_2024 = Export(
    "Title|URL handle|Description|Vendor|Product category|Type|Tags|Published on online store|Status|SKU|Barcode"
    "|Option1 name|Option1 value|Price|Compare-at price|Cost per item|Charge tax|Unit price total measure"
    "|Unit price base measure|Inventory tracker|Inventory quantity|Continue selling when out of stock"
    "|Weight value (grams)|Weight unit for display|Requires shipping|Fulfillment service|Product image URL"
    "|Image position|Image alt text|Variant image URL|Gift card|SEO title|SEO description",
    [
        f"Mug {name}|mug-{name}|A mug of stoneware.|Potter|Home|Mugs|new|TRUE|Active|MUG-{number}"
        f"|{4000000000000 + number}|Colour|{name}|{number}.50||4.20|TRUE|||shopify|{number * 3 % 11}"
        f"|DENY|{300 + number}|g|TRUE|manual|https://shop.example/mug-{number}.png|1|Mug||FALSE|Mug|Stoneware"
        for number, name in enumerate(["Red", "Blue", "Grey", "Moss"], 12)
    ],
    {},
    {"vendor_product_id": "SKU"},
)

WOOCOMMERCE = Export(
    "ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Published|Is featured?|Visibility in catalog|Short description"
    "|Description|Date sale price starts|Date sale price ends|Tax status|Tax class|In stock?|Stock|Low stock amount"
    "|Backorders allowed?|Sold individually?|Weight (kg)|Length (cm)|Width (cm)|Height (cm)|Allow customer reviews?"
    "|Purchase note|Sale price|Regular price|Categories|Tags|Shipping class|Images|Download limit|Parent|Upsells"
    "|External URL|Position|Attribute 1 name|Attribute 1 value(s)|Attribute 1 visible",
    [
        f"{number}|simple|TEA-{number}||Tea no {number} green|1|0|visible|Fine tea.|Tea from a hill.|||taxable||1"
        f"|{number % 9}|2|0|0|0.25|10|6|15|1||9.90|12.50|Home|tea||https://shop.example/tea-{number}.jpg|||||0|Size|S|1"
        for number in (301, 302, 307, 311)
    ],
    {"vendor_product_id": "ID"},
)

PRESTASHOP = Export(
    "Product ID|Image|Name|Reference|Category|Price (tax excl.)|Price (tax incl.)|Quantity|Status|Position",
    [
        f"{number}|https://shop.example/img/{number}.jpg|Lampe Nord {number}|LMP_{number}|Home|{number},00"
        f"|{number},{number}|{number * 7 % 40}|1|{at}"
        for at, number in enumerate((21, 22, 25, 30))
    ],
    {"price": "Price (tax incl.)"},
    delimiter=";",
)

MAGENTO = Export(
    "sku|store_view_code|attribute_set_code|product_type|categories|product_websites|name|description"
    "|short_description|weight|product_online|tax_class_name|visibility|price|special_price|special_price_from_date"
    "|url_key|meta_title|meta_keywords|meta_description|base_image|base_image_label|small_image|thumbnail_image"
    "|created_at|updated_at|new_from_date|msrp_price|country_of_manufacture|additional_attributes|qty"
    "|out_of_stock_qty|use_config_min_qty|is_qty_decimal|allow_backorders|min_cart_qty|max_cart_qty"
    "|notify_on_stock_below|manage_stock|qty_increments|is_in_stock|website_id|related_skus|additional_images",
    [
        f"24-MB{number}||Bag|simple|Default Category/Clothing|base|Bag {number} for travel|<p>A bag.</p>|Bag|0.5|1"
        f"|Taxable Goods|Catalog, Search|{number}.00||10/1/26|bag-{number}|Bag|bag|A bag|/m/b/mb{number}.jpg|Bag"
        f"|/m/b/s.jpg|/m/b/t.jpg|10/1/26|10/2/26|||DE|colour=red|{number * 13 % 90}|0|1|0|0|1|10000|1|1|1|1|0||"
        for number in (31, 34, 35, 39)
    ],
    {},
    {"vendor_product_id": "sku"},
)

BIGCOMMERCE = Export(
    "Item|ID|Name|Type|SKU|Options|Inventory Tracking|Current Stock|Low Stock|Price|Cost Price|Retail Price|Sale Price"
    "|Brand ID|Channels|Categories|Description|Custom Fields|Page Title|Product URL|Meta Description|Search Keywords"
    "|Weight|Width|Height|Depth|Is Visible|Is Featured|Warranty|Tax Class|Product Condition|Sort Order|UPC/EAN"
    "|Manufacturer Part Number|Free Shipping|Image URL (Import)|Image Description|Image is Thumbnail|Image Sort Order",
    [
        f"Product|{number}|Chair {number} oak|physical|CHR-{number}||product|{number % 6}|1|{number}.00|40.00"
        f"|119.00|0.00|34|1|18;23|<p>Oak.</p>|||/chair-{number}/|Oak chair|chair|5.5|40|90|45|TRUE|FALSE||0|New|0|"
        f"|MP-{number}|FALSE|https://shop.example/chair-{number}.jpg|Chair|TRUE|0"
        for number in (77, 78, 81, 86)
    ],
    {"vendor_product_id": "ID", "compare_at_price": "Retail Price"},
)

SHOPWARE = Export(
    "id|parent_id|product_number|active|stock|name|description|price_net|price_gross|purchase_prices_net"
    "|purchase_prices_gross|tax_id|tax_rate|tax_name|cover_media_id|cover_media_url|cover_media_title|cover_media_alt"
    "|manufacturer_id|manufacturer_name|categories|sales_channel|propertyIds|optionIds",
    [
        f"{number:032x}||SW-{number}|1|{number % 8}|Kanne {number} blau|Eine Kanne.|{number}.16|{number}.90|5.00|5.95"
        f"|{7:032x}|19|Standard|{number + 9:032x}|https://shop.example/{number}.jpg|Kanne|Kanne|{3:032x}|Tonwerk|Home"
        f"|{1:032x}:30||"
        for number in (10018, 10025, 10031, 10044)
    ],
    {"vendor_product_id": "id"},
    delimiter=";",
)

ODOO = Export(
    "External ID|Name|Internal Reference|Barcode|Sales Price|Cost|Product Category|Quantity On Hand"
    "|Forecasted Quantity|Unit of Measure|Weight|Can be Sold|Active",
    [
        f"__export__.product_template_{number}_a{number}f|Desk {number} pine|FURN_{number}|{6016478556000 + number}"
        f"|{number}.50|300.00|Home|{number * 3 % 17}|{number % 5}|Units|12.5|True|True"
        for number in (450, 461, 475, 488)
    ],
    {"vendor_product_id": "External ID"},
)

ODOO_TECHNICAL = Export(
    "id|name|default_code|barcode|list_price|standard_price|categ_id/id|type|qty_available|virtual_available"
    "|uom_id/id|weight|sale_ok|active",
    [
        f"product_{number}|Desk {number} pine|FURN_{number}||{number}.50|300.00|product.category_{number % 2}|consu"
        f"|{number * 3 % 17}|{number % 5}|uom.product_uom_unit|12.5|True|True"
        for number in (450, 461, 475, 488)
    ],
    {"vendor_product_id": "id", "price": "list_price"},
)


def _foreign(header: str, meant: Meant, doubles: Meant) -> Export:
    rows = [
        f"OAK-{number}|Kauha tammea {number}|{category}|{number}.50|{number * 7 % 23}|https://shop.example/{number}.jpg"
        for number, category in [(3, "Home"), (8, "Clothing"), (14, "Home"), (21, "Home"), (22, "Home"), (37, "Home")]
    ]
    return Export(header, rows, meant, doubles)


LETTERS = _foreign(
    "A|B|C|D|E|F",
    {"sku": "A", "product_name": "B", "category": "C", "price": "D", "stock_quantity": "E", "image_url": "F"},
    {"vendor_product_id": "A"},
)
GREEK = _foreign(
    "Κωδικός|Είδος|Ομάδα|Τιμή|Απόθεμα|Φωτογραφία",
    {
        "sku": "Κωδικός", "product_name": "Είδος", "category": "Ομάδα", "price": "Τιμή", "stock_quantity": "Απόθεμα",
        "image_url": "Φωτογραφία",
    },
    {"vendor_product_id": "Κωδικός"},
)  # fmt: skip

EXPORTS = {
    "Shopify": SHOPIFY, "Shopify of 2024": SHOPIFY_2024, "WooCommerce": WOOCOMMERCE, "PrestaShop": PRESTASHOP,
    "Magento": MAGENTO, "BigCommerce": BIGCOMMERCE, "Shopware": SHOPWARE, "Odoo": ODOO,
    "Odoo, technical names": ODOO_TECHNICAL, "letters": LETTERS, "Greek": GREEK,
}  # fmt: skip
