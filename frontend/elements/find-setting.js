// <find-setting><input type="search"> <div class="field">…</div> … </find-setting>
// Leaves out the fields that don't say what is sought. Those left out are still sent.
customElements.define(
  "find-setting",
  class extends HTMLElement {
    connectedCallback() {
      const search = this.querySelector("input[type=search]");
      search.addEventListener("input", () => this.#find(search.value.trim().toLowerCase()));
      search.addEventListener("change", (event) => event.stopPropagation()); // it is no answer
      search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    }

    #find(sought) {
      for (const field of this.querySelectorAll(".field"))
        field.toggleAttribute("data-left-out", !field.textContent.toLowerCase().includes(sought));
    }
  },
);
