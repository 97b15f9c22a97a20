/* What is said of the ground on a day, and what it comes to on each map. */
import { SIDES } from "./words.js";
/** @import { Members } from "./types" */
/** @import { Record } from "./record.js" */
const UKRAINIAN = "ukrainian_control";

/* The claims in force on a day that are shown, and the words of the voices by them. */
class Telling {
  /** @param {Record} record @param {number[]} rows @param {string[]} voices @param {number} day */
  constructor(record, rows, voices, day) {
    this.record = record;
    this.rows = rows;
    this.day = day;
    this.words = record.words(rows, voices);
  }

  /* The word of a voice on a piece. */
  /** @param {string} voice @param {number} piece */
  word(voice, piece) { return AGREEMENT.words[this.words[voice][piece]]; }

  /* Days since a voice last said something current of a piece; null where it says nothing. */
  /** @param {string} voice @param {number} piece @returns {number | null} */
  age(voice, piece) {
    const { record, day } = this;
    const ages = this.rows.filter((r) => record.speaks(r, voice) && record.status[r] !== record.code.implied && record.speaksFor[record.piece[r]].includes(piece))
      .map((r) => day - record.lastSaid(r, day));
    return ages.length ? Math.min(...ages) : null;
  }

  /* The class that two voices make of a piece. */
  /** @param {string[]} pair @param {number} piece */
  classOf([a, b], piece) {
    const { words } = this;
    return AGREEMENT.classes[AGREEMENT.table[words[a][piece]][words[b][piece]]];
  }

  /* Pieces by a name that each has. */
  /** @param {(piece: number) => string} name @param {Iterable<number>} pieces @returns {{ [name: string]: Uint8Array }} */
  #grouped(name, pieces) {
    /** @type {{ [name: string]: Uint8Array }} */
    const found = {};
    for (const piece of pieces) (found[name(piece)] ??= new Uint8Array(this.record.pieces))[piece] = 1;
    return found;
  }

  /* A voice's own map. What it drew itself is painted as drawn, under the cells that others name.
     What a source that draws shapes says to be Russian-held without drawing it, it has left blank
     again: that lies under them. */
  /** @param {string} voice @returns {Members} */
  own(voice) {
    const { record, rows } = this;
    const { pieces } = record.payload;
    const mine = rows.filter((r) => record.speaks(r, voice) && record.status[r] !== record.code.implied);
    const isShape = (/** @type {number} */ r) => pieces[record.piece[r]].cell === null;
    const drawing = new Set(mine.filter(isShape).map((r) => record.source[r]));
    const cells = mine.filter((r) => !isShape(r));
    const named = new Set(cells.filter((r) => !drawing.has(record.source[r]) || record.status[r] !== record.code.russian_control)
      .map((r) => record.piece[r]));
    const left = new Set(cells.map((r) => record.piece[r]));
    const under = drawing.size ? "under-" : "";
    // Where no claim names a cell, a shape alone speaks of it: of what that does not cover nothing is said.
    const found = this.#grouped((n) => (named.has(n) ? "" : under) + (left.has(n) ? this.word(voice, n) : "silent"),
      record.cells.filter((n) => left.has(n) || record.theatre.has(n)));
    for (const r of mine.filter(isShape)) {
      (found[`drawn-${record.statusOf(r)}`] ??= new Uint8Array(record.pieces))[record.piece[r]] = 1;
    }
    return found;
  }

  /* The map on which two voices are compared. */
  /** @param {string[]} pair @returns {Members} */
  compared(pair) { return this.#grouped((n) => this.classOf(pair, n), this.record.payload.theatre); }

  /* Ground that a voice newly says, or no longer says, to be Ukrainian-held since an earlier day. */
  /** @param {string} voice @param {Telling} before @returns {Members} */
  changes(voice, before) {
    const { gained = null, lost = null } = this.#grouped((n) => {
      const [then, now] = [before.word(voice, n) === UKRAINIAN, this.word(voice, n) === UKRAINIAN];
      return then === now ? "same" : now ? "gained" : "lost";
    }, this.record.payload.theatre);
    return { gained, lost };
  }

  /* km2 of what some flags mark, of cells alone. */
  /** @param {Uint8Array | null | undefined} member */
  km2(member) {
    const { pieces } = this.record.payload;
    return member ? pieces.reduce((sum, { cell, km2 }, n) => sum + (member[n] && cell !== null ? km2 : 0), 0) : 0;
  }

  /* km2 of the theatre by word. */
  /** @param {string} voice @returns {{ [word: string]: number }} */
  areas(voice) {
    const found = this.#grouped((n) => this.word(voice, n), this.record.payload.theatre);
    return Object.fromEntries(Object.entries(found).map(([name, member]) => [name, this.km2(member)]));
  }
}

/* Voices whose own maps there may be: the two compared, and the third parties beside sides. */
/** @param {string[]} pair */
function voicesOf(pair) {
  const sides = SIDES.map(([side]) => String(side));
  return pair.every((voice) => sides.includes(voice)) ? [...pair, ...sides.filter((side) => !pair.includes(side))] : [...pair];
}

export { UKRAINIAN, Telling, voicesOf };
