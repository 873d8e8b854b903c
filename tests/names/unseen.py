"""More names with the spellings in use, written down when the rules were finished, to measure them on.

Of 100 searches with another spelling, 95.9 found the person then. One fault that they showed was repaired: two of the
same Ethiopic letter, of which the first has no vowel. Nothing else was changed because of them.
"""

FIRST = """
Abdel_Hamid Abdulhamid Abdul_Hameed | عبد_الحميد
Jaber Gaber Djaber | جابر
Ghassan Gassan Rassan | غسان
Hisham Hicham Hesham | هشام
Walid Waleed Oualid | وليد
Yasmin Yasmine Jasmin | ياسمين
Nadia Nadya Nadiya | نادية
Ruqayya Rokaya Roqaya | رقية
Shahrukh Shahrokh Chahrokh | شاهرخ
Mahnaz Mahnaaz Mehnaz | مهناز
Esmail Ismail Ismael | اسماعیل
Fawzia Fauzia Fouzia | فوزیه
Qudratullah Qodratollah Kudratullah | قدرت_الله
Vladimir Wladimir Vladymyr | Владимир
Grigory Grigori Grigoriy | Григорий
Svetlana Swetlana Svitlana | Светлана
Vyacheslav Viacheslav Vjatscheslaw | Вячеслав
Zhanna Janna Jeanna | Жанна
Yaroslav Iaroslav Jaroslav | Ярослав
Lyudmyla Liudmyla Ludmila | Людмила
Bogdan Bohdan Bogdann | Богдан
Mihret Mehret Mhret | ምህረት
Solomon Selomon Salomon | ሰሎሞን
Genet Ghenet Gennet | ገነት
Kiros Kirros Kyros | ኪሮስ
Zemichael Zemikael Ze_Michael | ዘሚካኤል
Guadalupe Gaudalupe Guadaloupe |
Xochitl Sochitl Xóchitl |
Yuri Iury Yury |
Priscila Priscilla Prisila |
Jacqueline Jaqueline Yaquelin |
Jean-Claude Jean_Claude Jeanclaude |
Fatou Fatu Phatou |
Thùy_Dương Thuy_Duong Thùy_Duong |
Emine Ermine Amina |
Cihan Jihan Cihann |
Zîlan Zilan Zeelan |
Ramazan Ramadan Ramezan |
"""
LAST = """
Al-Jaziri Aldjaziri El_Gaziri | الجزيري
Boutros Butrus Botros | بطرس
Sabbagh Sabagh Al-Sabbagh | الصباغ
Hijazi Hegazy Higazi | حجازي
Tawfiq Toufik Tewfik | توفيق
Shirazi Shirazy Chirazi | شیرازی
Ghorbani Qorbani Qurbani | قربانی
Faizi Fayzi Feizi | فیضی
Samadi Samady Samedi | صمدی
Khaksar Khaksaar Haksar | خاکسار
Zhdanov Jdanov Zhdanoff | Жданов
Chernov Tchernov Chernoff | Чернов
Yegorov Egorov Jegorow | Егоров
Bondarenko Bondarenco Bondarenk | Бондаренко
Khomenko Homenko Chomenko | Хоменко
Hrytsenko Gritsenko Grytsenko | Гриценко
Mekonnen Mekonen Makonnen | መኮንን
Lemma Lema Lemmah | ለማ
Gebrehiwot Gebre_Hiwot Ghebrehiwet | ገብረሕይወት
Tewelde Teweldeh Tewolde | ተወልደ
Zapata Sapata Zapatta |
Cabrera Kabrera Cabreira |
Valdivia Baldivia Valdibia |
Echeverría Echeverria Etcheverria |
Figueiredo Figueredo Figuereido |
Carvalho Carvallo Carvalo |
Jean-Louis Jean_Louis Jeanlouis |
Saint-Fleur Saint_Fleur Sainfleur |
Konaté Konate Conate |
Bah Ba Bâ |
Phan Phàn Fan |
Vũ Vu Vuu |
Yıldırım Yildirim Yeldirim |
Türkmen Turkmen Tuerkmen |
Hacıoğlu Hacioglu Hajioglu |
Çetin Cetin Chetin |
Bozan Bozaan Bosan |
Zaza Zazaa Sasa |
"""
