// How far something has come, in words: bytes, percent, and how long the rest takes at the pace of
// the last half minute.
const LOOK_BACK_MS = 30_000;
const UNITS = [
  [1e9, "gigabyte"],
  [1e6, "megabyte"],
  [1e3, "kilobyte"],
];
const language = document.documentElement.lang;

export class Pace {
  #seen = [];

  constructor(total) {
    this.total = total;
  }

  /** The figures for `{done}`, `{total}`, `{percent}`, `{left}` of a sentence. */
  at(done, now = performance.now()) {
    this.#seen = this.#seen.filter(([then]) => now - then < LOOK_BACK_MS);
    this.#seen.push([now, done]);
    const [[then, before]] = this.#seen;
    const seconds = (now - then) / 1000;
    const left = done > before ? ((this.total - done) * seconds) / (done - before) : undefined;
    return {
      done: inBytes(done),
      total: inBytes(this.total),
      percent: Math.floor((100 * done) / this.total),
      left: left === undefined ? "…" : inTime(left),
    };
  }
}

export function fill(sentence, figures) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
}

function inBytes(bytes) {
  const [size, unit] = UNITS.find(([size]) => bytes >= size) ?? [1, "byte"];
  const digits = { maximumFractionDigits: bytes / size < 10 && size > 1 ? 1 : 0 };
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", ...digits }).format(bytes / size);
}

function inTime(seconds) {
  const [value, unit] = seconds < 90 ? [seconds, "second"] : [seconds / 60, "minute"];
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(language, style).format(Math.max(value, 1));
}
