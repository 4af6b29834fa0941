// <review-keys> <button data-key="y">…</button> <a data-key="ArrowLeft" href="…">…</a> </review-keys>
// The keys of its buttons and links press them, wherever the focus is, but not while one writes.
customElements.define(
  "review-keys",
  class extends HTMLElement {
    connectedCallback() {
      document.addEventListener("keydown", this.#press);
    }

    disconnectedCallback() {
      document.removeEventListener("keydown", this.#press);
    }

    #press = (event) => {
      const isOther = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
      if (isOther || event.target.closest("input, textarea, select")) return;
      const named = [...this.querySelectorAll("[data-key]")];
      const pressed = named.find(({ dataset }) => dataset.key === event.key);
      if (!pressed) return;
      event.preventDefault();
      pressed.click();
    };
  },
);
