// <browser-notices data-on="…" data-off="…" data-denied="…" data-missing="…">
//   <p role="status">…</p> <button data-do="on" hidden> <button data-do="off" hidden>
import { can, isOn, switchOff, switchOn } from "./notices.js";

customElements.define(
  "browser-notices",
  class extends HTMLElement {
    connectedCallback() {
      this.#button("on").addEventListener("click", async () => {
        await switchOn();
        this.#tell();
      });
      this.#button("off").addEventListener("click", () => {
        switchOff();
        this.#tell();
      });
      this.#tell();
    }

    #button(name) {
      return this.querySelector(`[data-do="${name}"]`);
    }

    #tell() {
      const state = !can() ? "missing" : isOn() ? "on" : Notification.permission === "denied" ? "denied" : "off";
      this.querySelector("[role='status']").textContent = this.dataset[state];
      this.#button("on").hidden = state !== "off";
      this.#button("off").hidden = state !== "on";
    }
  },
);
