"""Two thousand fictional people with three spellings each, put together from parts of real names.

The spellings are those that passports, courts, newspapers and the people themselves use; they were written down
from knowledge, part by part, before and apart from the rules that have to find them. In a row: spellings in Latin
letters, then after the bar those in the language's own letters. Compounds have their blanks as "_".
"""

import random
from dataclasses import dataclass

from tests.names.unseen import FIRST, LAST

ARABIC_FIRST = """
Mohammed Muhammad Mohamed Mohamad Mouhamed | محمد مُحَمَّد
Ahmed Ahmad Ahmet Achmed | أحمد احمد
Yusuf Youssef Yousef Yousuf Yosef | يوسف
Hussein Husayn Hussain Hossein Houssein | حسين
Abdul_Rahman Abdulrahman Abdelrahman Abd_al-Rahman Abdurrahman Abderrahmane | عبد_الرحمن عبدالرحمن
Abdullah Abdallah Abdulla Abdalla | عبدالله عبد_الله
Khaled Khalid Khalled Kaled | خالد
Omar Umar Omer Oumar | عمر
Othman Uthman Osman Ousmane | عثمان
Jamal Gamal Djamel Jamel | جمال
Suleiman Sulaiman Soliman Slimane Sulayman | سليمان
Ibrahim Ebrahim Brahim Ibraheem | إبراهيم ابراهيم
Said Saeed Sayeed Saïd | سعيد
Tariq Tarek Tareq Tarik | طارق
Mahmoud Mahmud Mahmood | محمود
Mustafa Mostafa Moustapha Mustapha | مصطفى مصطفي
Ali Aly | علي على
Bilal Belal Bilel | بلال
Karim Kareem Kerim | كريم
Rashid Rachid Rasheed | رشيد
Nour_Eddine Noureddine Nur_al-Din Nooruddin Nureddin | نور_الدين نورالدين
Salah_al-Din Salaheddine Salahuddin Salah_Eddin | صلاح_الدين
Fatima Fatma Fatimah Fatema | فاطمة فاطمه
Khadija Khadeja Khadijah Kadija | خديجة
Aisha Aicha Ayesha Aysha | عائشة
Maryam Mariam Meriem Maryem | مريم
Zaynab Zeinab Zainab Zineb | زينب
Huda Houda Hoda | هدى
Samira Sameera Samirah | سميرة
Noura Nora Nourah Nura | نورة
Layla Leila Laila | ليلى
Amina Aminah Ameena | أمينة
Iman Eman Imane | إيمان ايمان
"""
ARABIC_LAST = """
Al-Hassan Alhassan El_Hassan Al_Hasan | الحسن
Al-Sayed El-Sayed Elsayed Alsayyid El_Sayyed | السيد
Haddad Hadad Haddade | حداد
Khoury Khouri Khuri Koury | خوري
Al-Masri El_Masry Almasri Al_Masry | المصري
Qasim Kassem Qassem Kasem Gasim | قاسم
Al-Rashid Alrasheed Al_Rasheed Al_Rachid | الرشيد
Najjar Nadjar Al-Najjar Naggar | النجار
Bakri Bakry Al-Bakri Bekri | البكري
Tahir Taher Tahar | طاهر
Abu_Bakr Abubakar Aboubakar Abu_Bakar | أبو_بكر ابوبكر
Darwish Darwich Darweesh | درويش
Mansour Mansur Mansoor | منصور
Shaheen Chahine Shahin | شاهين
Qaddafi Gaddafi Kadhafi Qadhafi | القذافي
Ghazali Gazali Al-Ghazali Ghazaly | الغزالي
Zaki Zaky Zeki | زكي
Awad Aouad Awwad | عوض
Al-Khatib El_Khatib Alkhateeb Khateeb | الخطيب
Suwaidan Swaidan Sweidan Souidan | سويدان
Nasser Nasir Naser Nacer | ناصر
Ramadan Ramadhan Ramazan | رمضان
Haj_Ali Hajj_Ali Hadj_Ali Haji_Ali | حاج_علي
Sharif Cherif Shareef Sherif | شريف
Idris Idriss Edris | إدريس
Juma Jumaa Gomaa Djouma | جمعة
Farouk Faruq Farooq Faruk | فاروق
Azzam Azam Azzame | عزام
"""
PERSIAN_FIRST = """
Reza Riza Rezza | رضا
Mohammad_Reza Mohammadreza Mohamad_Reza | محمدرضا محمد_رضا
Amir_Hossein Amirhossein Amir_Hussein | امیرحسین
Gholam Ghulam Golam | غلام
Behrouz Behruz Behrooz | بهروز
Farhad Farhaad Ferhad | فرهاد
Habibullah Habib_Ullah Habibollah | حبیب_الله حبیب‌الله
Rahmatullah Rahmatollah Rahmat_Ullah | رحمت_الله
Ghasem Qasem Qassem | قاسم
Javad Jawad Javaad | جواد
Davood Davoud Dawood Daoud | داود
Navid Naveed Nawid | نوید
Siavash Siyavash Syavash | سیاوش
Hamid Hameed Hamed | حمید
Zohra Zahra Zehra | زهرا
Shirin Shireen Chirine | شیرین
Maryam Mariam Mariyam | مریم
Parwin Parvin Parveen | پروین
Freshta Fereshteh Fereshta | فرشته
Zia Ziya Ziaa | ضیا
Sediqa Seddigheh Siddiqa | صدیقه
Nasrin Nasreen Nesrin | نسرین
Latif Lateef Latiff | لطیف
Sayed_Ali Sayedali Seyed_Ali Syed_Ali | سید_علی
"""
PERSIAN_LAST = """
Rahimi Raheemi Rahimy | رحیمی
Ahmadi Ahmady Ahmedi | احمدی
Hosseini Husseini Hussaini Hosaini | حسینی
Karimi Kareemi Karimy | کریمی
Rezai Rezaei Rezaee Rezaie | رضایی
Mousavi Musavi Mosavi Moosavi | موسوی
Ghaderi Qaderi Qadiri | قادری
Haidari Heydari Heidari Haydari | حیدری
Nazari Nazary Nazzari | نظری
Yaqubi Yaghoubi Yaqoobi | یعقوبی
Sharifi Sharifie Shareefi | شریفی
Akbari Akbary | اکبری
Noori Nouri Nuri Noory | نوری
Mohammadi Mohamadi Muhammadi | محمدی
Safi Saafi Safy | صافی
Tajik Tadjik Tajeek | تاجیک
Bagheri Baqeri Baqiri | باقری
Jafari Jaafari Djafari Jafary | جعفری
Sadeghi Sadiqi Sadeqi | صادقی
Mirzaei Mirzai Mirzaie | میرزایی
Zamani Zamany Zemani | زمانی
Ebrahimi Ibrahimi Ebrahimy | ابراهیمی
"""
PASHTO_FIRST = """
Gul_Agha Gulagha Gul_Aga | ګل_آغا
Wali Vali Waly | ولي
Sher_Khan Sherkhan Shir_Khan | شیرخان شیر_خان
Zarmina Zarmeena Zarminah | زرمینه
Spozhmai Spogmai Spozhmay Spogmay | سپوږمۍ
Palwasha Palwashah Palvasha | پلوشه
Toryalai Toryalay Turyalai | توریالی
Najibullah Najeebullah Najib_Ullah | نجیب_الله
Asadullah Assadullah Asad_Ullah | اسد_الله
Khushal Khoshal Kushal | خوشحال
Malalai Malalay Malaly | ملالۍ
Nangyalai Nangialai Nangyalay | ننګیالی
Sanaullah Sana_Ullah Sanaulla | ثنا_الله
Esmatullah Ismatullah Esmat_Ullah | عصمت_الله
"""
PASHTO_LAST = """
Stanikzai Stanekzai Stanikzay Stanekzay | ستانکزی
Ahmadzai Ahmadzay Ahmedzai | احمدزی
Yousafzai Yusufzai Yousufzai Yusafzai | یوسفزی
Wardak Vardak Wardag | وردک
Achakzai Atchakzai Achekzai | اڅکزی
Popal Popel Poopal | پوپل
Zadran Zadraan Jadran | ځدراڼ
Mangal Mengal Mangall | منګل
Kakar Kaker Kakarr | کاکړ
Sherzad Shirzad Sherzaad | شیرزاد
Momand Mohmand Mumand | مومند
Noorzai Nurzai Nourzai | نورزی
"""
RUSSIAN_FIRST = """
Aleksandr Alexander Alexandr Aleksander | Александр
Sergei Sergey Serguei Sergej | Сергей
Dmitry Dmitri Dmitrii Dmitriy | Дмитрий
Yevgeny Evgeny Evgenii Evgeni | Евгений
Mikhail Mihail Michail | Михаил
Nikolai Nikolay Nicolai | Николай
Alexey Aleksei Alexei Aleksey | Алексей
Yuri Yury Iurii Yuriy | Юрий
Fyodor Fedor Fiodor | Фёдор Федор
Yulia Julia Iuliia Yuliya | Юлия
Tatiana Tatyana Tatjana | Татьяна
Natalia Natalya Nataliya | Наталья Наталия
Ekaterina Yekaterina Katerina | Екатерина
Anastasia Anastasiya Anastasiia | Анастасия
Magomed Mohammed Muhammad | Магомед
Ruslan Rouslan Russlan | Руслан
Aslan Aslann Asslan | Аслан
Zarema Zareema Zariema | Зарема
"""
RUSSIAN_LAST = """
Ivanov Ivanoff Iwanow | Иванов
Kuznetsov Kuznetzov Kouznetsov | Кузнецов
Tchaikovsky Chaikovsky Chaikovskii Tchaikovski | Чайковский
Zhukov Jukov Zhukoff | Жуков
Khabibullin Habibullin Khabiboulline | Хабибуллин
Shcherbakov Scherbakov Chtcherbakov | Щербаков
Dudaev Dudayev Doudaev | Дудаев
Akhmedov Ahmedov Achmedov | Ахмедов
Gorbachev Gorbachyov Gorbatchev | Горбачёв
Yeltsin Eltsin Jeltsin | Ельцин
Tsarnaev Tsarnayev Carnaev | Царнаев
Umarov Oumarov Umaroff | Умаров
Solovyov Soloviev Solovyev | Соловьёв Соловьев
Fedorov Fyodorov Fiodorov | Фёдоров Федоров
"""
UKRAINIAN_FIRST = """
Oleksandr Olexandr Aleksandr | Олександр
Serhii Serhiy Sergiy Sergii | Сергій
Volodymyr Volodimir Wolodymyr | Володимир
Andrii Andriy Andrij | Андрій
Mykola Mikola Mykolla | Микола
Yevhen Evhen Yevgen Ievgen | Євген
Oleh Oleg Olegh | Олег
Ihor Igor Igour | Ігор
Dmytro Dmitro Dmitry | Дмитро
Olha Olga Olgha | Ольга
Hanna Ganna Anna | Ганна
Iryna Irina Irena | Ірина
Oksana Oxana Oksanna | Оксана
Tetiana Tetyana Tatiana | Тетяна
Yuliia Yulia Iuliia Julia | Юлія
Khrystyna Hrystyna Christina | Христина
"""
UKRAINIAN_LAST = """
Shevchenko Schevchenko Chevtchenko | Шевченко
Kovalenko Kowalenko Covalenco | Коваленко
Tymoshenko Timoshenko Timochenko | Тимошенко
Hryhorenko Grigorenko Hrihorenko | Григоренко
Zelenskyi Zelensky Zelenskyy Zelenskii | Зеленський
Yushchenko Iouchtchenko Juschtschenko Yuschenko | Ющенко
Boiko Boyko Bojko | Бойко
Tkachuk Tkatchuk Tkachouk | Ткачук
Lysenko Lisenko Lyssenko | Лисенко
Petrenko Petrenco Pétrenko | Петренко
Havryliuk Gavryliuk Havrilyuk Gavriluk | Гаврилюк
Khmelnytskyi Khmelnitsky Chmelnytskyj | Хмельницький
"""
AMHARIC_FIRST = """
Haile Hayle Hailay | ኃይለ ሃይለ
Tesfaye Tesfay Tesfai | ተስፋዬ
Abebe Abbebe Abeba | አበበ
Bekele Beqele Bekelle | በቀለ
Girma Ghirma Gerima | ግርማ
Alemayehu Alemayhu Alemayew | አለማየሁ ዓለማየሁ
Tsehay Tsehai Sehay Tzehay | ፀሐይ ጸሐይ
Mulugeta Mulughieta Mulu_Geta | ሙሉጌታ
Yohannes Yohanes Johannes | ዮሐንስ ዮሃንስ
Dawit Daweet Davit | ዳዊት
Hailemariam Haile_Mariam Haylemaryam | ኃይለማርያም ኃይለ_ማርያም
Birtukan Bertukan Birtucan | ብርቱካን
Selamawit Selamawet Salamawit | ሰላማዊት
Getachew Getachu Getatchew | ጌታቸው
Meseret Messeret Meserret | መሠረት መሰረት
Tewodros Teodros Tewedros Tewodross | ቴዎድሮስ
Yared Yaread Jared | ያሬድ
Eyerusalem Yerusalem Eyerus_Alem | ኢየሩሳሌም
"""
AMHARIC_LAST = """
Worku Werku Workou | ወርቁ
Kebede Kebbede Kebedde | ከበደ
Wolde_Giorgis Woldegiorgis Welde_Giyorgis | ወልደ_ጊዮርጊስ
Tadesse Taddese Tadese Taddesse | ታደሰ
Assefa Asefa Aseffa | አሰፋ
Demissie Demise Demisse | ደምሴ
Gebre_Selassie Gebreselassie Gebrselassie Gebre_Sellassie | ገብረ_ሥላሴ ገብረሥላሴ
Mengistu Mengestu Menghistu | መንግሥቱ መንግስቱ
Negash Neggash Negasch | ነጋሽ
Desta Dessta Destaa | ደስታ
Zewdie Zewde Zewdu | ዘውዴ
Ayele Ayelle Aiele | አየለ
Wondimu Wendimu Wondemu | ወንድሙ
Teshome Tesome Tishome | ተሾመ
"""
TIGRINYA_FIRST = """
Berhane Birhane Brhane Berhan | ብርሃነ ብርሃን
Tekle Tekele Tecle Tekhle | ተኽለ ተክለ
Kidane Kidan Kidanne | ኪዳነ
Yemane Yemanne Iemane | የማነ
Filmon Philmon Filimon | ፊልሞን
Gebremedhin Gebre_Medhin Gebremedhen Ghebremedhin | ገብረመድህን
Mehari Mehary Mhari | መሓሪ መሐሪ
Semhar Semhaar Smhar | ሰምሃር
Letebrhan Lete_Berhan Letebirhan | ለተብርሃን
Tsegay Tsegai Tsegaye Zegay | ፀጋይ ጸጋይ
Goitom Goytom Gwaitom | ጎይቶም
Abrehet Abrhet Abreheit | ኣብረኸት አብረኸት
Efrem Ephrem Efreem | ኤፍሬም
Merhawi Merhawy Mirhawi | መርሃዊ
"""
TIGRINYA_LAST = """
Ghebreyesus Gebreyesus Ghebre_Yesus Gebre_Iyesus | ገብረየሱስ
Hagos Hagoss Haghos | ሓጎስ ሐጎስ
Weldemichael Welde_Michael Woldemichael Weldemikael | ወልደሚካኤል
Tesfazghi Tesfazgi Tesfa_Zghi | ተስፋዝጊ
Asmerom Asmarom Asmeron | ኣስመሮም
Okbay Okubay Uqbay Okbai | ዑቕባይ
Zerai Zeray Zeraye | ዘርኣይ
Teklehaimanot Tekle_Haimanot Teklehaymanot | ተክለሃይማኖት
Habtom Habtem Habthom | ሃብቶም
Afewerki Afwerki Afeworki Afewerky | ኣፈወርቂ አፈወርቂ
Measho Measho Miasho | መዓሾ
Negasi Neghasi Negassi | ነጋሲ
"""
SPANISH_FIRST = """
José Jose Josè |
María Maria Mària |
Ximena Jimena Gimena |
Jesús Jesus Jezus |
Estéban Esteban Estevan |
Yesenia Jessenia Yessenia Llesenia |
Wilmer Wilmar Vilmer |
Brayan Bryan Brian Braian |
Jhon John Jon |
Yolanda Iolanda Llolanda |
Geovanny Giovanni Jovany Yovani |
Elízabeth Elizabeth Elisabet |
Óscar Oscar Oskar |
Katherine Katerin Catherine Katherin |
Kevin Kelvin Quevin |
Heidy Heydi Heidi Jeidy |
Marisol Mari_Sol Marizol |
Walter Walther Gualter |
"""
SPANISH_LAST = """
Jiménez Jimenez Giménez Ximénez |
Hernández Hernandez Ernandez Hernandes |
González Gonzalez Gonzales Gonsales |
Rodríguez Rodriguez Rodrigues |
Sánchez Sanchez Sanches |
Vásquez Vasquez Vázquez Basquez |
Chávez Chavez Chaves Chabez |
Núñez Nunez Nuñes |
De_la_Cruz Delacruz De_La_Crus |
Velásquez Velazquez Belasquez |
Mejía Mejia Mexia |
Quiñónez Quinonez Quiñones |
Zelaya Celaya Selaya |
Guzmán Guzman Gusman |
Bermúdez Bermudez Vermudez |
Tzoc Tsoc Zoc |
Xicará Xicara Shicara |
Cañas Canas Cannas |
"""
PORTUGUESE_FIRST = """
João Joao Joáo |
Conceição Conceicao Concepcao |
Antônio António Antonio |
Luís Luiz Luis |
Thiago Tiago Thyago |
Cauã Caua Kauã Kaua |
Thaís Tais Thais Taís |
Vítor Victor Vitor |
Lúcia Lucia Luzia |
Wellington Welington Uelinton |
Raquel Rachel Rakel |
Inês Ines Inez |
"""
PORTUGUESE_LAST = """
Gonçalves Goncalves Gonsalves |
Souza Sousa Sousa |
Araújo Araujo Aráujo |
Guimarães Guimaraes Guimarais |
Magalhães Magalhaes Magallaes |
Cunha Cuña Cunya |
Queiroz Queirós Queiros |
Brandão Brandao Brandan |
dos_Santos Dos_Santos Dossantos |
Assunção Assuncao Asuncao |
Meireles Meirelles Meyreles |
Batista Baptista Battista |
"""
FRENCH_FIRST = """
Jean-Baptiste Jean_Baptiste Jeanbaptiste Jan_Batis |
Widline Wideline Wildline |
Frantz Franz Frants |
Mackenson Makenson Mackensson |
Rose-Laure Rose_Laure Roselaure |
Stéphane Stephane Stefan |
Wilfrid Wilfried Vilfrid |
Guerline Gerline Guerlyne |
Emmanuel Emanuel Manouel Emmanuël |
Fabiola Fabyola Phabiola |
Amadou Amadu Ahmadou |
Mamadou Mamadu Mamoudou |
Fatoumata Fatumata Fatoumatta |
Ousmane Usman Ousman |
"""
FRENCH_LAST = """
Pierre-Louis Pierre_Louis Pierrelouis |
Desrosiers Desrosier Derosiers |
François Francois Fransois |
Toussaint Tousaint Toussin |
Célestin Celestin Selestin |
Dieudonné Dieudonne Dyedone |
Étienne Etienne Etyen |
Beauvoir Bovwa Bauvoir |
Diallo Dialo Jallow |
Touré Toure Turay |
Coulibaly Kulibali Koulibaly |
Cissé Cisse Sissé Sisse |
Ouédraogo Ouedraogo Wedraogo |
Traoré Traore Trawore |
"""
VIETNAMESE_FIRST = """
Văn_An Van_An Vân_An |
Thị_Hương Thi_Huong Thị_Huong |
Đức_Thắng Duc_Thang Đức_Thang |
Minh_Tuấn Minh_Tuan Mình_Tuấn |
Quốc_Bảo Quoc_Bao Quốc_Bao |
Thị_Lan Thi_Lan Thị_Làn |
Hữu_Phước Huu_Phuoc Hữu_Phuoc |
Ngọc_Ánh Ngoc_Anh Ngọc_Anh |
Thanh_Bình Thanh_Binh Thành_Bình |
Kim_Oanh Kim_Oánh Kiem_Oanh |
Văn_Dũng Van_Dung Văn_Dung |
Thị_Yến Thi_Yen Thị_Yên |
"""
VIETNAMESE_LAST = """
Nguyễn Nguyen Nguyên Ngyuen |
Trần Tran Tràn |
Phạm Pham Phàm |
Huỳnh Huynh Hùynh |
Đặng Dang Đang |
Lý Ly Lí |
Võ Vo Vỏ |
Đỗ Do Đổ |
Bùi Bui Búi |
Hoàng Hoang Hòang |
Trương Truong Trưong |
Đinh Dinh Đình |
"""
TURKISH_FIRST = """
Ayşe Ayse Aishe |
Mehmet Mehmed Muhammet |
Hüseyin Huseyin Hüseyn |
Şükrü Sukru Shukru |
Çiğdem Cigdem Çigdem |
İbrahim Ibrahim Ibrahim |
Gülşen Gulsen Gulshen |
Cemal Jemal Djemal |
Zeynep Zeyneb Zeinep |
Yusuf Yusup Yosuf |
Hatice Hatije Hadije |
Ömer Omer Umer |
Tuğba Tugba Tuba |
Oğuz Oguz Oghuz |
"""
TURKISH_LAST = """
Yılmaz Yilmaz Ylmaz |
Öztürk Ozturk Oeztuerk |
Çelik Celik Chelik |
Erdoğan Erdogan Erdoghan |
Şahin Sahin Shahin |
Koç Koc Koch |
Aydın Aydin Aidin |
Kılıç Kilic Kilich |
Doğan Dogan Doghan |
Karataş Karatas Karatash |
Güneş Gunes Gunesh |
Yıldız Yildiz Yeldiz |
"""
KURDISH_FIRST = """
Şivan Shivan Schivan Sivan | شڤان
Rojîn Rojin Rozhin | ڕۆژین
Azad Azaad Asad | ئازاد
Bêrîvan Berivan Beriwan Perivan | بێریڤان
Dilşad Dilshad Delshad | دڵشاد
Hêvî Hevi Hevy Heevi | هێڤی
Xalid Khalid Halid | خالید
Cemîl Jamil Cemil | جەمیل
Newroz Nawroz Nowruz | نەورۆز
Şêrko Sherko Sherkoo | شێرکۆ
Gulistan Golistan Gulestan | گوڵستان
Kawa Kaveh Kava | کاوە
"""
KURDISH_LAST = """
Barzanî Barzani Barzany | بارزانی
Talebanî Talabani Talebani | تاڵەبانی
Berwarî Barwari Berwari | بەرواری
Zêbarî Zebari Zibari | زێباری
Doskî Doski Dosky | دۆسکی
Mizûrî Mizouri Mizuri Mzuri | مزووری
Herkî Herki Harki | هەرکی
Sûrçî Surchi Sourchi Surci | سورچی
Jaf Djaf Jaaf | جاف
Goran Gorani Gouran | گۆران
Bradost Bradosti Biradost | برادۆست
Şemdîn Shamdin Shemdin | شەمدین
"""
GROUPS = {
    "arabic": (ARABIC_FIRST, ARABIC_LAST, 400),
    "persian": (PERSIAN_FIRST, PERSIAN_LAST, 240),
    "pashto": (PASHTO_FIRST, PASHTO_LAST, 120),
    "russian": (RUSSIAN_FIRST, RUSSIAN_LAST, 160),
    "ukrainian": (UKRAINIAN_FIRST, UKRAINIAN_LAST, 140),
    "amharic": (AMHARIC_FIRST, AMHARIC_LAST, 160),
    "tigrinya": (TIGRINYA_FIRST, TIGRINYA_LAST, 120),
    "spanish": (SPANISH_FIRST, SPANISH_LAST, 200),
    "portuguese": (PORTUGUESE_FIRST, PORTUGUESE_LAST, 90),
    "french": (FRENCH_FIRST, FRENCH_LAST, 120),
    "vietnamese": (VIETNAMESE_FIRST, VIETNAMESE_LAST, 80),
    "turkish": (TURKISH_FIRST, TURKISH_LAST, 100),
    "kurdish": (KURDISH_FIRST, KURDISH_LAST, 70),
}


