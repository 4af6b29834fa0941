// <run-notice data-from="/runs/…/notice" data-when="succeeded failed paused">
// Shows a notice of the browser when its [data-live] ancestor hears of one of these states.
import { isOn } from "./notices.js";

customElements.define(
  "run-notice",
  class extends HTMLElement {
    #source;

    connectedCallback() {
      this.#source = this.closest("[data-live]") ?? this;
      this.#source.addEventListener("state", this.#hear);
    }

    disconnectedCallback() {
      this.#source.removeEventListener("state", this.#hear);
    }

    #hear = async ({ detail }) => {
      const { status } = JSON.parse(detail.data).data;
      if (!isOn() || !this.dataset.when.split(" ").includes(status)) return;
      const answer = await fetch(this.dataset.from);
      if (!answer.ok) return;
      const { title, body } = await answer.json();
      const notice = new Notification(title, { body, tag: this.dataset.from });
      notice.addEventListener("click", () => globalThis.focus());
    };
  },
);
