/* Pieces of ground, and the outline of any set of them. Neighbouring cells share their edges; a
   shape that somebody drew lies over cells and other shapes as it likes. Rings run with their
   ground on the left, so a set is painted by the nonzero rule, once whatever overlaps. */
/** @import { Payload, Points } from "./types" */
class Ground {
  /** @param {Pick<Payload, "vertices" | "pieces">} payload */
  constructor(payload) {
    /** @type {L.LatLng[]} */
    const at = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < payload.vertices.length; i += 2) {
      x += payload.vertices[i];
      y += payload.vertices[i + 1];
      at.push(L.latLng(y * 1e-5, x * 1e-5));
    }
    this.at = at;
    /** @type {number[][]} */
    const [start, next, owner] = [[], [], []];
    /** @type {[number, number][]} */
    this.edges = [];
    payload.pieces.forEach((piece, number) => {
      const first = start.length;
      for (const ring of piece.rings) {
        const base = start.length;
        ring.forEach((vertex, i) => {
          start.push(vertex);
          next.push(base + ((i + 1) % ring.length));
          owner.push(number);
        });
      }
      this.edges.push([first, start.length]);
    });
    this.start = Int32Array.from(start);
    this.next = Int32Array.from(next);
    this.owner = Int32Array.from(owner);
    // The edges of each piece, found when first asked for.
    /** @type {{ west: number, east: number, south: number, north: number }[] | null} */
    this.boxes = null;
    // What somebody drew is no cell.
    this.drawn = payload.pieces.map(({ cell }) => cell === null);
    this.twin = new Int32Array(start.length).fill(-1);
    this.done = new Uint8Array(start.length);
    // Twins are edges of cells that run against each other. One that stands twice has none: so
    // the twin of a twin is the edge itself, and every walk comes back to where it began.
    const seen = new Map();
    /** @param {number} from @param {number} to */
    const key = (from, to) => from * at.length + to;
    for (let e = 0; e < start.length; e++) {
      if (this.drawn[owner[e]]) continue;
      const own = key(start[e], start[next[e]]);
      seen.set(own, seen.has(own) ? -1 : e);
    }
    for (const e of seen.values()) if (e >= 0) this.twin[e] = seen.get(key(start[next[e]], start[e])) ?? -1;
  }

  /* Rings of vertices around the pieces flagged in `member`, without the lines between cells. */
  /** @param {Uint8Array} member */
  outline(member) {
    const { start, next, owner, twin, done } = this;
    /** @param {number} e */
    const inner = (e) => twin[e] >= 0 && member[owner[twin[e]]];
    let steps = 0;
    /** @param {number} e */
    const after = (e) => {
      if (steps++ === next.length) throw new Error("the outline of the ground shown does not close");
      return next[e];
    };
    const rings = [];
    done.fill(0);
    for (let piece = 0; piece < member.length; piece++) {
      if (!member[piece]) continue;
      const [first, last] = this.edges[piece];
      for (let e = first; e < last; e++) {
        if (done[e] || inner(e)) continue;
        const ring = [];
        let edge = e;
        while (!done[edge]) {
          done[edge] = 1;
          ring.push(start[edge]);
          edge = after(edge);
          while (inner(edge)) edge = after(twin[edge]);
        }
        rings.push(ring);
      }
    }
    return rings;
  }

  /* Where the vertices lie on the screen at the present zoom. */
  /** @param {L.Map} map @param {Points} [points] to fill anew */
  project(map, points = { x: new Int32Array(this.at.length), y: new Int32Array(this.at.length) }) {
    this.at.forEach((at, n) => {
      const { x, y } = map.latLngToLayerPoint(at);
      points.x[n] = x;
      points.y[n] = y;
    });
    return points;
  }

  /* Rings as the drawing commands of a path; whoever shares an edge shares its pixels. */
  /** @param {number[][]} rings @param {Points} points */
  path(rings, points) {
    let text = "";
    for (const ring of rings) {
      let x = NaN;
      let y = NaN;
      let letter = "M";
      for (const vertex of ring) {
        if (points.x[vertex] === x && points.y[vertex] === y) continue;
        x = points.x[vertex];
        y = points.y[vertex];
        text += `${letter}${x} ${y}`;
        letter = "L";
      }
      text += "z";
    }
    return text;
  }

  /* Numbers of the pieces that hold a place, the cell first. */
  /** @param {L.LatLng} where */
  under({ lat, lng }) {
    const boxes = this.boxes ??= this.edges.map(([first, last]) => {
      const at = Array.from(this.start.slice(first, last), (vertex) => this.at[vertex]);
      const [x, y] = [at.map((p) => p.lng), at.map((p) => p.lat)];
      return { west: Math.min(...x), east: Math.max(...x), south: Math.min(...y), north: Math.max(...y) };
    });
    const found = [];
    for (let piece = 0; piece < this.edges.length; piece++) {
      const box = boxes[piece];
      if (lng < box.west || lng > box.east || lat < box.south || lat > box.north) continue;
      // How often the rings wind around the place.
      let winding = 0;
      for (let e = this.edges[piece][0]; e < this.edges[piece][1]; e++) {
        const [a, b] = [this.at[this.start[e]], this.at[this.start[this.next[e]]]];
        if ((a.lat <= lat) === (b.lat <= lat)) continue;
        const right = a.lng + (lat - a.lat) / (b.lat - a.lat) * (b.lng - a.lng) > lng;
        if (right) winding += b.lat > a.lat ? 1 : -1;
      }
      if (winding) found.push(piece);
    }
    return found.sort((a, b) => Number(this.drawn[a]) - Number(this.drawn[b]));
  }
}

export { Ground };
