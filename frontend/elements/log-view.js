// <log-view><input type="checkbox" name="follow"> <ol><li>…</li></ol> <template><li>…</li></template>
// Grows with each event that its [data-live] ancestor hears and that has a `line`; follows the
// newest line until the reader scrolls up, and again when they come back down.
const KINDS = ["state", "phase", "log"];
const MOST_LINES = 1_000;
const NEAR_PX = 24;

customElements.define(
  "log-view",
  class extends HTMLElement {
    #source;

    connectedCallback() {
      this.#source = this.closest("[data-live]") ?? this;
      for (const kind of KINDS) this.#source.addEventListener(kind, this.#grow);
      this.#list.addEventListener("scroll", this.#heed, { passive: true });
      this.#follow.closest("[hidden]")?.removeAttribute("hidden");
      this.#follow.addEventListener("change", this.#settle);
      this.#settle();
    }

    disconnectedCallback() {
      for (const kind of KINDS) this.#source.removeEventListener(kind, this.#grow);
    }

    get #list() {
      return this.querySelector("ol");
    }

    get #follow() {
      return this.querySelector("[name='follow']");
    }

    #grow = ({ detail }) => {
      const event = JSON.parse(detail.data);
      if (!event.line) return;
      const line = this.querySelector("template").content.cloneNode(true);
      line.firstElementChild.dataset.level = event.level;
      line.querySelector("time").textContent = event.clock;
      line.querySelector("span").textContent = event.line;
      this.#list.append(line);
      if (this.#list.children.length > MOST_LINES) this.#list.firstElementChild.remove();
      this.#settle();
    };

    #settle = () => {
      if (this.#follow.checked) this.#list.scrollTop = this.#list.scrollHeight;
    };

    #heed = () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#list;
      this.#follow.checked = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    };
  },
);
