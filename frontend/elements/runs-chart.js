// <runs-chart data-says="{n} …">
//   keys with data-series="1" …, .canvas, and the curves as <script type="application/json">
// Draws the curves of several runs over each other; what it draws, a table beside it says too.
import { HEIGHT_PX } from "./chart-drawing.js";

const DIGITS = 4;
const DASHES = [[], [8, 5], [2, 4]];
const dark = matchMedia("(prefers-color-scheme: dark)");

customElements.define(
  "runs-chart",
  class extends HTMLElement {
    #plot;
    #runs;
    #sizes = new ResizeObserver(() => this.#fit());

    connectedCallback() {
      this.#runs = JSON.parse(this.querySelector("script").textContent);
      dark.addEventListener("change", this.#draw);
      this.#draw();
      this.#sizes.observe(this.#canvas);
    }

    disconnectedCallback() {
      dark.removeEventListener("change", this.#draw);
      this.#sizes.disconnect();
      this.#plot.destroy();
    }

    get #canvas() {
      return this.querySelector(".canvas");
    }

    #draw = () => {
      this.#plot?.destroy();
      const { color, borderColor, fontFamily } = getComputedStyle(this.#canvas);
      const axis = {
        stroke: color,
        font: `12px ${fontFamily}`,
        grid: { stroke: borderColor, width: 1 },
        ticks: { show: false },
      };
      const options = {
        width: this.#canvas.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false },
        scales: { x: { time: false, range: (_, __, last) => [0, Math.max(last ?? 1, 1)] } },
        axes: [
          { ...axis, size: 34, grid: { show: false } },
          { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => +tick.toPrecision(DIGITS)) },
        ],
        series: [{}, ...this.#runs.map((_, i) => this.#line(i))],
        hooks: { setCursor: [(plot) => this.#tell(plot)] },
      };
      this.#plot = new globalThis.uPlot(options, aligned(this.#runs), this.#canvas);
    };

    #line(i) {
      const key = this.querySelector(`[data-series="${i + 1}"] > i`);
      const stroke = key ? getComputedStyle(key).color : "";
      const dash = DASHES[i % DASHES.length];
      return { stroke, dash, width: 2, spanGaps: true, points: { show: false } };
    }

    #fit() {
      const width = this.#canvas.clientWidth;
      if (width && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT_PX });
    }

    // Each run's figure at the pointer, or the newest before it; without a pointer its last.
    #tell({ cursor, data }) {
      this.#runs.forEach((run, i) => {
        const output = this.querySelector(`[data-series="${i + 1}"] > output`);
        const until = cursor.idx == null ? Infinity : data[0][cursor.idx];
        const place = run.at.findLastIndex((at) => at <= until);
        if (output) output.textContent = place < 0 ? "" : String(+run.values[place].toPrecision(DIGITS));
      });
    }
  },
);

// What uPlot draws: every place that any run has a figure at, then each run's figures there.
function aligned(runs) {
  const places = [...new Set(runs.flatMap((run) => run.at))].sort((a, b) => a - b);
  const figures = runs.map((run) => {
    const found = new Map(run.at.map((at, i) => [at, run.values[i]]));
    return places.map((at) => found.get(at) ?? null);
  });
  return [places, ...figures];
}
