// How a metric-chart looks: uPlot's options from the colours and the faces of the page, which has
// loaded uPlot as a script of its own.
const HEIGHT_PX = 240;

// The series, in the order of `columns` below: faint raw line, line, base model's line.
// On a logarithmic axis ticks between those that are named are null.
export function drawing(canvas, { colors, digits, isLog }, onHover) {
  const { color, borderColor, fontFamily } = getComputedStyle(canvas);
  const axis = {
    stroke: color,
    font: `12px ${fontFamily}`,
    grid: { stroke: borderColor, width: 1 },
    ticks: { show: false },
  };
  const dots = { size: 6, fill: colors.tuned };
  const options = {
    width: canvas.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: false, range: (_, __, last) => [0, Math.max(last ?? 1, 1)] },
      y: isLog ? { distr: 3 } : {},
    },
    axes: [
      { ...axis, size: 34, grid: { show: false } },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => tick && +tick.toPrecision(digits)) },
    ],
    series: [
      {},
      { stroke: colors.tuned, alpha: 0.25, width: 1, points: { show: false } },
      { stroke: colors.tuned, width: 2, points: dots },
      { stroke: colors.base, width: 1.5, dash: [6, 4], points: { show: false } },
    ],
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx)] },
  };
  return new globalThis.uPlot(options, columns({ steps: [0], values: [null] }), canvas);
}

// What uPlot draws: steps; raw values; smoothed or plain values; the base model's figure throughout.
// The axis runs on to `total`, so that one sees how far there is to go.
export function columns(curve, { smooth = false, base, total } = {}) {
  const steps = [...curve.steps];
  const line = smooth ? curve.smoothed() : [...curve.values];
  const raw = smooth ? [...curve.values] : steps.map(() => null);
  if (total > (steps.at(-1) ?? -1)) {
    steps.push(total);
    line.push(null);
    raw.push(null);
  }
  return [steps, raw, line, steps.map(() => base ?? null)];
}

export { HEIGHT_PX };
