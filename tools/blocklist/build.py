"""Writes the common passwords that Usher refuses: entries.txt for readers, and types/src/primitives/password/common.filter for the product.

    pip download --no-deps --dest /tmp/blocklist Django==5.2.19
    python3 tools/blocklist/build.py /tmp/blocklist/*.whl

The entries of 8 to 14 characters are those of Django's list (BSD-3, see LICENSE.django; 20 000 passwords, the most common
first), for people with a second factor. Entries of 15 and more characters are how people lengthen short passwords: repetitions,
sequences, keyboard patterns, combinations, and well-known phrases. ASVS 6.2.4 asks for 3 000 entries that satisfy the rule on
length. Leaked lists are not a better source: among the million most common passwords, only about three hundred of that length
were used by more than one person. The same input gives the same bytes.
"""

import gzip
import pathlib
import struct
import sys
import zipfile

SHORTEST = 8
LONG = 15
LONGEST = 32
MOST_ENTRIES = 29_999  # 4 bytes each; the browser downloads them

HERE = pathlib.Path(__file__).resolve().parent
ENTRIES = HERE / "entries.txt"
FILTER = HERE.parent.parent / "types/src/primitives/password/common.filter"

DIGITS = "1234567890"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Rows and columns of the keyboards in use: English, French, German, Swedish.
ROWS = [
    DIGITS, "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiopü", "asdfghjklöä", "yxcvbnm", "qwertyuiopå", "zxcvbnm,.-",
]
COLUMNS = ["1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"]
BLOCKS = ["1234", "qwer", "asdf", "zxcv", "5678", "tyui", "ghjk", "vbnm"]

