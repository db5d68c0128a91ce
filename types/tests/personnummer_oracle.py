"""Writes personnummer.csv, the vectors tests/identity_number.rs compares Usher with: identity numbers as people write them,
good and bad, and what an independent implementation (PyPI personnummer 3.2.1) says of each. All numbers are made up.

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install personnummer==3.2.1
    /tmp/oracle/bin/python types/tests/personnummer_oracle.py > types/tests/personnummer.csv
"""

import datetime
import random

from personnummer import personnummer

TODAY = datetime.date(2026, 11, 22)  # the same day as in the test
personnummer._get_current_date = lambda: TODAY
pick = random.Random(19470101)


def check_digit(nine):
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(nine, [2, 1] * 5))
    return str(-total % 10)


def number(year, month, day):
    short = f"{year % 100:02}{month:02}{day:02}"
    serial = f"{pick.randint(1, 999):03}"
    return f"{year:04}"[:2], short, serial + check_digit(short + serial)


def ways_of_writing(year, month, day):
    century, short, last = number(year, month, day)
    yield f"{century}{short}-{last}"
    yield f"{century}{short}{last}"
    sign = "+" if TODAY.year - year >= 100 else "-"
    yield f"{short}{sign}{last}"
    if sign == "-":
        yield f"{short}{last}"


def damaged(text):
    place = pick.randrange(len(text))
    yield text[:place] + text[place + 1 :]
    yield text[:place] + pick.choice("0123456789") + text[place + 1 :]
    yield text[:place] + pick.choice("x -+.") + text[place + 1 :]
    yield text[:place] + pick.choice("0123456789") + text[place:]
    place = pick.randrange(len(text) - 1)
    yield text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def vectors():
    for textbook in ["701063-2391", "640883-3231", "000101-2384", "850709-9805", "198507099805", "850709 9805", "121212+1212"]:
        yield textbook
    for _ in range(45):
        born = TODAY - datetime.timedelta(days=pick.randint(0, 36500 + 3650))
        coordinated = 60 if pick.random() < 0.4 else 0
        good = list(ways_of_writing(born.year, born.month, born.day + coordinated))
        yield from good
        yield from damaged(pick.choice(good))
    for year, month, day in [(2000, 2, 29), (1900, 2, 29), (2001, 2, 29), (1996, 2, 89), (1997, 2, 89), (1985, 4, 31), (1985, 13, 1)]:
        yield from ways_of_writing(year, month, day)
    # Unknown parts, dates in the future, and birth dates before those of anybody alive in 1947. The test names these differences
    # from Usher.
    for year, month, day in [(1985, 0, 61), (1985, 7, 60), (1985, 0, 60), (2026, 12, 24), (2027, 1, 1), (1799, 12, 31), (1985, 0, 1)]:
        yield from ways_of_writing(year, month, day)


print("typed,valid,normal_form")
for typed in dict.fromkeys(vectors()):
    try:
        found = personnummer.parse(typed)
        print(f"{typed},yes,{found.format(True)}")
    except personnummer.PersonnummerException:
        print(f"{typed},no,")
