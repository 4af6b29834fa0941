// Every element that several pages have. Each improves HTML that already says the same without it.
import "./copy-button.js";
import "./log-view.js";
import "./metric-chart.js";
import "./term.js";
import "./time-ago.js";
