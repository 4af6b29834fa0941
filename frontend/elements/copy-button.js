// <copy-button data-done="Copied"><button type="button" hidden>Copy</button></copy-button>
// Copies the text of the <code> that stands beside it.
const SHOWN_MS = 1_600;

customElements.define(
  "copy-button",
  class extends HTMLElement {
    #timer;

    connectedCallback() {
      const button = this.querySelector("button");
      button.hidden = !navigator.clipboard; // browsers offer it on https and on this machine only
      button.addEventListener("click", this.#copy);
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.querySelector("button").removeEventListener("click", this.#copy);
    }

    #copy = async ({ currentTarget: button }) => {
      const label = (this.dataset.label ??= button.textContent);
      await navigator.clipboard.writeText(this.parentElement.querySelector("code").textContent);
      button.textContent = this.dataset.done;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (button.textContent = label), SHOWN_MS);
    };
  },
);
