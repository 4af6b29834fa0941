// <embedding-map>: two maps of the same texts (figures with circles, in one order), an <output>, and
// a table with a row for each text. What is pointed at is shown in both maps, and its text is told.
const SHOWN = "shown";
const NEAR_PX = 14;

customElements.define(
  "embedding-map",
  class extends HTMLElement {
    #plots;
    #rows;
    #told;
    #leaving;

    connectedCallback() {
      this.#plots = [...this.querySelectorAll("svg")];
      this.#rows = this.querySelectorAll("tbody tr");
      this.#told = this.querySelector("output");
      this.#leaving = new AbortController();
      const { signal } = this.#leaving;
      for (const plot of this.#plots) {
        plot.addEventListener("pointermove", (event) => this.#point(plot, event), { signal });
        plot.addEventListener("pointerdown", (event) => this.#point(plot, event), { signal });
      }
    }

    disconnectedCallback() {
      this.#leaving.abort();
    }

    #point(plot, { clientX, clientY }) {
      const box = plot.getBoundingClientRect();
      const scale = plot.viewBox.baseVal.width / box.width;
      const [x, y] = [(clientX - box.left) * scale, (clientY - box.top) * scale];
      let [nearest, least] = [-1, (NEAR_PX * scale) ** 2];
      for (const [place, { cx, cy }] of [...plot.children].entries()) {
        const far = (cx.baseVal.value - x) ** 2 + (cy.baseVal.value - y) ** 2;
        if (far < least) [nearest, least] = [place, far];
      }
      if (nearest >= 0) this.#show(nearest);
    }

    #show(place) {
      for (const before of this.querySelectorAll(`.${SHOWN}`)) before.classList.remove(SHOWN);
      for (const plot of this.#plots) plot.children[place].classList.add(SHOWN);
      this.#told.textContent = this.#rows[place].cells[0].textContent;
    }
  },
);
