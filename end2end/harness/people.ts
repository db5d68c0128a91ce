// People for one test each. Their names are unique, so that tests can run in parallel on one server.

export interface Person {
  first: string;
  last: string;
  name: string;
  loginName: string;
  email: string;
  password: string;
}

/** The password of all users in these tests. It is strong for any name. */
export const PASSWORD = 'purple tractor whistles at noon';
export const OTHER_PASSWORD = 'seven kettles hum under granite';
export const TEMPORARY_PASSWORD = 'thistle-harbour-42-velvet-acorn';

export const administrator: Person = {
  first: 'Eleanor',
  last: 'Hartley',
  name: 'Eleanor Hartley',
  loginName: 'eleanor.hartley',
  email: 'eleanor.hartley@northfield.example',
  password: 'copper-kettle-79-marble-lantern',
};

/** Users of the demo data, which `usher demo` creates and prints. */
export const demo = {
  administrator: { loginName: 'eleanor.hartley', password: 'copper-kettle-79-marble-lantern' },
  otherAdministrator: { loginName: 'gunilla.soderqvist', password: 'copper-kettle-79-marble-lantern' },
  caseworker: { loginName: 'maya.fielding', password: 'copper-kettle-79-marble-lantern' },
  viewer: { loginName: 'ralph.tillotson', password: 'copper-kettle-79-marble-lantern' },
};

/** A random word that is very probably unique. */
export function unique(): string {
  const consonants = 'bdfgklmnprstv';
  const vowels = 'aeiou';
  const pick = (letters: string) => letters[Math.floor(Math.random() * letters.length)]!;
  return Array.from({ length: 5 }, () => pick(consonants) + pick(vowels)).join('');
}

export function person(first = 'Vilma', last = 'Berg'): Person {
  const word = unique();
  const loginName = `${first}.${last}${word}`.toLowerCase();
  return { first, last: `${last}${word}`, name: `${first} ${last}${word}`, loginName, email: `${loginName}@northfield.example`, password: PASSWORD };
}

/** A personnummer with a valid check digit and a birth date in the 1980s. */
export function identityNumber(): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const year = 1980 + Math.floor(Math.random() * 10);
  const nine = `${two(year % 100)}${two(1 + Math.floor(Math.random() * 12))}${two(1 + Math.floor(Math.random() * 28))}${String(1 + Math.floor(Math.random() * 999)).padStart(3, '0')}`;
  const sum = [...nine].reduce((sum, digit, place) => {
    const weighed = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return sum + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return `19${nine.slice(0, 6)}-${nine.slice(6)}${(10 - (sum % 10)) % 10}`;
}
