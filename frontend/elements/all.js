// Every element of the studio. Each improves HTML that already says the same without it.
import "./copy-button.js";
import "./file-drop.js";
import "./log-view.js";
import "./metric-chart.js";
import "./time-ago.js";
