"""Words of shops in many languages, and the encodings that each of them is written in."""

WORDS: dict[str, str] = {
    "German": "Größe Löffel Käse Schüssel Möbel Geschirrspüler Müsli Straßenschuhe Gürtel Kühlschrank Tür Bücherregal"
    " Schlüsselanhänger Holzlöffel Gemüsebürste Wäschekorb Küchenmesser Überwurf Öllampe Äpfel Süßigkeiten Weißwein",
    "French": "Théière Crème brûlée Pâté Forêt Fenêtre Clé Cuillère Étagère Bougie parfumée Écharpe Sèche-cheveux Poêle"
    " Bûche Coffret cadeau Mètre Évier Vélo Garçon Façade Hôtel Maïs Décoration Élégant",
    "Spanish": "Cuchara de niño Jabón Algodón Sartén Cinturón Sillón Árbol Champú Cámara Teléfono Piñata Año Tamaño"
    " Español Móvil Lámpara Cojín Camión Azúcar Café",
    "Portuguese": "Pão Algodão Balcão Maçã Coração Óleo Chá Açúcar Lençol Sabão Calças Tênis Mesa de centro Cartão"
    " Limão Fogão Água Relógio Ímã Avô",
    "Italian": "Caffè Tè Qualità Novità Bontà Città Virtù Più Perché Papà Comodità Utilità Casa Libertà Tiramisù",
    "Dutch": "Geïsoleerde fles Crème Café Ideeën Reünie Coöperatie Zoölogie Financiële Geïmpregneerd Één Privé",
    "Swedish": "Kaffebryggare Träsked Mjölk Sänglampa Bokhylla Byrå Soffbord Höstjacka Blå tröja Röd kjol Stövlar Kök"
    " Påslakan Örngott Ägg Ål Skål",
    "Danish": "Træske Bøger Sølvring Køkkenkniv Blå kjole Grøn trøje Støvler Hørklæde Æbler Smør Rødvin Lågeskab Øl",
    "Norwegian": "Treskje Bøker Sølvring Kjøkkenkniv Blå kjole Grønn genser Støvler Hårbørste Epler Smør Rødvin Ål Øre",
    "Finnish": "Puulusikka Kääpiö Keittiöveitsi Sininen mekko Vihreä villapaita Hääpuku Pöytä Lämpömittari",
    "Polish": "Łyżka drewniana Źródło światła Żarówka Książka Dżinsy Rękawiczki Słuchawki bezprzewodowe Krzesło Półka"
    " Poduszka ozdobna Świeca Ręcznik kąpielowy Spódnica Kurtka zimowa Buty męskie",
    "Czech": "Dřevěná lžíce Židle Stůl Šátek Košile Kuchyňský nůž Hrnek Lampička Čajová konvice Ručník Polštář Kniha"
    " Sluchátka Zimní bunda Dámské boty Řetízek",
    "Slovak": "Drevená lyžica Stolička Kuchynský nôž Šatka Košeľa Čajník Uterák Vankúš Slúchadlá Zimná bunda Dámske"
    " topánky Retiazka Žiarovka Ťažidlo",
    "Hungarian": "Fakanál Könyv Szőnyeg Gyűrű Hűtőszekrény Cipő Kötő Fülhallgató Törölköző Párna Bögre  Női ruha"
    " Tükör Bőrönd Kerékpár Üveg",
    "Romanian": "Lingură de lemn Pernă Cană Şosete Ţesătură Mănuşi Cămaşă Oglindă Geantă Brăţară Lumânare Încălţăminte",
    "Croatian": "Žlica Čarape Šalica Košulja Ručnik Jastuk Ćup Đačka torba Svijećnjak Naušnice Haljina Cipele Knjiga",
    "Turkish": "Ahşap kaşık Yağmurluk Çaydanlık Şapka Ayakkabı Gömlek İğne Kışlık mont Bıçak Yastık Işık Çanta Düğme",
    "Lithuanian": "Medinis šaukštas Žvakė Kėdė Šalikas Pirštinės Batai Lėkštė Puodelis Rankšluostis Pagalvė Žiedas"
    " Auskarai Švyturys Ąžuolas Ėdalas Įdėklas Ūkis",
    "Latvian": "Koka karote Svece Krēsls Šalle Cimdi Šķīvis Dvielis Spilvens Gredzens Ķiveres Žakete Galdauts Ļoti",
    "Russian": "Ложка деревянная Кеды синие Ботинки зимние Шапка Клавиатура Наушники беспроводные Чашка Подушка Свеча"
    " Полотенце Рубашка мужская Платье Сковорода Куртка",
    "Ukrainian": "Ложка дерев’яна Кросівки сині Черевики зимові Шапка Клавіатура Навушники бездротові Чашка Подушка"
    " Свічка Рушник Сорочка чоловіча Сукня Пательня Куртка",
    "Bulgarian": "Дървена лъжица Обувки зимни Шапка Клавиатура Слушалки безжични Чаша Възглавница Свещ Кърпа Риза мъжка"
    " Рокля Тиган Яке Чанта",
    "Greek": "Ξύλινο κουτάλι Παπούτσια Καπέλο Πληκτρολόγιο Ακουστικά ασύρματα Φλιτζάνι Μαξιλάρι Κερί Πετσέτα Πουκάμισο"
    " Φόρεμα Τηγάνι Μπουφάν Τσάντα",
    "Hebrew": "כפית עץ נעליים כובע מקלדת אוזניות אלחוטיות ספל כרית נר מגבת חולצה שמלה מחבת מעיל תיק",
    "Arabic": "ملعقة خشبية حذاء قبعة كوب أزرق كبير وسادة شمعة منشفة قميص فستان مقلاة سترة حقيبة لوحة مفاتيح سماعات",
    "Thai": "ช้อนไม้ ถ้วยสีฟ้า รองเท้า หมวก แป้นพิมพ์ หูฟังไร้สาย หมอน เทียน ผ้าเช็ดตัว เสื้อเชิ้ต กระโปรง กระทะ",
    "Japanese": "木のスプーン ガラスのコップ 防水リュック 革靴 帽子 キーボード 枕カバー キャンドル"
    " タオルセット 綿シャツ フライパン 冬用ジャケット",
    "Korean": "나무 숟가락 유리컵 방수배낭 가죽신발 모자 키보드 무선이어폰 베개 양초 수건세트 면셔츠 원피스",
    "Simplified Chinese": "木汤匙 玻璃杯 防水背包 真皮皮鞋 帽子 机械键盘 无线耳机 枕头 香薰蜡烛 毛巾套装 纯棉衬衫",
    "Traditional Chinese": "木湯匙 玻璃杯 防水背包 真皮皮鞋 帽子 機械鍵盤 無線耳機 枕頭 香氛蠟燭 毛巾套組 純棉襯衫",
}
_WEST = ("cp1252", "cp850", "mac_roman")
_CENTRAL = ("cp1250", "iso8859_2", "cp852")
_CYRILLIC = ("cp1251", "koi8_u", "iso8859_5", "cp866", "mac_cyrillic")
ENCODINGS: dict[str, tuple[str, ...]] = {
    "German": (*_WEST, "cp437"),
    **dict.fromkeys(("French", "Spanish", "Portuguese", "Italian", "Dutch"), _WEST),
    **dict.fromkeys(("Swedish", "Danish", "Norwegian", "Finnish"), _WEST),
    **dict.fromkeys(("Polish", "Czech", "Slovak", "Hungarian", "Romanian", "Croatian"), _CENTRAL),
    "Turkish": ("cp1254", "cp857"),
    "Lithuanian": ("cp1257",),
    "Latvian": ("cp1257",),
    "Russian": _CYRILLIC,
    "Ukrainian": ("cp1251", "mac_cyrillic"),
    "Bulgarian": ("cp1251", "iso8859_5", "cp866"),
    "Greek": ("cp1253", "iso8859_7", "cp737"),
    "Hebrew": ("cp1255", "cp862"),
    "Arabic": ("cp1256", "iso8859_6"),
    "Thai": ("cp874",),
    "Japanese": ("cp932", "euc_jp"),
    "Korean": ("cp949",),
    "Simplified Chinese": ("gb18030",),
    "Traditional Chinese": ("cp950",),
}
