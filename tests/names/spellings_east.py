"""Real spellings of Arabic, Persian, Pashto, Amharic, Tigrinya and Kurdish names, read by `fictional`."""

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
