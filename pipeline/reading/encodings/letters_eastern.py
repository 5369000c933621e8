"""How likely one letter follows another, in languages written in the Latin alphabet that windows-1252 cannot hold.

For each language and each cost in bits (the logarithm of how rare a pair is), all such pairs in one string;
`_` is the beginning or end of a word. Only pairs with a non-ASCII letter are listed. Measured over the 20,000 most
frequent words of each language.
"""

EASTERN: dict[str, dict[int, str]] = {
    "Polish": {
        1: "ć_ą_ę_ówńs",
        2: "łał_łoścżeżyń_ńcźnź_",
        3: "jąącórśćądś_ędęcż_ślśwżnża",
        4: "ałłełyjęługłękętółśmólśródśnójóbóżżoźdźrźlźcźćźm",
        5: "ięośaćróząsłtóyłużkómóbęgóątępązłąócężągżsęśąćżdążżkżlźw",
        6: "iąiłićażzęeśożołnązłeżyćtęwłpóyśkłdłwópłląkąkęłółnłklębóęłęsgęęzęgąłżąhęębóthłógęćżcźb",
        7: "_ś_żańeńręiśońećnęsącódęwątądąsóyżrąułwędómędźjśmłłębąłbłcgąbłąpąsóźżbhóózżuósśpęlźń",
        8: "aśełiżcąnótłcęmąpękżuśłpłtjóżęókżóćwćmśb",
        9: "_łióeźaźińzósęrłdżmśućłmłgłżąśąkęźhśąbćbfęfąńb",
        10: "oćnżwścłlółsłdęwópóćżiąwćdfó",
        11: "_źrżrćyńyźrśkśpąłzhążmśń",
    },
    "Czech": {
        1: "í_é_řeý_ů_ň_ť_ď_ón",
        2: "ě_říčeřižešíýcšežiúsťaólód",
        3: "nípřá_ráímáljíánělčnětž_éhčiémčíýmštčažíš_ůsůžúčútňuňoďt",
        4: "něnávěvátěměvýděíckéávátvízáámádkáítcíásěnějběěkšižnškčkšlčtždůmůlůvúpúřúdúrúvúzňsňkďaórťoďmó_óz",
        5: (
            "nénýlátítřdákýtámídívélímáíkužléázísácháíhílínákzíárěsědbíášěžěrěmřájšyšěcč_šnénčářař_žáývčlérýrýsýš"
            "ůjůzšašpýzgáúkúnúžňtťuňůťáňaďáťt"
        ),
        6: (
            "_čečožočačsíažvšešičtérůušpěídívmůdůučišrépůírrýpákůpíízméářážápíšáhbýěřězěhájjábřěvbáyžžožsétžkékýh"
            "žuýtýdžaýbšťýkčořsžbédšuššůbůdůrfáfégóúmúlťkďkótóg"
        ),
        7: (
            "_ú_ž_š_řořežaštýeřlýařtůižiávůížsáržíbdévříčípdřířábmýpšíjhécůhůáčěšhýzůyřbčzřčuéčžščůésélýpýnšvčršo"
            "ýjůkšéýlůcúcúhú_"
        ),
        8: "ošnčtšlůnůlšrčdýkřršmžiívčsůvžuáhřmřěčjůyčzšzójčěpřuřořnčséžéfřképžlřůéřžňžcžtžůůčůnůřůhgégůújxí",
        9: "eňnžiéeáeďdškčuřdčkžiřsépécéuďbůjďhžbéěďzúyťézčbšcčcýuřbýžřmýčévůtfóůňúb",
        10: "oňaňnšaťlčkósťsýíňmóuťzéěťzýzčbššáčmžmécžďéššsgřgí",
        11: "lžlňsčjúřtčvčdčpébýřůš",
    },
    "Slovak": {
        1: "ť_é_ý_ďaĺžŕtŕň",
        2: "á_í_ýcú_žičišičnžeéhľaôžôsň_ňaónď_äčätórĺb",
        3: "ávčazáštýmímšečeťašíľkľuľ_ľoôvôlňoópňuäzódäť",
        4: "nánýnérávýácálkýjúárátádánámásícísčoíkínívčíúčž_úcúsškžnítšaémždútúpúržíérš_údľnôrôzôjógä_ĺňĺpŕdŕm",
        5: (
            "aťníiťočrísťlátákákéváužmátísúdáháázákyščkšlíršpšnčšýsývšočlúťťoízýržač_žkúzžožsúkénžuľmľsľúgóľvgáľb"
            "ôcôbôdólóbďoómďžäsďmďtĺnŕč"
        ),
        6: (
            "_č_šeľačožažnúečtýtúkúičvšrýlívétérévíväpômôdípásílédôášpízíápjšážušhľučájáčhýjíábáhípbáýbýšbíýkýzíd"
            "čuílúžššúšíššťúbúvúlýtšučtížžbúnžšétfóféfáôkózňhäd"
        ),
        7: "_ú_žežešašoľiáeňlýnčišdúlúrčpšmíuálšcídýmäpäbýhéáľyťíťíjbčzóýžýnýlýhyčíčíbúhédúmšhžňúfôtôňótôľďuócófäk",
        8: (
            "_ľeťošeďnšižrúiíróaľržtórškôdňdľlódévôsácúuťcédšmúpýzšzťuďáuzúcťjázýjčbľýpíľyžžmécčúčsčbžlšvžtšľézgé"
            "fľfíľňľčôhó_ôpxíňm"
        ),
        9: "_ďnžiórôiévčkósédĺvúmévďvždčkľmýkžhškíkčmňmóuľbúhúhíáťbéyňíháďčršéšmšsžééfťužáčmťrégťmýťťdékľtľrôšôm",
        10: "_ťeáaňaďoďoňrťkňmŕpňtňsôpúvňmžhŕhĺzľzéíďžďšáčňéžýdýužcžľľšľg",
        11: "_ňnósľmšlňlôpémčpľhôzňbšbäťfžr",
    },
    "Hungarian": {
        1: "ülít",
        2: "áló_ő_ű_ú_",
        3: "ésáráséránátégélénvávéjáörözönólötölőlősírünívükújúlútúgűnűvűk",
        4: "tálákökézámáágétráméékzéépábhábádéövösökpáféőtóbínőkósórőrókótódügízígütúsúrűsűl",
        5: "_étésélénésálőnáákréámkágárógéévázzídőzüzödáézébyápéjöjóyéöbhíhéjéfőődőbföőzpíóncéógüzímőiőníjúzűeűzúnűr",
        6: (
            "_átötótőlórüküzőzóiórőműájiáé_émácádéddöávbódódíbővőbépübíyíyüödvífüömögőjózővfáójcíjüőejúóvuáópílói"
            "üsóaürüvísúcúkűtűjűb"
        ),
        7: "_önősőnötüsíkírölílöá_gígórűmómúmígöyőyűyöéhéjhóhúyóvüyúvöőmcáófőaómpőőfócípüdícúdúbűhűg",
        8: "_ú_ü_ítílütűsüsútúkósósörúiéápgőgübözúécdübühőhübűpóhöőpöcőgümídíkűfűaúaúvűc",
        9: "_ó_őnüiúmökőáirínígúzűáugűbúvűhűpövóöhjűöpjífűpúöjfóőoühőíőáü_íb",
        10: "eánűnólúnúsűkúmüáhéiáfáadúö_fúóóőúí_őhúfúiúh",
        11: "eóáíáéóh",
    },
    "Romanian": {
        1: "ă_ţiînânştã_",
        2: "şi",
        3: "ărzăţeâtîm",
        4: "tăcănţătsăpămăţaţăgăvăbăşeşaârâmãrãc",
        5: "_îrăaţlănămâăţăsămdăfăvâţuş_şcşoşuâlâiâş",
        6: "eşiţcâcţăcălăiăuăzănădgâţ_fâbţîişnîljăxă",
        7: "_şaşeţtâişuţrţuşrâoţoşlţăppâăşpţzâîşîţâuâţşăît",
        8: "_ţuăsţmţăgăbşmhăhâ",
        9: "lânânşsâdâăvbâî_âdâsîs",
        10: "rşăjţâîrâz",
        11: "cîsîfãşbâ_",
    },
    "Croatian": {
        1: "đe",
        2: "štčečižežićećižaćađađu",
        3: "čkčašečnšašić_žn",
        4: "škšnš_čušlćužu",
        5: "ičučužuššćžbčlćnđi",
        6: "_čećišačašošočešržućč_šučjžjž_ždćođo",
        7: "_ž_šažožićađeđečršežpšdžčošošpžrčvžođ_",
        8: "ođoćaćižvšuđšvžlđsđm",
        9: "_ćrđrčpćjčkćžmžđ",
        10: "kšnčžvšmćk",
        11: "iđnđnžjšmč",
    },
    "Slovenian": {
        2: "čičežiže",
        3: "čačnškšeščšištžašažn",
        4: "č_čušnžbžj",
        5: "očičišjšužuččjušš_člšošlčrž_žu",
        6: "_č_šečačašežožošbččkšpčošjžkžo",
        7: "_žešržnčrškšzšhčžgžr",
        8: "ažižmšvčbššvšu",
        9: "nšvšrčlžpšdždšmččbžl",
        10: "čmšmžm",
        11: "nžčv",
    },
    "Turkish": {
        1: "î_",
        2: "ı_ınünğiğıörçeönâl",
        3: "sıdıtış_ürgöü_şaşıgüştşiçaüzçişeçıözğuölcıç_öyâyâ_ânâr",
        4: "rınılıırılımıkkıışyımıdüşlümülşmzıüşüküyğrpışkğlçoçlğeğaöğfıâkâm",
        5: "aş_çişıyıztüığmüuşyüısuğoğsüüsböbüşüşubızüücğüçmcüösçtçüötökjıâzâşâhâğ",
        6: "_ö_şağiğeğaçlüeşrüiçnüeçküsödöyöuçütüğüçgıhıhüödöpğ_çu",
        7: "_ürçrşköıpıdıcıtoşüpüvüdğmğdhççöömvüçbvığzövjü",
        8: "_ınçlçkçtöıftçüfübşçühşvşbhâşöşgşspüöşöbpçö_öçöcöffü",
        9: "kşıçkâşoşyşhhşçsvşğoçkföfç",
        10: "rönşlâıbıvmşoçşrüeçrğcçdğnfş",
        11: "nöıığsçgöh",
    },
    "Lithuanian": {
        1: "ų_ą_žičiį_ę_",
        2: "ėsė_šiūręs",
        3: "ėjškštbėžaūsįsūtūnįvūd",
        4: "nėdėlėdžėtjųbūšaėlžešvžužmžoūkąjįr",
        5: "ių_šištųrėtėkėmėmąužvėjąmųėmš_gėgųšešoėdžyėgščšyųjždšušlžnžkžvžtįtąsįmčeūlūpįgįžįkzė",
        6: "_ž_įažaštąeškšnųkųkąnąrąkūrūlųpėdųėkjūgąėnšsšėėryčėvbąbębųšmžsžėž_šrūšįdąžūzūgcūūmįpč_",
        7: "sąsėtūnįršežečrųnęsųtįnčlįląrįdąvųmūvąlęvęjįėžjėyššįšgyžžįšbšųąršūąlžąšnžųžrūčūvčazęzų",
        8: "ačiūičiąržtęučoškękįušdįmžjęlūmępągūpųpšėpdęgžvūgęėčšpšąėšųsąvšdąmžęūbū_įjįėčdzązūfų",
        9: "_čsčožsūręrčdūgįėzgššęžūžbžpžlžfąnąkįeįlįščoūžčučų",
        10: "_ūsįeįsęočnžlžpępūlčlšpįpžvįššbįšjžgąšcžądčąčyįafė",
        11: "iž_ėšžcė",
    },
    "Latvian": {
        1: "ģiķiče",
        2: "ā_ībšaūtļaņaūsņuļuču",
        3: "tānāāsārākjākāējvēītētīgzīērēlē_cīgāšišuūrņeņiūdļiņēžužažožāķežiķīģečači",
        4: "rīrāātājtīmāādāmlālīpēpāāldīlēdāīvvāījbāīsēmīdī_ēsbūzēšošāš_šķšīūkļāņšļoļ_ņāļūņožeķēžēķuģē",
        5: "mēnīācrēdēošāvīmīnēkvīēdjūīkīczābēīrcēēcēncāūpūvūzūšž_žīķaģīģuhāčāčūčo",
        6: "iņsātēeškškļmīānnēušāpmūlūēšīzzņīpīlbīēģēgēļgūšsšēšršvūlūnū_ūžūgūcļņļeļšļķfēžģžshīģaķāhēčp",
        7: "_šašsēsīaļeļtūežeņršrūdžāšāzpīīšgšjēīļēvgļēzšnšeūjūmņķļļņģļģžržņžūžkķoč_čs",
        8: "_ā_īažaņiāišuāsūābeāuļoņmšpūīņoģēpēķšņšlšmšpšdštšūņ_ūķļēņdļlfāņb",
        9: "_č_ē_ķ_ļ_ģiļeģrķuņāņtšnūtļāļuģāfāinšpšāarģoždūāgoļpņāžnčlšjīēžīžpļēbzšzūcūļfļvņpņsžvķsžnķ_žmķtķū",
        10: "_ž_ņač_ūiķižaķaģeķrņkūtņočužržāčmžpģīķbļjšgžēņbššjšgfīņrļkļjļcņmžb",
        11: "iģuķkņnžīčšļšzūļ",
    },
    "Vietnamese": {
        1: "ênônơnảnấtó_ânờiănìnớiầnị_ở_ềnể_ồnì_ònã_ựcứcổ_ùnủ_ủaử_ý_ỉ_ẽ_ằnữ_ừnỏ_ẻ_ừ_ũnẫnĩ_ễnỗ_ẩnỹ_ẳnũ_ỗiỷ_ỡ_ỳ_õ_è_ẵnỵ_",
        2: (
            "à_ànácánệnếnạiườạnếtốnốiậnảiôiả_ậtờnô_ệtâyộtềuắnợcínầuớcộnộ_í_ề_ụcậpự_ộiícâuơiúcắcểnụ_ọcờ_únứ_ọnămắt"
            "ổiợnọ_ặcồiứnịcểuãnởnặtữnữaổnồ_ù_ụnửaặnò_é_ỏiỉnétẩmừaépễ_ẹpằmĩnẹ_ĩaèoẫuỡnènõiỳnðạ"
        ),
        3: (
            "ượướươvàá_àiàoàyư_ế_áiátố_ạcốcệ_ấyêuộcónếuạtâmảoấnê_ơ_ốtêmớnệuấuấpú_óiútầmợ_ểmịnócọiãiắmởiúpầyựaủyắp"
            "ợtòaứaùaãyặpéoùiỏnẩuỏaẩyẹnỗnễmỡièmẫmẹoẹtðóðâðứðô"
        ),
        4: (
            "_điệiếiêlàuốđiđưđộyêáoyếbáưnàmvớạoápưaưởámếpảmạ_ệcệmệpậyóaếmấmậuảyợiìmítợpxáớ_ềmịaậmớpủnúiúaãoựnọaía"
            "ồmứuọtịtịuữuứtòiémửiénỏeũiễuửuẫyẻoýtõmõnðồðưðị"
        ),
        5: (
            "hưháhàcáiềiểoạoàrưmộlưlạuộđạoáyệmàuậsốbảđađóbàđásáđãbạđếvậđểđịđầđồdưyềđođâsẽđàdâdụvềbịkếbộbắđôđốđấđề"
            "áydàdựưuạmàudạvịvìáuếcômạyạpxưxãómxâớtótxảớmộpịpópúyơmụtủiựuụpụyìaùmùyợuụiặmòmỉaũyẽoẻmẳmẵm"
        ),
        6: (
            "hôhúhíhảhấhạhậhọhứhâhìhócóhốcủgưhếhủcảtạtưgàcôiácầuômạcưuấrámárêoảsựrấuảsửuálêmìđặuồmôđứyểuârìmặbốlớ"
            "đảdùlựlầlãvưsắsảkísưlâlábìdịvăbấvụđeđổbằvẫbêbóưỡđukỳvấkébévôvựbởbỏvừkêvòdẫvệvùxứxéxóxếxửxíấcxấxôxúốm"
            "ímọpộmậcãmụmúmừuécũaửnỉuỉmẽmẽnẻnõaỷu"
        ),
        7: (
            "nàhịhắhơhữhỏhầnótôhỉtốtừiảhụhéhờtátíhồhểhộcũhòiễtàtâtổgọcấtìcòtấcứcâcơcùuổcậrồrạràcốgắuầrúmắlýrịmưmớ"
            "mãrộmọrảlúlậlệmấoặrọmùrằrílộsârởlắsơmỹrốsóròuêsứđúuýrờuẩrầlịrậlấsĩlờmẹđơmụsàrắlòrừrẻbưyễđêmóđẹrụrăđủ"
            "bậđờđắlôbệsởlợđìđậbísúdầlílỗvũdòbọbổkểdọsạsôbãkýbồđọvợdấvádễvĩvâbùsợvọbầbụdákỹvẻdậkịđợvạđíbúbếbăkỷkì"
            "vívờkẻdãdữkèvõxàốpxăxỉxạíuắkípxịìuợmòeụaăkởmỏmĩuýpèv"
        ),
        8: (
            "năhệhổhêhùhựhẩhãhăhợhẳhĩtậtựiữtêcửtớgócàiớgầgôgồiúgâgágìgạcụcổcộmậrôrợuếrùrõrựmởmỗmẫlụmốlễlặlốlùlọsớ"
            "đèđăbứđừbềsẵbơđỏđòbâđệdừbèvốvếdặbôbờvévảbẩkẹbữdõdĩdốvắxìxẻxắxốờmóeqđơcựtésĩmýn"
        ),
    },
}