PHRASES = """
i love you forever; i love you so much; i love my family; i love my mother; i love my daughter; i love chocolate; i love jesus
christ; i love my husband; i love my children; i love my cat and dog; i will always love you; i hate passwords; i hate this
password; i hate my job so much; i forgot my password; i dont know my password; i am the best ever; i want to break free;
this is my password; this is a password; this is not a password; this is a secret; this is a long password; this is a secure
password; this is the password; my password is password; my password is long; my long password; my secret password; my new
password; my very long password; my super secret password; the password is password; the password is secret; your password
here; enter your password; enter password here; please let me in; let me in please; let me in right now; open the door please;
open sesame open sesame; password password; password is password; new password please; another password; one more password;
yet another password; never say my password; long password is long; fifteen characters; sixteen characters; at least fifteen
characters; at least 15 characters; change me please; change me now please; change this password; please change me; changeme
changeme; correct horse battery staple; correct battery horse staple; correcthorse battery staple; horse battery staple; hunter2
hunter2; super secret password; top secret password; very secret password; very long password; very strong password; strong
password; secure password; temporary password; default password; standard password; master password; administrator;
administrator1; administrator password; admin admin admin; administrator administrator; system administrator; root root root
root; test test test test; testing testing; testing testing 123; test password; test password 123; welcome welcome; welcome to
the jungle; welcome to my world; welcome to my life; welcome home; welcome to work; guest guest guest; hello hello hello; hello
my name is; hello kitty hello; hello darkness my old friend; hello world hello world; hello from the other side; good morning
vietnam; good morning sunshine; have a nice day; have a good day; have a great day; happy birthday; happy birthday to you; happy
birthday to me; happy new year; merry christmas; merry christmas everyone; live laugh love; live long and prosper; may the force
be with you; the force is strong; use the force luke; luke i am your father; star wars star wars; lord of the rings; harry
potter; harry potter and the; game of thrones; winter is coming; world of warcraft; call of duty; grand theft auto; counter
strike; league of legends; legend of zelda; the legend of zelda; super mario bros; super mario brothers; final fantasy; final
fantasy vii; minecraft minecraft; pokemon pokemon; dungeons and dragons; thirty seconds to mars; 30 seconds to mars; red hot
chili peppers; stairway to heaven; highway to hell; master of puppets; bohemian rhapsody; we will rock you; we are the
champions; dont worry be happy; dont stop believing; dont stop me now; never gonna give you up; let it be let it be; here comes
the sun; yellow submarine; all you need is love; imagine all the people; nothing else matters; enter sandman; smells like teen
spirit; sweet child o mine; another brick in the wall; wish you were here; dark side of the moon; guns n roses; guns and roses;
linkin park; metallica metallica; iron maiden; twinkle twinkle little star; mary had a little lamb; humpty dumpty; row row row
your boat; the quick brown fox; the quick brown fox jumps; thequickbrownfox jumps over the lazy dog; the quick brown fox jumps
over the lazy dog; quick brown fox; lazy dog lazy dog; to be or not to be; to infinity and beyond; elementary my dear watson;
manchester united; manchester city; liverpool football club; you will never walk alone; youll never walk alone; real madrid real
madrid; barcelona barcelona; arsenal football club; chelsea football club; cristiano ronaldo; lionel messi; michael jackson;
michael jordan; elvis presley; justin bieber; taylor swift; new york yankees; dallas cowboys; pittsburgh steelers; green bay
packers; los angeles lakers; los angeles; new york new york; san francisco; united states; united states of america; united
kingdom; god save the queen; god save the king; god bless america; god is good; god is good all the time; god is love; god loves
me; jesus is lord; jesus loves me; jesus is my lord; jesus is my savior; jesus christ; in god we trust; praise the lord; the
lord is my shepherd; thank you jesus; thank you lord; allah allah allah; bismillah bismillah; alhamdulillah; make america great
again; forever and ever; forever and always; forever young; always and forever; best friends forever; friends forever; best
friend; family first; family is everything; my family is my life; mother and father; mom and dad; mommy and daddy; daddys little
girl; daddys girl; princess princess; life is beautiful; life is good; life is short; carpe diem carpe diem; per aspera ad
astra; veni vidi vici; semper fidelis; memento mori; hakuna matata; abracadabra; abracadabra abracadabra; supercalifragilistic
expialidocious; winnie the pooh; mickey mouse; mickey mouse donald duck; donald duck; spongebob squarepants; scooby doo; bugs
bunny; tom and jerry; the simpsons; homer simpson; bart simpson; teenage mutant ninja turtles; labrador retriever; golden
retriever; german shepherd; peanut butter; peanut butter jelly time; chocolate chip cookie; ice cream sandwich; strawberry
shortcake; black and white; red white and blue; blue sky blue sea; one two three four; one two three four five; onetwothree
fourfive; eins zwei drei vier; un dos tres cuatro; un deux trois quatre; abc def ghi jkl mno; monday tuesday wednesday; january
february march; summer summer summer; winter winter winter; spring summer autumn winter; keep calm and carry on; mind your own
business; none of your business; leave me alone; go away go away; get out of here; kiss my ass; what is my password; whatever
whatever; who let the dogs out; what the hell; trust no one; trustno1 trustno1; money money money; show me the money; knowledge
is power; time is money; practice makes perfect; never give up; never give up never; follow your dreams; dream big dream big;
just do it just do it; work hard play hard; hard work pays off; i am working here; case manager; case management; case worker
password; caseworker; social services; social worker; health care; healthcare password; customer support; human resources
jag älskar dig; jag älskar dig så mycket; jag älskar dig för alltid; jag älskar min familj; jag älskar min katt; jag älskar min
hund; jag älskar mina barn; jag älskar mig själv; jag heter anna; jag hatar lösenord; jag hatar mitt jobb; jag vet inte; jag kan
inte komma ihåg; jag minns inte; jag har glömt mitt lösenord; glömt lösenord; glömt mitt lösenord; mitt lösenord; mitt hemliga
lösenord; mitt nya lösenord; mitt långa lösenord; detta är ett lösenord; detta är mitt lösenord; det här är mitt lösenord; det
här är ett lösenord; ett långt lösenord; ett säkert lösenord; ett hemligt lösenord; ett bra lösenord; ett nytt lösenord;
hemligt lösenord; säkert lösenord; nytt lösenord; tillfälligt lösenord; byt lösenord; byt lösenord nu; byt mig tack; lösenord
lösenord; lösenordet är lösenord; släpp in mig; släpp in mig nu; öppna dörren; sesam öppna dig; hej hej hej hej; hej på dig; hej
på er alla; hej och välkommen; hejsan hejsan; god morgon; god jul och gott nytt år; gott nytt år; grattis på födelsedagen; ha
det så bra; ha en bra dag; sol och bad; sommar och sol; sommarlov; sommar sommar sommar; vinter vinter vinter; vår sommar höst
vinter; midsommar midsommar; blinka lilla stjärna; blinka lilla stjärna där; imse vimse spindel; bä bä vita lamm; små grodorna;
vi gratulerar; ja må hon leva; ja må han leva; pippi långstrump; emil i lönneberga; alfons åberg; kalle anka; musse pigg; nalle
puh; kungen av sverige; heja sverige; heja sverige friskt humör; sverige sverige; sverige är bäst; du gamla du fria; stockholm
stockholm; göteborg göteborg; malmö malmö malmö; hammarby hammarby; djurgården djurgården; ifk göteborg; malmö ff malmö ff;
zlatan ibrahimovic; en två tre fyra; en två tre fyra fem; ett två tre fyra; ett två tre fyra fem; måndag tisdag onsdag; januari
februari mars; hemtjänst; hemtjänsten; personlig assistans; personlig assistent; min familj; världens bästa mamma; världens
bästa pappa; kärlek kärlek; mamma och pappa; mamma pappa barn; katt och hund; kaffe och bulle; fredagsmys; lagom är bäst
"""

