/* Finding a settlement by any of its names, by the rules of geo/ledger/gazetteer.py. */
/** @import { Place } from "./types" */
const SPELLING = new RegExp(Object.keys(SOUNDS).sort((a, b) => b.length - a.length).join("|"), "g");
const FAR = 9;

/* A name for matching: how it sounds, not how it is written. */
/** @param {string} name */
function nameKey(name) {
  return name.toLowerCase().normalize("NFD").replace(SPELLING, (spelling) => SOUNDS[spelling])
    .replace(/[^\p{L}\p{N}]/gu, "").replace(/i+(?=[aeou])/g, "").replace(/(.)\1/gu, "$1");
}

/* Slips between two words: letters missing, added, replaced or exchanged with the next (optimal
   string alignment). */
/** @param {string} one @param {string} other */
function slips(one, other) {
  const [a, b] = [[...one], [...other]];
  let [before, last] = [/** @type {number[]} */ ([]), Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

class Names {
  /** @param {Place[]} places the first in their order of all that match alike */
  constructor(places) {
    this.named = places.map((place) => ({ place, keys: [place[1], place[2], place[3]].filter(Boolean).map(nameKey) }));
  }

  /* Places that are called so, or nearly so, the best match first. */
  /** @param {string} name */
  find(name) {
    const key = nameKey(name);
    if (!key) return [];
    const called = this.#rated((own) => [FAR, 2, 1, 0][Number(own.includes(key)) + Number(own.startsWith(key)) + Number(own === key)]);
    if (called.length) return called;
    const length = [...key].length;
    const most = Math.min(Math.floor(length / 3), 2);
    return this.#rated((own) => {
      if ([...own].length < length - most) return FAR;
      const found = Math.min(slips(key, own), slips(key, [...own].slice(0, length).join("")));
      return found > most ? FAR : found + 2;
    });
  }

  /** @param {(key: string) => number} rate */
  #rated(rate) {
    return this.named.map(({ place, keys }) => ({ place, match: Math.min(...keys.map(rate)) }))
      .filter(({ match }) => match < FAR).sort((a, b) => a.match - b.match);
  }
}

export { Names, nameKey };
