// <time-ago><time datetime="2026-11-23T14:00:00+00:00">23 Nov 2026, 14:00 UTC</time></time-ago>
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const LOOK_AGAIN_MS = 30_000;

customElements.define(
  "time-ago",
  class extends HTMLElement {
    #timer;

    connectedCallback() {
      const time = this.querySelector("time");
      time.title ||= time.textContent.trim();
      this.#tell(time);
      this.#timer = setInterval(() => this.#tell(time), LOOK_AGAIN_MS);
    }

    disconnectedCallback() {
      clearInterval(this.#timer);
    }

    #tell(time) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const fitting = units.find(([, size]) => Math.abs(seconds) >= size);
      const [unit, size] = fitting ?? ["second", Infinity];
      time.textContent = words.format(Math.round(seconds / size), unit);
    }
  },
);
