"""Real spellings of Russian, Ukrainian, Spanish, Portuguese, French, Haitian, Vietnamese and Turkish names."""

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
