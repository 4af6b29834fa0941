// How a metric-chart looks: uPlot's options from the colours and the faces of the page, which has
// loaded uPlot as a script of its own.
const HEIGHT_PX = 240;

// The series, in the order of `columns` below: faint raw line, line, base model's line, another run's.
// On a logarithmic axis ticks between those that are named are null. `onHover` is told the step under
// the pointer, `onSelect` from which step to which it was drawn; `window` says which are looked at.
export function drawing(canvas, { colors, digits, isLog, window }, { onHover, onSelect }) {
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
    cursor: { drag: { x: true, y: false, setScale: false, dist: 5 }, y: false },
    scales: {
      x: { time: false, range: (_, __, last) => window() ?? [0, Math.max(last ?? 1, 1)] },
      y: isLog ? { distr: 3 } : {},
    },
    axes: [
      { ...axis, size: 34, grid: { show: false } },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => tick && +tick.toPrecision(digits)) },
    ],
    series: [
      {},
      { stroke: colors.tuned, alpha: 0.25, width: 1, spanGaps: true, points: { show: false } },
      { stroke: colors.tuned, width: 2, spanGaps: true, points: dots },
      { stroke: colors.base, width: 1.5, dash: [6, 4], points: { show: false } },
      { stroke: colors.other, width: 2, dash: [8, 5], spanGaps: true, points: { show: false } },
    ],
    hooks: {
      setCursor: [({ cursor, data }) => onHover(cursor.idx == null ? null : data[0][cursor.idx])],
      setSelect: [(plot) => selected(plot, onSelect)],
    },
  };
  return new globalThis.uPlot(options, columns({ steps: [0], values: [null] }), canvas);
}

// Tells what was drawn over with the pointer, and takes the mark away.
function selected(plot, onSelect) {
  const { left, width } = plot.select;
  if (!width) return;
  onSelect(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

// What uPlot draws: steps; raw values; smoothed or plain values; the base model's figure throughout;
// another run's values. The axis runs on to `total`, so that one sees how far there is to go.
export function columns(curve, { smooth = false, base, total, other } = {}) {
  const all = new Set([...curve.steps, ...(other?.steps ?? [])]);
  if (total > (curve.steps.at(-1) ?? -1)) all.add(total);
  const steps = [...all].sort((a, b) => a - b);
  const along = (of, values) => {
    const found = new Map(of.steps.map((step, i) => [step, values[i]]));
    return steps.map((step) => found.get(step) ?? null);
  };
  const shown = (of) => along(of, smooth ? of.smoothed() : of.values);
  const nothing = () => steps.map(() => null);
  return [
    steps,
    smooth ? along(curve, curve.values) : nothing(),
    shown(curve),
    steps.map(() => base ?? null),
    other ? shown(other) : nothing(),
  ];
}

export { HEIGHT_PX };
