// Copies what the pages load from node_modules to frontend/static/vendor: `npm run vendor`.
import { cpSync, mkdirSync, rmSync } from "node:fs";

const to = "frontend/static/vendor";
const files = [
  ["htmx.org/dist/htmx.min.js", "htmx.min.js"],
  ["htmx.org/dist/ext/hx-sse.min.js", "hx-sse.min.js"],
  ["htmx.org/LICENSE", "htmx.LICENSE.txt"],
  ["uplot/dist/uPlot.iife.min.js", "uPlot.iife.min.js"],
  ["uplot/dist/uPlot.min.css", "uPlot.min.css"],
  ["uplot/LICENSE", "uPlot.LICENSE.txt"],
];

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const [from, name] of files) cpSync(`node_modules/${from}`, `${to}/${name}`);
console.log(`${files.length} files in ${to}`);