@dataclass(frozen=True)
class Person:
    """One fictional person: the language of the name, and three spellings of it, in no order of merit."""

    language: str
    spellings: tuple[str, str, str]


def people(seed: int = 20) -> list[Person]:
    """Two thousand people. No two share first and last name; many share one of them."""
    return _made(GROUPS, seed)


def unseen(seed: int = 21) -> list[Person]:
    """Four hundred more, from names that nobody looked at while the rules were made."""
    return _made({"unseen": (FIRST, LAST, 400)}, seed)


def _made(groups: dict[str, tuple[str, str, int]], seed: int) -> list[Person]:
    random_ = random.Random(seed)  # noqa: S311 -- which fictional people there are
    made = []
    for language, (first, last, count) in groups.items():
        firsts, lasts = _rows(first), _rows(last)
        pairs = [(one, other) for one in firsts for other in lasts]
        for one, other in random_.sample(pairs, count):
            made.append(Person(language, _three(random_, one, other)))
    return made


def _rows(text: str) -> list[tuple[list[str], list[str]]]:
    made = []
    for line in text.strip().splitlines():
        latin, own = line.split("|")
        made.append(([one.replace("_", " ") for one in latin.split()], [one.replace("_", " ") for one in own.split()]))
    return made


def _three(random_: random.Random, first, last) -> tuple[str, str, str]:
    """Three spellings: for names with letters of their own one in those and two in Latin letters, else three in Latin.

    No part is written twice the same way where it has three spellings; one of the three turns the order around.
    """
    firsts, lasts = (random_.sample(part[0], min(3, len(part[0]))) for part in (first, last))
    spelled = [f"{firsts[place % len(firsts)]} {lasts[place % len(lasts)]}" for place in range(3)]
    turned = random_.randrange(3)
    spelled[turned] = f"{lasts[turned % len(lasts)]} {firsts[turned % len(firsts)]}"
    if first[1] and last[1]:
        spelled[random_.randrange(3)] = f"{random_.choice(first[1])} {random_.choice(last[1])}"
    one, two, three = random_.sample(spelled, 3)
    return one, two, three
