// <file-drop data-sending="…" data-reading="…" data-collecting="…" data-lost="…">
//   <form enctype="multipart/form-data"> <div data-part="problems"></div> <input type="file">
//     <progress hidden></progress> <p data-part="state" role="status"></p> </form> </file-drop>
// A file is sent as soon as it is chosen or let go over the element, and its way is shown.
// Any other form in it, such as the sample's, says that it is being collected.
// XMLHttpRequest, because fetch tells nothing of an upload while it runs.
customElements.define(
  "file-drop",
  class extends HTMLElement {
    #request;

    connectedCallback() {
      for (const type of ["dragenter", "dragover", "dragleave", "drop", "change", "submit"]) {
        this.addEventListener(type, this);
      }
      this.querySelector("[data-part='send']").hidden = true;
    }

    disconnectedCallback() {
      this.#request?.abort();
    }

    handleEvent(event) {
      if (event.type === "change") return this.#send();
      if (event.type === "submit") return this.#tell("collecting");
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

    #send() {
      const form = this.querySelector("form");
      if (!this.#input.files.length || this.#request) return;
      const request = (this.#request = new XMLHttpRequest());
      const body = new FormData(form);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "text/html");
      request.upload.onprogress = ({ loaded, total }) => this.#tell("sending", loaded, total);
      request.upload.onload = () => this.#tell("reading");
      request.onload = () => this.#arrive(request);
      request.onerror = () => this.#fail();
      this.#tell("sending", 0, 1);
      this.#input.disabled = true;
      request.send(body);
    }

    #arrive(request) {
      if (request.status < 400) return location.assign(request.responseURL);
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const problems = answer.querySelector("[role='alert']");
      if (!problems) return this.#fail();
      this.#rest("");
      this.querySelector("[data-part='problems']").replaceChildren(document.adoptNode(problems));
      problems.focus();
    }

    #fail() {
      this.#rest(this.dataset.lost);
    }

    // Ready for the next file, with something said of the last.
    #rest(words) {
      this.#request = undefined;
      this.#input.disabled = false;
      this.#input.value = "";
      this.querySelector("progress").hidden = true;
      this.querySelector("[data-part='state']").textContent = words;
    }

    #tell(what, loaded, total) {
      const bar = this.querySelector("progress");
      bar.hidden = false;
      if (total) bar.value = loaded / total;
      else bar.removeAttribute("value");
      const state = this.querySelector("[data-part='state']");
      if (state.textContent !== this.dataset[what]) state.textContent = this.dataset[what];
    }
  },
);