SUFFIXES = ["", "1", "123", "!"]


def phrases():
    for phrase in PHRASES.replace("\n", " ").split(";"):
        words = phrase.split()
        spellings = [words]
        plain = [word.translate(str.maketrans("åäö", "aao")) for word in words]
        if plain != words:
            spellings.append(plain)
        for spelling in spellings:
            for joint in ["", " ", "-", "_"]:
                for suffix in SUFFIXES if joint == "" else [""]:
                    yield joint.join(spelling) + suffix


def repeated(text, longest=LONGEST):
    """The text, repeated until it is long, and once more."""
    times = -(-LONG // len(text))
    yield text * times
    if len(text) * (times + 1) <= longest:
        yield text * (times + 1)


def single_characters():
    for character in DIGITS + LETTERS + "åäö.-_*!?+#,@$%& ":
        for length in [*range(LONG, 25), 30, 32, 64]:
            yield character * length


def runs(sequence):
    """Every long piece of a repeated sequence, and its reverse."""
    for text in [sequence, sequence[::-1]]:
        for start in range(len(text)):
            for length in range(LONG, 21):
                yield (text[start:] + text * 3)[:length]


def patterns():
    for number in range(100):
        for length in [15, 16, 18, 20]:
            yield (f"{number:02}" * 10)[:length]
    for number in range(1000):
        yield f"{number:03}" * 5
    for number in list(range(1930, 2031)) + [1122, 1212, 1234, 4321, 1111, 2580, 1357, 2468]:
        yield f"{number}" * 4
        yield f"{number}" * 5
    for times in range(2, 9):
        for start in range(10):
            row = "".join(digit * times for digit in (DIGITS * 3)[start : start + 12])
            for length in range(-(-LONG // times) * times, 25, times):
                yield row[:length]
                yield row[:length][::-1]
    for size in [2, 3, 4, 5, 6]:
        for start in range(27 - size):
            yield from repeated(LETTERS[start : start + size])
    for text in ["112233445566778899", "11223344556677889900", "111222333444555666", "122333444455555", "1122334455667788",
                 "aabbccddeeffgghhii", "a1b2c3d4e5f6g7h8", "a1b2c3d4e5f6g7h8i9", "1a2b3c4d5e6f7g8h", "abc123def456ghi789",
                 "abcd1234efgh5678", "123abc456def789ghi", "010203040506070809", "102030405060708090", "123456789101112",
                 "12345678910111213", "1234567891011121314", "1213141516171819", "123456789abcdef", "0123456789abcdef",
                 "1324354657687980", "314159265358979", "3141592653589793", "31415926535897932", "271828182845904",
                 "112358132134558", "1123581321345589", "0112358132134558", "147258369147258", "147258369147258369",
                 "147852369147852369", "159753159753159753", "741852963741852963", "789456123789456123", "123654789123654789",
                 "963852741963852741", "135791113151719", "2468101214161820", "1248163264128256", "abcdefghijklmnopqrstuvwxyz",
                 "aaaaabbbbbccccc", "aaabbbcccdddeee", "1111122222333333", "111112222233333", "1111222233334444",
                 "111122223333444455556666", "000111222333444", "aaaaaaaabbbbbbbb", "12341234123412345678"]:
        yield text
        yield text[::-1]


def mirrored():
    for size in range(6, 14):
        for start in range(10):
            half = (DIGITS * 3)[start : start + size]
            for text in [half + half[::-1], half + half[-2::-1], half[::-1] + half]:
                yield text
    for row in ROWS:
        yield row + row[::-1]
        yield row[::-1] + row


def walks():
    for row in ROWS:
        yield from repeated(row)
    for first in ROWS:
        for second in ROWS:
            for left in [first, first[::-1], first.capitalize()]:
                for cut in range(5, len(second) + 1):
                    yield left + second[:cut]
                for cut in range(5, len(left) + 1):
                    yield left[:cut] + second
    for direction in [COLUMNS, [column[::-1] for column in COLUMNS], COLUMNS[::-1], BLOCKS, BLOCKS[::-1],
                      [column[::-1] if place % 2 else column for place, column in enumerate(COLUMNS)],
                      [column if place % 2 else column[::-1] for place, column in enumerate(COLUMNS)],
                      [column[1:] for column in COLUMNS], [column[:0:-1] for column in COLUMNS],
                      [column[1:] if place % 2 == 0 else column[:0:-1] for place, column in enumerate(COLUMNS)]]:
        path = "".join(direction)
        for start in range(0, len(path) - LONG + 1):
            for length in range(LONG, 23):
                yield path[start : start + length]
    for left, right in [(ROWS[0], ROWS[1]), (ROWS[1], ROWS[0]), (ROWS[1], ROWS[2]), (ROWS[2], ROWS[1]), (ROWS[2], ROWS[3]),
                        (LETTERS, DIGITS), (DIGITS, LETTERS), (ROWS[2], DIGITS), (DIGITS, ROWS[2]), (ROWS[3], DIGITS)]:
        woven = "".join(a + b for a, b in zip(left, right))
        for start in range(0, 5, 2):
            for length in range(LONG, 21):
                yield woven[start : start + length]
    yield "".join(ROWS[1:4])
    for column in COLUMNS + BLOCKS:
        yield from repeated(column)


def counted_on(words):
    """A word with a row of digits before or after it."""
    for word in words:
        for size in range(3, 11):
            digits = DIGITS[:size]
            if LONG <= len(word) + size <= 16:
                yield word + digits
        if len(word) <= 8:
            yield DIGITS[:9] + word if len(word) >= 6 else DIGITS + word
        if 6 <= len(word) <= 9:
            yield word + "123" + word


def with_years(words):
    for word in words:
        for year in range(2018, 2031):
            yield f"{word}{year}{word}{year}"
            yield f"{word}{word}{year}"
            yield f"{word}{year}{word}"
            yield f"{word}{year}!{word}"


def pairs(words):
    for first in words:
        for second in words:
            if first != second:
                yield first + second


def django(wheel):
    packed = zipfile.ZipFile(wheel).read("django/contrib/auth/common-passwords.txt.gz")
    return [line.strip().lower() for line in gzip.decompress(packed).decode().splitlines() if line.strip()]


def made_up(common):
    """The long entries, the most likely kinds first."""
    words = [word for word in common if word.isalpha() and len(word) >= 4]
    seasons = ["spring", "summer", "autumn", "winter", "sommar", "vinter", "hosten", "varen", "welcome", "password", "losenord",
               "lösenord", "valkommen", "välkommen", "sverige", "stockholm", "january", "monday", "company", "changeme"]
    yield from phrases()
    yield from single_characters()
    for sequence in [DIGITS, DIGITS[:9], "0123456789", LETTERS]:
        yield from runs(sequence)
    yield from mirrored()
    yield from patterns()
    yield from walks()
    for word in seasons + common[:3000]:
        yield from repeated(word)
    for word in words[:1500]:
        yield word + word[::-1]
    yield from with_years(seasons)
    yield from counted_on(words[:800])
    yield from pairs(words[:75])


def chosen(common):
    """Django's entries that a rule on length allows, then the long entries: without duplicates, up to the capacity of the filter."""
    found = dict.fromkeys(word for word in common if len(word) >= SHORTEST)
    for entry in made_up(common):
        if len(found) == MOST_ENTRIES:
            print(f"the filter is full at {entry!r}: what is likelier must come earlier")
            break
        if len(entry) >= LONG:
            found.setdefault(entry.lower())
    return list(found)


def hash32(text):
    """The same as `hash` in types/src/primitives/password/common.rs."""
    mask = (1 << 64) - 1
    state = 0xCBF29CE484222325
    for byte in text.encode():
        state = ((state ^ byte) * 0x100000001B3) & mask
    state = ((state ^ (state >> 33)) * 0xFF51AFD7ED558CCD) & mask
    state = ((state ^ (state >> 33)) * 0xC4CEB9FE1A85EC53) & mask
    return (state ^ (state >> 33)) >> 32


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = chosen(django(sys.argv[1]))
    ENTRIES.write_text("\n".join(found) + "\n", encoding="utf-8")
    hashes = sorted({hash32(entry) for entry in found})
    FILTER.write_bytes(struct.pack(f"<{len(hashes)}I", *hashes))
    long = sum(len(entry) >= LONG for entry in found)
    print(f"{len(found)} entries, {long} of them of {LONG} characters or more; the filter has {FILTER.stat().st_size} bytes")


main()
