-- What a new local stack starts with: four vendors, one of them inactive, and the categories.
INSERT INTO vendors (vendor_id, vendor_name, email, status) VALUES
    ('VEND001', 'TechGear',       'contact@techgear.com', 'active'),
    ('VEND002', 'StyleWear',      'sales@stylewear.com',  'active'),
    ('VEND003', 'HomeEssentials', 'info@homeess.com',     'active'),
    ('VEND004', 'OldStock',       'hello@oldstock.com',   'inactive')
ON CONFLICT DO NOTHING;

INSERT INTO product_categories (category_name, description) VALUES
    ('Electronics',          'Audio, video, phones and other devices'),
    ('Computer Accessories', 'Keyboards, mice, cables, docks, stands'),
    ('Clothing',             'Garments for women, men and children'),
    ('Shoes',                'Footwear of every kind'),
    ('Jewellery & Watches',  'Rings, necklaces, watches'),
    ('Home & Kitchen',       'Cookware, textiles, storage, decoration'),
    ('Furniture',            'Tables, chairs, shelves, beds'),
    ('Garden & Outdoor',     'Tools, plants, barbecue, camping'),
    ('Tools & Hardware',     'Hand and power tools, fixings'),
    ('Health & Beauty',      'Care, cosmetics, wellness'),
    ('Sports & Fitness',     'Equipment and clothing for sport'),
    ('Toys & Games',         'Toys, puzzles, board games'),
    ('Baby & Child',         'Everything for the youngest'),
    ('Books',                'Printed books'),
    ('Office Supplies',      'Paper, pens, organisation'),
    ('Food & Beverages',     'Groceries, drinks, sweets'),
    ('Pet Supplies',         'Food and accessories for animals'),
    ('Automotive',           'Parts, care and accessories for vehicles'),
    ('Music & Instruments',  'Records, instruments, sheet music'),
    ('Arts & Crafts',        'Paint, yarn, paper, craft kits')
ON CONFLICT DO NOTHING;
