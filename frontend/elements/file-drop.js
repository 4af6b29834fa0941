// <file-drop data-sending="…" data-reading="…" data-collecting="…" data-lost="…" data-waiting="…"
//            data-unfinished="…">
//   <form enctype="multipart/form-data"> <div data-part="problems"></div>
//     <input type="file" multiple> <p data-part="look"></p> <progress hidden></progress>
//     <p data-part="state" role="status"></p> <button data-part="stop" hidden></button> </form>
//   <template> a problem's section, empty </template> </file-drop>
// Files are sent as soon as they are chosen or let go over the element, and their way is shown:
// small ones with the form, larger ones in parts, which survive a lost line and a reload.
// Any other form in it, such as the sample's, says that it is being collected.
import { Refused } from "./insistence.js";
import { fill, Pace } from "./pace.js";
import { forget, unfinished } from "./upload-memory.js";
import { ask, giveUp, send } from "./upload.js";

const SMALL_BYTES = 4_000_000;
const TELL_EVERY_MS = 1_000;

customElements.define(
  "file-drop",
  class extends HTMLElement {
    #sending;
    #toldAt = 0;

    connectedCallback() {
      for (const type of ["dragenter", "dragover", "dragleave", "drop", "change", "submit"]) {
        this.addEventListener(type, this);
      }
      this.#part("stop").addEventListener("click", this);
      this.#part("send").hidden = true;
      const [name] = unfinished();
      if (name) this.#say(fill(this.dataset.unfinished, { name }));
    }

    disconnectedCallback() {
      this.#sending?.abort();
    }

    handleEvent(event) {
      if (event.type === "change") return this.#send();
      if (event.type === "click") return this.#stop();
      if (event.type === "submit") return this.#show(this.dataset.collecting);
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.firstElementChild.toggleAttribute("data-over", /enter|over/.test(event.type));
      if (event.type !== "drop") return;
      this.#input.files = event.dataTransfer.files;
      this.#send();
    }

    get #input() {
      return this.querySelector("input[type='file']");
    }

    #part(name) {
      return this.querySelector(`[data-part='${name}']`);
    }

    async #send() {
      const files = [...this.#input.files];
      if (!files.length || this.#sending) return;
      this.#sending = new AbortController();
      const body = new FormData(this.querySelector("form"));
      this.#input.disabled = true;
      this.#part("problems").replaceChildren();
      const size = files.reduce((sum, file) => sum + file.size, 0);
      try {
        await (size > SMALL_BYTES ? this.#sendInParts(files, size) : this.#sendForm(body));
      } catch (error) {
        if (error instanceof Refused) this.#refuse(error);
        else this.#rest(error.name === "AbortError" ? "" : this.dataset.lost);
      }
    }

    async #sendForm(body) {
      this.#show(this.dataset.reading);
      const { action } = this.querySelector("form");
      const request = { method: "POST", body, headers: { Accept: "text/html" } };
      const answer = await fetch(action, { ...request, signal: this.#sending.signal });
      if (answer.ok) return location.assign(answer.url);
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.#explain(document.adoptNode(shown.querySelector("[role='alert']")));
    }

    async #sendInParts(files, size) {
      const pace = new Pace(size);
      const uploads = [];
      let before = 0;
      this.#part("stop").hidden = false;
      const options = {
        signal: this.#sending.signal,
        onBytes: (here) => this.#tell(pace, before + here),
        onLook: (look) => this.#part("look").append(look, document.createElement("br")),
        onWait: (seconds) => this.#say(fill(this.dataset.waiting, { seconds })),
      };
      for (const file of files) {
        uploads.push((await send(file, options)).id);
        before += file.size;
      }
      this.#part("stop").hidden = true;
      this.#show(this.dataset.reading);
      // From here on the uploads are used up, read or refused.
      files.forEach(forget);
      const made = await ask("POST", "/api/v1/datasets/import", { uploads }, options);
      location.assign(made.kind === "import" ? `/data/imports/${made.id}` : `/data/${made.id}`);
    }

    #stop() {
      this.#sending?.abort();
      [...this.#input.files].forEach(giveUp);
    }

    #refuse({ title, message }) {
      const section = this.querySelector("template").content.cloneNode(true).firstElementChild;
      section.querySelector("h3").textContent = title;
      section.querySelector("p").textContent = message;
      this.#explain(section);
    }

    #explain(problems) {
      this.#rest("");
      this.#part("problems").replaceChildren(problems);
      problems.focus();
    }

    // Ready for the next files, with something said of the last.
    #rest(words) {
      this.#sending = undefined;
      this.#input.disabled = false;
      this.#input.value = "";
      this.#part("look").replaceChildren();
      this.#part("stop").hidden = true;
      this.querySelector("progress").hidden = true;
      this.#say(words);
    }

    // The bar moves with every piece; the words change once a second, as they are read aloud.
    #tell(pace, done) {
      this.querySelector("progress").value = done / pace.total;
      if (performance.now() - this.#toldAt < TELL_EVERY_MS) return;
      this.#toldAt = performance.now();
      this.#show(fill(this.dataset.sending, pace.at(done)), done / pace.total);
    }

    #show(words, share) {
      const bar = this.querySelector("progress");
      bar.hidden = false;
      if (share === undefined) bar.removeAttribute("value");
      else bar.value = share;
      this.#say(words);
    }

    #say(words) {
      const state = this.#part("state");
      if (state.textContent !== words) state.textContent = words;
    }
  },
);
