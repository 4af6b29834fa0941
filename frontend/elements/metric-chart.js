// <metric-chart data-key="loss" data-base-key="" data-total="400" data-says="{name} … {first} … {last}">
//   keys, .canvas, a table in <details>, and the history as <script type="application/json">: its
//   own, and `other`, a run that it is looked at beside
// Grows with each `metrics` event that its [data-live] ancestor hears. A frame draws at most once.
// Drawing over it, or the keys + − ← → 0, look closer; the address keeps where one looks.
import { HEIGHT_PX, columns, drawing } from "./chart-drawing.js";
import { Curve } from "./curve.js";
import { Zoom } from "./zoom.js";

const DIGITS = 4;
const MOST_ROWS = 100;
const dark = matchMedia("(prefers-color-scheme: dark)");

customElements.define(
  "metric-chart",
  class extends HTMLElement {
    #curve;
    #base;
    #other;
    #zoom;
    #plot;
    #source;
    #frame;
    #sizes = new ResizeObserver(() => this.#fit());

    connectedCallback() {
      const history = JSON.parse(this.querySelector("script").textContent);
      this.#curve = new Curve(history.steps, history.values);
      this.#base = history.base ?? undefined;
      this.#other = history.other && new Curve(history.other.steps, history.other.values);
      this.#zoom = new Zoom(new URLSearchParams(location.search).get(this.#zoomName));
      this.#source = this.closest("[data-live]") ?? this;
      this.#source.addEventListener("metrics", this.#grow);
      this.#source.addEventListener("progress", this.#stretch);
      for (const tick of this.querySelectorAll(".tick")) tick.hidden = false;
      this.#smooth?.addEventListener("change", this.#draw);
      this.#log?.addEventListener("change", this.#start);
      this.querySelector("details").addEventListener("toggle", this.#draw);
      dark.addEventListener("change", this.#start);
      this.#canvas.addEventListener("keydown", this.#press);
      this.#canvas.addEventListener("dblclick", this.#whole);
      this.#wholeButton.addEventListener("click", this.#whole);
      this.#start();
      this.#sizes.observe(this.#canvas);
    }

    disconnectedCallback() {
      this.#source.removeEventListener("metrics", this.#grow);
      this.#source.removeEventListener("progress", this.#stretch);
      dark.removeEventListener("change", this.#start);
      this.#sizes.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#plot.destroy();
    }

    get #canvas() {
      return this.querySelector(".canvas");
    }

    get #smooth() {
      return this.querySelector("[name='smooth']");
    }

    get #log() {
      return this.querySelector("[name='log']");
    }

    get #wholeButton() {
      return this.querySelector("[name='whole']");
    }

    get #zoomName() {
      return this.dataset.key === "loss" ? "zoom-loss" : "zoom-metric";
    }

    get #lastStep() {
      const { steps } = this.#curve;
      return Math.max(Number(this.dataset.total), steps.at(-1) ?? 1, this.#other?.steps.at(-1) ?? 1);
    }

    #start = () => {
      this.#plot?.destroy();
      const color = (series) => {
        const key = this.querySelector(`[data-series='${series}'] > i`);
        return key ? getComputedStyle(key).color : "";
      };
      const colors = { tuned: color("tuned"), base: color("base"), other: color("other") };
      const window = () => this.#zoom.window;
      const looks = { colors, digits: DIGITS, isLog: this.#log?.checked, window };
      this.#plot = drawing(this.#canvas, looks, {
        onHover: (step) => this.#tellFigure(step),
        onSelect: (from, to) => {
          this.#zoom.look(from, to, this.#lastStep);
          this.#look();
        },
      });
      this.#draw();
    };

    #press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!this.#zoom.press(event.key, this.#lastStep)) return;
      event.preventDefault();
      this.#look();
    };

    #whole = () => {
      const hadFocus = this.#wholeButton === document.activeElement;
      this.#zoom.whole();
      this.#look();
      if (hadFocus) this.#canvas.focus(); // the button that had it is gone
    };

    #look() {
      const address = new URL(location);
      if (this.#zoom.window) address.searchParams.set(this.#zoomName, this.#zoom);
      else address.searchParams.delete(this.#zoomName);
      history.replaceState(history.state, "", address);
      this.#draw();
    }

    #fit() {
      const width = this.#canvas.clientWidth;
      if (width && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT_PX });
    }

    #grow = ({ detail }) => {
      const figures = JSON.parse(detail.data).data;
      const { key, baseKey } = this.dataset;
      this.#base = figures[baseKey] ?? this.#base;
      const value = figures[key] ?? figures[baseKey];
      if (typeof value !== "number") return;
      this.#curve.push(figures.step, value);
      this.#later();
    };

    #stretch = ({ detail }) => {
      const total = JSON.parse(detail.data).data.total_steps;
      if (!total || String(total) === this.dataset.total) return;
      this.dataset.total = total;
      this.#later();
    };

    #later() {
      this.#frame ??= requestAnimationFrame(() => {
        this.#frame = undefined;
        this.#draw();
      });
    }

    #draw = () => {
      const smooth = this.#smooth?.checked;
      const total = Number(this.dataset.total);
      const more = { smooth, base: this.#base, total, other: this.#other };
      this.#plot.setData(columns(this.#curve, more));
      this.#wholeButton.hidden = !this.#zoom.window;
      this.dataset.points = this.#curve.steps.length;
      this.#tellFigure(null);
      this.#tellSentence();
      if (this.querySelector("details").open) this.#fillTable();
    };

    // The figures under the pointer, else the newest.
    #tellFigure(step) {
      const say = (series, of) => {
        const output = this.querySelector(`[data-series='${series}'] > output`);
        const value = step === null ? of?.last : of?.at(step);
        if (output) output.textContent = value === undefined ? "" : figure(value);
      };
      say("tuned", this.#curve);
      say("other", this.#other);
      const base = this.querySelector("[data-series='base'] > output");
      if (base && this.#base !== undefined) base.textContent = figure(this.#base);
    }

    #tellSentence() {
      const { steps, values, last } = this.#curve;
      if (!steps.length) return;
      const best = this.dataset.better === "low" ? Math.min(...values) : Math.max(...values);
      const facts = { first: values[0], last, best };
      const sentence = this.dataset.says
        .replace("{step}", steps.at(-1))
        .replace(/\{(\w+)\}/g, (_, name) => figure(facts[name]));
      this.#canvas.setAttribute("aria-label", sentence);
    }

    #fillTable() {
      const rows = this.#curve.thinned(MOST_ROWS).map(([step, value]) => {
        const row = document.createElement("tr");
        row.append(cell(step), cell(figure(value)));
        if (this.#other) row.append(cell(figure(this.#other.at(step))));
        return row;
      });
      this.querySelector("tbody").replaceChildren(...rows);
    }
  },
);

function cell(text) {
  const cell = document.createElement("td");
  cell.className = "number";
  cell.textContent = text;
  return cell;
}

function figure(value) {
  return value === undefined ? "" : String(+value.toPrecision(DIGITS));
}
