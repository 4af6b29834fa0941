// Which steps of a chart are looked at: from one to another, or null for the whole run.
const CLOSER = 2; // times, at each press
const SHIFT = 0.25; // of what is looked at
const FEWEST = 2; // steps

export class Zoom {
  #window;

  // `text` as `String(zoom)` gives it: "10-40"; what is not so is the whole run.
  constructor(text = "") {
    const found = /^(\d+)-(\d+)$/.exec(text ?? "");
    this.#window = found && found[2] - found[1] >= FEWEST ? [+found[1], +found[2]] : null;
  }

  get window() {
    return this.#window;
  }

  toString() {
    return this.#window ? this.#window.join("-") : "";
  }

  whole() {
    this.#window = null;
  }

  // From one step to another, of a run that has reached `last`; all of it is the whole run.
  look(from, to, last) {
    const size = Math.max(Math.round(to - from), FEWEST);
    const begin = Math.round(Math.min(Math.max(from, 0), Math.max(last - size, 0)));
    this.#window = size >= last ? null : [begin, begin + size];
  }

  // What a key does; false where it does nothing.
  press(key, last) {
    const [from, to] = this.#window ?? [0, last];
    const middle = (from + to) / 2;
    const half = (to - from) / 2;
    const moves = {
      "+": () => this.look(middle - half / CLOSER, middle + half / CLOSER, last),
      "-": () => this.look(middle - half * CLOSER, middle + half * CLOSER, last),
      ArrowLeft: () => this.#shift(-SHIFT, last),
      ArrowRight: () => this.#shift(SHIFT, last),
      0: () => this.whole(),
      Escape: () => this.whole(),
    };
    moves["="] = moves["+"]; // the same key without Shift
    moves[key]?.();
    return key in moves;
  }

  #shift(share, last) {
    if (!this.#window) return;
    const [from, to] = this.#window;
    const way = (to - from) * share;
    this.look(from + way, to + way, last);
  }
}
