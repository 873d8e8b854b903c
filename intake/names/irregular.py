"""Words of names that count lightly, and names whose spellings differ by more than sound. Data, from knowledge."""

from collections.abc import Mapping
from typing import Final

from .plain import bare_word

# Articles, "son of", "of the": they are left out, doubled or joined at will.
_PARTICLES: Final = """
al el ul ol il as es us ash ar er ur or ad ed ud od en un at et ut az ez uz l
bin ibn ben bint binti ibnu ould wuld walad
de da do dos das del della di du la las le les los van von der den ter y e i
oglu kyzy qizi zadeh
ال بن ابن بنت ولد
"""
PARTICLES: Final = frozenset(_PARTICLES.split())
# A first part of names that means little without its second.
_SERVANT: Final = """
abd abdul abdel abdal abdol abdil abdur abder abdar abdor abdus abdes abdas abdos abdush abdesh
abdun abden abdan abdon abduz abdez abdaz abdoz abdud abded abdu abde عبد عبدال абд абдул абдель
"""
SERVANT: Final = frozenset(_SERVANT.split())
# The second parts of Noureddine and Habibullah, where they stand alone.
_FAITH: Final = "din deen dine eddin eddine uddin addin aldin aldeen eldin eldeen الدین دین дин"
FAITH: Final = frozenset(_FAITH.split())
_GOD: Final = "allah ullah ollah ulla olla alla lah الله аллах улла олло"
GOD: Final = frozenset(_GOD.split())
_ONE_NAME: Final = """
mohammed mohammad muhammad mohamed mohamad muhammed mehmet mehmed magomed mahomet mamadou maxamed mohd
ramadan ramadhan ramazan ramzan ramzon
reza rida riza redha ridha raza
fadl fazl fazal
fadel fadil fazel fazil
diya diaa zia ziya
yusuf yousef joseph josef jose josip yosef giuseppe
isaac ishaq ishak isaak issac yishak yitzhak ishaaq
michael mikael mikhail mikail mihail mykhailo mykhaylo michel miguel
nicholas nikolai nikolay mykola nicolas nikola
nikita mykyta
ekaterina yekaterina kateryna katerina katherine catherine
abraham ibrahim ebrahim avraham ibrahima brahim ibraheem إبراهيم
moses moussa musa moise mussa moussah
john yohannes johannes yohanes yahya juan joao jean
george giorgis giorgi georgi jorge georges
peter petros pedro pierre petro pyotr petr
paul paulos pawlos pavel pavlo pablo paulo
stephen esteban estevao stefan stepan istifanos estifanos etienne
james jacques jacob yakob yaqub yakup yaqoob yacoub jakob
luke lukas lucas luqas
elizabeth isabel elisabeth elisabet elsabet
francois francisco francis fransiska frans
ali cali aly
abdi cabdi
umar omar omer cumar oumar
uthman osman othman ousmane cusmaan usman
hassan xasan hasan
hussein xuseen husayn hussain
ahmed axmed ahmad ahmet
khalid xalid jalid halid
khadija xadiija hatice kadidia kadiatou khadijah
said saciid saeed sayeed
jafar cafer jaafar gaafar
jamal cemal gamal djamal
jamil cemil gamil
diallo dialo jallow jalloh
abubakar aboubacar aboubakar boubacar abubakr bubakar أبوبكر
"""
# Word -> the first of its row: one sound for all of a row.
IRREGULAR: Final[Mapping[str, str]] = {
    bare_word(word): row.split()[0] for row in _ONE_NAME.strip().splitlines() for word in row.split()
}
