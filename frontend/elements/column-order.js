// <column-order><form> <ol> <li data-use="text">…<button name="up">…<button name="down">… </ol>
// Texts can be dragged to another place; the form then says that it has changed. Its buttons do
// the same without a mouse, and without script.
customElements.define(
  "column-order",
  class extends HTMLElement {
    #dragged;

    connectedCallback() {
      for (const type of ["pointerover", "dragstart", "dragover", "dragend"]) {
        this.addEventListener(type, this);
      }
    }

    handleEvent(event) {
      const row = event.target.closest?.("ol > li");
      if (event.type === "pointerover") this.#offer(row, event.target);
      else if (event.type === "dragstart") this.#take(row, event);
      else if (event.type === "dragover") this.#move(row, event);
      else this.#leave();
    }

    // A field must keep the mouse for itself, so only the rest of a row can be dragged.
    #offer(row, over) {
      if (row) row.draggable = row.dataset.use === "text" && !over.closest("input, select, button");
    }

    #take(row, event) {
      if (!row?.draggable) return;
      this.#dragged = row;
      row.dataset.dragged = "";
      event.dataTransfer.effectAllowed = "move";
    }

    #move(row, event) {
      if (!this.#dragged || row?.dataset.use !== "text") return;
      event.preventDefault();
      if (row === this.#dragged) return;
      const comesLater = this.#dragged.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
      row[comesLater ? "after" : "before"](this.#dragged);
    }

    #leave() {
      if (!this.#dragged) return;
      delete this.#dragged.dataset.dragged;
      this.#dragged = undefined;
      this.querySelector("form").dispatchEvent(new Event("change", { bubbles: true }));
    }
  },
);
