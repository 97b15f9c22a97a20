/* Pieces of ground that share their edges, and the outline of any set of them. */
class Ground {
  constructor(history) {
    const at = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < history.vertices.length; i += 2) {
      x += history.vertices[i];
      y += history.vertices[i + 1];
      at.push(L.latLng(y * 1e-5, x * 1e-5));
    }
    this.at = at;
    this.x = new Int32Array(at.length);
    this.y = new Int32Array(at.length);
    const start = [];
    const next = [];
    const owner = [];
    this.edges = [];
    history.pieces.forEach((piece, number) => {
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
    this.twin = new Int32Array(start.length).fill(-1);
    this.done = new Uint8Array(start.length);
    const seen = new Map();
    for (let e = 0; e < start.length; e++) {
      const a = start[e];
      const b = start[next[e]];
      const other = seen.get(b * at.length + a);
      if (other !== undefined) {
        this.twin[e] = other;
        this.twin[other] = e;
      }
      seen.set(a * at.length + b, e);
    }
  }

  /* Rings of vertices around the pieces flagged in `member`, without the lines inside. */
  outline(member) {
    const { start, next, owner, twin, done } = this;
    const inner = (e) => twin[e] >= 0 && member[owner[twin[e]]];
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
          edge = next[edge];
          while (inner(edge)) edge = next[twin[edge]];
        }
        rings.push(ring);
      }
    }
    return rings;
  }

  /* Where the vertices lie on the screen at the present zoom. */
  project(map) {
    this.at.forEach((at, n) => {
      const { x, y } = map.latLngToLayerPoint(at);
      this.x[n] = x;
      this.y[n] = y;
    });
  }

  /* Rings as the drawing commands of a path; whoever shares an edge shares its pixels. */
  path(rings) {
    let text = "";
    for (const ring of rings) {
      let x = NaN;
      let y = NaN;
      let letter = "M";
      for (const vertex of ring) {
        if (this.x[vertex] === x && this.y[vertex] === y) continue;
        x = this.x[vertex];
        y = this.y[vertex];
        text += `${letter}${x} ${y}`;
        letter = "L";
      }
      text += "z";
    }
    return text;
  }

  /* Rings as latitudes and longitudes. */
  latLngs(rings) {
    return rings.map((ring) => [ring.map((vertex) => this.at[vertex])]);
  }

  rings(piece) {
    const member = new Uint8Array(this.edges.length);
    member[piece] = 1;
    return this.outline(member);
  }
}
