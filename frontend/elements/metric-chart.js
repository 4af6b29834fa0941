// <metric-chart data-key="loss" data-base-key="" data-total="400" data-says="{name} … {first} … {last}">
//   keys, .canvas, a table in <details>, and the history as <script type="application/json">
// Grows with each `metrics` event that its [data-live] ancestor hears. A frame draws at most once.
import { HEIGHT_PX, columns, drawing } from "./chart-drawing.js";
import { Curve } from "./curve.js";

const DIGITS = 4;
const MOST_ROWS = 100;
const dark = matchMedia("(prefers-color-scheme: dark)");

customElements.define(
  "metric-chart",
  class extends HTMLElement {
    #curve;
    #base;
    #plot;
    #source;
    #frame;
    #sizes = new ResizeObserver(() => this.#fit());

    connectedCallback() {
      const history = JSON.parse(this.querySelector("script").textContent);
      this.#curve = new Curve(history.steps, history.values);
      this.#base = history.base ?? undefined;
      this.#source = this.closest("[data-live]") ?? this;
      this.#source.addEventListener("metrics", this.#grow);
      this.#source.addEventListener("progress", this.#stretch);
      for (const tick of this.querySelectorAll(".tick")) tick.hidden = false;
      this.#smooth?.addEventListener("change", this.#draw);
      this.#log?.addEventListener("change", this.#start);
      this.querySelector("details").addEventListener("toggle", this.#draw);
      dark.addEventListener("change", this.#start);
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

    #start = () => {
      this.#plot?.destroy();
      const color = (series) => {
        const key = this.querySelector(`[data-series='${series}'] > i`);
        return key ? getComputedStyle(key).color : "";
      };
      const colors = { tuned: color("tuned"), base: color("base") };
      const looks = { colors, digits: DIGITS, isLog: this.#log?.checked };
      this.#plot = drawing(this.#canvas, looks, (i) => this.#tellFigure(i));
      this.#draw();
    };

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
      this.#plot.setData(columns(this.#curve, { smooth, base: this.#base, total }));
      this.dataset.points = this.#curve.steps.length;
      this.#tellFigure(null);
      this.#tellSentence();
      if (this.querySelector("details").open) this.#fillTable();
    };

    // The figure under the pointer, else the newest.
    #tellFigure(i) {
      const value = (i === null ? undefined : this.#curve.values[i]) ?? this.#curve.last;
      this.querySelector("output").textContent = value === undefined ? "" : figure(value);
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
  return String(+value.toPrecision(DIGITS));
}
